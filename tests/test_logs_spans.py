"""OpenTelemetry: spans and the sums above them, records of logs, metrics that add up or run on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import Run, document

NANO = "1795168800000000000"
SPAN = {"traceId": "t", "startTimeUnixNano": NANO}
GEN = "gen_ai.usage."
Told = tuple[int, int, int, int]


def attributes(**named: Any) -> list[dict[str, Any]]:
    """OTLP's list of typed values; two underscores are a dot."""
    kinds = {int: "intValue", str: "stringValue", float: "doubleValue"}
    return [
        {"key": name.replace("__", "."), "value": {kinds[type(held)]: str(held) if isinstance(held, int) else held}}
        for name, held in named.items()
    ]


def span(own: str, above: str = "", **named: Any) -> dict[str, Any]:
    """A span of one trace, below another."""
    return {**SPAN, "spanId": own, "parentSpanId": above, "attributes": attributes(**named)}


def counts(given: int, output: int, operation: str = "chat") -> dict[str, Any]:
    named = {"gen_ai__operation__name": operation, "gen_ai__request__model": "gpt-5.4"}
    return {**named, "gen_ai__usage__input_tokens": given, "gen_ai__usage__output_tokens": output}


def spans(*each: dict[str, Any]) -> dict[str, Any]:
    return {"resourceSpans": [{"resource": {"attributes": []}, "scopeSpans": [{"spans": list(each)}]}]}


def records(*each: dict[str, Any]) -> dict[str, Any]:
    return {"resourceLogs": [{"scopeLogs": [{"logRecords": list(each)}]}]}


def used(run: Run, *lines: Any) -> tuple[int, Told, dict[str, Any]]:
    """The exit code, the requests, input, cached and output, and the report."""
    result = run("usage", "-f", "json", stdin="".join(json.dumps(each) + "\n" for each in lines).encode())
    found = document(result)
    given, cached, output = (found["totals"][f"{name}_tokens"] for name in ("input", "cached", "output"))
    return result.code, (found["totals"]["requests"], given, cached, output), found


AGENT = span("a", "", **counts(200, 20, "invoke_agent"))
CALLS = (span("c1", "m", **counts(150, 15)), span("c2", "m", **counts(50, 5)))
BETWEEN = span("m", "a", tool="x")


@pytest.mark.parametrize(
    "lines",
    [
        (spans(AGENT, BETWEEN, *CALLS),),
        (spans(CALLS[0]), spans(CALLS[1]), spans(BETWEEN), spans(AGENT)),
        (spans(AGENT), spans(CALLS[0]), spans(BETWEEN), spans(CALLS[1])),
        (spans(*CALLS, BETWEEN), spans(AGENT), spans(AGENT, CALLS[0])),
    ],
    ids=["one batch", "children first", "parents first", "told again"],
)
def test_a_sum_above_calls_is_no_call(run: Run, lines: tuple[Any, ...]) -> None:
    """An agent's span counts its calls again, wherever they stand: left out, and told."""
    code, found, report = used(run, *lines)
    assert (code, found) == (0, (2, 200, 0, 20))
    assert any("counted once" in each for each in report["warnings"])


def test_a_sum_without_calls_counts(run: Run) -> None:
    """Of agents above each other the lowest; of one that tells more than its calls a note says so."""
    assert used(run, spans(AGENT))[1] == (1, 200, 0, 20)
    inner = span("b", "a", **counts(100, 10, "invoke_agent"))
    code, found, report = used(run, spans(AGENT, inner))
    assert (code, found) == (0, (1, 100, 0, 10))
    assert any("more tokens than the calls below" in each for each in report["warnings"])


