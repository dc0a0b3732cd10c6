"""What would bring something back within its limit: fewer tokens, or the model that fits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import ROUND_UP, Decimal
from typing import NamedTuple

from tokcost.catalog import Model, PriceBook
from tokcost.errors import NotPriced
from tokcost.rates import EXACT

# A model that is advised is one for longer than this.
_STAYS = timedelta(days=60)
# Rates of one source alone: it may be sold no longer.
_UNSURE = ("medium", "low")


class Fitting(NamedTuple):
    """A model under which the same tokens are within the limit, and what they cost there."""

    model: Model
    cost: Decimal


def fitting_model(
    own: Model, book: PriceBook, day: date, limit: Decimal, price: Callable[[Model], Decimal | None],
    allowed: Iterable[Model] | None = None,
) -> Fitting | None:  # fmt: skip
    """The most expensive model within the limit that counts the same text alike: same provider, encoding, scale.

    One that retires within 60 days is none, nor is one whose rates are not sure.

    ``price`` is what the same tokens cost under another model; None is unpriced. It may raise NotPriced.
    """
    best: Fitting | None = None
    for model in book.models([own.provider]) if allowed is None else allowed:
        alike = model.provider == own.provider and (model.encoding, model.scale) == (own.encoding, own.scale)
        if not alike or model.id == own.id or model.kind != "chat" or model.retired_on(day + _STAYS):
            continue
        try:
            row, cost = model.price_on(day), price(model)
        except NotPriced:
            continue
        sure = row is not None and row.confidence not in _UNSURE
        if sure and cost is not None and cost <= limit and (best is None or cost > best.cost):
            best = Fitting(model, cost)
    return best


def tokens_over(excess: Decimal, tokens: int, rate: Decimal | None) -> int:
    """How many input tokens cost the excess at ``rate`` a million, 0 when cutting input alone would not do."""
    if not rate:
        return 0
    over = int(EXACT.divide(excess.scaleb(6, EXACT), rate).to_integral_value(ROUND_UP))
    return over if over < tokens else 0


def tokens_too_many(tokens: int, fits: Callable[[int], bool]) -> int | None:
    """The fewest of ``tokens`` that must go until it fits; None when none left would not do either."""
    if not fits(0):
        return None
    low, high = 0, tokens  # low fits, high does not
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return tokens - low
