"""Sums over the requests of a batch, by model and in all, in bounded memory."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal

from tokcost.batch.outputs import Expected, OutputRange
from tokcost.batch.quote import Quote
from tokcost.batch.row import BatchRow
from tokcost.catalog import Model
from tokcost.counting.count import EXACT, Count, weaker
from tokcost.counting.window import CUT, INPUT, UNKNOWN, Misfit
from tokcost.phrases import plural, told_once
from tokcost.pricing import Priced, Unpriced
from tokcost.report import UNPRICED

# More notes of standing than these say nothing new.
_NOTES = 50
# So many quotes are kept to be added in one go.
_TOGETHER = 1000


class RequestSum:
    """Requests to one model, or to all of them (``model`` None): tokens, and money once there is a request."""

    def __init__(self, model: Model | None = None) -> None:
        self.model = model
        self.requests = 0
        self._tokens = self._low = self._high = 0
        self._standing = EXACT
        self.output_tokens = self.output_low = 0
        self.output_high: int | None = 0
        self.output_limit: int | None = 0
        # Of so many requests it is not known how much output is likely.
        self.unexpected = 0
        self._quotes: list[Quote] = []  # not summed yet, but for the first
        # How many requests ask for which effort of reasoning.
        self.efforts: Counter[str] = Counter()

    def take(self, count: Count, output: OutputRange, quote: Quote, effort: str) -> None:
        """One more request and what it comes to."""
        self.requests += 1
        self.efforts[effort] += 1
        self._add(count, output, output.likely is None, quote)

    def merge(self, other: RequestSum) -> None:
        """As many more as another sum has; of a sum of nothing, nothing."""
        quote = other.quote
        if quote is None:
            return
        self.requests += other.requests
        self.efforts += other.efforts
        output = OutputRange(other.output_low, other.output_tokens, other.output_high, other.output_limit, None)
        self._add(other.input, output, other.unexpected, quote)

    def _add(self, count: Count, output: OutputRange, unexpected: int, quote: Quote) -> None:
        self._tokens += count.tokens
        self._low += count.low
        self._high += count.high
        self._standing = weaker(self._standing, count.standing)
        self.output_low += output.low
        self.output_tokens += output.likely or 0
        self.output_high = _sum(self.output_high, output.high)
        self.output_limit = _sum(self.output_limit, output.limit)
        self.unexpected += unexpected
        self._quotes.append(quote)
        if len(self._quotes) >= _TOGETHER:
            self._quotes = [Quote.sum_of(self._quotes)]

    @property
    def input(self) -> Count:
        """The tokens of all of them."""
        return Count(self._tokens, self._low, self._high, self._standing)

    @property
    def quote(self) -> Quote | None:
        """What they cost together; None of no request."""
        if len(self._quotes) > 1:
            self._quotes = [Quote.sum_of(self._quotes)]
        return self._quotes[0] if self._quotes else None

    @property
    def standing(self) -> str:
        """The weakest of the requests; unpriced as soon as one of them is."""
        return UNPRICED if self.quote and isinstance(self.quote.expected, Unpriced) else self.input.standing


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


class Summary:
    """What the requests of a run come to.

    ``uncounted`` requests could not be counted, ``first_uncounted`` is the place of the first. ``most_expensive`` is
    the most that one request may cost of what a limit is compared with; ``costs`` has that by file and line,
    where it is kept. ``parts`` are (tokens, times) by label, where they are kept.
    """

    def __init__(self, expected: Expected, keep_costs: bool, keep_parts: bool) -> None:
        self.expected = expected
        self.by_model: dict[str, RequestSum] = {}
        self._notes: dict[str, None] = {}
        self._misfits: dict[tuple[str, str, str], tuple[str, int]] = {}
        self._standings: dict[tuple[str, str], None] = {}
        self.uncounted = 0
        self.first_uncounted = ""
        self.most_expensive: Decimal | None = None
        self.costs: defaultdict[str, dict[int, Decimal]] = defaultdict(dict)
        self.parts: dict[str, tuple[int, int]] = {}
        self._keep_costs = keep_costs
        self._keep_parts = keep_parts

    @property
    def notes(self) -> list[str]:
        """What is to be known of how requests were counted."""
        misfits = (f"{first}{_others(times - 1)}" for first, times in self._misfits.values())
        return [*told_once(self._standings), *self._notes, *misfits]

    def total(self) -> RequestSum:
        """The sum over all models."""
        total = RequestSum()
        for one in self.by_model.values():
            total.merge(one)
        return total

    def unpriced(self) -> int:
        """How many requests were counted but have no price."""
        return sum(one.requests for one in self.by_model.values() if one.standing == UNPRICED)

    def take(self, row: BatchRow) -> None:
        """One more request."""
        if row.model is None or row.input is None or row.output is None or row.quote is None:
            self.uncounted += 1
            self.first_uncounted = self.first_uncounted or f"{row.file}:{row.line}"
            return
        model, count = row.model, row.input
        known = self.by_model.get(model.full_id)
        if known is None:
            known = self.by_model[model.full_id] = RequestSum(model)
        known.take(count, row.output, row.quote, row.effort)
        if count.note and len(self._standings) < _NOTES:
            self._standings.setdefault((model.name, f"{count.standing}: {count.note}"))
        for note in row.notes:
            self._notes.setdefault(note)
        for misfit in row.misfits:
            key = (model.full_id, misfit.limit, misfit.becomes)
            first, times = self._misfits.get(key, (f"{row.file}:{row.line}: {_warning(misfit)}", 0))
            self._misfits[key] = (first, times + 1)
        self._take_cost(row, row.quote)
        if self._keep_parts:
            for label, number in count.parts:
                tokens, times = self.parts.get(label, (0, 0))
                self.parts[label] = (tokens + number, times + 1)

    def _take_cost(self, row: BatchRow, quote: Quote) -> None:
        held = quote.held
        if not isinstance(held, Priced):
            return
        if self.most_expensive is None or held.high > self.most_expensive:
            self.most_expensive = held.high
        if self._keep_costs:
            self.costs[row.file][row.line] = held.high


def _warning(misfit: Misfit) -> str:
    """What becomes of a request that is not sure to be refused."""
    if misfit.becomes == CUT:
        return f"{misfit.why}: {'the rest is cut off' if misfit.limit == INPUT else 'the answer ends there'}"
    return f"{misfit.why}, which may be refused: {misfit.remedy}" if misfit.becomes == UNKNOWN else str(misfit)


def _others(number: int) -> str:
    return f" (so do {plural(number, 'more request')})" if number else ""
