"""What many requests cost, each priced by its own length: a cliff is passed by one request, not by their sum."""

from __future__ import annotations

from decimal import Decimal

from tokcost.catalog import Model
from tokcost.counting.count import Count
from tokcost.documents.work import Lengths
from tokcost.pricing import (
    Cost,
    Terms,
    Unpriced,
    bound,
    cost_under,
    plus,
    sure,
    times,
    unpriced_reason,
)
from tokcost.quoting import as_text, price_count
from tokcost.rates import Price
from tokcost.usage import Usage


def price_lengths(lengths: Lengths, model: Model, terms: Terms, output_tokens: int) -> Cost:
    """The cost of one request per document, with ``output_tokens`` each. Raises NotPriced as ``price_count``."""
    price = model.price_on(terms.day)
    if price is None:
        return Unpriced(unpriced_reason(model, terms.day))
    summed: Cost = sure(Decimal(0), price.currency)
    tiers: dict[int, Lengths] = {}
    for length, number in lengths.items():
        tier = price.tier_for(length[0])
        if all(price.tier_for(end) is tier for end in length[1:]):
            tiers.setdefault(id(tier), Lengths())[length] = number
        else:
            cost = price_count(Count(*length), model, terms, output_tokens=output_tokens)
            summed = plus(summed, times(cost, Decimal(number)))
    for alike in tiers.values():
        summed = plus(summed, _between_cliffs(alike, price, model, terms, output_tokens))
    return as_text(summed, model, terms.day, lengths.total())


def _between_cliffs(lengths: Lengths, price: Price, model: Model, terms: Terms, output_tokens: int) -> Cost:
    """The cost of documents between the same two cliffs, where money is linear: one sum for all of them."""
    summed = sum_of(lengths)
    amounts: list[Decimal] = []
    for tokens in dict.fromkeys((summed.tokens, summed.low, summed.high)):
        usage = Usage(input_tokens=tokens, output_tokens=output_tokens * lengths.total())
        sample = next(iter(lengths))[0]
        for modes in price.possible(sample, sample, terms.moment):
            amounts.append(cost_under(usage, modes, model, terms.mode))
    return bound(amounts, price.currency)


def sum_of(lengths: Lengths, standing: str = "exact", note: str = "") -> Count:
    """The tokens of all documents together."""
    totals = [sum(each[at] * number for each, number in lengths.items()) for at in range(3)]
    return Count(totals[0], totals[1], totals[2], standing, note)
