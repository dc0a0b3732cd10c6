"""What requests to Claude cost at each seller, what ``check`` makes of them, and what holds for every body."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.claude_bodies import MODELS, TIDE, Block, ask, asked, assistant, body, call, result, text, user
from tests.conftest import Run
from tests.rules import rules_of
from tokcost.catalog import PriceBook
from tokcost.rules import ClaudeFrame

# Costs ------------------------------------------------------------------------------------------


def test_costs_of_the_range(run: Run) -> None:
    """Low and likely are the input; high is the most input and the request's own limit of 64 tokens."""
    rows = asked(run, body(model="claude-sonnet-5"), body(model="claude-sonnet-4-5"), body(model="claude-opus-4-7"))
    assert [row.range for row in rows] == [(4, 7, 11), (5, 8, 12), (9, 12, 16)]
    assert [row.costs for row in rows] == [
        # 2 and 10 a million: 4 x 2; 7 x 2; 11 x 2 + 64 x 10
        ("0.000008", "0.000014", "0.000662"),
        # 3 and 15: 5 x 3; 8 x 3; 12 x 3 + 64 x 15
        ("0.000015", "0.000024", "0.000996"),
        # 5 and 25: 9 x 5; 12 x 5; 16 x 5 + 64 x 25
        ("0.000045", "0.00006", "0.00168"),
    ]


def test_the_table_shows_the_range(run: Run) -> None:
    """7 tokens, 4 to 11, and a note on what that rests on."""
    Path("r.json").write_text(json.dumps(body(model="claude-sonnet-5")))
    found = run("batch", "r.json")
    note = "assumed: the vocabulary and the hidden prompt of the last recordings still hold"
    assert (found.code, found.err) == (0, f"note: claude-sonnet-5: {note}\n")
    assert found.out.splitlines()[:2] == [
        "model            requests  input  low-high  standing        low       high",
        "claude-sonnet-5         1      7      4-11  assumed   $0.000008  $0.000662",
    ]


@pytest.mark.parametrize(
    ("name", "rate"),
    [
        ("claude-sonnet-5", 20),
        ("bedrock/anthropic.claude-sonnet-5", 22),
        ("bedrock/global.anthropic.claude-sonnet-5", 20),
        ("vertex/claude-sonnet-5", 20),
        ("vertex/regional/claude-sonnet-5", 22),
        ("openrouter/anthropic/claude-sonnet-5", 20),
    ],
)
def test_sellers_bill_the_same_tokens(run: Run, name: str, rate: int) -> None:
    """439 tokens by whatever name, at the seller's price: 2 or 2.2 a million (``rate`` is ten millionths)."""
    row = ask(run, tools=[TIDE], model=name)
    assert row.range == (436, 439, 443)
    assert row.costs[1] == f"{439 * rate / 10**7:.7f}".rstrip("0")


@pytest.mark.parametrize("name", ["bedrock/anthropic.claude-sonnet-5", "vertex/claude-sonnet-5", "claude-sonnet-5"])
def test_a_body_that_names_no_model(run: Run, name: str) -> None:
    """Clouds take Claude's own form without the model: ``-m`` says it."""
    known = body(tools=[TIDE], anthropic_version="2023-05-31")
    del known["model"]
    (row,) = asked(run, known, options=("-m", name))
    assert row.range == (436, 439, 443)


def test_a_line_of_a_batch_file(run: Run) -> None:
    """``params`` of a line are the body; half the price in a batch: 8 tokens at 1.5 a million."""
    Path("r.jsonl").write_text(json.dumps({"custom_id": "a", "params": body()}) + "\n")
    found = run("batch", "r.jsonl", "--mode", "batch", "-f", "json")
    (row,) = json.loads(found.out)["rows"]
    assert (found.code, row["name"], row["input_tokens"], row["cost"]) == (0, "a", 8, "0.000012")
    assert "note: claude-sonnet-4-5: assumed" in found.err


