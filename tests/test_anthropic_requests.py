"""Messages bodies: what they mean, what they come to, and that no JSON breaks them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokcost.counting.anthropic import count_request
from tokcost.counting.claude_rules import generation_of
from tokcost.counting.count import ESTIMATE, Count
from tokcost.counting.pictures import claude_image
from tokcost.errors import TokcostError
from tokcost.requests.anthropic import parse
from tokcost.requests.model import Call, Image, Other, Result, Text, Thinking

HARBOUR = "The harbour master wrote down every ship that left before noon, and then went home for lunch."
TIDE = {
    "name": "get_tide",
    "description": "Look up the tide of a harbour.",
    "input_schema": {"type": "object", "properties": {"harbour": {"type": "string"}}, "required": ["harbour"]},
}


def body(*messages: Any, **more: Any) -> dict[str, Any]:
    return {"model": "claude-sonnet-4-5", "max_tokens": 64, "messages": list(messages), **more}


def user(content: Any) -> dict[str, Any]:
    return {"role": "user", "content": content}


def assistant(content: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": content}


def count(known: dict[str, Any], model: str = "claude-sonnet-4-5") -> Count:
    return count_request(parse(known), model, tokens_of=lambda text: len(text.split()))


def test_blocks_become_parts() -> None:
    request = parse(
        body(
            user([{"type": "text", "text": "See", "cache_control": {"type": "ephemeral"}}]),
            assistant(
                [
                    {"type": "thinking", "thinking": "Hm", "signature": "x"},
                    {"type": "tool_use", "id": "t1", "name": "get_tide", "input": {"harbour": "Oslo"}},
                ]
            ),
            user([{"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": "low"}]}]),
            user([{"type": "document", "source": {"type": "base64", "data": "QUJD"}, "title": "Log"}]),
            system=[{"type": "text", "text": "Be brief"}],
            tool_choice={"type": "tool", "name": "get_tide"},
        )
    )
    assert request.model == "claude-sonnet-4-5" and request.output_limit == 64
    assert [message.role for message in request.messages] == ["system", "user", "assistant", "user", "user"]
    parts = [message.parts for message in request.messages]
    assert parts[0] == (Text("Be brief"),)
    assert parts[2] == (Thinking("Hm"), Call("get_tide", '{"harbour": "Oslo"}', "t1"))
    assert parts[3] == (Result((Text("low"),), call_id="t1"),)
    assert parts[4] == (Text("Log"), Other("pdf", 3))
    assert (request.choice, request.choice_forced) == ("get_tide", True)


def test_a_picture_is_measured_by_the_callers_means() -> None:
    picture = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}}
    (message,) = parse(body(user([picture])), size_of=lambda data: (1001, 1001)).messages
    assert message.parts == (Image(1001, 1001, where="messages[0].content[0].source"),)
    (unknown,) = parse(body(user([picture]))).messages
    assert isinstance(unknown.parts[0], Image) and unknown.parts[0].width is None


def test_a_first_message_has_seven_tokens_of_framing() -> None:
    counted = count(body(user("Hi")))
    # 1 word x 1.12 = 1.12, and 4.2 + 2.8 of framing: 8.12
    assert counted.tokens == 8
    assert counted.parts == (("framing", 4), ("message 1 (user)", 4))
    assert counted.standing == ESTIMATE and "private" in counted.note


def test_tools_bring_a_hidden_prompt_that_forcing_makes_longer() -> None:
    free, forced = (
        count(body(user("Hi"), tools=[TIDE])),
        count(body(user("Hi"), tools=[TIDE], tool_choice={"type": "any"})),
    )
    assert dict(free.parts)["hidden tool prompt"] == 498
    assert dict(forced.parts)["hidden tool prompt"] == 589
    assert count(body(user("Hi"), tools=[TIDE]), "claude-3-5-haiku-20241022").parts[0] == ("hidden tool prompt", 266)


def test_a_tool_that_is_loaded_later_costs_nothing() -> None:
    later = {**TIDE, "name": "later", "defer_loading": True}
    assert count(body(user("Hi"), tools=[TIDE, later])) == count(body(user("Hi"), tools=[TIDE]))


def test_a_round_of_tools_is_its_words_and_its_marks() -> None:
    before = count(body(user("Hi"), tools=[TIDE]))
    after = count(
        body(
            user("Hi"),
            assistant([{"type": "tool_use", "id": "1", "name": "get_tide", "input": {"harbour": "Oslo"}}]),
            user([{"type": "tool_result", "tool_use_id": "1", "content": "low"}]),
            tools=[TIDE],
        )
    )
    # call 26 + 3 words x 1.2 + 1 argument x 10.5; result 19 + 1.12; framing 2.3 + 2.8: 65.3
    assert after.tokens - before.tokens in (65, 66)


def test_thinking_and_answer_schemas_bring_an_instruction() -> None:
    plain = count(body(user("Hi"))).tokens
    assert count(body(user("Hi"), thinking={"type": "enabled", "budget_tokens": 1024})).tokens == plain + 28
    assert count(body(user("Hi"), thinking={"type": "adaptive"})).tokens == plain
    wanted = {"type": "json_schema", "schema": {"type": "object"}}
    # 88 and 2 words x 1.7
    assert count(body(user("Hi"), output_format=wanted)).tokens in (plain + 91, plain + 92)
    assert count(body(user("Hi"), output_config={"format": wanted})) == count(body(user("Hi"), output_format=wanted))


def test_cache_marks_cost_nothing() -> None:
    marked = [{"type": "text", "text": "Hi", "cache_control": {"type": "ephemeral"}}]
    assert count(body(user(marked))) == count(body(user("Hi")))


def test_real_words_with_the_real_vocabulary() -> None:
    counted = count_request(parse(body(user(HARBOUR))), "claude-sonnet-4-5")
    # o200k_base counts 19: x 1.12 + 7
    assert counted.tokens == 28 and counted.low < 28 < counted.high < 35


@pytest.mark.parametrize(
    ("model", "scale", "free"),
    [
        ("claude-3-opus-20240229", "claude-old", 518),
        ("claude-3-5-sonnet-20240620", "claude-old", 292),
        ("claude-3-5-sonnet-latest", "claude-old", 315),
        ("claude-sonnet-4-20250514", "claude-old", 315),
        ("claude-opus-4-1-20250805", "claude-old", 315),
        ("claude-sonnet-4-0", "claude-old", 315),
        ("claude-opus-4@20250514", "claude-old", 315),
        ("anthropic.claude-3-5-haiku-20241022-v1:0", "claude-old", 266),
        ("claude-haiku-4-5-20251001", "claude-old", 498),
        ("anthropic.claude-opus-4-6", "claude-old", 498),
        ("claude-opus-4-7", "claude-new", 320),
        ("claude-sonnet-5", "claude-new", 336),
        ("claude-unheard-of-9", "claude-new", 320),
    ],
)
def test_the_id_decides_the_generation(model: str, scale: str, free: int) -> None:
    assert (generation_of(model).scale, generation_of(model).hidden.free) == (scale, free)


@pytest.mark.parametrize(
    ("size", "old", "new"),
    [((1001, 1001), 1296, 1296), ((540, 360), 260, 260), ((1024, 1024), 1369, 1369), ((1920, 1080), 1560, 2691)],
)
def test_images_come_to_the_published_tokens(size: tuple[int, int], old: int, new: int) -> None:
    assert claude_image(*size, 1568, 1568) == pytest.approx(old, rel=0.03)
    assert claude_image(*size, 2576, 4784) == new


@given(st.integers(1, 20_000), st.integers(1, 20_000))
def test_no_image_is_beyond_the_cap(width: int, height: int) -> None:
    assert 1 <= claude_image(width, height, 1568, 1568) <= 1568
    assert 1 <= claude_image(width, height, 2576, 4784) <= 4784


def test_an_image_of_unknown_size_may_be_any() -> None:
    counted = count(body(user([{"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}}])))
    assert counted.low <= 10 and counted.high >= 1568 and "size" in counted.note


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ([], "body: a list where an object belongs"),
        ({}, "messages: null where a list belongs"),
        ({"messages": [3]}, r"messages\[0\]: a number where an object belongs"),
        ({"messages": [{"content": [{"type": "image"}]}]}, r"messages\[0\].content\[0\].source"),
        ({"messages": [], "tools": ["x"]}, r"tools\[0\]: a string where an object belongs"),
    ],
)
def test_a_wrong_shape_is_one_sentence_with_its_path(wrong: Any, where: str) -> None:
    with pytest.raises(TokcostError, match=where) as raised:
        parse(wrong)
    assert "\n" not in str(raised.value)


def test_a_bottomless_body_is_refused() -> None:
    block: Any = {"type": "tool_result", "content": "x"}
    for _ in range(2000):
        block = {"type": "tool_result", "content": [block]}
    with pytest.raises(TokcostError, match="too deeply"):
        parse(body(user([block])))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KINDS = st.sampled_from(
    ["text", "image", "document", "tool_use", "tool_result", "thinking", "search_result", "redacted_thinking", "new"]
)
BLOCK = st.fixed_dictionaries(
    {"type": KINDS | JSON},
    optional=dict.fromkeys(("text", "source", "content", "input", "name", "thinking", "title", "id"), JSON),
)
TOOL = st.fixed_dictionaries({}, optional=dict.fromkeys(("name", "type", "description", "input_schema"), JSON))
BODY = st.fixed_dictionaries(
    {
        "messages": st.lists(
            st.fixed_dictionaries({"role": JSON, "content": st.lists(BLOCK, max_size=3) | JSON}), max_size=3
        )
    },
    optional={
        "tools": st.lists(TOOL | JSON, max_size=2),
        **dict.fromkeys(("system", "tool_choice", "thinking", "output_format", "output_config", "max_tokens"), JSON),
    },
)


@given(JSON | BODY)
def test_any_json_is_a_request_or_a_refusal(known: Any) -> None:
    try:
        request = parse(known)
    except TokcostError as refusal:
        assert str(refusal) and "\n" not in str(refusal)
        return
    counted = count_request(request, "claude-sonnet-4-5", tokens_of=len)
    assert 0 <= counted.low <= counted.tokens <= counted.high
    assert sum(tokens for _, tokens in counted.parts) == counted.tokens


TURN = st.builds(lambda role, text: {"role": role, "content": text}, st.sampled_from(["user", "assistant"]), st.text())


@given(st.lists(TURN, max_size=4), TURN)
def test_one_more_message_never_costs_less(messages: list[Any], more: Any) -> None:
    fewer = count_request(parse(body(*messages)), "claude-sonnet-5", tokens_of=len)
    assert count_request(parse(body(*messages, more)), "claude-sonnet-5", tokens_of=len).tokens >= fewer.tokens
