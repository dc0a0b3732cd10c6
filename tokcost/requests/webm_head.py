"""How long a WebM or Matroska file is, by its head; what a browser recorded does not say."""

from __future__ import annotations

from struct import unpack
from typing import BinaryIO

START = b"\x1a\x45\xdf\xa3"
# The elements on the way to the length, and what it is told in.
_SEGMENT, _INFO, _SCALE, _DURATION = 0x18538067, 0x1549A966, 0x2AD7B1, 0x4489
_USUAL_SCALE = 1_000_000  # nanoseconds
_MOST_ELEMENTS = 200  # before the head: where pictures begin, it is not told
_LONGEST_HEAD = 64 * 1024


def webm_seconds(stream: BinaryIO) -> float | None:
    """The length that the head tells, None where it tells none. Raises what reading too little of a file raises."""
    stream.seek(0)
    _number(stream, keep=True)
    stream.seek(_number(stream), 1)  # past the marks of the form
    if _number(stream, keep=True) != _SEGMENT:
        return None
    _number(stream)
    for _ in range(_MOST_ELEMENTS):
        name, size = _number(stream, keep=True), _number(stream)
        if name == _INFO:
            return _told(stream, stream.tell() + min(size, _LONGEST_HEAD))
        stream.seek(size, 1)
    return None


def _told(stream: BinaryIO, end: int) -> float | None:
    scale, duration = _USUAL_SCALE, None
    while stream.tell() < end:
        name, size = _number(stream, keep=True), _number(stream)
        held = stream.read(min(size, _LONGEST_HEAD))
        if name == _SCALE:
            scale = int.from_bytes(held, "big")
        elif name == _DURATION:
            duration = unpack(">f" if size == 4 else ">d", held)[0]
    return None if duration is None else float(duration) * scale / 10**9


def _number(stream: BinaryIO, keep: bool = False) -> int:
    """A number whose first bit that is set says how many bytes it has; ``keep`` leaves that bit in, as names do."""
    first = stream.read(1)[0]
    length = 9 - first.bit_length()
    rest = stream.read(length - 1)
    if len(rest) < length - 1:
        raise ValueError("a file that ends in its head")
    return int.from_bytes(bytes([first if keep else first & (0xFF >> length)]) + rest, "big")
