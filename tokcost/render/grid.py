"""A table as text cells under headings, without the columns in which no row says anything."""

from __future__ import annotations

from typing import NamedTuple

from tokcost.phrases import printable
from tokcost.render.cells import cell
from tokcost.report import Column, Kind, Table

_LEFT = (Kind.TEXT, Kind.HASH, Kind.PIECE)


class Heading(NamedTuple):
    """A column as it is drawn: numbers align right; ``shrinks``: folded first on a narrow terminal."""

    text: str
    numeric: bool
    shrinks: bool


class Grid(NamedTuple):
    """Rows of cells under headings; ``footer`` rows are sums, drawn apart."""

    headings: list[Heading]
    rows: list[list[str]]
    footer: list[list[str]]


def grid_of(table: Table, currency: str | None) -> Grid:
    """The columns of a table that people see; nothing in a cell is obeyed, or ends its line."""
    columns = [column for column in table.columns if column.heading or column.kind is not Kind.TEXT]
    columns = [column for column in columns if column.heading]
    rows = [[printable(cell(column, row, currency)) for column in columns] for row in table.shown_rows]
    footer = [[printable(cell(column, row, currency)) for column in columns] for row in table.footer]
    used = [at for at, _ in enumerate(columns) if any(row[at] for row in (*rows, *footer))]
    return Grid(
        [_heading(columns[at]) for at in used],
        [[row[at] for at in used] for row in rows],
        [[row[at] for at in used] for row in footer],
    )


def _heading(column: Column) -> Heading:
    return Heading(column.heading.strip(), column.kind not in _LEFT, column.shrinks)
