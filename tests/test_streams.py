"""Streams of four APIs, as they were logged: one request an answer, whatever its events tell again.

Rates a million: gpt-5 1.25 in and 10 out; claude-sonnet-4-5 3 in, 6 written for an hour, 15 out; gemini-2.5-flash 0.3
in and 2.5 out.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.agent_logs import meter, put, sums
from tests.conftest import Run

WRITES = {"cache_creation_input_tokens": 1000, "cache_read_input_tokens": 0}
LIVES = {"cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 1000}}


def start(name: str = "m1") -> dict[str, Any]:
    usage = {"input_tokens": 100, **WRITES, **LIVES, "output_tokens": 1}
    message = {"id": name, "type": "message", "role": "assistant", "model": "claude-sonnet-4-5", "usage": usage}
    return {"type": "message_start", "message": message}


DELTA = {"type": "message_delta", "delta": {}, "usage": {"output_tokens": 50}}
NEWER = {"type": "message_delta", "delta": {}, "usage": {"input_tokens": 100, **WRITES, "output_tokens": 50}}
STOP = {"type": "message_stop"}
PING = {"type": "ping"}
TEXT = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "x"}}
# 100 x 3 + 1,000 x 6 + 50 x 15 = 7,050 per million
MESSAGE = (1, 1100, 0, 0, 50, "0.00705")


def events(*values: dict[str, Any], end: str = "\n") -> str:
    """Server-sent events with every field that such a stream may have."""
    lines = ["id: 7", "retry: 100", ": a comment", ":"]
    return "".join(
        end.join([f"event: {value.get('type')}", *lines, f"data: {json.dumps(value)}", "", ""]) for value in values
    )


def chunk(name: str = "c1", output: int | None = None, **more: Any) -> dict[str, Any]:
    usage = None if output is None else {"prompt_tokens": 100, "completion_tokens": output}
    made = {"id": name, "object": "chat.completion.chunk", "created": 1771967973, "model": "gpt-5", "usage": usage}
    return {**made, "choices": [{"index": 0, "delta": {"content": "x"}}], **more}


COUNTED = {"inputTokenCount": 100, "outputTokenCount": 10}
BLANK = {"id": "", "object": "", "created": 0, "model": ""}
FILTERED = {**BLANK, "choices": [], "prompt_filter_results": [{"prompt_index": 0}]}
LATER = {**BLANK, "choices": [{"index": 0, "content_filter_offsets": {}, "finish_reason": None}]}
# 100 x 1.25 + 10 x 10 = 225 per million
CHUNKS = (1, 100, 0, 0, 10, "0.000225")


def gemini(output: int, end: str = "", name: str | None = "r1", **more: Any) -> dict[str, Any]:
    candidate = {"content": {"parts": [{"text": "x"}]}, **({"finishReason": end} if end else {})}
    usage = {"promptTokenCount": 100, "candidatesTokenCount": output, "totalTokenCount": 100 + output}
    found = {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "gemini-2.5-flash", **more}
    return {**found, "responseId": name} if name else found


GROWING = [gemini(1), gemini(5), gemini(10, "STOP")]
# 100 x 0.3 + 10 x 2.5 = 55 per million
CANDIDATES = (1, 100, 0, 0, 10, "0.000055")


def response(kind: str, name: str = "r1", usage: bool = False, **more: Any) -> dict[str, Any]:
    counts = {"input_tokens": 100, "output_tokens": 10, "total_tokens": 110}
    body = {"id": name, "object": "response", "model": "gpt-5", "usage": counts if usage else None, **more}
    return {"type": f"response.{kind}", "response": body}


DATA_OVER_LINES = "data: {\ndata: " + json.dumps(start())[1:] + "\n\n" + events(DELTA)


@pytest.mark.parametrize(
    ("log", "expected", "said"),
    [
        (events(start(), PING, TEXT, DELTA, STOP), MESSAGE, ""),
        (events(start(), NEWER, STOP, end="\r\n"), MESSAGE, ""),
        ([start(), DELTA, STOP], MESSAGE, ""),
        (json.dumps([start(), DELTA]), MESSAGE, ""),
        (": a comment\nid: 1\n\n" + events(start(), DELTA), MESSAGE, ""),
        (DATA_OVER_LINES, MESSAGE, ""),
        (events(start(), DELTA, STOP, start("m2"), DELTA, STOP), (2, 2200, 0, 0, 100, "0.0141"), ""),
        ([{"ts": 1771967973, "event": "message_start", "data": start()}, {"data": DELTA}], MESSAGE, ""),
        # 49 x 15 less
        (events(start(), TEXT), (1, 1100, 0, 0, 1, "0.006315"), "cut off: the output is the least"),
        (events(start(), {"type": "error", "error": {}}), (1, 1100, 0, 0, 1, "0.006315"), "cut off"),
        (events(FILTERED, chunk(), LATER, chunk(output=10, choices=[])) + "data: [DONE]\n", CHUNKS, ""),
        ([chunk(output=number) for number in range(11)], CHUNKS, "a stream (10)"),
        ([chunk(name, number) for number in range(11) for name in "ab"], (2, 200, 0, 0, 20, "0.00045"), "stream (20)"),
        ([chunk(), chunk(x_groq={"usage": {"prompt_tokens": 100, "completion_tokens": 10}})], CHUNKS, ""),
        ([chunk(), {**chunk(), "amazon-bedrock-invocationMetrics": COUNTED}], CHUNKS, ""),
        ([{"time": "2026-02-24", "chunk": chunk(output=number)} for number in (1, 10)], CHUNKS, "a stream (1)"),
        (GROWING, CANDIDATES, "a stream (2)"),
        (json.dumps(GROWING), CANDIDATES, "a stream (2)"),
        ([{**each, "candidates": None} for each in GROWING], CANDIDATES, "a stream (2)"),
        ([{"response": each} for each in GROWING], CANDIDATES, "a stream (2)"),
        ([gemini(1, name=None), gemini(10, "STOP", None)] * 2, (2, 200, 0, 0, 20, "0.00011"), "a stream (2)"),
        ([gemini(10, name=None)] * 3, (3, 300, 0, 0, 30, "0.000165"), ""),
        ([gemini(10, "STOP", str(at)) for at in range(40)] + GROWING, (41, 4100, 0, 0, 410, "0.002255"), "stream (2)"),
        (events(response("created"), response("output_text.delta"), response("completed", usage=True)), CHUNKS, ""),
        ([response("created"), response("incomplete", usage=True)], CHUNKS, ""),
        ([response("in_progress", status="in_progress")["response"], response("done", usage=True)], CHUNKS, ""),
        ([response("created"), response("failed", error={"code": "x"})], (1, 0, 0, 0, 0, "0"), "1 request failed"),
    ],
)  # fmt: skip
def test_an_answer_is_one_request(run: Run, tmp_path: Path, log: Any, expected: object, said: str) -> None:
    """The last usage of an answer holds; what tells it again is left out, and how much that was is said."""
    found = meter(run, put(tmp_path / "logs", {"log.jsonl": log}))
    assert sums(found) == expected
    assert said in found["said"] if said else "told twice" not in found["said"]


@pytest.mark.parametrize(
    ("log", "why"),
    [
        ([chunk(), chunk()], "log.jsonl:1: an answer without its usage"),
        ([response("created"), response("output_text.delta")], "its stream ends before it"),
        ([response("completed")], "an answer without its usage"),
        (events(DELTA, STOP), "the end of a stream whose beginning is not there"),
        ('data: {"type":\n\n' + events(PING), "not valid JSON"),
    ],
)
def test_a_stream_that_does_not_tell_its_usage_is_a_problem(run: Run, tmp_path: Path, log: Any, why: str) -> None:
    """What it cost is not known, and that is no success."""
    assert why in meter(run, put(tmp_path / "logs", {"log.jsonl": log}), code=2)["said"]


def test_events_of_an_agent_count_without_its_partial_ones(run: Run, tmp_path: Path) -> None:
    """Of each call of a run its last event holds, alone and inside a session; a search of it is found."""

    def event(output: int, **more: Any) -> dict[str, Any]:
        usage = {"prompt_token_count": 100, "candidates_token_count": output, "total_token_count": 100 + output}
        named = {"invocation_id": "i1", "author": "a", "model_version": "gemini-2.5-flash"}
        return {**named, "usage_metadata": usage, **more}

    log = [event(1, partial=True), event(10), event(2, partial=True), event(10, partial=False)]
    found = meter(run, put(tmp_path / "lines", {"log.jsonl": log}))
    assert sums(found) == (2, 200, 0, 0, 20, "0.00011")
    searched = event(10, grounding_metadata={"web_search_queries": ["x"]})
    session = {"id": "s", "appName": "a", "state": {}, "events": [{"author": "user", "content": {}}, searched]}
    found = meter(run, put(tmp_path / "session", {"session.json": session}))
    assert sums(found) == (1, 100, 0, 0, 10, "0.035055")  # 0.035 a prompt
    assert "grounding_search" in found["said"]


def test_thoughts_alone_are_an_output(run: Run, tmp_path: Path) -> None:
    """Candidates are null, or not there, where all that came was thought."""
    for usage in ({"candidatesTokenCount": None}, {}):
        counts = {"promptTokenCount": "100", "thoughtsTokenCount": 10, "totalTokenCount": 110, **usage}
        log = [{**gemini(0, "MAX_TOKENS"), "usageMetadata": counts}]
        assert sums(meter(run, put(tmp_path / "logs", {"log.jsonl": log}))) == CANDIDATES
