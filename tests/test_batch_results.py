"""``batch --results``: a forecast held against what was billed, in the results of every provider."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Result, Run, document

Json = dict[str, Any]
NAME = "gpt-4o"


def write(name: str, *values: object) -> None:
    """A file of JSON lines; text stands as it is."""
    lines = (value if isinstance(value, str) else json.dumps(value) for value in values)
    Path(name).write_text("".join(f"{each}\n" for each in lines))


def asked(name: str, model: str = NAME, **more: object) -> Json:
    """A line of an OpenAI batch: "Hello" to gpt-4o is 3 + 1 + 1 + 3 = 8 tokens."""
    body = {"model": model, "messages": [{"role": "user", "content": "Hello"}], **more}
    return {"custom_id": name, "method": "POST", "url": "/v1/chat/completions", "body": body}


def chat(given: int, made: int, model: str = NAME, identity: str = "", **usage: object) -> Json:
    """A chat completion with its usage."""
    counts = {"prompt_tokens": given, "completion_tokens": made, "total_tokens": given + made, **usage}
    named = {"id": identity} if identity else {}
    return {**named, "object": "chat.completion", "model": model, "choices": [{}], "usage": counts}


def answered(name: str, given: int, made: int, model: str = NAME, identity: str = "") -> Json:
    """A line of OpenAI's results."""
    response = {"status_code": 200, "body": chat(given, made, model, identity or f"id-{name}")}
    return {"custom_id": name, "response": response, "error": None}


def failed(name: str) -> Json:
    """A line of OpenAI's file of errors."""
    return {"custom_id": name, "response": None, "error": {"code": "batch_expired", "message": "late"}}


def message(given: int, made: int) -> Json:
    """A message of Claude's with its usage."""
    usage = {"input_tokens": given, "output_tokens": made}
    return {"id": "msg_1", "type": "message", "model": "claude-haiku-4-5-20251001", "content": [], "usage": usage}


def generated(given: int, made: int, thoughts: int = 0) -> Json:
    """A response of Gemini's with its usage."""
    usage = {"promptTokenCount": given, "candidatesTokenCount": made, "thoughtsTokenCount": thoughts}
    usage["totalTokenCount"] = sum(usage.values())
    return {"candidates": [{}], "modelVersion": "gemini-2.5-flash", "usageMetadata": usage}


def of_gemini(text: str = "Hello", **config: object) -> Json:
    """A body for Gemini."""
    return {"contents": [{"role": "user", "parts": [{"text": text}]}], "generationConfig": config}


def of_claude(**more: object) -> Json:
    """A body for Claude without a model."""
    return {"max_tokens": 90, "messages": [{"role": "user", "content": "Hello"}], **more}


def billed(run: Run, *options: object) -> list[tuple[Any, ...]]:
    """(name, result, input, output, cost) of every row of r.jsonl against o.jsonl."""
    report = document(run("batch", "r.jsonl", "--results", "o.jsonl", "-f", "json", *options))
    keys = ("name", "result", "input_tokens_billed", "output_tokens_billed", "cost_billed")
    return [tuple(row[key] for key in keys) for row in report["rows"]]


def test_a_forecast_is_held_against_its_results(run: Run, before_notes: None) -> None:
    """In another order: 8 x 2.5 + 20 x 10 = 220 and 11 x 2.5 + 40 x 10 = 427.5 a million, a batch is half of it."""
    write("r.jsonl", asked("a", max_tokens=300), asked("b"), asked("c"))
    write("o.jsonl", failed("c"), answered("b", 11, 40, "gpt-4o-2024-08-06"), answered("a", 8, 20))
    result = run("batch", "r.jsonl", "--results", "o.jsonl", "--output", "25")
    assert result == Result(
        0,
        "model   requests  input  standing  output       low     likely     high\n"
        "gpt-4o         3     24  exact         75  $0.00003  $0.000405  $0.1654\n"
        "\n"
        "forecast against billed\n"
        "model   results  in  in billed  out  out billed      cost      billed\n"
        "gpt-4o        2  16         19   50          60  $0.00027  $0.0003238\n"
        "as a batch: $0.000405, $0.000405 less than sent one by one (50.0 %)\n"
        "input: 1 of 2 results outside the forecast, +3 tokens at most ('b')\n"
        "output: 1 of 2 results longer than expected, by 15 at most ('b')\n"
        "billed: $0.0003238, the forecast is $0.00002 to $0.08344, 19.9 % more than likely\n"
        "next time: --output-ratio 3.157895 (2 results together; half have at most 2.5, 9 in 10 3.636364)\n",
        "note: 1 request failed and cost nothing: failed: batch_expired (1)\n",
    )
    assert billed(run) == [
        ("a", "billed", 8, 20, "0.00011"),
        ("b", "billed", 11, 40, "0.00021375"),
        ("c", "failed", None, None, None),
    ]


