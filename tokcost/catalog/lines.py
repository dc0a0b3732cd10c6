"""The line of a TOML file on which a table, a row or a key stands: tomllib does not tell."""

from __future__ import annotations

import re

# Compiled only when a line number is asked for: nothing that goes well needs them.
_PART = r"""\s*(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*"""
_HEADER = rf"\s*\[(\[)?({_PART}(?:\.{_PART})*)\]"


def line_of(text: str, key: tuple[str, ...], row: int | None = None, name: str | None = None) -> int:
    """The line (from 1) of a table, of its ``row``-th row, of the key ``name`` in there.

    ``key`` is the path of the table, empty for the whole file; the rows of a model are its ``rates``, those of
    an array of tables its own. What does not stand in a table of its own (inline tables, dotted keys) is
    reported at the line that holds it.
    """
    best: int | None = None
    rows = -1
    inside = not key
    quotes = ""
    for number, line in enumerate(text.split("\n"), 1):
        if quotes:  # inside a string of several lines nothing is a header or a key
            quotes = "" if quotes in line else quotes
            continue
        quotes = next((each for each in ('"""', "'''") if line.count(each) % 2), "")
        header = _header(line)
        if header:
            double, path = header
            same = bool(key) and path[: len(key)] == key
            sub = path[len(key) :]
            in_row = sub[:1] == ("rates",) or (double and not sub)  # rows of a model, or of an array itself
            rows += same and double and sub in ((), ("rates",))
            inside = same and (rows == row if in_row else row is None and sub in ((), ("tools",)))
            if (inside and (best is None or in_row)) or (same and best is None):
                best = number
        elif inside and name is not None and re.match(rf"""\s*["']?{re.escape(name)}["']?\s*[.=]""", line):
            return number
    return best or _line_within(text, key)


def _header(line: str) -> tuple[bool, tuple[str, ...]] | None:
    """Whether a table header is one of an array, and its path; None for any other line."""
    if not line.lstrip().startswith("["):
        return None
    match = re.match(_HEADER, line)
    if match is None:
        return None
    return match[1] is not None, tuple("".join(part) for part in re.findall(_PART, match[2]))


def _line_within(text: str, key: tuple[str, ...]) -> int:
    """The line where a table without a header begins: the last part of its path, else the first."""
    for part in reversed(key):
        quoted = re.search(rf"""^[^#\n]*(?<![\w-])["']?{re.escape(part)}["']?\s*[.=\]]""", text, re.MULTILINE)
        if quoted:
            return text.count("\n", 0, quoted.start()) + 1
    return 1
