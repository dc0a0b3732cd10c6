"""The tokens of an entry under one set of rates: text, and audio and pictures that have rates of their own."""

from __future__ import annotations

from decimal import Decimal

from tokcost.catalog import Model
from tokcost.errors import NotPriced
from tokcost.logs.entry import MODALITIES, Entry
from tokcost.pricing import cost_under
from tokcost.rates import EXACT, STANDARD, Modes, Price, Rates, plain
from tokcost.usage import Usage

FREE = Decimal(0)


def tokens_cost(entry: Entry, modes: Modes, model: Model, price: Price) -> Decimal:
    """The cost of the tokens under one set of rates; modalities with rates of their own apart.

    Raises NotPriced for a kind or a modality without a rate.
    """
    apart = FREE
    usage = entry.usage
    for name, tokens in entry.modalities:
        rate = price.other.get(name)
        if rate is None:
            half = name.endswith("_cached") and name.replace("_cached", "_input") in price.other
            if half or name not in model.rules.as_text:
                raise NotPriced(f"{model.name} has no rate for {name.replace('_', ' ')} tokens")
            continue
        usage = _without(usage, MODALITIES[name], tokens)
        rate = EXACT.multiply(rate, _share_of_mode(modes, entry.mode, model, name))
        apart = EXACT.add(apart, EXACT.multiply(rate, Decimal(tokens)).scaleb(-6, EXACT))
    if usage == Usage() and apart:
        return apart
    return EXACT.add(cost_under(usage, modes, model, entry.mode), apart)


def _without(usage: Usage, kind: str, tokens: int) -> Usage:
    """The usage less so many tokens of one kind."""
    if kind == "output":
        left = usage.output_tokens - tokens
        _check(left, usage.output_tokens, tokens, "output")
        return usage.but(output_tokens=left, reasoning_tokens=min(usage.reasoning_tokens, left))
    given = usage.uncached_tokens if kind == "input" else usage.cached_tokens
    _check(given - tokens, given, tokens, kind)
    cached = usage.cached_tokens - (tokens if kind == "cached" else 0)
    return usage.but(input_tokens=usage.input_tokens - tokens, cached_tokens=cached)


def _check(left: int, given: int, tokens: int, kind: str) -> None:
    if left < 0:
        raise NotPriced(f"{tokens} audio or image tokens are more than the {given} {kind} tokens they are part of")


def _share_of_mode(modes: Modes, mode: str, model: Model, name: str) -> Decimal:
    """What a mode takes off the rates of a modality: a batch the same share that it takes off the input of text."""
    if mode == STANDARD:
        return Decimal(1)
    share, text, batch = model.rules.batch_share, modes.get(STANDARD, Rates()).input, modes.get("batch", Rates()).input
    if mode == "batch" and share and text and batch == EXACT.multiply(text, share):
        return share
    raise NotPriced(f"{model.name} has no {mode} rate for {name.replace('_', ' ')} tokens")


def image_cost(images: tuple[str, int], model: Model, price: Price) -> Decimal:
    """The exact cost of pictures that were made, by their size. Raises NotPriced for a size without a price."""
    size, number = images
    rate = price.per_image.get(size)
    if rate is None:
        known = ", ".join(price.per_image) or "none"
        raise NotPriced(f"{model.name} has no price for an image of '{size or 'unknown size'}' (it has: {known})")
    return plain(EXACT.multiply(rate, Decimal(number)))
