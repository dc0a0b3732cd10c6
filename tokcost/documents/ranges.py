"""A large file in ranges of bytes that are counted apart and add up to the count of the whole.

Where a range ends is looked up in the file at a fixed distance, by a rule that sees nothing but the
bytes around: whoever looks, in whatever order and on whatever machine, finds the same place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

from tokcost.encodings.cuts import Cuts, first_cut

# The rule looks two characters back, and a character may begin up to three bytes before them.
_BEFORE = 16
_WINDOW = 16 * 1024


def ranges(file: BinaryIO, size: int, step: int, cuts: Cuts) -> Iterator[tuple[int, int]]:
    """(start, end) of every range of a text, about ``step`` bytes each; together they are the file."""
    return _ranges(size, step, lambda near: cut_after(file, near, size, cuts))


def line_ranges(file: BinaryIO, size: int, step: int) -> Iterator[tuple[int, int]]:
    """(start, end) of every range of whole lines, about ``step`` bytes each; together they are the file."""
    return _ranges(size, step, lambda near: line_after(file, near, size))


def _ranges(size: int, step: int, end_after: Callable[[int], int]) -> Iterator[tuple[int, int]]:
    start = 0
    for near in range(step, size, step):
        if near <= start:
            continue
        end = end_after(near)
        yield start, end
        start = end
    if start < size or not size:
        yield start, size


def cut_after(file: BinaryIO, near: int, size: int, cuts: Cuts) -> int:
    """The first offset at or after ``near`` where the UTF-8 text may be cut; ``size`` when there is none."""
    at = near
    while at < size:
        begin = max(0, at - _BEFORE)
        file.seek(begin)
        data = file.read(_WINDOW + 2 * _BEFORE)
        while begin < at and data and 0x80 <= data[0] < 0xC0:  # the rest of a character that began before
            data = data[1:]
            begin += 1
        text = data.decode("utf-8", "surrogateescape")
        lead = len(data[: at - begin].decode("utf-8", "surrogateescape"))
        found = first_cut(text, lead, cuts)
        if found:
            return begin + len(text[:found].encode("utf-8", "surrogateescape"))
        at += _WINDOW
    return size


def line_after(file: BinaryIO, near: int, size: int) -> int:
    """The first offset at or after ``near`` that begins a line; ``size`` when there is none."""
    at = near - 1
    while 0 <= at < size:
        file.seek(at)
        data = file.read(_WINDOW)
        found = data.find(b"\n")
        if found >= 0:
            return at + found + 1
        at += len(data)
    return size if near > 0 else 0
