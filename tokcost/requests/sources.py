"""What is attached to a request as a stream of bytes: base64 text, data URLs, files on this machine.

Nothing is fetched. Base64 is decoded where it is read and no further, so that the head of a film costs no more
than a head.
"""

from __future__ import annotations

import binascii
import os
import re
import stat
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, unquote_to_bytes

_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")
# What base64 text may hold beside its alphabet: line breaks, blanks, the letters of the other alphabet.
_UNUSUAL = ("\n", "\r", " ", "\t", "-", "_")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_LONGEST_PATH = 4096
_AHEAD = 6 << 10  # bytes that are decoded at a time, at least


def is_remote(source: str) -> bool:
    """Whether it is an address that would have to be fetched."""
    return bool(_SCHEME.match(source)) and not source.startswith("file://") and not _is_data(source)


def _is_data(source: str) -> bool:
    return source[:5].lower() == "data:"


def opened(source: str, folder: Path | None = None, address: bool = False) -> BinaryIO | None:
    """The bytes of a ``data:`` URL, of bare base64, or of a regular file; None for what is not here.

    ``file://`` addresses and paths (from ``folder``) are opened only with a folder given. An ``address`` is a path,
    or a URL with or without data, and never bare base64. The caller closes it.
    """
    if _is_data(source):
        return _of_data_url(source)
    if source.startswith("file://"):
        return None if folder is None else _of_file(folder / unquote(source.removeprefix("file://")))
    if is_remote(source) or not source:
        return None
    if folder is not None and len(source) < _LONGEST_PATH and (found := _of_file(folder / source)):
        return found
    return None if address else Base64Stream(source)


def mime_of(source: str) -> str:
    """The media type that a ``data:`` URL names, "" elsewhere."""
    if not _is_data(source):
        return ""
    return source[5 : 5 + 200].partition(",")[0].partition(";")[0].strip().lower()


def decoded(text: str) -> bytes:
    """The bytes of base64 text in either alphabet, with or without padding and line breaks."""
    return Base64Stream(text).read()


class Base64Stream(BytesIO):
    """The bytes that base64 ``text`` stands for, decoded where they are read."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._start = self._at = 0
        self._buffer = b""
        self._take(_plain(text) if any(mark in text for mark in _UNUSUAL) else text)

    def _take(self, text: str) -> None:
        end = len(text)
        while end and text[end - 1] == "=":
            end -= 1
        end -= end % 4 == 1  # a single letter holds no byte
        self.text, self._end = text, end
        self.size = end * 3 // 4

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Moves to a byte, as of any stream."""
        self._at = max(0, offset + (0, self._at, self.size)[whence])
        return self._at

    def tell(self) -> int:
        """The byte that is read next."""
        return self._at

    def read(self, size: int | None = -1, /) -> bytes:
        """So many bytes from here, or all."""
        most = max(0, self.size - self._at)
        size = most if size is None or size < 0 else min(size, most)
        begin = self._at - self._start
        if begin < 0 or begin + size > len(self._buffer):
            self._fill(size)
            begin = self._at - self._start
        found = self._buffer[begin : begin + size]
        self._at += len(found)
        return found

    def _fill(self, size: int) -> None:
        """Decodes so many bytes from here, and some more."""
        first = self._at // 3
        last = min(self._end, -(-(self._at + max(size, _AHEAD)) // 3) * 4)
        piece = self.text[4 * first : last]
        try:
            self._buffer = binascii.a2b_base64(piece + "=" * (-len(piece) % 4), strict_mode=True)
        except (binascii.Error, ValueError):
            plain = _plain(self.text)
            if len(plain) == self._end:  # nothing is left to be taken out
                self._buffer = b""
            else:
                self._take(plain)
                return self._fill(min(size, max(0, self.size - self._at)))
        self._start = 3 * first
        return None


def _plain(text: str) -> str:
    return _NOT_BASE64.sub("", text.replace("-", "+").replace("_", "/"))


def _of_data_url(url: str) -> BinaryIO | None:
    head, comma, data = url.partition(",")
    if not comma:
        return None
    if head.rstrip().lower().endswith(";base64"):
        return Base64Stream(unquote(data) if "%" in data else data)
    return BytesIO(unquote_to_bytes(data))


def _of_file(path: Path) -> BinaryIO | None:
    """A regular file: a device may never end, and a pipe may never begin."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return None
        # not waited for, should it be another file by now
        file = open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)), "rb")  # noqa: SIM115
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return file
        file.close()
    except (OSError, ValueError):
        pass
    return None
