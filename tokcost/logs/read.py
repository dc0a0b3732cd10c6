"""Logs to entries: the full parser of all formats, streamed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import chain
from typing import BinaryIO

from tokcost.errors import InputError, NotText, Problem, TokcostError
from tokcost.inputs.files import InputFile, LeftOut
from tokcost.inputs.find import find
from tokcost.inputs.json import PAST_BOUNDS, TOO_DEEP, decoded
from tokcost.inputs.lines import Lines, line_blocks
from tokcost.inputs.open import open_input
from tokcost.inputs.search import Search
from tokcost.inputs.text import Reading, in_utf8, marked_charset
from tokcost.logs.block import blocks
from tokcost.logs.entry import BadLine, Read
from tokcost.logs.forms import BLOCKS, BOM, DOCUMENT, LINES, form_of
from tokcost.logs.mapped import Map, mapped
from tokcost.logs.shapes import Shapes
from tokcost.logs.text_lines import LONGEST, TOO_LONG, not_utf8, text_lines
from tokcost.masking import scrub

LOG_SUFFIXES = (".jsonl", ".json", ".ndjson", ".csv", ".log", ".txt")
# Logs are often what .gitignore names; one that a link leads to is the same log.
_LOGS = Search(ignore=False, suffixes=LOG_SUFFIXES, kind="log", rotated=True, once=True)
_LARGEST_DOCUMENT = 256 << 20
# Blocks that are kept while a second line is looked for.
_HEAD_BLOCKS = 16


class Reader:
    """Reads logs of any format; keeps what sessions need remembered between files."""

    def __init__(self, by: Map | None = None, charset: str = "utf-8") -> None:
        self.shapes = Shapes()
        self.left_out: list[LeftOut] = []
        self.files = 0
        self.seen: set[str] = set()
        # Whether something of the file that is read was told: an entry, a problem, or a sum of the fast path.
        self.has_read = False
        self._by = by
        self._reading = Reading(charset)

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
            self.files += 1
            yield from self._file(item)
        yield from self.shapes.end()

    def _file(self, item: InputFile) -> Iterator[Read]:
        """The entries of one log; one in which nothing was read is told by its name."""
        self.has_read = self.shapes.owned = False
        told = self.shapes.told
        before = told.without_usage
        try:
            with open_input(item) as stream:
                for each in self._log(item, stream):
                    self.has_read = True
                    yield each
        except (InputError, NotText) as error:
            if item.named and isinstance(error.__cause__, OSError) and error.__cause__.errno:
                raise
            self.has_read = True
            yield Problem(item.name, str(error).removeprefix(f"{item.name}: "))
        yield from self.shapes.end_of_file()
        if not (self.has_read or self.shapes.owned) and (number := told.without_usage - before):
            self.left_out.append(LeftOut(item.name, f"no usage in {'it' if number == 1 else 'its lines'}"))

    def _found(self, arguments: Sequence[str]) -> Iterator[InputFile | LeftOut]:
        """The files behind arguments; should one hold a key, an error does not repeat it."""
        try:
            yield from find(arguments, _LOGS, self.seen)
        except TokcostError as error:
            raise TokcostError(scrub(str(error))) from None

    def block(self, name: str, number: int, part: list[bytes]) -> Iterator[Read]:
        """The entries of a block of lines of JSON; ``number`` lines came before it."""
        for at, line in enumerate(part, number + 1):
            yield from self.line(name, at, line)

    def line(self, name: str, number: int, line: bytes) -> Iterator[Read]:
        """The entries of one line of JSON; a line of blanks has none."""
        bare = line.strip().removeprefix(BOM)
        if bare.startswith(b"data:"):  # a stream of server-sent events, logged as it came
            bare = bare[5:].strip()
        if not bare or bare == b"[DONE]" or bare.startswith((b"event:", b": ")):
            return
        where = f"{name}:{number}"
        try:
            if len(line) > LONGEST:
                raise BadLine(TOO_LONG)
            value = decoded(bare)
        except ValueError as error:
            yield Problem(where, _why(line, error))
            return
        if self._by is not None and isinstance(value, dict):
            try:
                yield mapped(where, value, self._by)
            except BadLine as bad:
                yield Problem(where, scrub(str(bad)))
            return
        yield from self.shapes.read(where, value)

    def _log(self, log: InputFile, stream: BinaryIO) -> Iterator[Read]:
        reading = self._reading
        if reading.is_utf8 and (charset := marked_charset(stream)):
            reading = Reading(charset)
        parts = line_blocks(in_utf8(stream, log.name, reading), LONGEST)
        head: list[Lines] = []
        said: list[bytes] = []
        for part in parts:  # look at the first lines that say something
            head.append(part)
            said += [line for line in part[1] if line.strip()]
            if len(said) > 1 or len(head) == _HEAD_BLOCKS:
                break
        everything = chain(head, parts)
        if not said:
            self.left_out.append(LeftOut(log.name, "empty"))
            return
        form = form_of(log.name, said)
        if form == LINES:
            for number, lines in everything:
                yield from self.block(log.name, number, lines)
        elif form == DOCUMENT:
            yield from self._document(log, everything)
        elif form == BLOCKS:
            yield from blocks(log.name, text_lines(everything))
        else:
            from tokcost.logs.csv_rows import rows

            yield from self.shapes.told_apart(rows(log, text_lines(everything), self._by))

    def _document(self, log: InputFile, parts: Iterator[Lines]) -> Iterator[Read]:
        """JSON over many lines: one value, or several after each other."""
        size, number, kept = 0, 0, list[bytes]()
        for before, part in parts:
            kept += [b""] * (before - number if kept else 0)  # of blank lines in a long row only the number is told
            kept += part
            number = before + len(part)
            size += sum(map(len, part))
            if size > _LARGEST_DOCUMENT:
                raise InputError(log.name, "one JSON value of more than 256 MB: write it as JSON lines")
        number -= len(kept)
        try:
            text = b"\n".join(kept).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            number += error.object.count(b"\n", 0, error.start) + 1
            yield Problem(f"{log.name}:{number}", not_utf8(error).replace("line", "text"))
            return
        decoder = json.JSONDecoder(parse_float=Decimal)
        at = counted = 0
        while at < len(text):
            number, counted = number + text.count("\n", counted, at), at
            where = f"{log.name}:{number + 1}"
            try:
                value, at = decoder.raw_decode(text, at)
            except json.JSONDecodeError as error:
                yield Problem(f"{log.name}:{number + text.count(chr(10), at, error.pos) + 1}", _why(b"", error))
                return
            except (RecursionError, ArithmeticError, ValueError) as error:
                if isinstance(error, RecursionError):
                    error = ValueError(TOO_DEEP)
                elif isinstance(error, ArithmeticError):  # an exponent that no number has
                    error = ValueError(PAST_BOUNDS)
                yield Problem(where, _why(b"", error))
                return
            yield from self.shapes.read(where, value)
            while at < len(text) and text[at] in " \t\r\n,\x1e":
                at += 1


def _why(line: bytes, error: ValueError) -> str:
    """Why a line is no JSON, in few words."""
    if isinstance(error, BadLine):
        return str(error)
    if isinstance(error, json.JSONDecodeError):
        return f"not valid JSON: {error.msg}"
    try:
        line.decode()
    except UnicodeDecodeError as damage:
        return not_utf8(damage)
    return f"not valid JSON: {str(error)[:80].splitlines()[0]}"
