"""Generations as OpenRouter tells them afterwards: billed are the native tokens, others are counted besides."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tokcost.logs.counts import CountFields, counted
from tokcost.logs.entry import Calls, Read, mode_of, whole
from tokcost.logs.fields import read_context
from tokcost.logs.format import Format, Json, each
from tokcost.logs.plain import plain

_NATIVE = CountFields(
    input=("native_tokens_prompt",),
    output=("native_tokens_completion",),
    cached=("native_tokens_cached",),
    reasoning=("native_tokens_reasoning",),
    known=("tokens_prompt", "tokens_completion", "native_tokens_completion_images"),
)
_COUNTED_BY_ANOTHER = CountFields(input=("tokens_prompt",), output=("tokens_completion",))
_ANOTHER = "tokens of OpenRouter's own count, which it does not bill: the native ones are not told"


def _owns(value: Json) -> bool:
    return "native_tokens_prompt" in value or "native_tokens_completion" in value


def _read(where: str, value: Json) -> Iterator[Read]:
    known = read_context(value)
    if known.charged is None and isinstance(value.get("usage"), int | Decimal):
        known = read_context({**value, "cost": value["usage"]})
    native = value.get("native_tokens_prompt") is not None or value.get("native_tokens_completion") is not None
    found = counted(value, _NATIVE if native else _COUNTED_BY_ANOTHER)
    entry = plain(where, found, known, value.get("model"), value.get("id"))
    images = whole(value.get("native_tokens_completion_images"), "native_tokens_completion_images")
    results = whole(value.get("num_search_results"), "num_search_results")
    yield entry._replace(
        provider="openrouter",
        mode=mode_of(value.get("service_tier")),
        modalities=(("image_output", images),) if images else (),
        calls=(Calls("web_search_results", results),) if results else (),
        remarks=entry.remarks if native else (*entry.remarks, _ANOTHER),
    )


FORMAT = Format(
    "OpenRouter generations",
    "answers of OpenRouter's /api/v1/generation, bare or in 'data'",
    "native tokens: input includes what was cached, output the reasoning",
    frozenset({"native_tokens_prompt", "native_tokens_completion"}),
    _owns,
    each(_read),
)
