"""Requests to Claude of text, tools, calls, results, schemas and thinking: what ``batch`` says they come to.

Expected numbers are worked by hand. "red", "river", "old", "map", "name", "look", "low", "high" are one token
of both vocabularies, "blue" is one of the older and two of the newer; ``PIECES`` holds the counts of longer
texts, taken from a public reference. What stands around them:

- older frame: 1, and one text in which a speaker is a blank line and a name: "Human:" 3 tokens (Opus 4.7: 4),
  "Assistant:" 3 (6); so a message of one word is 1 + 3 + 1 + 3 = 8 (12);
- newer frame: 2, a turn 2 and its words, the answer's turn 2; so a message of one word is 7.

Columns are Haiku 3.5, Sonnet 4.5, Sonnet 4.6, Opus 4.7, and Opus 4.8, Sonnet 5, Opus 5.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.claude_bodies import (
    NEW,
    OLD,
    TIDE,
    Block,
    ask,
    assistant,
    call,
    every,
    result,
    text,
    user,
)
from tests.conftest import Run

A = "antml" + ":"
SCHEMA = {"type": "object", "properties": {"name": {"type": "string"}}}
# Texts of the prompt that stand between line ends: tokens in the older vocabulary and in the newer.
PIECES = {
    '<function>{"description": "Tide at a caf\\u00e9", "name": "get_tide", "parameters": {"properties": {"harbour": '
    '{"type": "string"}}, "required": ["harbour"], "type": "object"}}</function>': (58, 77),
    "</functions>": (3, 4),
    f"<{A}function_calls>": (8, 9),
    f'<{A}invoke name="get_tide">': (11, 14),
    f'<{A}parameter name="harbour">old</{A}parameter>': (16, 22),
    f'<{A}parameter name="depth">3</{A}parameter>': (16, 21),
    f'<{A}parameter name="deep">{{"up": [1, true]}}</{A}parameter>': (23, 30),
    f"</{A}invoke>": (6, 8),
    f"</{A}function_calls>": (8, 9),
    "<function_results>low</function_results>": (11, 11),
    "<function_results>": (5, 5),
    "</function_results>": (5, 5),
    "<result>": (3, 3),
    "</result>": (3, 3),
    "<name>get_tide</name>": (9, 10),
    "<output>low</output>": (7, 7),
    "<output>high</output>": (7, 7),
    "<thinking>old map</thinking>": (8, 12),
    json.dumps(SCHEMA, indent=2): (37, 38),
    'name="get_tide">': (6, 7),
    'name="">': (2, 3),
}


def test_the_pieces_are_those_of_the_reference() -> None:
    """Each between two words and line ends, less the words and a line end."""
    count = pytest.importorskip("ctok", reason="the reference is no dependency: ctok==1.3.0").token_count
    for piece, tokens in PIECES.items():
        for version, expected in zip(("3.0", "4.8"), tokens, strict=True):
            found = count(f"red\n{piece}\nred", version) - count("red\nred", version) - 1
            assert found == expected, (piece, version)


# Words ------------------------------------------------------------------------------------------

CONVERSATIONS: dict[str, tuple[list[Block], dict[str, Any], list[int]]] = {
    # 7 + 2; 11 + 2; 6 + 2
    "one message": ([user("red river")], {}, [9, 9, 9, 13, 8, 8, 8]),
    "blocks are joined with nothing": ([user([text("red "), text("river")])], {}, [9, 9, 9, 13, 8, 8, 8]),
    # 1 + 4 + 4 + 4 + 3; 1 + 5 + 8 + 5 + 6; 2 + 3 + 4 + 3 + 2
    "three turns": ([user(), assistant(), user("river")], {}, [16, 16, 16, 25, 14, 14, 14]),
    # a blank line between them is a token
    "one role twice": ([user(), user("river")], {}, [10, 10, 10, 14, 9, 9, 9]),
    # 2 words; from 4.6 on a token for having a system part; in the newer frame a blank line ends it
    "system text": ([user()], {"system": "old map"}, [10, 10, 11, 15, 10, 10, 10]),
    "system blocks": ([user()], {"system": [text("old "), text("map")]}, [10, 10, 11, 15, 10, 10, 10]),
    "no system text": ([user()], {"system": ""}, [8, 8, 8, 12, 7, 7, 7]),
    # "Human: ." (4; 5) and 8 before it: 1 + 4 + 4 + 4 + 3 + 8; 1 + 5 + 8 + 5 + 6 + 8; 2 + 4 + 3 + 2
    "assistant first": ([assistant(), user()], {}, [24, 24, 24, 33, 11, 11, 11]),
    # nothing follows it: 1 + 4 + 4; newer models refuse it
    "prefill": ([user(), assistant()], {"models": OLD[:2]}, [9, 9]),
    # the blank of the frame takes its place; where a turn is a text of its own it costs
    "a leading blank": ([user(" red")], {}, [8, 8, 8, 12, 8, 8, 8]),
    # blank and line ends are one token more; Opus 5 takes them off
    "blanks at the end": ([user("red \n")], {}, [9, 9, 9, 13, 8, 8, 7]),
}  # fmt: skip


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_words_and_their_frame(run: Run, name: str) -> None:
    """Every way in which turns follow each other, in both frames."""
    messages, more, tokens = CONVERSATIONS[name]
    assert every(run, *messages, **more) == tokens


def test_a_system_message_in_the_conversation(run: Run) -> None:
    """In the newer frame a turn, 14 and 2 + 2; in the older never recorded: 10 less, 20 more."""
    messages = [user(), assistant(), {"role": "system", "content": "old map"}, user("river")]
    assert every(run, *messages, models=NEW) == [18, 18, 18]
    row = ask(run, *messages)
    assert (row.standing, row.tokens - row.low, row.high - row.tokens) == ("estimate", 13, 24)
    assert "a system message inside a conversation was never recorded" in row.note


def test_what_is_no_part_of_the_prompt_costs_nothing(run: Run) -> None:
    """Cache marks, ids, metadata, settings of the answer: 8 tokens with and without."""
    mark = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}
    free: Block = {
        "metadata": {"user_id": "abc"}, "temperature": 1, "stop_sequences": ["end"],
        "service_tier": "auto", "stream": False, "context_management": {"edits": []},
        "output_config": {"effort": "low"}, "thinking": {"type": "disabled"},
    }  # fmt: skip
    assert every(run, user([text("red", **mark)]), **free) == [8, 8, 8, 12, 7, 7, 7]
    samplings: tuple[Block, ...] = ({"temperature": 0.5, "top_k": 5}, {"top_p": 0.9})
    for sampling in samplings:  # newer models take none
        assert every(run, user(), models=OLD[:2], **sampling) == [8, 8]
    long_ids = [call(), {**call(), "id": "x" * 900}]
    costs = [ask(run, user(), assistant([one]), user([result(tool_use_id=one["id"])])) for one in long_ids]
    assert costs[0].tokens == costs[1].tokens


# Tools ------------------------------------------------------------------------------------------

# One message and the tool: a preamble of 149 (215), its line and "</functions>" with a line end and a blank
# line, and the hidden prompt of the model: 8 + 149 + 58 + 1 + 3 = 219, of which the blank line is that of
# "Human:"; 12 + 215 + 77 + 1 + 4 = 309; 7 + 215 + 77 + 1 + 4 + 1 = 305.
# Hidden: 112, 344, 344 + 1, 455 + 1; 70, 134, 66.
TOOL = [331, 563, 564, 765, 375, 439, 371]
# A call and its result, older frame: a blank line, the block of calls 8 + 11 + 16 + 6 + 8 and 4 line ends, a
# blank line, the result 11, a blank line (none for 3.5): 66 (65); Opus 4.7 1 + 66 + 1 + 11 + 1 = 80.
# Newer: a turn 2, 4 for calls, 14 + 22 + 8 and 3 line ends, a turn 3: 56.
ROUND = [397, 630, 631, 845, 431, 495, 427]


@pytest.mark.parametrize(
    ("choice", "tokens"),
    [
        (None, TOOL),
        ({"type": "auto"}, TOOL),
        ({"type": "none"}, TOOL),
        # 91, 92, 92, 129; 120
        ({"type": "any"}, [422, 655, 656, 894, 495, 559, 491]),
        # any, 1 (newer: 2) and the name: 6 - 2 = 7 - 3 = 4
        ({"type": "tool", "name": "get_tide"}, [427, 660, 661, 899, 501, 565, 497]),
    ],
)
def test_a_tool_and_the_choice(run: Run, choice: Block | None, tokens: list[int]) -> None:
    """The line of the tool has its schema's keys sorted and é escaped; forcing makes the hidden prompt longer."""
    assert every(run, tools=[TIDE], tool_choice=choice) == tokens


