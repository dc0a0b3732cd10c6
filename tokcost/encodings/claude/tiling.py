"""Covers a marked stream with as few pieces as possible: the number of tiles is the number of tokens.

No piece holds the end of a word and what follows it, the beginning of one and what stands before, or digits or
space beside anything else: a stream is cut there, and each segment is covered for itself, by dynamic programming.
"""

from __future__ import annotations

import re
from functools import cache

from tokcost.encodings.claude.characters import classes_of
from tokcost.encodings.claude.marks import SUFFIXES
from tokcost.encodings.claude.pack import BEGIN, CAPS, END, SHIFT, Pieces

_MARKS = f"{BEGIN}-{CAPS}"
_SPACE = " \t\n\u3000"
SEGMENT = re.compile(
    f"[{SHIFT}{CAPS}]*{BEGIN}[^{_MARKS}{_SPACE}0-9]*{END}?|[^{_MARKS}{_SPACE}0-9]+{END}?"
    f"|[{_SPACE}]+|[0-9]+|[{END}{SHIFT}{CAPS}]"
)
# Pieces with letters are at most so long; runs of one symbol go on to the longest of all. One segment never holds
# both, since marks stand around a word, but for the suffixes that an apostrophe binds to what stands before.
_LONGEST_WORD = 20
_OF_SUFFIXES = frozenset("".join(SUFFIXES))
# Segments from here on are looked through by what pieces begin with, which has to be gathered first.
_LONG = 100
# A run of one character from this length on costs one token more for every longest piece of it more:
# so many tiles of it alone stand in any cover that as many as fill whole longest pieces can be swapped.
_ENDLESS_FROM = 17_000
_RUN = re.compile(r"(.)\1+", re.DOTALL)


def segment_cost(segment: str, pieces: Pieces) -> int:
    """The least number of tokens that cover a segment."""
    known = pieces.pieces
    if segment in known:
        return 1
    size = len(segment)
    if size >= _ENDLESS_FROM:
        segment, extra = _shortened(segment, pieces)
        return extra + _best(segment, pieces)[-1]
    # Most segments are two or three pieces: cheaper to see than by the whole table.
    if size > 3 * _LONGEST_WORD:
        return _best(segment, pieces)[-1]
    longest = _longest(segment, pieces)
    heads = [end for end in range(1, min(size, longest + 1)) if segment[:end] in known]
    tails = [start for start in range(max(1, size - longest), size) if segment[start:] in known]
    if not set(heads).isdisjoint(tails):
        return 2
    if any(segment[end:start] in known for end in heads for start in tails if end < start):
        return 3
    return _best(segment, pieces)[-1]


def tiles(stream: str, pieces: Pieces) -> list[str]:
    """One of the cheapest covers, in order; a tile of one character may cost several tokens (``Pieces.price``)."""
    found = []
    for segment in SEGMENT.findall(stream):
        best = _best(segment, pieces)
        backwards = []
        end = len(segment)
        while end:
            start = _begin_of_tile(segment, pieces, best, end)
            backwards.append(segment[start:end])
            end = start
        found += backwards[::-1]
    return found


def _best(segment: str, pieces: Pieces) -> list[int]:
    """The least cost of every beginning of the segment."""
    if len(segment) >= _LONG and _letters(pieces).isdisjoint(segment):
        return _best_of_symbols(segment, pieces)
    known, price = pieces.pieces, pieces.price
    longest = _longest(segment, pieces)
    best = [0]
    for end in range(1, len(segment) + 1):
        least = best[end - 1] + price(segment[end - 1])
        for start in range(max(0, end - longest), end - 1):
            if best[start] < least - 1 and segment[start:end] in known:
                least = best[start] + 1
        best.append(least)
    return best


def _longest(segment: str, pieces: Pieces) -> int:
    return pieces.longest if _letters(pieces).isdisjoint(segment) else _LONGEST_WORD


def _best_of_symbols(segment: str, pieces: Pieces) -> list[int]:
    """The same for a long segment without letters of words: from every place only as far as some piece goes on."""
    known, price, beginnings = pieces.pieces, pieces.price, _beginnings(pieces)
    size = len(segment)
    best = [0] + [4 * size] * size
    for start in range(size):
        here = best[start]
        best[start + 1] = min(best[start + 1], here + price(segment[start]))
        end = start + 2
        while end <= size and (part := segment[start:end]) in beginnings:
            if here + 1 < best[end] and part in known:
                best[end] = here + 1
            end += 1
    return best


@cache
def _letters(pieces: Pieces) -> frozenset[str]:
    """The letters and marks that words alone hold, of those that stand beside something in a piece."""
    together = "".join(set("".join(piece for piece in pieces.pieces if len(piece) > 1)))
    found = {char for char, kind in zip(together, classes_of(together), strict=True) if kind in "wm"}
    return frozenset(found - _OF_SUFFIXES)


@cache
def _beginnings(pieces: Pieces) -> frozenset[str]:
    """What the pieces of several characters without letters begin with."""
    letters = _letters(pieces)
    found = {piece for piece in pieces.pieces if len(piece) > 1 and letters.isdisjoint(piece)}
    return frozenset(piece[:end] for piece in found for end in range(2, len(piece) + 1))


def _begin_of_tile(segment: str, pieces: Pieces, best: list[int], end: int) -> int:
    """Where the longest last tile of a cheapest cover begins."""
    for start in range(max(0, end - pieces.longest), end - 1):
        if best[start] == best[end] - 1 and segment[start:end] in pieces.pieces:
            return start
    return end - 1


def _shortened(segment: str, pieces: Pieces) -> tuple[str, int]:
    """The segment with its endless runs of one character cut short, and the tokens that were cut."""
    cut = 0

    def shorten(match: re.Match[str]) -> str:
        nonlocal cut
        longest = _longest_run(match[1], pieces)
        times = max(0, (len(match[0]) - longest * longest - 2 * pieces.longest) // longest)
        cut += times * (1 if longest > 1 else pieces.price(match[1]))
        return match[0][times * longest :]

    return _RUN.sub(shorten, segment), cut


@cache
def _longest_run(char: str, pieces: Pieces) -> int:
    """How often the longest piece that holds nothing else repeats a character."""
    return max((size for size in range(1, pieces.longest + 1) if char * size in pieces.pieces), default=1)
