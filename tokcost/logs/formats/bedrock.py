"""Answers of Amazon Bedrock: Converse, whole or as a stream, and what InvokeModel hands on of its models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.logs.calls import of_bedrock
from tokcost.logs.counts import BESIDE, CountFields, counted
from tokcost.logs.entry import BadLine, Entry, Read, mode_of, whole
from tokcost.logs.fields import model_in, read_context
from tokcost.logs.format import Format, FormatReader, Inner, Json, file_of
from tokcost.logs.plain import plain
from tokcost.logs.told import Told

METRICS = "amazon-bedrock-invocationMetrics"
# Events of a Converse stream without usage.
_SILENT = frozenset(
    {"messageStart", "contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStop"}
)  # fmt: skip
_HEADER = "x-amzn-bedrock-{}-token-count"
_LONG = "writtenForAnHour"
COUNTS = CountFields(
    input=("inputTokens", "inputTokenCount"),
    output=("outputTokens", "outputTokenCount"),
    cached=("cacheReadInputTokens", "cacheReadInputTokenCount"),
    write=("cacheWriteInputTokens", "cacheWriteInputTokenCount"),
    write_long=(_LONG,),
    total=("totalTokens", "totalTokenCount"),
    parts=BESIDE,
    known=("cacheDetails", "serverToolUsage"),
    embeds=True,
)
"""Bedrock's own counts: what was read from and written to the cache is beside the input."""
# Bodies of Llama and Titan, whole or as chunks: input, output, what says why it ended.
_LLAMA = ("prompt_token_count", "generation_token_count", "stop_reason")
_TITAN = ("inputTextTokenCount", "totalOutputTextTokenCount", "completionReason")


def _owns(value: Json) -> bool:
    if value.get("type") is not None or "schemaType" in value:
        return False
    if any(name in value for name in ("generation_token_count", "inputTextTokenCount", "totalOutputTextTokenCount")):
        return True
    if METRICS in value and not value.get("object"):
        return True
    held = _usage(value)
    return held is not None or (bool(value) and set(value) - {METRICS, "p"} <= _SILENT)


def _usage(value: Json) -> Json | None:
    """The usage of an answer of Converse, or of the event that ends its stream."""
    metadata = value.get("metadata")
    if isinstance(metadata, Mapping) and isinstance(held := metadata.get("usage"), Mapping) and "inputTokens" in held:
        return held
    usage = value.get("usage")
    if not isinstance(usage, Mapping):
        return _of_headers(value)
    if "inputTokens" not in usage:
        return None
    marks = ("stopReason", "ResponseMetadata", "$metadata")
    return usage if any(name in value for name in marks) or "cacheDetails" in usage else None


def _of_headers(value: Json) -> Json | None:
    """The counts in the headers of an answer of InvokeModel, where its body is not with them."""
    held: Any = value.get("ResponseMetadata")
    headers = held.get("HTTPHeaders") if isinstance(held, Mapping) else None
    if "body" in value or not isinstance(headers, Mapping) or _HEADER.format("input") not in headers:
        return None
    return {f"{side}Tokens": headers.get(_HEADER.format(side)) for side in ("input", "output")}


