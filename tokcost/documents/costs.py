"""What many requests cost, each priced by its own length: a cliff is passed by one request, not by their sum."""

from __future__ import annotations

from decimal import Decimal

from tokcost.catalog import Model
from tokcost.counting.count import Count
from tokcost.documents.work import Lengths
from tokcost.pricing import Cost, Priced, Terms, Unpriced, bound, cost_under, plus, unpriced_reason
from tokcost.rates import Price, Tier
from tokcost.usage import Usage


def price_lengths(lengths: Lengths, model: Model, terms: Terms, output_tokens: int) -> Cost:
    """The cost of one request a document, with ``output_tokens`` each. Raises NotPriced as ``price_count``."""
    price = model.price_on(terms.day)
    if price is None:
        return Unpriced(unpriced_reason(model, terms.day))
    likely, low, high = (
        _cost([(each[at], number) for each, number in lengths.items()], price, model, terms, output_tokens)
        for at in range(3)
    )
    return Priced(likely.likely, low.low, high.high, price.currency)


def _cost(lengths: list[tuple[int, int]], price: Price, model: Model, terms: Terms, output_tokens: int) -> Priced:
    """The cost of documents of known lengths. One sum for each tier: between two cliffs money is linear."""
    tiers: dict[int, tuple[Tier | None, int, int, int]] = {}
    for tokens, number in lengths:
        tier = price.tier_for(tokens)
        _, sample, total, documents = tiers.get(id(tier), (tier, tokens, 0, 0))
        tiers[id(tier)] = (tier, sample, total + tokens * number, documents + number)
    summed: Cost = Priced(Decimal(0), Decimal(0), Decimal(0), price.currency)
    for _, sample, total, documents in tiers.values():
        usage = Usage(input_tokens=total, output_tokens=output_tokens * documents)
        amounts = [
            cost_under(usage, modes, model, terms.mode) for modes in price.possible(sample, sample, terms.moment)
        ]
        summed = plus(summed, bound(amounts, price.currency))
    assert isinstance(summed, Priced)
    return summed


def sum_of(lengths: Lengths, standing: str, note: str) -> Count:
    """The tokens of all documents together."""
    totals = [sum(each[at] * number for each, number in lengths.items()) for at in range(3)]
    return Count(totals[0], totals[1], totals[2], standing, note)
