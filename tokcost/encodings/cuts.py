"""Where a text may be cut without changing its count, so that a large one is counted in parts.

After a newline that follows a non-space character and is followed by a letter or digit; between a
letter and a space that a letter follows; and, for encodings whose words end at the first
character that is not a letter, between a letter and a digit or a full stop of Chinese, Japanese or Latin
script. In each case every pattern ends a piece there whatever comes after, and looks at nothing
before. What Claude's vocabularies do with a blank depends on whether a word stands before it, so there
a blank behind Han or Hangul is no place to cut; between two of those characters there is one, since no
piece holds two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

Cuts = frozenset[str]
"""The names of the rules that hold for an encoding."""

LINE, WORD, LONE_WORD, FREE, LONE = "line", "word", "lone word", "free", "lone"
SPACED: Cuts = frozenset((LINE, WORD, LONE_WORD))
ANYWHERE: Cuts = SPACED | {FREE}
MARKED: Cuts = frozenset((LINE, WORD, FREE, LONE))

# Letters to every engine and every Unicode version; a letter that is not here is just not cut at.
_SPELLED = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0391-\u03a1\u03a3-\u03c9\u0400-\u0481\u048a-\u052f"
    "\u05d0-\u05ea\u0621-\u063a\u0641-\u064a\u0905-\u0939\u0e01-\u0e30\u3041-\u3096\u30a1-\u30fa"
)
# Letters without case, of which no piece of Claude's holds two.
ALONE = "\u4e00-\u9fa5\uac00-\ud7a3"
_LETTER = f"[{_SPELLED}{ALONE}]"
_RULES = {
    LINE: rf"(?<=[^\s]\n)(?={_LETTER}|[0-9])",
    WORD: rf"(?<=[{_SPELLED}])(?= {_LETTER})",
    LONE_WORD: rf"(?<=[{ALONE}])(?= {_LETTER})",
    FREE: rf"(?<={_LETTER})(?=[0-9.,;:。、，．！？])",
    LONE: rf"(?<=[{ALONE}])(?=[{ALONE}])",
}
# How far back from the end a cut is looked for before the whole text is searched.
_NEAREST, _NEAR = 256, 4096


def last_cut(text: str, cuts: Cuts, begin: int = 0, end: int | None = None) -> int:
    """The last place (begin < place < end) where the text may be cut, 0 when there is none.

    Without ``begin`` and ``end`` it is the whole text that is looked at.
    """
    end = len(text) if end is None else end
    for near in (_NEAREST, _NEAR, end - begin):
        start = max(begin, end - near)
        for pattern in _patterns(cuts):
            at = _last(pattern, text, start, end)
            if at > begin:
                return at
    return 0


def first_cut(text: str, start: int, cuts: Cuts) -> int:
    """The first place at or after ``start`` where the text may be cut, 0 when there is none."""
    # The last character is left out, as below; the first two have too little before them to tell.
    start = max(start, 2)
    end = max(start, len(text) - 1)
    for near in (_NEAREST, _NEAR, end):
        found = [pattern.search(text, start, min(end, start + near)) for pattern in _patterns(cuts)]
        if places := [match.start() for match in found if match]:
            return min(places)
    return 0


def parted(text: str, places: Iterable[int], cuts: Cuts) -> tuple[list[str], list[str]]:
    """The text cut in parts that hold none of the places, which are in order, and small ones that hold them."""
    free, around = [], []
    end = 0
    for at in places:
        if at >= end:
            begin = last_cut(text, cuts, end, at) or end
            free.append(text[end:begin])
            end = first_cut(text, at + 1, cuts) or len(text)
            around.append(text[begin:end])
    return [*free, text[end:]], around


@cache
def _patterns(cuts: Cuts) -> list[re.Pattern[str]]:
    """The rules in the order of preference; compiled when a text is first cut, which a short one never is."""
    return [re.compile(pattern) for name, pattern in _RULES.items() if name in cuts]


def _last(pattern: re.Pattern[str], text: str, start: int, end: int) -> int:
    # The last character is left out: what follows it is not known, and may be a combining mark.
    found = 0
    for match in pattern.finditer(text, start, max(start, end - 1)):
        found = match.start()
    return found
