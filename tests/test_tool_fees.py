"""Calls of the providers' own tools in logs, at the fees of one's own price file, by worked sums."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run

# 1 a million tokens of input and 10 of output for every model here.
MODEL = """
[{0}."{1}"]
encoding = "o200k_base"
standing = "exact"
[[{0}."{1}".rates]]
from = 2026-01-01
input = "1"
output = "10"
{2}
"""
FEES: dict[str, dict[str, str | tuple[str, ...]]] = {
    "openai": {
        "web_search": "0.01", "web_search_preview": "0.025", "file_search": "0.0025",
        "code_interpreter": ("0.03", 'per = "session"'), "code_interpreter_4g": ("0.12", 'per = "session"'),
    },
    "anthropic": {"web_search": "0.01", "code_execution": ("0.05", 'per = "hour"')},
    "google": {
        "grounding_search": ("0.035", 'per = "prompt"', 'models = ["gem-2*"]', 'free = "1,500 a day"'),
        "grounding_maps": ("0.025", 'per = "prompt"'),
    },
    "xai": {"web_search": "0.005", "x_search": "0.006", "code_execution": "0.007", "collections_search": "0.0025"},
    "perplexity": {
        "request": ("0.005", 'per = "request"', 'models = ["star"]'),
        "request_high": ("0.012", 'per = "request"', 'models = ["star"]'),
        "citation_tokens": ("2", 'per = "million_tokens"'), "reasoning_tokens": ("3", 'per = "million_tokens"'),
        "search_query": ("0.005", 'per = "query"'),
    },
}  # fmt: skip
PER_QUERY = (
    '[[fees.google.grounding_search]]\nfrom = 2026-11-22\namount = "0.014"\nper = "query"\nmodels = ["gem-3*"]\n'
)


def rows() -> str:
    """All fees as rows."""
    found = []
    for provider, named in FEES.items():
        for name, row in named.items():
            amount, *more = (row,) if isinstance(row, str) else row
            found += [f"[[fees.{provider}.{name}]]", "from = 2026-11-22", f'amount = "{amount}"', *more]
    return "\n".join(found) + "\n" + PER_QUERY


IDS = (
    ("openai", "mine"), ("anthropic", "claude-mine"), ("google", "gem-2"), ("google", "gem-3"), ("xai", "grok-mine"),
    ("perplexity", "star"), ("perplexity", "deep"),
)  # fmt: skip
BOOK = "[tokcost]\nschema = 1\n" + rows() + "".join(MODEL.format(*each, "") for each in IDS)
PAINTER = MODEL.format("openai", "painter", 'image_output = "30"\nper_image = { "low 1024x1024" = "0.011" }')


def spent(run: Run, *lines: Any, options: tuple[str, ...] = ()) -> dict[str, Any]:
    """The report of ``usage`` over these lines; the same in one line and with the fast reader behind it."""
    Path("own.toml").write_text(BOOK + PAINTER, encoding="utf-8")
    stdin = "".join(json.dumps(line) + "\n" for line in lines).encode()
    result = run("usage", "-f", "json", "--prices", "own.toml", *options, stdin=stdin)
    found: dict[str, Any] = json.loads(result.out)
    assert result.code == (0 if found["totals"]["cost"] is not None else 2), result
    return found


def cost(run: Run, *lines: Any) -> str | None:
    """The likely cost of these lines."""
    found: str | None = spent(run, *lines)["totals"]["cost"]
    return found


def answer(*output: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A Responses object of 1,000 tokens of input: 0.001."""
    usage = {"input_tokens": 1000, "input_tokens_details": {}, "output_tokens": 0}
    return {"object": "response", "model": "mine", "created_at": 1795392000, "usage": usage, "output": output, **more}


def ran(container: str | None, kind: str = "code_interpreter_call") -> dict[str, Any]:
    """Code that ran in a container."""
    return {"type": kind, "status": "completed", "container_id": container}