def test_tools_after_which_comes_something(run: Run) -> None:
    """A system text is its words and a blank line; a schema of an answer comes on top."""
    # "old map" and the blank line that "</functions>" no longer shares: 3; new 2 and a blank line
    assert every(run, tools=[TIDE], system="old map") == [334, 566, 567, 768, 378, 442, 374]
    # 81 + 37 and a line end; 119 (with the 1 of the tools) + 38 + 1; 120 + 38
    wanted = {"type": "json_schema", "schema": SCHEMA}
    assert every(run, tools=[TIDE], output_format=wanted) == [450, 682, 683, 922, 533, 597, 529]


def test_a_tool_that_is_loaded_later_is_free(run: Run) -> None:
    """In the older frame; in the newer it was recorded once: 60 either way."""
    tools = [TIDE, {**TIDE, "name": "later", "description": "high " * 99, "defer_loading": True}]
    assert every(run, tools=tools, models=OLD) == TOOL[:4]
    row = ask(run, tools=tools, model="claude-sonnet-5")
    assert (row.standing, row.range) == ("estimate", (439 - 63, 439, 439 + 64))


def test_a_call_and_its_result(run: Run) -> None:
    """Words before the call are one more; a forced choice is 1 less when a result comes last (older frame)."""
    assert every(run, user(), assistant([call()]), user([result()]), tools=[TIDE]) == ROUND
    assert every(run, user(), assistant([call()]), user([result([text("low")])]), tools=[TIDE]) == ROUND
    spoken = every(run, user(), assistant([text("look"), call()]), user([result()]), tools=[TIDE])
    assert spoken == [tokens + 1 for tokens in ROUND]
    forced = every(run, user(), assistant([call()]), user([result()]), tools=[TIDE], tool_choice={"type": "any"})
    assert forced == [397 + 90, 630 + 91, 631 + 91, 845 + 128, 431 + 120, 495 + 120, 427 + 120]


