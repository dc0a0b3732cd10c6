"""What many requests cost, each priced by its own length: a cliff is passed by one request, not by their sum."""

from __future__ import annotations

from decimal import Decimal

from tokcost.catalog import Model
from tokcost.corpus.work import Lengths
from tokcost.counting.count import Count
from tokcost.pricing import Cost, Terms, cost_under, unpriced_reason
from tokcost.rates import EXACT, Price, Tier, plain
from tokcost.usage import Usage


def price_lengths(lengths: Lengths, model: Model, terms: Terms, output_tokens: int) -> Cost:
    """The cost of one request a document, with ``output_tokens`` each. Raises NotPriced as ``price_count``."""
    price = model.price_on(terms.day)
    if price is None:
        return Cost(None, None, None, None, unpriced_reason(model, terms.day))
    likely = _costs([(each[0], number) for each, number in lengths.items()], price, model, terms, output_tokens)
    low = _costs([(each[1], number) for each, number in lengths.items()], price, model, terms, output_tokens)
    high = _costs([(each[2], number) for each, number in lengths.items()], price, model, terms, output_tokens)
    return Cost(plain(likely[0]), plain(low[1]), plain(high[2]), price.currency)


def _costs(
    lengths: list[tuple[int, int]], price: Price, model: Model, terms: Terms, output_tokens: int
) -> tuple[Decimal, Decimal, Decimal]:
    """Likeliest, lowest, highest over the rates that may be in force. One sum a tier: below a cliff money is linear."""
    tiers: dict[int, tuple[Tier | None, int, int, int]] = {}
    for tokens, number in lengths:
        tier = price.tier_for(tokens)
        _, sample, total, documents = tiers.get(id(tier), (tier, tokens, 0, 0))
        tiers[id(tier)] = (tier, sample, total + tokens * number, documents + number)
    likely = low = high = Decimal(0)
    for _, sample, total, documents in tiers.values():
        usage = Usage(input_tokens=total, output_tokens=output_tokens * documents)
        costs = [cost_under(usage, modes, model, terms.mode) for modes in price.in_force(sample, terms.moment)]
        likely = EXACT.add(likely, costs[0])
        low = EXACT.add(low, min(costs))
        high = EXACT.add(high, max(costs))
    return likely, low, high


def sum_of(lengths: Lengths, standing: str, note: str) -> Count:
    """The tokens of all documents together."""
    totals = [sum(each[at] * number for each, number in lengths.items()) for at in range(3)]
    return Count(totals[0], totals[1], totals[2], standing, note)
