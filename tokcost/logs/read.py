"""Logs to entries: the full parser of all formats, streamed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any, BinaryIO

from tokcost.errors import TokcostError
from tokcost.logs.block import HEAD, blocks
from tokcost.logs.entry import BadLine, Problem, Read
from tokcost.logs.mapped import Map, mapped
from tokcost.logs.opening import LONGEST_LINE, Broken, Log, lines, open_logs
from tokcost.logs.shapes import Shapes
from tokcost.masking import scrub

_LARGEST_DOCUMENT = 256 << 20
_TOO_DEEP = "objects or lists nested too deeply"


class Reader:
    """Reads logs of any format; keeps what sessions need remembered between files."""

    def __init__(self, by: Map | None = None) -> None:
        self.shapes = Shapes()
        self.skipped: list[str] = []
        self.files = 0
        self.seen: set[str] = set()
        self._by = by

    def read(self, arguments: Sequence[str], stdin: BinaryIO | None) -> Iterator[Read]:
        """The entries and problems of all logs, in order.

        Raises TokcostError for a name that does not exist, cannot be read, or is no usage log.
        """
        for log in open_logs(arguments, stdin, self.seen):
            if isinstance(log, Broken):
                self.skipped.append(f"{log.name}: {log.why}")
                if log.failed:
                    yield Problem(log.name, log.why)
                continue
            self.files += 1
            try:
                yield from self._log(log)
            except (EOFError, OSError) as error:
                yield Problem(log.name, f"cannot be read to its end: {error}")
            yield from self.shapes.end_of_file()

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
            yield Problem(where, f"no JSON: {_first_sentence(error)}")
            return
        if self._by is not None and isinstance(value, dict):
            try:
                yield mapped(where, value, self._by)
            except BadLine as bad:
                yield Problem(where, scrub(str(bad)))
            return
        yield from self.shapes.read(where, value)

    def _log(self, log: Log) -> Iterator[Read]:
        parts = lines(log.stream)
        head: list[list[bytes]] = []
        first, second = b"", b""
        for part in parts:  # look at the first two lines that say something
            head.append(part)
            told = [line for each in head for line in each if line.strip()][:2]
            if len(told) == 2:
                first, second = told
                break
            first = told[0] if told else b""
        first = first.removeprefix(b"\xef\xbb\xbf").strip()
        everything = chain(head, parts)
        if not first:
            self.skipped.append(f"{log.name}: empty")
        elif first.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise TokcostError(f"{log.name}: UTF-16: save it as UTF-8")
        elif first.startswith(HEAD.encode()):
            yield from blocks(log.name, _text(everything))
        elif first[:1] in b"{[" or first.startswith((b"data:", b"event:")):
            yield from self._json(log, first, second, everything)
        else:
            from tokcost.logs.csv_rows import rows

            yield from rows(log, _text(everything), self._by)

    def _json(self, log: Log, first: bytes, second: bytes, parts: Iterator[list[bytes]]) -> Iterator[Read]:
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

    def _document(self, log: Log, parts: Iterator[list[bytes]]) -> Iterator[Read]:
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
                yield Problem(f"{log.name}:{error.lineno}", f"no JSON: {error.msg}")
                return
            except (RecursionError, ValueError) as error:
                why = _TOO_DEEP if isinstance(error, RecursionError) else _first_sentence(error)
                yield Problem(f"{log.name}:{line}", f"no JSON: {why}")
                return
            yield from self.shapes.read(f"{log.name}:{line}", value)
            while at < len(text) and text[at] in " \t\r\n,\x1e":
                at += 1


def decoded(line: bytes) -> Any:
    """A JSON value with exact decimals. Raises ValueError.

    What msgspec refuses (half a surrogate pair, NaN) Python's own reader may still take.
    """
    import msgspec

    if len(line) > LONGEST_LINE:
        raise ValueError(f"a line of more than {LONGEST_LINE >> 20} MB")
    try:
        try:
            return msgspec.json.decode(line) if b"." not in line else _exact().decode(line)
        except msgspec.DecodeError:
            return json.loads(line, parse_float=Decimal, parse_int=_integer)
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None


def _integer(text: str) -> int | Decimal:
    """An int takes time by the square of its digits, and Python refuses thousands of them."""
    return int(text) if len(text) < 1000 else Decimal(text)


_DECODERS: list[Any] = []


def _exact() -> Any:
    import msgspec

    if not _DECODERS:
        _DECODERS.append(msgspec.json.Decoder(float_hook=Decimal))
    return _DECODERS[0]


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
