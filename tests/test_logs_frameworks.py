"""Logs of frameworks and of what observes them: what their counts include, what repeats, where model and time stand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run, document

WHEN = "2026-11-20T10:00:00Z"
LATER = {"timestamp": WHEN}
# What gpt-5.4 costs: 100 in (2.5), 40 of them cached (0.25), 10 out (15): 60 x 2.5 + 40 x 0.25 + 10 x 15 = 310.
HIT, COST = (1, 100, 40, 0, 10), "0.00031"
# Without the cached ones: 100 x 2.5 + 10 x 15 = 400.
PLAIN, DEAR = (1, 100, 0, 0, 10), "0.0004"
# claude-sonnet-5-5 (2, read 0.1, written 2.5, out 10): 20 x 2 + 60 x 0.1 + 20 x 2.5 + 10 x 10 = 196.
WRITTEN, CLAUDE = (1, 100, 60, 20, 10), "0.000196"

META = {"input_tokens": 100, "output_tokens": 10, "total_tokens": 110, "input_token_details": {"cache_read": 40}}
LANGCHAIN = {"type": "ai", "id": "m1", "usage_metadata": META, "response_metadata": {"model_name": "gpt-5.4"}}
CHAT = {"prompt_tokens": 100, "completion_tokens": 10, "prompt_tokens_details": {"cached_tokens": 40}}
BODY = {
    "id": "c1",
    "object": "chat.completion",
    "model": "gpt-5.4",
    "created": 1795168800,
    "choices": [],
    "usage": CHAT,
}
RUN_COUNTS = {"prompt_tokens": 100, "completion_tokens": 10, "prompt_token_details": {"cache_read": 40}}
LLM_RUN = {
    "id": "r1", "parent_run_id": "r0", "run_type": "llm", "start_time": "2026-11-20T10:00:00", **RUN_COUNTS,
    "extra": {"metadata": {"ls_model_name": "gpt-5.4"}},
}  # fmt: skip
CHAIN = {**LLM_RUN, "id": "r0", "parent_run_id": None, "run_type": "chain"}
OBSERVED = {"id": "o1", "traceId": "t", "type": "GENERATION", "startTime": WHEN, "model": "gpt-5.4"}
BUCKETS = {"input": 60, "input_cached_tokens": 40, "output": 6, "output_reasoning_tokens": 4, "total": 110}
SDK = {"inputTokens": 100, "outputTokens": 10, "totalTokens": 110, "cachedInputTokens": 40}
HALF = {"inputTokens": 50, "outputTokens": 5, "totalTokens": 55, "cachedInputTokens": 20}
STEP = {"usage": HALF, "response": {"modelId": "gpt-5.4", "timestamp": WHEN}}
PYDANTIC = {
    "kind": "response", "parts": [], "model_name": "gpt-5.4", "timestamp": WHEN, "provider_response_id": "p1",
    "usage": {"input_tokens": 100, "cache_read_tokens": 40, "output_tokens": 10, "details": {"reasoning_tokens": 4}},
}  # fmt: skip
TRACED = {"object": "trace.span", "trace_id": "t", "started_at": WHEN}
GENERATED = {"type": "generation", "model": "gpt-5.4", "usage": {"input_tokens": 100, "output_tokens": 10}}
HELICONE = {"request_created_at": "2026-11-20 10:00:00", "request_path": "/v1/x", "response_model": "gpt-5.4"}
FLAT = {"prompt_tokens": 100, "completion_tokens": 10, "prompt_cache_read_tokens": 40}
LLM = {"id": "1", "model": "gpt", "resolved_model": "gpt-5.4", "datetime_utc": WHEN}
WEAVE = {"trace_id": "t", "op_name": "call", "started_at": WHEN}
SUMMED = {"summary": {"usage": {"gpt-5.4": {"requests": 1, **{name: CHAT[name] for name in list(CHAT)[:2]}}}}}
BRAIN = {"id": "b1", "span_id": "s1", "created": WHEN, "metadata": {"model": "gpt-5.4"}}
METRICS = {"start": 1.5, "prompt_tokens": 100, "completion_tokens": 10, "tokens": 110, "prompt_cached_tokens": 40}

CASES: dict[str, tuple[list[Any], tuple[int, ...], str]] = {
    "langchain": ([LANGCHAIN, {"type": "human", "response_metadata": {}}], HIT, COST),
    "langchain, the usage beside a model": ([{"model": "gpt-5.4", "usage_metadata": META}], HIT, COST),
    "langchain dumpd": ([{"lc": 1, "type": "constructor", "kwargs": LANGCHAIN}], HIT, COST),
    "langchain dicts": ([[{"type": "ai", "data": LANGCHAIN}, {"type": "human", "data": {"content": "q"}}]], HIT, COST),
    "langchain states": ([{"messages": [LANGCHAIN]}, {"messages": [{"type": "human"}, LANGCHAIN]}], HIT, COST),
    "langchain result": (
        [{"generations": [[{"text": "x"}]], "llm_output": {"token_usage": CHAT, "model_name": "gpt-5.4"}}],
        HIT,
        COST,
    ),
    "langchain, the provider's own": (
        [{"type": "ai", "usage_metadata": None, "response_metadata": {"token_usage": CHAT, "model_name": "gpt-5.4"}}],
        HIT,
        COST,
    ),
    "langchain callback": ([{"gpt-5.4": META}], (0, *HIT[1:]), COST),
    "tracker of DSPy": ([{"openai/gpt-5.4": CHAT}], (0, *HIT[1:]), COST),
    "langsmith": ([CHAIN, LLM_RUN], HIT, COST),
    "langsmith, children first": ([LLM_RUN, CHAIN], HIT, COST),
    "langsmith, roots alone": ([CHAIN], HIT, COST),
    "langsmith, a tree": ([{**CHAIN, "child_runs": [{**LLM_RUN, "parent_run_id": None}]}], HIT, COST),
    "langfuse": ([{"data": [{**OBSERVED, "usageDetails": BUCKETS, "usage": {"input": 100, "output": 10}}]}], HIT, COST),
    "langfuse, snake case": (
        [
            {
                "trace_id": "t",
                "type": "GENERATION",
                "start_time": WHEN,
                "provided_model_name": "gpt-5.4",
                "usage_details": BUCKETS,
            }
        ],
        HIT,
        COST,
    ),
    "langfuse, inside by the total": (
        [{**OBSERVED, "usageDetails": {"input": 100, "input_cached_tokens": 40, "output": 10, "total": 110}}],
        HIT,
        COST,
    ),
    "langfuse, sums alone": ([{**OBSERVED, "usage": {"input": 100, "output": 10, "unit": "TOKENS"}}], PLAIN, DEAR),
    "langfuse, agents above": (
        [
            [
                {**OBSERVED, "id": "o0", "type": "AGENT", "usageDetails": BUCKETS},
                {**OBSERVED, "parentObservationId": "o0", "usageDetails": BUCKETS},
            ]
        ],
        HIT,
        COST,
    ),
    "helicone": ([{**HELICONE, **FLAT, "response_body": BODY}], HIT, COST),
    "helicone, the body as text": ([{**HELICONE, **FLAT, "response_body": json.dumps(BODY)}], HIT, COST),
    "helicone, flat": ([{**HELICONE, **FLAT, "response_body": {"streamed_data": "x"}}], HIT, COST),
    "helicone, its cache": (
        [{**HELICONE, "response_body": BODY, "cache_reference_id": "11111111-0000-0000-0000-000000000000"}],
        (1, 0, 0, 0, 0),
        "0",
    ),
    "braintrust": (
        [
            {**BRAIN, "metrics": METRICS, "span_attributes": {"type": "llm"}},
            {**BRAIN, "span_id": "s0", "metrics": {"start": 1}},
        ],
        HIT,
        COST,
    ),
    "AI SDK 5": ([{"model": "gpt-5.4", "usage": SDK, **LATER}], HIT, COST),
    "AI SDK 6": (
        [
            {
                "finishReason": "stop",
                "response": {"modelId": "gpt-5.4", "timestamp": WHEN},
                "usage": {
                    "inputTokens": 100,
                    "outputTokens": 10,
                    "inputTokenDetails": {"noCacheTokens": 60, "cacheReadTokens": 40, "cacheWriteTokens": 0},
                    "outputTokenDetails": {"textTokens": 6, "reasoningTokens": 4},
                },
            }
        ],
        HIT,
        COST,
    ),
    "AI SDK, of a provider": (
        [
            {
                "modelId": "gpt-5.4",
                "usage": {
                    "inputTokens": {"total": 100, "noCache": 60, "cacheRead": 40},
                    "outputTokens": {"total": 10, "text": 6, "reasoning": 4},
                    "raw": {"input_tokens": 100},
                },
            }
        ],
        HIT,
        COST,
    ),
    "AI SDK, steps": ([{"usage": HALF, "totalUsage": SDK, "steps": [STEP, STEP]}], (2, *HIT[1:]), COST),
    "AI SDK, a stream": (
        [{"type": "finish-step", **STEP, "usage": SDK}, {"type": "finish", "totalUsage": SDK}],
        HIT,
        COST,
    ),
    "AI SDK 5 with Anthropic": (
        [
            {
                "model": "claude-sonnet-5-5",
                "finishReason": "stop",
                "usage": {"inputTokens": 20, "outputTokens": 10, "totalTokens": 30, "cachedInputTokens": 60},
                "providerMetadata": {"anthropic": {"cacheCreationInputTokens": 20}},
            }
        ],
        WRITTEN,
        CLAUDE,
    ),
    "pydantic-ai": ([[{"kind": "request", "parts": []}, PYDANTIC]], HIT, COST),
    "pydantic-ai, histories": ([[PYDANTIC], [PYDANTIC, {"kind": "request", "parts": []}]], HIT, COST),
    "pydantic-ai 0": (
        [
            {
                **PYDANTIC,
                "usage": {
                    "requests": 1,
                    "request_tokens": 100,
                    "response_tokens": 10,
                    "total_tokens": 110,
                    "details": {"cached_tokens": 40},
                },
            }
        ],
        HIT,
        COST,
    ),
    "agents, a trace": (
        [
            {"object": "trace", "id": "t"},
            {**TRACED, "id": "s1", "span_data": {"type": "agent"}},
            {**TRACED, "id": "s2", "parent_id": "s1", "span_data": GENERATED},
        ],
        PLAIN,
        DEAR,
    ),
    "agents, a turn above": (
        [
            {**TRACED, "id": "s2", "parent_id": "s1", "span_data": GENERATED},
            {**TRACED, "id": "s1", "span_data": {**GENERATED, "type": "turn"}},
        ],
        PLAIN,
        DEAR,
    ),
    "agents, the usage of a run": (
        [
            {
                "model": "gpt-5.4",
                "usage": {
                    "requests": 2,
                    "input_tokens": 100,
                    "input_tokens_details": {"cached_tokens": 40},
                    "output_tokens": 10,
                    "request_usage_entries": [{"input_tokens": 50}, {"input_tokens": 50}],
                },
            }
        ],
        (2, *HIT[1:]),
        COST,
    ),
    "llamaindex": (
        [{"message": {}, "raw": BODY, "additional_kwargs": {"prompt_tokens": 100, "completion_tokens": 10}}],
        HIT,
        COST,
    ),
    "llamaindex, no raw": (
        [{"text": "x", "raw": None, "model": "gpt-5.4", "additional_kwargs": CHAT, "logprobs": None}],
        HIT,
        COST,
    ),
    "llm, OpenAI": (
        [
            [
                {
                    **LLM,
                    "input_tokens": 100,
                    "output_tokens": 10,
                    "token_details": '{"prompt_tokens_details": {"cached_tokens": 40}}',
                },
                {**LLM, "input_tokens": None, "output_tokens": None, "token_details": None},
            ]
        ],
        HIT,
        COST,
    ),
    "llm, Anthropic": (
        [
            {
                **LLM,
                "resolved_model": "claude-sonnet-5-5",
                "input_tokens": 20,
                "output_tokens": 10,
                "token_details": {"cache_read_input_tokens": 60, "cache_creation_input_tokens": 20},
            }
        ],
        WRITTEN,
        CLAUDE,
    ),
    "autogen": ([{"type": "LLMCall", "response": BODY, "prompt_tokens": 100, "completion_tokens": 10}], HIT, COST),
    "autogen messages": (
        [
            {"source": "w", "model": "gpt-5.4", "models_usage": {"prompt_tokens": 100, "completion_tokens": 10}},
            {"source": "u", "models_usage": None},
        ],
        PLAIN,
        DEAR,
    ),
    "crewai": (
        [
            {
                "model": "gpt-5.4",
                "raw": "x",
                "token_usage": {
                    "prompt_tokens": 100,
                    "cached_prompt_tokens": 40,
                    "completion_tokens": 10,
                    "total_tokens": 110,
                    "successful_requests": 3,
                },
            }
        ],
        (3, *HIT[1:]),
        COST,
    ),
    "weave": (
        [
            {**WEAVE, "id": "p", "output": "x", **SUMMED},
            {**WEAVE, "id": "c", "parent_id": "p", "output": BODY, **SUMMED},
        ],
        HIT,
        COST,
    ),
    "weave, summaries alone": (
        [
            {**WEAVE, "id": "p", "output": "x", **SUMMED},
            {**WEAVE, "id": "c", "parent_id": "p", "output": None, **SUMMED},
        ],
        PLAIN,
        DEAR,
    ),
}


def measured(run: Run, lines: list[Any], *args: object) -> tuple[int, tuple[int, ...], dict[str, Any]]:
    """The exit code, the counts and the whole report on some lines of JSON."""
    result = run("usage", "-f", "json", *args, stdin="".join(json.dumps(each) + "\n" for each in lines).encode())
    found = document(result)
    names = ("requests", "input_tokens", "cached_tokens", "cache_write_tokens", "output_tokens")
    return result.code, tuple(found["totals"][name] for name in names), found


@pytest.mark.parametrize("name", CASES)
def test_each_counts_once_and_by_its_own_rules(run: Run, name: str) -> None:
    """Counts, what they include, the model beside them; what tells the same again is left out."""
    lines, counts, cost = CASES[name]
    code, found, report = measured(run, lines)
    assert (code, found, report["problems"]) == (0, counts, [])
    assert report["totals"]["cost"] == cost


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([{**OBSERVED, "usageDetails": {**BUCKETS, "total": None, "input_tea": 7}}], "'input_tea' (7)"),
        ([{**OBSERVED, "usage": {"input": 9, "output": 1, "unit": "CHARACTERS"}}], "CHARACTERS"),
        ([{"modelId": "gpt-5.4", "finishReason": "x", "usage": {"inputTokens": 5, "outputTokens": None}}], "stated"),
        ([{**LANGCHAIN, "usage_metadata": {**META, "tea_tokens": 7}}], "'tea_tokens'"),
        ([{**LLM, "input_tokens": 5, "output_tokens": None}], "'output_tokens' is not stated"),
        ([{**LLM, "input_tokens": 5, "output_tokens": 1, "token_details": "{bad"}], "'token_details' is not JSON"),
        ([{**BRAIN, "metrics": {**METRICS, "prompt_tokens": "many"}}], "'prompt_tokens' is not a whole number"),
        ([{**LLM_RUN, "prompt_tokens": -1}], "0 or more"),
        ([{**LLM_RUN, "prompt_tokens": 0, "completion_tokens": 0}], "'prompt_token_details.cache_read' looks"),
        ([{**OBSERVED, "usage": None, "usageDetails": {}, "output": "x"}], "without its usage"),
        ([{**LANGCHAIN, "usage_metadata": None, "response_metadata": {"eval_count": 7}}], "'eval_count'"),
        ([{"text": "x", "raw": {"tea_tokens": 7}, "delta": None}], "'tea_tokens' looks like"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_told(run: Run, lines: list[Any], why: str) -> None:
    """A count under an unknown name, of another unit, or null: a problem of its line, or a note where it is inside."""
    result = run("usage", "-f", "json", stdin="".join(json.dumps(each) + "\n" for each in lines).encode())
    assert why in result.out + result.err
    assert result.code == (0 if why == "'tea_tokens'" else 2)


def test_what_came_to_nothing_costs_nothing(run: Run) -> None:
    """Failed runs and generations, and an answer that did not come, are no problem; nor is a line of somebody's own."""
    failed = [
        {**LLM_RUN, "prompt_tokens": None, "completion_tokens": None, "error": "no"},
        {**OBSERVED, "usage": None, "usageDetails": {}, "level": "ERROR"},
        {"finishReason": "error", "usage": {"inputTokens": None, "outputTokens": None}},
        {"model": "gpt-5.4", "span_id": "s", "attributes": {"x": 1}, "usage": CHAT, **LATER},
    ]
    code, counts, report = measured(run, failed)
    assert (code, counts, report["problems"]) == (0, HIT, [])