PROVIDERS = [
    ({"custom_id": "x", "params": of_claude(model="claude-haiku-4-5")},
     {"custom_id": "x", "result": {"type": "succeeded", "message": message(8, 40)}}, (),
     ("x", "billed", 8, 40, "0.000104")),  # (8 x 1 + 40 x 5) / 2
    ({"custom_id": "x", "params": of_claude(model="claude-haiku-4-5")},
     {"custom_id": "x", "result": {"type": "expired"}}, (), ("x", "failed", None, None, None)),
    ({"key": "x", "request": of_gemini()}, {"key": "x", "response": generated(2, 30, 100)},
     ("-m", "gemini-2.5-flash"), ("x", "billed", 2, 130, "0.0001628")),  # (2 x 0.3 + 130 x 2.5) / 2
    ({"key": "x", "request": of_gemini()}, {"key": "x", "error": {"code": 3, "message": "bad"}},
     ("-m", "gemini-2.5-flash"), ("x", "failed", None, None, None)),
    ({"batch": {"inputConfig": {"requests": {"requests": [{"request": of_gemini(), "metadata": {"key": "x"}}]}}}},
     {"name": "batches/1", "done": True, "response": {"inlinedResponses": {"inlinedResponses": [
         {"metadata": {"key": "x"}, "response": generated(2, 30)}]}}},
     ("-m", "gemini-2.5-flash"), ("x", "billed", 2, 30, "0.0000378")),  # (2 x 0.3 + 30 x 2.5) / 2
    ({"request": of_gemini(topP=1.0)},
     {"status": "", "processed_time": "2026-11-01T18:13:16.826+00:00", "response": generated(1, 4),
      "request": {"generationConfig": {"top_p": 1}, **{key: value for key, value in of_gemini().items()
                                                       if key == "contents"}}},
     ("-m", "vertex/gemini-2.5-flash"), ("line 1", "billed", 1, 4, "0.00000515")),  # (1 x 0.3 + 4 x 2.5) / 2
    ({"custom_id": "0", "body": {"max_tokens": 100, "messages": [{"role": "user", "content": "Hello"}]}},
     {"id": "b", "custom_id": "0", "response": {"status_code": 200, "body": chat(5, 20, "mistral-small-latest")},
      "error": None}, ("-m", "mistral-small-latest"), ("0", "billed", 5, 20, "0.000006375")),
    ({"recordId": "R1", "modelInput": of_claude(anthropic_version="bedrock-2023-05-31")},
     {"modelInput": {}, "modelOutput": message(8, 40), "recordId": "R1"},
     ("-m", "bedrock/claude-haiku-4-5"), ("R1", "billed", 8, 40, "0.0001144")),  # 1.1 x as much, in one region
    ({"recordId": "R1", "modelInput": {"prompt": "Hello", "max_gen_len": 64}},
     {"modelInput": {}, "recordId": "R1",
      "modelOutput": {"generation": "x", "prompt_token_count": 2, "generation_token_count": 20, "stop_reason": "stop"}},
     ("-m", "bedrock/meta.llama3-3-70b-instruct-v1:0"), ("R1", "billed", 2, 20, "0.00000792")),
    ({"recordId": "R1", "modelInput": {"prompt": "Hello", "max_gen_len": 64}},
     {"modelInput": {}, "recordId": "R1", "error": {"errorCode": 400, "errorMessage": "bad"}},
     ("-m", "bedrock/meta.llama3-3-70b-instruct-v1:0"), ("R1", "failed", None, None, None)),
    (asked("x"), {"custom_id": "x", "response": chat(8, 20, "gpt-4o"), "error": None}, (),
     ("x", "billed", 8, 20, "0.00011")),  # without a body around it, as Fireworks writes them
    (asked("x")["body"], chat(8, 20), (), ("line 1", "billed", 8, 20, "0.00022")),  # sent alone, and in order
]  # fmt: skip


@pytest.mark.parametrize(("request_", "result", "options", "row"), PROVIDERS)
def test_the_results_of_every_provider_are_joined(
    run: Run, request_: Json, result: Json, options: tuple[str, ...], row: tuple[Any, ...]
) -> None:
    """By custom_id, key or recordId, by the request itself where Vertex echoes it, else by their order."""
    write("r.jsonl", request_)
    write("o.jsonl", result)
    assert billed(run, *options) == [row]


