"""Codex: what a session used, whatever tells it again: totals, records, forks, copies. gpt-5.5: 5, 0.5 and 30."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.agent_logs import meter, put, sums
from tests.conftest import Run

Line = dict[str, Any]


def at(second: float, day: int = 21) -> str:
    return f"2026-06-{day:02}T10:{int(second // 60):02}:{second % 60:06.3f}Z"


def line(kind: str, when: str, **payload: Any) -> Line:
    return {"timestamp": when, "type": kind, "payload": payload}


def begun(session: str = "s", second: float = 0, **more: Any) -> list[Line]:
    return [
        line("session_meta", at(second), id=session, cwd="/w/shop", cli_version="0.141.0", **more),
        line("turn_context", at(second + 0.1), model="gpt-5.5"),
    ]


def usage(given: int, output: int, cached: int = 0, **more: Any) -> Line:
    total = given + output
    return {
        "input_tokens": given,
        "cached_input_tokens": cached,
        "output_tokens": output,
        "total_tokens": total,
        **more,
    }


def counted(second: float, total: Line | None, last: Line | None, **more: Any) -> Line:
    info = {name: held for name, held in (("total_token_usage", total), ("last_token_usage", last)) if held}
    return line("event_msg", at(second), type="token_count", info=info or None, **more)


def record(second: float, thread: str, used: Line, response: str = "", **more: Any) -> Line:
    return line("token_usage_record", at(second), thread_id=thread, response_id=response, usage=used, **more)


ONE = [counted(9, usage(1000, 10), usage(1000, 10))]
TWO = counted(20, usage(3000, 30), usage(2000, 20))
FULL = counted(12, {**usage(1000, 10), "total_tokens": 258_400}, {"total_tokens": 257_390})
OWN, OTHER = record(3, "s", usage(1000, 10), "r1"), record(3, "other", usage(9000, 10), "r0")
# 1,000 x 5 + 10 x 30
COST = "0.0053"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"a.jsonl": begun() + ONE + ONE}, (1, 1000, 0, 0, 10, COST), id="a total that has not moved"),
        pytest.param(
            {"a.jsonl": begun("a") + ONE, "b.jsonl": begun("b") + ONE},
            (2, 2000, 0, 0, 20, "0.0106"),
            id="equal numbers at equal times in sessions of other ids",
        ),
        pytest.param(
            {"archived_sessions/a.jsonl": begun() + ONE, "sessions/a.jsonl": begun() + ONE},
            (1, 1000, 0, 0, 10, COST),
            id="a session archived and kept",
        ),
        pytest.param(
            {"a.jsonl": [*begun(), counted(9, usage(1000, 10), None), counted(20, usage(3000, 40, 500), None)]},
            # 2,500 x 5 + 500 x 0.5 + 40 x 30
            (2, 3000, 500, 0, 40, "0.01395"),
            id="totals alone: their growth",
        ),
        pytest.param(
            {"a.jsonl": [*begun(), counted(9, usage(3000, 40), None), counted(20, usage(1000, 10), None)]},
            (2, 4000, 0, 0, 50, "0.0215"),
            id="a total that falls begins anew",
        ),
        pytest.param(
            {
                "a.jsonl": [*begun(), counted(9, usage(1000, 10), None)],
                "b.jsonl": [*begun(second=60), counted(69, usage(3000, 40), None)],
            },
            (2, 3000, 0, 0, 40, "0.0162"),
            id="a session that goes on in another file",
        ),
        pytest.param(
            {"a.jsonl": [*begun(), *ONE, FULL]},
            (1, 1000, 0, 0, 10, COST),
            id="a window that is full is no request",
        ),
        pytest.param(
            {"a.jsonl": [*begun(), OWN, OTHER, *ONE]},
            (1, 1000, 0, 0, 10, COST),
            id="records, with those of another thread and running counts beside them",
        ),
        pytest.param(
            {"a.jsonl": [*begun(), *ONE, TWO, record(21, "s", usage(2000, 20), "r")]},
            (2, 3000, 0, 0, 30, "0.0159"),
            id="records that begin in the middle of an older session",
        ),
        pytest.param(
            {
                "a.jsonl": [*begun(), record(3, "s", usage(1000, 10), "r1")],
                "b.jsonl": [*begun(), record(3, "s", usage(1000, 10), "r1")],
            },
            (1, 1000, 0, 0, 10, COST),
            id="a record in two files",
        ),
        pytest.param(
            {"a.jsonl": [*begun(), counted(9, {"input_tokens": "1000", "output_tokens": "10"}, None)]},
            (1, 1000, 0, 0, 10, COST),
            id="numbers as text",
        ),
    ],
)  # fmt: skip
def test_a_request_counts_once(run: Run, tmp_path: Path, files: Any, expected: tuple[Any, ...]) -> None:
    """Whatever tells it again, and however the totals are told; other sessions are other requests."""
    assert sums(meter(run, put(tmp_path, files))) == expected


PARENT = [*begun("p"), counted(9, usage(1000, 10), usage(1000, 10)), counted(70, usage(3000, 30), usage(2000, 20))]
LATER = [counted(99, usage(9000, 90), usage(6000, 60))]
COPIED = [
    line("session_meta", at(80.01), id="p"),
    line("turn_context", at(80.02), model="gpt-5.5"),
    counted(80.03, usage(1000, 10), usage(1000, 10)),
    counted(80.04, usage(3000, 30), usage(2000, 20)),
]
FORK = [*begun("f", 80, forked_from_id="p")[:1], *COPIED, counted(99, usage(3500, 35), usage(500, 5))]
# The parent has 9,000 in and 90 out, the fork 500 and 5 of its own.
BOTH = (4, 9500, 0, 0, 95, "0.05035")


@pytest.mark.parametrize("names", [("a.jsonl", "b.jsonl"), ("b.jsonl", "a.jsonl")], ids=["parent first", "fork first"])
def test_a_fork_counts_what_is_its_own(run: Run, tmp_path: Path, names: tuple[str, str]) -> None:
    """What it copied is its parent's, in whatever order the files come, and what was left out is said."""
    found = meter(run, put(tmp_path, {names[0]: PARENT + LATER, names[1]: FORK}))
    assert sums(found) == BOTH
    assert "counts that forks copied from their parents (2)" in found["said"]


