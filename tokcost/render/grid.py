"""A table as text cells under headings, without the columns in which no row says anything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from tokcost.phrases import printable
from tokcost.render.cells import cell
from tokcost.report import Column, Kind, Table

_LEFT = (Kind.TEXT, Kind.HASH, Kind.PIECE)


class Heading(NamedTuple):
    """A column as it is drawn: numbers align right; ``shrinks`` and ``spare``: as in ``report.Column``."""

    text: str
    numeric: bool
    shrinks: bool
    spare: int = 0


class CellRows:
    """Rows of cells, each row kept as one text: no cell ends its line, and a table may have a million of them."""

    def __init__(self, lines: list[str], used: list[int]) -> None:
        self._lines = lines
        self._used = used

    def __iter__(self) -> Iterator[list[str]]:
        for line in self._lines:
            cells = line.split("\n")
            yield [cells[at] for at in self._used]

    def without(self, at: int) -> CellRows:
        """The same rows without one of their cells."""
        return CellRows(self._lines, [*self._used[:at], *self._used[at + 1 :]])


class Grid(NamedTuple):
    """Rows of cells under headings; ``footer`` rows are sums, drawn apart."""

    headings: list[Heading]
    rows: CellRows
    footer: list[list[str]]

    def without(self, at: int) -> Grid:
        """The grid without one of its columns."""
        footer = [[*row[:at], *row[at + 1 :]] for row in self.footer]
        return Grid([*self.headings[:at], *self.headings[at + 1 :]], self.rows.without(at), footer)


def grid_of(table: Table, currency: str | None) -> Grid:
    """The columns of a table that people see; nothing in a cell is obeyed, or ends its line."""
    columns = [column for column in table.columns if column.heading or column.kind is not Kind.TEXT]
    columns = [column for column in columns if column.heading]
    told: set[int] = set()

    def line(row: dict[str, Any]) -> str:
        cells = [printable(cell(column, row, currency)) for column in columns]
        told.update(at for at, text in enumerate(cells) if text)
        return "\n".join(cells)

    rows, footer = [line(row) for row in table.shown_rows], [line(row) for row in table.footer]
    used = sorted(told)
    return Grid([_heading(columns[at]) for at in used], CellRows(rows, used), list(CellRows(footer, used)))


def _heading(column: Column) -> Heading:
    return Heading(column.heading.strip(), column.kind not in _LEFT, column.shrinks, column.spare)
