"""What is suspicious in the rules, fees and factors of a price file that its format allows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from tokcost.catalog.price_file import CHARGES, ParsedFile
from tokcost.phrases import join_or

RuleProblem = tuple[tuple[str, ...], int | None, str | None, str]
"""Path of the table, row in it, key in that, and the problem."""

# What the built-in book says of each kind: where it comes from.
_SOURCED = ("image", "framing", "media", "batch")


def rule_problems(
    file: ParsedFile, known: Mapping[str, Collection[str] | None], today: date, builtin: bool
) -> Iterator[RuleProblem]:
    """Missing sources (of the built-in book), days in the future, days twice, defaults of what does not exist.

    ``known``: the names of all encodings and scales, None where they are not to be checked.
    """
    for kind, names in known.items():
        for name in file.rule_names(kind):
            if names is not None and name not in names:
                listed = join_or(sorted(names))
                yield ("rules", kind, name), None, None, f"unknown {kind} '{name}': choose {listed}"
    for kind in _SOURCED:
        for name in file.rule_names(kind):
            path, table = ("rules", kind, name), file.rule(kind, name) or {}
            yield from _about(path, None, table, ("source",) if builtin else (), today)
    for group in CHARGES:
        for provider, named in file.charges(group).items():
            for name, rows in named.items():
                yield from _rows((group, provider, name), rows, today, builtin)


def _rows(path: tuple[str, ...], rows: list[dict[str, Any]], today: date, builtin: bool) -> Iterator[RuleProblem]:
    """Rows for the same models ascend; those for others may share a day with them."""
    last: dict[tuple[str, ...], date] = {}
    for number, row in enumerate(rows):
        yield from _about(path, number, row, ("source", "checked", "confidence") if builtin else (), today)
        start, models = row.get("from"), row.get("models")
        named = models if isinstance(models, list) else []
        key = tuple(sorted({name.casefold() for name in named if isinstance(name, str)}))
        if type(start) is not date:
            continue
        if key in last and start <= last[key]:
            yield path, number, "from", f"rows overlap: {start} is not after {last[key]}, the 'from' of the row before"
        last[key] = start


def _about(
    path: tuple[str, ...], row: int | None, table: Mapping[str, Any], needed: tuple[str, ...], today: date
) -> Iterator[RuleProblem]:
    for name in needed:
        if not table.get(name):
            yield path, row, None, f"this table of the built-in book needs '{name}'"
    checked = table.get("checked")
    if type(checked) is date and checked > today:
        yield path, row, "checked", f"'checked' ({checked}) lies in the future"
