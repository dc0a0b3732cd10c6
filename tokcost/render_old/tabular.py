"""CSV and Markdown of a grid."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from tokcost.render_old.grid import Grid


def csv_text(keys: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV with a header; unknown is an empty cell, numbers are plain."""
    import csv

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(keys)
    writer.writerows([["" if cell is None else _guarded(cell) for cell in row] for row in rows])
    return out.getvalue()


def markdown_text(grid: Grid) -> str:
    """The grid as a Markdown table; sums are bold."""
    heading = "| " + " | ".join(column.heading for column in grid.columns) + " |"
    rule = "|" + "|".join("---:" if column.numeric else "---" for column in grid.columns) + "|"
    body = ["| " + " | ".join(markdown_line(cell) for cell in row) + " |" for row in grid.rows]
    sums = [
        "| " + " | ".join(f"**{markdown_line(cell)}**" if cell else "" for cell in row) + " |" for row in grid.footer
    ]
    return "\n".join([heading, rule, *body, *sums]) + "\n"


def markdown_line(cell: str) -> str:
    """A line of text that Markdown would read as markup or as the end of a cell, escaped."""
    escaped = "".join("\\" + char if char in r"\|`*_<>[]" else char for char in cell)
    return " ".join(escaped.splitlines())


def _guarded(cell: object) -> object:
    """A name that a spreadsheet would run as a formula is kept from it."""
    return "'" + cell if isinstance(cell, str) and cell[:1] in ("=", "+", "@", "\t", "\r") else cell
