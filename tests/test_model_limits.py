"""What fits a model: input, output and window are three limits, and those who serve it say what becomes of the rest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Result, Run, document

OWN = """
[tokcost]
schema = 1

[maker."{name}"]
encoding = "o200k_base"
standing = "exact"
{limits}
framing = "gpt-4o"
{past}

[[maker."{name}".rates]]
from = 2026-01-01
input = "1"
output = "10"
"""
LIMITS = "context_window = 30\nmax_input = 25\nmax_output = 20"
REFUSED = 'past_window = "refused"\npast_output = "refused"'


def chat(model: str, words: int, **more: object) -> dict[str, Any]:
    """A chat body of so many words: 3 tokens around the message, one for the role, 3 for the answer."""
    return {"model": model, "messages": [{"role": "user", "content": "Hello" + " hi" * (words - 1)}], **more}


def line(body: object, url: str = "/v1/chat/completions") -> str:
    """A line of an OpenAI batch file."""
    return json.dumps({"custom_id": "a", "method": "POST", "url": url, "body": body}) + "\n"


def own(past: str = REFUSED, limits: str = LIMITS) -> tuple[str, str]:
    """The options under which maker/m has these limits, and these rules of what is past them."""
    Path("own.toml").write_text(OWN.format(name="m", limits=limits, past=past))
    return ("--prices", "own.toml")


def batch(run: Run, body: object, *argv: object, url: str = "/v1/chat/completions") -> Result:
    """What ``batch`` says of one line."""
    Path("r.jsonl").write_text(line(body, url))
    return run("batch", "r.jsonl", "-f", "json", *argv)


def verdict(result: Result) -> tuple[int, str, list[str]]:
    """The exit code, the problem of the only row, and the warnings about limits."""
    found = document(result)
    warned = [one.removeprefix("r.jsonl:1: ") for one in found["warnings"] if "exceed" in one or "at most" in one]
    return result.code, found["rows"][0]["problem"] or "", warned


INPUT = "26 input tokens exceed the input limit of m, 25: shorten the prompt by 1 token"
OUTPUT = "21 tokens of output, m writes at most 20"
WINDOW = "11 input tokens and 20 of output exceed the context window of m, 30"
LOWER = "lower max_tokens to 19 or shorten the prompt"


@pytest.mark.parametrize(
    ("past", "limits", "words", "output", "problem", "warning"),
    [
        (REFUSED, LIMITS, 3, 20, "", ""),  # 10 + 20 = 30
        (REFUSED, LIMITS, 4, 20, f"{WINDOW}: {LOWER}", ""),
        (REFUSED, LIMITS, 18, 5, "", ""),  # 25 + 5 = 30, and 25 may go in
        (REFUSED, LIMITS, 19, 4, INPUT, ""),
        (REFUSED, LIMITS, 3, 21, f"{OUTPUT}: lower max_tokens to 20", ""),
        (REFUSED, LIMITS, 3, None, "", ""),
        (REFUSED, LIMITS, 18, None, "", ""),  # the answer has what is left
        (REFUSED, "context_window = 30", 23, 1,
         "30 input tokens and 1 of output exceed the context window of m, 30: shorten the prompt", ""),
        (REFUSED, "context_window = 30", 24, None,
         "31 input tokens exceed the context window of m, 30: shorten the prompt by 1 token", ""),
        (REFUSED, "max_output = 20", 90, 20, "", ""),  # no window is known
        ('past_window = "cut"', LIMITS, 4, 20, "", f"{WINDOW}: the answer ends there"),
        ('past_window = "apart"', LIMITS, 18, 20, "", ""),
        ('past_window = "apart"', LIMITS, 19, 20, INPUT, ""),
        ("", LIMITS, 4, 20, "", f"{WINDOW}, which may be refused: {LOWER}"),
        ("", LIMITS, 3, 21, "", f"{OUTPUT}, which may be refused: lower max_tokens to 20"),
        ('past_output = "cut"', LIMITS, 3, 21, "", f"{OUTPUT}: the answer ends there"),
    ],
)  # fmt: skip
def test_what_a_request_goes_past(
    run: Run, past: str, limits: str, words: int, output: int | None, problem: str, warning: str
) -> None:
    """At a limit it fits, one token more is refused, and what nobody is known to refuse is a warning."""
    asked = {} if output is None else {"max_tokens": output}
    code, found, warned = verdict(batch(run, chat("maker/m", words, **asked), *own(past, limits)))
    assert (code, found, warned) == (2 if problem else 0, problem, [warning] if warning else [])


@pytest.mark.parametrize(
    ("past", "words", "output", "ceiling"),
    [
        (REFUSED, 3, 5, "0.00006"),  # 10 of input, 5 of output
        (REFUSED, 3, None, "0.00021"),  # what the model writes at most
        (REFUSED, 18, None, "0.000075"),  # 25 of input leave 5
        ('past_window = "cut"', 18, 20, "0.000075"),
        ('past_window = "apart"', 18, 20, "0.000225"),
        ("", 18, 20, "0.000225"),  # not known to be less
    ],
)
def test_the_ceiling_is_what_the_window_leaves(
    run: Run, past: str, words: int, output: int | None, ceiling: str
) -> None:
    """At the limit an answer has its own limit, the model's, and what is left of a window that it shares."""
    asked = {} if output is None else {"max_tokens": output}
    found = document(batch(run, chat("maker/m", words, **asked), *own(past)))
    assert found["totals"]["cost_high"] == ceiling


