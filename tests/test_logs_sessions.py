"""Session logs of coding agents: repeated messages, running totals, forks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.conftest import Run

CLAUDE = {"sessionId": "s", "uuid": "u", "cwd": "/home/u/proj", "timestamp": "2026-11-23T04:00:03.000Z"}


def claude(identity: str, output: int, request: str = "req_A", **more: Any) -> dict[str, Any]:
    usage: dict[str, Any] = {"input_tokens": 4, "cache_read_input_tokens": 50_000, "output_tokens": output}
    usage["cache_creation_input_tokens"] = 12_000
    usage["cache_creation"] = {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 12_000}
    message = {"id": identity, "type": "message", "model": "claude-opus-5-5", "usage": usage}
    return {**CLAUDE, "type": "assistant", "requestId": request, "message": message, **more}


def write(path: Path, *lines: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def totals(run: Run, *args: object) -> dict[str, Any]:
    result = run("usage", "-f", "json", *args)
    assert result.code == 0, result.err
    found: dict[str, Any] = json.loads(result.out)["totals"]
    return found


def test_a_message_counts_once_with_the_most_output(run: Run, tmp_path: Path) -> None:
    """4 x 4 + 50,000 x 0.2 + 12,000 x 8 + 1,090 x 20 = 127,816 per million, whichever block came last."""
    log = write(
        tmp_path / "a.jsonl",
        {"type": "summary", "summary": "x", "leafUuid": "l"},
        claude("msg_A", 3),
        claude("msg_A", 1090),
        claude("msg_A", 3),
        {**CLAUDE, "type": "user", "message": {"role": "user", "content": "go"}},
    )
    found = totals(run, log)
    assert (found["cost"], found["requests"], found["complete"]) == ("0.127816", 1, True)


def test_a_resumed_session_repeats_nothing(run: Run, tmp_path: Path) -> None:
    """The lines of the parent stand in the copy too; a message that grew there counts its growth."""
    write(tmp_path / "p" / "a.jsonl", claude("msg_A", 1000), claude("msg_B", 10, "req_B"))
    write(tmp_path / "p" / "subagents" / "b.jsonl", claude("msg_A", 1090), claude("msg_B", 10, "req_B"))
    found = totals(run, tmp_path / "p")
    # msg_A 0.127816, msg_B 4 x 4 + 10,000 + 96,000 + 200 = 106,216 per million
    assert (found["cost"], found["requests"]) == ("0.234032", 2)


def test_a_stated_cost_is_preferred(run: Run, tmp_path: Path) -> None:
    """Old lines hold costUSD: it stands, without factors."""
    log = write(tmp_path / "a.jsonl", claude("msg_A", 5, costUSD=0.25), claude("msg_B", 5, "req_B", costUSD=0))
    found = totals(run, log)
    assert (found["cost"], found["charged"]) == ("0.25", "0.25")


def test_synthetic_messages_are_free(run: Run, tmp_path: Path) -> None:
    """They were never sent: cost 0, and complete."""
    line = claude("msg_S", 0)
    line["message"]["model"] = "<synthetic>"
    found = totals(run, write(tmp_path / "a.jsonl", line))
    assert (found["cost"], found["complete"]) == ("0", True)


def codex(kind: str, payload: dict[str, Any], at: str = "2026-01-10T05:00:00.000Z") -> dict[str, Any]:
    return {"timestamp": at, "type": kind, "payload": payload}


def counted(total: int, last: int, at: str = "2026-01-10T05:00:09.000Z") -> dict[str, Any]:
    info = {
        "total_token_usage": {"input_tokens": total, "cached_input_tokens": 0, "output_tokens": total // 10},
        "last_token_usage": {"input_tokens": last, "cached_input_tokens": 0, "output_tokens": last // 10},
    }
    return codex("event_msg", {"type": "token_count", "info": info}, at)


META = codex("session_meta", {"id": "t1", "cwd": "/home/u/proj", "cli_version": "0.80.0"})
TURN = codex("turn_context", {"model": "gpt-5.2-codex"})


def test_running_totals_count_when_they_move(run: Run, tmp_path: Path) -> None:
    """10,000 and 5,000 in at 1.75, a tenth out at 14: 0.02625 + 0.021; info null and repeats are nothing."""
    empty = codex("event_msg", {"type": "token_count", "info": None})
    log = write(
        tmp_path / "r.jsonl",
        META,
        TURN,
        empty,
        counted(10_000, 10_000),
        counted(10_000, 10_000),
        counted(15_000, 5_000),
    )
    found = totals(run, log)
    assert (found["cost"], found["requests"]) == ("0.04725", 2)


def test_a_fork_of_an_older_log_repeats_its_parent(run: Run, tmp_path: Path) -> None:
    """Copied events, at the fork's own time, are those of the parent: only what follows is new."""
    write(tmp_path / "rollout-1.jsonl", META, TURN, counted(10_000, 10_000))
    late = "2026-01-11T00:00:00.000Z"
    fork = codex("session_meta", {"id": "t2", "forked_from_id": "t1"}, late)
    write(tmp_path / "rollout-2.jsonl", fork, META, TURN, counted(10_000, 10_000, late), counted(12_000, 2_000, late))
    # 12,000 x 1.75 + 1,200 x 14
    assert totals(run, tmp_path)["cost"] == "0.0378"


