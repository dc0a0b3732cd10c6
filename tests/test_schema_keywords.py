"""JSON schemas of tools and answers as OpenAI bills them: keywords that cost, those that do not, those in doubt.

The schema of an answer is its compact JSON without what the provider leaves out, under its name twice and 12 more
where no instructions host it; a tool is the TypeScript that its parameters come to.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.bodies import Body, counted, o200k
from tests.conftest import Run

Schema = dict[str, Any]

DRAFT = "http://json-schema.org/draft-07/schema#"
TIDE: Schema = {"type": "object", "properties": {"harbour": {"type": "string"}, "depth": {"type": "number"}}}


def answered(schema: Schema) -> Body:
    """A request whose answer follows a schema; without it, it is 3 + user + hello + 3, which is 8."""
    form = {"type": "json_schema", "json_schema": {"name": "tide", "schema": schema}}
    return {"model": "gpt-4o", "messages": [{"role": "user", "content": "hello"}], "response_format": form}


def with_tool(schema: Schema, model: str = "gpt-4o") -> Body:
    """A request with one function."""
    tool = {"type": "function", "function": {"name": "tide", "parameters": schema}}
    return {"model": model, "messages": [{"role": "user", "content": "hello"}], "tools": [tool]}


def written(schema: Schema) -> int:
    """The tokens of an answer's schema as compact JSON, with its heading, and of the rest of the request."""
    return 8 + o200k(json.dumps(schema, separators=(",", ":"))) + 2 * o200k("tide") + 12


def typed(parameters: str) -> int:
    """The tokens of one function with the given parameters in TypeScript, and of the rest of the request."""
    text = f"namespace functions {{\n\ntype tide = ({parameters}) => any;\n\n}} // namespace functions"
    return 8 + o200k(text) + 9


# Answers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more",
    [
        {"$schema": DRAFT},
        {"additionalProperties": False, "required": ["harbour", "depth"]},
        {"$schema": DRAFT, "required": ["harbour"], "additionalProperties": False},
    ],
)
def test_what_an_answer_is_not_billed_for(run: Run, more: Schema) -> None:
    """The dialect, what is required and what else is allowed: the count is that of the schema without them."""
    row = counted(run, answered({**TIDE, **more}))
    assert row.range == (written(TIDE) - 2, written(TIDE), written(TIDE) + 2)


def test_names_are_no_keywords(run: Run) -> None:
    """A property that is called like a keyword is billed as any other, and so is what a default holds."""
    properties = {name: {"type": "string"} for name in ("required", "additionalProperties", "$schema", "harbour")}
    schema: Schema = {"type": "object", "properties": properties}
    assert counted(run, answered(schema)).tokens == written(schema)
    inner: Schema = {"type": "object", "default": {"required": 1}, "properties": {"a": {"enum": ["$schema"]}}}
    assert counted(run, answered(inner)).tokens == written(inner)


@pytest.mark.parametrize(
    ("more", "billed"),
    [
        ({"$id": "https://harbour.example/tide"}, False),
        ({"$comment": "kept by the harbour office"}, False),
        ({"x-office": {"desk": [1, 2]}}, True),
        ({"examples": [{"harbour": "north", "depth": 2}]}, True),
        ({"minProperties": 1, "format": "tide"}, True),
    ],
)
def test_what_no_recording_of_an_answer_has_is_a_range(run: Run, more: Schema, billed: bool) -> None:
    """With the keyword and without it: the range holds both, and the likelier is the number."""
    row = counted(run, answered({**TIDE, **more}))
    assert row.tokens == written({**TIDE, **more} if billed else TIDE)
    assert row.standing == "estimate"
    assert row.low <= written(TIDE) < written({**TIDE, **more}) <= row.high
    assert "some keywords of a response schema" in row.note


def test_definitions_of_an_answer_stay_or_are_written_out(run: Run) -> None:
    """As sent, without what nothing refers to, or each in its place: all lie in the range."""
    place: Schema = {"type": "object", "properties": {"name": {"type": "string"}, "country": {"type": "string"}}}
    schema: Schema = {
        "type": "object",
        "properties": {"home": {"$ref": "#/$defs/place"}, "work": {"$ref": "#/$defs/place"}},
        "$defs": {"place": place, "never": {"type": "string", "description": "used by nothing at all here"}},
    }
    inlined = {"type": "object", "properties": {"home": place, "work": place}}
    row = counted(run, answered(schema))
    assert row.tokens == written(schema)
    assert row.low <= written({**schema, "$defs": {"place": place}}) <= row.high
    assert row.low <= written(inlined) <= row.high