def test_a_range_on_both_sides_is_a_warning_and_holds_a_gate(run: Run) -> None:
    """An estimate that may not fit is priced and told in batch, and a breach of --fit; beyond doubt it is refused."""
    vague = own(limits=LIMITS.replace("25", "28"))
    Path("own.toml").write_text(Path("own.toml").read_text().replace('"exact"', '"estimate"\nmargin = 20'))
    code, problem, warned = verdict(batch(run, chat("maker/m", 18), *vague))
    assert (code, problem, warned) == (0, "", [])
    text = "Hello" + " hi" * 25
    assert run("count", "-q", "-t", text, "-m", "maker/m", "--fit", *vague).err.startswith(
        "tokcost: text: 20 to 32 input tokens may exceed the input limit of m, 28: shorten the prompt by 4 tokens"
    )


FIT = [
    ("gpt-4", 8_000, 192, "", ""),
    ("gpt-4", 8_000, 193, "8,000 input tokens and 193 of output exceed the context window of gpt-4, 8,192", "192"),
    ("gemini-2.5-flash-image", 65_536, 32_768, "", ""),  # its window is that of the input alone
    ("claude-haiku-4-5", 10, 64_001, "64,001 tokens of output, claude-haiku-4-5 writes at most 64,000", "64,000"),
    ("text-embedding-3-small", 8_193, 0,
     "8,193 input tokens exceed the limit of one input of text-embedding-3-small, 8,192", "shorten it by 1 token"),
]  # fmt: skip


@pytest.mark.parametrize(("model", "words", "output", "why", "remedy"), FIT)
def test_fit_holds_the_same_limits(run: Run, model: str, words: int, output: int, why: str, remedy: str) -> None:
    """count --fit says what batch says, of the input and of the output that is expected."""
    text = (" hi" * words).encode()
    result = run("count", "-q", "-m", model, "--output", output, "--fit", stdin=text)
    assert result.code == (1 if why else 0)
    assert (f"tokcost: stdin: {why}: " in result.err) is bool(why)
    assert remedy in result.err


def test_fit_of_several_models_is_each_ones_own(run: Run) -> None:
    """The one that has no room is named, the others are not."""
    result = run("count", "-q", "-m", "gpt-4", "-m", "gpt-4o", "--fit", stdin=b" hi" * 9_000)
    assert result.code == 1
    assert result.err == (
        "tokcost: stdin: 9,000 input tokens exceed the context window of gpt-4, 8,192: shorten the prompt by 808 "
        "tokens, or take a model that has room for it\n"
    )


def embed(model: str, inputs: object, **more: object) -> dict[str, Any]:
    """An embeddings body."""
    return {"model": model, "input": inputs, **more}


ONE = "exceed the limit of one input of"


