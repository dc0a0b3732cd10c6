"""Coding agents that keep their sessions as lines. claude-sonnet-4-5: 3, 0.3, 3.75 and 15."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.agent_logs import meter, put, sums
from tests.conftest import Run

MODEL = "claude-sonnet-4-5"
WHEN = "2026-01-02T00:00:00.000Z"
SECONDS = 1_767_312_000
# 1,000 x 3 + 20,000 x 0.3 + 200 x 3.75 + 400 x 15 = 15,750 per million
ALL = (1, 21_200, 20_000, 200, 400, "0.01575")
TWICE = (2, 42_400, 40_000, 400, 800, "0.0315")


# --- pi ---------------------------------------------------------------------------------------------------


def pi(name: str = "m1", at: str = WHEN, **usage: Any) -> dict[str, Any]:
    told = {"input": 1000, "output": 400, "cacheRead": 20_000, "cacheWrite": 200, "totalTokens": 21_600, **usage}
    said = {"role": "assistant", "content": [], "provider": "anthropic", "model": MODEL, "usage": told}
    return {"type": "message", "id": name, "parentId": "m0", "timestamp": at, "message": said}


OTHERS = [
    {"type": "session", "version": 3, "id": "s1", "timestamp": WHEN, "cwd": "/w/shop"},
    {"type": "model_change", "id": "c1", "parentId": None, "timestamp": WHEN, "modelId": MODEL},
    {"type": "message", "id": "m0", "parentId": "c1", "timestamp": WHEN, "message": {"role": "user", "content": "x"}},
    {"type": "message", "id": "t1", "parentId": "m1", "timestamp": WHEN,
     "message": {"role": "toolResult", "details": {"usage": {"input": 5, "output": 6}}}},
    {"type": "compaction", "id": "k1", "parentId": "m1", "timestamp": WHEN, "tokensBefore": 90_000, "summary": "x"},
    {"type": "message", "id": "e1", "parentId": "m1", "timestamp": WHEN,
     "message": {"role": "assistant", "stopReason": "aborted", "model": MODEL,
                 "usage": {"input": 0, "output": 0, "cacheRead": 0, "cacheWrite": 0, "totalTokens": 0}}},
]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.jsonl": [*OTHERS, pi()]}, ALL),
        ({"a.jsonl": [pi()], "fork.jsonl": [pi(), pi("m2")]}, TWICE),
        ({"a.jsonl": [pi()], "b.jsonl": [pi(at="2026-01-02T00:00:01.000Z")]}, TWICE),
        # 100 of the written tokens for an hour: 100 x (6 - 3.75) more
        ({"a.jsonl": [pi(cacheWrite1h=100, reasoning=50)]}, (1, 21_200, 20_000, 200, 400, "0.015975")),
    ],
    ids=["lines without usage", "a fork", "the same id at another time", "newer counts"],
)
def test_pi_counts_each_message(run: Run, tmp_path: Path, files: Any, expected: tuple[Any, ...]) -> None:
    """Of the assistant; other lines, sizes and answers that were broken off have none."""
    found = meter(run, put(tmp_path, files))
    written = found["cache_write_tokens"] + found["cache_write_long_tokens"]
    assert sums({**found, "cache_write_tokens": written}) == expected


def test_what_pi_says_it_cost_is_a_charge(run: Run, tmp_path: Path) -> None:
    """The cost is computed; an unknown count among its numbers is told."""
    lines = [pi(cost={"input": 0.003, "total": 0.02}), pi("m2", cost={"total": 0})]
    found = meter(run, put(tmp_path, {"a.jsonl": lines}))
    assert (found["cost"], found["charged"]) == ("0.0315", "0.02")
    found = meter(run, put(tmp_path, {"a.jsonl": [pi(cacheAudio=9, totalTokens=None)]}), code=2)
    assert "'cacheAudio' (9)" in found["said"]


def test_pi_prints_the_usage_of_a_message_at_its_end(run: Run, tmp_path: Path) -> None:
    """Before and after it the same is told again; a session that was kept of the run tells it, too."""
    said = {**pi()["message"], "timestamp": SECONDS * 1000}
    partial = {**said, "usage": {**said["usage"], "output": 1}}
    printed = [
        {"type": "session", "version": 3, "id": "s1", "timestamp": WHEN, "cwd": "/w/shop"},
        {"type": "agent_start"},
        {"type": "message_start", "message": partial},
        {"type": "message_update", "message": partial, "assistantMessageEvent": {"type": "text_delta"}},
        {"type": "message_end", "message": said},
        {"type": "turn_end", "message": said, "toolResults": []},
        {"type": "agent_end", "messages": [said]},
    ]
    assert sums(meter(run, put(tmp_path / "a", {"run.jsonl": printed}))) == ALL
    kept = {**pi(), "message": said}
    for number, names in enumerate((("a.jsonl", "b.jsonl"), ("b.jsonl", "a.jsonl"))):
        files = dict(zip(names, (printed, [kept]), strict=True))
        assert sums(meter(run, put(tmp_path / f"both{number}", files))) == ALL


# --- Copilot ----------------------------------------------------------------------------------------------


def copilot(kind: str, **data: Any) -> dict[str, Any]:
    return {"type": kind, "data": data, "id": "1", "timestamp": WHEN, "parentId": None}


def shutdown(given: int = 21_200, output: int = 400, requests: int = 1, model: str = MODEL) -> dict[str, Any]:
    usage = {"inputTokens": given, "outputTokens": output, "cacheReadTokens": 20_000, "cacheWriteTokens": 200}
    metrics = {model: {"requests": {"count": requests, "cost": 1}, "usage": usage}}
    return copilot("session.shutdown", totalPremiumRequests=1, modelMetrics=metrics)


ANSWER = copilot("assistant.message", messageId="m1", content="y", outputTokens=400)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([copilot("session.start", sessionId="s"), ANSWER, shutdown()], (1, 21_200, "0.01575")),
        ([shutdown(), copilot("session.resume"), shutdown(22_200, 500, 2)], (2, 22_200, "0.02025")),
        ([shutdown(22_200, 500, 2), shutdown()], (3, 43_400, "0.036")),
        ([shutdown(), shutdown(model="claude-haiku-4-5")], (2, 42_400, "0.021")),
        ([copilot("assistant.usage", model=MODEL, inputTokens=21_200, outputTokens=400, cacheReadTokens=20_000,
                  cacheWriteTokens=200, cost=1), ANSWER], (1, 21_200, "0.01575")),
    ],
    ids=["a session", "resumed", "begun anew", "begun anew with another model", "events of usage"],
)  # fmt: skip
def test_copilot_tells_sums_at_its_shutdown(run: Run, tmp_path: Path, lines: Any, expected: tuple[Any, ...]) -> None:
    """They include those before, unless they are less; answers repeat their output."""
    found = meter(run, put(tmp_path, {"events.jsonl": lines}))
    assert (found["requests"], found["input_tokens"], found["cost"]) == expected


def test_copies_of_a_session_of_copilot_count_once(run: Run, tmp_path: Path) -> None:
    """Also where the copy that is read first ends later; sessions with other ids and equal numbers are others."""
    start, other = copilot("session.start", sessionId="s"), copilot("session.start", sessionId="t")
    longer = [start, shutdown(), shutdown(22_200, 500, 2)]
    files = {"a/events.jsonl": longer, "b/events.jsonl": [start, shutdown()], "c/events.jsonl": [other, shutdown()]}
    found = meter(run, put(tmp_path, files))
    assert (found["requests"], found["input_tokens"], found["output_tokens"]) == (3, 43_400, 900)
    assert "sums of a session that a later shutdown includes (2)" in found["said"]


def test_a_session_of_copilot_that_did_not_end_is_told(run: Run, tmp_path: Path) -> None:
    """Its answers have their output alone: nothing of it is counted, and it is no empty log."""
    found = meter(run, put(tmp_path, {"events.jsonl": [shutdown(), ANSWER, ANSWER]}), code=2)
    assert found["output_tokens"] == 400
    assert "2 answers of 800 output tokens since the last session.shutdown" in found["said"]


# --- Kimi, aider, others ----------------------------------------------------------------------------------


def status(name: str | None = "k1", nested: bool = False) -> dict[str, Any]:
    usage = {"input_other": 1000, "output": 400, "input_cache_read": 20_000, "input_cache_creation": 200}
    event = {"type": "StatusUpdate", "payload": {"context_usage": 0.02, "token_usage": usage, "message_id": name}}
    if nested:
        event = {"type": "SubagentEvent", "payload": {"task_tool_call_id": "t", "event": event}}
    return {"timestamp": SECONDS + 0.5, "message": event}


BESIDE = {"type": "metadata", "protocol_version": "1.3"}
SIZE = {"role": "_usage", "token_count": 21_600}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"wire.jsonl": [BESIDE, {"timestamp": 1, "message": {"type": "TurnBegin", "payload": {}}}, status()]}, ALL),
        ({"wire.jsonl": [status(), status()], "context.jsonl": [SIZE, {"role": "_checkpoint", "id": 0}]}, ALL),
        ({"wire.jsonl": [status(), status("k2", nested=True)], "subagents/1/wire.jsonl": [status("k2")]}, TWICE),
        ({"wire.jsonl": [status(None), status(None)]}, TWICE),
    ],
    ids=["a turn", "told twice, sizes beside", "an agent of its own", "no ids"],
)
def test_kimi_tells_a_status_after_each_answer(run: Run, tmp_path: Path, files: Any, expected: tuple[Any, ...]) -> None:
    """By the id of its message, in disjoint counts; the size of the context is none."""
    assert sums(meter(run, put(tmp_path, files), "-m", MODEL)) == expected


def test_kimi_code_names_the_model_before_the_record(run: Run, tmp_path: Path) -> None:
    """The record has an alias; a step with the same usage is a repeat, and counts where there is no record."""
    usage = {"inputOther": 1000, "output": 400, "inputCacheRead": 20_000, "inputCacheCreation": 200}
    asked = {"type": "llm.request", "model": MODEL, "modelAlias": "kimi-code/best", "time": SECONDS * 1000}
    ended = {"type": "context.append_loop_event", "event": {"type": "step.end", "usage": usage}, "time": SECONDS * 1000}
    record = {"type": "usage.record", "model": "kimi-code/best", "usage": usage, "time": SECONDS * 1000}
    begun = {"type": "turn.prompt", "input": "x", "time": SECONDS * 1000}
    assert sums(meter(run, put(tmp_path / "a", {"agents/main/wire.jsonl": [begun, asked, ended, record]}))) == ALL
    assert sums(meter(run, put(tmp_path / "b", {"agents/main/wire.jsonl": [asked, ended]}))) == ALL


def test_aider_tells_each_message_that_it_sent(run: Run, tmp_path: Path) -> None:
    """1,000 x 3 + 400 x 15; the cost of a message is a charge, that of the session so far is none."""
    sent = {"main_model": MODEL, "prompt_tokens": 1000, "completion_tokens": 400, "total_tokens": 1400}
    lines = [
        {"event": "launched", "properties": {}, "user_id": "u", "time": SECONDS},
        *({"event": "message_send", "properties": {**sent, "cost": 0.01, "total_cost": total}, "time": SECONDS}
          for total in (0.01, 0.02)),
        {"event": "exit", "properties": {"main_model": MODEL}, "user_id": "u", "time": SECONDS},
    ]  # fmt: skip
    found = meter(run, put(tmp_path, {"analytics.jsonl": lines}))
    assert (sums(found), found["charged"]) == ((2, 2000, 0, 0, 800, "0.018"), "0.02")


def test_grok_build_tells_a_turn_by_model(run: Run, tmp_path: Path) -> None:
    """With what it was charged in ticks; an update that comes again is a repeat, other updates have none."""
    usage = {"inputTokens": 21_200, "outputTokens": 400, "cachedReadTokens": 20_000, "totalTokens": 21_600}
    turn = {
        "sessionUpdate": "turn_completed",
        "usage": {**usage, "modelUsage": {"grok-4": {**usage, "costUsdTicks": 150_000_000}}},
    }
    meta = {"eventId": "e1", "agentTimestampMs": SECONDS * 1000}
    lines = [
        {"timestamp": SECONDS, "params": {"sessionId": "s", "update": {"sessionUpdate": "usage_update", "used": 900}}},
        *2 * [{"timestamp": SECONDS, "params": {"sessionId": "s", "update": turn, "_meta": meta}}],
    ]  # fmt: skip
    found = meter(run, put(tmp_path, {"updates.jsonl": lines}))
    assert (sums(found)[:5], found["charged"]) == ((1, 21_200, 20_000, 0, 400), "0.015")


def test_poolside_and_openhands(run: Run, tmp_path: Path) -> None:
    """An inference under the model of its beginning; the metrics of a conversation, context sizes apart."""
    counts = {
        "input_tokens": 1000,
        "output_tokens": 400,
        "cache_read_input_tokens": 20_000,
        "cache_write_input_tokens": 200,
    }
    pool = [
        {"id": "1", "type": "session.start", "timestamp": WHEN, "session_start": {"working_directories": ["/w/shop"]}},
        {"id": "2", "step_id": "a", "type": "tool_call.inference.start", "timestamp": WHEN,
         "tool_call_inference_start": {"chat_completion_request": {"model": MODEL}}},
        {"id": "3", "step_id": "a", "type": "tool_call.inference.end", "timestamp": WHEN,
         "tool_call_inference_end": counts},
    ]  # fmt: skip
    assert sums(meter(run, put(tmp_path / "a", {"trajectory-1.ndjson": pool}))) == ALL
    spent = {"prompt_tokens": 21_200, "completion_tokens": 400, "cache_read_tokens": 20_000, "cache_write_tokens": 200,
             "context_window": 200_000, "per_turn_token": 21_600, "model": "default"}  # fmt: skip
    metrics = {"model_name": f"litellm_proxy/{MODEL}", "accumulated_cost": 0.02, "accumulated_token_usage": spent,
               "costs": [{"model": MODEL, "cost": 0.02, "timestamp": SECONDS}]}  # fmt: skip
    state = {"id": "c", "agent": {"llm": {"model": MODEL}}, "stats": {"usage_to_metrics": {"agent": metrics}}}
    found = meter(run, put(tmp_path / "b", {"base_state.json": state}))
    assert (sums(found), found["charged"]) == (ALL, "0.02")
    events = {
        f"events/{n}.json": {
            "id": n,
            "llm_metrics": {"accumulated_token_usage": {**spent, "prompt_tokens": 21_200 - n}},
        }
        for n in range(3)
    }
    assert sums(meter(run, put(tmp_path / "c", events), "-m", MODEL))[:2] == (1, 21_200)
