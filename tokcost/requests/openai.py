"""OpenAI request bodies as a neutral Request: chat completions, responses, embeddings, completions.

Other vendors take the same bodies. Parts that are not known become ``Other``, so that a new kind of
part is counted around, not refused; what the provider itself would refuse is a RequestError.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from tokcost.errors import RequestError
from tokcost.requests.cache_marks import marks_of_openai
from tokcost.requests.effort import openai_effort
from tokcost.requests.model import Answer, Message, Request, Text, Tokens, Tool
from tokcost.requests.openai_chat import chat_messages
from tokcost.requests.openai_responses import responses_messages
from tokcost.requests.shape import (
    Object,
    a_string,
    a_whole_number,
    an_object,
    kind_of,
    object_of,
    objects,
    optional_string,
    text_of,
)

CHAT, RESPONSES = "openai-chat", "openai-responses"
EMBEDDINGS, COMPLETIONS = "openai-embeddings", "openai-completions"

_PATHS = (
    ("/chat/completions", CHAT),
    ("/responses", RESPONSES),
    ("/responses/input_tokens", RESPONSES),
    ("/embeddings", EMBEDDINGS),
    ("/completions", COMPLETIONS),
)
# How long an answer may be, and how many there are to be: the keys that each api reads, the first given one holds.
_LIMITS = {
    CHAT: ("max_completion_tokens", "max_tokens"),
    RESPONSES: ("max_output_tokens",),
    COMPLETIONS: ("max_tokens",),
}
# What each is asked to answer or embed stands under one name; a response may go on from what is stored.
_SAID_IN = {
    CHAT: ("messages", "chat completions"),
    RESPONSES: ("input", "responses"),
    EMBEDDINGS: ("input", "embeddings"),
    COMPLETIONS: ("prompt", "completions"),
}
_MODERATED = ("input", "moderations")
_STORED = ("previous_response_id", "conversation", "prompt")
# Completions answer every prompt so many times, and bill the best of those they wrote.
_ANSWERS = {CHAT: ("n",), COMPLETIONS: ("n", "best_of")}
_OFFERS = frozenset(("tools", "functions"))
# What is carried by the fields of Request; all else stays in its options.
_TAKEN = {"model", "messages", "input", "prompt", "instructions", "tools", "functions", "tool_choice", "function_call"}
_TAKEN |= {key for keys in _LIMITS.values() for key in keys}


@lru_cache(maxsize=1024)
def api_of_path(path: str) -> str | None:
    """The api that the path of a URL such as ``/v1/chat/completions`` belongs to; None for others."""
    plain = "/" + path.split("?", 1)[0].strip("/")
    return next((api for end, api in _PATHS if plain.endswith(end)), None)


def parse(body: object, *, api: str | None = None) -> Request:
    """The request that a decoded JSON body makes.

    ``api`` is one of the four constants above, or None to tell it from the body. Files are Attachments, not yet
    looked into. Raises RequestError with the path in the body.
    """
    whole = an_object(body, "", "give one request as a JSON object")
    api = api or _api_of(whole)
    model = whole.get("model")
    if model is not None:
        model = a_string(model, "model", "give the model id in quotes")
    messages = tuple(_messages(whole, api))
    marks, unasked = marks_of_openai(whole, whole.get("messages", whole.get("input")), messages)
    limits = _LIMITS.get(api, ())
    choice, forced = _choice(whole)
    return Request(
        api=api,
        model=model,
        messages=messages,
        tools=() if _OFFERS.isdisjoint(whole) else tuple(_tools(whole)),
        choice=choice,
        choice_forced=forced,
        answer=_answer(whole, api),
        output_limit=_limit(whole, api, limits),
        limit_name=next((key for key in limits if whole.get(key) is not None), ""),
        answers=max(_numbers(whole, api, _ANSWERS.get(api, ())), default=1)
        * (len(messages) if api == COMPLETIONS and messages else 1),
        effort=openai_effort(whole),
        tier=optional_string(whole.get("service_tier"), "service_tier"),
        cache_marks=marks,
        caches_unasked=unasked,
        options={
            key: value for key, value in whole.items() if key not in _TAKEN or (key, api) == ("prompt", RESPONSES)
        },
    )


def _limit(body: Object, api: str, keys: tuple[str, ...]) -> int | None:
    """How long an answer may be: a request that only prepares the cache has none (the openai package 3.57.0)."""
    most = next(iter(_numbers(body, api, keys)), None)
    return 0 if api == RESPONSES and object_of(body.get("prompt_cache_options")).get("prewarm") is True else most


def _numbers(body: Object, api: str, keys: tuple[str, ...]) -> list[int]:
    """The numbers under those of the keys that are given, in order."""
    # completions may be told to echo the prompt and to write nothing (OpenAI's API description)
    least = {"max_tokens": 0} if api == COMPLETIONS else {}
    found = (a_whole_number(body.get(key), key, least.get(key, 1)) for key in keys)
    return [number for number in found if number is not None]


def _api_of(body: Object) -> str:
    if "messages" in body:
        return CHAT
    if "input" in body:
        plain = not any(isinstance(entry, dict) for entry in body["input"]) if isinstance(body["input"], list) else None
        if plain or "embed" in text_of(body.get("model")) or "encoding_format" in body or "dimensions" in body:
            return EMBEDDINGS
        return RESPONSES
    if "instructions" in body or "previous_response_id" in body or isinstance(body.get("prompt"), dict):
        return RESPONSES
    if "prompt" in body:
        return COMPLETIONS
    remedy = "bodies of chat completions, responses, embeddings and completions are counted, and no others"
    raise RequestError("", "no messages, input or prompt", remedy)


def _messages(body: Object, api: str) -> Iterator[Message]:
    if api == CHAT:
        return chat_messages(body)
    if api == RESPONSES:
        return responses_messages(body)
    key = "input" if api == EMBEDDINGS else "prompt"
    return _bare_inputs(body.get(key), key)


def misplaced(body: Object, path: str) -> str:
    """Why a body says what to answer as another endpoint than that of the path has it, "" where it does not.

    >>> misplaced({"messages": []}, "/v1/responses")
    'messages: no parameter of responses: write input'
    """
    name, where = _MODERATED if path.endswith("/moderations") else _SAID_IN.get(api_of_path(path) or "", ("", ""))
    if not name or body.get(name) is not None:
        return ""
    if where == "responses" and any(body.get(key) is not None for key in _STORED):
        return ""
    other = next((key for key in ("messages", "input", "prompt") if body.get(key) is not None), "")
    return f"{other}: no parameter of {where}: write {name}" if other else ""


def _bare_inputs(value: object, where: str) -> Iterator[Message]:
    """One message for every text of an embeddings input or a completions prompt."""
    remedy = "give a string, a list of strings, a list of tokens, or a list of those"
    if isinstance(value, str):
        yield Message("input", (Text(value),))
    elif not isinstance(value, list):
        raise RequestError(where, f"{kind_of(value)} where text belongs", remedy)
    elif value and all(_is_token(entry) for entry in value):
        yield Message("input", (Tokens(len(value)),))
    else:
        for at, entry in enumerate(value):
            if isinstance(entry, str):
                yield Message("input", (Text(entry),))
            elif isinstance(entry, list) and all(_is_token(token) for token in entry):
                yield Message("input", (Tokens(len(entry)),))
            else:
                raise RequestError(f"{where}[{at}]", f"{kind_of(entry)} where text belongs", remedy)


def _is_token(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _tools(body: Object) -> Iterator[Tool]:
    remedy = "give tools as the provider's reference does"
    for where, tool in objects(body.get("tools"), "tools", remedy):
        kind = text_of(tool.get("type")) or "function"
        if kind == "function":
            nested = "function" in tool  # chat nests what responses has flat
            inner = an_object(tool["function"], f"{where}.function", remedy) if nested else tool
            yield _function(inner, f"{where}.function" if nested else where, tool)
        else:
            inner = object_of(tool.get(kind)) or tool
            yield Tool(text_of(inner.get("name")), text_of(inner.get("description")), builtin=kind, raw=tool)
    for where, function in objects(body.get("functions"), "functions", remedy):
        yield _function(function, where, function)


def _function(function: Object, where: str, raw: Object) -> Tool:
    name = a_string(function.get("name"), f"{where}.name", "every function needs a name")
    schema = function.get("parameters")
    if schema is not None:
        schema = an_object(schema, f"{where}.parameters", "parameters are a JSON schema")
    return Tool(name, text_of(function.get("description")), schema, raw=raw)


def _choice(body: Object) -> tuple[str, bool]:
    """(choice, whether it names one function)."""
    choice = body.get("tool_choice", body.get("function_call"))
    if isinstance(choice, str):
        return choice, False
    if not isinstance(choice, dict):
        return "", False
    if choice.get("type", "function") not in ("function", "custom"):
        mode = object_of(choice.get("allowed_tools")) or choice
        return text_of(mode.get("mode")) or text_of(choice.get("type")), False
    name = text_of(choice.get("name")) or text_of(object_of(choice.get("function")).get("name"))
    return (name, True) if name else ("", False)


def _answer(body: Object, api: str) -> Answer | None:
    """The schema of the answer: nested in response_format of chat, flat in text.format of responses."""
    if api == RESPONSES:
        wanted = flat = object_of(object_of(body.get("text")).get("format"))
    else:
        wanted = object_of(body.get("response_format"))
        flat = object_of(wanted.get("json_schema"))
    if wanted.get("type") != "json_schema":
        return None
    schema = flat.get("schema")
    found = schema if isinstance(schema, dict) else None
    return Answer(found, text_of(flat.get("name")), text_of(flat.get("description")))