def test_a_session_is_charged_once_a_container(run: Run) -> None:
    """Three calls in two containers are 0.06; an answer after them in one of these is charged for none."""
    first = answer(ran("a"), ran("a"), ran("b"), id="1")
    again = answer(ran("a"), id="2")
    assert cost(run, first) == "0.061"
    assert cost(run, first, again) == "0.062"
    assert cost(run, again, first) == "0.062"
    assert cost(run, answer(ran("c"), id="3"), answer(ran("d"), id="4")) == "0.062"
    assert spent(run, first, first, options=("--unique",))["totals"]["cost"] == "0.061"


def test_a_container_has_the_fee_of_its_memory(run: Run) -> None:
    """4 GB at 0.12; of a size without a fee the answer is unpriced, and says why."""
    sized = [{"type": "code_interpreter", "container": {"type": "auto", "memory_limit": "4g"}}]
    assert cost(run, answer(ran("a"), tools=sized)) == "0.121"
    sized[0]["container"] = {"type": "auto", "memory_limit": "2g"}
    found = spent(run, answer(ran("a"), tools=sized))
    assert found["totals"]["cost"] is None
    assert found["rows"][0]["note"] == "the fee of openai for code_interpreter_2g is not known"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (answer({"type": "file_search_call", "status": "completed"}), "0.0035"),
        (answer({"type": "web_search_call", "status": "completed", "action": {"type": "open_page"}}), "0.001"),
        (answer({"type": "web_search_call", "status": "failed"}), "0.001"),
        # without its output an answer still counts its searches
        ({**answer(tool_usage={"web_search": {"num_requests": 3}}), "output": None}, "0.031"),
        # the items decide where they are there
        (answer(tool_usage={"web_search": {"num_requests": 3}, "image_gen": {"output_tokens": 0}}), "0.001"),
    ],
)
def test_searches_of_responses(run: Run, body: dict[str, Any], expected: str) -> None:
    """Completed searches alone are charged: a page that is opened, or a search that failed, is not."""
    assert cost(run, body) == expected


def test_pictures_that_an_answer_made_are_billed_at_the_rates_of_their_model(run: Run) -> None:
    """7,024 tokens at 30 a million and 100 of text at 1: 0.21082 beside the answer; by size where none are counted."""
    tool = [{"type": "image_generation", "model": "painter"}]
    made = {"image_gen": {"input_tokens": 100, "output_tokens": 7024}}
    item = {"type": "image_generation_call", "status": "completed", "quality": "low", "size": "1024x1024"}
    assert cost(run, answer(item, tools=tool, tool_usage=made)) == "0.21182"
    assert cost(run, answer(item, item, tools=tool)) == "0.023"
    silent = spent(run, answer(item, tool_usage=made), options=("-m", "gpt-5.4"))
    assert silent["totals"]["cost"] is None
    assert silent["rows"][0]["note"] == "the answer does not name the model of the images in it"


def gemini(model: str, *groundings: dict[str, Any]) -> dict[str, Any]:
    """An answer of 1,000 tokens of input with one candidate for each grounding."""
    return {
        "modelVersion": model,
        "createTime": "2026-11-23T10:00:00Z",
        "usageMetadata": {"promptTokenCount": 1000, "candidatesTokenCount": 0, "totalTokenCount": 1000},
        "candidates": [{"groundingMetadata": grounding} for grounding in groundings],
    }


def test_grounding_is_charged_by_prompt_or_by_query_as_its_row_says(run: Run) -> None:
    """Two queries are one prompt at 0.035, some of which are free; of the other model two queries at 0.014."""
    queries = {"webSearchQueries": ["a", "b", ""], "groundingChunks": [{"web": {"uri": "x"}}]}
    found = spent(run, gemini("gem-2", queries), gemini("gem-2", {"web_search_queries": ["c"]}))
    totals = found["totals"]
    assert (totals["cost"], totals["cost_low"], totals["cost_high"]) == ("0.072", "0.002", "0.072")
    assert [each for each in found["warnings"] if "free" in each] == [
        "the fee of google for grounding_search is charged beyond what is free, which a log cannot tell: 1,500 a day"
    ]
    assert cost(run, gemini("gem-3", queries)) == "0.029"
    assert cost(run, gemini("gem-3", {"groundingChunks": []}), gemini("gem-3")) == "0.002"
    assert cost(run, gemini("gem-2", {"groundingChunks": [{"maps": {"uri": "x"}}]})) == "0.026"


