"""Turns the published piece lists into packs, and the Unicode tables into the table of classes.

    python -m tokcost.encodings.claude.packing ctok/data/pieces_v3.json claude_v3.pieces
    python -m tokcost.encodings.claude.packing ctok/data/pieces_v4_7.json claude_v4.7.pieces
    python -m tokcost.encodings.claude.packing --classes claude.classes

The first two files are in the wheel of PyPI ctok 1.3.0. Or a piece list and a byte list are given, each JSON
and one flat list. A piece is text in which the atoms ``⟨bow⟩ ⟨eow⟩ ⟨shift⟩ ⟨caps⟩`` stand for marks, a byte
list holds UTF-8 beginnings in hexadecimal. The classes are taken from the tables of PyPI ``regex`` (shipped:
2026.11.19, Unicode 18) and shipped, so that a count does not depend on the Unicode version of Python.
"""

from __future__ import annotations

import json
import sys
import zlib
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from tokcost.atomic import write_whole
from tokcost.encodings.claude.pack import ATOMS, MAGIC, SEPARATOR, TABLE_SIZE

# What is punctuation beside that of ASCII; no category predicts it (the left of two brackets only).
_PUNCTUATION = "—–−»«•°„£§€…√→（№†└│·─═█"
# Letters by what they do, whatever their category: new case pairs, and blocks of numerals and symbols.
_NEW_LETTERS = "\u1c89\u1c8a\ua7cb\u0264"
_SYMBOL_LETTERS = ((0x16EE, 0x16F0), (0x2160, 0x2188), (0x24B6, 0x24E9), (0xA6E6, 0xA6EF))
# Letters whose characters stand alone: Han with its marks of repetition, and Hangul.
_LONE = (
    (0x3005, 0x3006), (0x3031, 0x3035), (0x303B, 0x303C), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3),
    (0xF900, 0xFAFF),
)  # fmt: skip
_CATEGORIES = (
    "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
    "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Cn",
)  # fmt: skip
_SELECTORS = (0xFE00, 0xFE0F)
_IDEOGRAPHIC = "〄〒〓〠〶〷〾〿"
_NEVER_STRAY = (0x0711, 0x0711), (0x0730, 0x073F)


def published(document: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The pieces and the byte beginnings in a file of ctok, which has them in groups, each with its evidence."""
    groups = document["tokens"]
    found = {name: list(group) for name, group in groups.items()}
    prefixes = found.pop("bytes_fallback")
    found["contractions"] = [suffix + "⟨eow⟩" for suffix in found["contractions"]]
    return [piece for group in found.values() for piece in group], sorted(prefixes)


def packed(pieces: Iterable[str], prefixes: Iterable[str]) -> bytes:
    """A pack: magic, the hexadecimal byte beginnings, the pieces, ASCII ones first."""
    marked = sorted(map(_with_marks, pieces), key=lambda piece: (not piece.isascii(), piece))
    return SEPARATOR.join((MAGIC, " ".join(prefixes), *marked)).encode()


def _with_marks(piece: str) -> str:
    for atom, mark in ATOMS.items():
        piece = piece.replace(atom, mark)
    return piece


def classes() -> str:
    """The class of every character of the Basic Multilingual Plane, one letter each (see ``characters``)."""
    return "".join(map(_class_of, map(chr, range(TABLE_SIZE))))


def _class_of(char: str) -> str:
    category = _category(char)
    if char in _NEW_LETTERS:
        return "w"
    if char == " ":
        return " "
    if category[0] == "Z" or char in "\t\n":
        return "s"
    if _within(char, _SYMBOL_LETTERS):
        return "w"
    if "0" <= char <= "9":
        return "0"
    if "\u0660" <= char <= "\u0669" or "\u06f0" <= char <= "\u06f9":
        return "1"
    if (char.isascii() and category[0] in "PS") or char in _PUNCTUATION:
        return "q"
    if _within(char, (_SELECTORS,)):
        return "v"
    if category[0] == "M":
        return _mark_class(char)
    if category[0] == "L" and not _within(char, _LONE):
        return "w"
    return _lone_class(char, category)


def _mark_class(char: str) -> str:
    """Alphabetic marks are parts of words; those that combine may also stand astray. The others part words."""
    import regex

    if not regex.fullmatch(r"\p{Alphabetic}", char):
        return "p"
    combines = regex.fullmatch(r"\P{Canonical_Combining_Class=0}", char) is not None
    return "m" if combines and not _within(char, _NEVER_STRAY) else "w"


def _lone_class(char: str, category: str) -> str:
    if category == "No":
        return "o"
    if category == "Nd":
        return "n"
    ideographic = ("\u3001" <= char <= "\u303f" and category[0] == "P") or char in _IDEOGRAPHIC
    return "p" if not ideographic and (category[0] in "PS" or category in ("Cf", "Cn")) else "l"


def _category(char: str) -> str:
    """The general category by the newest tables at hand."""
    import regex

    return next(name for name in _CATEGORIES if regex.fullmatch(rf"\p{{{name}}}", char))


def _within(char: str, ranges: Iterable[tuple[int, int]]) -> bool:
    return any(first <= ord(char) <= last for first, last in ranges)


def main(argv: list[str]) -> int:
    """Write a pack, or the table of classes."""
    *sources, target = argv
    if sources == ["--classes"]:
        data = zlib.compress(classes().encode(), 9)
    else:
        read = [json.loads(Path(source).read_text(encoding="utf-8")) for source in sources]
        pieces, prefixes = published(read[0]) if len(read) == 1 else read
        data = packed(pieces, prefixes)
    path = Path(target)
    write_whole(path, data)
    print(f"{path.name}: {len(data):,} bytes, SHA-256 {sha256(data).hexdigest()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
