"""What is billed in place of tokens: characters of speech, seconds of audio, pages, searches; and its exact price."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tokcost.catalog.model import Model
from tokcost.errors import NotPriced
from tokcost.rates import EXACT, STANDARD, Price, plain

# What is billed -> its rates, each with the number of which it is the price.
_RATES = {
    "characters": {"per_million_characters": 1_000_000},
    "seconds": {"per_minute": 60, "per_hour": 3600},
    "pages": {"per_page": 1},
    "queries": {"per_query": 1},
}
# What one of it is called.
ONE = {"characters": "character", "seconds": "second", "pages": "page", "queries": "query"}
# Parts of a minute, of which no decimal holds most, are rounded to so many places of money: all else is exact.
_PLACES = 12


class Quantity(NamedTuple):
    """What is billed in place of tokens: so many characters, seconds, pages, queries."""

    unit: str
    number: Decimal

    @property
    def shown(self) -> str:
        """'61 seconds'."""
        return f"{self.number:,f} {ONE[self.unit] if self.number == 1 else self.unit}"


def unit_of(model: Model, day: date) -> str:
    """By what a model is billed that has no rates for tokens of text, on a day without rates as later; else ''."""
    begun = [price for price in model.prices if price.start <= day] or model.prices[:1]
    if not begun or begun[-1].modes:
        return ""
    return next((unit for unit, rates in _RATES.items() if rates.keys() & begun[-1].other.keys()), "")


def units_cost(units: Iterable[tuple[str, Decimal]], model: Model, price: Price, mode: str) -> Decimal:
    """The cost of what is billed in place of tokens: characters, seconds, pages, queries, in standard mode alone.

    Raises NotPriced where the row has no rate for one of them.
    """
    total = Decimal(0)
    for unit, number in units:
        name = next((name for name in _RATES[unit] if name in price.other), "")
        if not name or mode != STANDARD:
            raise NotPriced(
                f"{model.name} has no {mode} rate for {unit}: 'tokcost models show {model.name}' lists its rates"
            )
        if unit == "seconds" and number:
            number = max(number, Decimal(model.rules.least_seconds))
        total = EXACT.add(total, cost_of_units(number, name, price.other[name]))
    return total


def cost_of_units(number: Decimal, name: str, rate: Decimal) -> Decimal:
    """The price of so many characters, seconds, pages or queries, by the rate of that name.

    >>> cost_of_units(Decimal(61), "per_minute", Decimal("0.006"))
    Decimal('0.0061')
    """
    parts = next(rates[name] for rates in _RATES.values() if name in rates)
    cost = EXACT.divide(EXACT.multiply(rate, number), Decimal(parts))
    if name in _RATES["seconds"] and cost.adjusted() < EXACT.prec - 2 * _PLACES:
        cost = cost.quantize(Decimal(1).scaleb(-_PLACES), context=EXACT)
    return plain(cost)
