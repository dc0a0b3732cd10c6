"""Gemini bodies: two spellings, two APIs, three generations, and that no JSON breaks ``batch``.

Expected numbers are worked by hand: "Hi", "city", "Hm" and "f" are one token of gemma3, and ``gemma3`` counts the
longer texts. On the Gemini API every content of 2.5 has a token of framing, the first of 3 has one; Vertex and 2.0
have none.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.bodies import Body, counted, gemma3, lawful, png, priced, refused
from tests.claude_bodies import Row, asked
from tests.conftest import Run

NAME = {
    "name": "get_name",
    "description": "Look up the name of a city.",
    "parameters": {"type": "OBJECT", "properties": {"city": {"type": "STRING"}}, "required": ["city"]},
}
WEIGHED = {"get_name": 3, "Look up the name of a city.": 8, "city": 1, "Hi": 1, "Hm": 1, "f": 1, "{}": 1}
GEMINI_API, VERTEX = "--gemini-api", "--vertex"


def body(*texts: str, **more: Any) -> Body:
    """A body of texts in turn by the user and the model."""
    contents = [{"role": "model" if at % 2 else "user", "parts": [{"text": text}]} for at, text in enumerate(texts)]
    return {"contents": contents, **more}


def picture(width: int, height: int) -> Body:
    """A part that is a picture."""
    return {"inlineData": {"mimeType": "image/png", "data": png(width, height)}}


def count(run: Run, known: Body, model: str = "gemini-2.5-flash", api: str = GEMINI_API) -> Row:
    """What ``batch`` says of a body for a model; ``api`` "" leaves it open which one it goes to."""
    return counted(run, known, "-m", model, *([api] if api else []))


def tokens(run: Run, known: Body, model: str = "gemini-2.5-flash", api: str = GEMINI_API) -> int:
    """The likely number."""
    return count(run, known, model, api).tokens


def test_the_pieces_are_what_they_are_taken_for() -> None:
    """The numbers that the sums below rest on."""
    assert {text: gemma3(text) for text in WEIGHED} == WEIGHED


def test_both_spellings_mean_the_same(run: Run) -> None:
    """System 1 + 2, message 1 + 1, the function 40, and the limit of 9 tokens of output holds in both."""
    camel = body(
        "Hi",
        systemInstruction={"parts": [{"text": "Be brief"}]},
        generationConfig={"maxOutputTokens": 9, "responseSchema": {"type": "STRING"}},
        toolConfig={"functionCallingConfig": {"mode": "ANY"}},
        tools=[{"functionDeclarations": [NAME]}],
    )
    snake = body(
        "Hi",
        system_instruction={"parts": [{"text": "Be brief"}]},
        generation_config={"max_output_tokens": 9, "response_schema": {"type": "STRING"}},
        tool_config={"function_calling_config": {"mode": "ANY"}},
        tools=[{"function_declarations": [NAME]}],
    )
    rows = [count(run, each) for each in (camel, snake)]
    assert rows[0] == rows[1]
    assert rows[0].parts == {"tool get_name": 40, "system": 1 + gemma3("Be brief"), "message 1 (user)": 2}
    # 9 tokens of output at 2.50 a million, and the input at 0.30
    assert rows[0].costs[2] == f"{(rows[0].tokens * 3 + 9 * 25) / 10**7:.7f}".rstrip("0")


def test_parts_of_every_kind(run: Run) -> None:
    """A thought and a call, a response, a picture of 258, and a minute of sound where it is not told how long."""
    known = {
        "contents": [
            {"role": "model", "parts": [{"text": "Hm", "thought": True}, {"functionCall": {"name": "f"}}]},
            {"parts": [{"function_response": {"name": "f", "response": {"level": 3}}}]},
            {"parts": [picture(640, 480)]},
            {"parts": [{"file_data": {"mime_type": "audio/mpeg", "file_uri": "gs://a"}}]},
        ]
    }
    row = count(run, known)
    assert row.parts == {
        "message 1 (model)": 1 + 1 + (5 + 1 + 1),  # a call: 5, its name and "{}"
        "message 2 (user)": 1 + 5 + 1 + gemma3('{"level": 3}'),
        "message 3 (user)": 1,
        "image 1 (640x480)": 258,
        "message 4 (user)": 1 + 60 * 32,
    }
    assert row.standing == "estimate"
    assert "audio that is elsewhere was not looked into: 'batch --seconds N' says how long it is" in row.note


@pytest.mark.parametrize(
    ("known", "options", "range_"),
    [
        # named in the body: no option says the model
        (body("Hi", model="models/gemini-2.5-pro"), (GEMINI_API,), (1, 2, 2)),
        ({"generateContentRequest": body("Hi", model="models/gemini-3-pro-preview")}, (GEMINI_API,), (2, 2, 2)),
        # Vertex, for that is how it names a model
        (body("Hi", model="projects/p/locations/l/publishers/google/models/gemini-2.5-flash"), (), (1, 1, 1)),
        ({"model": "models/gemini-embedding-001", "content": {"parts": [{"text": "Hi"}]}}, (), (1, 1, 1)),
        # the schema's spelling hints at Vertex, "f" and "Hi"; it is not sure, and the other has 18 + 1 and 1 + 1
        (
            body("Hi", tools=[{"functionDeclarations": [{"name": "f", "parametersJsonSchema": {}}]}]),
            ("-m", "gemini-2.5-flash"),
            (2, 2, 21),
        ),
        # and this one is written for the Gemini API alone
        (
            body("Hi", tools=[{"functionDeclarations": [{"name": "f", "parameters_json_schema": {}}]}]),
            ("-m", "gemini-2.5-flash"),
            (21, 21, 21),
        ),
    ],
)
def test_model_and_api_are_found(run: Run, known: Body, options: tuple[str, ...], range_: tuple[int, int, int]) -> None:
    """The model from the body, whatever stands before its name, and the API where the body tells it."""
    row = counted(run, known, *options)
    assert row.range == range_
    assert (row.standing == "estimate") == (row.low < row.high)


def test_text_is_its_words_and_a_frame_that_the_api_decides(run: Run) -> None:
    """1 + 1 on the Gemini API, of which 2.5 leaves out one at times; 1 on Vertex; both where it is not said."""
    row = count(run, body("Hi"))
    assert (row.range, row.parts) == ((1, 2, 2), {"message 1 (user)": 2})
    row = count(run, body("Hi"), api=VERTEX)
    assert (row.range, row.standing, row.note) == ((1, 1, 1), "exact", "")
    row = count(run, body("Hi"), "gemini-3-pro-preview")
    assert (row.range, row.standing, row.parts) == ((2, 2, 2), "exact", {"message 1 (user)": 2})
    unknown = count(run, body("Hi"), api="")
    assert (unknown.range, unknown.standing) == ((1, 2, 2), "estimate")
    assert "name the one it goes to" in unknown.note


def test_every_content_of_2_5_has_a_token_of_framing(run: Run) -> None:
    """Three messages and the system's are 4 words and 4 more; 2.0 counts the words alone."""
    assert tokens(run, body("Hi", "Hi", "Hi", systemInstruction={"parts": [{"text": "Hi"}]})) == 8
    assert tokens(run, body("Hi", "Hi", "Hi"), "gemini-2.0-flash") == 3


