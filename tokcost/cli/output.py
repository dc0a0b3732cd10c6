"""Where a report goes: formats, files, words to people, and the exit code."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn, TextIO

import typer

from tokcost.atomic import write_all
from tokcost.errors import TokcostError
from tokcost.masking import scrub
from tokcost.phrases import join_or, plural, printable, quote, unobeyed

if TYPE_CHECKING:
    from tokcost.report import Report


# So many characters are written at once.
_BLOCK = 1 << 18


class ReportFile(NamedTuple):
    """A report to be written beside the one on stdout."""

    form: str
    path: Path


class OutputOptions(NamedTuple):
    """How a report is to be given: format, file, further reports, and what an incomplete or broken one ends with."""

    form: str = "table"
    file: Path | None = None
    reports: tuple[ReportFile, ...] = ()
    quiet: bool = False
    keep_going: bool = False
    exit_zero: bool = False
    to_stderr: bool = False

    @property
    def needs_rows(self) -> bool:
        """Whether the answer or a report file lists every row: otherwise sums are all that must be kept."""
        from tokcost.render.formats import ROW_FORMATS

        return any(form in ROW_FORMATS for form in (self.form, *(each.form for each in self.reports)))


def output_options(
    form: str, file: Path | None, reports: Sequence[str] | None = None, quiet: bool = False,
    keep_going: bool = False, exit_zero: bool = False, to_stderr: bool = False,
) -> OutputOptions:  # fmt: skip
    """The options, checked. Raises TokcostError for a format that does not exist, or two reports to one file."""
    from tokcost.render.formats import FORMATS

    if form not in FORMATS:
        raise TokcostError(f"unknown format {quote(form)}: choose {join_or(FORMATS)}")
    files = []
    for report in reports or ():
        name, equals, path = report.partition("=")
        if not equals or not path or name not in FORMATS:
            raise TokcostError(
                f"--report {quote(report)}: write it as sarif=out.sarif, the formats are {join_or(FORMATS)}"
            )
        files.append(ReportFile(name, Path(path)))
    options = OutputOptions(form, file, tuple(files), quiet, keep_going, exit_zero, to_stderr)
    refuse_one_file(options)
    return options


def refuse_one_file(options: OutputOptions, *more: Path | None) -> None:
    """Raises TokcostError where two outputs go to one file, however it is spelled: the last would replace the first."""
    seen: set[object] = set()
    for path in (options.file, *more, *(each.path for each in options.reports)):
        if path is None:
            continue
        try:
            found = path.stat()
            file: object = (found.st_dev, found.st_ino)
            if stat.S_ISCHR(found.st_mode):  # /dev/null, or a terminal
                continue
        except OSError:  # not there yet, or nowhere: to write it will say so
            file = os.path.realpath(path)
        if file in seen:
            raise TokcostError(f"{quote(str(path))}: two reports to one file: give each a file of its own")
        seen.add(file)


def answer(
    report: Report, options: OutputOptions, short: str | None = None, figure: str = "", above: str = ""
) -> NoReturn:
    """Give the report and end the command with its exit code.

    ``short`` is what --quiet prints instead; ``figure`` is drawn below a table, ``above`` before it.
    """
    write(report, options, short, figure, above)
    raise typer.Exit(report.exit_code(options.keep_going, options.exit_zero))


def write(report: Report, options: OutputOptions, short: str | None = None, figure: str = "", above: str = "") -> None:
    """Findings, problems and notes to stderr; the reports to their files; the answer to stdout or its file.

    Headlines come first: on stderr, unless the table begins with them, which is then printed before all else.
    """
    from tokcost.render.formats import render

    if report.provenance and (report.provenance.book.overlays or report.provenance.book.notes):
        from tokcost.catalog.overlays import book_notes

        report.warn(book_notes(report.provenance.book))
    report = report.masked()
    for each in options.reports:
        put(render(report, each.form), each.path, people=each.form == "table")
    in_table = options.form == "table" and not options.file and not (options.quiet and short is not None)
    if not in_table:
        say(f"tokcost: {line}" for line in report.headlines)
    first = in_table and bool(report.headlines)
    if not first:
        _tell(report, options)
    stream = sys.stderr if options.to_stderr else sys.stdout
    if options.quiet and short is not None:
        put(scrub(short), options.file, stream, people=True)
    elif options.form == "table":
        drawn = render(report, options.form, options.file is None and _draws(stream))
        put(chain([above], drawn, [scrub(figure)]), options.file, stream, people=True)
    else:
        put(render(report, options.form), options.file, stream)
    if first:
        _tell(report, options)
    if report.findings_in == "text" and not options.quiet:
        say([f"tokcost: {report.verdict()}"])
    if "github" in (options.form, *(each.form for each in options.reports)):
        from tokcost.render.github import summarise

        summarise(report)


def _tell(report: Report, options: OutputOptions) -> None:
    """What people read on stderr: findings that are not in the answer, problems, notes."""
    if report.findings_in == "stderr":
        say(f"tokcost: {line}" for line in _findings(report))
    say(f"tokcost: {line}" for line in report.problems.sentences())
    # why there is no number must be said where nothing else says it
    if not options.quiet or (not report.complete and not report.problems.number):
        told_by = report.told_by()
        say(f"note: {line}" for line in [*report.warnings, *([told_by] if told_by and not options.quiet else [])])


def _findings(report: Report, most: int = 20) -> Iterator[str]:
    """A line each for people, the rest counted."""
    for finding in report.findings[:most]:
        yield finding.sentence
    if (more := len(report.findings) - most) > 0:
        yield f"and {plural(more, 'more finding')}: --format json lists them"


def tokens_by_model(report: Report) -> str:
    """The input tokens of each model or encoding, or what is billed in their place, one number per line."""
    by_model = report.totals["by_model"]
    return "".join(f"{each['input_tokens'] if each.get('unit') is None else each['quantity']}\n" for each in by_model)


def draws(path: Path | None) -> bool:
    """Whether the answer is drawn for a terminal."""
    return path is None and _draws(sys.stdout)


def _draws(stream: TextIO) -> bool:
    """Whether it is a terminal that has lines to draw with."""
    try:
        return stream.isatty() and bool("─".encode(stream.encoding))
    except UnicodeEncodeError:
        return False


def put(text: str | Iterable[str], path: Path | None, stream: TextIO | None = None, people: bool = False) -> None:
    """Write a result, whole or in pieces of whole lines, to stdout (or ``stream``) or a file: UTF-8 for machines.

    What is for ``people`` is escaped to what the stream's charset has, and holds no command to a CI runner.
    A reader of stdout that has gone away changes nothing: what it did not want is dropped.
    """
    blocks = _blocks([text] if isinstance(text, str) else text)
    if people:
        blocks = map(unobeyed, blocks)
    if path is None:
        stream = stream or sys.stdout
        _put(blocks, stream, stream.encoding if people else None)
        return
    from tokcost.atomic import write_whole

    try:
        write_whole(path, (block.encode(errors="backslashreplace") for block in blocks))
    except OSError as error:
        raise TokcostError(f"{path}: cannot be written: {error.strerror}") from error


def _blocks(pieces: Iterable[str]) -> Iterator[str]:
    """The same text in fewer pieces, each long enough to be worth writing."""
    held: list[str] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= _BLOCK:
            yield "".join(held)
            held, size = [], 0
    yield "".join(held)


def _put(blocks: Iterable[str], stream: TextIO, charset: str | None) -> None:
    try:
        stream.flush()
        try:
            descriptor = stream.fileno()
        except (AttributeError, ValueError):  # no real stream: what a caller in this process put there
            stream.writelines(blocks)
            return
        for block in blocks:
            write_all(descriptor, block.encode(charset or "utf-8", "backslashreplace"))
    except BrokenPipeError:
        pass
    except OSError as error:
        raise TokcostError(f"the output cannot be written: {error.strerror}") from error


def say(lines: Iterable[str]) -> None:
    """Lines for people, on stderr; nothing in them is obeyed, and no key stands in them.

    Where they cannot be written, the verdict stands.
    """
    for line in lines:
        with suppress(TokcostError):
            put(printable(scrub(line)) + "\n", None, sys.stderr, people=True)
