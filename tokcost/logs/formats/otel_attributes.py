"""What spans and records of OpenTelemetry say in their attributes, and the usage in them by all its names.

Names: the semantic conventions for generative AI and those of OpenInference, the source of OpenLLMetry, of the AI SDK,
of pydantic-ai and of MLflow.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from tokcost.logs.counts import OPEN, CountFields, Names, counted
from tokcost.logs.entry import Entry, mode_of
from tokcost.logs.fields import read_context, text
from tokcost.logs.formats.entries import at_first, charge, entry_of, first, name_of, positive

Json = Mapping[str, Any]
_GEN, _OLD, _OI, _AI = "gen_ai.usage.", "llm.usage.", "llm.token_count.", "ai.usage."
_MLFLOW = "mlflow.chat.tokenUsage."
_PREFIXES = (_GEN, _OLD, _OI, _AI, _MLFLOW)
# The provider's own counts, which a library hands on beside the ones that it has made of them.
_OWN = ("gen_ai.usage.details.", "gen_ai.usage.raw.", "ai.usage.raw.")


def _each(prefixes: tuple[str, ...], *names: str) -> Names:
    return tuple(prefix + name for name in names for prefix in prefixes)


_FLAT = (_GEN, _OLD, _AI, _MLFLOW)
SPAN = CountFields(
    input=(
        *_each((_GEN, _OLD, _MLFLOW), "input_tokens", "prompt_tokens"), _OI + "prompt",
        *_each((_AI,), "inputTokens", "promptTokens", "tokens"),
    ),
    output=(
        *_each((_GEN, _OLD, _MLFLOW), "output_tokens", "completion_tokens"), _OI + "completion",
        *_each((_AI,), "outputTokens", "completionTokens"),
    ),
    cached=(
        *_each(
            _FLAT, "cache_read.input_tokens", "cache_read_input_tokens", "cached_tokens", "cache_read_tokens",
            "input_tokens.cached", "input_tokens.cache_read", "cached_input_tokens",
            "prompt_tokens_details.cached_tokens", "input_tokens_details.cached_tokens", "details.cached_tokens",
            "details.cache_read_tokens", "details.cache_read_input_tokens",
        ),
        _AI + "cachedInputTokens", _AI + "inputTokenDetails.cacheReadTokens", _OI + "prompt_details.cache_read",
        _OI + "prompt_details.cached",
    ),
    write=(
        *_each(
            _FLAT, "cache_creation.input_tokens", "cache_creation_input_tokens", "cache_write_tokens",
            "cache_write.input_tokens", "cache_write_input_tokens", "cache_creation_tokens", "input_tokens.cache_write",
            "details.cache_write_tokens", "details.cache_creation_input_tokens",
        ),
        _AI + "inputTokenDetails.cacheWriteTokens", _OI + "prompt_details.cache_write",
        _OI + "prompt_details.cache_creation",
    ),
    reasoning=(
        *_each(
            _FLAT, "reasoning.output_tokens", "output_tokens.reasoning", "reasoning_tokens",
            "completion_tokens_details.reasoning_tokens", "output_tokens_details.reasoning_tokens",
            "details.reasoning_tokens",
        ),
        _AI + "reasoningTokens", _AI + "outputTokenDetails.reasoningTokens", _OI + "completion_details.reasoning",
    ),
    total=(*_each((_GEN, _OLD, _MLFLOW), "total_tokens"), _OI + "total", _AI + "totalTokens"),
    parts=OPEN,
    thinking=OPEN,
    known=(
        _AI + "inputTokenDetails.noCacheTokens", _AI + "outputTokenDetails.textTokens",
        *_each((_OI,), "prompt_details.audio", "prompt_details.cache_input", "completion_details.audio"),
        *_each((_GEN,), "input_audio_tokens", "output_audio_tokens", "cache_audio_read_tokens"),
    ),
    embeds=True,
)  # fmt: skip
_TOTALS = (*SPAN.input, *SPAN.output)
_PARTS = frozenset((*SPAN.cached, *SPAN.write, *SPAN.reasoning))
_MODELS = (
    "gen_ai.response.model", "llm.response.model", "ai.response.model", "gen_ai.request.model", "llm.request.model",
    "llm.model_name", "embedding.model_name", "reranker.model_name", "ai.model.id", "mlflow.llm.model", "model_name",
    "mlflow.spanOutputs.model", "mlflow.spanInputs.model",
)  # fmt: skip
_SELLERS = ("gen_ai.provider.name", "gen_ai.system", "llm.provider", "ai.model.provider", "mlflow.llm.provider")
_PROVIDERS = {
    "gcp.gemini": "google",
    "gcp.vertex_ai": "vertex",
    "gcp.gen_ai": "google",
    "gemini": "google",
    "vertex_ai": "vertex",
    "vertexai": "vertex",
    "google.vertex": "vertex",
    "x_ai": "xai",
    "mistral_ai": "mistral",
    "mistralai": "mistral",
    "aws.bedrock": "bedrock",
    "aws": "bedrock",
    "amazon-bedrock": "bedrock",
    "azure.ai.openai": "azure",
    "azure.ai.inference": "azure",
    "az.ai.openai": "azure",
    "az.ai.inference": "azure",
    "azure-openai": "azure",
}
_TIERS = ("openai.response.service_tier", "gen_ai.openai.response.service_tier")
_CHARGES = ("gen_ai.usage.cost", "operation.cost", "llm.cost.total", "gen_ai.usage.total_cost", "gen_ai.usage.cost_usd")
_SPAN_IDS = ("spanId", "span_id", "spanID")
_PROJECT = ("service.name", "deployment.environment", "project")
_CLIENTS = ("enduser.id", "user.id")


def flat(attributes: Any) -> dict[str, Any]:
    """Attributes as names and plain values: OTLP has a list of typed values, other exporters nest them."""
    found: dict[str, Any] = {}
    if isinstance(attributes, Mapping):
        for name, value in attributes.items():
            _put(found, str(name), value)
    else:
        for each in attributes or ():
            if isinstance(each, Mapping):
                _put(found, str(each.get("key")), plain(each.get("value")))
    return found


def plain(value: Any) -> Any:
    """The value inside one of OTLP's typed values: whole numbers are text there."""
    if not isinstance(value, Mapping) or len(value) != 1:
        return value
    kind, held = next(iter(value.items()))
    if kind in ("intValue", "int_value") and isinstance(held, str) and held.lstrip("-").isdecimal():
        return int(held)
    if kind in ("kvlistValue", "kvlist_value") and isinstance(held, Mapping):
        return flat(held.get("values"))
    return held if str(kind).endswith(("Value", "_value")) else value