def test_a_function_by_the_three_ways(run: Run) -> None:
    """As lines of parameters, as its texts alone, and in the markup of Gemini 3."""
    known = body("Hi", tools=[{"functionDeclarations": [NAME]}])
    # 2.5: 18 + 3 + 8, and a parameter 10 + 1; 1 + 1 for the message
    row = count(run, known)
    assert (row.range, row.standing) == ((42, 42, 42), "exact")
    # Vertex: name 3, description 8, parameter 1, required 1, two types, which some are not billed; 1 for the message
    assert count(run, known, api=VERTEX).range == (14, 16, 16)
    # 3: two marks around "declaration:get_name{description:<>...<>,parameters:{properties:{city:{type:<>STRING<>}},
    # required:[<>city<>],type:<>OBJECT<>}}"; 1 + 1 for the message
    marked = [
        "declaration:get_name{description:",
        "Look up the name of a city.",
        ",parameters:{properties:{city:{type:",
    ]
    marked += ["STRING", "}},required:[", "city", "],type:", "OBJECT", "}}"]
    assert tokens(run, known, "gemini-3-flash-preview") == 2 + 8 + sum(map(gemma3, marked)) + 2


def test_answer_schemas_cost_where_they_are_typed_and_old(run: Run) -> None:
    """2.0 is billed its word and its two types; a schema of JSON, and any of 2.5, nothing."""
    typed = {"type": "OBJECT", "properties": {"city": {"type": "STRING"}}}
    typed_body = body("Hi", generationConfig={"responseSchema": typed})
    plain = body("Hi", generationConfig={"responseJsonSchema": {"type": "object"}})
    assert tokens(run, typed_body, "gemini-2.0-flash") == 1 + 1 + 2
    assert tokens(run, plain, "gemini-2.0-flash") == 1
    assert tokens(run, typed_body) == tokens(run, plain) == 2


@pytest.mark.parametrize("model", ["gemini-3.8-flash", "gemini-9-ultra"])
def test_a_newer_model_is_assumed_to_count_as_the_newest_known(run: Run, model: str) -> None:
    """1 + 1, as Gemini 3, and the note says so."""
    options = priced("google", model, "gemma3") if model == "gemini-9-ultra" else ()
    row = counted(run, body("Hi"), "-m", model, GEMINI_API, *options)
    assert (row.range, row.standing) == ((2, 2, 2), "assumed")
    assert "assumed that this model counts as Gemini 3 does" in row.note