def test_arguments_are_lines(run: Run) -> None:
    """Values that are no text stand as JSON: 16 + 23 and 2 line ends more (21 + 30 + 2); none is 17 (23) less."""
    more = call(harbour="old", depth=3, deep={"up": [1, True]})
    tokens = every(run, user(), assistant([more]), user([result()]), tools=[TIDE])
    assert tokens == [438, 671, 672, 898, 484, 548, 480]
    bare = {**call(), "input": {}}
    tokens = every(run, user(), assistant([bare]), user([result()]), tools=[TIDE])
    assert tokens == [380, 613, 614, 822, 408, 472, 404]


def test_calls_at_once(run: Run) -> None:
    """One block of two invokes, one of two named results, in one message or in two."""
    calls = [call(1), call(2)]
    results = [result("low", 1), result("high", 2)]
    # an invoke more is 11 + 16 + 6 + 3 = 36 (14 + 22 + 8 + 3 = 47); a named result 3 + 9 + 7 + 3 and 4 line
    # ends = 26 (27), two of them in a block 5 + 1 + 52 + 5 = 63 (65) where one alone was 11
    tokens = [397 + 36 + 52, 630 + 36 + 52, 631 + 36 + 52, 845 + 47 + 54]
    for answers in ([user(results)], [user(results[:1]), user(results[1:])]):
        assert every(run, user(), assistant(calls), *answers, tools=[TIDE], models=OLD) == tokens
    # a turn of 3 for each result, never recorded: 10 below, 10 above for each
    row = ask(run, user(), assistant(calls), user(results), tools=[TIDE], model="claude-sonnet-5")
    assert (row.standing, row.range) == ("estimate", (545 - 13, 545, 545 + 24))
    assert "several results at once were never recorded" in row.note


