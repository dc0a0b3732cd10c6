"""Counts large texts quickly: cut into units that cost the same wherever they stand, each priced once.

A unit is what stands before a word, and the word; what it costs depends only on whether a word
stands before it, which one always does. Two things are taken out first, since they never share a
piece with anything: the values of digits, and Han, Hangul and what is beyond the Basic Multilingual
Plane, each character of which has a price of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import cache

from tokcost.encodings.claude.marks import CIRCLED, cased, marked
from tokcost.encodings.claude.pack import END, HELD_BEGIN, HELD_END, Pieces, character_classes
from tokcost.encodings.claude.tiling import SEGMENT, segment_cost

_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_LONE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufa6d\ufa70-\ufad9\U00010000-\U0010ffff]+")
_ASCII_UNIT = re.compile(r"[^A-Za-z]*[A-Za-z]+|[^A-Za-z]+")
_ASCII_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Entries of a memory that is begun anew when it is full, and the longest text that is worth one.
_MAX_ENTRIES = 400_000
_LONGEST = 200


class Units:
    """The cost of normal texts in one vocabulary; remembers what it has seen."""

    def __init__(self, pieces: Pieces, caps: bool) -> None:
        self._pieces = pieces
        self._caps = caps
        self._segments = _Memory(lambda segment: segment_cost(segment, pieces))
        self._words = _Memory(lambda word: self._segments[cased(word, caps) + END])
        self._gaps = _Memory(lambda gap: self._streamed(gap + "a", True) - 1)  # "a" is a piece as a whole word
        self._units = _Memory(self._unit)

    def cost(self, text: str, after_word: bool = False) -> int:
        """Tokens of a normal text that stands by itself, or in a longer one behind a word."""
        if not text:
            return 0
        if CIRCLED.search(text):
            return self._streamed(text, after_word)
        text = text.encode().translate(_DIGITS).decode()
        total = 0
        pattern = _ASCII_UNIT
        if not text.isascii():
            lone = Counter("".join(_LONE.findall(text)))
            if lone:
                price = self._pieces.price
                total = sum(price(char) * times for char, times in lone.items())
                text = _LONE.sub(HELD_END + HELD_BEGIN, text)
            pattern = _unit_pattern()
        begin = 0
        if not after_word:
            first = pattern.match(text)
            assert first is not None
            total += self._streamed(first[0], False)
            begin = first.end()
        return total + sum(map(self._units.__getitem__, pattern.findall(text, begin)))

    def _unit(self, unit: str) -> int:
        """The cost of a unit that follows a word, or lone characters that were taken out."""
        if unit.isascii():
            gap = unit.rstrip(_ASCII_LETTERS)
        else:
            word = _word_pattern().search(unit)
            gap = unit[: word.start()] if word else unit
        size = len(gap)
        if not gap or size == len(unit) or gap[-1] == "'" or gap[0] == HELD_BEGIN or _is_mark(unit[size]):
            return self._streamed(unit, unit[0] != HELD_BEGIN)
        return self._gaps[gap] + self._words[unit[size:]]

    def _streamed(self, text: str, after_word: bool) -> int:
        return sum(map(self._segments.__getitem__, SEGMENT.findall(marked(text, self._caps, after_word))))


class _Memory(dict[str, int]):
    """What a function gave for a text; forgets all when it is full."""

    def __init__(self, function: Callable[[str], int]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, text: str) -> int:
        found = self._function(text)
        if len(text) <= _LONGEST:
            if len(self) >= _MAX_ENTRIES:
                self.clear()
            self[text] = found
        return found


@cache
def _unit_pattern() -> re.Pattern[str]:
    word = _word_class()
    return re.compile(f"{HELD_BEGIN}?[^{word}{HELD_END}]*(?:[{word}]+|{HELD_END})|[^{word}{HELD_END}]+")


@cache
def _word_pattern() -> re.Pattern[str]:
    return re.compile(rf"[{_word_class()}]+\Z")


@cache
def _word_class() -> str:
    """The characters of words as ranges of a regular expression."""
    return "".join(
        f"{chr(match.start())}-{chr(match.end() - 1)}" for match in re.finditer("[wm]+", character_classes())
    )


def _is_mark(char: str) -> bool:
    return char > "\x7f" and character_classes()[ord(char)] == "m"
