"""What Claude's tokenizer sees of a text: its normal form, and the class of every character.

Classes, one letter each: ``w`` letter of a word, ``m`` mark that belongs to a word but may stand astray,
blank and ``s`` other space, ``0`` ASCII digit, ``1`` Arabic-Indic digit, ``q`` punctuation; and what
stands by itself: ``p`` punctuation-like, ``n`` digits and ``o`` numbers of other kinds, ``v`` variation
selector, ``l`` all else (Han, Hangul, everything beyond the Basic Multilingual Plane).
"""

from __future__ import annotations

import re
from functools import cache

from tokcost.encodings.claude.pack import HELD_BEGIN, HELD_END, character_classes
from tokcost.encodings.text import nfc, without_surrogates

# Gone without a trace: controls but TAB and LF (so CR), and private use of the Basic Multilingual Plane.
_DROPPED = "\x01-\x08\x0b-\x1f\x7f-\x9f\ue000-\uf8ff"
_TO_DROP = re.compile(f"[{_DROPPED}]+")
_BLANKS = re.compile("[\x00\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f]")
_THAI_AM = ("\u0e4d\u0e32", "\u0e33")
_ASCII_DROPPED = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


def normal(text: str, fold_quotes: bool) -> str:
    """The text as the tokenizer sees it. ``fold_quotes``: curly quotes are straight ones (vocabulary v3)."""
    if text.isascii():
        if _ASCII_DROPPED.search(text) is None:
            return text
        return _TO_DROP.sub("", text).replace("\x00", " ")
    text = nfc(without_surrogates(text))
    text = _TO_DROP.sub("", text).replace(*_THAI_AM)
    if fold_quotes:
        for curly, straight in zip("‘’“”", "''\"\"", strict=True):
            text = text.replace(curly, straight)  # many times as fast as a table over all characters
    return _BLANKS.sub(" ", text)


def classes_of(text: str) -> str:
    """The class of every character of a normal text."""
    if text.isascii():
        return text.encode().translate(_ascii_table()).decode()
    return text.translate(_table())


class _Classes(dict[int, str]):
    """Looks a class up once for every character that occurs."""

    def __missing__(self, code: int) -> str:
        table = character_classes()
        self[code] = found = table[code] if code < len(table) else "l"
        return found


@cache
def _table() -> _Classes:
    return _Classes({ord(HELD_END): "l", ord(HELD_BEGIN): "l"})


@cache
def _ascii_table() -> bytes:
    table = _table()
    return bytes(ord(table[code]) for code in range(128)) + bytes(128)