def _put(found: dict[str, Any], name: str, value: Any) -> None:
    """One attribute; objects, also as JSON in text, become names with dots."""
    if isinstance(value, str) and name.startswith(("mlflow.", "gen_ai.usage")) and value[:1] in '{"':
        with suppress(ValueError):
            value = json.loads(value)
    if isinstance(value, Mapping):
        for below, held in value.items():
            _put(found, f"{name}.{below}", held)
    elif isinstance(value, str) and value.isdecimal() and name.startswith(_PREFIXES) and len(value) < 20:
        found[name] = int(value)
    else:
        found[name] = value


def has_usage(attributes: Json) -> bool:
    """Whether attributes tell of tokens."""
    return any(attributes.get(name) is not None for name in _TOTALS)


def usage_names(attributes: Json) -> bool:
    """Whether attributes speak of usage at all, be it null."""
    return any(name in attributes for name in _TOTALS)


def entry_in(where: str, span: Json, attributes: Json, resource: Json) -> Entry:
    """The entry of the usage that attributes tell. Raises BadLine."""
    usage = {
        name: value
        for name, value in attributes.items()
        if name.startswith(_PREFIXES) and (name in _PARTS or not name.startswith(_OWN))
    }
    around = {**resource, **attributes}
    known = read_context(around)
    return entry_of(
        where,
        counted(usage, SPAN),
        at_first(attributes, _MODELS),
        started(span, attributes),
        provider=text(seller(attributes)),
        mode=mode_of(at_first(attributes, _TIERS)),
        client=text(at_first(attributes, _CLIENTS)) or known.client,
        key=known.key,
        project=text(at_first(around, _PROJECT)),
        charged=charge(*(attributes.get(name) for name in _CHARGES)),
        modalities=positive(
            audio_input=first(
                attributes.get(_OI + "prompt_details.audio"), attributes.get("gen_ai.usage.input_audio_tokens")
            ),
            audio_output=first(
                attributes.get(_OI + "completion_details.audio"), attributes.get("gen_ai.usage.output_audio_tokens")
            ),
        ),
        identity=name_of(first(attributes.get("gen_ai.response.id"), attributes.get("ai.response.id"), span_id(span))),
    )


def seller(attributes: Json) -> str:
    """Who answered, by the names that instrumentations give; "" where they do not say."""
    named = str(at_first(attributes, _SELLERS) or "").lower()
    for length in (3, 2, 1):  # the AI SDK adds the API: openai.responses, google.vertex.chat
        if (found := ".".join(named.split(".")[:length])) in _PROVIDERS:
            return _PROVIDERS[found]
    return named.split(".")[0]


def whose(attributes: Json, resource: Json) -> str:
    """The session that a call or a metric is of, else the service: by it one is known to tell the other again."""
    session = attributes.get("session.id")
    return f"session {session}" if session else f"service {resource.get('service.name') or ''}"


def span_id(span: Json) -> Any:
    """The id of a span under its names."""
    context = span.get("context")
    named = context if isinstance(context, Mapping) else span
    return at_first(named, _SPAN_IDS) or span.get("span_id")


def started(span: Json, attributes: Json) -> Any:
    """When a span began or a record was made, None where it does not say."""
    for name in ("startTimeUnixNano", "start_time_unix_nano", "start_time", "startTime", "start_timestamp", "timestamp",
                 "timeUnixNano", "time_unix_nano", "observedTimeUnixNano"):  # fmt: skip
        found = span.get(name) or attributes.get(name)
        if isinstance(found, list) and len(found) == 2:  # JavaScript's exporter: seconds, nanoseconds
            return found[0]
        if found and str(found) != "0":
            return found
    return None
