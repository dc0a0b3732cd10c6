"""Gemini bodies: two spellings, two APIs, three generations, and that no JSON breaks them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules import rules_of
from tokcost.counting.count import ASSUMED, ESTIMATE, EXACT, Count
from tokcost.counting.gemini import count_request
from tokcost.counting.pictures import gemini_2_0_image, gemini_3_image
from tokcost.encodings.counter import counter
from tokcost.errors import TokcostError
from tokcost.requests.gemini import parse
from tokcost.requests.model import Call, Image, Other, Result, Text, Thinking
from tokcost.rules import Crops

NAME = {
    "name": "get_name",
    "description": "Look up the name of a city.",
    "parameters": {"type": "OBJECT", "properties": {"city": {"type": "STRING"}}, "required": ["city"]},
}
WEIGHED = {"get_name": 3, "Look up the name of a city.": 8, "city": 1, "Hi": 1}


def body(*texts: str, **more: Any) -> dict[str, Any]:
    contents = [{"role": "model" if at % 2 else "user", "parts": [{"text": text}]} for at, text in enumerate(texts)]
    return {"contents": contents, **more}


def count(known: dict[str, Any], model: str = "gemini-2.5-flash", vertex: bool | None = False) -> Count:
    return count_request(parse(known, vertex=vertex), rules_of(model, "google"), tokens_of=counter("gemma3").count)


def test_both_spellings_mean_the_same() -> None:
    camel = parse(
        body(
            "Hi",
            systemInstruction={"parts": [{"text": "Be brief"}]},
            generationConfig={"maxOutputTokens": 9, "responseSchema": {"type": "STRING"}},
            toolConfig={"functionCallingConfig": {"mode": "ANY"}},
            tools=[{"functionDeclarations": [NAME]}],
        ),
        vertex=False,
    )
    snake = parse(
        body(
            "Hi",
            system_instruction={"parts": [{"text": "Be brief"}]},
            generation_config={"max_output_tokens": 9, "response_schema": {"type": "STRING"}},
            tool_config={"function_calling_config": {"mode": "ANY"}},
            tools=[{"function_declarations": [NAME]}],
        ),
        vertex=False,
    )
    assert camel == snake
    assert camel.output_limit == 9 and camel.choice == "required"
    assert camel.messages[0].role == "system" and camel.tools[0].name == "get_name"


def test_parts_of_every_kind() -> None:
    request = parse(
        {
            "contents": [
                {"role": "model", "parts": [{"text": "Hm", "thought": True}, {"functionCall": {"name": "f"}}]},
                {"parts": [{"function_response": {"name": "f", "response": {"level": 3}}}]},
                {"parts": [{"inlineData": {"mimeType": "image/png", "data": "AAAA"}}]},
                {"parts": [{"file_data": {"mime_type": "audio/mpeg", "file_uri": "gs://a"}}]},
            ]
        },
        size_of=lambda data: (640, 480),
    )
    assert request.messages[0].parts == (Thinking("Hm"), Call("f", "{}"))
    assert request.messages[1].parts == (Result((Text('{"level": 3}'),), "f"),)
    assert request.messages[2].parts == (Image(640, 480, where="contents[2].parts[0]"),)
    assert request.messages[3].parts == (Other("audio"),)


@pytest.mark.parametrize(
    ("known", "model", "api", "told"),
    [
        (body("Hi", model="models/gemini-2.5-pro"), "gemini-2.5-pro", "gemini", False),
        (
            {"generateContentRequest": body("Hi", model="models/gemini-3-pro-preview")},
            "gemini-3-pro-preview",
            "gemini",
            False,
        ),
        (
            body("Hi", model="projects/p/locations/l/publishers/google/models/gemini-2.0-flash"),
            "gemini-2.0-flash",
            "vertex",
            True,
        ),
        (
            {"model": "models/gemini-embedding-001", "content": {"parts": [{"text": "Hi"}]}},
            "gemini-embedding-001",
            "gemini",
            False,
        ),
        (
            body("Hi", tools=[{"functionDeclarations": [{"name": "f", "parametersJsonSchema": {}}]}]),
            None,
            "vertex",
            False,
        ),
        (
            body("Hi", tools=[{"functionDeclarations": [{"name": "f", "parameters_json_schema": {}}]}]),
            None,
            "gemini",
            True,
        ),
    ],
)
def test_model_and_api_are_found(known: dict[str, Any], model: str | None, api: str, told: bool) -> None:
    request = parse(known)
    assert (request.model, request.api) == (model, api)
    assert (request.options or {})["api_told"] is told
    assert request.messages[0].parts == (Text("Hi"),)


def test_text_is_its_words_and_a_frame_that_the_api_decides() -> None:
    counted = count(body("Hi"))
    assert (counted.tokens, counted.low, counted.high, counted.parts) == (2, 1, 2, (("message 1 (user)", 2),))
    assert (count(body("Hi"), vertex=True).tokens, count(body("Hi"), vertex=True).standing) == (1, EXACT)
    assert count(body("Hi"), "gemini-3-pro-preview").parts == (("message 1 (user)", 2),)
    unknown = count(body("Hi"), vertex=None)
    assert (unknown.tokens, unknown.low, unknown.high, unknown.standing) == (2, 1, 2, ESTIMATE)


def test_every_content_of_2_5_has_a_token_of_framing() -> None:
    assert count(body("Hi", "Hi", "Hi", systemInstruction={"parts": [{"text": "Hi"}]})).tokens == 8
    assert count(body("Hi", "Hi", "Hi"), "gemini-2.0-flash").tokens == 3


def test_a_function_by_the_three_ways() -> None:
    assert {text: counter("gemma3").count(text) for text in WEIGHED} == WEIGHED
    known = body("Hi", tools=[{"functionDeclarations": [NAME]}])
    # 2.5: 18 + 3 + 8, and a parameter 10 + 1; 1 + 1 for the message
    assert (count(known).tokens, count(known).standing) == (42, EXACT)
    # Vertex: name 3, description 8, parameter 1, required 1, two types; 1 for the message
    assert (count(known, vertex=True).tokens, count(known, vertex=True).low) == (16, 14)
    # 3: two marks around "declaration:get_name{description:<>...<>,parameters:{properties:{city:{type:<>STRING<>}},
    # required:[<>city<>],type:<>OBJECT<>}}"; 1 + 1 for the message
    marked = [
        "declaration:get_name{description:",
        "Look up the name of a city.",
        ",parameters:{properties:{city:{type:",
    ]
    marked += ["STRING", "}},required:[", "city", "],type:", "OBJECT", "}}"]
    assert count(known, "gemini-3-flash-preview").tokens == 2 + 8 + sum(map(counter("gemma3").count, marked)) + 2


def test_answer_schemas_cost_where_they_are_typed_and_old() -> None:
    typed = body(
        "Hi", generationConfig={"responseSchema": {"type": "OBJECT", "properties": {"city": {"type": "STRING"}}}}
    )
    plain = body("Hi", generationConfig={"responseJsonSchema": {"type": "object"}})
    assert count(typed, "gemini-2.0-flash").tokens == 1 + 1 + 2
    assert count(plain, "gemini-2.0-flash").tokens == 1
    assert count(typed).tokens == count(plain).tokens == 2


def test_a_newer_model_is_assumed_to_count_as_the_newest_known() -> None:
    counted = count(body("Hi"), "gemini-9-ultra")
    assert (counted.tokens, counted.standing) == (2, ASSUMED) and "assumed" in counted.note


@pytest.mark.parametrize(
    ("size", "tokens"), [((275, 183), 258), ((384, 384), 258), ((2048, 1362), 1806), ((1000, 1000), 258 * 5)]
)
def test_images_of_2_0(size: tuple[int, int], tokens: int) -> None:
    rule = rules_of("gemini-2.0-flash").pictures
    assert isinstance(rule, Crops)
    assert gemini_2_0_image(*size, rule) == tokens


@pytest.mark.parametrize(
    ("size", "tokens"), [((128, 128), 1089), ((597, 566), 1088), ((544, 184), 1083), ((1920, 1080), 1100)]
)
def test_images_of_3(size: tuple[int, int], tokens: int) -> None:
    assert gemini_3_image(*size, 1120) == tokens


def test_the_media_resolution_is_heeded() -> None:
    picture = {"contents": [{"parts": [{"inlineData": {"mimeType": "image/png", "data": "A"}}]}]}
    low = {**picture, "generationConfig": {"mediaResolution": "MEDIA_RESOLUTION_LOW"}}
    request = parse(low, size_of=lambda data: (128, 128), vertex=False)
    assert count_request(request, rules_of("gemini-3-pro-preview"), tokens_of=len).tokens == 1 + 16 * 16
    assert count(picture).tokens == 259
    assert count(picture, "gemini-2.0-flash").high >= 258 * 17


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        (3, "body: a number where an object belongs"),
        ({}, "contents: null where a list belongs"),
        ({"contents": [{"parts": [1]}]}, r"contents\[0\].parts\[0\]: a number where an object belongs"),
        (
            body("Hi", tools=[{"functionDeclarations": [[]]}]),
            r"tools\[0\].functionDeclarations\[0\]: a list where an object belongs",
        ),
    ],
)
def test_a_wrong_shape_is_one_sentence_with_its_path(wrong: Any, where: str) -> None:
    with pytest.raises(TokcostError, match=where) as raised:
        parse(wrong)
    assert "\n" not in str(raised.value)


def test_a_schema_of_itself_comes_to_an_end() -> None:
    node: Any = {"type": "object", "properties": {name: {"$ref": "#/$defs/Node"} for name in "abcdef"}}
    schema = {"$defs": {"Node": node}, "type": "object", "properties": {"root": {"$ref": "#/$defs/Node"}}}
    counted = count(body("Hi", tools=[{"functionDeclarations": [{"name": "f", "parameters_json_schema": schema}]}]))
    assert counted.standing == ESTIMATE


def test_a_bottomless_body_is_refused() -> None:
    deep: Any = "x"
    for _ in range(3000):
        deep = {"a": deep}
    with pytest.raises(TokcostError, match="too deeply"):
        parse({"contents": [{"parts": [{"functionCall": {"name": "f", "args": deep}}]}]})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
SCHEMA = st.recursive(
    JSON,
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(("type", "description", "enum", "required", "format", "default", "$ref"), JSON),
            **dict.fromkeys(("items", "additionalProperties"), inner),
            "properties": st.dictionaries(st.text(max_size=5), inner, max_size=3) | JSON,
            "anyOf": st.lists(inner, max_size=2) | JSON,
        },
    ),
    max_leaves=6,
)
FUNCTION = st.fixed_dictionaries(
    {}, optional={"name": JSON, "description": JSON, "parameters": SCHEMA, "parameters_json_schema": SCHEMA}
)
CALL = st.fixed_dictionaries({}, optional=dict.fromkeys(("name", "args", "response", "parts", "id"), JSON))
PART = st.fixed_dictionaries(
    {}, optional={"text": JSON, "functionCall": CALL | JSON, "function_response": CALL | JSON, "inlineData": JSON}
)
BODY = st.fixed_dictionaries(
    {
        "contents": st.lists(
            st.fixed_dictionaries({"role": JSON, "parts": st.lists(PART, max_size=3) | JSON}) | JSON, max_size=3
        )
    },
    optional={
        "tools": st.lists(
            st.fixed_dictionaries({"functionDeclarations": st.lists(FUNCTION, max_size=2)}) | JSON, max_size=2
        ),
        "generationConfig": st.fixed_dictionaries({}, optional={"responseSchema": SCHEMA}) | JSON,
        **dict.fromkeys(("systemInstruction", "toolConfig", "model", "labels"), JSON),
    },
)
MODELS = st.sampled_from(["gemini-2.0-flash", "gemini-2.5-pro", "gemini-3-flash-preview", "gemini-4"])


@given(JSON | BODY, MODELS, st.sampled_from([None, True, False]))
def test_any_json_is_a_request_or_a_refusal(known: Any, model: str, vertex: bool | None) -> None:
    try:
        request = parse(known, vertex=vertex)
    except TokcostError as refusal:
        assert str(refusal) and "\n" not in str(refusal)
        return
    counted = count_request(request, rules_of(model, "google"), tokens_of=len)
    assert 0 <= counted.low <= counted.tokens <= counted.high
    assert sum(tokens for _, tokens in counted.parts) == counted.tokens


@given(st.lists(st.text(), min_size=1, max_size=4), st.text(), MODELS)
def test_one_more_message_never_costs_less(texts: list[str], more: str, model: str) -> None:
    rules = rules_of(model, "google")
    fewer = count_request(parse(body(*texts)), rules, tokens_of=len)
    assert count_request(parse(body(*texts, more)), rules, tokens_of=len).tokens >= fewer.tokens
