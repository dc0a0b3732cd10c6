"""How long a WAV file is, by its head and by the bytes there are: a head that was written first may not know."""

from __future__ import annotations

from struct import unpack_from
from typing import BinaryIO

# Tags of samples that are not packed: numbers, floats, two kinds of telephone; what else there is tells its own rate.
_PLAIN = (1, 3, 6, 7)
_EXTENSIBLE = 0xFFFE
# Sizes that a writer leaves there which does not know how much will follow.
_UNKNOWN = (0, 0xFFFFFFFF, 0x7FFFFFFF, 0xFFFFFFFF - 36, 0x7FFFFFFF - 36)
# Bytes of a second: a telephone's worst to a studio's best; others are a mistake.
_LEAST, _MOST = 400, 10_000_000
# What may stand behind the samples and is none of them: lists of names, marks.
_TAIL = 64 * 1024
_MOST_CHUNKS = 1_000


def wave_seconds(stream: BinaryIO, size: int) -> tuple[float, float] | None:
    """(seconds, the most that it may be) of a file of so many bytes, None where its head does not tell.

    Raises what reading too little of a file raises.
    """
    rate = at = 0
    at = 12
    for _ in range(_MOST_CHUNKS):
        stream.seek(at)
        head = stream.read(8)
        if len(head) < 8:
            return None
        name, length = head[:4], unpack_from("<I", head, 4)[0]
        if name == b"fmt ":
            rate = _bytes_a_second(stream.read(min(length, 40)))
        elif name == b"data":
            there = max(0, size - at - 8)
            known = length if length not in _UNKNOWN and length <= there else there
            if not _LEAST <= rate <= _MOST:
                return None
            most = there if there - known > _TAIL else known
            return known / rate, most / rate
        at += 8 + length + length % 2
    return None


def _bytes_a_second(form: bytes) -> int:
    tag, _, samples, told, frame = unpack_from("<HHIIH", form)
    if tag == _EXTENSIBLE:
        tag = unpack_from("<H", form, 24)[0]
    return int(samples * frame if tag in _PLAIN else told)