def test_a_log_of_answers_that_are_alike_loses_no_call(run: Run) -> None:
    """What the reader of many similar lines skips is read where it may tell of a call: 0.001 a line and the calls."""
    plain, grounded = gemini("gem-3", {}), gemini("gem-3", {"webSearchQueries": ["a"]})
    assert cost(run, *[plain] * 20, grounded, *[plain] * 20) == "0.055"
    quiet = answer({"type": "message"})
    assert cost(run, *[quiet] * 20, answer(ran("a")), *[quiet] * 20) == "0.071"
    told = {**answer(tool_usage={"web_search": {"num_requests": 0}})}
    del told["output"]
    searched = {**told, "tool_usage": {"web_search": {"num_requests": 1}}}
    assert cost(run, *[told] * 20, searched, *[told] * 20) == "0.051"


def grok(usage: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A chat completion of xAI with 1,000 tokens of input."""
    known = {"prompt_tokens": 1000, "completion_tokens": 0, "total_tokens": 1000}
    return {"model": "xai/grok-mine", "created": 1795392000, "usage": {**known, **usage}, **more}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            grok({"server_side_tool_usage_details": {"web_search_calls": 2, "x_search_calls": 1, "mcp_calls": 9}}),
            "0.017",
        ),
        (grok({}, server_side_tool_usage={"SERVER_SIDE_TOOL_CODE_EXECUTION": 2}), "0.015"),
        (grok({"server_side_tool_usage_details": {"code_interpreter_calls": 1, "file_search_calls": 1}}), "0.0105"),
        (grok({"num_sources_used": 0, "num_server_side_tools_used": 0}), "0.001"),
        (grok({"num_server_side_tools_used": 2}), None),
        (grok({"num_sources_used": 3}), None),
    ],
)
def test_the_tools_of_xai(run: Run, body: dict[str, Any], expected: str | None) -> None:
    """By the counter of each tool; a number without its tools, or a tool without its fee, is not priced."""
    assert cost(run, body) == expected


def sonar(model: str, **usage: Any) -> dict[str, Any]:
    """An answer of Perplexity with 1,000 tokens of input."""
    known = {"prompt_tokens": 1000, "completion_tokens": 0, "total_tokens": 1000}
    return {"model": f"perplexity/{model}", "created": 1795392000, "usage": {**known, **usage}}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (sonar("star"), "0.006"),  # the smallest size, which is what one gets unasked
        (sonar("star", search_context_size="low"), "0.006"),
        (sonar("star", search_context_size="high"), "0.013"),
        (sonar("star", search_context_size="medium"), None),
        # 0.001 + 20,000 x 2 + 5,000 x 3 a million + 4 x 0.005
        (sonar("deep", citation_tokens=20_000, reasoning_tokens=5_000, num_search_queries=4), "0.076"),
    ],
)
def test_the_requests_and_citations_of_perplexity(run: Run, body: dict[str, Any], expected: str | None) -> None:
    """A fee of the request by the size of what was searched, and tokens with prices of their own."""
    assert cost(run, body) == expected


def test_a_fee_of_each_request_is_in_every_command(run: Run) -> None:
    """'hello' is one token: 0.000001, and 0.005 for a request, which each text may be: a limit holds that."""
    Path("own.toml").write_text(BOOK, encoding="utf-8")
    options = ("-m", "perplexity/star", "--prices", "own.toml")
    counted = run("count", "-t", "hello", "-t", "hello", "-f", "json", *options)
    totals = json.loads(counted.out)["totals"]
    assert (counted.code, totals["cost"], totals["cost_high"]) == (0, "0.000002", "0.010002")
    assert "a request to star costs 0.005 USD beside its tokens" in counted.err + counted.out
    broken = run("count", "-t", "hello", "--max-cost", "0.004", *options)
    assert (broken.code, "exceeds the limit" in broken.out + broken.err) == (1, True)
    Path("d.jsonl").write_text('{"text": "hello"}\n' * 3)
    corpus = run("corpus", "d.jsonl", "-f", "json", *options)
    totals = json.loads(corpus.out)["totals"]
    assert (corpus.code, totals["cost"], totals["cost_high"]) == (0, "0.000003", "0.015003")
    request = {"model": "perplexity/star", "messages": [{"role": "user", "content": "hello"}], "max_tokens": 1}
    Path("r.jsonl").write_text(json.dumps(request) + "\n")
    batch = json.loads(run("batch", "r.jsonl", "-f", "json", "--prices", "own.toml").out)["totals"]
    assert Decimal("0.005") < Decimal(batch["cost"]) < Decimal("0.0051")


def test_time_that_a_log_does_not_say_is_not_priced(run: Run) -> None:
    """Anthropic's code runs by the hour: unpriced with the way out; what it fetches is free of fees."""
    usage: dict[str, Any] = {"input_tokens": 1000, "output_tokens": 0, "cache_read_input_tokens": 0}
    body = {"type": "message", "model": "claude-mine", "created": 1795392000, "usage": usage}
    usage["server_tool_use"] = {"web_search_requests": 2, "web_fetch_requests": 5, "tool_search_regex_requests": 1}
    assert cost(run, body) == "0.021"
    usage["server_tool_use"] = {"code_execution_requests": 1}
    found = spent(run, body)
    assert found["totals"]["cost"] is None
    assert found["rows"][0]["note"] == (
        "anthropic charges code_execution by the hour, which the log does not say: "
        'a fee of your own with per = "call" prices it'
    )


def test_a_fee_is_neither_halved_nor_multiplied(run: Run) -> None:
    """In a batch, or in a region, the tokens alone cost another amount: 0.0011 and 0.01."""
    Path("own.toml").write_text(
        BOOK + '[[factors.openai.regional]]\nfrom = 2026-01-01\ntimes = "1.1"\n', encoding="utf-8"
    )
    body = answer({"type": "web_search_call", "status": "completed"})
    result = run("usage", "-f", "json", "--regional", "--prices", "own.toml", stdin=json.dumps(body).encode())
    assert json.loads(result.out)["totals"]["cost"] == "0.0111"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (
            {"model": "mine", "input": "hi", "tools": [{"type": "web_search"}]},
            ["mine: web_search costs 0.01 USD a call"],
        ),
        (
            {"model": "mine", "input": "hi", "tools": [{"type": "file_search"}, {"type": "code_interpreter"}]},
            ["mine: code_interpreter costs 0.03 USD a session", "mine: file_search costs 0.0025 USD a call"],
        ),
        ({"model": "mine", "input": "hi", "tools": [{"type": "function", "name": "web_search", "parameters": {}}]}, []),
        (
            {"model": "gem-2", "contents": [{"parts": [{"text": "hi"}]}], "tools": [{"googleSearch": {}}]},
            ["gem-2: grounding_search costs 0.035 USD a prompt"],
        ),
    ],
)  # fmt: skip
def test_what_tools_of_a_request_will_be_charged_is_said(run: Run, body: dict[str, Any], says: list[str]) -> None:
    """A request does not say how often its tools are called: the fee of each is told, and not in the cost."""
    Path("own.toml").write_text(BOOK, encoding="utf-8")
    Path("r.json").write_text(json.dumps(body))
    result = run("batch", "r.json", "--prices", "own.toml")
    told = [line for line in result.err.splitlines() if "not in the cost" in line]
    assert result.code == 0
    assert told == [f"note: {each} besides: no request says how often, so it is not in the cost" for each in says]
