"""How large a picture in a request is: its width and height, read from its own first bytes.

    >>> image_size("https://example.com/cat.png") is None
    True

Nothing is fetched. A picture on this machine is opened only where the caller names the folder, and only if it
is a regular file; whatever a picture claims of itself, only so much of it is read.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from tokcost.requests.sources import opened

Size = tuple[int, int]

# What a size may lie behind: some kilobytes of a photograph's metadata, read in some hundred steps.
_MOST_BYTES, _MOST_READS = 4 << 20, 20_000
# The formats that model providers take; the reader knows more (SVG, which would parse foreign XML).
_SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*\0", b"MM\0*")


def image_size(source: str, folder: Path | None = None) -> Size | None:
    """Width and height in pixels, turned as the picture's EXIF says; None where it cannot be read.

    ``source`` is a ``data:`` URL, bare base64, or an address. ``file://`` addresses and relative
    paths (from ``folder``) are opened only with a folder given; an http address is never fetched.
    """
    stream = opened(source, folder)
    if stream is None:
        return None
    with stream:
        return _size_in(stream)


def _size_in(stream: BinaryIO) -> Size | None:
    start = stream.read(12)
    if not (start.startswith(_SIGNATURES) or start[4:8] == b"ftyp"):
        return None
    import imagesize  # late: it brings urllib and an XML parser along, 30 ms

    try:
        # Only ever a stream: given a name, imagesize would open it, even over http.
        width, height = imagesize.get(Glance(stream))
    except Exception:
        return None
    return (width, height) if width > 0 and height > 0 else None


class Glance(BytesIO):  # by which imagesize 1 knows a stream
    """A stream that gives so many bytes and no more, wherever they are read: a file may send its reader in circles."""

    def __init__(self, stream: BinaryIO, most_bytes: int = _MOST_BYTES, most_reads: int = _MOST_READS) -> None:
        super().__init__()
        stream.seek(0)
        self._stream = stream
        self._bytes, self._reads = most_bytes, most_reads

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
            raise ValueError("what is looked for is not where such a file has it")
        return found
