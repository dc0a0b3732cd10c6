"""One price file: its text, the models in it, and the line each thing stands on.

The built-in book is long, and a count asks for one model of it: its text is indexed with one
regular expression and only the tables that are asked for are parsed. That holds because the
file keeps each model together under a header of fixed form, which ``prices lint`` checks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, NoReturn

from tokcost.catalog.toml_text import parse_toml
from tokcost.errors import PriceFileError
from tokcost.naming.aliases import Alias, alias_table
from tokcost.phrases import join_and

Key = tuple[str, str]
"""(provider, model id), as written."""

CHARGES = ("fees", "factors")
# Top-level tables of a price file that are not providers.
RESERVED = ("tokcost", "rules", "aliases", *CHARGES)
_SECTIONS = ("\n[rules.", *(f"\n[[{group}." for group in CHARGES))
# It begins with fixed text, which is searched for without trying each place of the file.
_INDEX = re.compile(r'\n\[([a-z0-9_-]+)\."([^"\n]+)"\]$(?:\naliases = \[(".*")\]$)?', re.MULTILINE)


class _LocatedText:
    """A text whose problems are reported with their line."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text

    def fail(
        self, problem: str, key: tuple[str, ...] = (), row: int | None = None, name: str | None = None
    ) -> NoReturn:
        """Raise PriceFileError at the line where the problem stands."""
        from tokcost.catalog.lines import line_of

        raise PriceFileError(self.path, line_of(self.text, key, row, name), problem)

    def at(self, key: Key) -> str:
        """The file and the line where a model stands, as errors have it."""
        from tokcost.catalog.lines import line_of

        return f"{self.path}:{line_of(self.text, key)}"


class ParsedFile(_LocatedText):
    """A price file that was parsed whole: the user's, the project's, or one under lint.

    Only the ``head`` of the built-in book names further files.
    """

    def __init__(self, path: str, text: str, head: bool = False) -> None:
        super().__init__(path, text)
        self.data = parse_toml(path, text)
        _check_version(self.data, self, ("schema", "as_of", "files") if head else ("schema", "as_of"))
        self._tables = dict(_model_tables(self.data, self))
        self._rules: dict[str, dict[str, dict[str, Any]]] = {}
        self._charges: dict[str, dict[str, dict[str, list[dict[str, Any]]]]] = {group: {} for group in CHARGES}
        if not self.data.keys().isdisjoint(("rules", *CHARGES)):
            from tokcost.catalog.rule_tables import charge_rows, rule_tables

            self._rules = rule_tables(self.data, self.fail)
            self._charges = {group: charge_rows(self.data, group, self.fail) for group in CHARGES}

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

    def aliases(self) -> list[Alias]:
        """The names of one's own that it says, each with its line."""
        from tokcost.catalog.lines import line_of

        def fail(problem: str, name: str | None) -> NoReturn:
            self.fail(f"'aliases' {problem}", ("aliases",), None, name)

        table = alias_table(self.data.get("aliases", {}), fail)
        lines = {name: line_of(self.text, ("aliases",), None, name) for name in table}
        return [Alias(name, model, f"{self.path}:{lines[name]}", lines[name]) for name, model in table.items()]

    def refuse_future(self, latest: date) -> None:
        """Refuse rows that say they were compared with their source after ``latest``: no limit of age would end."""
        left: list[Any] = [self.data]
        while left:
            table = left.pop()
            left += table.values() if isinstance(table, dict) else table if isinstance(table, list) else ()
            when = table.get("checked") if isinstance(table, dict) else None
            if type(when) is date and when > latest:
                line = re.search(rf"""["']?checked["']?[ \t]*=[ \t]*{when}""", self.text)
                at = self.text.count("\n", 0, line.start()) + 1 if line else None
                raise PriceFileError(self.path, at, f"'checked' ({when}) lies in the future: write the day it was done")

    def table(self, key: Key) -> dict[str, Any]:
        """The raw table of one model."""
        return self._tables[key]

    def rule_names(self, kind: str) -> Sequence[str]:
        """The names of the rules of a kind."""
        return list(self._rules.get(kind, {}))

    def rule(self, kind: str, name: str) -> dict[str, Any] | None:
        """The raw table of one rule, None where the file has none of that name."""
        return self._rules.get(kind, {}).get(name)

    def charges(self, group: str) -> Mapping[str, Mapping[str, list[dict[str, Any]]]]:
        """The raw rows of all fees or factors by provider and name."""
        return self._charges[group]

    def charge_rows(self, group: str, provider: str, name: str) -> Sequence[dict[str, Any]]:
        """The raw rows of one fee or factor."""
        return self._charges[group].get(provider, {}).get(name, ())