def test_words_after_results(run: Run) -> None:
    """The user's begin a turn, the assistant's follow a blank line; a failed call was never recorded."""
    said = user([result(), text("name")])
    # "Human: name" 4 and "Assistant:" 3 for the blank line (none for 3.5); 5 + 6 - 1; a turn 3
    tokens = [397 + 7, 630 + 6, 631 + 6, 845 + 10, 431 + 3, 495 + 3, 427 + 3]
    assert every(run, user(), assistant([call()]), said, tools=[TIDE]) == tokens
    # a blank line and "blue", then "Human: river" and "Assistant:": 2 + 4 + 3; 3 + 5 + 6; turns of 4 and 3
    tokens = [397 + 9, 630 + 8, 631 + 8, 845 + 13, 431 + 7, 495 + 7, 427 + 7]
    after = [assistant([call()]), user([result()]), assistant(), user("river")]
    assert every(run, user(), *after, tools=[TIDE]) == tokens
    row = ask(run, user(), assistant([call()]), user([result(is_error=True)]), tools=[TIDE])
    assert (row.standing, row.range) == ("estimate", (630 - 23, 630, 630 + 204))
    assert "messages[].content[] tool_result.is_error was never recorded" in row.note


@pytest.mark.parametrize("key", ["output_format", "output_config"])
def test_the_schema_of_an_answer(run: Run, key: str) -> None:
    """JSON with an indent of two, its line end within the blank line, and an instruction."""
    wanted: Block = {"type": "json_schema", "schema": SCHEMA}
    # 8 + 37 + 81; one more for a system part; 12 + 38 + 118 + 1; 7 + 38 + 120
    more: Block = {key: wanted if key == "output_format" else {"format": wanted}}
    tokens = every(run, **more)
    assert tokens == [126, 126, 127, 169, 165, 165, 165]


# Days -------------------------------------------------------------------------------------------

BEFORE, SINCE = "2025-11-05", "2025-11-06"
FORCED = {"type": "tool", "name": "get_tide"}


@pytest.mark.parametrize(
    ("model", "choice", "before", "since"),
    [
        # 219 and 161, 163, 163 + 1 + 4; then 344, 436, 436 + 1 + 4
        ("claude-sonnet-4-5", {"type": "auto"}, 380, 563),
        ("claude-sonnet-4-5", {"type": "any"}, 382, 655),
        ("claude-sonnet-4-5", FORCED, 387, 660),
        ("claude-haiku-4-5", {"type": "auto"}, 219 + 109, 563),
        ("claude-sonnet-4-20250514", {"type": "auto"}, 380, 380),
        # one call at a time: 25 and 43 less, then for a named tool 1 more
        ("claude-sonnet-4-20250514", {"type": "auto", "disable_parallel_tool_use": True}, 355, 355),
        ("claude-sonnet-4-20250514", {**FORCED, "disable_parallel_tool_use": True}, 344, 344),
        ("claude-sonnet-4-5", {**FORCED, "disable_parallel_tool_use": True}, 344, 661),
    ],
)
def test_hidden_prompts_have_days(run: Run, model: str, choice: Block, before: int, since: int) -> None:
    """That of the 4.5 models grew within their first weeks; the day of the prices decides."""
    rows = [ask(run, model=model, tools=[TIDE], tool_choice=choice, day=day) for day in (BEFORE, SINCE)]
    assert [row.tokens for row in rows] == [before, since]
    # what was hardly recorded, those weeks, is an estimate
    assert [row.standing for row in rows] == ["assumed" if "sonnet-4-2025" in model else "estimate", "assumed"]


