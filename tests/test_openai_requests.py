"""OpenAI bodies: what they are read as, and what they are counted as.

Expected numbers are worked by hand from the published framing: a word such as "hello", "user" or
"system" is one token of o200k_base and of cl100k_base.
"""

from __future__ import annotations

import base64
import json
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules import rules_by, rules_of
from tokcost.counting.count import Count
from tokcost.counting.openai import count_request
from tokcost.counting.openai_images import picture_tokens
from tokcost.counting.typescript import functions_text
from tokcost.encodings.counter import counter
from tokcost.errors import RequestError, TokcostError
from tokcost.requests.images import image_size
from tokcost.requests.model import Call, Image, Message, Other, Request, Result, Text, Tokens
from tokcost.requests.openai import api_of_path, parse
from tokcost.rules import Patches, Tiles

O200K = counter("o200k_base").count
PLACE = {"type": "object", "properties": {"place": {"type": "string"}}, "required": ["place"]}


def counted(body: dict[str, Any], model: str = "gpt-4o") -> Count:
    return count_request(parse(body), model, "o200k_base", rules_of(model), "openai")


def chat(*messages: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return {"messages": list(messages), **rest}


def said(role: str, content: Any, **rest: Any) -> dict[str, Any]:
    return {"role": role, "content": content, **rest}


def function(name: str, schema: Any = None, **rest: Any) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, "parameters": schema, **rest}}


