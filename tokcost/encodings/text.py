"""Text as it can be encoded."""

from __future__ import annotations


def without_surrogates(text: str) -> str:
    """The text as UTF-8 can hold it: halves of one character joined, and a lone half as U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
