"""Text as it can be encoded."""

from __future__ import annotations

import re
import unicodedata

# A stack of marks that all have an order among themselves (a combining class that is not 0).
_STACK = re.compile(
    "[\u0300-\u034e\u0350-\u036f\u0483-\u0487\u0591-\u05bd\u064b-\u065f\u1dc0-\u1dff\u20d0-\u20dc\ufe20-\ufe2f]{100,}"
)


def nfc(text: str) -> str:
    """The text in NFC. High stacks of marks are put in order first: unicodedata takes the square of their height."""
    if _STACK.search(text):
        text = _STACK.sub(lambda stack: "".join(sorted(stack[0], key=unicodedata.combining)), text)
    return unicodedata.normalize("NFC", text)


def without_surrogates(text: str) -> str:
    """The text as UTF-8 can hold it: halves of one character joined, and a lone half as U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
