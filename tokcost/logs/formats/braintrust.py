"""Braintrust's spans: ``metrics`` of those of type llm. Names: Braintrust's documentation of logs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.logs.counts import OPEN, CountFields, counted
from tokcost.logs.entry import Read
from tokcost.logs.fields import read_context
from tokcost.logs.format import Format
from tokcost.logs.formats.call_tree import CallTreeReader
from tokcost.logs.formats.entries import charge, entry_of, first, inside, name_of, objects, positive, untold

Json = Mapping[str, Any]
METRICS = CountFields(
    input=("prompt_tokens",),
    output=("completion_tokens",),
    cached=("prompt_cached_tokens", "cached_tokens"),
    write=("prompt_cache_creation_tokens", "cache_creation_tokens", "prompt_cache_write_tokens"),
    write_short=("prompt_cache_creation_5m_tokens",),
    write_long=("prompt_cache_creation_1h_tokens",),
    reasoning=("completion_reasoning_tokens", "reasoning_tokens"),
    total=("tokens", "total_tokens"),
    parts=OPEN,
    thinking=OPEN,
    known=(
        "prompt_audio_tokens", "completion_audio_tokens", "completion_accepted_prediction_tokens",
        "completion_rejected_prediction_tokens", "prompt_text_tokens", "completion_text_tokens",
        "time_to_first_token",
    ),
)  # fmt: skip


class _BraintrustSpans(CallTreeReader):
    sums = "sums of spans over those below"

    def value(self, where: str, value: Json) -> Iterator[Read]:
        """One span, or the events of a page."""
        if isinstance(value.get("events"), list):
            for each in objects(value["events"]):
                yield from self.value(where, each)
            return
        parents = value.get("span_parents")
        above = parents[0] if isinstance(parents, list) and parents else None
        own = first(value.get("span_id"), value.get("id"))
        metrics = inside(value, "metrics")
        if not any(metrics.get(name) for name in ("prompt_tokens", "completion_tokens")):
            self.tree.node(own, above)
            if inside(value, "span_attributes").get("type") == "llm" and not value.get("error"):
                yield from untold(where, value.get("output"), metrics, value.get("output"))
            return
        known = read_context(value)
        entry = entry_of(
            where,
            counted(metrics, METRICS),
            first(inside(value, "metadata").get("model"), inside(value, "output").get("model")),
            first(value.get("created"), metrics.get("start")),
            client=known.client,
            project=known.project,
            charged=charge(metrics.get("estimated_cost"), metrics.get("cost"), value.get("estimated_cost")),
            modalities=positive(
                audio_input=metrics.get("prompt_audio_tokens"), audio_output=metrics.get("completion_audio_tokens")
            ),
            identity=name_of(value.get("id")),
        )
        if inside(value, "span_attributes").get("type") in (None, "llm"):
            yield from self.tree.call(own, above, entry)
        else:
            self.tree.total(own, above, entry)


def _is_span(value: Json) -> bool:
    marks = ("span_id", "root_span_id", "span_attributes", "project_id", "span_parents")
    metrics = value.get("metrics")
    return isinstance(metrics, Mapping) and (any(name in value for name in marks) or "prompt_tokens" in metrics)


def _owns(value: Json) -> bool:
    return _is_span(value) or any(map(_is_span, objects(value.get("events"))))


FORMAT = Format(
    "Braintrust spans",
    "logs and experiments, as JSON or JSON lines",
    "prompt_tokens includes what was cached",
    frozenset({"metrics", "events"}),
    _owns,
    _BraintrustSpans,
)
