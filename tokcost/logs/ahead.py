"""Many session logs read by other processes ahead of their turn: the lines decoded there, added up here.

A file that is out of the ordinary in any way (another format, damage, a change while it is read) is left to the
reader of all logs, which finds out what is to be said of it; so is every file of a worker that has died.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO

import msgspec
from msgspec import Struct

from tokcost.errors import InputError, TokcostError
from tokcost.inputs.files import InputFile, LeftOut
from tokcost.inputs.forked import MOST_TASKS, Forked, can_fork
from tokcost.inputs.open import open_input
from tokcost.logs.find import find_logs
from tokcost.logs.forms import LINES, form_of
from tokcost.logs.session_lines import FastMessage, messages_of

# Below this a fork is not worth its while.
_SMALLEST = 24 << 20
_BATCH = 1 << 20
_JOBS = 4
_BLOCK = 1 << 17
# A longer line is left to the reader of all logs.
_LONGEST = 8 << 20
# A file with more lines than this for the full parser, and more of them than others, is no log of sessions.
_MOST_UNLIKE = 200


class SessionFile(Struct, array_like=True, gc=False):
    """The messages of a file; and the lines for the full parser: how many messages come before, number, text."""

    lines: int
    messages: list[FastMessage]
    unlike: list[tuple[int, int, bytes]]

    def in_order(self) -> Iterator[list[FastMessage] | tuple[int, bytes]]:
        """Messages that follow each other, and lines for the full parser with their numbers."""
        begin = 0
        for end, number, raw in self.unlike:
            yield self.messages[begin:end]
            yield number, raw
            begin = end
        yield self.messages[begin:]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[SessionFile | None]).decode


class ReadAhead:
    """Logs that were found, and what other processes have read of them."""

    def __init__(self, found: Sequence[InputFile | LeftOut], error: TokcostError | None, jobs: int) -> None:
        self._found = found
        self._error = error
        self._sessions = [each for each in found if jobs and isinstance(each, InputFile) and _size(each)]
        self._places = {each.location: at for at, each in enumerate(self._sessions)}
        self._batches = _batches([_size(each) for each in self._sessions])
        self._turn = 0
        self._read: dict[int, SessionFile | None] = {}
        self._workers = Forked(self._digest, len(self._batches), jobs)

    def files(self) -> Iterator[InputFile | LeftOut]:
        """All that was found. Raises the TokcostError that ended the search."""
        yield from self._found
        if self._error is not None:
            raise self._error

    def take(self, file: InputFile) -> SessionFile | None:
        """What was read of a file; None for one that is to be read here. To be called in the order of the files."""
        at = self._places.get(file.location)
        if at is None:
            return None
        while self._turn < len(self._batches) and self._batches[self._turn].start <= at:
            batch = self._batches[self._turn]
            if result := self._workers.take(self._turn):
                self._read = dict(zip(batch, _decode(result), strict=True))
            self._turn += 1
        return self._read.pop(at, None)

    def close(self) -> None:
        """End the processes."""
        self._workers.close()

    def _digest(self, number: int) -> bytes:
        return _encode([_read(self._sessions[at]) for at in self._batches[number]])


@contextmanager
def reading_ahead(arguments: Sequence[str]) -> Iterator[ReadAhead]:
    """Find the logs behind arguments, and begin to read them where they are large enough for it to pay."""
    found: list[InputFile | LeftOut] = []
    error = None
    try:
        found.extend(find_logs(arguments, set()))
    except TokcostError as failure:
        error = failure
    ahead = ReadAhead(found, error, _jobs(found))
    try:
        yield ahead
    finally:
        ahead.close()


def _jobs(found: Sequence[InputFile | LeftOut]) -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    pays = cores > 1 and can_fork() and sum(map(_size, found)) >= _SMALLEST
    return min(cores, _JOBS) if pays else 0


def _size(file: InputFile | LeftOut) -> int:
    """The size of a file that lies here; 0 of all others, which are not read ahead."""
    if isinstance(file, LeftOut) or file.member or not file.location.endswith(".jsonl"):
        return 0
    try:
        return os.stat(file.location).st_size
    except OSError:
        return 0


def _batches(sizes: Sequence[int]) -> list[range]:
    """Files that follow each other, about a megabyte in each batch, or as much as makes few enough of them."""
    most = max(_BATCH, sum(sizes) // (MOST_TASKS // 4))
    found: list[range] = []
    begin = size = 0
    for at, each in enumerate(sizes, 1):
        size += each
        if size >= most or at == len(sizes):
            found.append(range(begin, at))
            begin, size = at, 0
    return found


def _read(file: InputFile) -> SessionFile | None:
    """All that is told in a file of sessions; None for any other."""
    found = SessionFile(0, [], [])
    told = 0
    with open_input(file) as stream:
        for number, part in _parts(stream):
            if not number and not _is_lines(part):
                return None
            at = 0
            while at < len(part):
                messages, end = messages_of(part, number, at)
                found.messages += messages
                told += end - at
                if end < len(part):
                    found.unlike.append((len(found.messages), number + end + 1, bytes(part[end])))
                    if len(found.unlike) > max(_MOST_UNLIKE, told):
                        return None
                at = end + 1
            found.lines = number + len(part)
    return found if told else None


def _is_lines(part: list[bytes | memoryview]) -> bool:
    said = [line for line in map(bytes, part) if line.strip()]
    return bool(said) and form_of(said) == LINES


def _parts(stream: BinaryIO) -> Iterator[tuple[int, list[bytes | memoryview]]]:
    """The lines of a stream as ``line_blocks`` has them, most of them without a copy of them."""
    read: Callable[[int], bytes] = getattr(stream, "read1", stream.read)
    number, begun = 0, b""
    while block := read(_BLOCK):
        view, find, at = memoryview(block), block.find, 0
        part: list[bytes | memoryview] = []
        while (end := find(b"\n", at)) >= 0:
            part.append(view[at:end])
            at = end + 1
        if begun and part:
            part[0] = begun + bytes(part[0])
            begun = b""
        begun += block[at:]
        if len(begun) > _LONGEST:
            raise InputError("", "a line of this length is read elsewhere")
        if part:
            yield number, part
            number += len(part)
    if begun:
        yield number, [begun]
