"""Rewrites a normal text as the marked stream that Claude's vocabularies are made for.

Words get marks at their borders and one for a capital; one blank between two marked things vanishes.

    >>> shown(marked("Hello, world", caps=True))
    '↑‹hello›,›‹world›'
"""

from __future__ import annotations

import re

from tokcost.encodings.claude.characters import classes_of
from tokcost.encodings.claude.pack import BEGIN, CAPS, END, SHIFT

# Neighbours of one class are one run; a selector rides on what stands by itself, and opens no run of its own.
_RUN = re.compile(r"m*w[wm]*|m+|[ s]+|[01]+|q+|v*(?:p[pv]*|[no][nov]*|l[lv]*)|v+")
_SEAM = re.compile(f"{END} ([{SHIFT}{CAPS}]*{BEGIN})")
SUFFIXES = frozenset(("s", "t", "d", "m", "ll", "re", "ve"))
# Case pairs that Unicode 16 brought: not in the tables of every Python.
_NEW_PAIRS = {"\u1c89": "\u1c8a", "\ua7cb": "\u0264", "\ua7cc": "\ua7cd", "\ua7da": "\ua7db", "\ua7dc": "\u019b"}
_DOTTED_I, _CAPITAL_SHARP_S = "İ", "ẞ"
_KEPT = (_DOTTED_I, "\u03f4")  # never lowered; the theta does not even count as a capital
_FEWEST_CAPS = 4
CIRCLED = re.compile("[Ⓐ-ⓩ]")  # letters of words, but symbols to an apostrophe behind them
_SHOWN = {BEGIN: "‹", END: "›", SHIFT: "↑", CAPS: "⇑"}


def marked(text: str, caps: bool, after_word: bool = False) -> str:
    """The marked stream of a normal text.

    ``caps``: words in capitals have a mark of their own (vocabulary v3). ``after_word``: a word stands
    before the text, which is part of a longer one.
    """
    classes = classes_of(text)
    parts = [END] if after_word else []
    spans = [match.span() for match in _RUN.finditer(classes)]
    for number, (start, end) in enumerate(spans):
        kind = classes[start]
        if kind == "w" and _is_contraction(text, classes, spans[max(0, number - 2) : number + 1]):
            parts += (text[start:end], END)
        elif kind == "w":
            parts += (cased(text[start:end], caps), END)
        elif kind == "m":
            parts += (BEGIN, text[start:end], END)
        elif kind in " s":
            parts.append(text[start:end])
        else:
            parts.append(_bordered(text, classes, start, end))
    stream = _SEAM.sub(END + r"\1", "".join(parts))
    return stream[1:] if after_word else stream


def shown(stream: str) -> str:
    """A stream for people: its marks as ``‹ › ↑ ⇑``."""
    return "".join(_SHOWN.get(char, char) for char in stream)


def cased(word: str, caps: bool) -> str:
    """The word from its beginning mark on: lowered behind a case mark where it is one capital or all capitals."""
    if word.isascii():  # most words by far: the same, said of whole words
        if word.islower():
            return BEGIN + word
        if caps and len(word) >= _FEWEST_CAPS and word.isupper():
            return CAPS + BEGIN + word.lower()
        return SHIFT + BEGIN + word.lower() if word[0].isupper() and word[1:] == word[1:].lower() else BEGIN + word
    if _CAPITAL_SHARP_S in word:
        return BEGIN + word
    if caps and len(word) >= _FEWEST_CAPS and _is_all_caps(word):
        return CAPS + BEGIN + "".join(map(_lower, word))
    capitals = [at for at, char in enumerate(word) if _is_capital(char) and char != _DOTTED_I]
    if capitals == [0]:
        return SHIFT + BEGIN + "".join(map(_lower, word))
    return BEGIN + word


def _is_contraction(text: str, classes: str, spans: list[tuple[int, int]]) -> bool:
    """Whether the last run binds to the word before: an English suffix behind a lone apostrophe."""
    *before, (start, end) = spans
    if text[start:end] not in SUFFIXES or not before or text[slice(*before[-1])] != "'":
        return False
    if len(before) < 2:
        return True
    left = classes[slice(*before[-2])]
    return left[-1] not in "pv" and not _has_border(left, -1) and not CIRCLED.match(text, before[-1][0] - 1)


def _bordered(text: str, classes: str, start: int, end: int) -> str:
    """A run of punctuation or numbers, or of what stands by itself, with marks where a blank is beside it."""
    run, kinds = text[start:end], classes[start:end]
    opens = text[start - 1 : start] == " " and (kinds[0] in "qpv" or _has_border(kinds, 0))
    if opens and run == "'" and classes[end : end + 1] in ("w", "m"):
        opens = False
    closes = text[end : end + 1] == " " != text[end + 1 : end + 2] and (kinds[-1] in "qpv" or _has_border(kinds, -1))
    return (BEGIN if opens else "") + run + (END if closes else "")


def _has_border(kinds: str, at: int) -> bool:
    """Whether a run of one category of numbers begins (0) or ends (-1) in one that takes a mark."""
    return kinds[at] in "1no" and (kinds[0] in "01" or len(set(kinds.lstrip("v"))) == 1)


def _lower(char: str) -> str:
    if char in _KEPT:
        return char
    return _NEW_PAIRS.get(char) or char.lower()


def _is_capital(char: str) -> bool:
    return (char.isupper() or char in _NEW_PAIRS) and (_lower(char) != char or char == _DOTTED_I)


def _is_all_caps(word: str) -> bool:
    """Whether all letters are capitals that have a small form."""
    return all(_is_capital(char) and char != _DOTTED_I for char in word)
