"""Turns a published rank file into a pack, and a pack back into the rank file.

    python -m tokcost.encodings.packing o200k_base.tiktoken o200k_base.vocab

A rank file has a line "base64 rank" a token, ranks ascending, at most one rank left out.
"""

from __future__ import annotations

import sys
from array import array
from base64 import b64decode, b64encode
from pathlib import Path
from zlib import crc32

from tokcost.atomic import write_whole
from tokcost.encodings.pack import _HEADER, MAGIC, MAX_TOKENS, NO_GAP, Pack


def read_rank_file(data: bytes) -> tuple[list[bytes], int]:
    """The tokens in rank order and the rank that is left out, NO_GAP for none."""
    tokens: list[bytes] = []
    gap = NO_GAP
    for line in data.splitlines():
        if not line:
            continue
        encoded, rank = line.split()
        if int(rank) != len(tokens) + (gap != NO_GAP):
            if gap != NO_GAP or int(rank) != len(tokens) + 1:
                raise ValueError(f"rank {int(rank)} where {len(tokens)} was due")
            gap = len(tokens)
        tokens.append(b64decode(encoded))
    return tokens, gap


def packed(tokens: list[bytes], gap: int) -> bytes:
    """The bytes of a pack."""
    if len(tokens) > MAX_TOKENS:
        raise ValueError(f"{len(tokens)} tokens; a pack holds {MAX_TOKENS}")
    slot_count = 2 * len(tokens) + 1
    slots = array("I", bytes(4 * slot_count))
    offsets = array("I", [0])
    for index, token in enumerate(tokens):
        offsets.append(offsets[-1] + len(token))
        crc = crc32(token)
        at = crc % slot_count
        while slots[at]:
            at = (at + 1) % slot_count
        slots[at] = (crc >> 18) << 18 | index + 1
    if sys.byteorder == "big":
        offsets.byteswap()
        slots.byteswap()
    header = _HEADER.pack(MAGIC, len(tokens), slot_count, gap)
    return b"".join((header, offsets.tobytes(), slots.tobytes(), *tokens))


def expanded(pack: Pack, size: int, gapless: bool = False) -> bytes:
    """The rank file that the first ``size`` tokens of a pack came from, byte for byte.

    ``gapless``: numbered on over the rank that it leaves out.
    """
    ranks = range(size) if gapless else pack.ranks(size).values()
    return b"".join(b"%s %d\n" % (b64encode(pack.token(at)), rank) for at, rank in enumerate(ranks))


def main(argv: list[str]) -> int:
    """Pack ``argv[0]`` into ``argv[1]``."""
    source, target = (Path(argument) for argument in argv)
    write_whole(target, packed(*read_rank_file(source.read_bytes())))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