def test_two_instrumentations_of_one_call_count_once(run: Run) -> None:
    """A call right below another with its counts is the same one; with others it is another."""
    outer, inner = span("o", "", **counts(50, 5)), span("i", "o", **counts(50, 5))
    assert used(run, spans(outer), spans(inner))[1] == used(run, spans(inner), spans(outer))[1] == (1, 50, 0, 5)
    assert used(run, spans(span("o", "", **counts(51, 5)), inner))[1] == (2, 101, 0, 10)


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ({"gen_ai.usage.cache_read.input_tokens": 40}, (1, 100, 40, 10)),
        ({"gen_ai.usage.details.cached_tokens": 40, "gen_ai.usage.details.strange_tokens": 9}, (1, 100, 40, 10)),
        ({"ai.usage.cachedInputTokens": 40, "ai.usage.inputTokens": 100}, (1, 100, 40, 10)),
        ({"gen_ai.usage.cache_read_input_tokens": 400}, (1, 500, 400, 10)),
    ],
    ids=["conventions", "pydantic-ai", "AI SDK", "beside, by the numbers"],
)
def test_what_was_cached_under_its_names(run: Run, named: dict[str, Any], expected: Told) -> None:
    """Parts lie inside the input, or beside it where they are larger."""
    base = {name.replace("__", "."): held for name, held in counts(100, 10).items()}
    assert used(run, {"name": "chat", "context": {"span_id": "1"}, "attributes": {**base, **named}})[:2] == (
        0,
        expected,
    )


OPENINFERENCE = {
    "openinference.span.kind": "LLM", "llm.model_name": "gpt-5.4", "llm.token_count.prompt": 100,
    "llm.token_count.completion": 10, "llm.token_count.prompt_details.cache_read": 40,
}  # fmt: skip
PHOENIX = {"id": "x", "context": {"trace_id": "t", "span_id": "1"}, "span_kind": "LLM", "attributes": OPENINFERENCE}
MLFLOW = {
    "mlflow.spanType": '"CHAT_MODEL"',
    "mlflow.spanInputs": '{"model": "gpt-5.4"}',
    "mlflow.traceRequestId": '"tr"',
}
TOKENS = '{"input_tokens": 100, "output_tokens": 10, "total_tokens": 110, "cache_read_input_tokens": 40}'
MLFLOW_SPAN = {"trace_id": "b", "span_id": "1", "attributes": {**MLFLOW, "mlflow.chat.tokenUsage": TOKENS}}
MLFLOW_INFO = {"trace_id": "tr", "trace_metadata": {"mlflow.trace.tokenUsage": TOKENS}}
NESTED = {"prompt": 100, "completion": 10, "prompt_details": {"cache_read": 40}}
SDK_COUNTS = {"ai__usage__inputTokens": 100, "ai__usage__outputTokens": 10}
SDK_OUTER = {"operation__name": "ai.generateText", "ai__model__id": "gpt-5.4", **SDK_COUNTS}
SDK_INNER = {**SDK_OUTER, "operation__name": "ai.generateText.doGenerate", "ai__usage__cachedInputTokens": 40}
JAEGER = [{"key": GEN + "input_tokens", "value": 100}, {"key": GEN + "output_tokens", "value": 10},
          {"key": GEN + "cached_tokens", "value": 40}, {"key": "gen_ai.request.model", "value": "gpt-5.4"}]  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        {"data": [PHOENIX], "next_cursor": None},
        {**PHOENIX, "attributes": {"llm": {"model_name": "gpt-5.4", "token_count": NESTED}}},
        {"info": MLFLOW_INFO, "data": {"spans": [MLFLOW_SPAN]}},
        {"data": [{"traceID": "t", "spans": [{"traceID": "t", "spanID": "1", "tags": JAEGER}]}]},
        spans(span("o", "", **SDK_OUTER), span("i", "o", **SDK_INNER)),
    ],
    ids=["Phoenix", "nested", "MLflow", "Jaeger", "AI SDK"],
)  # fmt: skip
def test_spans_as_stores_and_libraries_write_them(run: Run, line: Any) -> None:
    """Pages, nested attributes, JSON in text, tags; outer spans and the sum of a trace repeat what lies below."""
    code, found, report = used(run, line)
    # 60 x 2.5 + 40 x 0.25 + 10 x 15 = 310
    assert (code, found, report["totals"]["cost"]) == (0, (1, 100, 40, 10), "0.00031")


