"""A table on a terminal, drawn by rich."""

from __future__ import annotations

import io
import shutil

from tokcost.phrases import join_and
from tokcost.render.grid import Grid
from tokcost.render.plain import width

# A column that folds keeps so many cells, a day in one piece, and so many before another one is left out for it.
_LEAST = 10
_READABLE = 24
# A column that is so little to spare goes only where there would be no table with it.
_DEAR = 1


def drawn(grid: Grid) -> str:
    """The grid as wide as the terminal, in colour unless NO_COLOR or TERM says no.

    What can be spared is left out where there is no room for it, and named below.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    columns = shutil.get_terminal_size().columns
    narrow, left_out = _narrowed(grid, columns)
    if _least_width(narrow, _LEAST) > columns:
        return _stacked(grid)
    grid = narrow
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for heading, wide in zip(grid.headings, _widths(grid), strict=True):
        table.add_column(
            heading.text,
            justify="right" if heading.numeric else "left",
            overflow="fold",
            no_wrap=not heading.shrinks,
            min_width=min(wide, _LEAST) if heading.shrinks else None,
        )
    for row in grid.rows:
        table.add_row(*(Text(cell) for cell in row))
    if grid.footer:
        table.add_section()
    for row in grid.footer:
        table.add_row(*(Text(cell, style="bold") for cell in row))
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=columns, highlight=False)
    console.print(table)
    if left_out:
        console.print(f"no room for {join_and(left_out)}: a wider terminal or --format has them", style="dim")
    return out.getvalue()


def _narrowed(grid: Grid, columns: int) -> tuple[Grid, list[str]]:
    """The grid without the columns that are spared so that the others can be read, and the headings of these."""
    left_out: list[str] = []
    while any(spares := [each.spare for each in grid.headings]):
        at = spares.index(max(spares))
        if _least_width(grid, _READABLE if spares[at] > _DEAR else _LEAST) <= columns:
            break
        left_out.insert(0, grid.headings[at].text)
        grid = grid.without(at)
    return grid, left_out


def _least_width(grid: Grid, folded: int) -> int:
    """The cells that the table takes when the columns that may fold are ``folded``: rich would cut the others."""
    least = 2 * (len(grid.headings) - 1) + 2  # padding and dividers, edges
    for heading, wide in zip(grid.headings, _widths(grid), strict=True):
        least += min(wide, folded) if heading.shrinks else wide
    return least


def _widths(grid: Grid) -> list[int]:
    """The cells that each column takes where nothing is folded."""
    rows = [[heading.text for heading in grid.headings], *grid.rows, *grid.footer]
    return [max(map(width, column)) for column in zip(*rows, strict=True)]


def _stacked(grid: Grid) -> str:
    """For a terminal too narrow for columns: one line per cell, an empty line between rows."""
    wide = max(width(heading.text) for heading in grid.headings)
    blocks = []
    for row in (*grid.rows, *grid.footer):
        cells = zip(grid.headings, row, strict=True)
        blocks.append("".join(f"{heading.text:<{wide}}  {cell}\n" for heading, cell in cells if cell))
    return "\n".join(blocks)