def test_check_counts_as_batch_does(run: Run, bare: Path) -> None:
    """The same row, held at its high end: 443 is within a limit of 443 and over one of 442."""
    known = body(tools=[TIDE], model="claude-sonnet-5")
    for limit, code in ((443, 0), (442, 1)):
        Path("p.json").write_text(json.dumps(known))
        budget = f'[[budget]]\nname = "b"\npaths = ["p.json"]\nmax-input-tokens = {limit}\n'
        Path("tokcost.toml").write_text(f'model = "claude-sonnet-5"\n{budget}')
        found = run("check", "-f", "json")
        (row,) = json.loads(found.out)["rows"]
        assert found.code == code, found.err
        assert "the hidden prompt of the last recordings still hold" in found.err
        assert (row["input_tokens_low"], row["input_tokens"], row["input_tokens_high"]) == (436, 439, 443)


# Other models and forms -------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["claude-sonnet-5-5", "claude-opus-5-5", "claude-haiku-5-5", "claude-fable-5-1"])
def test_models_that_were_never_recorded(run: Run, model: str) -> None:
    """Framed as Sonnet 5 is: an estimate around its number, wider with tools, whose hidden prompt is unknown."""
    plain, tools = asked(run, body(model=model), body(model=model, tools=[TIDE]))
    # 3 and 3, and 5 % of the words
    assert (plain.standing, plain.range) == ("estimate", (1, 7, 11 + 3 + 1))
    assert (tools.standing, tools.range) == ("estimate", (439 - 3 - 3 - 80 - 22, 439, 439 + 4 + 3 + 80 + 22))
    assert "no request to this model was recorded" in tools.note


def test_fable_5_with_tools_was_recorded_once(run: Run) -> None:
    """305 and a hidden prompt of 163, 40 tokens either way."""
    row = ask(run, model="claude-fable-5", tools=[TIDE])
    assert (row.standing, row.range) == ("estimate", (468 - 43, 468, 468 + 44))


def test_claude_2_has_another_vocabulary(run: Run) -> None:
    """Counted by the next one, 10 % off, and 2 tokens more fit in; it has no price."""
    row = ask(run, user("red river"), model="claude-2.1")
    assert (row.standing, row.range, row.costs) == ("unpriced", (2, 9, 17), (None, None, None))


def test_a_body_in_openais_form(run: Run) -> None:
    """System text, tools and results find their place; how it is rewritten is unknown: 10 less, 20 more."""
    function = {"name": "get_tide", "description": TIDE["description"], "parameters": TIDE["input_schema"]}
    tools = [{"type": "function", "function": function}]
    row = ask(run, {"role": "system", "content": "old map"}, user(), tools=tools)
    # 563 for tool and message, 3 for the system text
    assert (row.standing, row.range) == ("estimate", (566 - 13, 566, 566 + 24))
    assert "a body in another API's form" in row.note
    asking = {"id": "1", "type": "function", "function": {"name": "get_tide", "arguments": '{"harbour": "old"}'}}
    said = {"role": "assistant", "content": None, "tool_calls": [asking]}
    answer = {"role": "tool", "tool_call_id": "1", "content": "low"}
    assert ask(run, user(), said, answer, tools=tools).range == (630 - 13, 630, 630 + 24)
    # without tools it looks like Claude's own, but for the system text as a message: 8 and 2 words
    row = ask(run, {"role": "system", "content": "old map"}, user())
    assert (row.standing, row.range) == ("estimate", (1, 10, 10 + 24))
    assert "a body in another API's form" in row.note


