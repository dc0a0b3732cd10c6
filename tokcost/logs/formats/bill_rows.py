"""Rows of bills as JSON: a column is a field, perhaps inside another. The same readers as for their CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.errors import Problem
from tokcost.logs.entry import BadLine, Read
from tokcost.logs.format import Format, Json, Row, TableFormat, each
from tokcost.masking import scrub

# Where an answer of an API keeps its rows.
_LISTS = ("data", "value", "rows")


def _tables() -> tuple[TableFormat, ...]:
    """Those that come as JSON, too; most runs read none."""
    from tokcost.logs.formats import aws_cur, azure_costs, focus, google_billing, openai_activity, openrouter_activity

    clouds = (*aws_cur.TABLES, *azure_costs.TABLES, *google_billing.TABLES, *focus.TABLES)
    return (*clouds, *openrouter_activity.TABLES, *openai_activity.TABLES)


def row_of(value: Json) -> Row:
    """The fields of an object as cells, those inside others by both names; lists are left out."""
    found: dict[str, str] = {}
    for name, held in value.items():
        if isinstance(held, Mapping):
            inner = row_of(held)
            found |= inner if name == "properties" else {f"{name}.{each}": cell for each, cell in inner.items()}
        elif isinstance(held, bool):
            found[name] = str(held).lower()
        elif not isinstance(held, list):
            found[name] = "" if held is None else str(held)
    return found


def table_of(value: Any) -> TableFormat | None:
    """The bill that an object is a row of; None for anything else."""
    if not isinstance(value, Mapping):
        return None
    names = frozenset(name.lower() for name in row_of(value))
    return next((table for table in _tables() if table.owns(names)), None)


def _rows_in(value: Json) -> list[Any]:
    held: list[Any] = next((value[name] for name in _LISTS if isinstance(value.get(name), list) and value[name]), [])
    return held if held and table_of(held[0]) is not None else []


def _owns(value: Json) -> bool:
    return bool(_rows_in(value)) or table_of(value) is not None


def _read(where: str, value: Json) -> Iterator[Read]:
    rows = _rows_in(value)
    for number, row in enumerate(rows or [value], 1):
        here = f"{where}[{number}]" if rows else where
        table = table_of(row)
        try:
            entry = table.row(here, row_of(row)) if table else None
        except BadLine as bad:
            yield Problem(here, scrub(str(bad)))
            continue
        if table is None:
            yield Problem(here, "a row with other fields than those before it")
        elif entry is not None:
            yield entry


FORMAT = Format(
    "rows of bills",
    "AWS, Azure, Google Cloud, FOCUS and OpenRouter, as JSON",
    "as in their tables",
    frozenset(
        {
            "lineItem/UsageType", "line_item_usage_type", "lineItem", "meterName", "MeterName", "properties", "sku",
            "service.description", "service_description", "BilledCost", "billedcost", "billed_cost",
            "model_permaslug", "n_context_tokens_total", *_LISTS,
        }
    ),
    _owns,
    each(_read),
)  # fmt: skip
