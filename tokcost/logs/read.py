"""Logs to entries: the full parser of all formats, streamed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import chain
from typing import BinaryIO

from tokcost.errors import InputError, NotText, Problem, TokcostError
from tokcost.inputs.files import InputFile, LeftOut, left_out_lines
from tokcost.inputs.find import find
from tokcost.inputs.json import TOO_DEEP, decoded
from tokcost.inputs.lines import line_blocks
from tokcost.inputs.open import open_input
from tokcost.inputs.search import Search
from tokcost.inputs.text import Reading, in_utf8
from tokcost.logs.block import HEAD, blocks
from tokcost.logs.entry import BadLine, Read
from tokcost.logs.mapped import Map, mapped
from tokcost.logs.shapes import Shapes
from tokcost.masking import scrub

LOG_SUFFIXES = (".jsonl", ".json", ".ndjson", ".csv", ".log", ".txt")
# Logs are often what .gitignore names; one that a link leads to is the same log.
_LOGS = Search(ignore=False, suffixes=LOG_SUFFIXES, kind="log", once=True)
_LARGEST_DOCUMENT = 256 << 20
# Blocks that are kept while a second line is looked for: what a few packed bytes unfold to may have none.
_HEAD_BLOCKS = 16


class Reader:
    """Reads logs of any format; keeps what sessions need remembered between files."""

    def __init__(self, by: Map | None = None, charset: str = "utf-8") -> None:
        self.shapes = Shapes()
        self.left_out: list[LeftOut] = []
        self.files = 0
        self.seen: set[str] = set()
        self._by = by
        self._reading = Reading(charset)

    @property
    def skipped(self) -> list[str]:
        """What was left out, one line for every reason."""
        return left_out_lines(self.left_out)

    def read(self, arguments: Sequence[str]) -> Iterator[Read]:
        """The entries and problems of all logs, in order.

        Raises TokcostError for a name that does not exist, cannot be read, or is no usage log.
        """
        for item in self._found(arguments):
            item = item._replace(name=scrub(item.name))
            if isinstance(item, LeftOut):
                self.left_out.append(item)
                if item.failed:
                    yield Problem(item.name, item.reason)
                continue
            self.files += 1
            try:
                with open_input(item) as stream:
                    yield from self._log(item, stream)
            except (InputError, NotText) as error:
                if item.named and isinstance(error.__cause__, OSError) and error.__cause__.errno:
                    raise
                yield Problem(item.name, str(error).removeprefix(f"{item.name}: "))
            yield from self.shapes.end_of_file()

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
        bare = line.strip().removeprefix(b"\xef\xbb\xbf")
        if bare.startswith(b"data:"):  # a stream of server-sent events, logged as it came
            bare = bare[5:].strip()
        if not bare or bare == b"[DONE]" or bare.startswith((b"event:", b": ")):
            return
        where = f"{name}:{number}"
        try:
            value = decoded(bare)
        except ValueError as error:
            yield Problem(where, f"not valid JSON: {_first_sentence(error)}")
            return
        if self._by is not None and isinstance(value, dict):
            try:
                yield mapped(where, value, self._by)
            except BadLine as bad:
                yield Problem(where, scrub(str(bad)))
            return
        yield from self.shapes.read(where, value)

    def _log(self, log: InputFile, stream: BinaryIO) -> Iterator[Read]:
        parts = line_blocks(in_utf8(stream, log.name, self._reading))
        blank, head = 0, list[list[bytes]]()
        said: list[bytes] = []
        for part in parts:  # look at the first two lines that say something
            said += [line for line in part if line.strip()][:2]
            if not said:
                blank += len(part)
                continue
            head.append(part)
            if len(said) > 1 or len(head) == _HEAD_BLOCKS:
                break
        first, second = [*said, b"", b""][:2]
        first = first.removeprefix(b"\xef\xbb\xbf").strip()
        everything = chain(_blank_lines(blank), head, parts)
        if not first:
            self.left_out.append(LeftOut(log.name, "empty"))
        elif first.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise TokcostError(f"{log.name}: UTF-16: --charset utf-16 reads it")
        elif first.startswith(HEAD.encode()):
            yield from blocks(log.name, _text(everything))
        elif first[:1] in b"{[" or first.startswith((b"data:", b"event:")):
            yield from self._json(log, first, second, everything)
        else:
            from tokcost.logs.csv_rows import rows

            yield from rows(log, _text(everything), self._by)

    def _json(self, log: InputFile, first: bytes, second: bytes, parts: Iterator[list[bytes]]) -> Iterator[Read]:
        if (
            not _is_json(first)
            and not first.startswith((b"data:", b"event:"))
            and not (second and _is_json(second.strip()))
        ):
            yield from self._document(log, parts)
            return
        number = 0
        for part in parts:
            yield from self.block(log.name, number, part)
            number += len(part)

    def _document(self, log: InputFile, parts: Iterator[list[bytes]]) -> Iterator[Read]:
        """JSON over many lines: one value, or several after each other."""
        size, kept = 0, []
        for part in parts:
            kept += part
            size += sum(map(len, part))
            if size > _LARGEST_DOCUMENT:
                raise TokcostError(f"{log.name}: one JSON value of more than 256 MB: write it as JSON lines")
        text = b"\n".join(kept).decode("utf-8-sig", "replace")
        decoder = json.JSONDecoder(parse_float=Decimal)
        at = 0
        while at < len(text):
            line = text.count("\n", 0, at) + 1
            try:
                value, at = decoder.raw_decode(text, at)
            except json.JSONDecodeError as error:
                yield Problem(f"{log.name}:{error.lineno}", f"not valid JSON: {error.msg}")
                return
            except (RecursionError, ValueError) as error:
                why = TOO_DEEP if isinstance(error, RecursionError) else _first_sentence(error)
                yield Problem(f"{log.name}:{line}", f"not valid JSON: {why}")
                return
            yield from self.shapes.read(f"{log.name}:{line}", value)
            while at < len(text) and text[at] in " \t\r\n,\x1e":
                at += 1


def _blank_lines(number: int) -> Iterator[list[bytes]]:
    """So many empty lines, for the numbers of those that follow."""
    for at in range(0, number, 4096):
        yield [b""] * min(4096, number - at)


def _is_json(line: bytes) -> bool:
    try:
        return isinstance(decoded(line), dict | list)
    except ValueError:
        return False


def _first_sentence(error: ValueError) -> str:
    return str(error).split("\n")[0].split(": line")[0][:80]


def _text(parts: Iterator[list[bytes]]) -> Iterator[tuple[int, str]]:
    number = 0
    for part in parts:
        for line in part:
            number += 1
            yield number, line.decode("utf-8-sig" if number == 1 else "utf-8", "replace").rstrip("\r")
