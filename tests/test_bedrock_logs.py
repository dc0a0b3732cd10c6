"""Amazon Bedrock: Converse, what InvokeModel hands on, and invocation logs.

Rates a million: claude-sonnet-4-5 3 in, 0.3 cached, 3.75 written, 6 for an hour, 15 out; 10 % more in a region.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.agent_logs import meter, put, sums
from tests.conftest import Run

SONNET = ("-m", "claude-sonnet-4-5", "--as-of", "2026-03-11")
USAGE = {
    "inputTokens": 1000, "outputTokens": 100, "totalTokens": 3100, "cacheReadInputTokens": 1500,
    "cacheWriteInputTokens": 500,
}  # fmt: skip
BODY = {"output": {"message": {"role": "assistant"}}, "stopReason": "end_turn", "usage": USAGE}
# 1,000 x 3 + 1,500 x 0.3 + 500 x 3.75 + 100 x 15 = 6,825 per million
CONVERSE = (1, 3000, 1500, 500, 100, "0.006825")
# 400 x 2.25 more
FOR_LONG = (1, 3000, 1500, 100, 100, "0.007725")
DETAILS = [{"ttl": "1h", "inputTokens": 400}, {"ttl": "5m", "inputTokens": 100}]
STREAM = [
    {"messageStart": {"role": "assistant"}},
    {"contentBlockDelta": {"delta": {"text": "x"}, "contentBlockIndex": 0}},
    {"contentBlockStop": {"contentBlockIndex": 0}},
    {"messageStop": {"stopReason": "end_turn"}},
    {"metadata": {"usage": USAGE, "metrics": {"latencyMs": 1}}},
]
METRICS = {"amazon-bedrock-invocationMetrics": {"inputTokenCount": 1000, "outputTokenCount": 100}}
LLAMA = {"generation": "x", "prompt_token_count": None, "generation_token_count": 1, "stop_reason": None}
LLAMAS = [{**LLAMA, "prompt_token_count": 1000}, LLAMA, {**LLAMA, "generation_token_count": 100, "stop_reason": "stop"}]
TITAN = {"inputTextTokenCount": 1000, "results": [{"tokenCount": 60}, {"tokenCount": 40}]}
# 1,000 x 3 + 100 x 15 = 4,500 per million
COUNTED = (1, 1000, 0, 0, 100, "0.0045")


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ([BODY], CONVERSE),
        (BODY, CONVERSE),
        ([{"ResponseMetadata": {"RequestId": "x"}, "usage": {**USAGE, "totalTokens": "3100"}}], CONVERSE),
        ([{**BODY, "usage": {**USAGE, "cacheDetails": DETAILS}}], FOR_LONG),
        ([{"user": "ann", "response": BODY}] * 20, (20, 60_000, 30_000, 10_000, 2000, "0.1365")),
        (STREAM, CONVERSE),
        (json.dumps(STREAM), CONVERSE),
        ([{**LLAMA, "prompt_token_count": 1000, "generation_token_count": 100, "stop_reason": "stop"}], COUNTED),
        (LLAMAS, COUNTED),
        ([*LLAMAS[:2], {**LLAMAS[2], **METRICS}], COUNTED),
        ([TITAN], COUNTED),
        ([{"outputs": [{"text": "x"}]}, {"outputs": [{"text": "x"}], **METRICS}], COUNTED),
        ([{"embedding": [0.1], "inputTextTokenCount": 1000}], (1, 1000, 0, 0, 0, "0.003")),
    ],
)
def test_an_answer_of_bedrock(run: Run, tmp_path: Path, log: Any, expected: object) -> None:
    """Counts that leave out what was cached; chunks and metrics tell the same again. No answer names its model."""
    assert sums(meter(run, put(tmp_path / "logs", {"log.json": log}), *SONNET)) == expected


def test_a_tier_that_served_has_its_own_rates(run: Run, tmp_path: Path) -> None:
    """Where the book has none of it nothing is priced at others."""
    for how in ({"serviceTier": {"type": "priority"}}, {"performanceConfig": {"latency": "optimized"}}):
        found = meter(run, put(tmp_path / "logs", {"log.jsonl": [{**BODY, **how}]}), *SONNET, code=2)
        assert "never priced at another mode's rates" in found["said"]
    plain = {**BODY, "serviceTier": {"type": "default"}, "performanceConfig": {"latency": "standard"}}
    assert sums(meter(run, put(tmp_path / "logs", {"log.jsonl": [plain]}), *SONNET)) == CONVERSE


ID = "anthropic.claude-sonnet-4-5-20250929-v1:0"
GIVEN = {"inputTokenCount": 1000, "cacheReadInputTokenCount": 1500, "cacheWriteInputTokenCount": 500}
MADE: dict[str, Any] = {"outputTokenCount": 100}
WRITES = {"cache_creation_input_tokens": 500, "cache_read_input_tokens": 1500}
LIVES = {"cache_creation": {"ephemeral_5m_input_tokens": 100, "ephemeral_1h_input_tokens": 400}}
BEGUN = {"input_tokens": 1000, **WRITES, **LIVES, "output_tokens": 1}
EVENTS = [
    {"type": "message_start", "message": {"id": "m", "type": "message", "model": "x", "usage": BEGUN}},
    {"type": "message_delta", "usage": {"output_tokens": 100}},
    {"type": "message_stop", **METRICS},
]


def logged(model: str = f"global.{ID}", given: Any = GIVEN, body: Any = None, **made: Any) -> dict[str, Any]:
    return {
        "schemaType": "ModelInvocationLog", "timestamp": "2026-03-11T15:38:02Z", "requestId": "r", "modelId": model,
        "identity": {"arn": "arn:aws:iam::1:user/u"}, "input": given, "output": {**made, "outputBodyJson": body},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "expected", "said"),
    [
        (logged(**MADE), CONVERSE, ""),
        (logged(body=BODY, **MADE), CONVERSE, ""),
        # A body may say how long what was written lives
        (logged(body={**BODY, "usage": {**USAGE, "cacheDetails": DETAILS}}, **MADE), FOR_LONG, ""),
        (logged(body=EVENTS, **MADE), FOR_LONG, ""),
        (logged(given={}, body=EVENTS), FOR_LONG, ""),
        (logged(body=STREAM, **MADE), CONVERSE, ""),
        # Older lines have no counts of the cache
        (logged(given={"inputTokenCount": 1000}, body=BODY, **MADE), CONVERSE, ""),
        (logged(body=EVENTS[:1], **MADE), CONVERSE, "and those of the body in it are not the same"),
        (logged(f"us.{ID}", **MADE), (*CONVERSE[:5], "0.0075075"), ""),
        (logged(f"arn:aws:bedrock:eu-west-1:1:inference-profile/eu.{ID}", **MADE), (*CONVERSE[:5], "0.0075075"), ""),
        ({**logged(given={}), "errorCode": "ThrottlingException"}, (1, 0, 0, 0, 0, "0"), "1 request failed"),
    ],
)
def test_an_invocation_that_was_logged(
    run: Run, tmp_path: Path, line: dict[str, Any], expected: object, said: str
) -> None:
    """One request, whatever its body tells again; profiles are the same model, at the price of where it ran."""
    found = meter(run, put(tmp_path / "logs", {"log.jsonl": [line]}))
    assert sums(found) == expected
    assert said in found["said"] if said else "note: " not in found["said"]


def test_an_invocation_without_counts_is_a_problem(run: Run, tmp_path: Path) -> None:
    """As is a count of a kind that is not known."""
    for line, why in (
        (logged(given={}), "an invocation without its counts"),
        (logged(given={**GIVEN, "audioTokenCount": 5}, **MADE), "'audioTokenCount' (5): not known here"),
    ):
        assert why in meter(run, put(tmp_path / "logs", {"log.jsonl": [line]}), code=2)["said"]
