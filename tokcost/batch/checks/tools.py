"""Tools of a request: their shape, their names, and schemas that are strict."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tokcost.batch.checks.asked import HELD_TO_MESSAGES, HELD_TO_OPENAI, Asked
from tokcost.batch.checks.schemas import schema_problem
from tokcost.phrases import join_or, quote
from tokcost.requests.openai import CHAT, RESPONSES
from tokcost.requests.shape import Object, listed, object_of, text_of

_NAME = re.compile(r"[a-zA-Z0-9_-]+")
_MOST = 128
_OF_CHAT = ("function", "custom")
# The longest name of a function.
_LONGEST = {CHAT: 64, RESPONSES: 128, "anthropic": 128}


def tool_problems(asked: Asked) -> Iterator[str]:
    """Why the tools, or the schema of the answer, are refused: the first reason of each tool."""
    if asked.api == "anthropic":
        if asked.platform in HELD_TO_MESSAGES:
            yield from _of_messages(asked.body)
    elif asked.platform in HELD_TO_OPENAI and asked.api in _LONGEST:
        tools = listed(asked.body.get("tools"))
        if asked.api == CHAT and len(tools) > _MOST:
            yield f"{len(tools)} tools: {_MOST} are the most"
        for at, tool in enumerate(map(object_of, tools)):
            problem = _of_tool(tool, f"tools[{at}]", asked.api)
            if problem:
                yield problem
        for at, function in enumerate(map(object_of, listed(asked.body.get("functions")))):
            problem = _name_problem(text_of(function.get("name")), f"functions[{at}]", _LONGEST[asked.api])
            if problem:
                yield problem
        if asked.api == CHAT and asked.body.get("tools") == []:
            yield "tools is empty: take it out"
        yield from _of_choice(asked.body)
        yield from _of_choice_shape(asked.body, asked.api)
        yield from _of_answer(asked)


def _of_choice(body: Object) -> Iterator[str]:
    """A choice of a function that is not there."""
    choice = object_of(body.get("tool_choice"))
    named = text_of(object_of(choice.get("function")).get("name")) or text_of(choice.get("name"))
    tools = listed(body.get("tools"))
    if choice.get("type") not in ("function", "tool") or not named or not tools:
        return
    both = (each for tool in map(object_of, tools) for each in (tool, object_of(tool.get("function"))))
    if named not in {text_of(each.get("name")) for each in both}:
        yield f"tool_choice names {quote(named)}: no tool has that name"


def _of_choice_shape(body: Object, api: str) -> Iterator[str]:
    """A choice of a function as another api has it."""
    choice = object_of(body.get("tool_choice"))
    if api == CHAT and choice.get("type") in ("tool", "any", "auto"):
        yield f"tool_choice is of the type {quote(choice['type'])}: /v1/chat/completions has none such"
    elif choice.get("type") == "function" and ("function" in choice) is (api == RESPONSES):
        yield f"tool_choice: write {{type, {'name' if api == RESPONSES else 'function: {name}'}}}"


def _name_problem(name: str, where: str, longest: int) -> str:
    """Why a function cannot have that name, "" where it can.

    >>> _name_problem("get weather", "tools[0]", 64)
    "tools[0] is named 'get weather': a name is of letters (a-z), digits, - and _"
    """
    if not _NAME.fullmatch(name):
        return f"{where} is named {quote(name)}: a name is of letters (a-z), digits, - and _"
    return f"{where} has a name of {len(name)} characters: {longest} are the most" if len(name) > longest else ""


def _of_tool(tool: Object, where: str, api: str) -> str:
    kind = text_of(tool.get("type"))
    if not kind:
        return f"{where} has no type: write function"
    if kind != "function":
        known = api != CHAT or kind in _OF_CHAT
        return "" if known else f"{where} is of the type {quote(kind)}: /v1/chat/completions takes {join_or(_OF_CHAT)}"
    nested = "function" in tool
    if nested and api == RESPONSES:
        return f"{where}.function: /v1/responses takes the name and parameters of a function beside its type"
    if not nested and api == CHAT:
        return f"{where} has no function: /v1/chat/completions takes its name and parameters in there"
    function = object_of(tool.get("function")) if nested else tool
    return _name_problem(text_of(function.get("name")), where, _LONGEST[api]) or schema_problem(
        object_of(function.get("parameters")), f"{where}.parameters", function.get("strict") is True
    )


def _of_answer(asked: Asked) -> Iterator[str]:
    """The schema of the answer, where it is to be strict."""
    if asked.api == RESPONSES:
        wanted, where = object_of(object_of(asked.body.get("text")).get("format")), "text.format"
        flat = wanted
    else:
        wanted, where = object_of(asked.body.get("response_format")), "response_format"
        flat = object_of(wanted.get("json_schema"))
    if asked.api == CHAT and isinstance(asked.body.get("response_format"), str):
        yield "response_format is a string: write {type}"
    if wanted.get("type") != "json_schema":
        return
    if not text_of(flat.get("name")):
        as_chat = "json_schema" in wanted
        wrong = as_chat if asked.api == RESPONSES else not as_chat
        there = "beside its type" if asked.api == RESPONSES else "in json_schema"
        yield f"{where}: name and schema stand {there}" if wrong else f"{where} has no name: a json_schema needs one"
    problem = schema_problem(object_of(flat.get("schema")), f"{where}.schema", flat.get("strict") is True)
    if problem and flat.get("strict") is True:
        yield problem


def _of_messages(body: Object) -> Iterator[str]:
    """Tools in the shape of OpenAI's, without a schema, or named alike."""
    yield from _of_choice(body)
    seen: set[str] = set()
    for at, tool in enumerate(map(object_of, listed(body.get("tools")))):
        where, name = f"tools[{at}]", text_of(tool.get("name"))
        if tool.get("type") == "function" or "function" in tool:
            yield f"{where} is a function as OpenAI has it: write {{name, description, input_schema}}"
            continue
        if tool.get("type") in (None, "custom"):
            problem = _name_problem(name, where, _LONGEST["anthropic"])
            if problem:
                yield problem
            if not isinstance(tool.get("input_schema"), dict):
                yield f"{where} has no input_schema: write {'it for parameters' if 'parameters' in tool else 'one'}"
        if name and name in seen:
            yield f"{where} is named {quote(name)}, as a tool before it: names must be unique"
        seen.add(name)
