"""Logs to entries: the full parser of all formats, streamed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, BinaryIO

from tokcost.errors import InputError, NotText, Problem
from tokcost.inputs.files import NO_USAGE, InputFile, LeftOut
from tokcost.inputs.json import decoded
from tokcost.inputs.lines import Lines, line_blocks
from tokcost.inputs.open import open_input
from tokcost.inputs.text import Reading, in_utf8, marked_charset
from tokcost.logs.block import blocks
from tokcost.logs.documents import values
from tokcost.logs.entry import BadLine, Read
from tokcost.logs.events import EventLines
from tokcost.logs.find import find_logs
from tokcost.logs.forms import BINARY, BLOCKS, BOM, CASSETTE, DOCUMENT, LINES, SQLITE, TABLE, YAML, form_of
from tokcost.logs.mapped import Map
from tokcost.logs.session_files import NO_LOG, is_beside_sessions
from tokcost.logs.shapes import Shapes
from tokcost.logs.text_lines import LONGEST, TOO_LONG, text_lines, why_no_json
from tokcost.masking import scrub
from tokcost.phrases import plural

# Blocks that are kept while a second line is looked for.
_HEAD_BLOCKS = 16


class Reader:
    """Reads logs of any format; keeps what sessions need remembered between files."""

    def __init__(self, by: Map | None = None, charset: str = "utf-8") -> None:
        self.shapes = Shapes()
        self.left_out: list[LeftOut] = []
        # Every log that was read to its end, as it is told where no usage was in any.
        self.were_read: list[LeftOut] = []
        self.files = 0
        self.seen: set[str] = set()
        # Whether something of the file that is read was told: an entry, a problem, or a sum of the fast path.
        self.has_read = False
        self._lines = 0
        self._by = by
        self._reading = Reading(charset)
        self._events = EventLines()

    def read(self, arguments: Sequence[str]) -> Iterator[Read]:
        """The entries and problems of all logs, in order.

        Raises TokcostError for a name that does not exist, cannot be read, or is no usage log.
        """
        for item in self._found(arguments):
            item = item._replace(name=scrub(item.name))
            if isinstance(item, LeftOut):
                if item.failed:
                    yield Problem(item.name, item.reason)
                else:
                    self.left_out.append(item)
                continue
            if is_beside_sessions(item.member or item.location):
                self.left_out.append(LeftOut(item.name, NO_LOG))
                continue
            self.files += 1
            yield from self._file(item)
        yield from self.shapes.end()
        if self._by is not None:
            yield from self._by.end(self.shapes.told)

    def _file(self, item: InputFile) -> Iterator[Read]:
        """The entries of one log; one in which nothing was read is told by its name."""
        self.has_read = self.shapes.owned = False
        self._lines, told = 0, len(self.left_out)
        try:
            for each in self._reads(item):
                self.has_read = True
                yield each
        except (InputError, NotText) as error:
            if item.named and isinstance(error.__cause__, OSError) and error.__cause__.errno:
                raise
            self.has_read = True
            yield Problem(item.name, _why(item.name, error))
        yield from self.shapes.end_of_file()
        if self._lines:
            read = LeftOut(item.name, NO_USAGE, detail=f"in its {plural(self._lines, 'line')}")
            self.were_read.append(read)
            if not (self.has_read or self.shapes.owned or len(self.left_out) > told):
                self.left_out.append(read)

    def _found(self, arguments: Sequence[str]) -> Iterator[InputFile | LeftOut]:
        """The files behind arguments."""
        yield from find_logs(arguments, self.seen)

    def _reads(self, item: InputFile) -> Iterator[Read]:
        """The entries and problems of a file, but for what it makes others hold back. Raises InputError."""
        with open_input(item) as stream:
            yield from self._log(item, stream)

    def block(self, name: str, number: int, part: list[bytes]) -> Iterator[Read]:
        """The entries of a block of lines of JSON; ``number`` lines came before it."""
        for at, line in enumerate(part, number + 1):
            yield from self.line(name, at, line)

    def line(self, name: str, number: int, line: bytes) -> Iterator[Read]:
        """The entries of one line of JSON; a line of blanks has none, and that of an event perhaps."""
        for at, text in self._events.take(number, line.strip().removeprefix(BOM)):
            yield from self._text(f"{name}:{at}", text)

    def _last_event(self, name: str) -> Iterator[Read]:
        """The entries of an event that the end of its file ends."""
        for at, text in self._events.end():
            yield from self._text(f"{name}:{at}", text)

    def _text(self, where: str, text: bytes) -> Iterator[Read]:
        try:
            if len(text) > LONGEST:
                raise BadLine(TOO_LONG)
            value = decoded(text)
        except ValueError as error:
            yield Problem(where, why_no_json(text, error))
            return
        yield from self._value(where, value)

    def _value(self, where: str, value: Any) -> Iterator[Read]:
        """The entries of one value; by a map an object has one, and a list those of its objects."""
        if self._by is None:
            yield from self.shapes.read(where, value)
            return
        listed = [(f"{where}[{at}]", each) for at, each in enumerate(value, 1)] if isinstance(value, list) else None
        for here, each in [(where, value)] if listed is None else listed:
            try:
                if not isinstance(each, dict):
                    raise BadLine("not a JSON object")
                yield self._by.entry(here, each)
            except BadLine as bad:
                yield Problem(here, scrub(str(bad)))

    def _log(self, log: InputFile, stream: BinaryIO) -> Iterator[Read]:
        reading = self._reading
        if reading.is_utf8 and (charset := marked_charset(stream)):
            reading = Reading(charset)
        parts = line_blocks(in_utf8(stream, log.name, reading), LONGEST)
        head, said = _first(parts)
        if not said:
            self.left_out.append(LeftOut(log.name, "empty"))
            return
        form = form_of(said)
        if form == BINARY:
            if log.named:
                raise InputError(log.name, BINARY)
            self.left_out.append(LeftOut(log.name, BINARY, unread=True))
        elif form == SQLITE:
            from tokcost.logs.databases import rows_of_database

            yield from rows_of_database(log, self.shapes, self.left_out)
        else:
            yield from self._of_form(form, log, self._counted(chain(head, parts)))

    def _of_form(self, form: str, log: InputFile, everything: Iterator[Lines]) -> Iterator[Read]:
        if form == LINES:
            for number, lines in everything:
                yield from self.block(log.name, number, lines)
            yield from self._last_event(log.name)
        elif form == DOCUMENT:
            for each in values(log.name, everything):
                if isinstance(each, Problem):
                    yield each
                else:
                    yield from self._value(*each)
        elif form == CASSETTE or (form == TABLE and log.location.lower().endswith(YAML)):
            from tokcost.logs.cassettes import interactions

            for where, value in interactions(log, everything, self.left_out):
                yield from self.shapes.read(where, value)
        elif form == BLOCKS:
            yield from blocks(log.name, text_lines(everything))
        else:
            from tokcost.logs.csv_rows import rows

            yield from self.shapes.told_apart(rows(log, text_lines(everything), self._by, self.shapes.read))

    def _counted(self, parts: Iterator[Lines]) -> Iterator[Lines]:
        for number, lines in parts:
            self._lines = number + len(lines)
            yield number, lines


def _first(parts: Iterator[Lines]) -> tuple[list[Lines], list[bytes]]:
    """Blocks up to the first lines that say something, and these lines."""
    head: list[Lines] = []
    said: list[bytes] = []
    for part in parts:
        head.append(part)
        said += [line for line in part[1] if line.strip()]
        if len(said) > 1 or len(head) == _HEAD_BLOCKS:
            break
    return head, said


def _why(name: str, error: InputError | NotText) -> str:
    """Why a log was not read to its end; what is no text in it is not counted as some."""
    if isinstance(error, NotText):
        return f"{error.problem} at byte {error.offset}: it is cut off or damaged, or --charset names its encoding"
    return str(error).removeprefix(f"{name}: ")
