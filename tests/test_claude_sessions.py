"""Claude Code's logs as they lie on disk: every kind of line, copies of messages, searches, what is told in part."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run

SESSION = {"sessionId": "s", "cwd": "/home/u/till", "timestamp": "2026-07-30T10:00:01Z"}
WRITTEN_TOGETHER = {
    "input_tokens": 0,
    "output_tokens": 0,
    "cache_read_input_tokens": 0,
    "cache_creation_input_tokens": 0,
}


def counts(given: int, output: int, **more: Any) -> dict[str, Any]:
    return {**WRITTEN_TOGETHER, "input_tokens": given, "output_tokens": output, **more}


def said(identity: str | None, usage: Any, request: str | None = "r1", uuid: str = "u1", **more: Any) -> dict[str, Any]:
    """A line of an answer of claude-sonnet-4-6: 3 for the input, 15 for the output, per million."""
    message = {"id": identity, "role": "assistant", "model": "claude-sonnet-4-6", "content": [], "usage": usage, **more}
    return {**SESSION, "type": "assistant", "uuid": uuid, "requestId": request, "message": message}


def asks(tool: str, usage: Any) -> dict[str, Any]:
    return said("m1", usage, content=[{"type": "tool_use", "name": "WebSearch", "id": tool}])


def answers(tool: str, **result: Any) -> dict[str, Any]:
    content = [{"type": "tool_result", "tool_use_id": tool, "content": "hits"}]
    told = result if "agentId" in result else {"query": "q", "results": [], **result}
    return {
        **SESSION,
        "type": "user",
        "uuid": "v",
        "message": {"role": "user", "content": content},
        "toolUseResult": told,
    }


def iteration(kind: str, given: int, output: int, **more: Any) -> dict[str, Any]:
    return {**counts(given, output), "type": kind, **more}


def copied(message: dict[str, Any], **data: Any) -> dict[str, Any]:
    """A line of progress with a copy of a subagent's line."""
    return {
        "type": "progress",
        "uuid": "p",
        "sessionId": "s",
        "data": {"type": "agent_progress", "message": message, **data},
    }


