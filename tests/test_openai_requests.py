"""OpenAI bodies: what ``batch`` says they come to, by message, tool, call, schema and picture.

Expected numbers are worked by hand from the framing: a word such as "hello", "user", "system", "assistant", "place"
or "sky" is one token of o200k_base and of cl100k_base, and ``o200k`` counts the longer texts. What stands around:

- a message is 3, its role and its content; the answer opens with 3, of models that reason with 2;
- so "hello" of a user is 3 + 1 + 1 + 3 = 8, of models that reason 7.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.bodies import Body, cl100k, counted, data_url, lawful, o200k, png, priced, refused
from tests.claude_bodies import asked
from tests.conftest import Run

PLACE = {"type": "object", "properties": {"place": {"type": "string"}}, "required": ["place"]}
SKY = "namespace functions {\n\ntype sky = (_: {place: string}) => any;\n\n} // namespace functions"


def chat(*messages: Body, model: str = "gpt-4o", **rest: Any) -> Body:
    """A body of chat completions."""
    return {"model": model, "messages": list(messages), **rest}


def responses(given: Any, model: str = "gpt-4o", **rest: Any) -> Body:
    """A body of the responses api."""
    return {"model": model, "input": given, **rest}


def said(role: str, content: Any, **rest: Any) -> Body:
    """A message."""
    return {"role": role, "content": content, **rest}


HELLO = said("user", "hello")


def function(name: str, schema: Any = None, **rest: Any) -> Body:
    """A function as chat completions nest it."""
    return {"type": "function", "function": {"name": name, "parameters": schema, **rest}}


def called(name: str, arguments: Any, call_id: str) -> Body:
    """A call of chat completions."""
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}


def shown(url: str, **rest: str) -> list[Body]:
    """The content of a message that is one picture."""
    return [{"type": "image_url", "image_url": {"url": url, **rest}}]


def exact(run: Run, body: Body) -> int:
    """The tokens of a body that ``batch`` is sure of."""
    row = counted(run, body)
    assert (row.standing, row.note, row.low, row.high) == ("exact", "", row.tokens, row.tokens)
    return row.tokens


# Messages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "tokens"),
    [
        ("gpt-4o", 8),
        ("openai/GPT-4o", 8),
        ("gpt-4.1-mini-2025-04-14", 8),
        ("gpt-4.5-preview", 8),
        ("gpt-4-turbo", 8),
        ("gpt-5", 7),  # the answer opens with 2
        ("o3", 7),
        ("o4-mini", 7),
    ],
)
def test_one_message(run: Run, model: str, tokens: int) -> None:
    """3 + user + hello, then 3, or 2 where the model reasons; a dated snapshot is framed as its model."""
    row = counted(run, chat(HELLO, model=model))
    assert (row.range, row.standing, row.note) == ((tokens, tokens, tokens), "exact", "")
    assert row.parts == {"message 1 (user)": 5, "framing": tokens - 5}


@pytest.mark.parametrize(
    ("model", "framing", "tokens"),
    [
        ("ft:gpt-4o-mini-2024-07-18:acme::x", "", 8),
        ("gpt-35-turbo", "gpt-4", 8),
        ("gpt-5-chat-latest", "gpt-4o", 8),
        ("ft:o4-mini:acme::x", "", 7),
    ],
)
def test_a_model_of_ones_own_is_framed_as_its_row_or_its_base_says(
    run: Run, model: str, framing: str, tokens: int
) -> None:
    """Fine-tuned models follow the one they were made of; another one names its framing in the price file."""
    row = counted(run, chat(HELLO, model=model), *priced("openai", model, "o200k_base", framing))
    assert (row.range, row.standing) == ((tokens, tokens, tokens), "exact")


@pytest.mark.parametrize("model", ["gpt-6-luna", "gpt-7-nova"])
def test_later_models_are_assumed_to_be_framed_like_the_newest(run: Run, model: str) -> None:
    """No recording covers them: 7 tokens, as models that reason, and the note says whose framing it is."""
    options = priced("openai", model, "o200k_base") if model == "gpt-7-nova" else ()
    row = counted(run, chat(HELLO, model=model), *options)
    assert (row.range, row.standing) == ((7, 7, 7), "assumed")
    assert f"{model} is framed like the OpenAI models that were measured" in row.note


def test_names_are_encoded_with_their_colon(run: Run) -> None:
    """ ":ann" is 2 tokens, ":user" is one."""
    assert o200k(":ann") == 2
    assert exact(run, chat(said("user", "hello", name="ann"))) == 8 + 2
    assert exact(run, chat(said("user", "hello", name="user"))) == 8 + 1


def test_parts_of_a_content_are_one_text(run: Run) -> None:
    """ "hel" and "lo" are encoded as "hello": one token, where apart they are two."""
    halves = [{"type": "text", "text": "hel"}, {"type": "text", "text": "lo"}]
    assert o200k("hel") + o200k("lo") == 2
    assert exact(run, chat(said("user", halves))) == 8


def test_history_of_reasoning_models_names_its_channel(run: Run) -> None:
    """Three messages of 5, and what opens the answer; an earlier answer takes 2 more where the model reasons."""
    turns = (HELLO, said("assistant", "hello"), HELLO)
    assert exact(run, chat(*turns)) == 3 * 5 + 3
    assert exact(run, chat(*turns, model="gpt-5")) == 3 * 5 + 2 + 2


def test_a_message_adds_its_frame_its_role_and_its_words(run: Run) -> None:
    """Each message more is 3 + 1 and its text, in the order of the request."""
    texts = ["hello", "", "안녕하세요", "The tide is low at noon."]
    roles = ["system", "user", "assistant", "developer"]
    bodies = [chat(*(said(role, text) for role, text in zip(roles, texts, strict=True)))]
    bodies = [{**bodies[0], "messages": bodies[0]["messages"][:number]} for number in (1, 2, 3, 4)]
    worked = [3 + sum(4 + o200k(text) for text in texts[:number]) for number in (1, 2, 3, 4)]
    assert [row.tokens for row in asked(run, *bodies)] == worked == [8, 12, 18, 29]


def test_equal_requests_count_alike_wherever_they_stand(run: Run) -> None:
    """What a text was counted as is remembered by vocabulary: one request between two of another changes neither."""
    korean = chat(said("user", "안녕하세요 세계"))
    rows = asked(run, korean, {**korean, "model": "gpt-4"}, korean, {**korean, "model": "gpt-4"})
    new, old = 7 + o200k("안녕하세요 세계"), 7 + cl100k("안녕하세요 세계")
    assert [row.tokens for row in rows] == [new, old, new, old]
    assert new < old


# Functions --------------------------------------------------------------------------------------

TYPESCRIPT = (
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


def test_functions_as_typescript(run: Run) -> None:
    """Comments, choices, defaults, optional and nested ones: the text above and 9 around it, in both vocabularies."""
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
    tools = [function("now", {"type": "object", "properties": {}}), function("sky", schema, description="Says\nmore")]
    assert counted(run, chat(HELLO, tools=tools)).tokens == 8 + o200k(TYPESCRIPT) + 9
    assert counted(run, chat(HELLO, tools=tools, model="gpt-4-turbo")).tokens == 8 + cl100k(TYPESCRIPT) + 9
    assert counted(
        run, responses("hello", tools=[{"type": "function", **each["function"]} for each in tools])
    ).tokens == (8 + o200k(TYPESCRIPT) + 3)


def test_functions_without_comments_stand_in_one_line(run: Run) -> None:
    """An object within them has blanks inside its braces, the outermost has none."""
    nested = {"type": "object", "properties": {"at": PLACE, "n": {"type": "integer"}}, "required": ["at"]}
    line = "type f = (_: {at: { place: string }, n?: number}) => any;"
    text = f"namespace functions {{\n\n{line}\n\n}} // namespace functions"
    assert counted(run, chat(HELLO, tools=[function("f", nested)])).tokens == 8 + o200k(text) + 9


def test_a_schema_that_holds_itself_ends(run: Run) -> None:
    """A reference to the schema itself is not unrolled for ever: the request is counted, as an estimate."""
    loop: Body = {"type": "object", "properties": {"next": {"$ref": "#"}}}
    row = counted(run, chat(HELLO, tools=[function("f", loop)]))
    assert 8 + 9 < row.tokens < 8 + 9 + 2000
    assert row.low <= row.tokens <= row.high


def test_tools(run: Run) -> None:
    """9 around them; 91 where the model reasons; a choice of none 1, of a function its name and 7."""
    tools = [function("sky", PLACE)]
    plain = counted(run, chat(HELLO, tools=tools))
    assert (plain.tokens, plain.standing) == (8 + o200k(SKY) + 9, "exact")
    assert list(plain.parts) == ["message 1 (user)", "tool sky", "tools", "framing"]
    # With instructions, both stand in one message: "hello" takes a line break, and a message is saved.
    assert o200k("hello\n") == 2
    hosted = chat(said("system", "hello"), HELLO, tools=tools)
    assert exact(run, hosted) == 13 + o200k(SKY) + 9 - 4 + 1
    assert counted(run, chat(HELLO, tools=tools, model="gpt-5")).tokens == 7 + o200k(SKY) + 91
    assert exact(run, chat(HELLO, tools=tools, tool_choice="none")) == plain.tokens + 1
    forced = {"type": "function", "function": {"name": "sky"}}
    assert exact(run, chat(HELLO, tools=tools, tool_choice=forced)) == plain.tokens + 1 + 7
    assert exact(run, chat(HELLO, tools=tools, tool_choice="auto")) == plain.tokens
    assert exact(run, chat(HELLO, tools=tools, tool_choice="required")) == plain.tokens


def test_tools_through_responses(run: Run) -> None:
    """3 around them; to require a call of the only function is to name it: its name and 7."""
    flat = {"type": "function", "name": "sky", "parameters": PLACE}
    assert exact(run, responses("hello", tools=[flat])) == 8 + o200k(SKY) + 3
    assert exact(run, responses("hello", tools=[flat], tool_choice="required")) == 8 + o200k(SKY) + 3 + 1 + 7
    two = responses("hello", tools=[flat, flat])
    assert exact(run, {**two, "tool_choice": "required"}) == exact(run, two)


def test_a_round_trip(run: Run) -> None:
    """13, the name, ".sky", the arguments as compact JSON and the answer; the ids cost nothing."""
    turns = chat(
        HELLO,
        {"role": "assistant", "tool_calls": [called("sky", {"place": "x"}, "1")]},
        {"role": "tool", "tool_call_id": "1", "content": "hello"},
    )
    worked = 8 + 13 + 1 + o200k(".sky") + o200k('{"place":"x"}') + 1
    assert counted(run, turns).tokens == worked
    longer = json.loads(json.dumps(turns).replace('"1"', '"call_0123456789abcdef"'))
    assert counted(run, longer).tokens == worked


def test_parallel_calls_are_one_call(run: Run) -> None:
    """Two calls at once stand as one text of both and one list of both answers, and 20."""
    turns = chat(
        HELLO,
        {"role": "assistant", "tool_calls": [called("sky", {"place": "x"}, "1"), called("sea", {}, "2")]},
        {"role": "tool", "tool_call_id": "1", "content": "blue°"},
        {"role": "tool", "tool_call_id": "2", "content": "grey"},
    )
    uses = (
        '{"tool_uses":[{"recipient_name":"functions.sky","parameters":{"place":"x"}},'
        '{"recipient_name":"functions.sea","parameters":{}}]}'
    )
    assert counted(run, turns).tokens == 8 + 20 + o200k(uses) + o200k('["blue\\u00b0", "grey"]')


def test_structured_answers(run: Run) -> None:
    """The schema without ``required`` and ``additionalProperties``; its name once or, in chat, twice; 12 or 7."""
    schema = {**PLACE, "additionalProperties": False}
    bare = o200k('{"type":"object","properties":{"place":{"type":"string"}}}')
    nested = {"type": "json_schema", "json_schema": {"name": "hello", "schema": schema}}
    row = counted(run, chat(HELLO, response_format=nested))
    assert (row.range, row.standing) == ((8 + bare + 12, 8 + bare + 2 + 12, 8 + bare + 2 + 14), "estimate")
    flat = {"format": {"type": "json_schema", "name": "hello", "schema": schema}}
    assert exact(run, responses("hello", text=flat)) == 8 + bare + 1 + 7
    assert exact(run, chat(said("user", "JSON"), response_format={"type": "json_object"})) == 7 + o200k("JSON")


# Pictures ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "size", "detail", "tokens"),
    [
        # The worked examples of OpenAI's "Images and vision" guide.
        ("gpt-4o", (1024, 1024), "high", 765),
        ("gpt-4o", (2048, 4096), "high", 1105),
        ("gpt-4o", (4096, 8192), "low", 85),
        ("gpt-4o-mini", (512, 512), "auto", 8500),
        ("gpt-5", (512, 512), "auto", 210),
        # 1024 patches x 1.72; 1452 after shrinking: the guide's numbers of patches
        ("o4-mini", (1024, 1024), "auto", 1762),
        ("o4-mini", (1800, 2400), "auto", 2498),
        # 60 x 34 patches x 1.2
        ("gpt-6-astra", (1920, 1080), "auto", 2448),
    ],
)
def test_pictures(run: Run, model: str, size: tuple[int, int], detail: str, tokens: int) -> None:
    """A picture has its own part, beside a message without words: 3 + user, and 2 or 3."""
    row = counted(run, chat(said("user", shown(data_url(*size), detail=detail)), model=model))
    prime = 3 if model.startswith("gpt-4") else 2
    assert row.parts == {f"image 1 ({size[0]}x{size[1]})": tokens, "message 1 (user)": 4, "framing": prime}
    assert row.tokens == tokens + 4 + prime


def test_a_picture_of_unknown_size_has_a_range(run: Run) -> None:
    """From one tile, 85 + 170, to eight; at low detail every picture is 85, and nothing is in doubt."""
    row = counted(run, chat(said("user", shown("https://example.com/cat.png"))))
    assert (row.range, row.standing) == ((7 + 85 + 170, 7 + 765, 7 + 85 + 8 * 170), "estimate")
    assert "the size of a picture is not known" in row.note
    assert exact(run, chat(said("user", shown("https://example.com/cat.png", detail="low")))) == 7 + 85


def test_a_picture_tells_its_size(run: Run) -> None:
    """As a data URL or as bare base64, in chat and in responses."""
    for url in (data_url(321, 123), png(321, 123)):
        # 321 x 123: one tile
        assert counted(run, chat(said("user", shown(url)))).parts["image 1 (321x123)"] == 85 + 170
    row = counted(run, responses([said("user", [{"type": "input_image", "image_url": data_url(1024, 1024)}])]))
    assert row.parts["image 1 (1024x1024)"] == 765


def test_images_are_numbered_where_they_stand(run: Run) -> None:
    """Two in one message are two parts."""
    row = counted(run, chat(said("user", shown("https://example.com/a.png", detail="low") * 2)))
    assert row.parts == {
        "image 1 (size unknown)": 85,
        "image 2 (size unknown)": 85,
        "message 1 (user)": 4,
        "framing": 3,
    }


# Endpoints --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ({"input": ["hello", "hello hello"], "model": "text-embedding-3-small"}, {"input 1": 1, "input 2": 2}),
        ({"input": [1, 2, 3], "model": "text-embedding-3-small"}, {"input 1": 3}),
        ({"prompt": [[1, 2], [3]], "model": "gpt-3.5-turbo"}, {"input 1": 2, "input 2": 1}),
        ({"prompt": "hello", "model": "gpt-3.5-turbo"}, {"input 1": 1}),
        ({"input": "hello", "model": "gpt-4o"}, {"message 1 (user)": 5, "framing": 3}),
        ({"input": "hello", "model": "gpt-4"}, {"message 1 (user)": 5, "framing": 2}),  # as recorded twice
    ],
)
def test_bodies_of_every_endpoint(run: Run, body: Body, parts: dict[str, int]) -> None:
    """Embeddings and completions have no frame; tokens that were made already are counted as they are."""
    row = counted(run, body)
    standing = "estimate" if body == {"input": "hello", "model": "gpt-4"} else "exact"
    assert (row.parts, row.tokens, row.standing) == (parts, sum(parts.values()), standing)


@pytest.mark.parametrize(
    ("url", "tokens"),
    [
        ("/v1/responses", 8),
        ("https://x/v1/responses?a=b", 8),
        ("/v1/embeddings", 1),
        ("/v1/images/generations", 8),  # not known: told from the body
    ],
)
def test_the_url_of_a_batch_line_says_what_its_body_is(run: Run, url: str, tokens: int) -> None:
    """The same body is framed for the responses api and bare for embeddings."""
    line = {"custom_id": "a", "method": "POST", "url": url, "body": {"model": "gpt-4o", "input": "hello"}}
    result = run("batch", "-f", "csv", stdin=json.dumps(line).encode())
    header, row = (each.split(",") for each in result.out.splitlines()[:2])
    assert row[header.index("input_tokens")] == str(tokens), result


def test_responses_items(run: Run) -> None:
    """Instructions, calls in a row as one message, an id 3 more, an answer; what is not known is in the note."""
    body = responses(
        [
            said("user", [{"type": "input_text", "text": "look"}, {"type": "input_video"}]),
            {"type": "function_call", "call_id": "1", "id": "fc_1", "name": "sky", "arguments": "{}"},
            {"type": "function_call", "call_id": "2", "name": "sea", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "1", "output": "blue"},
            {"type": "web_search_call", "id": "ws_1"},
            {"type": "function_call_output", "call_id": "2", "output": "blue"},
        ],
        instructions="Be brief.",
    )
    row = counted(run, body)
    assert row.standing == "estimate"
    assert "input_video cannot be counted" in row.note and "web_search_call cannot be counted" in row.note
    # a call is 11, of which 4 stand with the result, its name with a dot, and its arguments
    calls = 2 * (11 - 4) + 3 + o200k(".sky") + o200k(".sea") + 2 * o200k("{}")
    assert row.parts["message 1 (system)"] == 4 + o200k("Be brief.")
    assert row.parts["message 2 (user)"] == 5
    assert row.parts["message 3 (assistant)"] == calls
    assert row.parts["message 4 (tool)"] == 4 + o200k("blue") + o200k(".sky")
    assert row.parts["framing"] == 3


# What is wrong, and what cannot be seen ---------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"custom_id": "a", "method": "POST", "url": "/v1/responses", "body": []}, "body"),
        ({"model": "gpt-4o"}, "body"),
        ({"messages": 3}, "messages"),
        ({"messages": [3]}, "messages[0]"),
        ({"messages": [{"content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": [{"type": "text"}]}]}, "messages[0].content[0].text"),
        ({"messages": [], "tools": [{"type": "function", "function": {}}]}, "tools[0].function.name"),
        ({"input": "x", "tools": [{"type": "function", "name": "f", "parameters": "x"}]}, "tools[0].parameters"),
        ({"prompt": [1, "x"]}, "prompt[0]"),
    ],
)
def test_a_malformed_body_says_where(run: Run, body: Any, where: str) -> None:
    """The path within the body, a colon, and what is wrong there."""
    assert refused(run, body, "-m", "gpt-4o").startswith(f"{where}: ")


def test_a_schema_of_too_many_levels_is_refused(run: Run) -> None:
    """More than can be counted, and more than can be read: one line, not a crash."""
    for levels in (970, 3000):
        schema = '{"type":"array","items":' * levels + "{}" + "}" * levels
        body = json.dumps(chat(HELLO, response_format={"type": "json_schema", "json_schema": {"schema": 0}}))
        result = run("batch", "-f", "jsonl", stdin=body.replace('{"schema": 0}', f'{{"schema": {schema}}}').encode())
        assert result.code == 2
        assert "nested too deeply" in json.loads(result.out)["problem"]
        assert result.err.startswith("tokcost: stdin:1: ") and result.err.count("\n") == 1


def test_what_cannot_be_seen_is_an_estimate(run: Run) -> None:
    """Earlier turns that are stored count from none upwards; a tool of the provider brings instructions of its own."""
    stored = counted(run, responses("hello", previous_response_id="resp_1"))
    assert (stored.range, stored.standing) == ((8, 8, 8 + 1000), "estimate")
    assert "the earlier turns of previous_response_id are billed too" in stored.note
    searching = counted(run, responses("hello", tools=[{"type": "web_search"}]))
    assert (searching.standing, searching.low > 8) == ("estimate", True)
    assert "web_search has hidden instructions" in searching.note


@pytest.mark.parametrize(
    ("model", "tokens", "standing"),
    [
        ("groq/openai/gpt-oss-120b", 74 + 1, "assumed"),
        ("deepseek-chat", 3 + 1, "assumed"),
        ("ministral-8b-2512", 3 + 1, "assumed"),
        ("llama-3.3-70b-versatile", 10 + 1, "estimate"),
        ("grok-4.7", 7 + 1, "estimate"),
    ],
)
def test_other_families(run: Run, model: str, tokens: int, standing: str) -> None:
    """The frame of one user message as it was measured for the family; of a private vocabulary an estimate."""
    row = counted(run, chat(HELLO, model=model))
    assert (row.tokens, row.standing) == (tokens, standing)


# Laws -------------------------------------------------------------------------------------------

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
MODELS = st.sampled_from(
    ["gpt-3.5-turbo", "gpt-4o", "gpt-4.1", "gpt-5-mini", "gpt-5.4", "o3-mini", "gpt-6-sol", "o1-mini"]
)
through_main = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@through_main
@given(st.lists(JSON | LIKELY, min_size=1, max_size=4), MODELS)
def test_any_json_is_safe(run: Run, bodies: list[Any], model: str) -> None:
    """Lines of any JSON are counted or refused, each for itself."""
    lawful(run, bodies, "-m", model)


@settings(through_main, max_examples=150)
@given(
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("input", "instructions", "text", "tool_choice", "prompt"), LIKELY)
    ),
    st.lists(st.dictionaries(KEYS, LIKELY, max_size=5), max_size=3),
    st.lists(st.dictionaries(KEYS, LIKELY, max_size=5), max_size=2),
    MODELS,
)
def test_any_body_is_safe(run: Run, rest: Body, messages: list[Body], tools: list[Body], model: str) -> None:
    """Bodies of likely keys with likely values, of every api: counted or refused."""
    for one in messages:
        one.setdefault("role", "user")
    bodies = [
        {**rest, "tools": tools},
        {**rest, "messages": messages, "tools": tools},
        {**rest, "input": messages, "functions": tools},
    ]
    lawful(run, bodies, "-m", model)


@settings(through_main, max_examples=50)
@given(
    st.lists(st.tuples(st.sampled_from(["system", "user", "assistant"]), st.text(max_size=20)), min_size=2, max_size=4),
    MODELS,
)
def test_a_message_adds_at_least_its_frame(run: Run, turns: list[tuple[str, str]], model: str) -> None:
    """Whatever its text, one message more is at least 3 tokens more."""
    messages = [said(role, text) for role, text in turns]
    shorter, longer = asked(run, chat(*messages[:-1], model=model), chat(*messages, model=model))
    assert longer.tokens >= shorter.tokens + 3
    assert longer.low <= longer.tokens <= longer.high