@pytest.mark.parametrize(
    ("model", "inputs", "more", "problem", "warning"),
    [
        ("text-embedding-3-small", [[1] * 8_192] * 3, {}, "", ""),  # the limit is of each, not of their sum
        ("text-embedding-3-small", [[1], [1] * 8_193], {}, "input 2: 8,193 input tokens " + ONE, ""),
        ("text-embedding-3-large", [1] * 8_193, {}, "8,193 input tokens " + ONE, ""),
        ("text-embedding-3-small", [[1]] * 2_048, {}, "", ""),
        ("text-embedding-3-small", [[1]] * 2_049, {},
         "2,049 inputs, text-embedding-3-small takes at most 2,048 in one request: send them in several", ""),
        ("text-embedding-3-small", [[1] * 7_500] * 40, {}, "", ""),
        ("text-embedding-3-small", [[1] * 7_500] * 40 + [[1]], {},
         "300,001 input tokens exceed the limit of one request to text-embedding-3-small, 300,000", ""),
        ("azure/text-embedding-3-large", [[1] * 8_193], {}, "8,193 input tokens " + ONE, ""),
        ("voyage/voyage-3.5", [[1] * 40_000], {}, "", "limit of one input of voyage-3.5, 32,000: the rest is cut off"),
        ("voyage/voyage-3.5", [[1] * 90_000], {"truncation": False}, "90,000 input tokens " + ONE, ""),
        ("mistral-embed", [[1] * 8_192] * 8, {}, "", ""),
        ("mistral-embed", [[1] * 8_192] * 8 + [[1]], {}, "65,537 input tokens exceed the limit of one request", ""),
        ("gemini-embedding-001", ["a"] * 101, {}, "101 inputs, gemini-embedding-001 takes at most 100", ""),
        ("cohere/embed-v4.0", [[1]] * 97, {}, "97 inputs, embed-v4.0 takes at most 96", ""),
        ("cohere/embed-english-v3.0", [[1] * 2_000], {}, "", "512: the rest is cut off"),
        ("cohere/embed-english-v3.0", [[1] * 2_000], {"truncate": "NONE"}, "2,000 input tokens " + ONE, ""),
        ("bedrock/cohere.embed-english-v3", [[1] * 2_000], {}, "2,000 input tokens " + ONE, ""),
    ],
)  # fmt: skip
def test_embeddings_have_limits_by_input_and_by_request(
    run: Run, model: str, inputs: object, more: dict[str, object], problem: str, warning: str
) -> None:
    """Each input has its limit to itself, a request has a number of inputs and of tokens; some cut what is longer."""
    result = batch(run, embed(model, inputs, **more), url="/v1/embeddings")
    _, found, warned = verdict(result)
    assert (bool(found), bool(warned)) == (bool(problem), bool(warning))
    assert problem in found
    assert warning in "".join(warned)
    assert document(result)["rows"][0]["cost"]  # what is refused is priced all the same


def test_what_is_cut_is_a_range(run: Run) -> None:
    """Of 2,060 tokens Vertex embeds 2,048: 2,048 x 0.15 is likely, all the most; of a conversation, any part."""
    inputs = " hi" * 2_060
    found = document(batch(run, embed("vertex/gemini-embedding-001", inputs), url="/v1/embeddings"))["rows"][0]
    assert (found["input_tokens"], found["cost"], found["cost_high"]) == (2_048, "0.0003072", "0.000309")
    body = {"model": "gpt-4o", "input": " hi" * 128_100, "truncation": "auto", "max_output_tokens": 100}
    result = batch(run, body, url="/v1/responses")
    found = document(result)["rows"][0]
    assert (result.code, found["input_tokens_low"], found["input_tokens"]) == (0, 1, 128_000)
    assert found["output_limit"] == 100
    assert "input past 128,000 tokens is cut off, and may be billed" in found["note"]


