"""Entries added up by what they are grouped by; money exact, the most expensive requests kept."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from decimal import Decimal
from typing import NamedTuple

from tokcost.currency import Exchange
from tokcost.logs.entry import Entry
from tokcost.masking import scrub
from tokcost.metering.cell import NO_RATE, SCALE, Cell, CellRates
from tokcost.metering.group import Group, Key
from tokcost.metering.group_by import DEFAULT_BY, names_in
from tokcost.metering.groups import Groups
from tokcost.metering.meter import NO_BASIS, Meter
from tokcost.metering.repeats import Repeats
from tokcost.pricing import Cost, Priced

_TOO_MANY = 200


class PricedEntry(NamedTuple):
    """An entry with its cost in the currency of the report."""

    entry: Entry
    cost: Cost


class Ledger:
    """Adds entries up. ``by`` names the groups; None groups by model, and by client and key while they are few.

    ``unique`` counts a response once, by the largest of the lines that have its id; ``repeats`` counts them anyway.
    ``zone`` is where days are told, None for UTC.
    """

    def __init__(
        self,
        meter: Meter,
        exchange: Exchange,
        by: Sequence[str] | None = None,
        top: int = 10,
        unique: bool = False,
        zone: tzinfo | None = None,
    ) -> None:
        self.meter = meter
        self.exchange = exchange
        self.by = tuple(by) if by is not None else DEFAULT_BY
        self.collapsed = False
        self.repeats = Repeats()
        self.unique = unique
        self._zone = zone
        self._names = names_in(zone)
        self._asked_by = by
        self._free_choice = by is None
        # None while all of a group is in cells: of most it is.
        self._groups: dict[Key, Group | None] = {}
        self._rates: dict[tuple[int, str, int | str], CellRates] = {}
        self._all_cells: list[Cell] = []
        self._top = top
        self._most_expensive: list[tuple[int, int, Entry]] = []
        self._seq = 0

    def add(self, entry: Entry) -> Cost | None:
        """Add an entry. Its cost where it was priced on its own, None where it joined others."""
        self.settle()
        key = self.key_of(entry)
        if entry.not_billed_because:
            group = self._group(key)
            group.requests += entry.requests
            group.failed += entry.not_billed_because.startswith(("failed", "errored", "expired", "canceled"))
            return None
        if not entry.is_aggregate and self._is_told(entry):
            return None
        cell = self.cell(entry, key)
        if cell is not None:
            self._join(entry, cell)
            return None
        if self.unique and entry.identity and not entry.is_aggregate:
            self.repeats.count_alone(entry.identity, entry)
        cost = self.exchange.cost(self.meter.price(entry))
        group = self._group(key)
        group.add(entry.whole_usage, entry.requests, cost)
        if entry.charged is not None:
            group.add_charge(self.exchange.convert(entry.charged, entry.currency))
        if isinstance(cost, Priced) and not entry.is_aggregate:
            self._rank(int(cost.likely.scaleb(SCALE + 6)), entry)
        return cost

    def _is_told(self, entry: Entry) -> bool:
        """Whether a response is left out, since its id was there; a larger part of it takes the place of a smaller."""
        if not self.unique:
            if entry.identity is not None and entry.requests:
                self.repeats.note(entry.identity)
            return False
        larger = self.repeats.is_larger(entry.identity, entry.usage.input_tokens, entry.usage.output_tokens)
        if larger is None:
            return False
        if entry.requests:
            self.repeats.leave_out()
        if larger and entry.identity:
            self._take_back(entry.identity)
        return not larger

    def _take_back(self, identity: str) -> None:
        """What was counted of a response is no longer."""
        counted = self.repeats.counted(identity)
        self._most_expensive = [each for each in self._most_expensive if each[2].identity != identity]
        heapq.heapify(self._most_expensive)
        if counted.entry is None:
            self._all_cells[counted.cell].add(-1, [-number for number in counted.counts])
            return
        entry = counted.entry
        charged = None if entry.charged is None else self.exchange.convert(entry.charged, entry.currency)
        cost = self.exchange.cost(self.meter.price(entry))
        self._group(self.key_of(entry)).take_back(entry.whole_usage, entry.requests, cost, charged)

    def settle(self) -> None:
        """Group by model alone once there are too many clients and keys to list unasked."""
        if self._free_choice and len(self._groups) > _TOO_MANY and len(self.by) > 1:
            self._collapse()

    def key_of(self, entry: Entry) -> Key:
        """The group of an entry; the model under its own name where the book knows it."""
        names = self._names
        return tuple(
            self._named(entry, name) if name in ("model", "provider") else names[name](entry) for name in self.by
        )

    def cell(self, entry: Entry, key: Key) -> Cell | None:
        """Where a plain entry is added up; None for one that has to be priced on its own."""
        if entry.modalities or entry.calls or entry.units or entry.inside or entry.is_aggregate:
            return None
        if entry.charged is not None or entry.prompt is not None or entry.other_modes:
            return None
        if not (entry.split_known and entry.tokens_known) or entry.images is not None:
            return None
        if self.meter.rate is not None:
            return self._flat_cell(entry, key, self.meter.rate)
        basis = self.meter.basis(entry)
        if basis.price is None or basis.has_request_fee:
            return None
        size = entry.usage.input_tokens
        possible = basis.price.possible(size, size, entry.when)
        modes = possible[0]
        if len(possible) > 1 or entry.mode not in modes:
            return None
        where = (id(basis), entry.mode, id(modes))
        rates = self._rates.get(where)
        if rates is None:
            rates = self._rates[where] = CellRates(basis, modes, entry.mode)
        cell = self._cell_under(rates, key)
        usage = entry.usage
        counts = (usage.uncached_tokens, *usage.parts()[1:5])
        each = modes[entry.mode]
        return None if any(n and rate is None for n, rate in zip(counts, each, strict=True)) else cell

    def _flat_cell(self, entry: Entry, key: Key, rate: Decimal) -> Cell:
        where = (0, "", entry.currency)
        if where not in self._rates:
            self._rates[where] = CellRates(NO_BASIS, {}, entry.mode, rate, entry.currency)
        return self._cell_under(self._rates[where], key)

    def _cell_under(self, rates: CellRates, key: Key) -> Cell:
        cell = rates.cells.get(key)
        if cell is None:
            self._groups.setdefault(key, None)
            cell = rates.cells[key] = Cell(len(self._all_cells), key, rates)
            self._all_cells.append(cell)
        return cell

    def fresh(self) -> Ledger:
        """An empty ledger like this one."""
        return Ledger(self.meter, self.exchange, self._asked_by, self._top, self.unique, self._zone)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was added."""
        return not self._groups

    def groups(self) -> Mapping[Key, Group]:
        """The groups with all that was added, in the order they first came; each is made when it is asked for."""
        return Groups(self._groups, self._all_cells, self.exchange)

    def most_expensive(self) -> list[PricedEntry]:
        """The most expensive requests, in descending order of cost."""
        ranked = sorted(self._most_expensive, key=lambda each: (-each[0], each[1]))
        return [PricedEntry(entry, self.exchange.cost(self.meter.price(entry))) for _, _, entry in ranked]

    def least_rank(self) -> int:
        """A request must rank above this to be one of the most expensive so far."""
        if self._top <= 0:
            return NO_RATE - 1
        return self._most_expensive[0][0] if len(self._most_expensive) >= self._top else -1

    def _join(self, entry: Entry, cell: Cell) -> None:
        usage, rates = entry.usage, cell.rates
        cell.add(entry.requests, usage.parts())
        if self.unique and entry.identity and entry.requests == 1:
            self.repeats.count(entry.identity, cell.number, usage.parts())
        rank = (
            usage.uncached_tokens * rates.input
            + usage.cached_tokens * rates.cached
            + usage.cache_write_tokens * rates.write
            + usage.cache_write_long_tokens * rates.long
            + usage.output_tokens * rates.output
        )
        self._rank(rank, entry)

    def _rank(self, rank: int, entry: Entry) -> None:
        if self._top <= 0 or entry.requests == 0:
            return
        self._seq += 1
        if len(self._most_expensive) < self._top:
            heapq.heappush(self._most_expensive, (rank, -self._seq, entry))
        elif rank > self._most_expensive[0][0]:
            heapq.heapreplace(self._most_expensive, (rank, -self._seq, entry))

    def _group(self, key: Key) -> Group:
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = Group()
        return group

    def _collapse(self) -> None:
        """Too many clients or keys to list unasked: by model alone from here on."""
        self.by = self.by[:1]
        self.collapsed = True
        before, self._groups, self._rates = self._groups, {}, {}
        for key, group in before.items():
            self._groups.setdefault(key[:1], None)
            if group is not None:
                self._group(key[:1]).take(group)
        for cell in self._all_cells:
            cell.group = cell.group[:1]

    def _named(self, entry: Entry, what: str) -> str | None:
        """The model or its provider: as the book has it, or as the log does where the book does not know it."""
        name = entry.model or self.meter.default
        if name is None:
            return entry.provider if what == "provider" else None
        model = self.meter.model(name, entry.provider)
        if isinstance(model, str):
            return entry.provider if what == "provider" else scrub(name)
        return model.name if what == "model" else model.provider
