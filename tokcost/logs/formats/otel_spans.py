"""OpenTelemetry spans and records of model calls, as OTLP JSON, as exporters and trace stores write them, or flat.

``chat`` spans count. What stands above them (``invoke_agent``, chains, the outer spans of the AI SDK) tells their sum:
it counts only where no call lies below. Children may come first, and in other batches and files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.errors import Problem
from tokcost.logs.entry import BadLine, Read
from tokcost.logs.format import Format
from tokcost.logs.formats import otel_logs
from tokcost.logs.formats.call_tree import CallTreeReader
from tokcost.logs.formats.entries import EMPTY, at_first, first, inside, objects, unread
from tokcost.logs.formats.otel_attributes import entry_in, flat, has_usage, span_id, started, usage_names, whose
from tokcost.logs.unread import counts_in
from tokcost.masking import scrub

Json = Mapping[str, Any]
# What holds spans: OTLP's levels, and those of Tempo, Jaeger, MLflow and Phoenix.
_LISTS = (
    "resourceSpans", "resource_spans", "batches", "scopeSpans", "scope_spans", "instrumentationLibrarySpans", "spans",
)  # fmt: skip
_ATTRIBUTES = ("attributes", "tags", "labels", "customDimensions")
_FAMILIES = ("gen_ai.", "llm.", "ai.usage.", "ai.model.", "mlflow.", "openinference.", "traceloop.")
# The kinds of spans that stand above calls, by what they say of themselves.
_SUMS = (
    "invoke_agent", "create_agent", "invoke_workflow", "agent", "chain", "workflow", "task", "tool", "execute_tool",
    "retriever", "guardrail", "evaluator", "parser", "unknown",
)  # fmt: skip
_KINDS = ("gen_ai.operation.name", "openinference.span.kind", "mlflow.spanType", "traceloop.span.kind")
_TRACES = ("traceId", "trace_id", "traceID")
_PARENTS = ("parentSpanId", "parent_span_id", "parent_id", "parentId")
# Stands for the id of a trace as a whole.
_WHOLE = "trace"
_NO_COUNTS = ("time", "gen_ai.request", "llm.request", "invocation_parameters", "llm.invocation")


def owns(value: Json) -> bool:
    """Whether a value is a trace, a span, a page of spans, the attributes of one, or holds records of logs."""
    if otel_logs.is_logs(value) or any(isinstance(value.get(name), list) for name in _LISTS[:6]):
        return True
    if any(isinstance(value.get(name), Mapping) for name in ("usage", "usageMetadata")):
        return False  # an answer in a line that names the span it was logged in
    if isinstance(value.get("spans"), list):
        return any(map(_is_span, objects(value["spans"])))
    if isinstance(value.get("data"), Mapping):
        return isinstance(value["data"].get("spans"), list)
    if isinstance(value.get("data"), list):
        return any(_is_span(each) or isinstance(each.get("spans"), list) for each in objects(value["data"][:3]))
    return _is_span(value) or usage_names(value)


def _is_span(value: Json) -> bool:
    for name in _ATTRIBUTES:
        if isinstance(held := value.get(name), Mapping | list) and held:
            if any(id_ in value for id_ in ("spanId", "span_id", "spanID", "context")):
                return True
            if isinstance(held, Mapping):
                return any(str(each).startswith(_FAMILIES) or str(each) in ("gen_ai", "llm") for each in held)
    return False


class SpanReader(CallTreeReader):
    """Reads spans one by one, and holds those that tell sums until it is known what lies below them."""

    sums = "sums of agents and chains over their calls"

    def value(self, where: str, value: Json) -> Iterator[Read]:
        """The calls among the spans of a value, however deep they lie in it."""
        if otel_logs.is_logs(value):
            yield from self._records(where, value)
            return
        yield from self._of(where, value, EMPTY)
        if isinstance(value.get("next_cursor"), str) and value["next_cursor"]:
            self.told.remark("a page of spans after which others come (next_cursor): are they among the logs?", where)

    def _of(self, where: str, value: Json, resource: Json) -> Iterator[Read]:
        below = next((value[name] for name in _LISTS if isinstance(value.get(name), list)), None)
        if below is None and isinstance(data := value.get("data"), Mapping | list) and not _is_span(value):
            below = data if isinstance(data, list) else data.get("spans")
        if below is None:
            yield from self.span(where, value, resource)
            return
        resource = flat(inside(value, "resource").get("attributes")) or resource
        for each in objects(below):
            try:
                yield from self._of(where, each, resource)
            except BadLine as bad:
                yield Problem(where, scrub(str(bad)))
        self._trace(where, inside(value, "info"))

    def _trace(self, where: str, info: Json) -> None:
        """The sum that MLflow keeps of a trace, which stands above all of its spans."""
        for name in ("trace_metadata", "request_metadata"):
            attributes = flat({"mlflow.chat.tokenUsage": inside(info, name).get("mlflow.trace.tokenUsage")})
            if has_usage(attributes):
                own = first(info.get("trace_id"), info.get("request_id"))
                when = first(info.get("request_time"), info.get("timestamp_ms"))
                self.tree.total((own, _WHOLE), None, entry_in(where, {"timestamp": when}, attributes, EMPTY))
                return

    def _records(self, where: str, value: Json) -> Iterator[Read]:
        """The requests that records tell; a record stands below the span in which it was made."""
        for record, attributes, resource in otel_logs.records(value):
            try:
                yield from self._record(where, record, attributes, resource)
            except BadLine as bad:
                yield Problem(where, scrub(str(bad)))

    def _record(self, where: str, record: Json, attributes: Json, resource: Json) -> Iterator[Read]:
        (trace, above), _ = _place(record, attributes)
        if (agent := otel_logs.agent_of(record, attributes)) is not None:
            entry = otel_logs.entry_of_agent(where, agent, record, attributes, resource)
        elif has_usage(attributes):
            entry = entry_in(where, record, attributes, resource)
        elif (message := otel_logs.message(record)) is not None:
            yield from self.inner(where, message)
            return
        else:
            if counts_in(attributes):  # of another agent
                self.told.by_call.add(whose(attributes, resource))
                yield from self.inner(where, {"attributes": attributes, "timestamp": started(record, attributes)})
            return
        self.told.by_call.add(whose(attributes, resource))
        own = (trace, above, entry.when, entry.identity, entry.usage) if above else None
        yield from self.tree.call(own, (trace, above), entry)

    def span(self, where: str, span: Json, resource: Json) -> Iterator[Read]:
        """The entry of one span; one that is above others is held."""
        held = next((span[name] for name in _ATTRIBUTES if isinstance(span.get(name), Mapping | list)), span)
        attributes = flat(held)
        own, above = _place(span, attributes)
        if (agent := otel_logs.agent_of(span, attributes)) is not None:
            entry = otel_logs.entry_of_agent(where, agent, span, attributes, resource)
            self.told.by_call.add(whose(attributes, resource))
            yield from self.tree.call(own, above, entry)
            return
        if not has_usage(attributes):
            self.tree.node(own, above)
            if usage_names(attributes):
                raise BadLine("a span names its tokens and does not say how many: they are not known, and not 0")
            yield from self._unread(where, attributes)
            return
        resource = resource or flat(inside(span, "resource").get("attributes"))
        entry = entry_in(where, span, attributes, resource)
        self.told.by_call.add(whose(attributes, resource))
        if _is_sum(span, attributes):
            if entry.tokens:
                self.tree.total(own, above, entry)
        else:
            yield from self.tree.call(own, above, entry)

    def _unread(self, where: str, attributes: Json) -> Iterator[Read]:
        """Counts of tokens under names that are not known."""
        rest = {name: value for name, value in attributes.items() if not any(each in name for each in _NO_COUNTS)}
        yield from unread(where, rest)


def _place(span: Json, attributes: Json) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """The place of a span in its trace, and that of what is above it: another span, or the trace as a whole."""
    context = inside(span, "context") or span
    trace = at_first(context, _TRACES) or span.get("trace_id")
    above = at_first(span, _PARENTS) or first(
        inside(span, "parent").get("span_id"),
        inside(span, "parentSpanContext").get("spanId"),
        next((each.get("spanID") for each in objects(span.get("references"))), None),
    )
    own = trace, span_id(span) or (span.get("id") if trace else None)
    return own, (trace, above) if above else (first(attributes.get("mlflow.traceRequestId"), trace), _WHOLE)


def _is_sum(span: Json, attributes: Json) -> bool:
    """Whether a span stands above the calls that it tells the tokens of."""
    for name in _KINDS:
        if (kind := attributes.get(name)) is not None:
            return str(kind).lower() in _SUMS
    kind = str(first(attributes.get("operation.name"), attributes.get("ai.operationId"), span.get("name"), ""))
    if any(name.startswith("ai.usage.") for name in attributes) or kind.startswith("ai."):
        return kind.split(" ")[0].startswith("ai.") and ".do" not in kind.split(" ")[0]
    return kind.split(" ")[0].lower() in ("invoke_agent", "agent")


FORMAT = Format(
    "OpenTelemetry spans and logs",
    "OTLP JSON, spans as exporters, Phoenix, MLflow, Tempo and Jaeger write them; Claude Code's and Codex's events",
    "the input includes what was cached unless the numbers say otherwise; spans above others tell sums",
    frozenset(),
    owns,
    SpanReader,
)
