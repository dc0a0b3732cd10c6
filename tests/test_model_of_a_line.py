"""Which model a request is counted and priced as: its own, that of its job, or the one that -m gives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import tokcost
from tests.conftest import Result, Run, document

Body = dict[str, Any]
CHAT = "/v1/chat/completions"
UNNAMED = "the request names no model: {} takes no line without one"
HINT = ", -m MODEL prices it all the same"


def said(model: object = "", **more: object) -> Body:
    """A body of one message: 8 tokens to gpt-4o, 7 to gpt-5.4."""
    named = {} if model == "" else {"model": model}
    return {**named, "messages": [{"role": "user", "content": "Hello"}], **more}


def line(body: Body, name: str = "a", url: str = CHAT) -> Body:
    """A line of an OpenAI batch file."""
    return {"custom_id": name, "method": "POST", "url": url, "body": body}


def asked(run: Run, *requests: object, options: tuple[str, ...] = ()) -> Result:
    """What ``batch`` says of lines."""
    Path("r.jsonl").write_text("".join(json.dumps(each) + "\n" for each in requests))
    return run("batch", "r.jsonl", "-f", "json", *options)


def notes(result: Result) -> list[str]:
    """What a report says of models that were renamed."""
    return [note for note in document(result)["warnings"] if note.startswith("the requests name ")]


def test_a_model_that_is_given_is_that_of_every_request(run: Run) -> None:
    """7 tokens each at gpt-5.4's $2.50, whatever the lines name, known or not; one note has the names."""
    models = ("gpt-4o", "claude-haiku-4-5", "my-own", "gpt-5.4")
    result = asked(run, *(said(model) for model in models), said(), options=("-m", "gpt-5.4"))
    rows = document(result)["rows"]
    assert result.code == 0
    assert [(row["model"], row["input_tokens"], row["cost"]) for row in rows] == [("gpt-5.4", 7, "0.0000175")] * 5
    assert notes(result) == [
        "the requests name 'gpt-4o', 'claude-haiku-4-5' and 'my-own': counted and priced as gpt-5.4, as -m says"
    ]


@pytest.mark.parametrize(
    ("named", "given", "seller"),
    [
        ("gpt-4o", "openai/gpt-4o", "openai"),
        ("gpt-4o", "azure/gpt-4o", "azure"),
        ("meta-llama/Llama-3.3-70B-Instruct-Turbo", "together/meta-llama/Llama-3.3-70B-Instruct-Turbo", "together"),
        ("own", "own=gpt-4o", "openai"),
    ],
)
def test_the_same_model_at_a_seller_is_no_other(run: Run, named: str, given: str, seller: str) -> None:
    """-m may say who sells it, or what a name means: nothing is renamed by that."""
    result = asked(run, said(named), options=("-m", given))
    (row,) = document(result)["rows"]
    assert (result.code, row["provider"], notes(result)) == (0, seller, [])


def test_a_fine_tune_is_not_its_base(run: Run) -> None:
    """Its rates are others: a base that is given for it is said to be."""
    result = asked(run, said("ft:gpt-4o-mini-2024-07-18:org::a"), options=("-m", "gpt-4o-mini"))
    assert notes(result) == [
        "the requests name 'ft:gpt-4o-mini-2024-07-18:org::a': counted and priced as gpt-4o-mini, as -m says"
    ]


def test_a_model_that_is_given_holds_for_its_limits(run: Run) -> None:
    """gpt-4o writes at most 16,384, gpt-5.4 up to 128,000: the request is held against the model it is priced as."""
    body = said("gpt-5.4", max_completion_tokens=20_000)
    assert asked(run, body).code == 0
    result = asked(run, body, options=("-m", "gpt-4o"))
    assert result.code == 2 and "20,000" in document(result)["rows"][0]["problem"]


LACKING = [
    (line(said()), "OpenAI"),
    (line(said(None)), "OpenAI"),
    (line(said(), url="/chat/completions"), "Azure"),
    ({"custom_id": "b", "params": said(max_tokens=5)}, "Anthropic"),
]


