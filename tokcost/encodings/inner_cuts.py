"""Where a run of Chinese, Japanese or Korean may be cut inside one piece, where the text has no other place to cut.

Merging joins two neighbours where the vocabulary has them as one token. Where no token reaches over a place, nothing is
ever merged across it: the tokens of both sides are those of the whole.
"""

from __future__ import annotations

import re
from functools import cache
from unicodedata import category

from tokcost.encodings.cuts import ALONE
from tokcost.encodings.pack import Pack

# How many places are tried: of ordinary text the first few will do.
_TRIES = 64


def inner_cut(text: str, begin: int, end: int, pack: Pack, cased: bool) -> int:
    """A place (begin < place < end) between two such letters over which no token reaches, 0 where none is found.

    On both sides of it are more of them than a token is long, so that neither side may be a token of its own.
    ``cased``: the pattern parts words where a capital follows a small letter, so that it matters what the run
    began with; ``begin`` must be where a piece begins.
    """
    reach = pack.longest
    last = min(end, len(text)) - reach
    first = max(begin + reach, last - _TRIES)
    if first >= last or not _run().fullmatch(text, first - reach, last + reach):
        return 0
    if cased and not _begins_plain(text, begin, first):
        return 0
    return next((at for at in range(last, first, -1) if not _spanned(text, at, pack)), 0)


def _begins_plain(text: str, begin: int, at: int) -> bool:
    """Whether the word around a place has had letters without case alone, as far as it has come."""
    found = _other().search(text[begin:at][::-1])
    return found is None or not (category(found[0])[0] in "LM" or category(found[0]) == "Cn")


def _spanned(text: str, at: int, pack: Pack) -> bool:
    """Whether some token has an end of what stands before the place, and a beginning of what stands after it."""
    reach = pack.longest
    before = text[at - reach : at].encode()[1 - reach :]
    after = text[at : at + reach].encode()
    return any(
        pack.rank(before[-left:] + after[:right]) is not None
        for left in range(1, len(before) + 1)
        for right in range(1, reach - left + 1)
    )


@cache
def _run() -> re.Pattern[str]:
    return re.compile(f"[{ALONE}]+")


@cache
def _other() -> re.Pattern[str]:
    return re.compile(f"[^{ALONE}]")
