"""Anthropic messages. ``input_tokens`` leaves out what was read from or written to the cache.

Field names: the types of the anthropic package, 2.12.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tokcost.logs.calls import of_anthropic
from tokcost.logs.entry import BadLine, Calls, Entry, mode_of, stated, usage_of, whole
from tokcost.logs.fields import LineContext, model_name
from tokcost.rates import FAST_SPEED, mode_of_tier
from tokcost.usage import Usage

Json = Mapping[str, Any]
_EMPTY: Json = {}
SYNTHETIC = "<synthetic>"


def message(where: str, body: Json, usage: Json, known: LineContext) -> Entry:
    """A message with its usage; the input becomes inclusive here."""
    fresh = stated(usage, "input_tokens")
    read = whole(usage.get("cache_read_input_tokens"), "cache_read_input_tokens")
    short, long = writes(usage)
    output = stated(usage, "output_tokens")
    thinking = whole((usage.get("output_tokens_details") or _EMPTY).get("thinking_tokens"), "thinking_tokens")
    return entry_of(
        where,
        usage_of(fresh + read + short + long, read, short, long, output, thinking),
        body.get("model"),
        body.get("id"),
        (usage.get("service_tier"), usage.get("speed"), usage.get("inference_geo")),
        known,
        of_anthropic(usage),
    )


def entry_of(
    where: str,
    usage: Usage,
    model: object,
    identity: object,
    how: tuple[object, object, object],
    known: LineContext,
    calls: tuple[Calls, ...] = (),
) -> Entry:
    """The entry of a message whose counts are read; ``how`` is its service tier, speed and place of inference."""
    return Entry(
        where=where,
        usage=usage,
        model=model_name(model),
        provider="anthropic",
        when=known.when,
        mode=served(*how[:2]),
        client=known.client,
        key=known.key,
        project=known.project,
        charged=known.charged,
        currency=known.currency,
        calls=calls,
        geo=geo(how[2]),
        identity=str(identity) if identity else None,
        not_billed_because="made up by the client, never sent" if model == SYNTHETIC else "",
    )


def writes(usage: Json) -> tuple[int, int]:
    """Cache writes for 5 minutes and for 1 hour; a sum without its parts is all of 5 minutes."""
    both = whole(usage.get("cache_creation_input_tokens"), "cache_creation_input_tokens")
    parts = usage.get("cache_creation")
    if not isinstance(parts, Mapping):
        return both, 0
    short = whole(parts.get("ephemeral_5m_input_tokens"), "ephemeral_5m_input_tokens")
    long = whole(parts.get("ephemeral_1h_input_tokens"), "ephemeral_1h_input_tokens")
    if not short + long:
        return both, 0
    if "cache_creation_input_tokens" in usage and both != short + long:
        raise BadLine(f"'cache_creation_input_tokens' is {both}, its parts by time to live are {short} and {long}")
    return short, long


def served(tier: object, speed: object) -> str:
    """The mode: a batch is one whatever the speed, and a speed has rates of its own whatever the tier."""
    mode = mode_of(tier)
    return mode_of_tier(FAST_SPEED) if speed == "fast" and mode != "batch" else mode


def geo(value: object) -> str:
    """Where it was inferred, when that has a price of its own."""
    name = str(value or "").lower()
    return "" if name in ("", "not_available", "global", "unknown") else name
