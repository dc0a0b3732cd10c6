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


def settled(text: str) -> bool:
    """Whether both regular expression engines split this text alike."""
    if text.isascii():
        return True
    return not any(char > "\x7f" and (category(char) == "Cn" or char in _RECLASSIFIED) for char in set(text))


@cache
def splitter(encoding: str) -> regex.Pattern[str]:
    """The compiled pattern of an encoding; V1 gives the set operations that deepseek's uses."""
    import regex

    return regex.compile(SPECS[encoding].pattern, regex.V1)
