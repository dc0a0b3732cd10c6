"""Opens what a corpus is made of: local paths and fsspec URLs, plain, gzip or zstd, as streams."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from tokcost.errors import TokcostError

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

COMPRESSED = (".gz", ".zst")
# A little at a time, so that what a few bytes unfold to stays within bounds.
_ZSTD_INPUT = 2048


def is_url(location: str) -> bool:
    """Whether the location is one for fsspec, and not a path."""
    return "://" in location


def plain_name(location: str) -> str:
    """The location without the ending of a compression, in lower case."""
    name = location.lower().split("?", 1)[0] if is_url(location) else location.lower()
    for ending in COMPRESSED:
        name = name.removesuffix(ending)
    return name


def is_compressed(location: str) -> bool:
    """Whether the ending names a compression."""
    return location.lower().split("?", 1)[0].endswith(COMPRESSED)


@contextmanager
def opened(location: str, unpack: bool = True) -> Iterator[BinaryIO]:
    """The bytes of a file, unpacked. Raises TokcostError with the location, while reading, too."""
    try:
        with _raw(location) as raw:
            if not unpack or not is_compressed(location):
                yield raw
            elif location.lower().split("?", 1)[0].endswith(".gz"):
                import gzip

                with gzip.open(raw) as unpacked:
                    yield cast(BinaryIO, unpacked)
            else:
                yield cast(BinaryIO, io.BufferedReader(_Zstd(raw), 1 << 18))
    except EOFError as error:
        raise TokcostError(f"{location}: the gzip data ends too early: the file is cut off, fetch it again") from error
    except OSError as error:
        raise TokcostError(f"{location}: cannot be read: {_reason(error)}") from error
    except Exception as error:
        if type(error).__module__.startswith(("zlib", "zstandard", "botocore", "aiohttp", "s3fs", "gcsfs", "fsspec")):
            raise TokcostError(f"{location}: cannot be read: {_reason(error)}") from error
        if type(error).__name__ == "error":  # zlib's
            raise TokcostError(f"{location}: cannot be unpacked: {_reason(error)}") from error
        raise


def size_of(location: str) -> int:
    """The size in bytes as it lies there, 0 when the server does not say."""
    if not is_url(location):
        import os

        try:
            return os.stat(location).st_size
        except OSError as error:
            raise TokcostError(f"{location}: cannot be read: {_reason(error)}") from error
    files, path = filesystem(location)
    try:
        return int(files.size(path) or 0)
    except Exception as error:
        raise TokcostError(f"{location}: cannot be read: {_reason(error)}") from error


def filesystem(location: str) -> tuple[AbstractFileSystem, str]:
    """fsspec's file system for a URL, and the path in it."""
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise TokcostError(f"{location}: URLs need fsspec: pip install 'tokcost[remote]'") from error
    try:
        found: tuple[AbstractFileSystem, str] = url_to_fs(location)
    except ImportError as error:
        raise TokcostError(f"{location}: {_reason(error)}: pip install 'tokcost[remote]'") from error
    except ValueError as error:
        raise TokcostError(f"{location}: {_reason(error)}") from error
    return found


@contextmanager
def _raw(location: str) -> Iterator[BinaryIO]:
    if is_url(location):
        files, path = filesystem(location)
        with (
            files.open(path, "rb", block_size=8 << 20, cache_type="readahead") as file,
            io.BufferedReader(file, 1 << 20) as buffered,
        ):
            yield cast(BinaryIO, buffered)
    else:
        with open(location, "rb") as file:
            yield file


def _reason(error: BaseException) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(text.split())[:200]


class _Zstd(io.RawIOBase):
    """Unpacked zstd; unlike the library's reader it does not take a cut-off file for a whole one."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._decoder: Any = None
        self._waiting = b""
        self._out = memoryview(b"")
        self._ended = True

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._out:
            piece = self._waiting[:_ZSTD_INPUT] or self._raw.read(1 << 18)
            self._waiting = self._waiting[_ZSTD_INPUT:] if self._waiting else piece[_ZSTD_INPUT:]
            piece = piece[:_ZSTD_INPUT]
            if not piece:
                if not self._ended:
                    raise OSError("the zstd data ends too early: the file is cut off, fetch it again")
                return 0
            self._feed(piece)
        size = min(len(buffer), len(self._out))
        buffer[:size] = self._out[:size]
        self._out = self._out[size:]
        return size

    def _feed(self, piece: bytes) -> None:
        try:
            import zstandard
        except ImportError as error:
            raise OSError("zstd needs a library: pip install 'tokcost[zstd]'") from error
        if self._ended:
            self._decoder = zstandard.ZstdDecompressor().decompressobj()
        self._out = memoryview(self._decoder.decompress(piece))
        self._ended = bool(self._decoder.eof)
        if self._ended and self._decoder.unused_data:  # another frame follows
            self._waiting = self._decoder.unused_data + self._waiting
