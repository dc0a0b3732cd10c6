"""Where the fast path adds lines up: the cell of a ledger, by the fields that decide whether a line may go there."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tokcost.logs.entry import Entry
from tokcost.logs.fields import text
from tokcost.metering.cell import Cell, CellRates
from tokcost.metering.ledger import Ledger
from tokcost.metering.meter import NO_BASIS
from tokcost.usage import Usage

# No prompt is below 0: every such line is left to the full parser.
_NOWHERE = Cell(-1, (), CellRates(NO_BASIS, {}, "", Decimal(0)))
_NOWHERE.rates.longest = 0

Who = str | tuple[Any, ...] | None
"""Whom a line is from: its client alone, or its client, key and project; None where no group asks."""


class Alike:
    """Lines that differ in whom they are from and in their counts: an entry like theirs, and the cells they go to."""

    __slots__ = ("cells", "entry")

    def __init__(self, entry: Entry | None) -> None:
        self.entry = entry
        self.cells: dict[Who, Cell] = {}


class Places:
    """The places of a ledger that lines have come to, by the fields that decide on them."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.hourly = "hour" in ledger.by
        self._kept: dict[int, dict[tuple[Any, ...], Alike]] = {}
        self._under: tuple[str, tuple[str, ...]] = ("", ())

    def enter(self, file: str) -> None:
        """A block of this file follows: forget the places of another, or of groups that have collapsed since."""
        by = self.ledger.by
        if self._under != (file, by):
            if "file" in by or self._under[1] != by:
                self._kept.clear()
            self._under = (file, by)

    def of(self, plan: object) -> dict[tuple[Any, ...], Alike]:
        """The places of the lines of one plan."""
        return self._kept.setdefault(id(plan), {})

    def find(
        self, known: dict[tuple[Any, ...], Alike], where: tuple[Any, ...], who: Who, read: Callable[[], Entry | None]
    ) -> Cell:
        """The place of lines that are new to these; ``read`` has the full parser make an entry of one of them."""
        alike = known.get(where)
        if alike is None or alike.entry is None or not (isinstance(who, str) and who):
            entry = read()
            if alike is None:
                alike = known[where] = Alike(entry)
        else:  # of a client the full parser would make no more than this
            entry = alike.entry._replace(client=text(who))
        cell = alike.cells[who] = self._cell(entry)
        return cell

    def _cell(self, entry: Entry | None) -> Cell:
        self.ledger.settle()
        if entry is None or entry.not_billed_because:
            return _NOWHERE
        short = entry._replace(usage=Usage())
        cell = self.ledger.cell(short, self.ledger.key_of(short))
        return _NOWHERE if cell is None or not cell.rates.longest else cell
