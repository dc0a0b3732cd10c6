"""Any table whose columns have the names of the counts of an API: a row is what a flat line of JSON would be."""

from __future__ import annotations

import re
from typing import Any

from tokcost.logs.entry import Entry
from tokcost.logs.format import Row, TableFormat
from tokcost.logs.formats import litellm
from tokcost.logs.responses import response
from tokcost.logs.unread import is_count

_HUMP = re.compile(r"[a-z][A-Z]")
_PAIRS = ({"prompt_tokens", "completion_tokens"}, {"input_tokens", "output_tokens"})


def _owns(names: frozenset[str]) -> bool:
    return any(pair <= names for pair in _PAIRS)


def _row(where: str, row: Row) -> Entry | None:
    """The entry of a row, blank cells left out; a column of tokens that is not known is told."""
    value: dict[str, Any] = {}
    for column, cell in row.items():
        name = column if _HUMP.search(column) else column.lower()
        if cell.strip():
            value[name] = int(cell) if cell.isdecimal() and is_count(name) else cell
        elif any(name in pair for pair in _PAIRS):
            value[name] = None  # not known, which is not 0
    if litellm.FORMAT.owns(value):
        return litellm.spent(where, value)
    said = any(value.get(name) is not None for pair in _PAIRS for name in pair)
    return response(where, value) if said else None


TABLES = (
    TableFormat(
        "tables of counts",
        "CSV with columns prompt_tokens and completion_tokens, or input_tokens and output_tokens; LiteLLM's spend logs",
        "as the API that has these names",
        _owns,
        _row,
    ),
)
