"""A text with its escapes resolved: a key is one in a URL, in JSON within JSON and in HTML, too."""

from __future__ import annotations

import re
from functools import cache

# %3D, \u003d, \x3d, \", &amp;, &#61;
_ESCAPES = r"""%([0-9A-Fa-f]{2})|\\u([0-9A-Fa-f]{4})|\\x([0-9A-Fa-f]{2})|\\(["'/\\nrt])|&(amp|quot|lt|gt|#\d{1,3});"""
_NAMED = {"amp": "&", "quot": '"', "lt": "<", "gt": ">", "n": "\n", "r": "\r", "t": "\t"}
# What was encoded twice was so by two programs; a third time is no accident.
_ROUNDS = 3


def decoded(text: str) -> tuple[str, list[int] | None]:
    """The text without escapes, and where in it each character (and the end) stood; None: nothing was escaped."""
    places: list[int] | None = None
    for _ in range(_ROUNDS):
        parts: list[str] = []
        came: list[int] = []
        end = 0
        for match in _pattern().finditer(text):
            parts += [text[end : match.start()], _char(match)]
            came += [*range(end, match.start()), match.start()]
            end = match.end()
        if not parts:
            break
        parts.append(text[end:])
        came += range(end, len(text) + 1)
        text = "".join(parts)
        places = came if places is None else [places[at] for at in came]
    return text, places


def _char(match: re.Match[str]) -> str:
    percent, unicode, byte, letter, name = match.groups()
    if code := percent or unicode or byte:
        return chr(int(code, 16))
    named = letter or name
    return chr(int(named[1:])) if named[0] == "#" else _NAMED.get(named, named)


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(_ESCAPES)
