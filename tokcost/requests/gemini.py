"""Gemini bodies as neutral requests: generateContent, countTokens and embedContent, in either spelling.

The Gemini API and Vertex take the same body and bill it by different rules; the body tells them apart
only at times. ``Request.api`` is "gemini" or "vertex", and ``options["api_told"]`` whether that is sure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tokcost.errors import TokcostError
from tokcost.requests.model import Answer, Call, Image, Message, Other, Part, Request, Result, Text, Thinking, Tool
from tokcost.requests.shape import as_json, bytes_of_base64, list_at, listed, object_at, text_at, whole_or_none

SizeOf = Callable[[str], "tuple[int, int] | None"]

# Tools of the provider, by their key beside functionDeclarations.
_DECLARATIONS = "functionDeclarations"


def parse(body: object, size_of: SizeOf | None = None, vertex: bool | None = None) -> Request:
    """The request of a body, camelCase or snake_case.

    ``size_of`` tells width and height of a base64 picture. ``vertex`` says which API the body goes to;
    None leaves it to the signs in the body. Raises TokcostError with the JSON path of what is wrong.
    """
    try:
        return _parse(body, size_of, vertex)
    except RecursionError:
        raise TokcostError("body: nested too deeply to be read: check the request's shape") from None


def _parse(body: object, size_of: SizeOf | None, vertex: bool | None) -> Request:
    known = object_at(body, "body")
    outer_model = text_at(known.get("model"), "model")
    inner = _get(known, "generateContentRequest")
    if inner is not None:
        known = object_at(inner, "generateContentRequest")
    model = text_at(known.get("model"), "model") or outer_model
    tools = _tools(_get(known, "tools"))
    told = vertex if vertex is not None else _told_api(model, known, tools)
    choice, forced = _choice(_get(known, "toolConfig"))
    config = _get(known, "generationConfig")
    config = object_at({} if config is None else config, "generationConfig")
    return Request(
        api="vertex" if told or (told is None and _spelt(tools, "parametersJsonSchema")) else "gemini",
        model=model.rpartition("/")[2] or None,
        messages=_messages(known, size_of),
        tools=tools,
        choice=choice,
        choice_forced=forced,
        answer=_answer(config),
        output_limit=whole_or_none(_get(config, "maxOutputTokens")),
        options={
            "api_told": told is not None,
            "media_resolution": str(_get(config, "mediaResolution") or ""),
            "typed_answer": _get(config, "responseSchema") is not None,
        },
    )


def _get(known: Mapping[str, Any], name: str) -> Any:
    """A field by its camelCase name, in either spelling."""
    value = known.get(name)
    return known.get(_snake(name)) if value is None else value


def _snake(name: str) -> str:
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in name)


def _told_api(model: str, body: Mapping[str, Any], tools: tuple[Tool, ...]) -> bool | None:
    """Whether the body is for Vertex, as far as it says so.

    Google's Python client writes the schema of a function in snake_case for the Gemini API alone. The
    other spelling is Vertex in all of 10 recorded requests, but the documentation has it for both.
    """
    if model.startswith(("projects/", "publishers/")) or "labels" in body:
        return True
    return False if _spelt(tools, "parameters_json_schema") else None


def _spelt(tools: tuple[Tool, ...], name: str) -> bool:
    return any(name in (tool.raw or {}) for tool in tools)


def _messages(body: Mapping[str, Any], size_of: SizeOf | None) -> tuple[Message, ...]:
    found = []
    system = _get(body, "systemInstruction")
    if system is not None:
        found.append(_content(system, "systemInstruction", size_of, role="system"))
    contents = body.get("contents")
    if contents is None:
        contents = body.get("content")
    if contents is None and not found:
        list_at(contents, "contents")
    for index, content in enumerate(listed(contents, "contents")):
        found.append(_content(content, f"contents[{index}]", size_of))
    return tuple(found)


def _content(content: object, where: str, size_of: SizeOf | None, role: str = "") -> Message:
    if isinstance(content, str):
        return Message(role or "user", (Text(content),))
    known = object_at(content, where)
    parts: list[Part] = []
    # A bare part stands for a content, as Google's clients allow.
    bare = known if "parts" not in known and "role" not in known and known else None
    for index, part in enumerate(listed(bare or known.get("parts"), f"{where}.parts")):
        parts += _part(part, f"{where}.parts[{index}]", size_of)
    return Message(role or text_at(known.get("role"), f"{where}.role") or "user", tuple(parts))


def _part(part: object, where: str, size_of: SizeOf | None) -> list[Part]:
    if isinstance(part, str):
        return [Text(part)]
    known = object_at(part, where)
    if known.get("text") is not None:
        text = text_at(known["text"], f"{where}.text")
        return [Thinking(text) if known.get("thought") is True else Text(text)]
    for field, read in (("functionCall", _call), ("functionResponse", _result)):
        if (value := _get(known, field)) is not None:
            return [read(object_at(value, f"{where}.{field}"), f"{where}.{field}", size_of)]
    for field in ("inlineData", "fileData"):
        if (value := _get(known, field)) is not None:
            return [_media(object_at(value, f"{where}.{field}"), where, size_of)]
    for field, name in (("executableCode", "code"), ("codeExecutionResult", "output")):
        if (value := _get(known, field)) is not None:
            return [Text(text_at(object_at(value, f"{where}.{field}").get(name), f"{where}.{field}.{name}"))]
    return []


def _call(call: Mapping[str, Any], where: str, size_of: SizeOf | None) -> Call:
    arguments = call.get("args")
    name = text_at(call.get("name"), f"{where}.name")
    return Call(name, as_json({} if arguments is None else arguments), str(call.get("id") or ""))


def _result(result: Mapping[str, Any], where: str, size_of: SizeOf | None) -> Result:
    """The response as JSON text; pictures in ``parts`` beside it."""
    answer = result.get("response")
    parts: list[Text | Image | Other] = [Text(as_json({} if answer is None else answer))]
    for index, part in enumerate(listed(result.get("parts"), f"{where}.parts")):
        inner = _part(part, f"{where}.parts[{index}]", size_of)
        parts += [shown for shown in inner if isinstance(shown, Text | Image | Other)]
    return Result(tuple(parts), text_at(result.get("name"), f"{where}.name"), str(result.get("id") or ""))


def _media(media: Mapping[str, Any], where: str, size_of: SizeOf | None) -> Part:
    mime = text_at(_get(media, "mimeType"), f"{where}.mimeType")
    data = media.get("data")
    if mime.startswith("image/"):
        width, height = (size_of(data) if size_of and isinstance(data, str) else None) or (None, None)
        return Image(width, height, where=where)
    kind = "pdf" if mime == "application/pdf" else mime.partition("/")[0] or "file"
    return Other(kind, bytes_of_base64(data))


def _tools(tools: object) -> tuple[Tool, ...]:
    found = []
    for index, tool in enumerate(listed(tools, "tools")):
        where = f"tools[{index}]"
        known = object_at(tool, where)
        for number, declared in enumerate(listed(_get(known, _DECLARATIONS), f"{where}.{_DECLARATIONS}")):
            found.append(_function(declared, f"{where}.{_DECLARATIONS}[{number}]"))
        others = [name for name in known if name not in (_DECLARATIONS, _snake(_DECLARATIONS))]
        found += [Tool("", builtin=name) for name in others]
    return tuple(found)


def _function(declared: object, where: str) -> Tool:
    known = object_at(declared, where)
    schema = _get(known, "parameters")
    if schema is None:
        schema = _get(known, "parametersJsonSchema")
    return Tool(
        text_at(known.get("name"), f"{where}.name"),
        text_at(known.get("description"), f"{where}.description"),
        None if schema is None else object_at(schema, f"{where}.parameters"),
        raw=known,
    )


def _choice(config: object) -> tuple[str, bool]:
    if config is None:
        return "", False
    calling = _get(object_at(config, "toolConfig"), "functionCallingConfig")
    if calling is None:
        return "", False
    mode = text_at(object_at(calling, "toolConfig.functionCallingConfig").get("mode"), "toolConfig.mode")
    return {"ANY": ("required", False), "NONE": ("none", False)}.get(mode.upper(), ("auto", False))


def _answer(config: Mapping[str, Any]) -> Answer | None:
    schema = _get(config, "responseSchema")
    if schema is None:
        schema = _get(config, "responseJsonSchema")
    return None if schema is None else Answer(object_at(schema, "generationConfig.responseSchema"))
