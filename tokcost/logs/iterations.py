"""What the iterations of an Anthropic message come to: each is an inference that is billed.

The usage of a message is the sum of those that made the message. A compaction, what an advisor answered, and what
another model was asked first, are billed beside it. Field names: the types of the anthropic package, 2.12.0, and
Anthropic's pages on compaction, on the advisor tool and on fallbacks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tokcost.usage import Usage

_OF_THE_MESSAGE = ("message", "fallback_message")
_ADVISOR = "advisor_message"
_BESIDE = ("compaction", _ADVISOR)
_NAMELESS = "an advisor's model is not told: its tokens have the rates of the message's model"
_UNLIKE = "its iterations of type 'message' do not add up to its usage: the usage was counted"


class Iteration(NamedTuple):
    """One inference: of which kind, by which model (None: that of the message), with how many tokens."""

    kind: str
    model: str | None
    usage: Usage


class Billed(NamedTuple):
    """The usage of the message itself, the span of its prompts where it had several, and what is billed beside it."""

    usage: Usage
    prompt: tuple[int, int] | None = None
    beside: tuple[Iteration, ...] = ()
    remarks: tuple[str, ...] = ()


def billed(usage: Usage, model: str, iterations: Sequence[Iteration]) -> Billed:
    """What is billed of a message of a model with this usage: the sum over its iterations.

    Where they do not explain the usage it is kept, unless they are more.
    """
    own = [each for each in iterations if each.kind in _OF_THE_MESSAGE and _is_same(each.model, model)]
    beside = tuple(each for each in iterations if each not in own)
    unknown = {each.kind for each in beside} - {*_OF_THE_MESSAGE, *_BESIDE}
    remarks = tuple(f"iterations of type '{kind}' are not known: counted beside the rest" for kind in sorted(unknown))
    if any(each.kind == _ADVISOR and each.model is None for each in iterations):
        remarks = (*remarks, _NAMELESS)
    message, everything = _sum(own), _sum(iterations)
    sizes = [each.usage.input_tokens for each in own]
    prompt = (min(sizes), max(sizes)) if len(sizes) > 1 else None
    if not iterations:
        return Billed(usage)
    if _is_alike(message, usage):
        if usage.cache_write_tokens and message.cache_write_long_tokens:  # they alone tell for how long it wrote
            short, long = message.cache_write_tokens, message.cache_write_long_tokens
            usage = usage.but(cache_write_tokens=short, cache_write_long_tokens=long)
        return Billed(usage, prompt, beside, remarks)
    if _is_alike(everything, usage):  # all of it stands in the usage already
        return Billed(message, prompt, beside, remarks)
    if not own:
        return Billed(usage, None, beside, remarks)
    if all(part >= whole for part, whole in zip(_kinds(message), _kinds(usage), strict=True)):
        # as where a fallback served: the usage is that of its last inference alone
        return Billed(message, prompt, beside, remarks)
    return Billed(usage, None, beside, (*remarks, _UNLIKE))


def _is_same(name: str | None, model: str) -> bool:
    """Whether two names are those of one model: one of them may have a date."""
    return not name or name.startswith(model) or model.startswith(name)


def _sum(iterations: Iterable[Iteration]) -> Usage:
    return sum((each.usage for each in iterations), start=Usage())


def _is_alike(one: Usage, other: Usage) -> bool:
    return _kinds(one) == _kinds(other)


def _kinds(usage: Usage) -> tuple[int, ...]:
    """The counts that an iteration always tells: not for how long it wrote, nor how much of it was thought."""
    written = usage.cache_write_tokens + usage.cache_write_long_tokens
    return usage.uncached_tokens, usage.cached_tokens, written, usage.output_tokens