def test_what_cannot_be_joined_is_said(run: Run, before_notes: None) -> None:
    """Missing, surplus, told twice, tried again: each with its number; the exit is 0 while all could be read."""
    write("r.jsonl", asked("a"), asked("b"), asked("c"))
    write("o.jsonl", failed("a"), answered("a", 8, 9), answered("a", 8, 9), answered("z", 8, 9), answered("y", 8, 9))
    result = run("batch", "r.jsonl", "--results", "o.jsonl")
    assert result.code == 0
    assert result.err == (
        "note: 2 requests have no result: 'b' and 'c'\n"
        "note: 2 results have no request in these files: 'z' and 'y'\n"
        "note: 1 result told twice, counted once\n"
        "note: 1 result failed where another of the same request did not: left out\n"
    )
    report = document(run("batch", "r.jsonl", "--results", "o.jsonl", "-f", "json"))
    counts = {"billed": 1, "failed": 0, "missing": 2, "without_request": 2, "repeated": 1, "retried": 1}
    assert report["details"]["result_counts"].items() >= counts.items()


@pytest.mark.parametrize(
    ("results", "why"),
    [
        ((answered("q", 8, 9),), "--results no result in 'o.jsonl' is of these requests"),
        ((asked("a"),), "'o.jsonl': no result of a batch is in it: o.jsonl:1: no result that is known"),
        ((answered("a", 8, 9), "{broken"), "o.jsonl:2: not valid JSON"),
        ((answered("a", 8, 9), [1]), "o.jsonl:2[1]: not a JSON object"),
        ((answered("a", 8, 9), {"custom_id": "b", "response": {"status_code": 200, "body": {"choices": [{}]}}}),
         "o.jsonl:2: no result that is known"),
        ((chat(8, 9, identity="1"), chat(8, 9, identity="2"), chat(8, 9, identity="3")), "not as many"),
        ((chat(8, 9, identity="1"), {"choices": [{}]}), "--results no result in 'o.jsonl' is of these requests"),
        ((), "no result of a batch is in it"),
    ],
)  # fmt: skip
def test_results_that_do_not_answer_are_an_error(run: Run, results: tuple[object, ...], why: str) -> None:
    """Of another batch, of another kind, or broken: exit 2, in words."""
    write("r.jsonl", asked("a"), asked("b"))
    write("o.jsonl", *results)
    result = run("batch", "r.jsonl", "--results", "o.jsonl")
    assert result.code == 2
    assert why in result.err


def test_results_whose_names_were_lost_are_taken_in_order(run: Run, before_notes: None) -> None:
    """A line of OpenAI's without custom_id is still of a batch: 8 x 2.5 + 9 x 10 = 110 a million, half of it."""
    write("r.jsonl", asked("a"), asked("b"))
    lines = answered("a", 8, 9), answered("b", 8, 9)
    write("o.jsonl", {**lines[0], "custom_id": None}, {"response": lines[1]["response"]})
    assert [each[4] for each in billed(run)] == ["0.000055"] * 2


def test_results_are_no_requests(run: Run) -> None:
    """A file of results in the place of that of its requests is told to be one."""
    expired = {"custom_id": "b", "result": {"type": "expired"}}
    write("o.jsonl", answered("a", 8, 9), expired, {"key": "c", "response": {}})
    result = run("batch", "o.jsonl")
    why = "a result, no request: 'batch REQUESTS --results' takes it"
    assert (result.code, result.out) == (2, "")
    assert result.err == "".join(f"tokcost: o.jsonl:{at}: {name}: {why}\n" for at, name in enumerate("abc", 1))


def test_one_stdin_cannot_be_both(run: Run) -> None:
    """The requests are named, or their results are."""
    for args in (("--results", "-"), ("-", "--results", "-"), ("--output-ratio", "-")):
        result = run("batch", *args, stdin=b"{}")
        assert (result.code, result.out) == (2, "")
        assert result.err == "tokcost: error: stdin cannot hold both requests and results: name files\n"


