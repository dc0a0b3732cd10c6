"""A log that grows: whole new lines as they come, over rotation and truncation."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from itertools import count
from typing import BinaryIO, NamedTuple

from tokcost.errors import InputError, Problem, TokcostError
from tokcost.inputs.json import decoded
from tokcost.logs.followed_form import form_to_follow, refuse_packed
from tokcost.logs.text_lines import LONGEST
from tokcost.masking import scrub

NOT_REGULAR = "not a regular file"
_BLOCK = 1 << 20
_MARK = 256
# So many lines at most are kept while none of them tells what form a log has.
_MOST_FIRST = 1000
_LOGS = count()
_LOST = "moved away before its last lines were read: more logs are followed than may be open at once (ulimit -n)"

FileId = tuple[int, int]
"""Which file it is, by whatever name."""


class Grown(NamedTuple):
    """New lines of one log; ``number`` of them came before, since it was opened or began anew.

    ``log`` is another number whenever it begins anew, and stays when the log is renamed.
    """

    name: str
    number: int
    lines: list[bytes]
    form: str
    log: int


class GrowingLines:
    """Blocks of bytes to whole lines, once the first of them have told what form the log has.

    Raises InputError where it is one that cannot be followed. ``named``: by the user, rather than found in a folder.
    """

    def __init__(self, name: str, named: bool = True) -> None:
        self.name = name
        self._named = named
        self._log = next(_LOGS)
        self._is_new = True
        self._number = 0
        self._rest = b""
        self._first: list[bytes] = []  # lines that do not tell yet what form the log has
        self._form: str | None = None

    def take(self, block: bytes) -> Iterator[Grown]:
        """The lines that are whole with this block."""
        if self._is_new:
            refuse_packed(self.name, block)
            self._is_new = False
        if len(self._rest) > LONGEST:  # no more is kept of a line that is too long
            block = block[block.index(b"\n") :] if b"\n" in block else b""
        lines = (self._rest + block).split(b"\n")
        self._rest = lines.pop()
        if lines:
            yield from self._told(lines)

    def unfinished(self, over: bool = True) -> Iterator[Grown]:
        """What is held back, and the last line, which has no end yet: unless it is ``over``, only a whole one."""
        rest, self._rest = self._rest, b""
        if not over and not _is_whole(rest):
            rest = b""
        if rest.strip() or self._first:
            yield from self._told([rest] if rest.strip() else [], over=True)

    def _told(self, lines: list[bytes], over: bool = False) -> Iterator[Grown]:
        if self._form is None:
            if not self._number and not self._first and lines:
                # a log that is truncated by one who does not append goes on where it was, after as many zeros
                lines[0] = lines[0].lstrip(b"\0")
            lines = self._first + lines
            self._first = []
            self._form = form_to_follow(self.name, lines, self._named, over or len(lines) > _MOST_FIRST)
            if self._form is None:
                self._first = lines
                return
        number = self._number
        self._number += len(lines)
        yield Grown(self.name, number, lines, self._form, self._log)


class GrowingFile:
    """One log, and where in it the reading stands. It ``stays_open`` between looks where enough files may be.

    ``named``: by the user; ``refused`` says why it is not followed, '' of one that is.
    """

    def __init__(self, path: str, named: bool, stays_open: bool) -> None:
        self.path = path
        self.named = named
        self.name = scrub(path)
        self._stays_open = stays_open
        self._stream: BinaryIO | None = None
        self.id: FileId | None = None
        self._begin()

    def renamed(self, path: str) -> None:
        """The file has another name from now on."""
        self.path = path
        self.name = self._lines.name = scrub(path)

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

    def unfinished(self, over: bool = True) -> Iterator[Grown]:
        """The last line, which has no end yet, if it is whole or the file is ``over``."""
        if not self.refused:
            yield from self._or_refused(self._lines.unfinished(over))

    def finish(self) -> Iterator[Grown]:
        """The last lines of a file whose name another one has now."""
        if self._stream is not None:
            yield from self._read()
        yield from self.unfinished()
        self.close()

    def close(self) -> None:
        """Close the file and forget its lines."""
        self._shut()
        self.id = None
        self._begin()

    def _begin(self) -> None:
        self._at = 0
        self._before = b""  # what stood just before the place that was read up to
        self._lines = GrowingLines(self.name, self.named)
        self.refused = ""

    def _shut(self) -> None:
        if self._stream is not None:
            self._stream.close()
        self._stream = None

    def _open(self, path: str) -> bool:
        try:
            if not stat.S_ISREG(os.stat(path).st_mode):  # to open a pipe waits for who writes into it
                raise TokcostError(f"{self.name}: {NOT_REGULAR}: follow a pipe as -")
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
        if self.refused:
            return
        self._stream.seek(self._at)
        while not self.refused and (block := self._stream.read(_BLOCK)):
            self._at += len(block)
            self._before = (self._before + block[-_MARK:])[-_MARK:]
            yield from self._or_refused(self._lines.take(block))

    def _or_refused(self, grown: Iterator[Grown]) -> Iterator[Grown]:
        try:
            yield from grown
        except InputError as error:
            self.refused = error.reason

    def _began_anew(self, stream: BinaryIO) -> bool:
        """Whether the file was truncated since the last look, even if it has grown past that place again."""
        if os.fstat(stream.fileno()).st_size < self._at:
            return True
        stream.seek(self._at - len(self._before))
        return stream.read(len(self._before)) != self._before


def _is_whole(line: bytes) -> bool:
    """Whether a line is known to be all that there will be of it."""
    try:
        decoded(line)
    except ValueError:
        return False
    return True