def test_an_answer_that_a_trace_does_not_count_is_a_note(run: Run) -> None:
    """Spans of type response name an id alone: their cost is not in the sums, which is said."""
    untold = {**TRACED, "id": "r", "span_data": {"type": "response", "response_id": "x"}}
    code, _, found = measured(run, [{**TRACED, "id": "s", "span_data": GENERATED}, untold])
    assert code == 0
    assert any("does not tell" in each for each in found["warnings"])


TABLES = {
    "langfuse": (
        'id,traceId,type,startTime,providedModelName,usageDetails,totalCost\no0,t,SPAN,2026-11-20T10:00:00Z,,{},\n'
        'o1,t,GENERATION,2026-11-20T10:00:00Z,gpt-5.4,"{""input"":60,""input_cached_tokens"":40,""output"":10}",0.5\n'
    ),
    "phoenix": (
        "context.span_id,context.trace_id,parent_id,span_kind,start_time,attributes.llm.model_name,"
        "attributes.llm.token_count.prompt,attributes.llm.token_count.completion,"
        "attributes.llm.token_count.prompt_details.cache_read\n"
        "1,t,,AGENT,2026-11-20 10:00:00+00:00,,100.0,10.0,\n"
        "2,t,1,LLM,2026-11-20 10:00:00+00:00,gpt-5.4,100.0,10.0,40.0\n"
    ),
    "helicone": (
        "request_created_at,response_model,prompt_tokens,completion_tokens,prompt_cache_read_tokens,costUSD\n"
        "2026-11-20 10:00:00,gpt-5.4,100,10,40,0.5\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_their_tables(run: Run, tmp_path: Path, name: str) -> None:
    """The same as CSV: rows that are no calls carry none."""
    path = tmp_path / "export.csv"
    path.write_text(TABLES[name])
    result = run("usage", "-f", "json", path)
    found = document(result)["totals"]
    assert (result.code, found["requests"], found["cost"]) == (0, 1, COST), result.err
    assert found["charged"] == (None if name == "phoenix" else "0.5")
