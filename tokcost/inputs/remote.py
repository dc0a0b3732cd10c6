"""What lies behind URLs, through fsspec (extra ``tokcost[remote]``), which is loaded for a URL only."""

from __future__ import annotations

import errno
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from tokcost.errors import InputError
from tokcost.inputs.files import CHANGED, reason_of

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem


def has_magic(url: str) -> bool:
    """Whether a URL is a glob; a "?" begins its query."""
    return any(char in url for char in "*[")


def glob(url: str) -> list[str]:
    """The URLs that a URL with wildcards means, sorted. Raises InputError when they cannot be listed."""
    files, path = _filesystem(url)
    try:
        return [files.unstrip_protocol(match) for match in sorted(files.glob(path))]
    except Exception as error:  # each file system has errors of its own
        raise InputError(url, f"cannot be listed: {_reason(error, url)}") from error


def size(url: str) -> int:
    """The size in bytes as it lies there, 0 when the server does not say."""
    files, path = _filesystem(url)
    try:
        return int(files.size(path) or 0)
    except Exception as error:  # each file system has errors of its own
        raise InputError(url, f"cannot be read: {_reason(error, url)}") from error


@contextmanager
def opened(url: str) -> Iterator[io.BufferedReader]:
    """The bytes behind a URL, seekable where the server has ranges."""
    files, path = _filesystem(url)
    try:
        before = files.info(path)
        file = files.open(path, "rb", block_size=8 << 20, cache_type="readahead")
    except Exception as error:  # each file system has errors of its own
        raise OSError(errno.EIO, _reason(error, url)) from error
    if (cache := getattr(file, "cache", None)) and cache.fetcher:
        cache.fetcher = _whole(cache.fetcher)
    with file, cast(Any, io.BufferedReader(_Fetched(file, url), 1 << 20)) as buffered:
        yield buffered
        if _is_another(before, _now(files, path)):
            raise InputError(url, CHANGED)


def _whole(fetch: Callable[[int, int], bytes]) -> Callable[[int, int], bytes]:
    """Gets a range, and takes no other: fsspec takes what is shorter for what it asked for."""

    def fetched(start: int, end: int) -> bytes:
        data = fetch(start, end)
        if len(data) != end - start:
            raise OSError(errno.EIO, f"the server gave {len(data):,} bytes instead of {end - start:,}")
        return data

    return fetched


def _now(files: AbstractFileSystem, path: str) -> Mapping[str, Any]:
    """What the server says of the file once it was read; nothing where it does not answer any more."""
    try:
        found: Mapping[str, Any] = files.info(path)
    except Exception:  # each file system has errors of its own
        return {}
    return found


def _is_another(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether the ranges may be of two states. One that has grown is a log: what was there is read."""
    size, there = before.get("size"), now.get("size")
    if size is None or there is None or there > size:
        return False
    return there < size or any(before.get(name) != now.get(name) for name in ("ETag", "Last-Modified"))


class _Fetched(io.RawIOBase):
    """The file of a file system, whose errors are of one type whatever its server does."""

    def __init__(self, file: Any, url: str) -> None:
        self._file = file
        self._url = url

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return bool(self._file.seekable())

    def tell(self) -> int:
        return int(self._file.tell())

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return int(self._told(lambda: self._file.seek(offset, whence)))

    def readinto(self, buffer: Any) -> int:
        return int(self._told(lambda: self._file.readinto(buffer)))

    def _told(self, ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except Exception as error:
            raise OSError(errno.EIO, _reason(error, self._url)) from error


def _filesystem(url: str) -> tuple[AbstractFileSystem, str]:
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise InputError(url, "URLs need fsspec: pip install 'tokcost[remote]'") from error
    try:
        found: tuple[AbstractFileSystem, str] = url_to_fs(url)
    except ImportError as error:
        raise InputError(url, f"{reason_of(error)}: pip install 'tokcost[remote]'") from error
    except ValueError as error:
        raise InputError(url, reason_of(error)) from error
    return found


def _reason(error: BaseException, url: str) -> str:
    """What went wrong: fsspec answers with the URL alone, and the cause stands behind it."""
    while error.__cause__ is not None and str(error) in ("", url):
        error = error.__cause__
    if status := getattr(error, "status", 0):
        return " ".join(f"{status} {getattr(error, 'message', '')}".split())[:200]
    if getattr(error, "history", ()):  # aiohttp says nothing else of it
        return "it redirects without an end"
    text = reason_of(error)
    return f"it is not there, or refused ({type(error).__name__})" if text == url else text
