"""Spans of OpenInference as a data frame of Phoenix writes them to CSV: a column for each attribute."""

from __future__ import annotations

from tokcost.logs.entry import Entry
from tokcost.logs.format import Row, TableFormat
from tokcost.logs.formats.otel_attributes import entry_in, flat, has_usage

_PREFIX = "attributes."
# What stands above calls and repeats their sum, or calls no model.
_NO_CALLS = ("agent", "chain", "tool", "retriever", "guardrail", "evaluator", "unknown")
_PLACES = {"context.span_id": "span_id", "context.trace_id": "trace_id"}


def _row(where: str, row: Row) -> Entry | None:
    cells = {name.strip(): cell for name, cell in row.items() if cell not in ("", "nan", "NaN", "None")}
    kind = cells.get("span_kind") or cells.get(_PREFIX + "openinference.span.kind") or ""
    attributes = flat({name.removeprefix(_PREFIX): _whole(cell) for name, cell in cells.items()})
    if kind.lower() in _NO_CALLS or not has_usage(attributes):
        return None
    span = {_PLACES.get(name, name): cell for name, cell in cells.items() if not name.startswith(_PREFIX)}
    return entry_in(where, span, {name: held for name, held in attributes.items() if name != "name"}, {})


def _whole(cell: str) -> str:
    """A count that a data frame with gaps has made a number with a point."""
    return cell.removesuffix(".0") if cell.removesuffix(".0").isdecimal() else cell


def _owns(names: frozenset[str]) -> bool:
    return any(name.removeprefix(_PREFIX).startswith(("llm.token_count.", "gen_ai.usage.")) for name in names)


TABLES = (
    TableFormat(
        "OpenInference tables",
        "data frames of Phoenix as CSV",
        "input includes cache reads and writes, output the reasoning",
        _owns,
        _row,
    ),
)
