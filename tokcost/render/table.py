"""A table on a terminal, drawn by rich."""

from __future__ import annotations

import io
import shutil

from tokcost.phrases import join_and
from tokcost.render.grid import Grid
from tokcost.render.plain import width

# A column that folds keeps so many cells, and so many before another one is left out for it.
_LEAST = 8
_READABLE = 24


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
    for heading in grid.headings:
        table.add_column(
            heading.text,
            justify="right" if heading.numeric else "left",
            overflow="fold",
            no_wrap=not heading.shrinks,
            min_width=_LEAST if heading.shrinks else None,
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
    while any(each.spare for each in grid.headings) and _least_width(grid, _READABLE) > columns:
        spares = [each.spare for each in grid.headings]
        at = spares.index(max(spares))
        left_out.insert(0, grid.headings[at].text)
        grid = grid.without(at)
    return grid, left_out


def _least_width(grid: Grid, folded: int) -> int:
    """The cells that the table takes when the columns that may fold are ``folded``: rich would cut the others."""
    least = 2 * (len(grid.headings) - 1) + 2  # padding and dividers, edges
    for at, heading in enumerate(grid.headings):
        wide = max(width(cell) for cell in (heading.text, *(row[at] for row in (*grid.rows, *grid.footer))))
        least += min(wide, folded) if heading.shrinks else wide
    return least


def _stacked(grid: Grid) -> str:
    """For a terminal too narrow for columns: one line per cell, an empty line between rows."""
    wide = max(width(heading.text) for heading in grid.headings)
    blocks = []
    for row in (*grid.rows, *grid.footer):
        cells = zip(grid.headings, row, strict=True)
        blocks.append("".join(f"{heading.text:<{wide}}  {cell}\n" for heading, cell in cells if cell))
    return "\n".join(blocks)
