"""Lines of open bytes, in blocks: one call for many of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

_BLOCK = 1 << 18
# A line longer than this is taken for a file without lines.
LONGEST_LINE = 64 << 20

Lines = tuple[int, list[bytes]]
"""How many lines came before, and lines without their ends."""


def line_blocks(stream: BinaryIO, longest: int = LONGEST_LINE) -> Iterator[Lines]:
    """The lines of a stream in blocks. Blank lines that fill a block of their own are counted, not listed.

    Of a line beyond ``longest`` one byte more than that is kept, which tells it. A CR ends lines where nothing else
    does in the first block, as some exports have it.
    """
    # read1 hands on what a broken archive still gives before it fails
    read: Callable[[int], bytes] = getattr(stream, "read1", stream.read)
    begun: list[bytes] = []  # pieces of a line whose end has not come yet
    number = size = 0
    by_cr: bool | None = None
    while block := read(_BLOCK):
        if by_cr is None:
            by_cr = b"\r" in block[:-1] and b"\n" not in block
        if by_cr:
            block = block.replace(b"\r", b"\n")
        if not size and block.isspace():
            number += block.count(b"\n")
            continue
        found = block.split(b"\n")
        if size:
            if size <= longest:
                begun.append(found[0])
            size += len(found[0])
            if len(found) == 1:
                continue
            found[0] = b"".join(begun)[: longest + 1]
        last = found.pop()
        begun, size = [last], len(last)
        if found:
            yield number, found
            number += len(found)
    if size:
        yield number, [b"".join(begun)[: longest + 1]]