@pytest.mark.parametrize(
    ("model", "size", "expected"),
    [
        ("gemini-2.5-flash", (2048, 1362), 258),
        # 258 up to 384 pixels a side; else a tile is min(w, h) / 1.5, 256 to 768, and there is one more
        ("gemini-2.0-flash", (275, 183), 258),
        ("gemini-2.0-flash", (384, 384), 258),
        ("gemini-2.0-flash", (2048, 1362), (3 * 2 + 1) * 258),
        ("gemini-2.0-flash", (1000, 1000), (2 * 2 + 1) * 258),
        # patches of equal sides within 1,120: 33 x 33, 34 x 32, 57 x 19, 44 x 25
        ("gemini-3-pro-preview", (128, 128), 1089),
        ("gemini-3-pro-preview", (597, 566), 1088),
        ("gemini-3-pro-preview", (544, 184), 1083),
        ("gemini-3-pro-preview", (1920, 1080), 1100),
    ],
)
def test_pictures(run: Run, model: str, size: tuple[int, int], expected: int) -> None:
    """By the generation: flat, in tiles, in patches."""
    row = count(run, {"contents": [{"parts": [picture(*size)]}]}, model)
    assert row.parts[f"image 1 ({size[0]}x{size[1]})"] == expected
    assert row.tokens == expected + (0 if model == "gemini-2.0-flash" else 1)


def test_the_media_resolution_is_heeded(run: Run) -> None:
    """At a low resolution 280 patches at most, 16 x 16 of a square; a size that is not known is a range."""
    low = {
        "contents": [{"parts": [picture(128, 128)]}],
        "generationConfig": {"mediaResolution": "MEDIA_RESOLUTION_LOW"},
    }
    assert tokens(run, low, "gemini-3-pro-preview") == 1 + 16 * 16
    unreadable = {"contents": [{"parts": [{"inlineData": {"mimeType": "image/png", "data": "A"}}]}]}
    assert tokens(run, unreadable) == 1 + 258
    row = count(run, unreadable, "gemini-2.0-flash")
    assert (row.low, row.high, row.standing) == (258, 258 * 17, "estimate")
    assert "an image's size is not in the request" in row.note


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"key": "a", "request": 3}, "body: a number where an object belongs"),
        ({"key": "a", "request": {}}, "contents: null where a list belongs"),
        ({"contents": [{"parts": [1]}]}, "contents[0].parts[0]: a number where an object belongs"),
        (
            body("Hi", tools=[{"functionDeclarations": [[]]}]),
            "tools[0].functionDeclarations[0]: a list where an object belongs",
        ),
    ],
)
def test_a_wrong_shape_is_one_sentence_with_its_path(run: Run, wrong: Body, problem: str) -> None:
    """The path within the body, a colon, and what is wrong there."""
    assert refused(run, wrong, "-m", "gemini-2.5-flash").startswith(problem)


def test_a_schema_of_itself_comes_to_an_end(run: Run) -> None:
    """One that refers to itself on every level is counted, and as an estimate."""
    node = {"type": "object", "properties": {"a": {"$ref": "#/$defs/Node"}}}
    schema = {"$defs": {"Node": node}, "type": "object", "properties": {"root": {"$ref": "#/$defs/Node"}}}
    known = body("Hi", tools=[{"functionDeclarations": [{"name": "f", "parameters_json_schema": schema}]}])
    result = run("batch", "-f", "jsonl", "-m", "gemini-2.5-flash", GEMINI_API, stdin=json.dumps(known).encode())
    row = json.loads(result.out)
    assert row["standing"] == "estimate"
    assert row["input_tokens_low"] < row["input_tokens"] < row["input_tokens_high"]


def test_a_bottomless_body_is_refused(run: Run) -> None:
    """Arguments of more levels than JSON can be read with: one line, not a crash."""
    deep = '{"a":' * 3000 + '"x"' + "}" * 3000
    known = json.dumps({"contents": [{"parts": [{"functionCall": {"name": "f", "args": 0}}]}]})
    text = known.replace('"args": 0', f'"args": {deep}')
    result = run("batch", "-f", "jsonl", "-m", "gemini-2.5-flash", stdin=text.encode())
    assert result.code == 2
    assert json.loads(result.out)["problem"] == "nested too deeply to be read"
    assert result.err == "tokcost: stdin:1: nested too deeply to be read\n"


# Laws -------------------------------------------------------------------------------------------

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
MODELS = st.sampled_from(["gemini-2.0-flash", "gemini-2.5-pro", "gemini-3-flash-preview", "gemini-4-argon"])


through_main = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@settings(through_main, max_examples=100)
@given(st.lists(JSON | BODY, min_size=1, max_size=3), MODELS, st.sampled_from([(), (VERTEX,), (GEMINI_API,)]))
def test_any_json_is_a_request_or_a_refusal(run: Run, bodies: list[Any], model: str, api: tuple[str, ...]) -> None:
    """Lines of any JSON are counted or refused, each for itself."""
    lawful(run, bodies, "-m", model, *api)


@settings(through_main, max_examples=50)
@given(st.lists(st.text(), min_size=1, max_size=4), st.text(), MODELS)
def test_one_more_message_never_costs_less(run: Run, texts: list[str], more: str, model: str) -> None:
    """Whatever its text."""
    fewer, longer = asked(run, body(*texts), body(*texts, more), options=("-m", model, GEMINI_API))
    assert longer.tokens >= fewer.tokens
