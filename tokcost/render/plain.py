"""Plain columns for a pipe: no lines, no colour, aligned by the width that characters take."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from tokcost.phrases import unobeyed
from tokcost.render.grid import Grid


def plain(grid: Grid) -> Iterator[str]:
    """The grid as lines of columns, two spaces apart."""
    widths = [0] * len(grid.headings)
    for line in _lines(grid):
        widths = [max(wide, width(cell)) for wide, cell in zip(widths, line, strict=True)]
    for line in _lines(grid):
        yield _line(line, widths, grid) + "\n"


def width(text: str) -> int:
    """The cells that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _lines(grid: Grid) -> Iterator[list[str]]:
    for line in chain([[each.text for each in grid.headings]], grid.rows, grid.footer):
        yield [unobeyed(cell) for cell in line]


def _line(cells: list[str], widths: list[int], grid: Grid) -> str:
    padded = []
    for cell, wide, heading in zip(cells, widths, grid.headings, strict=True):
        space = " " * (wide - width(cell))
        padded.append(space + cell if heading.numeric else cell + space)
    return "  ".join(padded).rstrip()