# name -> the files, and of the report: exit code, requests, input, output, cost, and what stderr says ("" for nothing)
Files = dict[str, list[Any]]
Expected = tuple[int, int, int, int, str | None, str]
A = said("m1", counts(100, 50))  # 100 x 3 + 50 x 15 = 1,050 per million
AGAIN = "messages that stand in several places of sessions (1)"
CASES: dict[str, tuple[Files, Expected]] = {
    "kinds of lines that are not known yet": (
        {
            "s.jsonl": [
                {"type": "till-opened", "sessionId": "s", "till": {"number": 5}},
                A,
                {"type": "rename", "leafUuid": "l"},
            ]
        },
        (0, 1, 100, 50, "0.00105", ""),
    ),
    "a kind that is not known, with counts": (
        {"s.jsonl": [A, {"type": "bill", "sessionId": "s", "tokens": {"in": 5}}]},
        (2, 1, 100, 50, "0.00105", "s.jsonl:2: 'tokens.in' looks like a count of tokens, and was not read"),
    ),
    "an answer with its counts elsewhere": (
        {"s.jsonl": [A, {**SESSION, "type": "assistant", "uuid": "b", "model": "gpt-5", "stats": {"tokens_in": 5}}]},
        (2, 1, 100, 50, "0.00105", "s.jsonl:2: 'stats.tokens_in' looks like a count of tokens"),
    ),
    "a line of the user's with a usage": (
        {"s.jsonl": [A, {**SESSION, "type": "user", "uuid": "v", "message": {"role": "user", "usage": counts(5, 0)}}]},
        (2, 1, 100, 50, "0.00105", "s.jsonl:2: 'message.usage.input_tokens' looks like a count of tokens"),
    ),
    "an answer without its usage": (
        {"s.jsonl": [A, said("m2", None)]},
        (2, 1, 100, 50, "0.00105", "s.jsonl:2: an answer without its usage: what it cost is not known"),
    ),
    "a line without usage of a message that has one": (
        {"s.jsonl": [said("m1", None), A]},
        (0, 1, 100, 50, "0.00105", ""),
    ),
    "an aside replays a message under another request": (
        {"s.jsonl": [A], "s/subagents/agent-aside.jsonl": [said("m1", counts(100, 50), "r9", "w")]},
        (0, 1, 100, 50, "0.00105", AGAIN),
    ),
    "a replay that tells more": (
        {"s.jsonl": [said("m1", counts(100, 1))], "t.jsonl": [said("m1", counts(100, 50), "r9")]},
        (0, 1, 100, 50, "0.00105", AGAIN),
    ),
    "the only copy of a subagent's message": ({"s.jsonl": [copied(A)]}, (0, 1, 100, 50, "0.00105", "")),
    "a copy beside the subagent's log": (
        {"s.jsonl": [copied(A)], "s/subagents/agent-x.jsonl": [A]},
        (0, 1, 100, 50, "0.00105", AGAIN),
    ),
    "copies of all messages so far": (
        {
            "s.jsonl": [
                copied(said("m2", counts(10, 0), "r2"), normalizedMessages=[A]),
                copied(A, normalizedMessages=[A]),
            ]
        },
        (0, 2, 110, 50, "0.00108", ""),
    ),
    "two messages whose lines alternate": (
        {"s.jsonl": [said("m1", counts(100, 1)), said("m2", counts(10, 0), "r2"), A, said("m2", counts(10, 10), "r2")]},
        (0, 2, 110, 60, "0.00123", ""),
    ),
    "no ids: lines of one request": (
        {"s.jsonl": [said(None, counts(100, 1)), said(None, counts(100, 50), uuid="u2")]},
        (0, 1, 100, 50, "0.00105", ""),
    ),
    "no ids and no requests: a line is told by its own": (
        {
            "s.jsonl": [said(None, counts(100, 50), None)],
            "t.jsonl": [said(None, counts(100, 50), None), said(None, counts(0, 10), None, "u2")],
        },
        (0, 2, 100, 60, "0.0012", AGAIN),
    ),
    "the end of a log that is being written": (
        {"s.jsonl": [A, '{"type":"assistant","sess']},
        (2, 1, 100, 50, "0.00105", "s.jsonl:2: not valid JSON"),
    ),
    "no line tells the end of a message": (
        {
            "s.jsonl": [
                said("m1", counts(100, 50), stop_reason=None),
                said("m2", counts(0, 10), "r2", stop_reason="end_turn"),
            ]
        },
        (0, 2, 100, 60, "0.0012", "s.jsonl:1: partial: 1 message told no stop_reason: the output is at least"),
    ),
    "another line tells the end": (
        {
            "s.jsonl": [
                said("m1", counts(100, 1), stop_reason=None),
                said("m2", counts(0, 0), "r2"),
                said("m1", counts(100, 50), stop_reason="end_turn"),
            ]
        },
        (0, 2, 100, 50, "0.00105", ""),
    ),
    "a field of tokens that is not known": (
        {"s.jsonl": [said("m1", counts(100, 50, generated_tokens=7)), said("m1", counts(100, 50, generated_tokens=7))]},
        (2, 1, 100, 50, "0.00105", "s.jsonl:1: 'generated_tokens' (7): not known here"),
    ),
    "a subagent without its log": (
        {"s.jsonl": [A, answers("t", agentId="x9", totalTokens=500, usage=counts(400, 100))]},
        (0, 1, 100, 50, "0.00105", "s.jsonl:2: 1 subagent answered whose logs are not among these"),
    ),
    "a subagent with its log": (
        {"s.jsonl": [answers("t", agentId="x9", totalTokens=150)], "s/subagents/agent-x9.jsonl": [A]},
        (0, 1, 100, 50, "0.00105", ""),
    ),
    # a search is 0.01
    "searches by their answer": (
        {"s.jsonl": [asks("t", counts(100, 50)), answers("t", searchCount=4)]},
        (0, 1, 100, 50, "0.04105", ""),
    ),
    "searches by the counter, and their answer": (
        {
            "s.jsonl": [
                asks("t", counts(100, 50, server_tool_use={"web_search_requests": 4})),
                answers("t", searchCount=4),
            ]
        },
        (0, 1, 100, 50, "0.04105", "web searches that their answers tell as well (4)"),
    ),
    "an answer before its question, and copied": (
        {
            "a.jsonl": [answers("t", searchCount="4")],
            "b.jsonl": [asks("t", counts(100, 50)), answers("t", searchCount=4)],
        },
        (0, 1, 100, 50, "0.04105", "web searches that their answers tell as well (4)"),
    ),
    "a search of which nobody tells how many": (
        {"s.jsonl": [asks("t", counts(100, 50)), answers("t", durationSeconds=2)]},
        (0, 1, 100, 50, "0.00105", "s.jsonl:2: a web search of which the log does not tell how many were billed"),
    ),
    "searches that nobody asked for": (
        {"s.jsonl": [A, answers("t", searchCount=2)]},
        (2, 1, 100, 50, "0.00105", "s.jsonl:2: 2 web searches, asked for by a message that is in no log"),
    ),
    "a counter on a later line": (
        {
            "s.jsonl": [
                said("m1", counts(100, 1)),
                said("m2", counts(0, 0), "r2"),
                said("m1", counts(100, 50, server_tool_use={"web_search_requests": 2})),
            ]
        },
        (0, 2, 100, 50, "0.02105", ""),
    ),
}


