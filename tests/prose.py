"""Texts that are nobody's: words of two syllables, the same for the same seed, with no run of words in common."""

from __future__ import annotations

import random

_FIRST = ["ba", "ce", "di", "fo", "gu", "ly", "mi", "no", "pa", "qua", "re", "si", "tu", "ve", "wo", "xy", "za"]
_LAST = ["lan", "mer", "tis", "kor", "vid", "pon", "ster", "gal"]


def prose(seed: int, lines: int) -> str:
    """So many lines of ten words."""
    chance = random.Random(seed)
    words = [first + last for first in _FIRST for last in _LAST]
    return "\n".join(" ".join(chance.choice(words) for _ in range(10)) + "." for _ in range(lines)) + "\n"
