"""The built-in book is written in one way, so that a change is one line and people find what they look for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from tokcost.catalog.lines import TablePath, line_of
from tokcost.catalog.parse import ABOUT, NAMED_MODES, OTHER_RATES, RULE_KEYS, SIZES
from tokcost.catalog.price_file import CHARGES, RESERVED, ParsedFile
from tokcost.phrases import join_and, quote
from tokcost.rates import KINDS

# The order of keys, as the head of the book describes them.
MODEL_ORDER = (
    "aliases", "sells", "kind", "encoding", "standing", "assumes", "scale", "margin", *SIZES, "released", "snapshots",
    "retires", "routed_to", "reasoning", *RULE_KEYS, "note", "rates",
)  # fmt: skip
ROW_ORDER = (
    "from", "to", "guaranteed_until", "currency", "same_as", "modes", *KINDS, *NAMED_MODES, "long", "windows",
    *OTHER_RATES, "per_image", *ABOUT,
)  # fmt: skip
CHARGE_ORDER = ("from", "amount", "times", "per", "reasoning", "models", "released_from", "free", *ABOUT)
PART_ORDER = ("prompt", "utc", "days", *KINDS, *NAMED_MODES)
HEAD_ORDER = ("schema", "as_of", "files")
_AMOUNTS = {*KINDS, *OTHER_RATES, "amount", "times"}
_TABLES = {*NAMED_MODES, "long", "windows", "per_image"}

Located = tuple[int, str]
"""A line, and what is wrong there."""


def style_problems(file: ParsedFile, there: Collection[str] | None = None) -> Iterator[Located]:
    """What one file of the built-in book has in another form than all others.

    ``there`` are the providers that have files of their own, for the head of the book; None for one of these files.
    """
    yield from _layout(file.text)
    for path, number, table, order in _tables(file.data):
        yield from _order(file, path, number, table, order)
        for key, amount in _amounts(table, order):
            if message := _plain(key, amount):
                yield line_of(file.text, path, number, key), message
    yield from _listed(file, there) if there is not None else _alone(file)


def _tables(data: Mapping[str, Any]) -> Iterator[tuple[TablePath, int | None, Mapping[str, Any], Sequence[str]]]:
    """Every table with an order of its own: its path, which row of the path it is, and the order."""
    yield ("tokcost",), None, data["tokcost"], HEAD_ORDER
    for group in CHARGES:
        for provider, named in data.get(group, {}).items():
            for name, rows in named.items():
                for number, row in enumerate(rows):
                    yield (group, provider, name), number, row, CHARGE_ORDER
    for provider in data.keys() - set(RESERVED):
        for model, table in data[provider].items():
            yield (provider, model), None, table, MODEL_ORDER
            rows = table.get("rates")
            for number, row in enumerate(rows if isinstance(rows, list) else ()):
                yield (provider, model), number, row if isinstance(row, dict) else {}, ROW_ORDER


def _order(
    file: ParsedFile, path: TablePath, number: int | None, table: Mapping[str, Any], order: Sequence[str]
) -> Iterator[Located]:
    """Keys that do not stand as all others do, in the table and in the inline ones within."""
    if wrong := _out_of_order(table, order):
        yield line_of(file.text, path, number, wrong[1]), _wrong_order(*wrong)
    for key in table.keys() & _TABLES - {"per_image"}:
        inner = table[key] if isinstance(table[key], list) else [table[key]]
        for each in inner:
            if isinstance(each, dict) and (wrong := _out_of_order(each, PART_ORDER)):
                yield line_of(file.text, path, number, key), f"{_wrong_order(*wrong)} in '{key}'"


def _out_of_order(table: Mapping[str, Any], order: Sequence[str]) -> tuple[str, str] | None:
    known = [key for key in table if key in order]
    return next(((one, other) for one, other in pairwise(known) if order.index(one) > order.index(other)), None)


def _wrong_order(one: str, other: str) -> str:
    return f"'{other}' goes before '{one}': keys have one order in every table"


def _amounts(table: Mapping[str, Any], order: Sequence[str]) -> Iterator[tuple[str, object]]:
    """The amounts of a row with the key on whose line they stand."""
    for key, value in table.items():
        if key in _AMOUNTS or (key == "reasoning" and order is CHARGE_ORDER):
            yield key, value
        elif key in _TABLES:
            for part in value if isinstance(value, list) else [value]:
                for _, amount in _within(part):
                    yield key, amount


def _within(part: object) -> Iterator[tuple[str, object]]:
    for name, value in part.items() if isinstance(part, dict) else ():
        if isinstance(value, dict):
            yield from _within(value)
        elif name not in ("prompt", "utc", "days"):
            yield name, value


def _plain(key: str, amount: object) -> str:
    """What is wrong with how an amount is written, '' where nothing is."""
    if not isinstance(amount, str):
        return f"'{key}': an amount stands in quotes, so that it never passes through a float"
    if not re.fullmatch(r"(0|[1-9]\d*)(\.\d*[1-9])?", amount):
        return f"'{key}' is {quote(amount)}: an amount is written without zeros that say nothing"
    return ""


def _layout(text: str) -> Iterator[Located]:
    """One blank line before a table and none within; no line ends in blanks; the file ends with its last line."""
    lines = text.split("\n")
    if lines[-1] or not lines[-2:-1] or not lines[-2].strip():
        yield len(lines), "the file ends with one line end, and no blank line before it"
    for number, (before, line) in enumerate(pairwise(["", *lines[:-1]]), 1):
        if line != line.rstrip() or "\t" in line:
            yield number, "a line has no tabs, and no blanks at its end"
        if line.startswith("[") and before and not before.startswith("#"):
            yield number, "a blank line goes before a table"
        elif not before and number > 1 and not line:
            yield number, "two blank lines: one is enough"
        elif not before and number > 1 and line[0] not in "[#":
            yield number, "a blank line within a table"


def _listed(head: ParsedFile, there: Collection[str]) -> Iterator[Located]:
    """The head names every file of a provider, sorted, and has no model of these."""
    files = head.data["tokcost"].get("files", [])
    at = line_of(head.text, ("tokcost",), None, "files")
    if left_out := sorted(set(there) - set(files)):
        yield at, f"'files' leaves out {join_and(left_out)}: nobody would be told their prices"
    if strange := sorted(set(files) - set(there)):
        yield at, f"'files' names {join_and(strange)}: there is no such file"
    if list(files) != sorted(set(files)):
        yield at, "'files' is sorted, and names each once"
    for provider in sorted(set(files) & head.data.keys()):
        yield (
            line_of(head.text, (provider,)),
            f"the models of {provider} have a file of their own: prices/{provider}.toml",
        )


def _alone(file: ParsedFile) -> Iterator[Located]:
    """A file of a provider holds its models and nothing else, and says at its top whose they are."""
    own = re.split(r"[/\\]", file.path)[-1].removesuffix(".toml")
    if not file.text.startswith("# "):
        yield 1, "the file begins with a comment that says whose prices they are"
    for name in file.data:
        if name not in ("tokcost", own):
            line = line_of(file.text, (name,))
            yield line, f"'{name}' has no place here: this file holds the models of {own}, rules stand in pricing.toml"
