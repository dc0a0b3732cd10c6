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

# It begins with fixed text, which is searched for without trying each place of the file.
_INDEX = re.compile(r'\n\[([a-z0-9_-]+)\."([^"\n]+)"\]$(?:\naliases = \[(".*")\]$)?', re.MULTILINE)
# Compiled only when a line number is asked for: nothing that goes well needs them.
_PART = r"""\s*(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*"""
_HEADER = rf"\s*\[(\[)?({_PART}(?:\.{_PART})*)\]"


class PriceFile(Protocol):
    """What the book asks of a file, however much of it is parsed."""

    path: str
    text: str

    def names(self) -> Mapping[Key, tuple[str, ...]]:
        """Every model of the file with its aliases."""

    def table(self, key: Key) -> dict[str, Any]:
        """The raw table of one model."""

    def fail(
        self, problem: str, key: tuple[str, ...] = (), row: int | None = None, name: str | None = None
    ) -> NoReturn:
        """Raise PriceFileError at the line of the model, of its row, of the key in that row."""


class _LocatedText:
    """A text whose problems are told with the line they stand on."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text

    def fail(
        self, problem: str, key: tuple[str, ...] = (), row: int | None = None, name: str | None = None
    ) -> NoReturn:
        """Raise PriceFileError at the line where the problem stands."""
        raise PriceFileError(self.path, line_of(self.text, key, row, name), problem)


class ParsedFile(_LocatedText):
    """A price file that was parsed whole: the user's, the project's, or one under lint."""

    def __init__(self, path: str, text: str) -> None:
        super().__init__(path, text)
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


class IndexedFile(_LocatedText):
    """The built-in book: names from an index of its text, tables parsed one at a time."""

    def __init__(self, path: str, text: str) -> None:
        super().__init__(path, text)
        self._spans: dict[Key, tuple[int, int]] = {}
        self._names: dict[Key, tuple[str, ...]] = {}
        self._build_index()

    def _build_index(self) -> None:
        key: Key | None = None
        began = 0
        for match in _INDEX.finditer(self.text):
            provider, model, aliases = match.groups("")
            if key is not None:
                self._spans[key] = (began, match.start() + 1)
            key, began = (provider, model), match.start() + 1
            self._names[key] = tuple(aliases[1:-1].split('", "')) if aliases else ()
        if key is not None:
            self._spans[key] = (began, len(self.text))

    def names(self) -> Mapping[Key, tuple[str, ...]]:
        """Every model of the file with its aliases."""
        return self._names

    def table(self, key: Key) -> dict[str, Any]:
        """The raw table of one model, parsed now."""
        began, ended = self._spans[key]
        parsed = parse_toml(self.path, self.text[began:ended], self.text.count("\n", 0, began))
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


def read_text(path: Path) -> str:
    """The text of a price file; unreadable or not UTF-8 is one clear line."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise PriceFileError(str(path), None, f"cannot read the price file: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise PriceFileError(str(path), None, f"not UTF-8 text at byte {error.start}") from error


def parse_toml(path: str, text: str, lines_before: int = 0) -> dict[str, Any]:
    """TOML with every number exact; a syntax error names its line, counting ``lines_before``."""
    import tomllib

    try:
        return tomllib.loads(text, parse_float=_exact)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        line = int(at[1]) if at else text.rstrip().count("\n") + 1  # tomllib says "at end of document"
        problem = re.sub(r"\s*\(at .*\)$", "", str(error))
        raise PriceFileError(path, line + lines_before, f"not valid TOML: {problem}") from error


def _exact(number: str) -> Decimal | str:
    """A TOML float as Decimal; nan, inf and exponents stay text, which is then refused with its line."""
    return Decimal(number) if number.lstrip("+-").replace(".", "").replace("_", "").isdecimal() else number


def line_of(text: str, key: tuple[str, ...], row: int | None = None, name: str | None = None) -> int:
    """The line (from 1) of a table, of its ``row``-th rates, of the key ``name`` in there.

    ``key`` is the path of the table: a model, a provider, or empty for the whole file. What does
    not stand in a table of its own (inline tables, dotted keys) is told by the line that holds it.
    """
    best: int | None = None
    rows = -1
    inside = False
    for number, line in enumerate(text.split("\n"), 1):
        header = _header(line)
        if header:
            double, path = header
            same = bool(key) and path[: len(key)] == key
            sub = path[len(key) :]
            rows += same and double and sub == ("rates",)
            inside = same and (rows == row if sub[:1] == ("rates",) else row is None and not sub)
            if (inside and (best is None or sub == ("rates",))) or (same and best is None):
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
        quoted = re.search(rf"""^.*(?<![\w-])["']?{re.escape(part)}["']?\s*[.=\]]""", text, re.MULTILINE)
        if quoted:
            return text.count("\n", 0, quoted.start()) + 1
    return 1


def _meta(data: Mapping[str, Any], file: ParsedFile) -> dict[str, Any]:
    meta = data.get("tokcost")
    if not isinstance(meta, dict) or meta.get("schema") is True or meta.get("schema") != 1:
        file.fail("not a price file of this version: it begins with [tokcost] and schema = 1", ("tokcost",))
    for key in meta:
        if key not in ("schema", "as_of"):
            file.fail(f"unknown key '{key}' in [tokcost]: the keys are schema and as_of", ("tokcost",), None, key)
    return meta


def _model_tables(data: Mapping[str, Any], file: ParsedFile) -> list[tuple[Key, dict[str, Any]]]:
    found: dict[Key, tuple[Key, dict[str, Any]]] = {}
    for provider, models in data.items():
        if provider == "tokcost":
            continue
        if not isinstance(models, dict) or not provider or "/" in provider:
            file.fail(f"'{provider}' is no provider: models are tables as [provider.\"model-id\"]", (provider,))
        for model, table in models.items():
            key = (provider, model)
            if not isinstance(table, dict) or not model:
                file.fail(
                    f"'{provider}.{model}' is no table: a model is [{provider}.\"{model}\"]; "
                    f"an id with a dot needs quotes",
                    key,
                )
            twin = found.setdefault((provider.casefold(), model.casefold()), (key, table))[0]
            if twin != key:
                file.fail(f"'{provider}/{model}' and '{twin[0]}/{twin[1]}' are one name: case makes no difference", key)
    return list(found.values())
