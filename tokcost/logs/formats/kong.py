"""Kong AI Gateway: its audit log, a line of JSON for each request, the usage under ``ai``.

Names: Kong's AI audit log reference. What its semantic cache answered cost nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tokcost.logs.counts import counted
from tokcost.logs.entry import Entry, Read, money
from tokcost.logs.fields import model_name, text
from tokcost.logs.format import Format, Json, each
from tokcost.logs.openai import CHAT, RESPONSES
from tokcost.logs.times import moment


def _owns(value: Json) -> bool:
    ai = value.get("ai")
    return isinstance(ai, Mapping) and any(_is_use(held) for held in ai.values())


def _is_use(held: object) -> bool:
    return (
        isinstance(held, Mapping) and isinstance(held.get("usage"), Mapping) and isinstance(held.get("meta"), Mapping)
    )


def _read(where: str, value: Json) -> Iterator[Read]:
    for held in value["ai"].values():
        if _is_use(held) and (entry := _use(where, value, held)) is not None:
            yield entry


def _use(where: str, line: Json, held: Json) -> Entry | None:
    """The use of one plugin; None where it asked no model."""
    usage, meta = held["usage"], held["meta"]
    fields = CHAT if "prompt_tokens" in usage else RESPONSES
    if not any(usage.get(name) for name in (*fields.input, *fields.output)):
        return None
    found = counted(usage, fields)
    consumer, cache = line.get("consumer") or {}, held.get("cache") or {}
    hit = str(cache.get("cache_status", "")).lower() == "hit"
    return Entry(
        where,
        found.usage,
        model=model_name(meta.get("response_model") or meta.get("request_model")),
        provider=text(meta.get("provider_name")),
        when=moment(line.get("started_at"), "started_at"),
        client=text(consumer.get("username") or consumer.get("custom_id")),
        charged=None if hit else money(usage.get("cost"), "cost") or None,
        identity=text((line.get("request") or {}).get("id")),
        not_billed_because="answered from the gateway's cache" if hit else "",
        doubts=found.doubts,
        remarks=found.remarks,
    )


FORMAT = Format(
    "Kong AI Gateway log",
    "lines of Kong's logging plugins",
    "input includes what was cached; answers from its own cache are free",
    frozenset({"ai"}),
    _owns,
    each(_read),
)
