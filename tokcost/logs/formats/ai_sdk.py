"""Results of Vercel's AI SDK: ``usage`` is that of the last step, ``totalUsage`` the sum of all.

Names: ``ai/src/types/usage.ts`` of the ai package, 4 to 6, and LanguageModelV3Usage of its providers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.logs.anthropic import message
from tokcost.logs.counts import OPEN, CountFields, counted
from tokcost.logs.entry import Entry, Read
from tokcost.logs.fields import read_context
from tokcost.logs.format import Format, FormatReader, Inner, file_of
from tokcost.logs.formats.entries import entry_of, first, inside, name_of, objects
from tokcost.logs.times import moment
from tokcost.logs.told import Told

Json = Mapping[str, Any]
_WRITTEN = "cacheCreationInputTokens"
"""What is written to Anthropic's cache version 5 tells beside the usage alone."""
USAGE = CountFields(
    input=("inputTokens", "promptTokens"),
    output=("outputTokens", "completionTokens"),
    cached=("cachedInputTokens", "inputTokenDetails.cacheReadTokens"),
    write=("inputTokenDetails.cacheWriteTokens", _WRITTEN),
    reasoning=("reasoningTokens", "outputTokenDetails.reasoningTokens"),
    total=("totalTokens",),
    parts=OPEN,
    thinking=OPEN,
    known=("inputTokenDetails.noCacheTokens", "outputTokenDetails.textTokens", "raw"),
)
OF_PROVIDERS = USAGE._replace(
    input=("inputTokens.total",),
    output=("outputTokens.total",),
    cached=("inputTokens.cacheRead",),
    write=("inputTokens.cacheWrite",),
    reasoning=("outputTokens.reasoning",),
    known=("inputTokens", "outputTokens", "raw"),
)
EMBEDDING = CountFields(input=("tokens",), output=("outputTokens",), embeds=True)
_NAMES = ("inputTokens", "promptTokens", "outputTokens", "completionTokens")
_OF_BEDROCK = ("cacheReadInputTokens", "cacheWriteInputTokens", "cacheReadInputTokenCount", "serverToolUsage")
_MARKS = (
    "finishReason", "totalUsage", "steps", "modelId", "providerMetadata", "experimental_providerMetadata", "warnings",
    "cachedInputTokens", "inputTokenDetails", "raw", "embedding", "embeddings", "isContinued", "timestamp", "model",
    "response",
)  # fmt: skip


def _is_usage(value: object) -> bool:
    return isinstance(value, Mapping) and (any(name in value for name in _NAMES) or list(value) == ["tokens"])


def _usages(value: Json) -> list[tuple[Json, Json]]:
    """What counts in a result: the usage of each step with its step, else the sum, else the one there is."""
    steps = [step for step in objects(value.get("steps")) if _is_usage(step.get("usage"))]
    if steps:
        return [(step["usage"], step) for step in steps]
    usage = first(value.get("totalUsage"), value.get("usage"))
    return [(usage, value)] if _is_usage(usage) else []


class _Results(FormatReader):
    """In a stream the steps count, and its end tells their sum."""

    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._stepped = ""

    def value(self, where: str, value: Json) -> Iterator[Read]:
        """The steps of a result."""
        kind = value.get("type")
        if kind == "finish-step":
            self._stepped = file_of(where)
        elif kind == "finish" and "totalUsage" in value and self._stepped == file_of(where):
            self._stepped = ""
            self.told.repeat("sums over the steps of a stream")
            return
        found = _usages(value)
        if value.get("finishReason") == "error" and all(not any(usage.values()) for usage, _ in found):
            return  # no answer came
        for usage, step in found:
            yield _entry(where, usage, step, value)
        if len(found) > 1 and value.get("totalUsage"):
            self.told.repeat("sums over the steps of a result")


def _entry(where: str, usage: Json, step: Json, line: Json) -> Entry:
    known = read_context(line)
    answer, whole = inside(step, "response"), inside(line, "response")
    model = first(
        answer.get("modelId"), step.get("modelId"), inside(step, "model").get("modelId"), whole.get("modelId"),
        line.get("modelId"), inside(line, "model").get("modelId"), _plain(line.get("model")), answer.get("model"),
    )  # fmt: skip
    when = first(answer.get("timestamp"), step.get("timestamp"), whole.get("timestamp"))
    identity = name_of(first(answer.get("id"), None if step is not line else whole.get("id")))
    about = first(step.get("providerMetadata"), step.get("experimental_providerMetadata"))
    own = inside(about, "anthropic")
    if isinstance(raw := own.get("usage"), Mapping) and "input_tokens" in raw and "output_tokens" in raw:
        entry = message(where, {"model": model, "id": identity}, raw, known)
    else:
        if own.get(_WRITTEN) and "inputTokenDetails" not in usage:
            usage = {**usage, _WRITTEN: own[_WRITTEN]}
        entry = entry_of(where, counted(usage, _fields(usage)), model, when)
        entry = entry._replace(identity=identity, client=known.client, key=known.key, project=known.project)
        return entry._replace(when=entry.when or known.when, charged=known.charged)
    return entry._replace(when=moment(when, "timestamp") or known.when)


def _fields(usage: Json) -> CountFields:
    if isinstance(usage.get("inputTokens"), Mapping):
        return OF_PROVIDERS
    return EMBEDDING if "tokens" in usage else USAGE


def _plain(value: object) -> object:
    return value if isinstance(value, str) else None


def _owns(value: Json) -> bool:
    if _is_usage(value.get("totalUsage")):
        return True
    if _is_usage(value.get("usage")):
        if "stopReason" in value or any(name in value["usage"] for name in _OF_BEDROCK):
            return False
        return any(name in value or name in value["usage"] for name in _MARKS)
    return any(_is_usage(step.get("usage")) for step in objects(value.get("steps")))


FORMAT = Format(
    "AI SDK results",
    "results and parts of streams of Vercel's AI SDK, as JSON or JSON lines",
    "input includes what was cached (with Anthropic by the numbers), output the reasoning; totalUsage sums the steps",
    frozenset({"usage", "totalUsage", "steps"}),
    _owns,
    _Results,
)
