"""A packed vocabulary of Claude: its pieces as a set, and the prices of single characters.

The file is UTF-8 text whose parts are separated by NUL: a magic word, the byte beginnings in
hexadecimal, and the pieces, those of ASCII first. Marks are control characters, which no
normalised text holds.
"""

from __future__ import annotations

import zlib
from functools import cache

from tokcost.encodings.pack import packs_folder

MAGIC = "tokcost pieces 1"
SEPARATOR = "\0"
TABLE_SIZE = 0x10000

# Marks in a stream: a word begins, a word ends, its first letter was a capital, all of them were.
BEGIN, END, SHIFT, CAPS = "\x01", "\x02", "\x03", "\x04"
# What stands in a text for lone characters that were taken out of it: their end, and then their beginning.
HELD_END, HELD_BEGIN = "\x05", "\x06"
ATOMS = {"⟨bow⟩": BEGIN, "⟨eow⟩": END, "⟨shift⟩": SHIFT, "⟨caps⟩": CAPS}


class Pieces:
    """One vocabulary: every piece costs one token."""

    def __init__(self, data: bytes) -> None:
        magic, prefixes, *pieces = data.decode().split(SEPARATOR)
        if magic != MAGIC:
            raise ValueError("not a packed vocabulary of pieces")
        self.pieces = frozenset(pieces)
        self.longest = 128
        self._chunks = {bytes.fromhex(prefix) for prefix in prefixes.split()}
        self._prices: dict[str, int] = {HELD_END: 0, HELD_BEGIN: 0}

    def price(self, char: str) -> int:
        """Tokens of one character that stands alone: 1 for a piece, else the fewest chunks of its UTF-8 bytes."""
        if char not in self._prices:
            self._prices[char] = 1 if char in self.pieces else len(self.chunks(char))
        return self._prices[char]

    def chunks(self, char: str) -> list[bytes]:
        """The fewest chunks for the bytes of a character that is not a piece: byte beginnings and single bytes."""
        data = char.encode()
        best: list[list[bytes]] = [[]]
        for end in range(1, len(data) + 1):
            ways = [[*best[start], data[start:end]] for start in range(end) if self._is_chunk(data[start:end])]
            best.append(min(ways, key=len))
        return best[-1]

    def _is_chunk(self, data: bytes) -> bool:
        return len(data) == 1 or data in self._chunks


@cache
def open_pieces(name: str) -> Pieces:
    """The shipped vocabulary of that name, read once per process."""
    return Pieces((packs_folder() / f"{name}.pieces").read_bytes())


@cache
def character_classes() -> str:
    """The class of every character of the Basic Multilingual Plane, one letter each."""
    return zlib.decompress((packs_folder() / "claude.classes").read_bytes()).decode()
