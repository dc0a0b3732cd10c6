"""The pieces that an encoding's pattern splits a text into, found with Python's ``regex``.

tiktoken finds them with a Rust engine and does not tell them. The two engines agree on every
character that both know; they differ on characters that only the newer Unicode of one of them
has. ``settled`` says whether a text keeps clear of those, a test over all planes holds it to it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from unicodedata import category

from tokcost.encodings.specs import SPECS

if TYPE_CHECKING:
    import regex

# Reclassified from "other letter" to "lowercase letter" after the Rust engine's tables were made.
_RECLASSIFIED = frozenset("\u0295")
# tiktoken 0.14 overflows on runs of some 500,000 characters; a window of this size inside one finds them.
_WINDOW = 100_000


def settled(text: str) -> bool:
    """Whether both regular expression engines split this text alike."""
    if text.isascii():
        return True
    return not any(char > "\x7f" and (category(char) == "Cn" or char in _RECLASSIFIED) for char in set(text))


@cache
def splitter(encoding: str) -> regex.Pattern[str]:
    """The compiled pattern of an encoding; V1 gives the set operations that deepseek's uses.

    What the pattern of gemma3 takes one by one at the end of a piece is taken at once, never to be given back: with a
    way back from each of millions of characters ``regex`` would be out of memory.
    """
    import regex

    pattern = SPECS[encoding].pattern
    if encoding == "gemma3":
        pattern = pattern.replace("[^ \\n\\t<]|", "[^ \\n\\t<]++|").replace("(?=</))+|", "(?=</))++|")
    return regex.compile(pattern, regex.V1)


def overflows(text: str, encoding: str) -> bool:
    """Whether tiktoken's regular expressions may overflow their stack on this text."""
    if len(text) < 2 * _WINDOW:
        return False
    dense = encoding in ("gemma3", "deepseek")  # their patterns backtrack over runs that are not blank, too
    for start in range(0, len(text) - _WINDOW + 1, _WINDOW):
        window = text[start : start + _WINDOW]
        if window.isspace() or (dense and not any(blank in window for blank in " \n\t")):
            return True
    return False
