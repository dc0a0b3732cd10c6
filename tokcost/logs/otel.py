"""OpenTelemetry spans with ``gen_ai.*`` attributes, as OTLP JSON, as exporters print them, or flat.

Names: the semantic conventions for generative AI; ``gen_ai.usage.input_tokens`` includes cached ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.errors import Problem
from tokcost.logs.entry import NOT_STATED, BadLine, Entry, Read, mode_of, usage_of, whole
from tokcost.logs.fields import model_name, read_context, text
from tokcost.logs.format import Format
from tokcost.logs.format import each as each_value
from tokcost.logs.times import moment
from tokcost.masking import scrub

Json = Mapping[str, Any]
_PROVIDERS = {
    "gcp.gemini": "google",
    "gcp.vertex_ai": "vertex",
    "gcp.gen_ai": "google",
    "gemini": "google",
    "vertex_ai": "vertex",
    "x_ai": "xai",
    "mistral_ai": "mistral",
    "aws.bedrock": "bedrock",
    "azure.ai.openai": "azure",
    "azure.ai.inference": "azure",
    "az.ai.openai": "azure",
}
# Producers that report what was read from the cache beside the input, not inside it, say so here.
_READ = ("gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens", "gen_ai.usage.cached_tokens")
_WRITE = (
    "gen_ai.usage.cache_creation.input_tokens",
    "gen_ai.usage.cache_creation_input_tokens",
    "gen_ai.usage.cache_write_tokens",
)
_REASONING = (
    "gen_ai.usage.reasoning.output_tokens",
    "gen_ai.usage.output_tokens.reasoning",
    "gen_ai.usage.reasoning_tokens",
)
_INPUT = ("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens")
_OUTPUT = ("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens")
_PROJECT = ("service.name", "deployment.environment", "project")


def owns(value: Json) -> bool:
    """Whether a value is a trace, a span, or the attributes of one."""
    if "resourceSpans" in value or "resource_spans" in value or "scopeSpans" in value:
        return True
    if isinstance(value.get("attributes"), Mapping | list) and (
        "spanId" in value or "span_id" in value or "context" in value
    ):
        return True
    attributes = value.get("attributes")
    if isinstance(attributes, Mapping) and any(str(name).startswith("gen_ai.") for name in attributes):
        return True
    return any(name in value for name in (*_INPUT, *_OUTPUT))


def spans(where: str, value: Json, resource: Json | None = None) -> Iterator[Read]:
    """The spans that used tokens; the others of a trace yield nothing."""
    if "resourceSpans" in value or "resource_spans" in value:
        for each in value.get("resourceSpans") or value.get("resource_spans") or ():
            attributes = _flat((each.get("resource") or {}).get("attributes"))
            for scope in (
                each.get("scopeSpans") or each.get("scope_spans") or each.get("instrumentationLibrarySpans") or ()
            ):
                yield from spans(where, scope, attributes)
        return
    if "spans" in value or "scopeSpans" in value:
        for each in value.get("spans") or value.get("scopeSpans") or ():
            try:
                yield from spans(where, each, resource)
            except BadLine as bad:
                yield Problem(where, scrub(str(bad)))
        return
    attributes = _flat(value["attributes"]) if "attributes" in value else dict(value)
    if _of(attributes, _INPUT) is None and _of(attributes, _OUTPUT) is None:
        return
    yield _span(where, value, attributes, resource or _flat((value.get("resource") or {}).get("attributes")))


def _span(where: str, span: Json, attributes: dict[str, Any], resource: Json) -> Entry:
    system = str(attributes.get("gen_ai.provider.name") or attributes.get("gen_ai.system") or "").lower()
    provider = text(_PROVIDERS.get(system, system))
    read = whole(_of(attributes, _READ), "cache_read.input_tokens")
    write = whole(_of(attributes, _WRITE), "cache_creation.input_tokens")
    if (given := _of(attributes, _INPUT)) is None:
        raise BadLine(NOT_STATED.format(_INPUT[0]))
    given = whole(given, _INPUT[0])
    output = _of(attributes, _OUTPUT)
    if output is None and any(name in attributes for name in _OUTPUT):
        raise BadLine(NOT_STATED.format(_OUTPUT[0]))
    if provider == "anthropic" and read + write > given:
        given += read + write  # older instrumentations hand on Anthropic's own, exclusive, number
    model = attributes.get("gen_ai.response.model") or attributes.get("gen_ai.request.model")
    tier = attributes.get("openai.response.service_tier") or attributes.get("gen_ai.openai.response.service_tier")
    known = read_context({**resource, **attributes})
    identity = attributes.get("gen_ai.response.id") or span.get("spanId") or span.get("span_id")
    return Entry(
        where,
        usage_of(
            given,
            read,
            write,
            0,
            whole(output, _OUTPUT[0]),
            whole(_of(attributes, _REASONING), "gen_ai.usage.reasoning_tokens"),
        ),
        model=model_name(model),
        provider=provider,
        when=_time(span, attributes),
        mode=mode_of(tier),
        client=text(attributes.get("enduser.id") or attributes.get("user.id")) or known.client,
        key=known.key,
        project=text(_of({**resource, **attributes}, _PROJECT)),
        identity=str(identity) if identity else None,
    )


def _time(span: Json, attributes: Json) -> Any:
    for name in ("startTimeUnixNano", "start_time_unix_nano", "start_time", "startTime", "timestamp"):
        found = span.get(name) or attributes.get(name)
        if isinstance(found, list) and len(found) == 2:  # JavaScript's exporter: seconds, nanoseconds
            return moment(found[0], name)
        if found:
            return moment(found, name)
    return None


def _flat(attributes: Any) -> dict[str, Any]:
    """Attributes as names and plain values; OTLP has a list of keys and typed values."""
    if isinstance(attributes, Mapping):
        return dict(attributes)
    found = {}
    for each in attributes or ():
        value = each.get("value")
        found[str(each.get("key"))] = next(iter(value.values()), None) if isinstance(value, Mapping) else value
    return found


def _of(attributes: Json, names: tuple[str, ...]) -> Any:
    return next((attributes[name] for name in names if attributes.get(name) is not None), None)


FORMAT = Format(
    "OpenTelemetry spans",
    "OTLP JSON, spans as exporters print them, flat attributes",
    "gen_ai.usage input includes what was cached",
    frozenset(),
    owns,
    each_value(spans),
)