def test_an_answer_of_another_model_is_billed_as_that(run: Run, before_notes: None) -> None:
    """8 x 0.15 + 10 x 0.6 = 7.2 a million, half of it; nothing is learnt of it for gpt-4o."""
    write("r.jsonl", asked("a"), asked("b"))
    write("o.jsonl", answered("a", 8, 10, "gpt-4o-mini"), answered("b", 8, 10, "ft-of-mine"))
    result = run("batch", "r.jsonl", "--results", "o.jsonl")
    assert result.err == (
        "note: 1 result of gpt-4o-mini, not of the model that the forecast is for: billed as theirs\n"
        "note: 1 result of 'ft-of-mine', not known: billed as the model of its request\n"
    )
    assert "next time: --output-ratio 1.25 (1 result together" in result.out
    assert [each[4] for each in billed(run)] == ["0.0000036", "0.00006"]


def test_the_forecast_is_at_the_rates_that_were_billed(run: Run) -> None:
    """Results of a batch make it one, unless --mode says otherwise; a limit holds the forecast as ever."""
    write("r.jsonl", asked("a", max_tokens=10))
    write("o.jsonl", answered("a", 8, 10))
    found = document(run("batch", "r.jsonl", "--results", "o.jsonl", "-f", "json"))
    assert (found["pricing"]["mode"], found["totals"]["cost_high"]) == ("batch", "0.00006")
    assert (found["totals"]["cost_billed"], found["totals"]["output_tokens_billed"]) == ("0.00006", 10)
    found = document(run("batch", "r.jsonl", "--results", "o.jsonl", "--mode", "standard", "-f", "json"))
    assert (found["totals"]["cost_high"], found["totals"]["cost_billed"]) == ("0.00012", "0.00006")
    assert run("batch", "r.jsonl", "--results", "o.jsonl", "--max-cost", "0.00005").code == 1
    assert run("batch", "r.jsonl", "--results", "o.jsonl", "--max-cost", "0.00006").code == 0


def test_results_may_lie_in_one_document(run: Run) -> None:
    """An array, a list under a name, what a job of Gemini's hands out: each of its results counts."""
    write("r.jsonl", asked("a"), asked("b"))
    both = [answered("b", 8, 10), answered("a", 8, 20)]
    for document_ in (both, {"data": both}, {"batch": "x", "results": both}):
        Path("o.jsonl").write_text(json.dumps(document_, indent=1))
        assert [each[3] for each in billed(run)] == [20, 10], document_


def test_what_the_forecast_missed_most_is_listed(run: Run, before_notes: None) -> None:
    """8 tokens were forecast: by 4 above, by 1 below; what was read from the cache is told."""
    write("r.jsonl", asked("a"), asked("b"), asked("c"))
    cached = answered("c", 12, 1)
    cached["response"]["body"]["usage"]["prompt_tokens_details"] = {"cached_tokens": 5}
    write("o.jsonl", answered("a", 8, 1), answered("b", 7, 1), cached)
    result = run("batch", "r.jsonl", "--results", "o.jsonl")
    assert result.code == 0
    assert result.out.splitlines()[7:12] == [
        "input farthest outside the forecast",
        "name  input  in billed  outside",
        "c         8         12       +4",
        "b         8          7       -1",
        "as a batch: $0.00003, $0.00003 less than sent one by one (50.0 %)",
    ]
    told = "input: 2 of 3 results outside the forecast, +4 tokens at most ('c'); 5 tokens of it read from the cache\n"
    assert told in result.out


def test_results_of_bedrock_are_read_by_usage(run: Run) -> None:
    """(8 x 1 + 40 x 5) / 2 a million, as in any other batch; an error costs nothing."""
    error = {"recordId": "R2", "modelInput": {}, "error": {"errorCode": 400, "errorMessage": "bad"}}
    write("o.jsonl", {"recordId": "R1", "modelInput": {}, "modelOutput": message(8, 40)}, error)
    totals = document(run("usage", "o.jsonl", "-m", "claude-haiku-4-5", "-f", "json"))["totals"]
    assert (totals["cost"], totals["failed"]) == ("0.000104", 1)


def test_a_seller_without_batch_rates_is_compared_by_tokens(run: Run) -> None:
    """The forecast is at its standard rates, what was billed has no price, and that is said."""
    model = "groq/llama-3.3-70b-versatile"
    write("r.jsonl", asked("a", "llama-3.3-70b-versatile"))
    write("o.jsonl", answered("a", 36, 8, "llama-3.3-70b-versatile"))
    result = run("batch", "r.jsonl", "--results", "o.jsonl", "-m", model, "-f", "json")
    (row,) = document(result)["rows"]
    assert (row["mode"], row["input_tokens_billed"], row["cost_billed"]) == ("standard", 36, None)
    assert row["cost"] is not None
    told = f"tokcost: --results 1 result cannot be priced: {model} has no batch rates here (it has: standard)"
    assert (result.code, result.err.startswith(told)) == (2, True)
