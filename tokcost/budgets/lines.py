"""On which line of a TOML file a key stands: tomllib does not report it."""

from __future__ import annotations

import re

_PART = r"""(?:"[^"\n]*"|'[^'\n]*'|[\w-]+)"""
_HEADER = re.compile(rf"^\s*(\[\[?)\s*({_PART}(?:\s*\.\s*{_PART})*)\s*\]")


def line_of(text: str, table: tuple[str, ...], row: int | None = None, key: str | None = None) -> int:
    """The line (from 1) of ``key`` in ``table``, or of the table's header.

    ``row`` counts the headers of an array of tables. What stands in no table of its own (an inline
    table, a dotted key) is found at the line that begins it.
    """
    rows = -1
    inside = not table
    header_line: int | None = None if table else 1
    pattern = re.compile(rf"""^\s*["']?{re.escape(key)}["']?\s*[.=]""") if key else None
    closing = ""
    for number, line in enumerate(text.split("\n"), 1):
        if closing:  # inside a string of several lines nothing is a key
            closing = "" if closing in line else closing
            continue
        header = _HEADER.match(line)
        if header:
            same = _parts(header[2]) == table
            rows += same and header[1] == "[["
            inside = same and (row is None or rows == row)
            if inside and header_line is None:
                header_line = number
        elif inside and pattern is not None and pattern.match(line):
            return number
        for mark in ('"""', "'''"):
            if line.count(mark) % 2:
                closing = mark
    return header_line or _inline(text, table)


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in re.findall(_PART, dotted))


def _inline(text: str, table: tuple[str, ...]) -> int:
    for part in reversed(table):
        found = re.search(rf"""^\s*["']?{re.escape(part)}["']?\s*[.=]""", text, re.MULTILINE)
        if found:
            return text.count("\n", 0, found.start() + len(found[0]) - len(found[0].lstrip())) + 1
    return 1
