"""What one request costs: the least, the likely and the most, at its limit of output, and sent the other way."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from decimal import Decimal
from typing import NamedTuple

from tokcost.batch.outputs import OutputRange
from tokcost.catalog import Model
from tokcost.counting.count import Apart, Count
from tokcost.currency import Exchange
from tokcost.errors import NotPriced
from tokcost.pricing import Cost, Priced, Terms, Unpriced, all_of, cost_under
from tokcost.quoting import NOT_CACHED, Caching, price_request
from tokcost.usage import Usage


class Quote(NamedTuple):
    """The costs of one request, or of many together; each has its own low and high.

    ``input``: the input alone. ``least``, ``expected``, ``most``: with the least, the expected and the most output;
    the input alone where no output is said. ``held`` is what a limit of money is compared with. ``at_limit``: with
    as much output as the request or its model allows. Unpriced where the output of one of them is not known.
    ``other``: as ``expected``, but as a batch, or one by one where a batch was asked for; Unpriced where
    that is not sold.
    """

    input: Cost
    least: Cost
    expected: Cost
    most: Cost
    held: Cost
    at_limit: Cost
    other: Cost

    @property
    def low(self) -> Decimal | None:
        """The least it may cost: the fewest input tokens and the least output; None is unknown."""
        return self.least.low if isinstance(self.least, Priced) else None

    @property
    def likely(self) -> Decimal | None:
        """The likely input with the output expected; None is unknown."""
        return self.expected.likely if isinstance(self.expected, Priced) else None

    @property
    def high(self) -> Decimal | None:
        """The most it may cost: the most input tokens and the most output; None is unknown."""
        return self.most.high if isinstance(self.most, Priced) else None

    @staticmethod
    def sum_of(quotes: Sequence[Quote]) -> Quote:
        """All together, each cost exact; unpriced as soon as one of them is. What is one cost in all stays one."""
        columns: list[tuple[Cost, ...]] = list(zip(*quotes, strict=True))
        sums: list[Cost] = []
        for costs in columns:
            same = columns.index(costs)
            sums.append(sums[same] if same < len(sums) else all_of(costs))
        return Quote(*sums)


class Quoter:
    """Prices requests to one model under the same terms, in the currency of the report.

    Raises NotPriced, when it is made, for a mode that the model does not have.
    """

    def __init__(self, model: Model, terms: Terms, other_mode: str, exchange: Exchange) -> None:
        self.model = model
        self.price = model.price_on(terms.day)
        self._terms = terms
        self._other = terms._replace(mode=other_mode)
        self._exchange = exchange
        self._unknown = Unpriced(f"the limit of output of {model.name} is not known: use --output")
        self._known: dict[tuple[Hashable, ...], Cost] = {}
        if self.price is not None:
            cost_under(Usage(), self.price.modes, model, terms.mode)

    def quote(self, count: Count, output: OutputRange, caching: Caching = NOT_CACHED) -> Quote:
        """Raises NotPriced where the mode is not sold for so long a prompt."""
        costs: dict[int | None, Cost] = {}  # most of them are one

        def cost(tokens: int | None) -> Cost:
            if tokens not in costs:
                costs[tokens] = self._unknown if tokens is None else self._cost(count, tokens, caching)
            return costs[tokens]

        likely = output.likely or 0
        return Quote(
            cost(0), cost(output.low), cost(likely), cost(output.high), cost(output.held), cost(output.limit),
            self._other_way(count, likely, caching),
        )  # fmt: skip

    def _cost(self, count: Count, output: int, caching: Caching) -> Cost:
        key = (count.tokens, count.low, count.high, count.apart, output, caching, self._terms.mode)
        if key not in self._known:
            self._remember(key, price_request(count, self.model, self._terms, output, caching=caching))
        return self._known[key]

    def _other_way(self, count: Count, output: int, caching: Caching) -> Cost:
        apart = tuple(Apart(each.kind, *(each.tokens,) * 3) for each in count.apart)
        if caching is not NOT_CACHED:
            caching = Caching(*(caching.likely,) * 3)
        key = (count.tokens, apart, output, caching, self._other.mode)
        if key not in self._known:
            likely = Count(*(count.tokens,) * 3, apart=apart)
            try:
                cost = price_request(likely, self.model, self._other, output, caching=caching)
            except NotPriced as error:
                cost = Unpriced(str(error))
            self._remember(key, cost)
        return self._known[key]

    def _remember(self, key: tuple[Hashable, ...], cost: Cost) -> None:
        if len(self._known) > 100_000:
            self._known.clear()
        self._known[key] = self._exchange.cost(cost)