def test_a_request_of_a_fork_like_a_later_one_of_its_parent_is_another(run: Run, tmp_path: Path) -> None:
    """The parent went on as the fork did, after it: equal numbers make no copy."""
    twin = [*begun("f", 80, forked_from_id="p")[:1], *COPIED, *LATER]
    assert sums(meter(run, put(tmp_path, {"a.jsonl": PARENT + LATER, "b.jsonl": twin})))[:2] == (4, 15000)


def test_a_fork_without_its_parent_leaves_out_what_was_written_in_one_go(run: Run, tmp_path: Path) -> None:
    """500 x 5 + 5 x 30, and a word about the parent."""
    found = meter(run, put(tmp_path, {"a.jsonl": FORK}))
    assert sums(found) == (1, 500, 0, 0, 5, "0.00265")
    assert "its parent, which is not among the inputs, was left out" in found["said"]


def test_the_records_of_a_parent_that_is_not_there_are_left_out_and_told(run: Run, tmp_path: Path) -> None:
    """They name its thread; with the parent among the inputs nothing is to be told."""
    copied = record(80.5, "p", usage(1000, 10), "r1")
    fork = [*begun("f", 80, forked_from_id="p"), copied, record(99, "f", usage(500, 5), "r2")]
    found = meter(run, put(tmp_path, {"b.jsonl": fork}))
    assert sums(found)[:2] == (1, 500)
    assert "its parent, which is not among the inputs, was left out" in found["said"]
    parent = [*begun("p"), record(9, "p", usage(1000, 10), "r1")]
    found = meter(run, put(tmp_path, {"a.jsonl": parent}))
    assert (sums(found)[:2], "parent" in found["said"]) == ((2, 1500), False)


def test_a_history_may_keep_its_times(run: Run, tmp_path: Path) -> None:
    """What is older than the fork is its parent's."""
    fork = [*begun("f", 80, forked_from_id="p")[:1], *PARENT, counted(99, usage(3500, 35), usage(500, 5))]
    assert sums(meter(run, put(tmp_path, {"a.jsonl": fork})))[:2] == (1, 500)


def test_a_fork_of_a_fork(run: Run, tmp_path: Path) -> None:
    """What the first copied the second copies again; all three are there, the youngest first."""
    grand = [
        line("session_meta", at(200), id="g", forked_from_id="f"),
        *(line_ | {"timestamp": at(200.01)} for line_ in [*COPIED, counted(99, usage(3500, 35), usage(500, 5))]),
        counted(220, usage(3600, 36), usage(100, 1)),
    ]
    files = {"a.jsonl": grand, "b.jsonl": FORK, "c.jsonl": PARENT + LATER}
    assert sums(meter(run, put(tmp_path, files)))[:2] == (5, 9600)


def test_a_thread_that_another_began_has_its_own_requests(run: Run, tmp_path: Path) -> None:
    """It names a parent and copies nothing: quick answers are no history."""
    source = {"subagent": {"thread_spawn": {"parent_thread_id": "p"}}}
    child = [*begun("c", 5, source=source), counted(5.3, usage(700, 7), usage(700, 7))]
    assert sums(meter(run, put(tmp_path, {"c.jsonl": child}))) == (1, 700, 0, 0, 7, "0.00371")


