"""Log files opened: plain, gzip, zstd, zip; named, in a directory, or from standard input."""

from __future__ import annotations

import gzip
import io
import os
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, NamedTuple

from tokcost.errors import TokcostError
from tokcost.masking import scrub
from tokcost.sources import Found, Skipped, find

_BLOCK = 1 << 20
LONGEST_LINE = 64 << 20
_SUFFIXES = (".jsonl", ".json", ".ndjson", ".csv", ".log", ".txt", ".gz", ".zst", ".zip")
_GZIP, _ZSTD, _ZIP = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"


class Log(NamedTuple):
    """An open log. ``named``: the user named it, so that it must be one."""

    name: str
    stream: BinaryIO
    named: bool


class Broken(NamedTuple):
    """A file that could not be opened, or that is none of the tool's business."""

    name: str
    why: str
    failed: bool


def open_logs(arguments: Sequence[str], stdin: BinaryIO | None, seen: set[str]) -> Iterator[Log | Broken]:
    """The logs behind the arguments, each open until the next is asked for, each file once.

    ``seen`` keeps the files that were opened, as the paths that links lead to.

    Raises TokcostError for a name that does not exist or cannot be read.
    """
    for argument in arguments:
        if argument == "-":
            assert stdin is not None
            yield from _opened("stdin", io.BufferedReader(_Raw(stdin), _BLOCK), named=True)
            continue
        for item in _found(argument):
            if isinstance(item, Skipped):
                yield Broken(scrub(item.name), item.reason, item.failed)
                continue
            path = item.source.path
            assert path is not None
            if not item.named and not path.name.lower().endswith(_SUFFIXES):
                continue
            if (real := os.path.realpath(path)) in seen:
                yield Broken(scrub(item.source.name), "the same file again, counted once", failed=False)
                continue
            seen.add(real)
            try:
                with path.open("rb", buffering=0) as stream:
                    yield from _opened(scrub(item.source.name), io.BufferedReader(stream, _BLOCK), item.named)
            except OSError as error:
                problem = f"cannot be read: {error.strerror or error}"
                if item.named:
                    raise TokcostError(f"{scrub(item.source.name)}: {problem}") from error
                yield Broken(scrub(item.source.name), problem, failed=True)


def _found(argument: str) -> Iterator[Found | Skipped]:
    """The files behind an argument; should it hold a key, an error does not repeat it."""
    try:
        yield from find([argument], ignore=False)
    except TokcostError as error:
        raise TokcostError(scrub(str(error))) from None


def lines(stream: BinaryIO) -> Iterator[list[bytes]]:
    """The lines of a stream in blocks, without their ends. A line beyond LONGEST_LINE is cut there."""
    rest = b""
    # read1 hands on what a broken archive still gives before it fails
    read: Callable[[int], bytes] = getattr(stream, "read1", stream.read)
    while block := read(_BLOCK):
        found = block.split(b"\n")
        found[0] = rest + found[0]
        rest = found.pop()
        if len(rest) > LONGEST_LINE:
            found.append(rest)
            rest = b""
        if found:
            yield found
    if rest:
        yield [rest]


def _opened(name: str, stream: io.BufferedReader, named: bool) -> Iterator[Log | Broken]:
    head = stream.peek(4)[:4]
    if head.startswith(_GZIP):
        yield Log(name, gzip.GzipFile(fileobj=stream), named)  # type: ignore[arg-type]
    elif head.startswith(_ZSTD):
        yield Log(name, _zstd(name, stream), named)
    elif head.startswith(_ZIP):
        yield from _zipped(name, stream, named)
    else:
        yield Log(name, stream, named)


def _zstd(name: str, stream: BinaryIO) -> BinaryIO:
    try:
        from compression import zstd  # type: ignore[import-not-found]  # Python 3.14

        opened: BinaryIO = zstd.ZstdFile(stream)
        return opened
    except ImportError:
        pass
    try:
        import zstandard
    except ImportError:
        raise TokcostError(
            f"{name}: compressed with zstd: install tokcost[zstd], or decompress it: zstd -dc {name} | tokcost usage -"
        ) from None
    reader: BinaryIO = zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True)
    return reader


def _zipped(name: str, stream: BinaryIO, named: bool) -> Iterator[Log | Broken]:
    import zipfile

    try:
        with zipfile.ZipFile(stream) as archive:
            for member in archive.namelist():
                if member.lower().endswith(_SUFFIXES):
                    with archive.open(member) as opened:
                        yield Log(f"{name}/{scrub(member)}", opened, named=False)  # type: ignore[arg-type]
    except zipfile.BadZipFile as error:
        yield Broken(name, f"a broken zip file: {error}", failed=True)


class _Raw(io.RawIOBase):
    """Standard input under a buffer of its own, whatever stands in for it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        block = self._stream.read1(len(buffer)) if hasattr(self._stream, "read1") else self._stream.read(len(buffer))
        buffer[: len(block)] = block
        return len(block)
