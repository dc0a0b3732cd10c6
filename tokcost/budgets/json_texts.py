"""The values of a JSON or TOML file, keys that stand twice in a table, and the lines of keys."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from decimal import Decimal
from typing import Any

from tokcost.errors import TokcostError
from tokcost.phrases import quote

# A key in quotes or without; a text in quotes that is no key is passed over as a whole.
_KEY = re.compile(
    r""""((?:[^"\\\n]|\\.)*+)"(?=\s*+[\]:=.])|'([^'\n]*+)'(?=\s*+[\]:=.])|"(?:[^"\\\n]|\\.)*+"|"""
    r"""(?<![\w-])([\w-]++)(?=\s*+[\]:=.])"""
)


class JsonFile:
    """A JSON file, or a TOML one, in which no key can stand twice."""

    def __init__(self, name: str, text: str) -> None:
        self._name = name
        self._text = text
        self._repeated: dict[int, tuple[object, set[str]]] = {}
        self._places: dict[str, list[int]] | None = None
        self._lines: list[int] = []
        self.values = self._parsed(text)

    def _parsed(self, text: str) -> Any:
        try:
            # a number is no text, however long it is
            return json.loads(text, object_pairs_hook=self._table, parse_int=Decimal)
        except ValueError as error:
            raise TokcostError(f"{self._name}: not valid JSON: {error}") from error

    def _table(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        table = dict(pairs)
        if len(table) < len(pairs):
            seen: set[str] = set()
            twice = {key for key, _ in pairs if key in seen or seen.add(key)}  # type: ignore[func-returns-value]  # it adds
            self._repeated[id(table)] = table, twice  # kept, so that no other table gets its id
        return table

    def refuse(self, steps: tuple[object, ...]) -> None:
        """Raise TokcostError for a key that stands twice: readers take one or the other."""
        here = self.values
        for step in steps:
            if id(here) in self._repeated and step in self._repeated[id(here)][1]:
                raise TokcostError(f"{self._name}: the key {quote(str(step))} stands twice in one table: remove one")
            here = here[step]

    def line(self, steps: tuple[object, ...]) -> int | None:
        """The line of the key's last part, looked for in the text from the line of the part before."""
        if self._places is None:
            self._places = {}
            for match in _KEY.finditer(self._text):
                if match.lastindex:
                    self._places.setdefault(match[match.lastindex], []).append(match.start())
            self._lines = [match.start() for match in re.finditer("\n", self._text)]
        at = 0
        for step in steps:
            if isinstance(step, int):
                continue
            places = self._places.get(str(step), [])
            place = bisect_left(places, at)
            if place == len(places):
                return None
            at = places[place]
        number = bisect_left(self._lines, at)
        end = self._lines[number] if number < len(self._lines) else len(self._text)
        # a TOML string of several lines begins on the line after its quotes
        return number + (2 if self._text.endswith(('"""', "'''"), at, end) else 1)


class TomlFile(JsonFile):
    """A TOML file."""

    def _parsed(self, text: str) -> Any:
        from tokcost.catalog.toml_text import parse_toml

        try:
            return parse_toml(self._name, text)
        except ValueError as error:  # a number of more than 4,300 digits
            raise TokcostError(f"{self._name}: not TOML that can be read: a number has too many digits") from error
