"""Where a report goes: formats, files, words to people, and the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn, TextIO

import typer

from tokcost.errors import TokcostError
from tokcost.phrases import join_or, plural, printable, quote

if TYPE_CHECKING:
    from tokcost.report import Report


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
    files: dict[str, ReportFile] = {}
    for report in reports or ():
        name, equals, path = report.partition("=")
        if not equals or not path or name not in FORMATS:
            raise TokcostError(
                f"--report {quote(report)}: write it as sarif=out.sarif, the formats are {join_or(FORMATS)}"
            )
        if path in files:
            raise TokcostError(f"--report {quote(report)}: two reports to one file")
        files[path] = ReportFile(name, Path(path))
    return OutputOptions(form, file, tuple(files.values()), quiet, keep_going, exit_zero, to_stderr)


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

    Headlines come first: on stderr, unless a table that is about to be printed begins with them.
    """
    from tokcost.render.formats import render

    for each in options.reports:
        put(render(report, each.form), each.path)
    if options.form != "table" or options.file or (options.quiet and short is not None):
        say(f"tokcost: {line}" for line in report.headlines)
    if report.findings_in == "stderr":
        say(f"tokcost: {line}" for line in _findings(report))
    say(f"tokcost: {line}" for line in report.problems.sentences())
    if not options.quiet:
        say(f"note: {line}" for line in report.warnings)
    stream = sys.stderr if options.to_stderr else sys.stdout
    if options.quiet and short is not None:
        put(short, options.file, stream)
    else:
        shown = render(report, options.form, options.file is None and stream.isatty())
        put(above + shown + figure if options.form == "table" else shown, options.file, stream)
    if report.findings_in == "text" and not options.quiet:
        say([f"tokcost: {report.verdict()}"])
    if "github" in (options.form, *(each.form for each in options.reports)):
        from tokcost.render.github import summarise

        summarise(report)


def _findings(report: Report, most: int = 20) -> Iterator[str]:
    """A line each for people, the rest counted."""
    for finding in report.findings[:most]:
        yield finding.sentence
    if (more := len(report.findings) - most) > 0:
        yield f"and {plural(more, 'more finding')}: --format json lists them"


def tokens_by_model(report: Report) -> str:
    """The input tokens of each model or encoding, one number per line."""
    return "".join(f"{each['input_tokens']}\n" for each in report.totals["by_model"])


def draws(path: Path | None) -> bool:
    """Whether the answer is drawn for a terminal."""
    return path is None and sys.stdout.isatty()


def put(text: str, path: Path | None, stream: TextIO | None = None) -> None:
    """Write a result to stdout (or ``stream``), or to a file under a temporary name that is then renamed.

    A reader of stdout that has gone away changes nothing: what it did not want is dropped.
    """
    if path is None:
        _put(text, stream or sys.stdout)
        return
    from tokcost.atomic import write_whole

    try:
        write_whole(path, text.encode(errors="backslashreplace"))
    except OSError as error:
        raise TokcostError(f"{path}: cannot be written: {error.strerror}") from error


def _put(text: str, stream: TextIO) -> None:
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        silence(stream)
    except OSError as error:
        silence(stream)
        raise TokcostError(f"the output cannot be written: {error.strerror}") from error


def silence(stream: TextIO) -> None:
    """The reader is gone: nothing more is written there, and nothing is said about it at exit."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, stream.fileno())
    os.close(quiet)


def say(lines: Iterable[str]) -> None:
    """Lines for people, on stderr; nothing in them is obeyed by a terminal."""
    for line in lines:
        _put(printable(line) + "\n", sys.stderr)
