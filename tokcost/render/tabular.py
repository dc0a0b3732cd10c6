"""CSV of a table and Markdown of a grid."""

from __future__ import annotations

import io
from typing import Any

from tokcost.render.grid import Grid
from tokcost.report import Table
from tokcost.report.table import keys, to_json


def csv_text(table: Table) -> str:
    """The rows as CSV, all columns, always under the same header; unknown is an empty cell, numbers are plain."""
    import csv

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = keys(table.columns)
    writer.writerow(names)
    writer.writerows([[_guarded(to_json(row.get(name))) for name in names] for row in table.rows])
    return out.getvalue()


def markdown_text(grid: Grid) -> str:
    """The grid as a Markdown table; sums are bold."""
    heading = "| " + " | ".join(each.text for each in grid.headings) + " |"
    rule = "|" + "|".join("---:" if each.numeric else "---" for each in grid.headings) + "|"
    body = ["| " + " | ".join(markdown_line(cell) for cell in row) + " |" for row in grid.rows]
    sums = [
        "| " + " | ".join(f"**{markdown_line(cell)}**" if cell else "" for cell in row) + " |" for row in grid.footer
    ]
    return "\n".join([heading, rule, *body, *sums]) + "\n"


def markdown_line(cell: str) -> str:
    """A line of text that Markdown would read as markup or as the end of a cell, escaped."""
    escaped = "".join("\\" + char if char in r"\|`*_<>[]" else char for char in cell)
    return " ".join(escaped.splitlines())


def _guarded(cell: Any) -> Any:
    """Nothing for the unknown; a name that a spreadsheet would run as a formula is kept from it."""
    if cell is None:
        return ""
    if isinstance(cell, list):
        return "; ".join(map(str, cell))
    return "'" + cell if isinstance(cell, str) and cell[:1] in ("=", "+", "@", "\t", "\r") else cell
