"""What one request costs: without output, with the output expected, at its limit."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from tokcost.catalog import Model
from tokcost.counting.count import Count
from tokcost.errors import NotPriced
from tokcost.pricing import Terms, cost_under, unpriced_reason
from tokcost.rates import EXACT
from tokcost.usage import Usage


class Quote(NamedTuple):
    """Money for one request, None where it cannot be said.

    ``low``: the fewest input tokens and no output; ``likely``: the likely input and the output
    expected; ``high``: the most input tokens and the output limit; ``input``: the likely input alone.
    ``other`` is the likely cost in the other way of sending: as a batch, or synchronously when a batch
    was asked for. ``held`` is what a limit of money is held against.
    """

    low: Decimal | None
    likely: Decimal | None
    high: Decimal | None
    other: Decimal | None
    held: Decimal | None
    input: Decimal | None


class Span(NamedTuple):
    """The least, likeliest and most that a request may cost: one number unless the hour decides."""

    least: Decimal
    likely: Decimal
    most: Decimal


class Quoter:
    """Prices requests to one model under the same terms.

    Raises NotPriced, when it is made, for a mode that the model does not have.
    """

    def __init__(self, model: Model, terms: Terms, other_mode: str) -> None:
        self.model = model
        self.terms = terms
        self.price = model.price_on(terms.day)
        self.reason = unpriced_reason(model, terms.day) if self.price is None else ""
        self.currency = self.price.currency if self.price else None
        self.other_mode = other_mode
        if self.price is not None:
            cost_under(Usage(), self.price.modes, model, terms.mode)
        self._known: dict[tuple[int, int, str], Span | None] = {}

    def quote(self, count: Count, output: int | None, limit: int | None) -> Quote:
        """``output`` tokens are expected (None: not said), ``limit`` at most (None: not known).

        ``held`` is what a limit of money is held against: with an expected output the most input
        with that output, else the most of both.
        """
        if self.price is None:
            return Quote(None, None, None, None, None, None)
        low = self._bounds(count.low, 0, self.terms.mode)
        likely = (
            self._bounds(count.tokens, output or 0, self.terms.mode) if output or count.low != count.tokens else low
        )
        alone = self._bounds(count.tokens, 0, self.terms.mode)
        high = self._bounds(count.high, limit, self.terms.mode) if limit is not None else None
        if output is None:
            held = high
        else:
            held = likely if count.high == count.tokens else self._bounds(count.high, output, self.terms.mode)
        other = self._bounds(count.tokens, output or 0, self.other_mode)
        return Quote(
            low.least if low else None,
            likely.likely if likely else None,
            high.most if high else None,
            other.likely if other else None,
            held.most if held else None,
            alone.likely if alone else None,
        )

    def _bounds(self, tokens: int, output: int, mode: str) -> Span | None:
        """What it costs, by the hour where that decides; None in a mode not offered."""
        key = (tokens, output, mode)
        if key not in self._known:
            if len(self._known) > 100_000:
                self._known.clear()
            self._known[key] = self._priced(Usage(tokens, output_tokens=output), mode)
        return self._known[key]

    def _priced(self, usage: Usage, mode: str) -> Span | None:
        assert self.price is not None
        try:
            costs = [
                cost_under(usage, modes, self.model, mode)
                for modes in self.price.possible(usage.input_tokens, usage.input_tokens, self.terms.moment)
            ]
        except NotPriced:
            if mode == self.terms.mode:
                raise
            return None
        return Span(min(costs), costs[0], max(costs))


def add(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    """The exact sum; unknown as soon as one of them is."""
    return None if one is None or other is None else EXACT.add(one, other)
