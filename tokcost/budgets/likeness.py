"""How much of one text stands in another: by the runs of three words that both have."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from zlib import crc32

Runs = frozenset[int]
"""The runs of a text, each once: a text that is only repeated has no other runs."""

# Words where blanks part them; in scripts without blanks every character is one.
_WORD = re.compile(r"[^\W_\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ufaff]+|[^\W_]")
# As JSON and most languages write what they cannot, or would rather not, have in a string.
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|[nrt])")
# What is not seen, or not a letter of its own: accents, soft hyphens, joiners, marks of direction, selectors.
_UNSEEN = re.compile("[\u00ad\u0300-\u036f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
                     "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]")  # fmt: skip
_RUN = 3
# So much of a text is looked at, and so many runs of all texts together: enough to tell where each came from.
_MOST_BYTES = 4 << 20
_MOST_RUNS = 400_000
# A run that stands in more texts than this is a form that they are written in, and tells nothing.
_MOST_TEXTS = 50


class Likeness(NamedTuple):
    """Two texts, by their names, and how many runs they share."""

    one: str
    other: str
    shared: int


def runs_of(texts: Mapping[str, bytes]) -> dict[str, Runs]:
    """The runs of each text; of many long ones an even share of them, the same for all.

    >>> found = runs_of({"a": b"Answer in one short line.", "b": b"answer, in one  short line, please"})
    >>> len(found["a"]), len(found["a"] & found["b"])
    (3, 3)
    """
    size = sum(min(len(data), _MOST_BYTES) for data in texts.values())
    power = max(0, (size // 6 // _MOST_RUNS).bit_length())  # a word and its blank are some six bytes
    return {name: _runs(data[:_MOST_BYTES], (1 << power) - 1) for name, data in texts.items()}


def shared(ones: Mapping[str, Runs], others: Mapping[str, Runs]) -> list[Likeness]:
    """How much each of the ones shares with each of the others: what shares most first, then the shorter."""
    holders: dict[int, list[str]] = {}
    for name, runs in others.items():
        for run in runs:
            holders.setdefault(run, []).append(name)
    found = []
    for one, runs in ones.items():
        counts = Counter(name for run in runs if len(held := holders.get(run, ())) <= _MOST_TEXTS for name in held)
        found += [Likeness(one, other, number) for other, number in counts.items()]
    return sorted(found, key=lambda each: (-each.shared, len(others[each.other])))


def _runs(data: bytes, mask: int) -> Runs:
    words = _WORD.findall(_as_read(data).lower())
    if not words:
        return frozenset([crc32(data.strip())] if data.strip() else [])
    return frozenset(run for run in _hashes(words) if not run & mask)


def _as_read(data: bytes) -> str:
    """A text as it is read, without other forms of its letters, escapes, entities and signs that are not seen."""
    text = data.decode("utf-8", "replace")
    if b"\\" in data:
        text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else " ", text)
    if b"&" in data and b";" in data:
        import html

        text = html.unescape(text)
    if not text.isascii():
        import unicodedata

        text = unicodedata.normalize("NFKC", _UNSEEN.sub("", unicodedata.normalize("NFKD", text)))
    return text


def _hashes(words: list[str]) -> Iterable[int]:
    for at in range(max(1, len(words) - _RUN + 1)):
        yield crc32(" ".join(words[at : at + _RUN]).encode("utf-8", "surrogatepass"))
