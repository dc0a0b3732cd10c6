"""Iterations of Anthropic's messages: what is billed beside the usage, in answers of the API and in sessions alike."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run

Json = dict[str, Any]


def counts(given: int, output: int, **more: Any) -> Json:
    cache = {"cache_read_input_tokens": 0, "cache_creation_input_tokens": 0}
    return {"input_tokens": given, "output_tokens": output, **cache, **more}


def part(kind: str, given: int, output: int, **more: Any) -> Json:
    return {"type": kind, **counts(given, output, **more)}


HOUR = {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 1000}
MESSAGE, COMPACTION = part("message", 100, 50), part("compaction", 1000, 100)
ADVISOR = part("advisor_message", 2000, 200, model="claude-opus-4-8")
# claude-sonnet-4-6: 3 for the input, 15 for the output, 6 for an hour in the cache; claude-opus-4-8: 5 and 25.
# name -> the usage, and of the report: exit code, input, output, cost, and what stderr says ("" for nothing)
Expected = tuple[int, int, int, str | None, str]
CASES: dict[str, tuple[Json, Expected]] = {
    "none": (counts(100, 50, iterations=None), (0, 100, 50, "0.00105", "")),
    "an empty list": (counts(100, 50, iterations=[]), (0, 100, 50, "0.00105", "")),
    "nulls": (counts(100, 50, iterations=[None, {"type": "message"}]), (0, 100, 50, "0.00105", "")),
    "one that repeats the usage": (counts(100, 50, iterations=[MESSAGE]), (0, 100, 50, "0.00105", "")),
    "a repeat of the usage, whatever it is called": (
        counts(1000, 100, iterations=[COMPACTION]),
        (0, 1000, 100, "0.0045", ""),
    ),
    "a compaction": (counts(100, 50, iterations=[COMPACTION, MESSAGE]), (0, 1100, 150, "0.00555", "")),
    "a compaction that the usage includes": (
        counts(1100, 150, iterations=[COMPACTION, MESSAGE]),
        (0, 1100, 150, "0.00555", ""),
    ),
    # 2,000 x 5 + 200 x 25 = 15,000 per million
    "an advisor": (counts(200, 100, iterations=[MESSAGE, ADVISOR, MESSAGE]), (0, 2200, 300, "0.0171", "")),
    # 2,000 x 3 + 200 x 15 = 9,000 per million
    "an advisor without a name": (
        counts(100, 50, iterations=[MESSAGE, {**ADVISOR, "model": None}]),
        (0, 2100, 250, "0.01005", "an advisor's model is not told"),
    ),
    "a compaction that writes for an hour": (
        counts(100, 50, iterations=[part("compaction", 0, 0, cache_creation_input_tokens=1000, cache_creation=HOUR)]),
        (0, 1100, 50, "0.00705", ""),
    ),
    "the message's alone tell for how long they wrote": (
        counts(0, 0, cache_creation_input_tokens=1000)
        | {"iterations": [part("message", 0, 0, cache_creation_input_tokens=1000, cache_creation=HOUR)]},
        (0, 1000, 0, "0.006", ""),
    ),
    "a model that declined, and the one that served": (
        counts(100, 50)
        | {
            "iterations": [
                part("message", 400, 0, model="claude-opus-4-8"),
                part("fallback_message", 100, 50, model="claude-sonnet-4-6-20260217"),
            ]
        },
        (0, 500, 50, "0.00305", ""),
    ),
    "the usage of the last alone": (counts(100, 50, iterations=[MESSAGE] * 3), (0, 300, 150, "0.00315", "")),
    "a usage of more than its iterations": (
        counts(300, 150, iterations=[MESSAGE, COMPACTION]),
        (0, 1300, 250, "0.00765", "its iterations of type 'message' do not add up to its usage: the usage was counted"),
    ),
    "a type that is not known": (
        counts(100, 50, iterations=[MESSAGE, part("critic", 1000, 100)]),
        (0, 1100, 150, "0.00555", "iterations of type 'critic' are not known: counted beside the rest"),
    ),
    "a field of tokens that is not known": (
        counts(100, 50, iterations=[part("message", 100, 50, drafted_tokens=7)]),
        (2, 100, 50, "0.00105", "'drafted_tokens' (7): not known here"),
    ),
    "a model that is not known": (
        counts(100, 50, iterations=[MESSAGE, {**ADVISOR, "model": "claude-nova-9"}]),
        (2, 2100, 250, None, "unknown model 'claude-nova-9'"),
    ),
}


def message(usage: Json) -> Json:
    made = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-4-6", "content": []}
    return {**made, "created_at": "2026-07-30T10:00:01Z", "usage": usage}


def session(usage: Json) -> Json:
    around = {"sessionId": "s", "uuid": "u", "timestamp": "2026-07-30T10:00:01Z", "requestId": "r"}
    return {**around, "type": "assistant", "message": message(usage)}


@pytest.mark.parametrize("kind", ["message", "session"])
@pytest.mark.parametrize("name", CASES)
def test_every_iteration_is_billed_once(run: Run, tmp_path: Path, name: str, kind: str) -> None:
    """The sum over the iterations is billed, each at its own model; one request, in the API's logs and in sessions."""
    usage, (code, given, output, cost, says) = CASES[name]
    log = tmp_path / "log.jsonl"
    log.write_text(json.dumps(message(usage) if kind == "message" else session(usage)) + "\n")
    result = run("usage", log, "-f", "json")
    totals = json.loads(result.out)["totals"]
    found = (result.code, totals["input_tokens"], totals["output_tokens"], totals["cost"], totals["requests"])
    assert found == (code, given, output, cost, 1), result.err
    assert says in result.err if says else not result.err


