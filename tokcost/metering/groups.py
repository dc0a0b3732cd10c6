"""The groups of a ledger, each made when it is asked for: made at once, a million of them would fill the memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from tokcost.currency import Exchange
from tokcost.metering.cell import Cell
from tokcost.metering.group import Group, Key


class Groups(Mapping[Key, Group]):
    """What was added to a ledger on its own and in cells, by group, in the order that groups first came."""

    def __init__(self, alone: Mapping[Key, Group | None], cells: Sequence[Cell], exchange: Exchange) -> None:
        self._alone = alone
        self._exchange = exchange
        # One cell as it is, several in a list: most groups have one.
        self._cells: dict[Key, Cell | list[Cell]] = {}
        rates = None
        for cell in cells:
            if cell.rates is not rates:  # the first amount decides on the currency, and the next in another is refused
                rates = cell.rates
                exchange.convert(Decimal(0), rates.currency)
            first = self._cells.setdefault(cell.group, cell)
            if first is not cell:
                if isinstance(first, list):
                    first.append(cell)
                else:
                    self._cells[cell.group] = [first, cell]

    def __getitem__(self, key: Key) -> Group:
        found, alone = Group(), self._alone[key]
        if alone is not None:
            found.take(alone)
        cells = self._cells.get(key, ())
        for cell in (cells,) if isinstance(cells, Cell) else cells:
            usage = cell.usage
            found.add(usage, cell.requests, self._exchange.cost(cell.cost(usage)))
        return found

    def __iter__(self) -> Iterator[Key]:
        return iter(self._alone)

    def __len__(self) -> int:
        return len(self._alone)
