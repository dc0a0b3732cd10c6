"""What would explain a charge: another mode, tier, hour, day or model, cached tokens charged in full, a factor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache

from tokcost.catalog import Model, PriceBook
from tokcost.currency import Exchange
from tokcost.errors import NotPriced
from tokcost.logs.entry import Entry
from tokcost.metering.meter import Meter
from tokcost.pricing import Priced, cost_under
from tokcost.rates import EXACT, KINDS, STANDARD, Modes, Price
from tokcost.usage import Usage

_SHOWN = 4


def explanations(meter: Meter, exchange: Exchange, entry: Entry, charged: Decimal, slack: Decimal) -> tuple[str, ...]:
    """The explanations of a charge for the same tokens, the most likely first, or that nothing explains it."""
    basis = meter.basis(entry)
    day = entry.when.date() if entry.when is not None else meter.day
    if basis.model is None or basis.price is None:
        return ()
    if not charged:
        return ("nothing was charged",)  # which is no rate of anybody's
    found: dict[str, None] = {}
    for explanation, amount, currency in _readings(meter, entry, basis.model, basis.price, day):
        made = exchange.convert(amount, currency) if exchange.can(currency) else None
        if made is not None and made > slack and abs(made - charged) <= slack:  # what rounds to nothing explains none
            found[explanation] = None
        if len(found) == _SHOWN:
            break
    return tuple(found) or (f"no rate in force on {day} explains it",)


def charging(meter: Meter, exchange: Exchange, entry: Entry, charged: Decimal) -> list[str]:
    """The models that would have charged so much for so many tokens that day.

    Where input and output are one number, any mix of them may have been meant.
    """
    day = entry.when.date() if entry.when is not None else meter.day
    if not charged:
        return []
    half = min(Decimal(1).scaleb(int(charged.as_tuple().exponent)), Decimal(1).scaleb(-2)) / 2
    found = []
    for model, price in _in_force(meter.book, day):
        if price.same_as or not exchange.can(price.currency):
            continue
        for modes in _all_modes(price):
            if any(_makes(rates, modes, entry, charged, half, exchange, price, model) for rates in modes):
                found.append(model.full_id)
                break
    return found[:_SHOWN] + ([f"and {len(found) - _SHOWN} others"] if len(found) > _SHOWN else [])


def _makes(
    mode: str,
    modes: Modes,
    entry: Entry,
    charged: Decimal,
    half: Decimal,
    exchange: Exchange,
    price: Price,
    model: Model,
) -> bool:
    if entry.split_known:
        try:
            amount = cost_under(entry.usage, modes, model, mode)
        except NotPriced:
            return False
        return abs(exchange.convert(amount, price.currency) - charged) <= half
    rates = [rate for kind in KINDS if (rate := getattr(modes[mode], kind)) is not None]
    if not rates:
        return False
    low, high = (
        exchange.convert(EXACT.multiply(rate, Decimal(entry.tokens)).scaleb(-6, EXACT), price.currency)
        for rate in (min(rates), max(rates))
    )
    return low - half <= charged <= high + half


def _readings(meter: Meter, entry: Entry, model: Model, price: Price, day: date) -> Iterator[tuple[str, Decimal, str]]:
    """Ways to charge the same tokens, each with its amount and currency."""
    for explanation, modes in _named_modes(price):
        for mode in modes:
            if amount := _cost(entry.usage, modes, model, mode):
                named = f"{mode} rates" if mode != STANDARD else "standard rates, no discount"
                yield f"{named}{explanation}", amount, price.currency
    for explanation, other in _other_usages(entry.usage):
        for modes in price.possible(entry.usage.input_tokens, entry.usage.input_tokens, entry.when):
            if amount := _cost(other, modes, model, entry.mode):
                yield explanation, amount, price.currency
    for each in model.prices:
        if each.start != price.start and (amount := _cost(entry.usage, each.modes, model, entry.mode)):
            span = f"the price of {each.start}" + (f" to {each.end}" if each.end else " on")
            yield f"a moved price: {span}", amount, each.currency
    own = meter.price(entry._replace(cost_is_final=False))
    for hint in meter.book.rules.hints():
        if isinstance(own, Priced) and own.likely and hint.request:
            yield hint.request, EXACT.multiply(own.likely, hint.times), price.currency
    yield from _other_models(meter, entry, model, day)


def _other_usages(usage: Usage) -> Iterator[tuple[str, Usage]]:
    """The same tokens, counted otherwise."""
    if usage.input_tokens != usage.uncached_tokens:
        in_full = usage.but(cached_tokens=0, cache_write_tokens=0, cache_write_long_tokens=0)
        yield "cached and written tokens charged in full as input", in_full
    if usage.reasoning_tokens:
        without = usage.output_tokens - usage.reasoning_tokens
        yield "reasoning tokens left out", usage.but(output_tokens=without, reasoning_tokens=0)
        twice = usage.output_tokens + usage.reasoning_tokens
        yield "reasoning tokens charged twice", usage.but(output_tokens=twice)
    yield "input and output mixed up", Usage(usage.output_tokens, output_tokens=usage.input_tokens)


def _other_models(meter: Meter, entry: Entry, model: Model, day: date) -> Iterator[tuple[str, Decimal, str]]:
    own_seller_first = sorted(_in_force(meter.book, day), key=lambda each: each[0].provider != model.provider)
    for other, price in own_seller_first:
        if other.full_id == model.full_id or (price.same_as and other.provider != model.provider):
            continue  # itself, or what its maker charges as well
        tier = price.tier_for(entry.usage.input_tokens)
        if amount := _cost(entry.usage, tier.modes if tier else price.modes, other, entry.mode):
            yield f"the rates of {other.name}", amount, price.currency


def _named_modes(price: Price) -> Iterator[tuple[str, Modes]]:
    yield "", price.modes
    for tier in price.tiers:
        yield f" of prompts past {tier.threshold} tokens", tier.modes
    for window in price.windows:
        yield f" of the hours {window.utc} UTC", window.modes


def _all_modes(price: Price) -> list[Modes]:
    return [modes for _, modes in _named_modes(price)]


def _cost(usage: Usage, modes: Modes, model: Model, mode: str) -> Decimal | None:
    try:
        return cost_under(usage, modes, model, mode)
    except NotPriced:
        return None


@lru_cache(maxsize=8)  # whoever charges one line wrongly charges many of a day
def _in_force(book: PriceBook, day: date) -> tuple[tuple[Model, Price], ...]:
    """Every model with rates on the day, and these."""
    there = (model for model in book.models() if model.released is None or model.released <= day)
    return tuple((model, price) for model in there if (price := model.price_on(day)) is not None)