def test_counts_under_unknown_names_are_told(run: Run) -> None:
    """A span that counts tokens in a way of its own is a problem; one without tokens is none."""
    code, found, report = used(
        run, spans(CALLS[0], span("u", "", app__tokens__weird=7), span("n", "", http__method="GET"))
    )
    assert (code, found) == (2, (1, 150, 0, 15))
    assert [each["why"].split("'")[1] for each in report["problems"]] == ["app.tokens.weird"]


CLAUDE = {"event__name": "api_request", "model": "claude-sonnet-5-5", "input_tokens": "20", "output_tokens": "10",
          "cache_read_tokens": "60", "cache_creation_tokens": "20", "cost_usd": "0.5"}  # fmt: skip


def test_events_of_agents(run: Run) -> None:
    """Claude Code's requests with counts beside each other, as text or numbers; its other events carry none."""
    prompt = {"timeUnixNano": NANO, "attributes": attributes(event__name="user_prompt", prompt_length="12")}
    code, found, report = used(run, records(prompt, {"timeUnixNano": NANO, "attributes": attributes(**CLAUDE)}))
    assert (code, found) == (0, (1, 100, 60, 10))
    # 20 x 2 + 60 x 0.1 + 20 x 2.5 + 10 x 10 = 196
    assert (report["totals"]["cost"], report["totals"]["charged"]) == ("0.000196", "0.5")


def test_a_record_and_its_span_count_once(run: Run) -> None:
    """The event of the conventions is made inside of the span that tells the same."""
    event = {"traceId": "t", "spanId": "c1", "timeUnixNano": NANO, "attributes": attributes(**counts(150, 15))}
    assert used(run, records(event), spans(CALLS[0]))[1] == used(run, spans(CALLS[0]), records(event))[1]
    assert used(run, records(event))[1] == (1, 150, 0, 15)


def metric(
    name: str, kind_name: str, values: dict[str, int], end: int, running: bool, form: str = "sum"
) -> dict[str, Any]:
    points = [
        {
            "attributes": attributes(**{kind_name: kind, "model": "claude-sonnet-5-5"}),
            "startTimeUnixNano": NANO,
            "timeUnixNano": str(int(NANO) + end * 10**9),
            **({"asInt": str(value)} if form == "sum" else {"sum": value, "count": "2"}),
        }
        for kind, value in values.items()
    ]
    held = {"name": name, form: {"dataPoints": points, "aggregationTemporality": 2 if running else 1}}
    return {"resourceMetrics": [{"scopeMetrics": [{"metrics": [held]}]}]}


KINDS = {"input": 20, "cacheRead": 60, "cacheCreation": 20, "output": 10}


@pytest.mark.parametrize(("running", "times"), [(False, 2), (True, 1)])
def test_metrics_add_up_or_run_on(run: Run, running: bool, times: int) -> None:
    """Points of their own are added, of running sums the growth counts, whatever is told again."""
    first = metric("claude_code.token.usage", "type", KINDS, 60, running)
    code, found, _ = used(run, first, metric("claude_code.token.usage", "type", KINDS, 120, running))
    assert (code, found) == (0, (0, 100 * times, 60 * times, 10 * times))
    more = metric("claude_code.token.usage", "type", {**KINDS, "output": 30}, 180, True)
    assert used(run, metric("claude_code.token.usage", "type", KINDS, 60, True), more)[1] == (0, 100, 60, 30)


def test_histograms_of_the_conventions_and_unknown_metrics(run: Run) -> None:
    """Counts of points are requests; a kind or a metric of tokens that is not known is a problem that names it."""
    usage = metric(
        "gen_ai.client.token.usage", "gen_ai__token__type", {"input": 90, "output": 9}, 60, False, "histogram"
    )
    assert used(run, usage)[:2] == (0, (2, 90, 0, 9))
    for other, said in (
        (metric("gen_ai.client.token.usage", "gen_ai__token__type", {"tea": 5}, 60, False), "'tea'"),
        (metric("app.llm.tokens", "kind", {"x": 5}, 60, False), "'app.llm.tokens'"),
    ):
        code, _, report = used(run, usage, other)
        assert (code, len(report["problems"])) == (2, 1)
        assert said in report["problems"][0]["why"]
