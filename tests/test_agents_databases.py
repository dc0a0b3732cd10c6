"""Coding agents that keep their sessions in SQLite. claude-sonnet-4-5: 3, 0.3, 3.75 and 15."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.agent_logs import meter, sums
from tests.conftest import Run

MODEL = "claude-sonnet-4-5"
SECONDS = 1_767_312_000
# 1,000 x 3 + 20,000 x 0.3 + 200 x 3.75 + 400 x 15 = 15,750 per million
ALL = (1, 21_200, 20_000, 200, 400, "0.01575")
Rows = Sequence[Mapping[str, Any]]


def database(path: Path, **tables: Rows) -> Path:
    path.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(path)) as made, made:
        for name, rows in tables.items():
            made.execute(f"CREATE TABLE {name} ({', '.join(rows[0])})")
            for row in rows:
                made.execute(f"INSERT INTO {name} VALUES ({', '.join('?' * len(row))})", tuple(row.values()))
    return path


def goose_session(name: str, given: int | None) -> dict[str, Any]:
    return {
        "id": name, "working_dir": "/w/shop", "created_at": "2026-01-02 00:00:00", "provider_name": "anthropic",
        "model_config_json": json.dumps({"model_name": MODEL}), "accumulated_input_tokens": given,
        "accumulated_output_tokens": given and 400, "accumulated_total_tokens": given and given + 400,
        "accumulated_cache_read_tokens": given and 20_000, "accumulated_cache_write_tokens": given and 200,
        "accumulated_cost": 0.5,
    }  # fmt: skip


LEDGER = {
    "id": 1, "session_id": "a", "created_timestamp": SECONDS, "model": None, "input_tokens": 21_200,
    "output_tokens": 400, "total_tokens": 21_600, "cache_read_tokens": 20_000, "cache_write_tokens": 200,
    "cost": 0.02, "cost_source": "provider_reported", "is_compaction": 0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("tables", "expected", "charged"),
    [
        ({"sessions": [goose_session("a", 90_000), goose_session("b", None)], "usage_ledger": [LEDGER]}, ALL, "0.02"),
        ({"sessions": [goose_session("a", 21_200)]}, ALL, "0.5"),
    ],
    ids=["a ledger", "sums of sessions"],
)
def test_goose_has_a_ledger_or_sums(
    run: Run, tmp_path: Path, tables: Any, expected: tuple[Any, ...], charged: str
) -> None:
    """The ledger counts where there is one; the model may stand with the session alone."""
    found = meter(run, database(tmp_path / "goose" / "sessions.db", **tables))
    assert (sums(found), found["charged"]) == (expected, charged)


def test_goose_kept_its_sums_in_the_first_line_of_a_session(run: Run, tmp_path: Path) -> None:
    """Beside those of the last request, which are parts of them; the lines to come have none."""
    head = {"working_dir": "/w/shop", "description": "x", "message_count": 2, "input_tokens": 9, "total_tokens": 12,
            "accumulated_input_tokens": 1000, "accumulated_output_tokens": 400}  # fmt: skip
    said = {"id": None, "role": "assistant", "created": SECONDS, "content": [{"type": "text", "text": "x"}]}
    path = tmp_path / "20260102_000000.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in (head, said)))
    assert sums(meter(run, path, "-m", MODEL)) == (1, 1000, 0, 0, 400, "0.009")


def test_the_tokens_of_crush_are_those_of_its_last_request(run: Run, tmp_path: Path) -> None:
    """They are told and not counted, the charge is; that of a session in a session is in it."""
    row = {"id": "a", "parent_session_id": None, "message_count": 9, "prompt_tokens": 900, "completion_tokens": 30,
           "cost": 0.25, "updated_at": SECONDS, "created_at": SECONDS}  # fmt: skip
    rows = [row, {**row, "id": "b", "parent_session_id": "a"}]
    found = meter(run, database(tmp_path / "crush" / "crush.db", sessions=rows), code=2)
    assert (found["input_tokens"], found["charged"]) == (0, "0.25")
    assert "the tokens of a session's last request alone" in found["said"]


def test_opencode_keeps_messages_in_a_database(run: Run, tmp_path: Path) -> None:
    """As JSON in a column; the same message in a file is a repeat."""
    tokens = {"input": 1000, "output": 400, "reasoning": 0, "cache": {"read": 20_000, "write": 200}}
    message = {"role": "assistant", "modelID": MODEL, "time": {"created": SECONDS * 1000}, "tokens": tokens}
    rows = [
        {"id": "m0", "session_id": "s", "data": json.dumps({"role": "user", "time": {"created": 1}})},
        {"id": "m1", "session_id": "s", "data": json.dumps(message)},
    ]
    kept = database(tmp_path / "opencode" / "opencode.db", message=rows)
    assert sums(meter(run, kept)) == ALL
    file = tmp_path / "m1.json"
    file.write_text(json.dumps({**message, "id": "m1", "sessionID": "s"}, indent=1))
    assert sums(meter(run, kept, file)) == ALL