def png(width: int, height: int) -> str:
    """A data URL of the beginning of a PNG of the given size."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    return "data:image/png;base64," + base64.b64encode(data).decode()


@pytest.mark.parametrize(
    ("model", "tokens"),
    [
        ("gpt-4o", 8),  # 3 + user + hello, then 3
        ("gpt-4.1-mini-2025-04-14", 8),
        ("gpt-5", 7),  # the answer opens with 2
        ("o4-mini", 7),
    ],
)
def test_one_message(model: str, tokens: int) -> None:
    found = counted(chat(said("user", "hello")), model)
    assert (found.tokens, found.standing) == (tokens, "exact")
    assert found.parts == (("message 1 (user)", 5), ("framing", tokens - 5))


def test_later_models_are_assumed_to_be_framed_like_the_newest() -> None:
    found = counted(chat(said("user", "hello")), "gpt-7-nova")
    assert (found.tokens, found.standing) == (7, "assumed")
    assert "gpt-7-nova" in found.note


def test_names_are_encoded_with_their_colon() -> None:
    # ":" and "ann" beside ":user", which is one token
    assert counted(chat(said("user", "hello", name="ann"))).tokens == 8 + O200K(":ann")
    assert counted(chat(said("user", "hello", name="user"))).tokens == 9


def test_parts_of_a_content_are_one_text() -> None:
    halves = [{"type": "text", "text": "hel"}, {"type": "text", "text": "lo"}]
    assert counted(chat(said("user", halves))).tokens == 8


def test_history_of_reasoning_models_names_its_channel() -> None:
    turns = chat(said("user", "hello"), said("assistant", "hello"), said("user", "hello"))
    assert counted(turns, "gpt-4o").tokens == 3 * 5 + 3
    assert counted(turns, "gpt-5").tokens == 3 * 5 + 2 + 2


def test_functions_as_typescript() -> None:
    schema = {
        "type": "object",
        "properties": {
            "place": {"type": "string", "description": "Where\n\n  in the world"},
            "unit": {"type": "string", "enum": ["c", "f"], "default": "c"},
            "days": {"type": ["integer", "null"]},
            "spots": {"type": "array", "items": {"$ref": "#/$defs/Spot"}},
        },
        "required": ["place"],
        "$defs": {"Spot": {"type": "object", "properties": {"x": {"type": "number", "title": "X"}}, "required": ["x"]}},
    }
    text = functions_text([("now", "", {"type": "object", "properties": {}}), ("sky", "Says\nmore", schema)])
    assert text == (
        "namespace functions {\n\n"
        "type now = () => any;\n\n"
        "// Says\n// more\n"
        "type sky = (_: {\n"
        "// Where\n// in the world\n"
        "place: string,\n"
        'unit?: "c" | "f", // default: c\n'
        "days?: number | null,\n"
        "spots?: Array<\n{\n// X\nx: number,\n}\n>,\n"
        "}) => any;\n\n"
        "} // namespace functions"
    )


def test_functions_without_comments_stand_in_one_line() -> None:
    nested = {"type": "object", "properties": {"at": PLACE, "n": {"type": "integer"}}, "required": ["at"]}
    text = functions_text([("f", "", nested)])
    assert "type f = (_: {at: { place: string }, n?: number}) => any;" in text


def test_a_schema_that_holds_itself_ends() -> None:
    loop: dict[str, Any] = {"$ref": "#"}
    text = functions_text([("f", "", {"type": "object", "properties": {"next": loop}})])
    assert text.startswith("namespace functions {")


def test_tools() -> None:
    tool = function("sky", PLACE)
    words = O200K("namespace functions {\n\ntype sky = (_: {place: string}) => any;\n\n} // namespace functions")
    plain = counted(chat(said("user", "hello"), tools=[tool]))
    assert (plain.tokens, plain.standing) == (8 + words + 9, "exact")
    # With instructions, both stand in one message: "hello" takes a line break, and a message is saved.
    assert counted(chat(said("system", "hello"), said("user", "hello"), tools=[tool])).tokens == 13 + words + 9 - 4 + 1
    assert counted(chat(said("user", "hello"), tools=[tool]), "gpt-5").tokens == 7 + words + 91
    assert counted(chat(said("user", "hello"), tools=[tool], tool_choice="none")).tokens == plain.tokens + 1
    forced = {"type": "function", "function": {"name": "sky"}}
    assert counted(chat(said("user", "hello"), tools=[tool], tool_choice=forced)).tokens == plain.tokens + 1 + 7
    assert [label for label, _ in plain.parts] == ["message 1 (user)", "tool sky", "tools", "framing"]


def test_tools_through_responses() -> None:
    flat = {"type": "function", "name": "sky", "parameters": PLACE}
    words = O200K("namespace functions {\n\ntype sky = (_: {place: string}) => any;\n\n} // namespace functions")
    body = {"input": "hello", "tools": [flat]}
    assert counted(body).tokens == 8 + words + 3
    assert counted({**body, "tool_choice": "required"}).tokens == 8 + words + 3 + 1 + 7
    assert (
        counted({**body, "tools": [flat, flat], "tool_choice": "required"}).tokens
        == counted({**body, "tools": [flat, flat]}).tokens
    )


def called(name: str, arguments: Any, call_id: str) -> dict[str, Any]:
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}


def test_a_round_trip() -> None:
    turns = chat(
        said("user", "hello"),
        {"role": "assistant", "tool_calls": [called("sky", {"place": "x"}, "1")]},
        {"role": "tool", "tool_call_id": "1", "content": "hello"},
    )
    assert counted(turns).tokens == 8 + 13 + O200K("sky") + O200K(".sky") + O200K('{"place":"x"}') + 1


def test_parallel_calls_are_one_call() -> None:
    turns = chat(
        said("user", "hello"),
        {"role": "assistant", "tool_calls": [called("sky", {"place": "x"}, "1"), called("sea", {}, "2")]},
        {"role": "tool", "tool_call_id": "1", "content": "blue°"},
        {"role": "tool", "tool_call_id": "2", "content": "grey"},
    )
    uses = (
        '{"tool_uses":[{"recipient_name":"functions.sky","parameters":{"place":"x"}},'
        '{"recipient_name":"functions.sea","parameters":{}}]}'
    )
    assert counted(turns).tokens == 8 + 20 + O200K(uses) + O200K('["blue\\u00b0", "grey"]')


def test_structured_answers() -> None:
    schema = {**PLACE, "additionalProperties": False}
    bare = O200K('{"type":"object","properties":{"place":{"type":"string"}}}')
    format_ = {"type": "json_schema", "json_schema": {"name": "hello", "schema": schema}}
    found = counted(chat(said("user", "hello"), response_format=format_))
    assert (found.tokens, found.standing) == (8 + bare + 2 + 12, "estimate")
    flat = {"format": {"type": "json_schema", "name": "hello", "schema": schema}}
    found = counted({"input": "hello", "text": flat})
    assert (found.tokens, found.standing) == (8 + bare + 1 + 7, "exact")
    assert counted(chat(said("user", "hello"), response_format={"type": "json_object"})).tokens == 8


@pytest.mark.parametrize(
    ("model", "size", "detail", "tokens"),
    [
        # The worked examples of OpenAI's "Images and vision" guide.
        ("gpt-4o", (1024, 1024), "high", 765),
        ("gpt-4o", (2048, 4096), "high", 1105),
        ("gpt-4o", (4096, 8192), "low", 85),
        ("gpt-4o-mini", (512, 512), "auto", 8500),
        ("gpt-5", (512, 512), "auto", 210),
        # 1024 patches; 1452 after shrinking: the guide's numbers of patches
        ("o4-mini", (1024, 1024), "auto", 1762),
        ("o4-mini", (1800, 2400), "auto", 2498),
        ("gpt-6-astra", (1920, 1080), "auto", 2448),
    ],
)
def test_pictures(model: str, size: tuple[int, int], detail: str, tokens: int) -> None:
    rule = rules_of(model).pictures
    assert isinstance(rule, Tiles | Patches)
    assert picture_tokens(rule, *size, detail) == tokens


def test_a_picture_of_unknown_size_has_a_range() -> None:
    shown = [{"type": "image_url", "image_url": {"url": "https://example.com/cat.png"}}]
    found = counted(chat(said("user", shown)))
    assert (found.low, found.tokens, found.high) == (7 + 255, 7 + 765, 7 + 85 + 8 * 170)
    low = [{"type": "image_url", "image_url": {"url": "https://example.com/cat.png", "detail": "low"}}]
    assert (counted(chat(said("user", low))).tokens, counted(chat(said("user", low))).standing) == (92, "exact")


def test_a_picture_tells_its_size() -> None:
    pytest.importorskip("imagesize")
    assert image_size(png(321, 123)) == (321, 123)
    assert image_size(png(321, 123).partition(",")[2]) == (321, 123)
    shown = [{"type": "input_image", "image_url": png(1024, 1024)}]
    found = counted({"input": [said("user", shown)]})
    assert ("image 1 (1024x1024)", 765) in found.parts


def test_bodies_of_every_endpoint() -> None:
    assert parse({"input": ["a", "b"], "model": "text-embedding-3-small"}).messages == (
        Message("input", (Text("a"),)),
        Message("input", (Text("b"),)),
    )
    assert parse({"prompt": [[1, 2], [3]]}).messages == (Message("input", (Tokens(2),)), Message("input", (Tokens(1),)))
    assert counted({"input": [1, 2, 3], "model": "text-embedding-3-small"}).tokens == 3
    assert counted({"prompt": "hello"}).tokens == 1
    assert parse({"input": "hello"}).api == "openai-responses"
    assert api_of_path("https://x/v1/chat/completions?a=b") == "openai-chat"
    assert api_of_path("/v1/images/generations") is None


def test_responses_items() -> None:
    request = parse(
        {
            "instructions": "Be brief.",
            "input": [
                said("user", [{"type": "input_text", "text": "look"}, {"type": "input_video"}]),
                {"type": "function_call", "call_id": "1", "id": "fc_1", "name": "sky", "arguments": "{}"},
                {"type": "function_call", "call_id": "2", "name": "sea", "arguments": "{}"},
                {"type": "function_call_output", "call_id": "1", "output": "blue"},
                {"type": "web_search_call", "id": "ws_1"},
            ],
        }
    )
    assert request.messages == (
        Message("system", (Text("Be brief."),)),
        Message("user", (Text("look"), Other("input_video"))),
        Message("assistant", (Call("sky", "{}", "1", "fc_1"), Call("sea", "{}", "2"))),
        Message("tool", (Result((Text("blue"),), "", "1"),)),
        Message("assistant", (Other("web_search_call"),)),
    )


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ([], "body"),
        ({}, "body"),
        ({"messages": 3}, "messages"),
        ({"messages": [3]}, "messages[0]"),
        ({"messages": [{"content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": [{"type": "text"}]}]}, "messages[0].content[0].text"),
        ({"messages": [], "tools": [{"type": "function", "function": {}}]}, "tools[0].function.name"),
        ({"input": "x", "tools": [{"type": "function", "name": "f", "parameters": "x"}]}, "tools[0].parameters"),
        ({"prompt": [1, "x"]}, "prompt[0]"),
    ],
)
def test_a_malformed_body_says_where(body: Any, where: str) -> None:
    with pytest.raises(RequestError) as problem:
        parse(body)
    assert str(problem.value).startswith(f"{where}: ")
    assert "\n" not in str(problem.value)


def test_what_cannot_be_seen_is_an_estimate() -> None:
    stored = counted({"input": "hello", "previous_response_id": "resp_1"})
    assert (stored.standing, stored.low, stored.high > stored.low) == ("estimate", 8, True)
    assert counted({"input": "hello", "tools": [{"type": "web_search"}]}).standing == "estimate"


@pytest.mark.parametrize(
    ("encoding", "scale", "tokens"),
    [
        ("o200k_harmony", "", 75),
        ("deepseek", "", 4),
        ("tekken", "", 4),
        ("o200k_base", "llama4", 11),
        ("qwen", "", 9),
        ("o200k_base", "qwen3.5", 9),
    ],
)
def test_other_families(encoding: str, scale: str, tokens: int) -> None:
    """A vocabulary, or the ratios to a private one, tell the chat template: its tokens and "hello"."""
    request = parse(chat(said("user", "hello")))
    found = count_request(request, "anything", "o200k_base", rules_by(encoding, scale), "anyone")
    assert (found.tokens, found.standing) == (tokens, "assumed")


def test_a_framing_that_nobody_knows() -> None:
    """7 tokens and "hello", as an estimate that names the vendor."""
    found = count_request(parse(chat(said("user", "hello"))), "grok", "o200k_base", rules_by(), "xai")
    assert (found.tokens, found.standing, found.note) == (8, "estimate", "the framing of xai is not known")


def test_texts_are_counted_by_the_callers_counter() -> None:
    asked: list[str] = []

    def tokens_of(text: str) -> int:
        asked.append(text)
        return len(text)

    found = count_request(
        parse(chat(said("user", "hello"))), "gpt-4o", "o200k_base", rules_of("gpt-4o"), "openai", tokens_of
    )
    assert (found.tokens, asked) == (3 + 4 + 5 + 3, ["user", "hello"])


def test_framings_of_models() -> None:
    """As the rows of the book name them; a model that is not in it is taken for the newest."""
    names = ("openai/GPT-4-turbo", "gpt-4.5-preview", "gpt-4.1", "o3", "gpt-9")
    assert [rules_of(name).framing for name in names] == ["gpt-4", "gpt-4o", "gpt-4.1", "o3", "gpt-5.4"]
    assert [rules_of(name).framing_measured for name in names] == [True, True, True, True, False]


def test_a_schema_of_too_many_levels_is_refused() -> None:
    schema: dict[str, Any] = {}
    for _ in range(3000):
        schema = {"type": "array", "items": schema}
    body = chat(said("user", "hello"), response_format={"type": "json_schema", "json_schema": {"schema": schema}})
    with pytest.raises(RequestError, match="nested too deeply"):
        counted(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEY_WORDS = (
    "type role content text name function parameters properties items anyOf enum required $ref description title "
    "default "
    "image_url url detail tool_calls id call_id arguments output input prompt messages tools functions function_call "
    "tool_choice mode response_format json_schema schema format instructions model summary file file_data data "
    "input_audio "
    "refusal audio reasoning_content max_tokens previous_response_id"
)
VALUE_WORDS = (
    "function function_call function_call_output message reasoning text input_text input_image image_url custom "
    "web_search json_schema user assistant system tool developer object array string # #/properties allowed_tools"
)
KEYS, VALUES = st.sampled_from(KEY_WORDS.split()), st.sampled_from(VALUE_WORDS.split())
LIKELY = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 3) | VALUES | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)


def lawful(body: object, model: str) -> None:
    """Whatever the JSON: a Request whose count keeps the laws, or one line of refusal."""
    try:
        request = parse(body, size_of=lambda source: None)
        found = count_request(request, model, "o200k_base", rules_of(model), "openai")
    except TokcostError as problem:
        assert "\n" not in str(problem)
        return
    assert isinstance(request, Request)
    assert 0 <= found.low <= found.tokens <= found.high
    assert sum(tokens for _, tokens in found.parts) == found.tokens
    assert found.standing == "estimate" or found.low == found.high


MODELS = st.sampled_from(
    ["gpt-3.5-turbo", "gpt-4o", "gpt-4.1", "gpt-5-mini", "gpt-5.4", "o3-mini", "gpt-6-sol", "o1-mini"]
)


@given(JSON | LIKELY, MODELS)
def test_any_json_is_safe(body: object, model: str) -> None:
    lawful(body, model)


@settings(max_examples=300, deadline=None)
@given(
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("input", "instructions", "text", "tool_choice", "prompt"), LIKELY)
    ),
    st.lists(st.dictionaries(KEYS, LIKELY, max_size=5), max_size=3),
    st.lists(st.dictionaries(KEYS, LIKELY, max_size=5), max_size=2),
    MODELS,
)
def test_any_body_is_safe(rest: dict[str, Any], messages: list[Any], tools: list[Any], model: str) -> None:
    for one in messages:
        one.setdefault("role", "user")
    lawful({**rest, "tools": tools}, model)
    lawful({**rest, "messages": messages, "tools": tools}, model)
    lawful({**rest, "input": messages, "functions": tools}, model)


@given(
    st.lists(st.tuples(st.sampled_from(["system", "user", "assistant"]), st.text(max_size=20)), min_size=1, max_size=4),
    MODELS,
)
def test_a_message_adds_at_least_its_frame(turns: list[tuple[str, str]], model: str) -> None:
    messages = [said(role, text) for role, text in turns]
    shorter = counted(chat(*messages[:-1]), model)
    longer = counted(chat(*messages), model)
    assert longer.tokens >= shorter.tokens + 3
    assert longer.low <= longer.tokens <= longer.high


def test_images_are_numbered_where_they_stand() -> None:
    shown = {"type": "image_url", "image_url": {"url": "https://example.com/a.png", "detail": "low"}}
    found = counted(chat(said("user", [shown, shown])))
    assert [label for label, _ in found.parts][:2] == ["image 1 (size unknown)", "image 2 (size unknown)"]
    assert parse(chat(said("user", [shown]))).messages[0].parts == (Image(None, None, "low", "messages[0].content[0]"),)
