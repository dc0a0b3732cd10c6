"""Logs that grow: whole new lines as they come, over rotation and truncation."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import BinaryIO, NamedTuple

from tokcost.errors import Problem, TokcostError
from tokcost.inputs.files import LeftOut
from tokcost.inputs.find import identity
from tokcost.logs.text_lines import LONGEST
from tokcost.masking import scrub
from tokcost.phrases import quote

_BLOCK = 1 << 20
_MARK = 256
_SUFFIXES = (".jsonl", ".json", ".ndjson", ".log", ".txt")
# Files that the process may need beside the logs, and how many logs are held open where nothing limits them.
_OTHER_FILES, _MOST_OPEN = 64, 8192
_NOT_REGULAR = "not a regular file"
_LOST = "moved away before its last lines were read: more logs are followed than may be open at once (ulimit -n)"

FileId = tuple[int, int]
"""Which file it is, by whatever name."""


class Grown(NamedTuple):
    """New lines of one log; ``number`` of them came before, since it was opened or began anew."""

    name: str
    number: int
    lines: list[bytes]


class _File:
    """One log, and where in it the reading stands. It ``stays_open`` between looks where enough files may be."""

    def __init__(self, path: str, stays_open: bool) -> None:
        self.path = path
        self.name = scrub(path)
        self._stays_open = stays_open
        self._stream: BinaryIO | None = None
        self.id: FileId | None = None
        self._begin()

    def grown(self) -> Iterator[Grown | Problem]:
        """The lines that are new: the end of a file that was moved away, then the one in its place."""
        if self._stream is None:
            path: str | None = self.path
            if self.id is not None and self._there() != self.id:
                path = self._moved()
            if path is None:
                yield Problem(self.name, _LOST)
                self.close()
            if not self._open(path or self.path):
                return
        yield from self._read()
        there = self._there()
        if there is not None and there != self.id:
            yield from self._read()  # what was written between the last look and the move
            yield from self.unfinished()
            self.close()
            if self._open(self.path):
                yield from self._read()
        if not self._stays_open:
            self._shut()

    def close(self) -> None:
        """Close the file and forget its lines."""
        self._shut()
        self.id = None
        self._begin()

    def _begin(self) -> None:
        self._at = self._number = 0
        self._rest = self._before = b""  # before: what stood just before the place that was read up to

    def _shut(self) -> None:
        if self._stream is not None:
            self._stream.close()
        self._stream = None

    def _open(self, path: str) -> bool:
        try:
            if not stat.S_ISREG(os.stat(path).st_mode):  # to open a pipe waits for who writes into it
                raise TokcostError(f"{self.name}: {_NOT_REGULAR}: follow a pipe as -")
            self._stream = open(path, "rb")  # noqa: SIM115 - may stay open between looks
        except FileNotFoundError:
            return False  # between the move of a rotation and the new file
        except OSError as error:
            raise TokcostError(f"{self.name}: cannot be read: {error.strerror}") from error
        found = os.fstat(self._stream.fileno())
        self.id = found.st_ino, found.st_dev
        return True

    def _there(self) -> FileId | None:
        """The file that has the name now."""
        try:
            found = os.stat(self.path)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise TokcostError(f"{self.name}: cannot be read: {error.strerror}") from error
        return found.st_ino, found.st_dev

    def _moved(self) -> str | None:
        """Where the file went that had the name: a rotation leaves it in its folder."""
        with os.scandir(os.path.dirname(self.path) or ".") as entries:
            for entry in entries:
                if self.id and entry.inode() == self.id[0] and entry.is_file():
                    return entry.path
        return None

    def _read(self) -> Iterator[Grown]:
        assert self._stream is not None
        if self._began_anew(self._stream):
            self._begin()
        self._stream.seek(self._at)
        while block := self._stream.read(_BLOCK):
            self._at += len(block)
            self._before = (self._before + block[-_MARK:])[-_MARK:]
            if len(self._rest) > LONGEST:  # no more is kept of a line that is too long
                block = block[block.index(b"\n") :] if b"\n" in block else b""
            lines = (self._rest + block).split(b"\n")
            self._rest = lines.pop()
            if lines:
                yield self._told(lines)

    def _began_anew(self, stream: BinaryIO) -> bool:
        """Whether the file was truncated since the last look, even if it has grown past that place again."""
        if os.fstat(stream.fileno()).st_size < self._at:
            return True
        stream.seek(self._at - len(self._before))
        return stream.read(len(self._before)) != self._before

    def unfinished(self) -> Iterator[Grown]:
        """The last line, which has no end yet."""
        if self._rest.strip():
            yield self._told([self._rest])
            self._rest = b""

    def finish(self) -> Iterator[Grown]:
        """The last lines of a file whose name another one has now."""
        if self._stream is not None:
            yield from self._read()
        yield from self.unfinished()
        self.close()

    def _told(self, lines: list[bytes]) -> Grown:
        found = Grown(self.name, self._number, lines)
        self._number += len(lines)
        return found


class Tail:
    """The logs behind arguments, looked at again and again; files that appear in a directory are taken up."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self._arguments = arguments
        self._files: dict[str, _File] = {}
        self._room = _may_be_open()
        for argument in arguments:
            if not os.path.exists(argument):
                raise TokcostError(scrub(f"{quote(argument)}: no such file or directory"))

    def look(self) -> Iterator[Grown | Problem]:
        """Everything that is new since the last look."""
        seen: set[str] = set()
        paths = [path for argument in self._arguments for path in _paths(argument)]
        yield from self._follow_renamed(paths)
        for path in paths:
            if (real := identity(path)) in seen:
                continue  # named twice, or a link to another of them
            seen.add(real)
            if path not in self._files:
                self._files[path] = _File(path, len(self._files) < self._room)
            yield from self._files[path].grown()
        for path, file in self._files.items():
            if identity(path) not in seen:
                yield from file.grown()  # moved away, with no other in its place yet

    def _follow_renamed(self, paths: Sequence[str]) -> Iterator[Grown]:
        """A log that a rotation gave another name, which is followed too, is read on under it, not once more."""
        there = {path: _id_at(path) for path in dict.fromkeys([*paths, *self._files])}
        known: dict[FileId | None, _File] = {file.id: file for file in self._files.values() if file.id}
        moved: dict[str, _File] = {}
        for path in paths:
            file = known.get(there[path])
            if file is not None and there[file.path] != file.id and file not in moved.values():
                moved[path] = file
        for file in moved.values():
            del self._files[file.path]
        for path, file in moved.items():
            yield from self._files[path].finish() if path in self._files else ()
            file.path, file.name = path, scrub(path)
            self._files[path] = file

    def unfinished(self) -> Iterator[Grown]:
        """What stands after the last line break of every log: nothing more will come of it."""
        for file in self._files.values():
            yield from file.unfinished()

    def left_out(self) -> Iterator[LeftOut]:
        """What the folders hold that is not followed."""
        for argument in self._arguments:
            for path in _in(argument) if os.path.isdir(argument) else ():
                if os.path.exists(path) and not os.path.isfile(path):
                    yield LeftOut(scrub(path), _NOT_REGULAR, unread=True)
                elif not _is_followed(path):
                    yield LeftOut(scrub(path), "not followed, since it does not grow: read it without --follow")

    def close(self) -> None:
        """Close every file."""
        for file in self._files.values():
            file.close()


def _id_at(path: str) -> FileId | None:
    """The file that has the name now, None where there is none."""
    with suppress(OSError):
        found = os.stat(path)
        return found.st_ino, found.st_dev
    return None


def _paths(argument: str) -> list[str]:
    if not os.path.isdir(argument):
        return [argument]
    return [path for path in _in(argument) if _is_followed(path) and os.path.isfile(path)]


def _in(top: str) -> list[str]:
    return sorted(os.path.join(folder, name) for folder, _, names in os.walk(top) for name in names)


def _is_followed(path: str) -> bool:
    return path.lower().endswith(_SUFFIXES)


def _may_be_open() -> int:
    """So many logs may stay open between looks."""
    try:
        import resource
    except ImportError:  # not on this system
        return _OTHER_FILES
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return _MOST_OPEN if most == resource.RLIM_INFINITY else min(max(most // 2, most - _OTHER_FILES), _MOST_OPEN)