# Tools ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "parameters"),
    [
        ({**TIDE, "$schema": DRAFT}, "_: {harbour?: string, depth?: number}"),
        (
            {**TIDE, "$id": "tide", "$comment": "for the office", "$anchor": "t"},
            "_: {harbour?: string, depth?: number}",
        ),
        ({**TIDE, "$defs": {"never": {"pattern": "^x$", "x-a": 1}}}, "_: {harbour?: string, depth?: number}"),
        ({**TIDE, "additionalProperties": False, "required": ["depth"]}, "_: {harbour?: string, depth: number}"),
        (
            {"properties": {"at": {"$ref": "#/definitions/a~1b"}}, "definitions": {"a/b": {"type": "boolean"}}},
            "_: {at?: boolean}",
        ),
        ({"properties": {"n": {"type": ["integer", "null"]}}}, "_: {n?: number | null}"),
        ({"properties": {"n": {"enum": [1, 2.5, None, True]}}}, "_: {n?: 1 | 2.5 | null | true}"),
    ],
)
def test_a_tool_costs_what_its_types_do(run: Run, schema: Schema, parameters: str) -> None:
    """What TypeScript has no place for costs nothing, and what nothing refers to is not there."""
    row = counted(run, with_tool(schema))
    assert (row.tokens, row.standing) == (typed(parameters), "exact")


@pytest.mark.parametrize(
    ("inner", "shown"),
    [
        ({"type": "string", "format": "date", "minLength": 2}, "string"),
        ({"type": "string", "pattern": "^[a-z]{3}$"}, "string"),
        ({"const": "north"}, '"north"'),
        ({"allOf": [{"type": "string"}]}, "any"),
        ({"not": {"type": "string"}}, "any"),
        ({"type": "array", "prefixItems": [{"type": "number"}]}, "any[]"),
        ({"type": "object", "patternProperties": {"^x": {"type": "number"}}}, "object"),
        ({"type": "object", "additionalProperties": {"type": "number"}}, "object"),
        ({"type": "string", "x-note": "a word for people"}, "string"),
    ],
)
def test_what_no_recording_of_a_tool_has_is_a_range(run: Run, inner: Schema, shown: str) -> None:
    """From what is shown without the keyword to a comment of its own that holds all of it."""
    row = counted(run, with_tool({"properties": {"at": inner}}))
    assert row.tokens == typed(f"_: {{at?: {shown}}}")
    others = {key: value for key, value in inner.items() if key != "type"}
    assert row.high >= row.tokens + o200k(json.dumps(others))
    assert "some keywords of a tool's schema" in row.note


def test_definitions_that_refer_to_each_other_come_to_an_end(run: Run) -> None:
    """Each is written until it begins again inside itself; how often it is shown is not known."""
    known = {name: {"type": "object", "properties": {n: {"$ref": f"#/$defs/{n}"} for n in "abcd"}} for name in "abcd"}
    row = counted(run, with_tool({"properties": {"a": {"$ref": "#/$defs/a"}}, "$defs": known}))
    assert (row.standing, row.low < row.tokens < row.high) == ("estimate", True)
    endless = counted(
        run, with_tool({"properties": {"a": {"$ref": "#/$defs/x"}}, "$defs": {"x": {"$ref": "#/$defs/x"}}})
    )
    assert endless.standing == "estimate"
    nowhere = counted(run, with_tool({"properties": {"a": {"$ref": "#/$defs/gone"}}}))
    assert (nowhere.tokens, nowhere.standing) == (typed("_: {a?: any}"), "estimate")


@pytest.mark.parametrize("odd", [{"a": 1}, [{}], 3, None, True, ["string", {}]])
@pytest.mark.parametrize("key", ["type", "items", "properties", "anyOf", "enum", "$ref", "$defs", "required", "title"])
def test_a_keyword_of_any_shape_is_counted(run: Run, key: str, odd: object) -> None:
    """What a provider would refuse or read in its own way still has its range, in a tool and in an answer."""
    inner = {"type": "object", key: odd}
    for body in (with_tool({"properties": {"at": inner}}), answered({"type": "object", "properties": {"at": inner}})):
        row = counted(run, body)
        assert 0 < row.low <= row.tokens <= row.high < 200


# Early models -----------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["gpt-3.5-turbo", "gpt-4-0613", "gpt-4-turbo", "gpt-4o", "gpt-4.1"])
@pytest.mark.parametrize("form", ["call", "result", "function"])
def test_earlier_calls_of_early_models_are_estimates(run: Run, model: str, form: str) -> None:
    """Their snapshots differ in what they bill for calls and results; later models are exact but for roles of 2023."""
    call = {"id": "c", "type": "function", "function": {"name": "tide", "arguments": "{}"}}
    history: dict[str, list[Body]] = {
        "call": [{"role": "assistant", "content": None, "tool_calls": [call]}],
        "result": [
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "c", "content": "low"},
        ],
        "function": [{"role": "function", "name": "tide", "content": "low"}],
    }
    if form == "call":
        history["call"].append({"role": "tool", "tool_call_id": "c", "content": ""})
    row = counted(run, {"model": model, "messages": [{"role": "user", "content": "hello"}, *history[form]]})
    unsure = model.startswith(("gpt-3.5", "gpt-4-")) or form == "function"
    assert (row.standing, row.low < row.high) == (("estimate", True) if unsure else ("exact", False))
