"""A count of one request x model x day x mode: its cost, with the low and high that its range and the cache leave."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tokcost.catalog import Model
from tokcost.counting.count import PICTURES, Apart, Count
from tokcost.modalities import Modality, ModalityNotPriced, cost_apart
from tokcost.pricing import Cost, Terms, Unpriced, bound, request_fee, unpriced_reason
from tokcost.rates import EXACT, Price, Rates, plain
from tokcost.usage import Usage


class Split(NamedTuple):
    """Which of the tokens of a prompt were read from a cache, or written to a short-lived or long-lived one."""

    read: int = 0
    write: int = 0
    write_long: int = 0


class Caching(NamedTuple):
    """What a cache may do to the cost of a prompt, in tokens of its likely count.

    ``most_read``: where all that may be read is read (the least cost); ``most_written``: where all that may be
    written is written (the most); ``likely``: what is to be expected.
    """

    most_read: Split = Split()
    most_written: Split = Split()
    likely: Split = Split()


NOT_CACHED = Caching()


def cached_part(tokens: int, share: Decimal) -> int:
    """The whole tokens of a share of the input, rounded down: what is not surely cached is not."""
    return int(EXACT.multiply(share, Decimal(tokens)))


def price_count(
    count: Count, model: Model, terms: Terms, cached_tokens: int = 0, output_tokens: int = 0,
    cached_share: Decimal | None = None, caching: Caching = NOT_CACHED,
) -> Cost:  # fmt: skip
    """What so many tokens of one request cost: over the ends of the count, cliffs, hours of the day, and the cache.

    ``cached_share``: which part of the input is read from the cache, instead of a number of tokens; with either,
    that is taken for known, and ``caching`` for nothing. Unpriced where it has no rate for audio or pictures in it.

    Raises NotPriced when the model has rates but none for the mode or a kind of token asked for,
    or was not released on the day.
    """
    price = model.price_on(terms.day)
    if price is None:
        return Unpriced(unpriced_reason(model, terms.day))
    is_known = cached_share is not None or cached_tokens > 0
    amounts = []
    for tokens in _sizes(count, price):
        known = min(cached_tokens, tokens) if cached_share is None else cached_part(tokens, cached_share)
        splits = (Split(),) if is_known or caching is NOT_CACHED else dict.fromkeys((caching.likely, *caching, Split()))
        for modes in price.possible(tokens, tokens, terms.moment):
            for split in splits:
                usage = Usage(tokens, known, output_tokens=output_tokens)
                if not is_known:
                    usage = _usage(tokens, count.tokens, split, output_tokens, modes.get(terms.mode, Rates()))
                apart = _apart(count, price, tokens, usage.uncached_tokens)
                try:
                    amounts.append(cost_apart(usage, apart, modes, terms.mode, model, price))
                except ModalityNotPriced as error:
                    return Unpriced(str(error))
    return bound(amounts, price.currency)


def price_request(
    count: Count, model: Model, terms: Terms, output_tokens: int = 0, cached_share: Decimal | None = None,
    caching: Caching = NOT_CACHED,
) -> Cost:  # fmt: skip
    """The same with what the request itself costs; where some are free of that, with it and without."""
    cost = price_count(count, model, terms, 0, output_tokens, cached_share, caching)
    row = request_fee(model, terms.day)
    if row is None or isinstance(cost, Unpriced):
        return cost
    amounts = [EXACT.add(amount, row.amount) for amount in cost[:3]]
    return bound([*amounts, *(cost[:3] if row.free else ())], cost.currency)


def as_text(cost: Cost, model: Model, day: date, texts: int = 1) -> Cost:
    """The cost of so many texts, each a request of its own or a part of one: a fee of requests is in the high end."""
    row = request_fee(model, day)
    if row is None or isinstance(cost, Unpriced):
        return cost
    return cost._replace(high=plain(EXACT.add(cost.high, EXACT.multiply(row.amount, Decimal(texts)))))


def _sizes(count: Count, price: Price) -> list[int]:
    """The sizes of a prompt at which its cost can be likeliest, least or most: likely, ends, both sides of a cliff."""
    edges = [tier.threshold - tier.inclusive for tier in price.tiers]
    cliffs = [size for edge in edges for size in (edge, edge + 1) if count.low < size < count.high]
    return list(dict.fromkeys((count.tokens, count.low, count.high, *cliffs)))


def _usage(tokens: int, likely: int, split: Split, output: int, rates: Rates) -> Usage:
    """The tokens of a prompt of this size, cached as the likely one is; what has no rate of its own is plain input."""
    if not any(split):
        return Usage(input_tokens=tokens, output_tokens=output)
    read, write, write_long = (tokens if part >= likely else part * tokens // likely for part in split)
    if rates.cache_write_long is None:  # what is not sold for longer is written as usual
        write, write_long = write + write_long, 0
    read = 0 if rates.cached is None else min(read, tokens)
    write_long = min(write_long, tokens - read)
    write = 0 if rates.cache_write is None else min(write, tokens - read - write_long)
    return Usage(tokens, read, write, write_long, output)


def _apart(count: Count, price: Price, tokens: int, uncached: int) -> Iterator[Modality]:
    """What of a prompt of this size is not text, no more than there is at the rate of plain input.

    Pictures are metered as text wherever a row has no rate of theirs; sound is not.
    """
    for each in count.apart:
        if each.kind == PICTURES and each.kind not in price.other:
            continue
        part = min(_at(each, count, tokens), uncached)
        uncached -= part
        if part:
            yield each.kind, part


def _at(each: Apart, count: Count, tokens: int) -> int:
    """How many there are of a kind at the likely size, at an end, or between."""
    if tokens == count.tokens:
        return each.tokens
    return each.low if tokens <= count.low else each.high if tokens >= count.high else each.tokens
