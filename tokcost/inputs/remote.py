"""What lies behind URLs, through fsspec (extra ``tokcost[remote]``), which is loaded for a URL only."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from tokcost.errors import InputError
from tokcost.inputs.files import reason_of

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
        raise InputError(url, f"cannot be listed: {reason_of(error)}") from error


def size(url: str) -> int:
    """The size in bytes as it lies there, 0 when the server does not say."""
    files, path = _filesystem(url)
    try:
        return int(files.size(path) or 0)
    except Exception as error:  # each file system has errors of its own
        raise InputError(url, f"cannot be read: {reason_of(error)}") from error


@contextmanager
def opened(url: str) -> Iterator[io.BufferedReader]:
    """The bytes behind a URL, seekable where the server has ranges."""
    files, path = _filesystem(url)
    with (
        files.open(path, "rb", block_size=8 << 20, cache_type="readahead") as file,
        cast(Any, io.BufferedReader(file, 1 << 20)) as buffered,
    ):
        yield buffered


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
