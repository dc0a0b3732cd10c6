"""The OpenAI Agents SDK and pydantic-ai: the usage of a run, which sums its requests; traces with their spans.

Names: ``usage.py`` and ``tracing/span_data.py`` of the openai-agents package, 0.4.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.logs.counts import OPEN, CountFields, counted
from tokcost.logs.entry import Entry, Read, whole
from tokcost.logs.fields import read_context
from tokcost.logs.format import Format, each
from tokcost.logs.formats.call_tree import CallTreeReader
from tokcost.logs.formats.entries import entry_of, first, inside, name_of, objects

Json = Mapping[str, Any]
_IN, _OUT = "input_tokens_details.", "output_tokens_details."
USAGE = CountFields(
    input=("input_tokens", "prompt_tokens"),
    output=("output_tokens", "completion_tokens"),
    cached=(_IN + "cached_tokens", "prompt_tokens_details.cached_tokens", "cache_read_tokens"),
    write=(_IN + "cache_write_tokens", _IN + "cache_creation_tokens", "cache_write_tokens"),
    reasoning=(_OUT + "reasoning_tokens", "completion_tokens_details.reasoning_tokens", "details.reasoning_tokens"),
    total=("total_tokens",),
    parts=OPEN,
    thinking=OPEN,
    known=(
        "details", "request_usage_entries", "input_audio_tokens", "cache_audio_read_tokens", "output_audio_tokens",
        "prompt_tokens_details", "completion_tokens_details",
    ),
)  # fmt: skip
_CALLS = ("generation", "response", "transcription", "speech")


def _run(where: str, value: Json) -> Entry | None:
    """The usage of a run; its entries say how long the prompts were, and nothing more."""
    usage = _usage_of_run(value)
    assert usage is not None
    number = whole(usage.get("requests"), "requests")
    if not number and not any(usage.get(name) for name in ("input_tokens", "output_tokens")):
        return None
    prompts = [
        whole(entry.get("input_tokens"), "input_tokens") for entry in objects(usage.get("request_usage_entries"))
    ]
    known = read_context(value)
    entry = entry_of(
        where,
        counted({name: held for name, held in usage.items() if name not in ("requests", "tool_calls")}, USAGE),
        value.get("model"),
        requests=number or 1,
        is_aggregate=number != 1,
        client=known.client,
        project=known.project,
        charged=known.charged,
    )
    if len(prompts) == number and sum(prompts) == entry.usage.input_tokens:
        entry = entry._replace(prompt=(min(prompts), max(prompts)))
    return entry._replace(when=known.when)


def _usage_of_run(value: Json) -> Json | None:
    for held in (value, value.get("usage")):
        if isinstance(held, Mapping) and isinstance(held.get("requests"), int) and "input_tokens" in held:
            return held
    return None


class _TraceSpans(CallTreeReader):
    sums = "sums of agents over their calls"

    def value(self, where: str, value: Json) -> Iterator[Read]:
        """One span of a trace, or a batch of them."""
        if isinstance(value.get("data"), list):
            for span in objects(value["data"]):
                yield from self.value(where, span)
            return
        data = inside(value, "span_data")
        trace = value.get("trace_id")
        own, above = (trace, value.get("id")), (trace, value.get("parent_id"))
        usage = inside(data, "usage")
        if not any(usage.get(name) for name in (*USAGE.input, *USAGE.output)):
            self.tree.node(own, above)
            if data.get("type") in ("generation", "response"):
                self.told.remark("an answer whose usage the trace does not tell: its cost is not in the sums", where)
            return
        counts = {name: held for name, held in usage.items() if name != "requests"}
        model = first(data.get("model"), inside(data, "model_config").get("model"))
        entry = entry_of(
            where, counted(counts, USAGE), model, value.get("started_at"), identity=name_of(value.get("id"))
        )
        if data.get("type") in _CALLS:
            yield from self.tree.call(own, above, entry)
        else:
            self.tree.total(own, above, entry)


def _is_trace(value: Json) -> bool:
    return value.get("object") in ("trace", "trace.span") or "span_data" in value


FORMATS = (
    Format(
        "OpenAI Agents traces",
        "traces and spans as the SDK's exporters write them",
        "generation spans count; spans above them tell sums",
        frozenset({"object", "span_data", "data"}),
        lambda value: _is_trace(value) or any(map(_is_trace, objects(value.get("data")))),
        _TraceSpans,
    ),
    Format(
        "usage of agent runs",
        "Usage of the OpenAI Agents SDK, RunUsage of pydantic-ai",
        "sums of the requests of a run, which request_usage_entries tell again",
        frozenset({"requests", "usage"}),
        lambda value: _usage_of_run(value) is not None,
        each(_run),
    ),
)
