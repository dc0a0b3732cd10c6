"""How large a picture in a request is: its width and height, read from its own first bytes.

    >>> image_size("https://example.com/cat.png") is None
    True

Nothing is fetched. A picture on this machine is opened only where the caller names the folder, and only if it
is a regular file; whatever a picture claims of itself, only so much of it is read.
"""

from __future__ import annotations

import binascii
import os
import re
import stat
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, unquote_to_bytes

Size = tuple[int, int]
# What the parsers ask for every picture: its address or base64 text -> (width, height) or None.
Sizer = Callable[[str], Size | None]

# Enough for the header of nearly every file, so that a picture of 20 MB is not decoded whole.
_HEAD = 64 * 1024
# What a size may lie behind: some kilobytes of a photograph's metadata, read in some hundred steps.
_MOST_BYTES, _MOST_READS = 4 << 20, 20_000
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
# The formats that model providers take; the reader knows more (SVG, which would parse foreign XML).
_SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*\0", b"MM\0*")


def image_size(source: str, folder: Path | None = None) -> Size | None:
    """Width and height in pixels, turned as the picture's EXIF says; None where it cannot be read.

    ``source`` is a ``data:`` URL, bare base64, or an address. ``file://`` addresses and relative
    paths (from ``folder``) are opened only with a folder given; an http address is never fetched.
    """
    if source.startswith("data:"):
        return _of_data_url(source)
    if source.startswith("file://"):
        return None if folder is None else _of_file(folder / unquote(source.removeprefix("file://")))
    if _SCHEME.match(source):
        return None
    if folder is not None and len(source) < 4096 and (found := _of_file(folder / source)):
        return found
    return _of_base64(source)


def size_of_bytes(data: bytes) -> Size | None:
    """Width and height in pixels of a PNG, JPEG, GIF, WebP, BMP, TIFF, AVIF or HEIC file's bytes."""
    return _size_in(BytesIO(data))


def _size_in(stream: BinaryIO) -> Size | None:
    start = stream.read(12)
    if not (start.startswith(_SIGNATURES) or start[4:8] == b"ftyp"):
        return None
    import imagesize  # late: it brings urllib and an XML parser along, 30 ms

    try:
        # Only ever a stream: given a name, imagesize would open it, even over http.
        width, height = imagesize.get(_Glance(stream))
    except Exception:
        return None
    return (width, height) if width > 0 and height > 0 else None


class _Glance(BytesIO):  # by which imagesize 1 knows a stream
    """A stream that gives so many bytes and no more, wherever they are read: a file may send its reader in circles."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        stream.seek(0)
        self._stream = stream
        self._bytes, self._reads = _MOST_BYTES, _MOST_READS

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def read(self, size: int | None = -1, /) -> bytes:
        most = self._bytes + 1
        found = self._stream.read(most if size is None or size < 0 else min(size, most))
        self._bytes -= len(found)
        self._reads -= 1
        if self._bytes < 0 or self._reads < 0:
            raise ValueError("the size is not where a picture has it")
        return found


def _of_data_url(url: str) -> Size | None:
    head, comma, data = url.partition(",")
    if not comma:
        return None
    if head.rstrip().lower().endswith(";base64"):
        return _of_base64(data)
    return size_of_bytes(unquote_to_bytes(data))


def _of_base64(text: str) -> Size | None:
    """Of the first bytes if they tell, else of all: JPEG may carry its size behind a large preview."""
    for part in (text[:_HEAD], text) if len(text) > _HEAD else (text,):
        if found := size_of_bytes(decoded(part)):
            return found
    return None


def decoded(text: str) -> bytes:
    """The bytes of base64 text in either alphabet, with or without padding and line breaks."""
    plain = _NOT_BASE64.sub("", text.replace("-", "+").replace("_", "/"))
    try:
        return binascii.a2b_base64(plain[: len(plain) // 4 * 4] + _last(plain))
    except binascii.Error:
        return b""


def _last(plain: str) -> str:
    """The last incomplete group of four, padded; a single left-over character holds no byte."""
    rest = plain[len(plain) // 4 * 4 :]
    return rest.ljust(4, "=") if len(rest) > 1 else ""


def _of_file(path: Path) -> Size | None:
    """Of a regular file: a device may never end, and a pipe may never begin."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return None
        # not waited for, should it be another file by now
        with open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)), "rb") as file:
            return _size_in(file) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else None
    except (OSError, ValueError):
        return None