# What cannot be read ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"messages": [3]}, "messages[0]: a number where an object belongs"),
        ({"messages": [user([{"type": "image"}])]}, "messages[0].content[0].source: null where an object belongs"),
        ({"messages": [user([text("red") | {"text": 5}])]}, "messages[0].content[0].text: a number where a string"),
        ({"messages": [], "tools": ["x"]}, "tools[0]: a string where an object belongs"),
        ({"tools": [{"name": "x", "input_schema": []}]}, "tools[0].input_schema: a list where an object belongs"),
        ({"tool_choice": "auto"}, "tool_choice: a string where an object belongs"),
        ({"output_format": {"schema": 5}}, "output_format.schema: a number where an object belongs"),
        ({"system": [3]}, "system[0]: a number where an object belongs"),
    ],
)
def test_a_wrong_shape_is_one_line_with_its_path(run: Run, wrong: Block, where: str) -> None:
    """Exit 2, and the place in the file and in the body."""
    Path("r.jsonl").write_text(json.dumps(body() | wrong) + "\n")
    found = run("batch", "r.jsonl")
    assert (found.code, found.out) == (2, "")
    assert f"r.jsonl:1: line 1: {where}" in found.err or f"r.jsonl:1: {where}" in found.err


def test_a_bottomless_body_is_refused(run: Run) -> None:
    """Results within results, as deep as a parser goes."""
    depth = 900
    inner = '{"type": "tool_result", "content": [' * depth + "]}" * depth
    message = f'{{"role": "user", "content": [{inner}]}}'
    Path("r.jsonl").write_text(f'{{"model": "claude-sonnet-4-5", "max_tokens": 5, "messages": [{message}]}}\n')
    found = run("batch", "r.jsonl")
    assert found.code == 2
    assert "nested too deeply to be read" in found.err
    assert "Traceback" not in found.err


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KINDS = (
    "text", "image", "document", "tool_use", "tool_result", "thinking", "redacted_thinking", "search_result",
    "server_tool_use", "web_search_tool_result", "web_fetch_tool_result", "new",
)  # fmt: skip
ANY_BLOCK = st.fixed_dictionaries(
    {"type": st.sampled_from(KINDS) | JSON},
    optional=dict.fromkeys(("text", "source", "content", "input", "name", "thinking", "title", "id"), JSON),
)
ANY_MESSAGE = st.fixed_dictionaries(
    {"role": st.sampled_from(["user", "assistant", "system"]) | JSON, "content": st.lists(ANY_BLOCK, max_size=3) | JSON}
)
ANY_TOOL = st.fixed_dictionaries({}, optional=dict.fromkeys(("name", "type", "description", "input_schema"), JSON))
ANY_BODY = st.fixed_dictionaries(
    {"model": st.sampled_from(MODELS), "messages": st.lists(ANY_MESSAGE, max_size=3) | JSON},
    optional={
        "tools": st.lists(ANY_TOOL | JSON, max_size=2),
        **dict.fromkeys(("system", "tool_choice", "thinking", "output_format", "output_config", "max_tokens"), JSON),
        **dict.fromkeys(("mcp_servers", "container", "stream", "cache_control"), JSON),
    },
)
OFTEN = settings(
    max_examples=120, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(ANY_BODY | JSON)
@OFTEN
def test_no_json_breaks_the_parser(run: Run, known: Any) -> None:
    """An answer with a range around the tokens, or a refusal; never a traceback."""
    Path("r.json").write_text(json.dumps(known))
    found = run("batch", "r.json", "-m", "claude-sonnet-4-5", "-f", "json")
    assert found.code in (0, 2)
    assert "Traceback" not in found.err
    assert "bug" not in found.err
    for row in json.loads(found.out)["rows"] if found.out else []:
        if row["input_tokens"] is not None:
            assert 0 <= row["input_tokens_low"] <= row["input_tokens"] <= row["input_tokens_high"]


WORDS = st.text(max_size=30) | st.sampled_from(["red", " river", "old map \n", "\n\n", "강 港", "5 ships"])
SAID = WORDS.filter(bool)  # a message of a user needs some
ROUND = st.builds(
    lambda before, given_, content, after: [
        user(before),
        assistant([call(**given_)]),
        user([result(content), *([text(after)] if after else [])]),
    ],
    SAID, st.dictionaries(st.text(max_size=5), JSON, max_size=2), WORDS, WORDS,
)  # fmt: skip
TALK = st.builds(lambda asked_, said: [user(asked_), assistant(said)], SAID, WORDS)
VALID = st.builds(
    lambda model, rounds, last, more: body(*(each for one in rounds for each in one), user(last), model=model, **more),
    st.sampled_from([*MODELS, "claude-fable-5", "claude-sonnet-5-5", "claude-opus-4-1"]),
    st.lists(ROUND | TALK, max_size=3),
    SAID,
    st.fixed_dictionaries({}, optional={
        "system": WORDS,
        "tools": st.just([TIDE]),
        "thinking": st.sampled_from([{"type": "enabled", "budget_tokens": 2000}, {"type": "adaptive"}]),
        "output_format": st.just({"type": "json_schema", "schema": {"type": "object"}}),
    }),
)  # fmt: skip


@given(VALID)
@OFTEN
def test_parts_come_to_the_whole(run: Run, known: Block) -> None:
    """None of them is less than nothing, and the range is around the tokens."""
    (row,) = asked(run, known, refused=None)  # which sums the parts
    assert 0 < row.low <= row.tokens <= row.high
    assert all(tokens >= 0 for tokens in row.parts.values()), row.parts
    assert {"framing", "message 1 (user)"} <= set(row.parts)


@given(VALID, SAID)
@OFTEN
def test_one_more_turn_never_costs_less(run: Run, known: Block, more: str) -> None:
    """What was said before stays in the prompt."""
    more_said = {**known, "messages": [*known["messages"], assistant("blue"), user(more)]}
    fewer, longer = asked(run, known, more_said, refused=None)
    assert longer.tokens > fewer.tokens


# The numbers ------------------------------------------------------------------------------------

GENERATIONS = {
    "claude-3-opus": (
        "claude-3-opus-20240229 anthropic.claude-3-sonnet-20240229-v1:0 claude-3-opus@20240229 claude-2.1"
    ),
    "claude-haiku-3": ("claude-3-haiku-20240307 anthropic.claude-3-haiku-20240307-v1:0 anthropic/claude-3-haiku"),
    "claude-haiku-3-5": ("claude-3-5-haiku-latest claude-3-5-haiku@20241022 anthropic/claude-3.5-haiku"),
    "claude-sonnet-3-5-june": (
        "claude-3-5-sonnet-20240620 claude-3-5-sonnet@20240620 anthropic.claude-3-5-sonnet-20240620-v1:0"
        " anthropic/claude-3.5-sonnet-20240620"
    ),
    "claude-sonnet-3-5": (
        "claude-3-5-sonnet-latest claude-3-5-sonnet-v2@20241022 anthropic/claude-3.5-sonnet"
        " us.anthropic.claude-3-5-sonnet-20241022-v2:0"
    ),
    "claude-sonnet-3-7": ("claude-3-7-sonnet-20250219 anthropic/claude-3.7-sonnet:thinking claude-3-7-sonnet@20250219"),
    "claude-4": (
        "claude-sonnet-4-20250514 claude-opus-4-0 claude-opus-4-1 claude-opus-4-1@20250805"
        " anthropic.claude-opus-4-20250514-v1:0 anthropic/claude-opus-4.1 anthropic/claude-sonnet-4"
    ),
    "claude-sonnet-4-5": (
        "claude-sonnet-4-5 claude-sonnet-4-5-20250929 claude-opus-4-5@20251101"
        " global.anthropic.claude-opus-4-5-20251101-v1:0 anthropic/claude-sonnet-4.5"
    ),
    "claude-haiku-4-5": (
        "claude-haiku-4-5 claude-haiku-4-5@20251001 anthropic.claude-haiku-4-5-20251001-v1:0 anthropic/claude-haiku-4.5"
    ),
    "claude-4-6": ("claude-sonnet-4-6 anthropic.claude-opus-4-6-v1 anthropic/claude-opus-4.6-fast"),
    "claude-opus-4-7": ("claude-opus-4-7 vertex/regional/claude-opus-4-7 anthropic/claude-opus-4.7-fast"),
    "claude-opus-4-8": ("claude-opus-4-8 us-gov.anthropic.claude-opus-4-8 anthropic/claude-opus-4.8"),
    "claude-sonnet-5": (
        "claude-sonnet-5 claude-sonnet-5@default anthropic.claude-sonnet-5 anthropic/claude-sonnet-5:batch"
    ),
    "claude-opus-5": (
        "claude-opus-5 vertex/regional/claude-opus-5 anthropic/claude-opus-5-fast anthropic.claude-opus-5"
    ),
    "claude-fable-5": ("claude-fable-5 global.anthropic.claude-fable-5 claude-fable-5@20260609"),
    "claude-newest": (
        "claude-sonnet-5-5 anthropic/claude-sonnet-5.5 anthropic.claude-opus-5-5 claude-fable-5-1"
        " anthropic/claude-fable-5.2 claude-haiku-5-5 claude-mythos-5"
    ),
}


@pytest.mark.parametrize("framing", GENERATIONS)
def test_every_sellers_name_finds_its_framing(framing: str) -> None:
    """As Anthropic, Bedrock, Vertex AI and OpenRouter write it."""
    found = {name: rules_of(name).framing for name in GENERATIONS[framing].split()}
    assert found == dict.fromkeys(found, framing)


@pytest.mark.parametrize(
    ("table", "tokens"),
    [
        # the vocabulary brings its frame along: 3 for the turns and "Hi", or 7 for the text
        ('[anthropic."claude-opus-4-6"]\nencoding = "claude_v4.8"\n', 7),
        ('[anthropic."claude-sonnet-5"]\nencoding = "claude_v3"\n', 8),
        # a model that no book lists
        ('[house."claude-unheard-of-9"]\nencoding = "claude_v4.8"\n', 7),
        ('[house."large"]\nencoding = "claude_v3"\n', 8),
    ],
)
def test_a_vocabulary_without_a_framing_has_the_newest_of_its_kind(run: Run, table: str, tokens: int) -> None:
    """A file that states an encoding of Claude alone: the frame always goes with the vocabulary."""
    Path("own.toml").write_text(f"[tokcost]\nschema = 1\n{table}")
    Path("r.json").write_text(json.dumps(body(model=table.partition("]")[0][1:].replace(".", "/", 1).replace('"', ""))))
    found = run("batch", "r.json", "--prices", "own.toml", "--format", "json")
    row = json.loads(found.out)["rows"][0]
    priced = row["cost"] is not None  # a table of a model that is not in the book has no rates
    assert (row["input_tokens"], found.code) == (tokens, 0 if priced else 2)


def test_a_framing_that_does_not_go_with_the_vocabulary_is_refused(run: Run) -> None:
    """One line that names the framing, and no count."""
    table = '[tokcost]\nschema = 1\n[anthropic."claude-sonnet-5"]\nframing = "claude-4"\n'
    Path("own.toml").write_text(table)
    Path("r.json").write_text(json.dumps(body(model="claude-sonnet-5")))
    found = run("batch", "r.json", "--prices", "own.toml")
    assert found.code == 2
    assert "the framing 'claude-4' does not go with this vocabulary of Claude: name another one" in found.err


def test_the_numbers_are_in_order() -> None:
    """Hidden prompts by day, each with its recordings; days of recordings do not run backwards."""
    book = PriceBook.load()
    for name in book.rules.names("framing"):
        frame = book.rules.frame(name)
        if not isinstance(frame, ClaudeFrame):
            continue
        days = [prompt.start for prompt in frame.tools]
        assert days == sorted(set(days)), name
        for prompt in frame.tools:
            assert bool(prompt.recordings) == frame.recorded, name
            assert (prompt.first or date.min) <= (prompt.last or date.max), name
            assert 0 < prompt.auto <= (prompt.auto if prompt.any is None else prompt.any), name
    known = tomllib.loads(files("tokcost.counting.claude").joinpath("hidden.toml").read_text(encoding="utf-8"))
    assert [row["from"] for row in known["constant"]["thinking"]] == [date(2024, 1, 1), date(2025, 11, 6)]
