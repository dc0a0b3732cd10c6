"""Datadog's LLM Observability: spans as its SDK sends them and as its API lists them.

The input includes what was cached; spans of agents, workflows, tools and tasks carry no usage of their own. Names: the
span API of Datadog's documentation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tokcost.logs.counts import CountFields, counted
from tokcost.logs.entry import Entry, Read
from tokcost.logs.fields import model_name, text
from tokcost.logs.format import Format, Json, each
from tokcost.logs.times import moment

_COUNTS = CountFields(
    input=("input_tokens", "prompt_tokens"),
    output=("output_tokens", "completion_tokens"),
    cached=("cache_read_input_tokens",),
    write=("cache_write_input_tokens",),
    reasoning=("reasoning_output_tokens",),
    total=("total_tokens",),
    known=("non_cached_input_tokens",),
    embeds=True,
)
_BILLED = ("llm", "embedding")


def _owns(value: Json) -> bool:
    if isinstance(data := value.get("data"), Mapping | list):
        items = data if isinstance(data, list) else [data]
        return bool(items) and all(isinstance(item, Mapping) and _is_envelope(item) for item in items)
    return _is_span(value)


def _is_envelope(item: Json) -> bool:
    attributes = item.get("attributes")
    if item.get("type") != "span" or not isinstance(attributes, Mapping):
        return False
    return "ml_app" in attributes or isinstance(attributes.get("spans"), list) or _is_span(attributes)


def _is_span(value: Json) -> bool:
    meta, metrics = value.get("meta"), value.get("metrics")
    named = isinstance(meta, Mapping) and ("kind" in meta or "span.kind" in meta)
    return "span_id" in value and (named or "span_kind" in value) and isinstance(metrics, Mapping | None)


def _read(where: str, value: Json) -> Iterator[Read]:
    data = value.get("data", value)
    for item in data if isinstance(data, list) else [data]:
        attributes = item.get("attributes", item)
        spans = attributes.get("spans")
        for span in spans if isinstance(spans, list) else [attributes]:
            if (entry := _span(where, span, attributes)) is not None:
                yield entry


def _span(where: str, span: Json, around: Json) -> Entry | None:
    meta, metrics = span.get("meta") or {}, span.get("metrics")
    kind = span.get("span_kind") or meta.get("kind") or meta.get("span.kind")
    if kind not in _BILLED or not isinstance(metrics, Mapping) or not any(map(metrics.get, _COUNTS.input)):
        return None
    about = meta.get("metadata") or {}
    named = next((held["model_name"] for held in (meta, span, about) if held.get("model_name")), None)
    seller = next((held["model_provider"] for held in (meta, span, about) if held.get("model_provider")), None)
    usage = counted(metrics, _COUNTS)
    return Entry(
        where,
        usage.usage,
        model=model_name(named),
        provider=text(seller),
        when=moment(span.get("start_ns") or span.get("start") or span.get("timestamp"), "start_ns"),
        project=text(around.get("ml_app") or span.get("ml_app")),
        identity=text(span.get("span_id")),
        doubts=usage.doubts,
        remarks=usage.remarks,
    )


FORMAT = Format(
    "Datadog LLM Observability",
    "spans as the SDK sends them or the API lists them",
    "input includes what was cached; spans of agents and workflows carry none",
    frozenset({"span_id", "data"}),
    _owns,
    each(_read),
)
