"""Anthropic messages. ``input_tokens`` leaves out what was read from or written to the cache.

Field names: the types of the anthropic package, 2.12.0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.logs.calls import of_anthropic
from tokcost.logs.counts import BESIDE, CountedUsage, CountFields, counted
from tokcost.logs.entry import BadLine, Calls, Entry, mode_of, whole
from tokcost.logs.fields import LineContext, model_name
from tokcost.logs.iterations import Iteration, billed
from tokcost.rates import FAST_SPEED, mode_of_tier
from tokcost.usage import Usage

Json = Mapping[str, Any]
SYNTHETIC = "<synthetic>"
FIELDS = CountFields(
    input=("input_tokens",),
    output=("output_tokens",),
    cached=("cache_read_input_tokens",),
    write=("cache_creation_input_tokens",),
    write_short=("cache_creation.ephemeral_5m_input_tokens",),
    write_long=("cache_creation.ephemeral_1h_input_tokens",),
    reasoning=("output_tokens_details.thinking_tokens",),
    total=("total_tokens",),
    parts=BESIDE,
    known=("iterations", "server_tool_use", "service_tier", "speed", "inference_geo"),
)


def message(where: str, body: Json, usage: Json, known: LineContext) -> Entry:
    """A message with its usage; the input becomes inclusive here. What is billed beside it is inside the entry."""
    found = counted(usage, FIELDS)
    made = entry_of(
        where,
        found.usage,
        body.get("model"),
        body.get("id"),
        (usage.get("service_tier"), usage.get("speed"), usage.get("inference_geo")),
        known,
        of_anthropic(usage),
    )
    if usage.get("iterations"):
        return _with_iterations(made, found, _iterations(usage["iterations"]))
    return made._replace(doubts=found.doubts, remarks=found.remarks) if found.doubts or found.remarks else made


def _with_iterations(entry: Entry, found: CountedUsage, read: list[tuple[Iteration, CountedUsage]]) -> Entry:
    """The entry of a message that was made in several inferences."""
    of = billed(entry.usage, entry.model or "", [iteration for iteration, _ in read])
    doubts = (doubt for each in (found, *(each for _, each in read)) for doubt in each.doubts)
    return entry._replace(
        usage=of.usage,
        prompt=of.prompt,
        inside=tuple(_beside(entry, number, each) for number, each in enumerate(of.beside, 1)),
        doubts=tuple(dict.fromkeys(doubts)),
        remarks=(*found.remarks, *of.remarks),
    )


def _beside(entry: Entry, number: int, each: Iteration) -> Entry:
    """What is billed beside a message: no request of anybody, and at the rates of its own model."""
    size = each.usage.input_tokens
    return entry._replace(
        usage=each.usage,
        model=each.model or entry.model,
        requests=0,
        charged=None,
        calls=(),
        prompt=(size, size),
        identity=f"{entry.identity} {each.kind} {number}" if entry.identity else None,
    )


def _iterations(held: object) -> list[tuple[Iteration, CountedUsage]]:
    """The iterations that tell counts; null in place of a count is none."""
    if not isinstance(held, list):
        raise BadLine("'iterations' is not a list")
    return list(_told(held))


def _told(held: list[Any]) -> Iterator[tuple[Iteration, CountedUsage]]:
    for each in held:
        if each is None:
            continue
        if not isinstance(each, Mapping):
            raise BadLine("one of the 'iterations' is not an object")
        wholes = {name: each.get(name) or 0 for name in ("input_tokens", "output_tokens")}
        found = counted({**each, **wholes}, FIELDS)
        if found.usage != Usage():
            yield Iteration(str(each.get("type") or "message"), model_name(each.get("model")), found.usage), found


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
