"""CSV of a table, and a grid as a table in Markdown."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from tokcost.phrases import unobeyed
from tokcost.render.escapes import csv_cell, markdown_cell
from tokcost.render.grid import Grid
from tokcost.report import Table
from tokcost.report.table import keys, to_json


def csv_lines(table: Table) -> Iterator[str]:
    """The rows as CSV, all columns, always under the same header; unknown is an empty cell, numbers are plain."""
    import csv

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = keys(table.columns)
    writer.writerow(names)
    for row in table.rows:
        yield unobeyed(out.getvalue())
        out.seek(out.truncate(0))
        writer.writerow([_cell(row.get(name)) for name in names])
    yield unobeyed(out.getvalue())


class MarkdownTable(NamedTuple):
    """The lines of a Markdown table: what it begins with, its rows, its sums in bold."""

    head: list[str]
    rows: list[str]
    sums: list[str]

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(f"{line}\n" for line in (*self.head, *self.rows, *self.sums))


def markdown_table(grid: Grid, most: int | None = None) -> MarkdownTable:
    """The grid in lines; ``most`` characters of a cell."""
    heading = _line(each.text for each in grid.headings)
    rule = "|" + "|".join("---:" if each.numeric else "---" for each in grid.headings) + "|"
    rows = [_line(markdown_cell(shortened(cell, most)) for cell in row) for row in grid.rows]
    sums = [_line(f"**{markdown_cell(shortened(cell, most))}**" if cell else "" for cell in row) for row in grid.footer]
    return MarkdownTable([heading, rule], rows, sums)


def shortened(text: str, most: int | None) -> str:
    """The text, cut where it is longer."""
    return text if most is None or len(text) <= most else text[: most - 1] + "…"


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cell(cell: Any) -> Any:
    """Nothing for the unknown, numbers as they are, text kept from being run."""
    if cell is None:
        return ""
    if isinstance(cell, list | tuple):
        cell = "; ".join(str(to_json(each)) for each in cell)
    return csv_cell(cell) if isinstance(cell, str) else to_json(cell)
