"""What claude -p prints: its result is the bill, what it printed before tells the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run

Json = dict[str, Any]
SONNET, HAIKU = "claude-sonnet-4-6", "claude-haiku-4-5-20251001"


def usage(given: int, output: int, written: int = 0, long: int = 0) -> Json:
    lives = {"ephemeral_5m_input_tokens": written - long, "ephemeral_1h_input_tokens": long}
    cache = {"cache_read_input_tokens": 0, "cache_creation_input_tokens": written, "cache_creation": lives}
    return {"input_tokens": given, "output_tokens": output, **cache, "service_tier": "standard"}


def model(given: int, output: int, written: int = 0, **more: Any) -> Json:
    counts = {"inputTokens": given, "outputTokens": output, "cacheReadInputTokens": 0}
    sizes = {"webSearchRequests": 0, "contextWindow": 200_000, "maxOutputTokens": 64_000}
    return {**counts, "cacheCreationInputTokens": written, **sizes, **more}


def result(of: Json | None, models: Json | None, total: Any = None, session: str = "s1", **more: Any) -> Json:
    made = {"type": "result", "subtype": "success", "num_turns": 1, "result": "done", "session_id": session, **more}
    told = {"usage": of, "modelUsage": models, "total_cost_usd": total}
    return {**made, **{name: value for name, value in told.items() if value is not None}}


def printed(kind: str, session: str = "s1", **more: Any) -> Json:
    return {"type": kind, "session_id": session, "uuid": "u", "parent_tool_use_id": None, **more}


def said(identity: str, of: Json, stop: str | None = None) -> Json:
    message: Json = {
        "id": identity,
        "role": "assistant",
        "model": SONNET,
        "content": [],
        "stop_reason": stop,
        "usage": of,
    }
    return printed("assistant", message=message)


def streamed(kind: str, **more: Any) -> Json:
    return printed("stream_event", event={"type": kind, **more})


INIT = printed("system", subtype="init", cwd="/w", model=SONNET, tools=["Bash"])
ONE = result(usage(100, 50), {SONNET: model(100, 50)})  # 100 x 3 + 50 x 15 = 1,050 per million
MORE = result(usage(200, 100), {SONNET: model(200, 100)})
# name -> the values of a file each, and of the report: exit code, input, output, cost, charge, what stderr says
Files = list[list[Any]]
Expected = tuple[int, int, int, str | None, str | None, str]
CASES: dict[str, tuple[Files, Expected]] = {
    "a result": ([[ONE]], (0, 100, 50, "0.00105", None, "")),
    "a list of all that was printed": (
        [[[INIT, said("m1", usage(100, 1)), ONE]]],
        (0, 100, 50, "0.00105", None, "messages of runs that are told elsewhere (1)"),
    ),
    "a stream": (
        [
            [
                INIT,
                said("m1", usage(100, 1)),
                said("m1", usage(100, 1)),
                printed("user", message={"content": []}),
                printed("rate_limit_event"),
                ONE,
            ]
        ],
        (0, 100, 50, "0.00105", None, "messages of runs that are told elsewhere (2)"),
    ),
    "the last result of a run holds": (
        [[INIT, ONE, MORE]],
        (0, 200, 100, "0.0021", None, "results of runs that are told elsewhere (1)"),
    ),
    "a smaller one is of another run": ([[INIT, MORE, ONE]], (0, 300, 150, "0.00315", None, "")),
    "two sessions": ([[ONE, {**ONE, "session_id": "s2"}]], (0, 200, 100, "0.0021", None, "")),
    "one result in two files": (
        [[ONE], [INIT, ONE]],
        (0, 100, 50, "0.00105", None, "results of runs that are told elsewhere (1)"),
    ),
    # haiku: 1 for the input, 5 for the output; sonnet for an hour in the cache: 6; a search is 0.01
    "models, lives of what was written, searches": (
        [
            [
                result(
                    usage(100, 50, 1000, 1000),
                    {SONNET: model(100, 50, 1000, webSearchRequests=2), HAIKU: model(40, 10)},
                    0.02714,
                )
            ]
        ],
        (0, 1140, 60, "0.02714", "0.02714", ""),
    ),
    "searches by the usage alone": (
        [[result({**usage(100, 50), "server_tool_use": {"web_search_requests": 2}}, {SONNET: model(100, 50)})]],
        (0, 100, 50, "0.02105", None, ""),
    ),
    "lives of a part": (
        [[result(usage(100, 50, 1000, 1000), {SONNET: model(200, 50, 2000)})]],
        (0, 2200, 50, "0.0111", None, "for how long its cache was written is told of a part"),
    ),
    "charges by model": (
        [
            [
                result(
                    usage(100, 50),
                    {SONNET: model(100, 50, costUSD=0.00105), HAIKU: model(40, 10, costUSD=0.00009)},
                    0.0011400000000000002,
                )
            ]
        ],
        (0, 140, 60, "0.00114", "0.0011400000000000002", ""),
    ),
    "a total that its models do not come to": (
        [[result(usage(100, 50), {SONNET: model(100, 50, costUSD=0.5)}, 0.00105)]],
        (0, 100, 50, "0.00105", "0.00105", "do not add up to 'total_cost_usd': the total was taken"),
    ),
    "no models: the one that it began with": (
        [[INIT, result(usage(100, 50), None, "0.00105")]],
        (0, 100, 50, "0.00105", "0.00105", ""),
    ),
    "a cost alone": ([[result(None, None, None, cost_usd=0.003)]], (0, 0, 0, "0.003", "0.003", "")),
    "the window in a model's name": (
        [[result(usage(100, 50), {f"{SONNET}[1m]": model(100, 50)})]],
        (0, 100, 50, "0.00105", None, ""),
    ),
    "killed before its result": (
        [[INIT, said("m1", usage(100, 1)), said("m2", usage(0, 2), "end_turn")]],
        (0, 100, 3, "0.000345", None, ".jsonl:2: partial: a run without its result"),
    ),
    "killed, with its stream": (
        [
            [
                streamed("message_start", message={"id": "m1", "model": SONNET, "usage": usage(100, 1)}),
                streamed("content_block_delta", delta={}),
                streamed("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 50}),
                streamed("message_stop"),
            ]
        ],
        (0, 100, 50, "0.00105", None, "messages of runs that are told elsewhere (1)"),
    ),
    "killed in its second turn": (
        [[said("m1", usage(100, 1)), ONE, said("m2", usage(100, 50), "end_turn")]],
        (0, 200, 100, "0.0021", None, "messages of runs that are told elsewhere (1)"),
    ),
    "messages after their result": (
        [[ONE, said("m1", usage(100, 1))]],
        (0, 100, 50, "0.00105", None, "messages of runs that are told elsewhere (1)"),
    ),
    "a count that is not known": (
        [[result(usage(100, 50), {SONNET: model(100, 50, draftTokens=7)})]],
        (2, 100, 50, "0.00105", None, "'draftTokens' (7): not known here"),
    ),
    "nothing was asked": ([[ONE, result(usage(0, 0), {}, 0, "s2", is_error=True)]], (0, 100, 50, "0.00105", None, "")),
}


@pytest.mark.parametrize("name", CASES)
def test_a_run_costs_what_its_result_says(run: Run, tmp_path: Path, name: str) -> None:
    """modelUsage is the whole bill, the last result of a run is final, what was printed before is a repeat."""
    files, (code, given, output, cost, charged, says) = CASES[name]
    for number, lines in enumerate(files):
        (tmp_path / f"{number}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    found = run("usage", tmp_path, "--as-of", "2026-07-30", "-f", "json")
    totals = json.loads(found.out)["totals"]
    told = (found.code, totals["input_tokens"], totals["output_tokens"], totals["cost"], totals["charged"])
    assert told == (code, given, output, cost, charged), found.err
    assert says in found.err if says else not found.err


def test_a_run_and_its_session_are_one(run: Run, tmp_path: Path) -> None:
    """The session's log has the name of the run: its messages count, the result tells them again."""
    around = {"sessionId": "s1", "uuid": "u", "requestId": "r", "timestamp": "2026-07-30T10:00:00Z"}
    line = {**around, "type": "assistant", "message": {"id": "m1", "model": SONNET, "usage": usage(100, 50)}}
    (tmp_path / "s1.jsonl").write_text(json.dumps(line) + "\n")
    (tmp_path / "out.json").write_text(json.dumps(ONE, indent=1))
    found = run("usage", tmp_path, "-f", "json")
    assert (found.code, json.loads(found.out)["totals"]["cost"]) == (0, "0.00105")
    assert "results of runs that are told elsewhere (1)" in found.err
    assert "only the result has" not in found.err
    of_two = result(usage(100, 50), {SONNET: model(100, 50), HAIKU: model(7, 3)})
    (tmp_path / "out.json").write_text(json.dumps(of_two, indent=1))
    found = run("usage", tmp_path, "-f", "json")
    assert (found.code, json.loads(found.out)["totals"]["cost"]) == (0, "0.00105")
    assert f"calls of {HAIKU} that only the result has are left out" in found.err


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (result(usage(1, 1), {SONNET: "much"}), "'modelUsage' of claude-sonnet-4-6 is not an object"),
        (result(usage(1, 1), {SONNET: model(-1, 1)}), "'inputTokens' is -1: a number of tokens is 0 or more"),
        (result(usage(1, 1), {SONNET: {**model(1, 1), "outputTokens": None}}), "'outputTokens' is not stated"),
        (streamed("message_delta", usage={"output_tokens": 5}), "'usage.output_tokens' looks like a count of tokens"),
        ({"type": "result", "session_id": "s", "stats": {"tokens": 5}}, "'stats.tokens' looks like a count of tokens"),
        ({"type": "result", "session_id": "s", "result": "done"}, "no usage in its 1 line"),
    ],
)
def test_what_cannot_be_read_is_told(run: Run, tmp_path: Path, value: Json, says: str) -> None:
    """A result that is not as it should be is refused with the field that it is about."""
    log = tmp_path / "out.jsonl"
    log.write_text(json.dumps(value) + "\n")
    found = run("usage", log)
    assert (found.code, found.out) == (2, "")
    assert says in found.err
