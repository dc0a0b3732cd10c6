"""The line of a TOML file on which a table, a row or a key stands: tomllib does not tell."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

# Compiled only when a line number is asked for: nothing that goes well needs them.
_PART = r"""\s*(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*"""
_HEADER = rf"\s*\[(\[)?({_PART}(?:\.{_PART})*)\]"
_KEY = r"""\s*(?:"([^"\n]*)"|'([^'\n]*)'|([\w-]+))\s*[.=]"""

TablePath = tuple[str, ...]


class _Section(NamedTuple):
    """What stands under a header, or under a row with its sub-tables: its line, and the line of each key."""

    line: int
    names: dict[str, int]


class _LineIndex:
    """Where everything in a text stands, found in one pass."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._top = _Section(1, {})
        self._first: dict[TablePath, int] = {}
        self._tables: dict[TablePath, list[_Section]] = {}
        self._rows: dict[TablePath, list[_Section]] = {}
        self._elsewhere: dict[TablePath, int] = {}
        into = [self._top.names]
        quotes = ""
        for number, line in enumerate(text.split("\n"), 1):
            if quotes:  # inside a string of several lines nothing is a header or a key
                quotes = "" if quotes in line else quotes
                continue
            quotes = next((each for each in ('"""', "'''") if line.count(each) % 2), "")
            if header := _header(line):
                into = self._open(number, *header)
            elif key := re.match(_KEY, line):
                for names in into:
                    names.setdefault("".join(part or "" for part in key.groups()), number)

    def find(self, key: TablePath, row: int | None, name: str | None) -> int:
        """As ``line_of``."""
        if row is None:
            sections = [self._top] if not key else [*self._tables.get(key, ()), *self._tables.get((*key, "tools"), ())]
            best = self._first.get(key)
        else:
            sections = self._rows.get(key, [])[row : row + 1]
            best = sections[0].line if sections else self._first.get(key)
        named = [each.names[name] for each in sections if name in each.names] if name is not None else []
        if named:
            return named[0]
        if best is None:
            if key not in self._elsewhere:
                self._elsewhere[key] = _line_within(self._text, key)
            best = self._elsewhere[key]
        return best

    def _open(self, number: int, double: bool, path: TablePath) -> list[dict[str, int]]:
        """A new header; what its keys are added to."""
        for size in range(1, len(path) + 1):
            self._first.setdefault(path[:size], number)
        section = _Section(number, {})
        into = [section.names]
        if double:  # a row of an array, and where that is ``rates``, of the model that has them
            self._rows.setdefault(path, []).append(section)
            if path[-1] == "rates":
                self._rows.setdefault(path[:-1], []).append(section)
        if not double or path[-1] == "tools":
            self._tables.setdefault(path, []).append(section)
        if "rates" in path[:-1] and (rows := self._rows.get(path[: path.index("rates")])):
            into.append(rows[-1].names)  # a sub-table of the row before it
        return into


def line_of(text: str, key: TablePath, row: int | None = None, name: str | None = None) -> int:
    """The line (from 1) of a table, of its ``row``-th row, of the key ``name`` in there.

    ``key`` is the path of the table, empty for the whole file; the rows of a model are its ``rates``, those of
    an array of tables its own. What does not stand in a table of its own (inline tables, dotted keys) is
    reported at the line that holds it.
    """
    return _lines_of(text).find(key, row, name)


@lru_cache(maxsize=4)
def _lines_of(text: str) -> _LineIndex:
    return _LineIndex(text)


def _header(line: str) -> tuple[bool, TablePath] | None:
    """Whether a table header is one of an array, and its path; None for any other line."""
    if not line.lstrip().startswith("["):
        return None
    match = re.match(_HEADER, line)
    if match is None:
        return None
    return match[1] is not None, tuple("".join(part) for part in re.findall(_PART, match[2]))


def _line_within(text: str, key: TablePath) -> int:
    """The line where a table without a header begins: the last part of its path, else the first."""
    for part in reversed(key):
        quoted = re.search(rf"""^[^#\n]*(?<![\w-])["']?{re.escape(part)}["']?\s*[.=\]]""", text, re.MULTILINE)
        if quoted:
            return text.count("\n", 0, quoted.start()) + 1
    return 1
