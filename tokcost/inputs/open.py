"""Every input is opened here: its bytes, unpacked, and every failure to read it as one error with its name."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import BinaryIO

from tokcost.errors import InputError
from tokcost.inputs.compression import ARCHIVE_MAGIC, HEAD, compression_of, unpack
from tokcost.inputs.files import CHANGED, STDIN, STDIN_NAME, InputFile, is_url, reason_of
from tokcost.inputs.stdin import Readable, buffered, stdin_bytes

# Read at once: lines of some kilobytes are many reads otherwise, at each of which other threads may take over.
_BUFFER = 1 << 18
# Modules whose errors mean that data could not be unpacked or fetched.
_UNPACKING = ("zlib", "lzma", "_lzma", "backports.zstd", "compression.zstd", "zipfile")
_FETCHING = ("botocore", "aiohttp", "s3fs", "gcsfs", "fsspec")


@contextmanager
def open_input(file: InputFile) -> Iterator[BinaryIO]:
    """The bytes of an input, unpacked, a block at a time.

    Raises InputError when it cannot be opened, and while it is read: cut off, damaged, unreadable.
    """
    kind = ""
    try:
        with _raw(file) as raw:
            raw, head = _head(raw)
            _refuse_piped_archive(file.name, head)
            kind = compression_of(head, file.member or file.location)
            if not kind:
                yield raw
                return
            with unpack(raw, head, kind, file.name) as stream:
                yield stream
    except Exception as error:
        reason = _reason(error, kind)
        if reason is None:
            raise
        raise InputError(file.name, reason) from error


@contextmanager
def open_stream(stream: Readable, name: str) -> Iterator[BinaryIO]:
    """The same of a stream that is open already, and stays open. Raises InputError."""
    kind = ""
    try:
        raw, head = _head(buffered(stream))
        _refuse_piped_archive(name, head)
        kind = compression_of(head, name)
        yield unpack(raw, head, kind, name) if kind else raw
    except Exception as error:
        reason = _reason(error, kind)
        if reason is None:
            raise
        raise InputError(name, reason) from error


@contextmanager
def open_packed(file: InputFile) -> Iterator[BinaryIO]:
    """The bytes of a file as they lie there, to be entered anywhere. Raises InputError, while reading too."""
    try:
        with _raw(file) as raw:
            yield raw
    except Exception as error:
        reason = _reason(error, "")
        if reason is None:
            raise
        raise InputError(file.name, reason) from error


def is_packed(file: InputFile) -> bool:
    """Whether a file is compressed or inside an archive, so that it is read from its start only."""
    if file.member:
        return True
    with open_packed(file) as raw:
        return bool(compression_of(raw.read(HEAD), file.location))


def as_seen(file: InputFile) -> InputFile:
    """The file with its size and time of now, for parts of it that are opened apart: all are to be of one state.

    Raises InputError.
    """
    if is_url(file.location) or file.location == STDIN:
        return file
    try:
        return file._replace(seen=_state(os.stat(file.location)))
    except OSError as error:
        raise InputError(file.name, f"cannot be read: {reason_of(error)}") from error


def size_of(file: InputFile) -> int:
    """The size in bytes as it lies there, 0 when that is not known. Raises InputError."""
    if file.size is not None:
        return file.size
    if file.location == STDIN:
        return 0
    if is_url(file.location):
        from tokcost.inputs.remote import size

        return size(file.location)
    try:
        return os.stat(file.location).st_size
    except OSError as error:
        raise InputError(file.name, f"cannot be read: {reason_of(error)}") from error


def _raw(file: InputFile) -> AbstractContextManager[io.BufferedReader]:
    if file.member:
        from tokcost.inputs.archive import open_member

        return open_member(file)
    if file.location == STDIN:
        return _stdin()
    if is_url(file.location):
        from tokcost.inputs.remote import opened

        return opened(file.location)
    return _local(file)


@contextmanager
def _local(file: InputFile) -> Iterator[io.BufferedReader]:
    """A file of this machine. Raises InputError at the end when it has shrunk or been written over meanwhile.

    One that has grown is a log to which lines are added: what was there is read.
    """
    opened: io.BufferedReader = io.BufferedReader(io.FileIO(file.location), _BUFFER)
    with opened as raw:
        size, changed = file.seen or _state(os.fstat(raw.fileno()))
        yield raw
        there = os.fstat(raw.fileno())
        shrunk, same = there.st_size < size, there.st_size == size
        if stat.S_ISREG(there.st_mode) and (shrunk or (same and there.st_mtime_ns != changed)):
            raise InputError(file.name, CHANGED)


def _state(found: os.stat_result) -> tuple[int, int]:
    """The size, and the time of the last change in nanoseconds."""
    return found.st_size, found.st_mtime_ns


@contextmanager
def _stdin() -> Iterator[io.BufferedReader]:
    yield buffered(stdin_bytes())


def _head(raw: io.BufferedReader) -> tuple[io.BufferedReader, bytes]:
    """The first bytes of a stream, and the stream with them still to come: a pipe may hand them out one by one."""
    head = raw.peek(HEAD)[:HEAD]
    if len(head) < HEAD:
        head = raw.read(HEAD)
        raw = buffered(raw, head)
    return raw, head


def _refuse_piped_archive(name: str, head: bytes) -> None:
    if name == STDIN_NAME and head.startswith(ARCHIVE_MAGIC):
        raise InputError(name, "a zip archive, which cannot be read from a pipe: save it as a file and name that")


def _reason(error: Exception, kind: str) -> str | None:
    """Why an input cannot be read; None for an error that says something else."""
    if isinstance(error, EOFError):
        return f"the {kind or 'zip'} data ends too early: the file is cut off, fetch it again"
    module = type(error).__module__
    if module.startswith(_UNPACKING) or (kind and isinstance(error, OSError) and error.errno is None):
        return f"the {kind or 'zip'} data is damaged, fetch it again: {reason_of(error)}"
    if isinstance(error, OSError) or module.startswith(_FETCHING):
        return f"cannot be read: {reason_of(error)}"
    return None
