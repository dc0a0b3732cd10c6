"""Standard input: when it is meant, and its bytes."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO, Protocol

from tokcost.errors import TokcostError
from tokcost.inputs.files import STDIN

_BLOCK = 1 << 20


class Readable(Protocol):
    """Anything open that gives bytes: a file, a range of one, a pipe."""

    def read(self, size: int, /) -> bytes: ...


def names_or_stdin(names: Sequence[str] | None, remedy: str) -> list[str]:
    """The names, or stdin where there are none and something is piped in. Raises TokcostError(remedy) otherwise."""
    if names:
        return list(names)
    if sys.stdin is None or sys.stdin.isatty():
        raise TokcostError(remedy)
    return [STDIN]


def stdin_bytes() -> BinaryIO:
    """The bytes of standard input. Raises TokcostError when it is closed."""
    if sys.stdin is None:
        raise TokcostError("stdin is closed: name a file")
    return sys.stdin.buffer


@contextmanager
def stdin_in_file() -> Iterator[str]:
    """The path of a temporary file with all of standard input, for what reads in parts or by several processes."""
    import shutil
    import tempfile

    with tempfile.NamedTemporaryFile(prefix="tokcost-stdin-") as copy:
        shutil.copyfileobj(stdin_bytes(), copy, _BLOCK)
        copy.flush()
        yield copy.name


def buffered(stream: Readable, head: bytes = b"") -> io.BufferedReader:
    """A buffered reader over a stream that somebody else closes; ``head`` comes before what it gives."""
    return io.BufferedReader(_Unclosed(stream, head), _BLOCK)


class _Unclosed(io.RawIOBase):
    """Raw bytes of a stream, whatever stands in for it; closing this leaves the stream open."""

    def __init__(self, stream: Readable, head: bytes) -> None:
        self._stream = stream
        self._head = head

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # io calls it with nothing else
        block = self._head[: len(buffer)]
        if block:
            self._head = self._head[len(block) :]
        else:
            read = getattr(self._stream, "read1", self._stream.read)  # what is there now, where the stream can say
            block = read(len(buffer))
        buffer[: len(block)] = block
        return len(block)