def test_one_call_at_a_time_where_it_was_never_recorded(run: Run) -> None:
    """45 less or 5 more; Sonnet 5 was recorded: nothing."""
    alone = {"type": "auto", "disable_parallel_tool_use": True}
    row = ask(run, tools=[TIDE], tool_choice=alone)
    assert (row.standing, row.range) == ("estimate", (563 - 48, 563, 563 + 9))
    assert "disable_parallel_tool_use with a choice of 'auto' was never recorded" in row.note
    assert every(run, tools=[TIDE], tool_choice=alone, models=("claude-sonnet-5",)) == [439]
    row = ask(run, model="claude-haiku-4-5", tools=[TIDE], tool_choice={"type": "any"}, day=BEFORE)
    # those weeks 20 less or 260 more beside
    assert (row.standing, row.low, row.high) == ("estimate", 329 - 8 - 20, 329 + 104 + 260)


def test_thinking(run: Run) -> None:
    """An instruction of 28, later 29 tokens, 1 more beside a system part; adaptive adds nothing."""
    on = {"type": "enabled", "budget_tokens": 2000}
    for day, tokens in ((BEFORE, [36, 39]), (SINCE, [37, 40])):
        rows = [
            ask(run, thinking=on, max_tokens=4096, day=day),
            ask(run, thinking=on, max_tokens=4096, system="old map", day=day),
        ]
        assert [row.tokens for row in rows] == tokens
        assert rows[0].parts["thinking instruction"] == tokens[0] - 8
    assert every(run, thinking=on, max_tokens=4096, models=OLD[:3]) == [37, 37, 37]
    assert every(run, thinking={"type": "adaptive"}, models=(OLD[3], *NEW)) == [12, 7, 7, 7]
    unsure = ask(run, thinking=on, max_tokens=4096, model="claude-sonnet-5")
    assert (unsure.standing, unsure.range) == ("estimate", (4, 7, 11 + 30))
    once = ask(run, thinking={"type": "adaptive"}, model="claude-sonnet-4-6")
    assert (once.standing, once.range) == ("estimate", (8 - 3, 8 + 17, 8 + 17 + 4))


def test_thinking_that_is_sent_back(run: Run) -> None:
    """Dropped once the user speaks again; counted in a loop that still runs; kept in full from 4.6 on."""
    block = {"type": "thinking", "thinking": "old map", "signature": "x" * 400}
    assert every(run, user(), assistant([block, text("blue")]), user("river"), models=OLD[:2]) == [16, 16]
    # 8 and a blank line; one more on Claude 4.5, two on Claude 4
    running = [user(), assistant([block, call()]), user([result()])]
    assert every(run, *running, tools=[TIDE], models=OLD[:2], standing="estimate") == [397 + 9, 630 + 10]
    models = ("claude-opus-4-1",)
    assert every(run, *running, tools=[TIDE], models=models, standing="estimate") == [630 - 344 + 161 + 11]
    # 9 + 7 shown; nothing to 1.6 times as much and 300 more is billed
    for model, plain, shown in (("claude-sonnet-4-6", 16, 16), ("claude-sonnet-5", 14, 13)):
        row = ask(run, user(), assistant([block, text("blue")]), user("river"), model=model)
        assert (row.standing, row.low, row.tokens) == ("estimate", plain - 3, plain + shown)
        assert row.high == -(-(10 * plain + 16 * shown + 3040) // 10)
        assert "is billed in full, and only its summary is known" in row.note
