"""A packed vocabulary: a memory-mapped hash table from token bytes to rank.

Layout, little-endian: a header (magic, tokens n, slots s, gap), n + 1 offsets (u32), s slots (u32),
the bytes of all tokens in rank order. A slot is 0 when free, else ``fingerprint << 18 | index + 1``;
the fingerprint is the top 14 bits of the crc32 of the token, the home slot is crc32 mod s, and
collisions go to the next slot. Half of the slots are free, so a token that is not there costs
about two probes. ``gap`` is the one rank that the vocabulary leaves out (p50k_base keeps 50256 for
a special token), or 2^32 - 1.

Only the pages that are asked for are read: this is what makes the first count of a process fast.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from zlib import crc32

MAGIC = b"tokcost1"
_HEADER = struct.Struct("<8sIII")
NO_GAP = 0xFFFFFFFF
_INDEX_BITS = 18
_INDEX_MASK = (1 << _INDEX_BITS) - 1
MAX_TOKENS = _INDEX_MASK


class Pack:
    """One mapped file; ranks are those of the published vocabulary."""

    def __init__(self, path: Path) -> None:
        import mmap

        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        header: tuple[bytes, int, int, int] = _HEADER.unpack_from(mapped)
        magic, self.count, self.slot_count, self._gap = header
        if magic != MAGIC:
            raise ValueError(f"{path.name} is not a packed vocabulary")
        view = memoryview(mapped)
        began = _HEADER.size
        middle = began + 4 * (self.count + 1)
        ended = middle + 4 * self.slot_count
        self._offsets = _words(view[began:middle])
        self._slots = _words(view[middle:ended])
        self._blob = mapped
        self._base = ended
        self.longest = 128

    def rank(self, token: bytes) -> int | None:
        """The rank of exactly these bytes, None when they are no token."""
        crc = crc32(token)
        at = crc % self.slot_count
        mark = crc >> 18
        slots: Sequence[int] = self._slots
        while slot := slots[at]:
            if slot >> _INDEX_BITS == mark:
                index = (slot & _INDEX_MASK) - 1
                if self.token(index) == token:
                    return index + 1 if index >= self._gap else index
            at += 1
            if at == self.slot_count:
                at = 0
        return None

    def token(self, index: int) -> bytes:
        """The bytes of the token at a place in rank order."""
        return self._blob[self._base + self._offsets[index] : self._base + self._offsets[index + 1]]

    def token_of_rank(self, rank: int) -> bytes:
        """The bytes of a rank."""
        return self.token(rank - 1 if rank > self._gap else rank)

    def ranks(self, size: int) -> dict[bytes, int]:
        """The first ``size`` tokens with their ranks, as tiktoken takes them."""
        blob = self._blob[self._base :]
        offsets = self._offsets[: size + 1].tolist()
        gap = self._gap
        found = {blob[start:end]: index for index, (start, end) in enumerate(pairwise(offsets))}
        if gap < size:
            found |= {self.token(index): index + 1 for index in range(gap, size)}
        return found


@cache
def open_pack(name: str) -> Pack:
    """The shipped pack of that name; one mapping per process."""
    return Pack(pack_path(name))


def pack_path(name: str) -> Path:
    """Where the shipped pack lies."""
    return packs_folder() / f"{name}.vocab"


def packs_folder() -> Path:
    """The folder of all that is shipped packed."""
    return Path(__file__).with_name("packs")


def _words(view: memoryview) -> memoryview:
    if sys.byteorder == "little":
        return view.cast("I")
    swapped = array("I", view.tobytes())
    swapped.byteswap()
    return memoryview(swapped)
