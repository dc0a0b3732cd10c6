"""Plain columns for a pipe: no lines, no colour, aligned by the width that characters take."""

from __future__ import annotations

from tokcost.phrases import unobeyed
from tokcost.render.grid import Grid


def plain(grid: Grid) -> str:
    """The grid as lines of columns, two spaces apart."""
    heading = [each.text for each in grid.headings]
    lines = [[unobeyed(cell) for cell in line] for line in (heading, *grid.rows, *grid.footer)]
    widths = [max(width(line[at]) for line in lines) for at, _ in enumerate(grid.headings)]
    return "".join(_line(line, widths, grid) + "\n" for line in lines)


def width(text: str) -> int:
    """The cells that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _line(cells: list[str], widths: list[int], grid: Grid) -> str:
    padded = []
    for cell, wide, heading in zip(cells, widths, grid.headings, strict=True):
        space = " " * (wide - width(cell))
        padded.append(space + cell if heading.numeric else cell + space)
    return "  ".join(padded).rstrip()
