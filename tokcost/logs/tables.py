"""Tables of usage and bills: which format owns one, by its header. Each is declared in a file of its own."""

from __future__ import annotations

from collections.abc import Callable

from tokcost.logs.entry import Entry
from tokcost.logs.format import Row, TableFormat
from tokcost.logs.formats import (
    anthropic_exports,
    aws_cur,
    azure_costs,
    cursor_usage,
    deepseek_amounts,
    flat_table,
    focus,
    google_billing,
    helicone,
    langfuse,
    openai_activity,
    openai_exports,
    openinference_table,
    openrouter_activity,
)

RowReader = Callable[[str, Row], "Entry | None"]

TABLES: tuple[TableFormat, ...] = (
    *anthropic_exports.TABLES,
    *deepseek_amounts.TABLES,
    *openai_exports.TABLES,
    *openai_activity.TABLES,
    *openrouter_activity.TABLES,
    *cursor_usage.TABLES,
    *focus.TABLES,
    *aws_cur.TABLES,
    *azure_costs.TABLES,
    *google_billing.TABLES,
    *openinference_table.TABLES,
    *langfuse.TABLES,
    *helicone.TABLES,
    *flat_table.TABLES,
)
"""Every format of tables, in the order in which a header is held against them."""


def reader_of(header: list[str]) -> RowReader | None:
    """The reader of rows under such a header, None for that of no known table."""
    names = frozenset(name.strip().lower() for name in header)
    known = next((table for table in TABLES if table.owns(names)), None)
    return known.row if known is not None else None
