"""How large a picture in a request is: its width and height, read from its own first bytes.

    >>> image_size("https://example.com/cat.png") is None
    True

Nothing is fetched. A picture on this machine is opened only where the caller names the folder.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes

Size = tuple[int, int]
# What the parsers ask for every picture: its address or base64 text -> (width, height) or None.
Sizer = Callable[[str], Size | None]

# Enough for the header of nearly every file, so that a picture of 20 MB is not decoded whole.
_HEAD = 64 * 1024
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
    if not (data.startswith(_SIGNATURES) or data[4:8] == b"ftyp"):
        return None
    import imagesize  # late: it brings urllib and an XML parser along, 30 ms

    try:
        # Only ever a stream: given a name, imagesize would open it, even over http.
        width, height = imagesize.get(BytesIO(data))
    except Exception:
        return None
    return (width, height) if width > 0 and height > 0 else None


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
    try:
        return size_of_bytes(path.read_bytes())
    except (OSError, ValueError):
        return None