def write(folder: Path, files: Files) -> Path:
    for name, lines in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join((each if isinstance(each, str) else json.dumps(each)) + "\n" for each in lines))
    return folder


@pytest.mark.parametrize("name", CASES)
def test_what_a_session_cost(run: Run, tmp_path: Path, name: str) -> None:
    """Every message and search counts once; what carries no usage is no fault; what was left out or unread is said."""
    files, (code, requests, given, output, cost, says) = CASES[name]
    result = run("usage", write(tmp_path, files), "-f", "json")
    totals = json.loads(result.out)["totals"]
    found = (totals["requests"], totals["input_tokens"], totals["output_tokens"], totals["cost"])
    assert (result.code, *found) == (code, requests, given, output, cost), result.err
    assert says in result.err if says else not result.err


def test_what_lies_beside_sessions_is_no_log(run: Run, tmp_path: Path) -> None:
    """Answers of tools, even one that looks like a log, and indexes: no problem with -q, a note without."""
    beside: Files = {
        "s/tool-results/toolu_1.txt": ["total 8", "-rw-r--r-- a.txt"],
        "s/tool-results/docs.json": [{"model": "gpt-5", "usage": {"prompt_tokens": 9, "completion_tokens": 9}}],
        "s/subagents/agent-x.meta.json": [{"agentType": "Explore"}],
        "sessions-index.json": [{"version": 1, "entries": [{"messageCount": 3}]}],
    }
    folder = write(tmp_path, {"s.jsonl": [A], **beside})
    quiet = run("usage", folder, "-q")
    assert (quiet.code, quiet.out) == (0, "0.00105\n")
    named = run("usage", folder / "s.jsonl", folder / "s" / "tool-results" / "docs.json", "-f", "json")
    assert (named.code, json.loads(named.out)["totals"]["cost"]) == (0, "0.00105")
    assert "docs.json: skipped: kept beside sessions of Claude Code, and no log" in named.err
    alone = run("usage", folder / "sessions-index.json")
    assert (alone.code, alone.out) == (2, "")
    assert "kept beside sessions" in alone.err
