"""Text as it can be encoded."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

# So many marks at most stand in a text that is put in NFC as it is: they take half a second.
_FEW = 20_000
# A stack of 250 marks shows in four characters in a row of every fiftieth; that is quick to see, and rare without one.
_STEP = 50


def nfc(text: str) -> str:
    """The text in NFC. High stacks of marks are put in order first: unicodedata takes the square of their height."""
    if len(text) > _FEW and _stacks(4).search(text[::_STEP]):
        text = _stacks(100).sub(lambda stack: "".join(sorted(stack[0], key=unicodedata.combining)), text)
    return unicodedata.normalize("NFC", text)


@cache
def _stacks(height: int) -> re.Pattern[str]:
    """So many marks or more that all have an order among themselves: a combining class that is not 0."""
    codes = (*range(0x300, 0xD800), *range(0xF900, 0x1E960))
    marks = "".join(map(re.escape, filter(unicodedata.combining, map(chr, codes))))
    return re.compile(f"[{marks}]{{{height},}}")


def without_surrogates(text: str) -> str:
    """The text as UTF-8 can hold it: halves of one character joined, and a lone half as U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
