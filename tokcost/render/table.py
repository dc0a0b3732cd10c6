"""A table on a terminal, drawn by rich."""

from __future__ import annotations

import io
import shutil

from tokcost.render.grid import Grid, printable


def drawn(grid: Grid) -> str:
    """The grid as wide as the terminal, in colour unless NO_COLOR or TERM says no."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in grid.columns:
        table.add_column(
            column.heading,
            justify="right" if column.numeric else "left",
            overflow="fold",
            no_wrap=not column.shrinks,
            min_width=8 if column.shrinks else None,
        )
    for row in grid.rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    if grid.footer:
        table.add_section()
    for row in grid.footer:
        table.add_row(*(Text(printable(cell), style="bold") for cell in row))
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=shutil.get_terminal_size().columns, highlight=False)
    console.print(table)
    return out.getvalue()
