"""The inputs of the action as people write them in a workflow: booleans, and options as words of a shell."""

from __future__ import annotations

import re

from tokcost.errors import TokcostError
from tokcost.phrases import quote

_TRUE = ("true", "yes", "on", "1")
_FALSE = ("false", "no", "off", "0", "")
# What a word is made of; a backslash at the end of a line joins it with the next.
_PIECE = re.compile(
    r"""(?P<joined>\\\r?\n)|(?P<blank>[ \t\r\n]+)|'(?P<single>[^']*)'|"(?P<double>(?:[^"\\]|\\.)*)"|\\(?P<escaped>.)"""
    r"""|(?P<plain>[^ \t\r\n'"\\]+)""",
    re.DOTALL,
)
_IN_DOUBLE = re.compile(r"""\\(?:\r?\n|(["\\$`]))""")


def boolean(name: str, text: str) -> bool:
    """An input that is true or false. Raises TokcostError for anything else: a slip must not turn a rule off."""
    word = text.strip().lower()
    if word not in _TRUE + _FALSE:
        raise TokcostError(f"{name} {quote(text)}: write it as true or false")
    return word in _TRUE


def shell_words(name: str, text: str) -> list[str]:
    """The words of one or more lines, quoted and commented as in a shell; nothing in them is run or replaced.

    Raises TokcostError where a quote is left open.
    """
    words: list[str] = []
    word: str | None = None
    at = 0
    while at < len(text):
        if word is None and text[at] == "#":
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
            continue
        match = _PIECE.match(text, at)
        if match is None:
            what = "it ends in a backslash" if text[at] == "\\" else f"a quote is left open at {quote(text[at:])}"
            raise TokcostError(f"{name}: {what}")
        at = match.end()
        kind, piece = match.lastgroup, match[match.lastgroup or 0]
        if kind == "blank":
            words += [] if word is None else [word]
            word = None
        elif kind == "double":
            word = (word or "") + _IN_DOUBLE.sub(lambda found: found[1] or "", piece)
        elif kind != "joined":
            word = (word or "") + piece
    return words if word is None else [*words, word]