def record(thread: str, given: int) -> dict[str, Any]:
    usage = {"input_tokens": given, "cached_input_tokens": 0, "output_tokens": 0}
    return codex("token_usage_record", {"thread_id": thread, "usage": usage}, f"2026-01-10T06:00:{given % 60:02}.000Z")


def test_usage_records_beat_running_totals_and_belong_to_a_thread(run: Run, tmp_path: Path) -> None:
    """From 0.153 on: records of other threads are copies of a fork, token_count says nothing more."""
    log = write(
        tmp_path / "r.jsonl",
        META,
        TURN,
        record("t0", 9_000),
        record("t1", 1_001),
        counted(10_000, 10_000),
        record("t1", 2_002),
    )
    assert totals(run, log)["input_tokens"] == 3_003


def test_running_counts_do_not_add_to_the_records_that_follow_them(run: Run, tmp_path: Path) -> None:
    """A rollout that has both: 6,000 x 2 + 4,000 x 0.2 + 700 x 10 = 0.0198, once."""
    usage = {"input_tokens": 10000, "cached_input_tokens": 4000, "output_tokens": 700}
    lines = [
        {"type": "session_meta", "payload": {"id": "t1"}},
        {"type": "turn_context", "payload": {"model": "gpt-6-sol"}},
        {
            "timestamp": "2026-11-20T10:00:00Z",
            "type": "event_msg",
            "payload": {"type": "token_count", "info": {"total_token_usage": usage, "last_token_usage": usage}},
        },
        {
            "timestamp": "2026-11-20T10:00:00Z",
            "type": "token_usage_record",
            "payload": {"thread_id": "t1", "response_id": "r1", "usage": usage},
        },
    ]
    path = tmp_path / "rollout-1.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert json.loads(run("usage", path, "-f", "json").out)["totals"]["cost"] == "0.0198"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines[:3]))
    assert json.loads(run("usage", path, "-f", "json").out)["totals"]["cost"] == "0.0198"


def test_a_message_seen_again_counts_by_its_largest_line(run: Run, tmp_path: Path) -> None:
    """A (4 in, 3 out), B (10, 5), A again (4 in, 10,000 read, 300 out): 14 x 4 + 10,000 x 0.2 + 305 x 20 a million."""

    def told(message: str, **usage: int) -> dict[str, Any]:
        return {
            "type": "assistant",
            "sessionId": "s",
            "uuid": message,
            "timestamp": "2026-11-20T10:00:00Z",
            "requestId": f"r{message}",
            "message": {"id": message, "model": "claude-opus-5-5", "usage": usage},
        }

    lines = [
        told("a", input_tokens=4, output_tokens=3),
        told("b", input_tokens=10, output_tokens=5),
        told("a", input_tokens=4, cache_read_input_tokens=10000, output_tokens=300),
    ]
    path = tmp_path / "session.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert json.loads(run("usage", path, "-f", "json").out)["totals"]["cost"] == "0.008156"
