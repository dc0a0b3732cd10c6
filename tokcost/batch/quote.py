"""What one request costs: without output, with the output expected, at its limit, and sent the other way."""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal
from typing import NamedTuple

from tokcost.catalog import Model
from tokcost.counting.count import Apart, Count
from tokcost.currency import Exchange
from tokcost.errors import NotPriced
from tokcost.pricing import Cost, Priced, Terms, Unpriced, cost_under, plus
from tokcost.quoting import NOT_CACHED, Caching, price_request
from tokcost.usage import Usage


class Quote(NamedTuple):
    """The costs of one request, or of many together; each has its own low and high.

    ``input``: the input alone. ``expected``: with the output expected, the input alone where none is said.
    ``at_limit``: with as much output as the request or its model allows, Unpriced where neither is known.
    ``other``: as ``expected``, but as a batch, or one by one where a batch was asked for; Unpriced where
    that is not sold.
    """

    input: Cost
    expected: Cost
    at_limit: Cost
    other: Cost

    @property
    def low(self) -> Decimal | None:
        """The least it may cost: the fewest input tokens and no output; None is unknown."""
        return self.input.low if isinstance(self.input, Priced) else None

    @property
    def likely(self) -> Decimal | None:
        """The likely input with the output expected; None is unknown."""
        return self.expected.likely if isinstance(self.expected, Priced) else None

    @property
    def high(self) -> Decimal | None:
        """The most it may cost: the most input tokens and the limit of output; None is unknown."""
        return self.at_limit.high if isinstance(self.at_limit, Priced) else None

    def held(self, expects_output: bool) -> Cost:
        """What a limit of money is compared with: the expected output where one is said, else the limit of output."""
        return self.expected if expects_output else self.at_limit

    def plus(self, other: Quote) -> Quote:
        """Both together, each cost exact; unpriced as soon as one of them is."""
        alone = plus(self.input, other.input)
        no_output = self.expected is self.input and other.expected is other.input
        expected = alone if no_output else plus(self.expected, other.expected)
        return Quote(alone, expected, plus(self.at_limit, other.at_limit), plus(self.other, other.other))


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
        self._known: dict[tuple[Hashable, ...], Cost] = {}
        if self.price is not None:
            cost_under(Usage(), self.price.modes, model, terms.mode)

    def quote(
        self, count: Count, output: int | None, limit: int | None, caching: Caching = NOT_CACHED
    ) -> Quote:  # fmt: skip
        """``output`` tokens are expected (None: not said), ``limit`` at most (None: not known).

        Raises NotPriced where the mode is not sold for so long a prompt.
        """
        alone = self._cost(count, 0, caching)
        at_limit: Cost = Unpriced(f"the limit of output of {self.model.name} is not known: use --output")
        if limit is not None:
            at_limit = self._cost(count, limit, caching)
        expected = self._cost(count, output, caching) if output else alone
        return Quote(alone, expected, at_limit, self._other_way(count, output or 0, caching))

    def _cost(self, count: Count, output: int, caching: Caching) -> Cost:
        key = (count.tokens, count.low, count.high, count.apart, output, caching, self._terms.mode)
        if key not in self._known:
            self._remember(key, price_request(count, self.model, self._terms, output, caching=caching))
        return self._known[key]

    def _other_way(self, count: Count, output: int, caching: Caching) -> Cost:
        likely = Count(*(count.tokens,) * 3, apart=tuple(Apart(each.kind, *(each.tokens,) * 3) for each in count.apart))
        caching = Caching(*(caching.likely,) * 3)
        key = (count.tokens, likely.apart, output, caching, self._other.mode)
        if key not in self._known:
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
