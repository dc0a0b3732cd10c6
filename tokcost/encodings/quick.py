"""The quick way for small texts: a vocabulary of only the tokens that the text can use.

Merging inside a piece looks up nothing but substrings of that piece. So the single bytes, the
pieces that are tokens, and those substrings of the other pieces that are tokens give the same
tokens as the whole vocabulary, without building it (some 100 ms and 60 MB).
"""

from __future__ import annotations

from tokcost.encodings.pack import open_pack
from tokcost.encodings.pieces import settled, splitter
from tokcost.encodings.specs import SPECS

MAX_CHARS = 40_000
# Several texts share one vocabulary: what they have in common is looked up once.
MAX_CHARS_TOGETHER = 100_000
# Past so many look-ups the whole vocabulary is there sooner (measured: about 0.6 us each).
MAX_LOOKUPS = 80_000


def small_vocabulary(encoding: str, *texts: str, most_chars: int = MAX_CHARS) -> dict[bytes, int] | None:
    """The ranks that the texts can use, None when the quick way is not the better or the safe one."""
    if sum(map(len, texts)) > most_chars or not all(map(settled, texts)):
        return None
    return vocabulary_of(encoding, {match.encode() for text in texts for match in splitter(encoding).findall(text)})


def vocabulary_of(encoding: str, pieces: set[bytes]) -> dict[bytes, int] | None:
    """The ranks that occur in the pieces, None when there are too many to look up.

    Where the split into pieces is not certain, a whole text does for one: it has the substrings of any.
    """
    spec = SPECS[encoding]
    pack = open_pack(spec.pack)
    find = pack.rank
    longest = pack.longest
    last = spec.size  # the rank after the last; the one pack that serves two sizes leaves it out
    found: dict[bytes, int | None] = {bytes((byte,)): find(bytes((byte,))) for byte in range(256)}
    budget = MAX_LOOKUPS
    for piece in pieces:
        if piece in found:
            continue
        rank = found[piece] = find(piece) if len(piece) <= longest else None
        if rank is not None and rank <= last:
            continue
        size = len(piece)
        budget -= size * min(size, longest)
        if budget < 0:
            return None
        for start in range(size - 1):
            for end in range(start + 2, min(size, start + longest) + 1):
                part = piece[start:end]
                if part not in found:
                    found[part] = find(part)
    return {token: rank for token, rank in found.items() if rank is not None and rank <= last}
