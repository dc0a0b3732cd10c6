"""Where the fast path adds lines up: the cell of a ledger, with what decides whether a line may go there."""

from __future__ import annotations

from typing import Any, cast

from tokcost.logs.entry import Entry
from tokcost.metering.cell import Cell
from tokcost.metering.ledger import Ledger
from tokcost.usage import Usage

LinePlace = tuple[Cell, int, int, int, int]
"""A cell, the size of prompt that it ends below, its rates for fresh and cached input and for output."""

# No prompt is below 0: every such line is left to the full parser.
_NOWHERE: LinePlace = (cast(Cell, None), 0, 0, 0, 0)


class Places:
    """The places of a ledger that lines have come to, by the fields that decide on them."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.hourly = "hour" in ledger.by
        self._kept: dict[int, dict[tuple[Any, ...], LinePlace]] = {}
        self._under: tuple[str, tuple[str, ...]] = ("", ())

    def enter(self, file: str) -> None:
        """A block of this file follows: forget the places of another, or of groups that have collapsed since."""
        by = self.ledger.by
        if self._under != (file, by):
            if "file" in by or self._under[1] != by:
                self._kept.clear()
            self._under = (file, by)

    def of(self, plan: object) -> dict[tuple[Any, ...], LinePlace]:
        """The places of the lines of one plan."""
        return self._kept.setdefault(id(plan), {})

    def find(self, entry: Entry | None) -> LinePlace:
        """The place of lines like the one that the full parser has made this entry of."""
        self.ledger.settle()
        if entry is None or entry.not_billed_because:
            return _NOWHERE
        short = entry._replace(usage=Usage())
        cell = self.ledger.cell(short, self.ledger.key_of(short))
        if cell is None or not (longest := cell.longest_prompt()):
            return _NOWHERE
        return cell, longest, cell.input, cell.cached, cell.output