class IndexedFile(_LocatedText):
    """The built-in book: names from an index of its text, tables parsed one at a time."""

    def __init__(self, path: str, text: str) -> None:
        super().__init__(path, text)
        self._spans: dict[Key, tuple[int, int]] = {}
        self._names: dict[Key, tuple[str, ...]] = {}
        self._charged: dict[str, Any] | None = None
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
        table: dict[str, Any] = self._parsed(began, ended)[key[0]][key[1]]
        return table

    def rule_names(self, kind: str) -> Sequence[str]:
        """The names of the rules of a kind, from their headers."""
        return re.findall(rf'^\[rules\.{kind}\."([^"\n]+)"\]$', self._head, re.MULTILINE)

    def rule(self, kind: str, name: str) -> dict[str, Any] | None:
        """The raw table of one rule, parsed now; None where the file has none of that name."""
        began = self._head.find(f'\n[rules.{kind}."{name}"]\n')
        if began < 0:
            return None
        ends = (at for mark in _SECTIONS if (at := self._head.find(mark, began + 1)) > 0)
        ended = min(ends, default=len(self._head))
        table: dict[str, Any] = self._parsed(began + 1, ended)["rules"][kind][name]
        return table

    def charges(self, group: str) -> Mapping[str, Mapping[str, list[dict[str, Any]]]]:
        """The raw rows of all fees or factors: both stand together at the end of the head."""
        if self._charged is None:
            begins = (at for each in CHARGES if (at := self._head.find(f"\n[[{each}.")) > 0)
            self._charged = self._parsed(min(begins, default=len(self._head) - 1) + 1, len(self._head))
        rows: Mapping[str, Mapping[str, list[dict[str, Any]]]] = self._charged.get(group, {})
        return rows

    def charge_rows(self, group: str, provider: str, name: str) -> Sequence[dict[str, Any]]:
        """The raw rows of one fee or factor; the others are not parsed, for every count asks for one."""
        header, found, at = f"\n[[{group}.{provider}.{name}]]\n", "", -1
        while (at := self._head.find(header, at + 1)) >= 0:
            ends = self._head.find("\n[", at + 1)
            found += self._head[at : ends if ends > 0 else len(self._head)]
        rows: Sequence[dict[str, Any]] = parse_toml(self.path, found)[group][provider][name] if found else ()
        return rows

    @cached_property
    def _head(self) -> str:
        """What stands before the first model: rules, factors and fees."""
        first, _ = next(iter(self._spans.values()), (len(self.text), 0))
        return self.text[:first]

    def _parsed(self, began: int, ended: int) -> dict[str, Any]:
        return parse_toml(self.path, self.text[began:ended], self.text.count("\n", 0, began))

    def all_tables(self) -> dict[Key, dict[str, Any]]:
        """Every raw table in one parse: cheaper than one by one when the whole book is asked for."""
        data = parse_toml(self.path, self.text)
        return {key: data[key[0]][key[1]] for key in self._spans}

    @cached_property
    def as_of(self) -> date | None:
        """The day the book was put together, from its head."""
        match = re.search(r"^as_of = (\d{4}-\d{2}-\d{2})$", self.text, re.MULTILINE)
        return date.fromisoformat(match[1]) if match else None


PriceFile = ParsedFile | IndexedFile
"""What the book reads, however much of it is parsed."""


def _check_version(data: Mapping[str, Any], file: ParsedFile, keys: tuple[str, ...]) -> None:
    meta = data.get("tokcost")
    if not isinstance(meta, dict) or meta.get("schema") is True or meta.get("schema") != 1:
        file.fail("not a price file of this version: it begins with [tokcost] and schema = 1", ("tokcost",))
    for key in meta:
        if key not in keys:
            file.fail(f"unknown key '{key}' in [tokcost]: the keys are {join_and(keys)}", ("tokcost",), None, key)


def _model_tables(data: Mapping[str, Any], file: ParsedFile) -> list[tuple[Key, dict[str, Any]]]:
    found: dict[Key, tuple[Key, dict[str, Any]]] = {}
    for provider, models in data.items():
        if provider in RESERVED:
            continue
        if not isinstance(models, dict) or not provider or "/" in provider:
            file.fail(f"'{provider}' is not a provider: models are tables, as [provider.\"model-id\"]", (provider,))
        for model, table in models.items():
            key = (provider, model)
            if not isinstance(table, dict) or not model:
                file.fail(
                    f"'{provider}.{model}' is not a table: a model is [{provider}.\"{model}\"]; "
                    f"an id with a dot needs quotes",
                    key,
                )
            twin = found.setdefault((provider.casefold(), model.casefold()), (key, table))[0]
            if twin != key:
                file.fail(f"'{provider}/{model}' and '{twin[0]}/{twin[1]}' are one name: case makes no difference", key)
    return list(found.values())
