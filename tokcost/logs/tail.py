"""Logs that grow: whole new lines as they come, over rotation and truncation."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple

from tokcost.errors import TokcostError
from tokcost.masking import scrub
from tokcost.phrases import quote

_BLOCK = 1 << 20
_MARK = 256
_SUFFIXES = (".jsonl", ".json", ".ndjson", ".log", ".txt")


class Grown(NamedTuple):
    """New lines of one log; ``number`` of them came before, since it was opened or began anew."""

    name: str
    number: int
    lines: list[bytes]


class _File:
    """One open log, and where in it the reading stands."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.name = scrub(path)
        self._stream: BinaryIO | None = None
        self._rest = b""
        self._number = 0
        self._before = b""  # what stood just before the place that was read up to

    def grown(self) -> Iterator[Grown]:
        """The lines that are new: the end of a file that was moved away, then the one in its place."""
        if self._stream is None and not self._open():
            return
        yield from self._read()
        if self._replaced():
            yield from self._read()  # what was written between the last look and the move
            if self._rest:
                yield self._told([self._rest])
            self.close()
            if self._open():
                yield from self._read()

    def close(self) -> None:
        """Close the file and forget its lines."""
        if self._stream is not None:
            self._stream.close()
        self._stream, self._rest, self._number, self._before = None, b"", 0, b""

    def _open(self) -> bool:
        try:
            self._stream = open(self.path, "rb")  # noqa: SIM115 - stays open between looks
        except FileNotFoundError:
            return False  # between the move of a rotation and the new file
        except OSError as error:
            raise TokcostError(f"{self.name}: cannot be read: {error.strerror}") from error
        return True

    def _read(self) -> Iterator[Grown]:
        assert self._stream is not None
        if self._began_anew(self._stream):
            self._stream.seek(0)
            self._rest, self._number, self._before = b"", 0, b""
        while block := self._stream.read(_BLOCK):
            self._before = (self._before + block[-_MARK:])[-_MARK:]
            lines = (self._rest + block).split(b"\n")
            self._rest = lines.pop()
            if lines:
                yield self._told(lines)

    def _began_anew(self, stream: BinaryIO) -> bool:
        """Whether the file was truncated since the last look, even if it has grown past that place again."""
        at = stream.tell()
        if os.fstat(stream.fileno()).st_size < at:
            return True
        stream.seek(at - len(self._before))
        return stream.read(len(self._before)) != self._before

    def _told(self, lines: list[bytes]) -> Grown:
        found = Grown(self.name, self._number, lines)
        self._number += len(lines)
        return found

    def _replaced(self) -> bool:
        assert self._stream is not None
        try:
            there = os.stat(self.path)
        except FileNotFoundError:
            return False
        ours = os.fstat(self._stream.fileno())
        return (there.st_ino, there.st_dev) != (ours.st_ino, ours.st_dev)


class Tail:
    """The logs behind arguments, looked at again and again; files that appear in a directory are taken up."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self._arguments = arguments
        self._files: dict[str, _File] = {}
        for argument in arguments:
            if not os.path.exists(argument):
                raise TokcostError(scrub(f"{quote(argument)}: no such file or directory"))

    def look(self) -> Iterator[Grown]:
        """Everything that is new since the last look."""
        seen: set[str] = set()
        for argument in self._arguments:
            for path in _paths(argument):
                if (real := os.path.realpath(path)) in seen:
                    continue  # named twice, or a link to another of them
                seen.add(real)
                yield from self._files.setdefault(path, _File(path)).grown()

    def close(self) -> None:
        """Close every file."""
        for file in self._files.values():
            file.close()


def _paths(argument: str) -> list[str]:
    if not os.path.isdir(argument):
        return [argument]
    return sorted(
        os.path.join(folder, name)
        for folder, _, names in os.walk(argument)
        for name in names
        if name.lower().endswith(_SUFFIXES)
    )