def test_what_an_advisor_cost_is_its_own_model_s(run: Run, tmp_path: Path) -> None:
    """A row of its own, which is no request; lines that tell more, a copy and --unique change nothing."""
    lines = [session(counts(5, 1, iterations=[])), session(counts(200, 100, iterations=[MESSAGE, ADVISOR, MESSAGE]))]
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text("".join(json.dumps(line) + "\n" for line in lines))
    result = run("usage", tmp_path, "--by", "model", "-f", "json")
    rows = [(row["name"], row["requests"], row["cost"]) for row in json.loads(result.out)["rows"]]
    assert (result.code, rows) == (0, [("claude-opus-4-8", 0, "0.015"), ("claude-sonnet-4-6", 1, "0.0021")])
    log = tmp_path / "api.jsonl"
    grown = [message(counts(100, 50, iterations=[MESSAGE])), message(CASES["an advisor"][0])]
    log.write_text("".join(json.dumps(line) + "\n" for line in [*grown, *grown]))
    result = run("usage", log, "--unique", "-f", "json")
    totals = json.loads(result.out)["totals"]
    assert (result.code, totals["cost"], totals["requests"], totals["output_tokens"]) == (0, "0.0171", 1, 300)
    assert "3 repeated response ids, left out" in result.err


def test_what_was_charged_for_all_of_it_stays_together(run: Run, tmp_path: Path) -> None:
    """The charge of a message pays for its compaction, too: 1,100 x 3 + 150 x 15 = 5,550 per million."""
    log = tmp_path / "log.jsonl"
    log.write_text(json.dumps({**message(counts(100, 50, iterations=[COMPACTION, MESSAGE])), "cost": 0.00555}) + "\n")
    result = run("audit", log, "-f", "json")
    report = json.loads(result.out)
    assert (result.code, report["findings"]) == (0, [])
    result = run("usage", log, "-f", "json")
    totals = json.loads(result.out)["totals"]
    assert (totals["cost"], totals["charged"], totals["input_tokens"]) == ("0.00555", "0.00555", 1100)
    assert (result.code, result.err) == (0, "")


def test_the_prompt_of_an_iteration_decides_on_its_rates(run: Run, tmp_path: Path) -> None:
    """Two of 150,000 are two short prompts, and no long one: 300,000 x 3 per million."""
    halves = [part("message", 150_000, 0)] * 2
    line = {**message(counts(300_000, 0, iterations=halves)), "model": "claude-sonnet-4-5"}
    log = tmp_path / "log.jsonl"
    log.write_text(json.dumps(line) + "\n")
    result = run("usage", log, "--as-of", "2026-02-24", "-f", "json")
    assert (result.code, json.loads(result.out)["totals"]["cost"], result.err) == (0, "0.9", "")
