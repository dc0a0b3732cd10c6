"""Lines of open bytes, in blocks: one call for many of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

_BLOCK = 1 << 20
# A line longer than this is taken for a file without lines.
LONGEST_LINE = 64 << 20


def line_blocks(stream: BinaryIO) -> Iterator[list[bytes]]:
    """The lines of a stream in blocks, without their ends. A line beyond LONGEST_LINE is cut there."""
    rest = b""
    # read1 hands on what a broken archive still gives before it fails
    read: Callable[[int], bytes] = getattr(stream, "read1", stream.read)
    while block := read(_BLOCK):
        found = block.split(b"\n")
        found[0] = rest + found[0]
        rest = found.pop()
        if len(rest) > LONGEST_LINE:
            found.append(rest)
            rest = b""
        if found:
            yield found
    if rest:
        yield [rest]