@pytest.mark.parametrize(("request_", "who"), LACKING)
def test_a_line_that_must_name_its_model_is_refused_and_the_rest_is_priced(
    run: Run, request_: Body, who: str
) -> None:  # fmt: skip
    """With -m it is counted as well, and still refused."""
    if "params" in request_:
        good, options = {"custom_id": "g", "params": said("claude-haiku-4-5", max_tokens=5)}, ("-m", "claude-haiku-4-5")
    else:
        good, options = line(said("gpt-4o"), "g", request_["url"]), ("-m", "azure/gpt-4o")
        options = options if who == "Azure" else ("-m", "gpt-4o")
    alone = asked(run, good, request_)
    rows = document(alone)["rows"]
    assert (alone.code, rows[0]["input_tokens"], rows[0]["problem"]) == (2, 8, None)
    assert (rows[1]["input_tokens"], rows[1]["problem"]) == (None, UNNAMED.format(who) + HINT)
    given = asked(run, good, request_, options=options)
    rows = document(given)["rows"]
    assert (given.code, rows[0]["problem"], rows[1]["problem"]) == (2, None, UNNAMED.format(who))
    assert (rows[1]["input_tokens"], document(given)["totals"]["input_tokens"]) == (8, 16)


def test_a_line_whose_job_names_the_model_asks_for_it_alone(run: Run) -> None:
    """The others are priced; where none has a model, there is one word for all of them."""
    short = {"custom_id": "a", "body": said()}
    result = asked(run, {"custom_id": "b", "body": said("mistral-small-latest")}, short)
    rows = document(result)["rows"]
    assert (result.code, rows[0]["problem"]) == (2, None)
    assert rows[1]["problem"] == "the request names no model: name one with -m"
    assert asked(run, short, {**short, "custom_id": "c"}) == Result(
        2, "", "tokcost: error: r.jsonl:1: the request names no model: name one with -m\n"
    )
    assert asked(run, short, options=("-m", "mistral-small-latest")).code == 0


def test_a_prompt_that_is_kept_may_name_the_model(run: Run) -> None:
    """A Responses line with the id of one is refused by nobody, and its model asked for where it is priced."""
    kept = line({"prompt": {"id": "pmpt_1"}, "input": "Hello"}, url="/v1/responses")
    assert asked(run, kept, options=("-m", "gpt-4o")).code == 0
    assert asked(run, kept).err == "tokcost: error: r.jsonl:1: the request names no model: name one with -m\n"


def test_a_deployment_is_asked_for_with_the_way_to_say_it(run: Run) -> None:
    """A name of one's own at Azure: by the body or the path; two of them by NAME=MODEL, in one file refused."""
    hint = "is a deployment of your own at Azure: say its model with -m azure/MODEL, or -m NAME=azure/MODEL where there"
    for each in (
        line(said("chat-se"), url="/chat/completions"),
        line(said(), url="/openai/deployments/chat-se/chat/completions"),
    ):
        result = asked(run, each)
        assert result.code == 2
        assert result.err.startswith(f"tokcost: r.jsonl:1: a: 'chat-se' {hint}"), result.err
    both = [line(said(name), name, "/chat/completions") for name in ("one", "two")]
    result = asked(run, *both, options=("-m", "one=azure/gpt-4o", "-m", "two=azure/gpt-4o-mini"))
    assert [row["model"] for row in document(result)["rows"]] == ["azure/gpt-4o", "azure/gpt-4o-mini"]


def test_a_mode_that_one_model_lacks_is_a_problem_of_its_lines(run: Run) -> None:
    """gpt-5.3-codex has no batch rates; 8 tokens of gpt-4o at $1.25 are priced."""
    result = asked(run, said("gpt-5.3-codex"), said("gpt-4o"), options=("--mode", "batch"))
    rows = document(result)["rows"]
    assert (result.code, rows[1]["cost"], rows[1]["problem"]) == (2, "0.00001", None)
    assert "gpt-5.3-codex has no batch rates here" in rows[0]["problem"]


def test_in_python_a_model_is_that_of_requests_that_name_none() -> None:
    """There a request is one's own: 8 tokens to the gpt-4o that it names, 7 to the model that was given."""
    assert tokcost.count_request(said("gpt-4o"), model="gpt-5.4").tokens == 8
    assert tokcost.count_request(said(), model="gpt-5.4").tokens == 7
    assert tokcost.count_request(line(said()), model="gpt-5.4").tokens == 7
