"""Gemini CLI and Qwen Code: chats, what runs print, telemetry. gemini-2.5-pro: 1.25, 0.125 cached and 10."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.agent_logs import meter, put, sums
from tests.conftest import Run

WHEN = "2026-05-16T10:00:05.000Z"
TOKENS = {"input": 10_000, "output": 200, "cached": 4_000, "thoughts": 100, "tool": 0, "total": 10_300}
# 6,000 x 1.25 + 4,000 x 0.125 + 300 x 10 = 11,000 per million
ALL = (1, 10_000, 4_000, 0, 300, "0.011")


def answer(name: str = "g1", **tokens: Any) -> dict[str, Any]:
    return {
        "id": name, "timestamp": WHEN, "type": "gemini", "content": "y", "thoughts": [], "model": "gemini-2.5-pro",
        "tokens": {**TOKENS, **tokens},
    }  # fmt: skip


def chat(*messages: dict[str, Any]) -> dict[str, Any]:
    return {"sessionId": "s", "projectHash": "p", "startTime": WHEN, "lastUpdated": WHEN, "messages": list(messages)}


HEADER = {"sessionId": "s", "projectHash": "p", "startTime": WHEN, "kind": "main"}
USER = {"id": "u1", "timestamp": WHEN, "type": "user", "content": "x"}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"session-1.json": chat(USER, answer(), {**USER, "type": "info"})}, ALL),
        ({"s.jsonl": [HEADER, USER, answer(output=1, total=10_101), answer(), {"$set": {"lastUpdated": WHEN}}]}, ALL),
        ({"s.json": chat(answer()), "s.jsonl": [HEADER, answer()]}, ALL),
        ({"s.json": chat({**answer("g0"), "tokens": None}, answer())}, ALL),
        # The tokens of tools are beside the prompt: 500 x 1.25 more
        ({"s.json": chat(answer(tool=500, total=10_800))}, (1, 10_500, 4_000, 0, 300, "0.011625")),
        # A total without them shows that the thoughts are inside: 100 x 10 less
        ({"s.json": chat(answer(total=10_200))}, (1, 10_000, 4_000, 0, 200, "0.01")),
        (
            {"a.json": chat(answer()), "b.json": {**chat(answer()), "sessionId": "other"}},
            (2, 20_000, 8_000, 0, 600, "0.022"),
        ),
    ],
    ids=["document", "lines that grow", "both", "one without tokens", "tools", "thoughts inside", "two sessions"],
)
def test_the_last_of_a_message_holds(run: Run, tmp_path: Path, files: Any, expected: tuple[Any, ...]) -> None:
    """In a document or in lines, of a session by its id; what has no tokens is no fault."""
    assert sums(meter(run, put(tmp_path, files))) == expected


def test_an_unknown_count_of_a_message_is_told(run: Run, tmp_path: Path) -> None:
    """Though its name does not speak of tokens: all that stands there are such."""
    found = meter(run, put(tmp_path, {"s.json": chat(answer(audio=70, total=None))}), code=2)
    assert "'audio' (70)" in found["said"]


def model_stats(**more: Any) -> dict[str, Any]:
    tokens = {"prompt": 10_000, "candidates": 200, "total": 10_300, "cached": 4_000, "thoughts": 100, "tool": 0, **more}
    return {"api": {"totalRequests": 3, "totalErrors": 0, "totalLatencyMs": 9}, "tokens": tokens}


def test_a_run_tells_its_sums_by_model(run: Run, tmp_path: Path) -> None:
    """With the part that was not cached beside, newer; two models are two rows, and requests are told."""
    stats = {"models": {"gemini-2.5-pro": model_stats(input=6_000), "gemini-2.5-flash": model_stats()}, "tools": {}}
    found = meter(run, put(tmp_path, {"run.json": {"session_id": "s", "response": "hi", "stats": stats}}))
    # flash: 6,000 x 0.3 + 4,000 x 0.03 + 300 x 2.5 = 2,670 per million
    assert sums(found) == (6, 20_000, 8_000, 0, 600, "0.01367")


def test_the_last_line_of_a_stream_tells_the_sum(run: Run, tmp_path: Path) -> None:
    """Under the model of its first line; what the total has beyond input and output are thoughts."""
    stats = {"total_tokens": 10_300, "input_tokens": 10_000, "output_tokens": 200, "cached": 4_000, "input": 6_000}
    lines = [
        {"type": "init", "timestamp": WHEN, "session_id": "s", "model": "gemini-2.5-pro"},
        {"type": "message", "timestamp": WHEN, "role": "assistant", "content": "hi", "delta": True},
        {"type": "tool_use", "timestamp": WHEN, "tool_name": "ls", "tool_id": "1", "parameters": {}},
        {
            "type": "result",
            "timestamp": WHEN,
            "status": "success",
            "stats": {**stats, "duration_ms": 9, "tool_calls": 1},
        },
    ]
    assert sums(meter(run, put(tmp_path, {"run.jsonl": lines}))) == ALL
    by_model = {**stats, "models": {"gemini-2.5-pro": stats}}
    lines[-1] = {"type": "result", "timestamp": WHEN, "status": "success", "stats": by_model}
    assert sums(meter(run, put(tmp_path, {"run.jsonl": lines}))) == ALL


def event(name: str, **attributes: Any) -> dict[str, Any]:
    known = {"session.id": "s", "event.name": name, "event.timestamp": WHEN, "model": "gemini-2.5-pro"}
    return {"hrTime": [1, 2], "attributes": {**known, **attributes}, "_body": "text"}


RESPONSE = event(
    "gemini_cli.api_response",
    input_token_count=10_000,
    output_token_count=200,
    cached_content_token_count=4_000,
    thoughts_token_count=100,
    tool_token_count=0,
    total_token_count=10_300,
)
COMPRESSION = event("gemini_cli.chat_compression", tokens_before=90_000, tokens_after=9_000)
AGAIN = event(
    "gen_ai.client.inference.operation.details",
    **{"installation.id": "i", "gen_ai.usage.input_tokens": 10_000, "gen_ai.usage.output_tokens": 200},
)
METRIC = {
    "descriptor": {"name": "gemini_cli.token.usage"},
    "dataPoints": [{"value": 10_000, "attributes": {"type": "input"}}],
}
METRICS = {"resource": {"attributes": {}}, "scopeMetrics": [{"metrics": [METRIC]}]}


def pretty(*values: Any) -> str:
    return "\n".join(json.dumps(value, indent=2) for value in values)


def test_telemetry_tells_each_response_once(run: Run, tmp_path: Path) -> None:
    """Values after each other: the same in other words, and metrics, are repeats; sizes are none."""
    log = pretty(event("gemini_cli.api_request", request_text="x"), RESPONSE, COMPRESSION, AGAIN, METRICS)
    found = meter(run, put(tmp_path, {"telemetry.log": log}))
    assert sums(found) == ALL
    assert "events in the words of OpenTelemetry beside those of the client (1)" in found["said"]


def test_telemetry_without_the_events_is_not_passed_over(run: Run, tmp_path: Path) -> None:
    """Events in other words alone are read, metrics alone are named."""
    assert sums(meter(run, put(tmp_path, {"a/t.log": pretty(COMPRESSION, AGAIN)})))[:2] == (1, 10_000)
    found = meter(run, put(tmp_path / "b", {"t.log": pretty(COMPRESSION, METRICS)}), code=2)
    assert "metrics of tokens without the events" in found["said"]


def qwen(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"uuid": name, "sessionId": "q", "timestamp": WHEN, "type": kind, "cwd": "/w/shop", **more}


QWEN_USAGE = {
    "promptTokenCount": 10_000,
    "candidatesTokenCount": 200,
    "thoughtsTokenCount": 100,
    "totalTokenCount": 10_200,
}
SAID = qwen("assistant", "a1", model="gemini-2.5-pro", message={"role": "model", "parts": []}, usageMetadata=QWEN_USAGE)


def ui_event(name: str, given: int, output: int) -> dict[str, Any]:
    told = {
        "event.name": "qwen-code.api_response", "event.timestamp": WHEN, "model": "gemini-2.5-pro",
        "input_token_count": given, "output_token_count": output, "total_token_count": given + output,
    }  # fmt: skip
    return qwen("system", name, subtype="ui_telemetry", systemPayload={"uiEvent": told})


def test_qwen_code_is_not_claude_code(run: Run, tmp_path: Path) -> None:
    """Its thoughts are inside where the total says so; an event beside a message is a repeat, one of its own is not."""
    asked = qwen("user", "u1", message={"role": "user", "parts": [{"text": "x"}]})
    claude = {
        "type": "assistant", "uuid": "c1", "sessionId": "c", "timestamp": WHEN, "requestId": "r1",
        "message": {"id": "m1", "model": "claude-sonnet-4-5", "stop_reason": "end_turn",
                    "usage": {"input_tokens": 1000, "output_tokens": 10}},
    }  # fmt: skip
    lines = [asked, ui_event("y1", 10_000, 200), SAID, ui_event("y2", 300, 7)]
    # 10,300 x 1.25 + 207 x 10 = 14,945, and 1,000 x 3 + 10 x 15 = 3,150 per million
    found = meter(run, put(tmp_path, {"a.jsonl": [claude], "b.jsonl": lines}))
    assert sums(found) == (3, 11_300, 0, 0, 217, "0.018095")
    assert "events of telemetry beside the messages (1)" in found["said"]
    found = meter(run, put(tmp_path, {"c.jsonl": [asked, SAID]}))
    assert (found["requests"], "copies of a session (1)" in found["said"]) == (3, True)


def test_an_event_of_qwen_code_has_the_time_of_its_line(run: Run, tmp_path: Path) -> None:
    """Where the event itself tells none: the rates are those of that day, and nothing has to be said."""
    event = ui_event("y1", 300, 7)
    del event["systemPayload"]["uiEvent"]["event.timestamp"]
    found = meter(run, put(tmp_path, {"a.jsonl": [event]}))
    assert (sums(found), found["said"]) == ((1, 300, 0, 0, 7, "0.000445"), "")