class _Bedrock(FormatReader):
    """Joins the chunks of a model's own stream, of each file in their order."""

    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._begun: dict[str, tuple[str, dict[str, Any]]] = {}

    @property
    def holding(self) -> bool:
        return bool(self._begun)

    def value(self, where: str, value: Json) -> Iterator[Read]:
        """One entry an answer. What Bedrock counted of it (its metrics) repeats what the model did, or stands alone."""
        usage, metrics = _usage(value), value.get(METRICS)
        chunk = _LLAMA if _LLAMA[1] in value else _TITAN if _TITAN[0] in value or _TITAN[1] in value else None
        if usage is not None:
            yield converse(where, value, usage)
        elif chunk is not None:
            yield from self._chunk(where, value, chunk)
        elif isinstance(metrics, Mapping):
            yield from self._over(file_of(where))
            yield converse(where, value, metrics)
            return
        if isinstance(metrics, Mapping):
            self.told.repeat("metrics of an invocation")

    def _chunk(self, where: str, value: Json, names: tuple[str, str, str]) -> Iterator[Read]:
        """The counts so far; they are whole with the chunk that says why it ended."""
        file = file_of(where)
        first, kept = self._begun.pop(file, (where, {}))
        if kept and value.get(names[0]) and kept.get(names[0]):  # another answer begins
            yield _told(first, kept)
            first, kept = where, {}
        kept = {**kept, **{name: held for name, held in value.items() if held is not None}}
        if value.get(names[2]) or "results" in value or "embedding" in value or METRICS in value:
            yield _told(where, kept)
        else:
            self._begun[file] = first, kept

    def _over(self, file: str) -> Iterator[Read]:
        if file in self._begun:
            where, kept = self._begun.pop(file)
            yield _told(where, kept)

    def end_of_file(self) -> Iterator[Read]:
        for file in list(self._begun):
            yield from self._over(file)


def converse(where: str, value: Json, usage: Json) -> Entry:
    """The entry of Bedrock's own counts. They name no model, nor does an answer; a log line around it may."""
    details = usage.get("cacheDetails")
    long = sum(
        whole(each.get("inputTokens"), "inputTokens")
        for each in (details if isinstance(details, list) else ())
        if isinstance(each, Mapping) and str(each.get("ttl")) == "1h"
    )
    found = counted({**usage, _LONG: long} if long else usage, COUNTS)
    entry = plain(where, found, read_context(value), model_in(value), _request(value))
    return entry._replace(mode=_mode(value), calls=of_bedrock(usage))


def _request(value: Json) -> object:
    for name in ("ResponseMetadata", "$metadata"):
        if isinstance(held := value.get(name), Mapping):
            return held.get("RequestId") or held.get("requestId")
    return None


def _mode(value: Json) -> str:
    """How it was served: the tier, or that its latency was optimised, which has rates of its own."""
    holder = value["metadata"] if isinstance(value.get("metadata"), Mapping) else value
    for name, kind in (("performanceConfig", "latency"), ("serviceTier", "type")):
        held = holder.get(name) or value.get(name)
        if isinstance(held, Mapping) and held.get(kind) not in (None, "standard", "default"):
            return mode_of(f"latency-{held[kind]}" if kind == "latency" else held[kind])
    return mode_of(None)


def _told(where: str, kept: Json) -> Entry:
    """The entry of a body of Llama or Titan."""
    results = kept.get("results")
    if isinstance(results, list):
        output: object = sum(whole(each.get("tokenCount"), "tokenCount") for each in results)
    else:
        output = kept.get(_LLAMA[1]) if _LLAMA[1] in kept else kept.get(_TITAN[1])
    given = kept.get(_LLAMA[0]) if _LLAMA[1] in kept else kept.get(_TITAN[0])
    if output is None and "embedding" not in kept and "embeddingsByType" not in kept:
        raise BadLine("a stream of Bedrock that was cut off before it told its output")
    found = counted({"inputTokens": given, "outputTokens": output or 0}, COUNTS)
    return plain(where, found, read_context(kept), model_in(kept), None)


FORMAT = Format(
    "Bedrock Converse and InvokeModel",
    "answers of Amazon Bedrock and the events of their streams; Claude's own bodies are events of Messages",
    "Converse: input leaves out what was read from and written to the cache",
    frozenset(
        {
            *_SILENT, METRICS, "generation_token_count", "inputTextTokenCount", "totalOutputTextTokenCount",
            "stopReason", "ResponseMetadata", "$metadata", "metadata", "usage",
        }
    ),
    _owns,
    _Bedrock,
)  # fmt: skip
