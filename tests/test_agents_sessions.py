"""Coding agents that keep their sessions as documents, with files beside them. claude-sonnet-4-5: 3, 0.3, 3.75, 15."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.agent_logs import meter, put, sums
from tests.conftest import Run

MODEL = "claude-sonnet-4-5"
MS = 1_767_312_000_000
# 1,000 x 3 + 20,000 x 0.3 + 200 x 3.75 + 400 x 15 = 15,750 per million
ALL = (1, 21_200, 20_000, 200, 400, "0.01575")
TWICE = (2, 42_400, 40_000, 400, 800, "0.0315")


# --- opencode ---------------------------------------------------------------------------------------------


def tokens(given: int = 1000, output: int = 300, reasoning: int = 100) -> dict[str, Any]:
    return {"input": given, "output": output, "reasoning": reasoning, "cache": {"read": 20_000, "write": 200}}


def message(name: str = "m1", session: str = "s1", done: int | None = MS + 9, **more: Any) -> dict[str, Any]:
    return {
        "id": name, "sessionID": session, "role": "assistant", "modelID": MODEL, "providerID": "anthropic",
        "time": {"created": MS, "completed": done}, "path": {"cwd": "/w/shop"}, "cost": 0, "tokens": tokens(), **more,
    }  # fmt: skip


def step(name: str = "p1", of: str = "m1", **more: Any) -> dict[str, Any]:
    return {"id": name, "messageID": of, "sessionID": "s1", "type": "step-finish", "tokens": tokens(), **more}


USER = {"id": "m0", "sessionID": "s1", "role": "user", "time": {"created": MS}, "model": {"modelID": MODEL}}
SESSION = {"id": "s1", "projectID": "p", "directory": "/w/shop", "time": {"created": MS, "updated": MS}}
TEXT = {"id": "p0", "messageID": "m1", "sessionID": "s1", "type": "text", "text": "hi", "time": {"start": MS}}


OLD = {"id": "m1", "role": "assistant", "parts": [], "metadata": {
    "sessionID": "s1", "time": {"created": MS}, "assistant": {"modelID": MODEL, "cost": 0, "tokens": tokens()},
}}  # fmt: skip


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {
                "message/s1/m1.json": message(),
                "message/s1/m0.json": USER,
                "part/m1/p1.json": step(),
                "part/m1/p0.json": TEXT,
                "session/p/s1.json": SESSION,
            },
            ALL,
        ),
        (
            {"x.json": {"info": SESSION, "messages": [{"info": USER}, {"info": message(), "parts": [TEXT, step()]}]}},
            ALL,
        ),
        ({"a.json": message(), "b.json": message()}, ALL),
        ({"a.json": message(), "b.json": message("m2", "s2")}, ALL),
        ({"a.json": OLD}, ALL),
        ({"a.json": message(), "b.json": message("m2", "s2", MS + 10)}, TWICE),
        ({"a.json": message(), "m1/a.json": step(tokens=tokens(1000, 350, 50)), "m1/b.json": step("p2")}, TWICE),
        ({"a.json": message(), "b.json": message("m2", tokens={**tokens(0, 0, 0), "cache": {"read": 0}})}, ALL),
    ],
    ids=["storage", "export", "twice", "a fork", "as in 2025", "another time", "steps of one message", "broken off"],
)  # fmt: skip
def test_opencode_tells_a_message_and_its_steps(
    run: Run, tmp_path: Path, files: Any, expected: tuple[Any, ...]
) -> None:
    """They count once; reasoning is beside the output; users and sessions have none, and times that are objects."""
    assert sums(meter(run, put(tmp_path, files))) == expected


def test_opencode_run_prints_each_step(run: Run, tmp_path: Path) -> None:
    """Each its own request, at a charge, without a model; parts without their message count, too."""
    lines = [
        {"type": "step_start", "timestamp": MS, "sessionID": "s1", "part": {"type": "step-start"}},
        {"type": "step_finish", "timestamp": MS, "sessionID": "s1", "part": step(cost=0.02)},
        {"type": "step_finish", "timestamp": MS, "sessionID": "s1", "part": step("p2", cost=0.01)},
    ]
    found = meter(run, put(tmp_path, {"run.jsonl": lines}), "-m", MODEL)
    assert (sums(found), found["charged"]) == (TWICE, "0.03")
    assert sums(meter(run, put(tmp_path / "parts", {"p1.json": step()}), "-m", MODEL)) == ALL


# --- Cline, Roo Code, Kilo Code ---------------------------------------------------------------------------


def said(at: int = 1, kind: str = "api_req_started", **counts: Any) -> dict[str, Any]:
    import json

    told = {"request": "x", "tokensIn": 1000, "tokensOut": 400, "cacheWrites": 200, "cacheReads": 20_000, **counts}
    return {"ts": MS + at, "type": "say", "say": kind, "text": json.dumps(told)}


META = {"files_in_context": [], "model_usage": [
    {"ts": MS, "model_id": MODEL, "model_provider_id": "anthropic", "mode": "act"},
    {"ts": MS + 50, "model_id": "claude-haiku-4-5", "model_provider_id": "anthropic", "mode": "act"},
]}  # fmt: skip
TALK = [{"role": "user", "content": [{"type": "text", "text": "x"}]}, {"role": "assistant", "content": []}]


def task(*entries: Any, **files: Any) -> dict[str, Any]:
    others = {"tasks/1/api_conversation_history.json": TALK, "tasks/1/task_metadata.json": META}
    chosen = {f"tasks/1/{name}.json": held for name, held in files.items()} if files else others
    return {f"tasks/1/{name}": _text(held) for name, held in {"ui_messages.json": list(entries)}.items()} | {
        name: _text(held) for name, held in chosen.items()
    }


def _text(value: Any) -> str:
    import json

    return json.dumps(value)


WHOLE: dict[str, Any] = {"tokensIn": 21_200}
PLACEHOLDER = {"ts": MS, "type": "say", "say": "api_req_started", "text": '{"request": "x"}'}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (task(said(), PLACEHOLDER, {"ts": MS, "type": "ask", "ask": "tool", "text": "{broken"}), ALL),
        # claude-haiku-4-5 from the 50th millisecond on: 1 x 1,000 + 0.1 x 20,000 + 1.25 x 200 + 5 x 400 = 5,250
        (task(said(60)), (1, 21_200, 20_000, 200, 400, "0.00525")),
        (task({**said(), "modelInfo": {"modelId": MODEL, "providerId": "openai"}, "text": said(**WHOLE)["text"]}), ALL),
        (task(said(apiProtocol="anthropic", **WHOLE)), ALL),
        (task(said(apiProtocol="anthropic")), ALL),
        (task(said(), said(2, "api_req_finished")), ALL),
        (task(said(), said(2, "deleted_api_reqs")), TWICE),
        (task(said(), task_metadata={"model_usage": META["model_usage"]}), ALL),
    ],
    ids=["task", "by its time", "an inclusive provider", "Roo, all of it", "Roo, before", "ends", "deleted", "models"],
)
def test_cline_tells_requests_in_the_text_of_messages(
    run: Run, tmp_path: Path, files: Any, expected: tuple[Any, ...]
) -> None:
    """Under the model that a file beside names; the conversation, metadata and placeholders are no fault."""
    assert sums(meter(run, put(tmp_path, files))) == expected


def test_the_model_of_roo_code_stands_in_the_conversation(run: Run, tmp_path: Path) -> None:
    """In the details of the environment; a sum of the task beside the messages is a repeat, alone it counts."""
    details = {"role": "user", "ts": MS, "content": [{"type": "text", "text": f"<model>{MODEL}</model>"}]}
    item = {
        "id": "1",
        "ts": MS,
        "task": "x",
        "tokensIn": 21_200,
        "tokensOut": 400,
        "cacheReads": 20_000,
        "cacheWrites": 200,
    }
    files = task(said(), api_conversation_history=[details], history_item=item)
    found = meter(run, put(tmp_path / "a", files))
    assert sums(found) == ALL
    assert "sums of tasks beside their messages (1)" in found["said"]
    assert sums(meter(run, put(tmp_path / "b", {"taskHistory.json": _text([item])}), "-m", MODEL)) == ALL
    assert sums(meter(run, put(tmp_path / "c", {"_index.json": {"version": 1, "entries": [item]}}), "-m", MODEL)) == ALL


def test_a_task_without_its_metadata_has_no_model(run: Run, tmp_path: Path) -> None:
    """It is unpriced with the reason, and its charge is told; 0 is none."""
    found = meter(run, put(tmp_path, task(said(cost=0.5), said(2, cost=0), api_conversation_history=TALK)), code=2)
    assert (found["cost"], found["charged"], found["input_tokens"]) == (None, "0.5", 42_400)
    assert "name it with -m" in found["said"]


def cline_message(name: str = "a1", **metrics: Any) -> dict[str, Any]:
    told = {"inputTokens": 21_200, "outputTokens": 400, "cacheReadTokens": 20_000, "cacheWriteTokens": 200, **metrics}
    info = {"id": MODEL, "provider": "anthropic"}
    return {"id": name, "role": "assistant", "content": [], "ts": MS, "modelInfo": info, "metrics": told}


def cline_session(*messages: dict[str, Any]) -> dict[str, Any]:
    return {"version": 1, "agent": "lead", "sessionId": "s", "origin": "cli", "messages": [{"role": "user"}, *messages]}


MANIFEST = {"session_id": "s", "model": MODEL, "cwd": "/w/shop", "started_at": MS, "metadata": {"usage": {
    "inputTokens": 21_200, "outputTokens": 400, "cacheReadTokens": 20_000, "cacheWriteTokens": 200, "totalCost": 0.02,
}}}  # fmt: skip


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"s/s.json": MANIFEST, "s/s.messages.json": cline_session(cline_message())}, ALL),
        ({"s/s.messages.json": cline_session(cline_message(inputTokens=1000))}, ALL),
        ({"s/s.json": MANIFEST, "s/s.messages.json": cline_session({**cline_message(), "metrics": None})}, ALL),
        ({"s/s.json": MANIFEST}, ALL),
        ({"s/s.messages.json": cline_session({**cline_message(), "modelInfo": None}), "t/s.json": MANIFEST}, ALL),
        (
            {
                "s/s.json": {"id": "s", "metadata": MANIFEST["metadata"]},
                "s/s.messages.json": {"messages": [cline_message()]},
            },
            ALL,
        ),
    ],
    ids=["both", "apart by arithmetic", "no metrics", "manifest alone", "the manifest's model", "named by their files"],
)
def test_cline_on_the_command_line(run: Run, tmp_path: Path, files: Any, expected: tuple[Any, ...]) -> None:
    """Messages have metrics; the sum in the manifest counts where none has."""
    assert sums(meter(run, put(tmp_path, files))) == expected


# --- Amp, Droid -------------------------------------------------------------------------------------------

AMP = {
    "model": MODEL, "maxInputTokens": 168_000, "inputTokens": 1000, "outputTokens": 400,
    "cacheCreationInputTokens": 200, "cacheReadInputTokens": 20_000, "totalInputTokens": 21_200,
    "timestamp": "2026-01-02T00:00:00.000Z",
}  # fmt: skip


def amp(*events: Any, **usage: Any) -> dict[str, Any]:
    messages = [{"role": "user", "content": []}, {"role": "assistant", "messageId": 1, "usage": {**AMP, **usage}}]
    return {"v": 4, "id": "T-1", "created": MS, "messages": messages, "usageLedger": {"events": list(events)}}


def ledger(of: int) -> dict[str, Any]:
    return {"id": f"e{of}", "model": MODEL, "credits": 1.2, "tokens": {"input": 100, "output": 10}, "toMessageId": of}


def test_amp_tells_a_message_and_a_ledger(run: Run, tmp_path: Path) -> None:
    """The ledger repeats; an event of no message counts, with a word on its cache; the total of the input decides."""
    assert sums(meter(run, put(tmp_path / "a", {"T-1.json": amp(ledger(1))}))) == ALL
    found = meter(run, put(tmp_path / "b", {"T-1.json": amp(ledger(1), ledger(9)), "copy/T-1.json": amp()}))
    # 100 x 3 + 10 x 15 = 450 per million more
    assert sums(found) == (2, 21_300, 20_000, 200, 410, "0.0162")
    assert "may leave out what was read from the cache" in found["said"]
    found = meter(run, put(tmp_path / "c", {"T-1.json": amp(totalInputTokens=21_700)}))
    assert (found["input_tokens"], "total of the input is more" in found["said"]) == (21_700, True)


@pytest.mark.parametrize("model", [MODEL, "custom:Claude-Sonnet-4-5-[Anthropic]-0", "custom:claude-sonnet-4.5"])
def test_droid_tells_the_sum_of_a_session(run: Run, tmp_path: Path, model: str) -> None:
    """In its settings, thinking beside the output; the lines of the session have none."""
    usage = {
        "inputTokens": 1000,
        "outputTokens": 300,
        "thinkingTokens": 100,
        "cacheCreationTokens": 200,
        "cacheReadTokens": 20_000,
    }
    settings = {
        "model": model,
        "providerLock": "anthropic",
        "providerLockTimestamp": "2026-01-02T00:00:00Z",
        "tokenUsage": usage,
    }
    line = {
        "type": "message",
        "id": "1",
        "timestamp": "2026-01-02T00:00:00Z",
        "message": {"role": "assistant", "content": []},
    }
    files = {"s.settings.json": settings, "s.jsonl": [{"type": "session_start", "id": "s", "title": "x"}, line]}
    assert sums(meter(run, put(tmp_path, files))) == ALL
