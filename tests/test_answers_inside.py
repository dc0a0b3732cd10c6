"""Answers inside the lines and documents of somebody's own: what stands beside them, twice, or was only asked for.

Rates a million: gpt-5 1.25 in, 0.125 cached and 10 out, twice that at priority.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.agent_logs import meter, put, sums
from tests.conftest import Run

USAGE = {"prompt_tokens": 1000, "completion_tokens": 100, "prompt_tokens_details": {"cached_tokens": 800}}
BODY = {"object": "chat.completion", "created": 1771967973, "model": "gpt-5", "choices": [], "usage": USAGE}
FLAT = {"ts": 1771967973, "model": "gpt-5", "prompt_tokens": 1000, "completion_tokens": 100}
# 200 x 1.25 + 800 x 0.125 + 100 x 10 = 1,350 per million
CACHED = (1, 1000, 800, 0, 100, "0.00135")
# 1,000 x 1.25 + 100 x 10 = 2,250 per million
PLAIN = (1, 1000, 0, 0, 100, "0.00225")
MANY = (30, 30_000, 24_000, 0, 3000, "0.0405")


@pytest.mark.parametrize(
    ("log", "expected", "said"),
    [
        ([{**FLAT, "response": BODY}] * 30, MANY, ""),
        ([{**FLAT, "response": json.dumps(BODY)}] * 30, MANY, ""),
        ([{**FLAT, "usage": json.dumps(USAGE)}] * 30, MANY, ""),
        ([*[{**FLAT, "response": None}] * 30, {**FLAT, "response": BODY}],
         (31, 31_000, 800, 0, 3100, "0.06885"), ""),
        ([{"ts": 1771967973, "response": json.dumps(BODY)}], CACHED, ""),
        ([{**FLAT, "output": "a word"}] * 2, (2, 2000, 0, 0, 200, "0.0045"), ""),
        ([{**FLAT, "response": {"usage": {}}}], PLAIN, ""),
        ([{**FLAT, "prompt_tokens": 900, "response": BODY}], CACHED, "'prompt_tokens' beside the answer is another"),
        ([{**FLAT, "prompt_tokens": 200, "response": BODY}], CACHED, ""),
        ({"events": [{"kind": "start"}, BODY], "state": {}}, CACHED, ""),
        ([{"stream": "stdout", "log": json.dumps(BODY) + "\n"}, {"stream": "stdout", "log": "started"}] * 30, MANY, ""),
        ({"events": [{"message": "START"}, {"timestamp": 1771967973000, "message": json.dumps(BODY)}]}, CACHED, ""),
        ({"data": {"items": [BODY, BODY]}, "total": 2}, (2, 2000, 1600, 0, 200, "0.0027"), ""),
        ({"items": [{"request": {"max_tokens": 9}, "response": BODY}]}, CACHED, ""),
    ],
)  # fmt: skip
def test_an_answer_holds_over_the_counts_beside_it(
    run: Run, tmp_path: Path, log: Any, expected: object, said: str
) -> None:
    """Flat counts repeat it, as an object or as text, in lines and in documents, on the fast path and off it."""
    found = meter(run, put(tmp_path / "logs", {"log.json": log}))
    assert sums(found) == expected
    assert said in found["said"] if said else "note: " not in found["said"]


@pytest.mark.parametrize(
    ("line", "cost", "said"),
    [
        ({"service_tier": "priority", "response": BODY}, "0.0027", "its answer does not say that it served"),
        ({"service_tier": "priority", "response": {**BODY, "service_tier": "default"}}, "0.00135", ""),
        ({"response": {**BODY, "service_tier": "priority"}}, "0.0027", ""),
        ({"request": {"service_tier": "flex"}, "response": BODY}, "0.00135", "the tier 'flex' was asked for"),
        ({"request": {"service_tier": "flex"}, "response": {**BODY, "service_tier": "default"}}, "0.00135", ""),
        ({"request": {"service_tier": "auto"}, "response": BODY}, "0.00135", ""),
    ],
)
@pytest.mark.parametrize("times", [1, 20])
def test_a_tier_that_was_asked_for_is_not_the_one_that_served(
    run: Run, tmp_path: Path, line: dict[str, Any], cost: str, said: str, times: int
) -> None:
    """The answer decides; where it is silent that is said, of one line and of many."""
    found = meter(run, put(tmp_path / "logs", {"log.jsonl": [{"ts": 1771967973, **line}] * times}), "--top", "0")
    assert found["cost"] == {1: cost, 20: {"0.0027": "0.054", "0.00135": "0.027"}[cost]}[times]
    assert said in found["said"] if said else "tier" not in found["said"]


def fee(**more: Any) -> dict[str, Any]:
    usage = {"input_tokens": 1000, "input_tokens_details": {}, "output_tokens": 100}
    return {"object": "response", "created_at": 1789034400, "model": "gpt-5", "usage": usage, **more}


RAN = {"type": "code_interpreter_call", "status": "completed", "container_id": "c"}
DREW = {"type": "image_generation_call", "status": "completed", "size": "1024x1024", "quality": "low"}
CLAUDE = {**BODY, "model": "claude-sonnet-4-5", "usage": {**USAGE, "server_tool_use": {"web_search_requests": 2}}}
CACHE = {
    "name": "cachedContents/x", "model": "models/gemini-2.5-flash", "usageMetadata": {"totalTokenCount": 500_000},
    "createTime": "2026-02-24T21:00:00Z", "expireTime": "2026-02-24T23:00:00Z",
}  # fmt: skip


@pytest.mark.parametrize(
    ("line", "cost", "said"),
    [
        (fee(output=[RAN]), "0.03225", "a session is charged for each container that a log names"),
        # 200 x 3 + 800 x 0.3 + 100 x 15, and two searches at 0.01
        (CLAUDE, "0.02234", ""),
        # Half a million tokens for two hours, at 1 for a million an hour
        (CACHE, "1", "up to its expireTime"),
    ],
)
def test_a_fee_is_charged_where_the_log_tells_how_many(
    run: Run, tmp_path: Path, line: dict[str, Any], cost: str, said: str
) -> None:
    """And what such a charge rests on is said."""
    found = meter(run, put(tmp_path / "logs", {"log.jsonl": [line]}))
    assert (found["cost"], said in found["said"]) == (cost, True)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (fee(output=[DREW]), "does not name the model of the images in it"),
        ({**BODY, "model": "grok-4.20", "created": 1780390800,
          "usage": {**USAGE, "num_sources_used": 40}}, "40 calls of live_search at xai: fee unknown"),
    ],
)  # fmt: skip
def test_a_fee_that_is_not_known_is_told(run: Run, tmp_path: Path, line: dict[str, Any], why: str) -> None:
    """The request has no price then: never one without its fee."""
    found = meter(run, put(tmp_path / "logs", {"log.jsonl": [line]}), code=2)
    assert (found["cost"], why in found["said"]) == (None, True)


def test_counts_in_text_that_was_not_read_are_told(run: Run, tmp_path: Path) -> None:
    """An object that is kept as text, where no answer is looked for; what a tool said is no usage."""
    lines = [BODY, {"payload": json.dumps({"usage": USAGE})}, {"content": json.dumps({"usage": USAGE})}]
    found = meter(run, put(tmp_path / "logs", {"log.jsonl": lines}), code=2)
    assert sums(found) == CACHED
    assert "log.jsonl:2: 'payload.usage.prompt_tokens' looks like a count of tokens, and was not read" in found["said"]
    assert "log.jsonl:3" not in found["said"]
