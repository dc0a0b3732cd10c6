"""Tokens of one request under one set of rates: text, and audio and pictures that have rates of their own."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from tokcost.catalog import Model
from tokcost.errors import NotPriced
from tokcost.pricing import cost_under
from tokcost.rates import EXACT, STANDARD, Modes, Price, Rates
from tokcost.usage import MODALITIES, Usage

Modality = tuple[str, int]
"""The name of a rate such as "audio_input", and the tokens that have it."""


class ModalityNotPriced(NotPriced):
    """Audio or pictures at a model that has no rate for them: they may be sent, and what they cost is not known."""


def cost_apart(
    usage: Usage, apart: Iterable[Modality], modes: Modes, mode: str, model: Model, price: Price
) -> Decimal:  # fmt: skip
    """The cost of the tokens in one mode; the modalities among them at rates of their own where there are any.

    Raises NotPriced for a kind or a modality without a rate.
    """
    summed = Decimal(0)
    for name, tokens in apart:
        rate = price.other.get(name)
        if rate is None:
            half = name.endswith("_cached") and name.replace("_cached", "_input") in price.other
            if half or name not in model.rules.as_text:
                raise ModalityNotPriced(f"{model.name} has no rate for {name.replace('_', ' ')} tokens")
            continue
        usage = _without(usage, MODALITIES[name], tokens)
        rate = EXACT.multiply(rate, _share_of_mode(modes, mode, model, name))
        summed = EXACT.add(summed, EXACT.multiply(rate, Decimal(tokens)).scaleb(-6, EXACT))
    if usage == Usage() and summed:
        return summed
    return EXACT.add(cost_under(usage, modes, model, mode), summed)


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
    raise ModalityNotPriced(f"{model.name} has no {mode} rate for {name.replace('_', ' ')} tokens")
