"""The formats that every reporting command has, chosen by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tokcost.render_old.grid import Grid

FORMATS = ("table", "json", "csv", "markdown")


def rendered(form: str, grid: Grid, records: Sequence[dict[str, Any]], document: Any, terminal: bool) -> str:
    """One result in the format asked for.

    ``grid`` is what people see, ``records`` the flat rows of CSV, ``document`` the whole as JSON.
    A terminal changes lines and colour, never a value.
    """
    if form == "json":
        import json

        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    if form == "csv":
        from tokcost.render_old.tabular import csv_text

        keys = list(records[0]) if records else [column.key for column in grid.columns]
        return csv_text(keys, [list(record.values()) for record in records])
    if form == "markdown":
        from tokcost.render_old.tabular import markdown_text

        return markdown_text(grid)
    if terminal:
        from tokcost.render_old.table import drawn

        return drawn(grid)
    from tokcost.render_old.plain import plain

    return plain(grid)
