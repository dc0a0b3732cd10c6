"""Covers a marked stream with as few pieces as possible: the number of tiles is the number of tokens."""

from __future__ import annotations

from tokcost.encodings.claude.pack import Pieces


def cost(stream: str, pieces: Pieces) -> int:
    """The least number of tokens that cover the stream."""
    return _best(stream, pieces)[-1]


def tiles(stream: str, pieces: Pieces) -> list[str]:
    """One of the cheapest covers, in order; a tile of one character may cost several tokens (``Pieces.price``)."""
    best = _best(stream, pieces)
    found = []
    end = len(stream)
    while end:
        start = _begin_of_tile(stream, pieces, best, end)
        found.append(stream[start:end])
        end = start
    return found[::-1]


def _best(stream: str, pieces: Pieces) -> list[int]:
    """The least cost of every beginning of the stream."""
    known, longest, price = pieces.pieces, pieces.longest, pieces.price
    best = [0]
    for end in range(1, len(stream) + 1):
        least = best[end - 1] + price(stream[end - 1])
        for start in range(max(0, end - longest), end - 1):
            if best[start] < least - 1 and stream[start:end] in known:
                least = best[start] + 1
        best.append(least)
    return best


def _begin_of_tile(stream: str, pieces: Pieces, best: list[int], end: int) -> int:
    """Where the longest last tile of a cheapest cover begins."""
    for start in range(max(0, end - pieces.longest), end - 1):
        if best[start] == best[end] - 1 and stream[start:end] in pieces.pieces:
            return start
    return end - 1
