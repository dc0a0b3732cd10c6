"""One price file: its text, the models in it, and the line each thing stands on.

The built-in book is long, and a count asks for one model of it: its text is indexed with one
regular expression and only the tables that are asked for are parsed. That holds because the
file keeps each model together under a header of fixed form, which ``prices lint`` checks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn, Protocol

from tokcost.errors import PriceFileError

Key = tuple[str, str]
"""(provider, model id), as written."""

_INDEX = re.compile(r'^\[([a-z0-9_-]+)\."([^"\n]+)"\]$|^aliases = \[(.*)\]$', re.MULTILINE)
_HEADER = re.compile(
    r"""^\s*\[(\[)?\s*([\w-]+)\s*\.\s*(?:"([^"]+)"|'([^']+)'|([\w-]+))\s*(?:\.\s*([\w-]+))?""",
)


class PriceFile(Protocol):
    """What the book asks of a file, however much of it is parsed."""

    path: str

    def names(self) -> Mapping[Key, tuple[str, ...]]:
        """Every model of the file with its aliases."""

    def table(self, key: Key) -> dict[str, Any]:
        """The raw table of one model."""

    def fail(self, problem: str, key: Key | None = None, row: int | None = None, name: str | None = None) -> NoReturn:
        """Raise PriceFileError at the line of the model, of its row, of the key in that row."""


class ParsedFile:
    """A price file that was parsed whole: the user's, the project's, or one under lint."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.data = parse_toml(path, text)
        self.meta = _meta(self.data, self)
        self._tables = dict(_model_tables(self.data, self))

    def names(self) -> Mapping[Key, tuple[str, ...]]:
        """Every model of the file with its aliases."""
        found = {}
        for key, table in self._tables.items():
            aliases = table.get("aliases", [])
            listed = isinstance(aliases, list) and all(isinstance(alias, str) for alias in aliases)
            if not listed:
                self.fail("'aliases' must be a list of names in quotes", key, None, "aliases")
            found[key] = tuple(aliases)
        return found

    def table(self, key: Key) -> dict[str, Any]:
        """The raw table of one model."""
        return self._tables[key]

    def fail(self, problem: str, key: Key | None = None, row: int | None = None, name: str | None = None) -> NoReturn:
        """Raise PriceFileError at the line where the problem stands."""
        raise PriceFileError(self.path, line_of(self.text, key, row, name), problem)


class IndexedFile:
    """The built-in book: names from an index of its text, tables parsed one at a time."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._spans: dict[Key, tuple[int, int]] = {}
        self._names: dict[Key, tuple[str, ...]] = {}
        self._build_index()

    def _build_index(self) -> None:
        key: Key | None = None
        began = 0
        for match in _INDEX.finditer(self.text):
            provider, model, aliases = match.groups()
            if provider is None:
                if key is not None:
                    self._names[key] = tuple(re.findall(r'"([^"]*)"', aliases))
                continue
            if key is not None:
                self._spans[key] = (began, match.start())
            key, began = (provider, model), match.start()
            self._names[key] = ()
        if key is not None:
            self._spans[key] = (began, len(self.text))

    def names(self) -> Mapping[Key, tuple[str, ...]]:
        """Every model of the file with its aliases."""
        return self._names

    def table(self, key: Key) -> dict[str, Any]:
        """The raw table of one model, parsed now."""
        began, ended = self._spans[key]
        parsed = parse_toml(self.path, self.text[began:ended])
        table: dict[str, Any] = parsed[key[0]][key[1]]
        return table

    def all_tables(self) -> dict[Key, dict[str, Any]]:
        """Every raw table in one parse: cheaper than one by one when the whole book is asked for."""
        data = parse_toml(self.path, self.text)
        return {key: data[key[0]][key[1]] for key in self._names}

    @property
    def as_of(self) -> date | None:
        """The day the book was put together, from its head."""
        match = re.search(r"^as_of = (\d{4}-\d{2}-\d{2})$", self.text, re.MULTILINE)
        return date.fromisoformat(match[1]) if match else None

    def fail(self, problem: str, key: Key | None = None, row: int | None = None, name: str | None = None) -> NoReturn:
        """Raise PriceFileError at the line where the problem stands."""
        raise PriceFileError(self.path, line_of(self.text, key, row, name), problem)


def read_text(path: Path) -> str:
    """The text of a price file; unreadable or not UTF-8 is one clear line."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise PriceFileError(str(path), None, f"cannot read the price file: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise PriceFileError(str(path), None, f"not UTF-8 text at byte {error.start}") from error


def parse_toml(path: str, text: str) -> dict[str, Any]:
    """TOML with every number exact; a syntax error names its line."""
    import tomllib

    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        problem = re.sub(r"\s*\(at .*\)$", "", str(error))
        raise PriceFileError(path, int(at[1]) if at else None, f"not valid TOML: {problem}") from error


def line_of(text: str, key: Key | None, row: int | None, name: str | None) -> int | None:
    """The line (from 1) of a model's table, of its ``row``-th rates, of the key ``name`` in there."""
    if key is None:
        return None
    best: int | None = None
    rows = -1
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line)
        if header:
            double, provider, *ids, sub = header.groups()
            same = (provider, next((part for part in ids if part), "")) == key
            if same and sub == "rates" and double:
                rows += 1
            inside = same and (rows == row if row is not None else rows == -1)
            if inside or (same and best is None):
                best = number
        elif inside and name is not None and re.match(rf"""\s*["']?{re.escape(name)}["']?\s*[.=]""", line):
            return number
    return best


def _meta(data: Mapping[str, Any], file: ParsedFile) -> dict[str, Any]:
    meta = data.get("tokcost")
    if not isinstance(meta, dict) or meta.get("schema") != 1:
        file.fail("not a price file of this version: it begins with [tokcost] and schema = 1")
    for key in meta:
        if key not in ("schema", "as_of"):
            file.fail(f"unknown key '{key}' in [tokcost]: the keys are schema and as_of")
    return meta


def _model_tables(data: Mapping[str, Any], file: ParsedFile) -> list[tuple[Key, dict[str, Any]]]:
    found = []
    for provider, models in data.items():
        if provider == "tokcost":
            continue
        if not isinstance(models, dict):
            file.fail(f"'{provider}' is no provider: models are tables as [{provider}.\"model-id\"]")
        for model, table in models.items():
            if not isinstance(table, dict):
                file.fail(
                    f"'{provider}.{model}' is no table: a model is [{provider}.\"{model}\"]; "
                    f"an id with a dot needs quotes"
                )
            found.append(((provider, model), table))
    return found
