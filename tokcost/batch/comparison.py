"""A forecast held against the results: what was billed, what the forecast missed, and what that teaches of output."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from decimal import Decimal
from functools import reduce
from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

from tokcost.batch.learnt import Samples, family
from tokcost.batch.results import RequestResult, Results
from tokcost.batch.row import BILLED, FAILED, MISSING, BatchRow, BilledRow
from tokcost.catalog import Model
from tokcost.counting.count import Count
from tokcost.logs.entry import Entry
from tokcost.metering.meter import Meter
from tokcost.pricing import Cost, Priced, plus
from tokcost.rates import EXACT
from tokcost.report.totals import add_counts
from tokcost.usage import Usage

if TYPE_CHECKING:
    from tokcost.currency import Exchange

# So many of the requests that the forecast missed are kept to be shown.
_WORST = 5


def outside(row: BatchRow) -> int | None:
    """By how many input tokens the bill lies above (+) or below (-) the forecast's range; None where one is missing."""
    if row.input is None or row.billed is None or row.billed.usage is None:
        return None
    given = row.billed.usage.input_tokens
    return max(0, given - row.input.high) + min(0, given - row.input.low)


class Side(NamedTuple):
    """Requests to one model that were forecast and billed, added up; ``output`` None where none was expected of one."""

    model: Model | None
    requests: int
    input: Count
    output: int | None
    low: Decimal | None
    likely: Decimal | None
    high: Decimal | None
    usage: Usage
    cost: Cost | None

    @property
    def money(self) -> Decimal | None:
        """What they were billed."""
        return self.cost.likely if isinstance(self.cost, Priced) else None

    @property
    def difference(self) -> Decimal | None:
        """The bill less the likely forecast, which there is none of without an expected output."""
        if self.money is None or self.likely is None:
            return None
        return EXACT.subtract(self.money, self.likely)

    def plus(self, other: Side) -> Side:
        """Both together."""
        return Side(
            self.model if self.model is other.model else None,
            self.requests + other.requests,
            add_counts(self.input, other.input),
            None if self.output is None or other.output is None else self.output + other.output,
            _sum(self.low, other.low),
            _sum(self.likely, other.likely),
            _sum(self.high, other.high),
            self.usage + other.usage,
            None if self.cost is None or other.cost is None else plus(self.cost, other.cost),
        )


def _sum(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else EXACT.add(one, other)


class BillComparison:
    """Takes the requests of a run in order, each with its result, and adds up what was forecast and what was billed."""

    def __init__(self, results: Results, meter: Meter, exchange: Exchange) -> None:
        self.results = results
        self.samples = Samples()
        self.by_model: dict[str, Side] = {}
        self.statuses: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.missing: list[str] = []
        # How many requests have an input outside the forecast; by how much the output of which exceeds the expected.
        self.outside = 0
        self._worst: list[tuple[int, int, BatchRow]] = []
        self.over: list[tuple[int, str]] = []
        self.cut_off = 0
        self.uncounted = 0
        self.other_model: Counter[str] = Counter()
        self.unknown_model: Counter[str] = Counter()
        self.other_day = 0
        self.unpriced: Counter[str] = Counter()
        self._meter = meter
        self._exchange = exchange

    def take(self, row: BatchRow, result: RequestResult | None, answers: int) -> BatchRow:
        """The row with what was billed for it."""
        name = row.name
        if result is None:
            self.statuses[MISSING] += 1
            self.missing.append(name)
            return row._replace(billed=BilledRow(MISSING))
        if result.failed:
            self.statuses[FAILED] += 1
            self.failures[result.failed] += 1
            return row._replace(billed=BilledRow(FAILED, result.failed))
        self.statuses[BILLED] += 1
        answered = self._answered(result.entries[0], row.model) if row.model else None
        cost = self._cost(result, row.model, answered)
        row = row._replace(billed=BilledRow(BILLED, "", result.usage, cost))
        if not isinstance(cost, Priced):
            self.unpriced[cost.reason] += 1
        of_other = answered is not None and row.model is not None and family(answered) != family(row.model)
        self._compare(row, result.usage, cost, None if of_other else answers)
        return row

    def worst(self) -> list[BatchRow]:
        """Some of the requests whose input lies outside the forecast, the farthest first."""
        return [row for *_, row in sorted(self._worst, key=lambda each: (-each[0], -each[1]))]

    def total(self) -> Side | None:
        """All models together."""
        return reduce(Side.plus, self.by_model.values()) if self.by_model else None

    def _compare(self, row: BatchRow, usage: Usage, cost: Cost, answers: int | None) -> None:
        """Add it up; without ``answers`` nothing is learnt of it."""
        if row.model is None or row.input is None or row.output is None or row.quote is None:
            self.uncounted += 1
            return
        model, quote, likely = row.model, row.quote, row.output.likely
        side = Side(
            model, 1, row.input, likely, quote.low, None if likely is None else quote.likely, quote.high, usage, cost
        )
        known = self.by_model.get(model.full_id)
        self.by_model[model.full_id] = known.plus(side) if known else side
        if answers is not None:
            self.samples.add(model, row.effort, usage.input_tokens, usage.output_tokens, answers)
        if missed := outside(row):
            self.outside += 1
            heappush(self._worst, (abs(missed), -self.outside, row))
            if len(self._worst) > _WORST:
                heappop(self._worst)
        if likely is not None and usage.output_tokens > likely:
            self.over.append((usage.output_tokens - likely, row.name))
        limit = row.output.limit
        self.cut_off += limit is not None and 0 < limit <= usage.output_tokens

    def _answered(self, entry: Entry, model: Model) -> Model | None:
        """The model that answered where that is another than was asked, which is told; None where it is not."""
        if not entry.model:
            return None
        found = self._meter.model(entry.model, entry.provider or model.provider)
        if isinstance(found, str):
            self.unknown_model[entry.model] += 1
            return None
        if family(found) != family(model):
            self.other_model[found.name] += 1
            return found
        # a snapshot of it may have rates of its own; no answer says at which place it was served
        return found if found.provider == model.provider and not model.place else None

    def _cost(self, result: RequestResult, model: Model | None, answered: Model | None) -> Cost:
        """What was billed: at the rates of the model that answered, of the seller that was asked."""
        entry, *beside = result.entries
        if (billed := answered or model) is not None:
            entry = entry._replace(provider=billed.provider, model=billed.full_id)
        if entry.when is not None:  # the rates of one day for both, so that what differs is what was forecast
            priced = self._meter.basis(entry).price
            entry = entry._replace(when=datetime.combine(self._meter.day, entry.when.time()), until=None)
            self.other_day += priced is not self._meter.basis(entry).price
        costs = (self._exchange.cost(self._meter.price(each)) for each in (entry, *beside))
        return reduce(plus, costs)
