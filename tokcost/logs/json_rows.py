"""Tables whose rows are values of a format of JSON: exports to CSV keep its fields as columns, and objects as text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from tokcost.logs.entry import BadLine
from tokcost.logs.format import Row
from tokcost.logs.plain import object_in
from tokcost.logs.unread import is_count

_COUNT = r"(?:prompt|completion|input|output)_?tokens{}\s*:\s*[1-9]"
_COUNT_IN_TEXT = re.compile(_COUNT.format('"'), re.IGNORECASE)
COUNT_IN_CELL = re.compile(_COUNT.format('""'), re.IGNORECASE)
"""A count in JSON whose quotes are doubled, as they are in a cell of a table."""


def are_values(rows: Iterable[Row]) -> bool:
    """Whether one of the rows was, before its export, a value with objects in it that a format knows."""
    with_objects = [value for value in map(value_of, rows) if any(isinstance(held, Mapping) for held in value.values())]
    if not with_objects:
        return False
    from tokcost.logs.formats.registry import format_of  # loaded where a value has to be looked at

    return any(format_of(value) is not None for value in with_objects)


def value_of(row: Row) -> dict[str, Any]:
    """The value that a row was; an empty cell was null."""
    return {column: _cell(column, cell.strip()) for column, cell in row.items()}


def whole_value_of(row: Row) -> dict[str, Any]:
    """The value that a row was. Raises BadLine where an object with counts in it was cut off."""
    value = value_of(row)
    for column, held in value.items():
        if isinstance(held, str) and held.startswith("{") and _COUNT_IN_TEXT.search(held):
            raise BadLine(f"'{column}' is not valid JSON: its counts were not read")
    return value


def _cell(column: str, cell: str) -> Any:
    if (found := object_in(cell)) is not None:
        return found
    return int(cell) if cell.isdecimal() and is_count(column) else cell or None