@pytest.mark.parametrize(
    ("model", "url", "more", "refused", "warned"),
    [
        ("gpt-4o", "/v1/chat/completions", {"max_tokens": 9_000}, True, False),
        ("azure/gpt-4o", "/v1/chat/completions", {"max_tokens": 9_000}, True, False),
        ("openrouter/openai/gpt-4o", "/v1/chat/completions", {"max_tokens": 9_000}, False, True),
        ("gpt-4o", "/v1/responses", {"max_output_tokens": 9_000}, False, True),
        ("gpt-4o", "/v1/chat/completions", {"max_tokens": 8_000}, False, False),
    ],
)
def test_who_is_known_to_refuse(
    run: Run, model: str, url: str, more: dict[str, int], refused: bool, warned: bool
) -> None:
    """120,000 tokens and a limit of 9,000 exceed 128,000: a problem only where the API is known to refuse it."""
    text = " hi" * 119_990
    body = chat(model, 1, **more) | {"messages": [{"role": "user", "content": text}]}
    if url == "/v1/responses":
        body = {"model": model, "input": text, **more}
    _, problem, told = verdict(batch(run, body, url=url))
    assert ("exceed the context window" in problem, bool(told)) == (refused, warned)


SELLER = """
[rules.seller."maker"]
past_window = "refused"

[shop."m"]
sells = "maker/m"

[[shop."m".rates]]
from = 2026-01-01
input = "1"
output = "10"
"""


def test_who_serves_a_model_says_what_becomes_of_it(run: Run) -> None:
    """The rules of a seller hold for its own service, and not where others sell the model that it made."""
    prices = own("")
    Path("own.toml").write_text(Path("own.toml").read_text() + SELLER)
    _, problem, _ = verdict(batch(run, chat("maker/m", 4, max_tokens=20), *prices))
    assert problem.replace("maker/", "") == f"{WINDOW}: {LOWER}"
    code, problem, warned = verdict(batch(run, chat("shop/m", 4, max_tokens=20), *prices))
    assert (code, problem, len(warned)) == (0, "", 1)
    assert ", which may be refused: " in warned[0]


@pytest.mark.parametrize("text", ['[rules.seller."x"]\npast_window = "no"\n', '[maker."n"]\npast_window = "no"\n'])
def test_what_may_become_of_it_is_one_of_four(run: Run, text: str) -> None:
    """A word that is not known is refused with its line."""
    Path("own.toml").write_text("[tokcost]\nschema = 1\n" + text)
    result = run("count", "-q", "-t", "hello", "-m", "gpt-4o", "--prices", "own.toml")
    assert (result.code, result.out) == (2, "")
    assert "own.toml:4: 'past_window' must be refused, cut, apart or unknown, not 'no'" in result.err


def test_many_that_may_not_fit_are_one_warning(run: Run) -> None:
    """The first is named with its line, the others are counted."""
    own("")
    Path("r.jsonl").write_text("".join(line(chat("maker/m", 4, max_tokens=20)) for _ in range(3)))
    found = document(run("batch", "r.jsonl", "-f", "json", "--prices", "own.toml"))
    told = [one for one in found["warnings"] if "exceed" in one]
    assert len(told) == 1
    assert told[0].startswith("r.jsonl:1: 11 input tokens and 20 of output exceed the context window of m, 30")
    assert told[0].endswith(" (so do 2 more requests)")


def test_every_prompt_of_a_completion_has_the_window_to_itself(run: Run) -> None:
    """Two prompts of 2,000 and 3,000 tokens with 1,097 each: 3,000 + 1,097 = 4,097 just fit."""
    body = {"model": "gpt-3.5-turbo-instruct", "prompt": [" hi" * 2_000, " hi" * 3_000], "max_tokens": 1_097}
    day = ("--as-of", "2026-06-01")
    result = batch(run, body, *day, url="/v1/completions")
    assert verdict(result) == (0, "", [])
    assert document(result)["rows"][0]["output_limit"] == 2 * 1_097
    _, problem, _ = verdict(batch(run, body | {"max_tokens": 1_098}, *day, url="/v1/completions"))
    assert problem.startswith("input 2: 3,000 input tokens and 1,098 of output exceed the context window")


def test_models_show_names_what_the_window_holds(run: Run) -> None:
    """The three limits in words, and whether an answer has to fit the window with its prompt."""
    shown = run("models", "show", "gpt-5-mini").out
    assert "context window: 400,000, input at most: 272,000, output at most: 128,000 tokens\n" in shown
    assert "input and output limit together must fit the window\n" in shown
    assert "the window is that of the input alone\n" in run("models", "show", "gemini-2.5-flash").out
    assert "an answer ends there\n" in run("models", "show", "claude-opus-4-5").out
