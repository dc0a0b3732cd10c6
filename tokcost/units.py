"""What is billed in place of tokens: characters of speech, seconds of audio, pages, searches; and its exact price."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tokcost.catalog.model import Model
from tokcost.errors import NotPriced
from tokcost.rates import EXACT, STANDARD, Price, plain

# What is billed -> its rate, of how much that is the price, and what one of it is called.
UNITS = {
    "characters": ("per_million_characters", 1_000_000, "character"),
    "seconds": ("per_minute", 60, "second"),
    "pages": ("per_page", 1, "page"),
    "queries": ("per_query", 1, "query"),
}
# Parts of a minute, of which no decimal holds most, are rounded to so many places of money: all else is exact.
_PLACES = 12


class Quantity(NamedTuple):
    """What is billed in place of tokens: so many characters, seconds, pages, queries."""

    unit: str
    number: Decimal

    @property
    def shown(self) -> str:
        """'61 seconds'."""
        return f"{self.number:,f} {UNITS[self.unit][2] if self.number == 1 else self.unit}"


def unit_of(model: Model, day: date) -> str:
    """By what a model is billed that has no rates for tokens of text, on a day without rates as later; else ''."""
    begun = [price for price in model.prices if price.start <= day] or model.prices[:1]
    if not begun or begun[-1].modes:
        return ""
    return next((unit for unit, (rate, *_) in UNITS.items() if rate in begun[-1].other), "")


def units_cost(units: Iterable[tuple[str, Decimal]], model: Model, price: Price, mode: str) -> Decimal:
    """The cost of what is billed in place of tokens: characters, seconds, pages, queries, in standard mode alone.

    Raises NotPriced where the row has no rate for one of them.
    """
    total = Decimal(0)
    for unit, number in units:
        rate = price.other.get(UNITS[unit][0]) if mode == STANDARD else None
        if rate is None:
            raise NotPriced(
                f"{model.id} has no {mode} rate for {unit}: 'tokcost models show {model.id}' lists its rates"
            )
        if unit == "seconds" and number:
            number = max(number, Decimal(model.rules.least_seconds))
        total = EXACT.add(total, cost_of_units(unit, number, rate))
    return total


def cost_of_units(unit: str, number: Decimal, rate: Decimal) -> Decimal:
    """The price of so many characters, seconds, pages or queries, by the rate for the unit.

    >>> cost_of_units("seconds", Decimal(61), Decimal("0.006"))
    Decimal('0.0061')
    """
    _, parts, _ = UNITS[unit]
    cost = EXACT.divide(EXACT.multiply(rate, number), Decimal(parts))
    if unit == "seconds" and cost.adjusted() < EXACT.prec - 2 * _PLACES:
        cost = cost.quantize(Decimal(1).scaleb(-_PLACES), context=EXACT)
    return plain(cost)