@pytest.mark.parametrize(
    ("tier", "cost"), [("priority", "0.01325"), ("fast", "0.01325"), ("default", COST), (None, COST)]
)
def test_the_tier_of_a_record_served_it(run: Run, tmp_path: Path, tier: str | None, cost: str) -> None:
    """At two and a half times the rates."""
    lines = [*begun(), record(3, "s", usage(1000, 10), "r1", service_tier=tier)]
    assert meter(run, put(tmp_path, {"a.jsonl": lines}))["cost"] == cost


def test_a_tier_that_was_asked_for_is_told(run: Run, tmp_path: Path) -> None:
    """Standard rates are likely, those of the tier possible; what is asked back to the default asks for nothing."""
    asked = line("event_msg", at(1), type="thread_settings_applied", thread_settings={"service_tier": "priority"})
    found = meter(run, put(tmp_path, {"a.jsonl": [*begun(), asked, *ONE]}))
    assert (found["cost"], found["cost_high"]) == (COST, "0.01325")
    assert "asked for the service tier 'priority'" in found["said"]
    back = line("event_msg", at(2), type="thread_settings_applied", thread_settings={"service_tier": None})
    found = meter(run, put(tmp_path, {"a.jsonl": [*begun(), asked, back, *ONE]}))
    assert (found["cost"], "tier" in found["said"]) == (COST, False)


def test_tokens_of_an_unknown_name_are_told(run: Run, tmp_path: Path) -> None:
    """Where no total has them inside; a cache write under another name is read."""
    odd = {**usage(1000, 10), "total_tokens": None, "retrieval_tokens": 77}
    found = meter(run, put(tmp_path, {"a.jsonl": [*begun(), record(3, "s", odd, "r")]}), code=2)
    assert "retrieval_tokens" in found["said"]
    written = record(3, "s", usage(1000, 10, cache_creation_input_tokens=300), model="gpt-5.6-sol")
    lines = [*begun(), {**written, "timestamp": "2026-09-10T10:00:00Z"}]
    assert meter(run, put(tmp_path, {"a.jsonl": lines}))["cache_write_tokens"] == 300


def test_lines_without_usage_are_no_fault(run: Run, tmp_path: Path) -> None:
    """Of kinds that are known, of one that is not, and an info of null."""
    others = [
        line("inter_agent_communication_metadata", at(2), author="root"),
        line("compacted", at(2), message="so far", replacement_history=[]),
        line("something_new", at(2), value=1),
        counted(3, None, None, rate_limits={"primary": {"used_percent": 3}}),
    ]
    assert sums(meter(run, put(tmp_path, {"a.jsonl": [*begun(), *others, *ONE]})))[:2] == (1, 1000)


def turn(given: int, output: int, **more: Any) -> Line:
    return {
        "type": "turn.completed",
        "usage": {"input_tokens": given, "cached_input_tokens": 0, "output_tokens": output, **more},
    }


def thread(name: str) -> Line:
    return {"type": "thread.started", "thread_id": name}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.jsonl": [thread("t"), turn(1000, 10), {"type": "turn.started"}, turn(3000, 30)]}, (2, 3000, 30)),
        ({"a.jsonl": [thread("t"), turn(1000, 10), thread("u"), turn(1000, 10)]}, (2, 2000, 20)),
        ({"a.jsonl": [thread("t"), turn(1000, 10)], "b.jsonl": [thread("t"), turn(3000, 30)]}, (2, 3000, 30)),
        ({"a.jsonl": [thread("t"), turn(3000, 30)], "b.jsonl": [thread("t"), turn(1000, 10)]}, (1, 3000, 30)),
        ({"a.jsonl": [thread("t"), turn(3000, 30), turn(1000, 10)]}, (2, 4000, 40)),
        ({"a.jsonl": [turn(1000, 10), turn(3000, 30)]}, (2, 3000, 30)),
        ({"a.jsonl": [turn(1000, 10)], "b.jsonl": [turn(1000, 10)]}, (2, 2000, 20)),
    ],
    ids=["sums so far", "two threads", "in the next file", "files out of order", "a new run", "no id", "two files"],
)  # fmt: skip
def test_codex_exec_tells_the_sum_of_a_thread(run: Run, tmp_path: Path, files: Any, expected: tuple[int, ...]) -> None:
    """The last of each thread holds; a sum that falls in one file is of another run."""
    found = meter(run, put(tmp_path, files), "-m", "gpt-5.5")
    assert (found["requests"], found["input_tokens"], found["output_tokens"]) == expected


def test_codex_exec_names_no_model(run: Run, tmp_path: Path) -> None:
    """It is unpriced without -m; a failed turn and an error used nothing."""
    lines = [
        thread("t"),
        turn(1000, 10),
        {"type": "turn.failed", "error": {"message": "x"}},
        {"type": "error", "message": "y"},
    ]
    found = meter(run, put(tmp_path, {"a.jsonl": lines}), code=2)
    assert (found["input_tokens"], "name it with -m" in found["said"]) == (1000, True)
