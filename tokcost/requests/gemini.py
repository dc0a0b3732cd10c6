"""Gemini bodies as neutral requests: generateContent, countTokens and embedContent, in either spelling.

The Gemini API and Vertex take the same body and bill it by different rules; the body shows which it is for
only at times. ``Request.api`` is "gemini" or "vertex", and ``options["api_known"]`` whether that is sure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tokcost.errors import RequestError
from tokcost.inputs.json import google_field, snake_case
from tokcost.requests.effort import gemini_effort
from tokcost.requests.model import (
    Answer,
    Attachment,
    Call,
    Message,
    Part,
    Request,
    Result,
    Shown,
    Text,
    Thinking,
    Tool,
)
from tokcost.requests.shape import (
    a_list,
    an_object,
    as_json,
    google_number,
    listed,
    object_of,
    optional_string,
    text_of,
)

# Tools of the provider, by their key beside functionDeclarations.
_DECLARATIONS = "functionDeclarations"
_GEMINI_API = ("gemini/", "google-gla:")  # how LiteLLM and Pydantic AI name a model there
# More than any provider takes.
_MOST_FPS, _MOST_SECONDS = 1_000, 10**7


def parse(body: object, vertex: bool | None = None) -> Request:
    """The request of a body, camelCase or snake_case.

    ``vertex`` says which API the body goes to; None leaves it to the signs in it. Files are Attachments. Raises
    RequestError with the JSON path of what is wrong.
    """
    try:
        return _parse(body, vertex)
    except RecursionError:
        raise RequestError("body", "nested too deeply to be read", "check the shape of the request") from None


def _parse(body: object, vertex: bool | None) -> Request:
    known = an_object(body, "body")
    outer_model = optional_string(known.get("model"), "model")
    inner = google_field(known, "generateContentRequest")
    if inner is not None:
        known = an_object(inner, "generateContentRequest")
    model = optional_string(known.get("model"), "model") or outer_model
    tools = _tools(google_field(known, "tools"))
    is_vertex = vertex if vertex is not None else _known_api(model, known, tools)
    choice, forced = _choice(google_field(known, "toolConfig"))
    tier = optional_string(google_field(known, "serviceTier"), "serviceTier")
    config = google_field(known, "generationConfig")
    config = an_object({} if config is None else config, "generationConfig")
    return Request(
        api="vertex" if is_vertex or (is_vertex is None and _spelt(tools, "parametersJsonSchema")) else "gemini",
        model=model or None,
        messages=_messages(known),
        tools=tools,
        choice=choice,
        choice_forced=forced,
        answer=_answer(config),
        output_limit=google_number(config, "maxOutputTokens", "generationConfig"),
        limit_name="maxOutputTokens",
        answers=google_number(config, "candidateCount", "generationConfig") or 1,
        effort=gemini_effort(config),
        tier=tier.lower().removeprefix("service_tier_").replace("unspecified", ""),
        options={
            "api_known": is_vertex is not None,
            "media_resolution": str(google_field(config, "mediaResolution") or ""),
            "cached_content": google_field(known, "cachedContent") is not None,
            "typed_answer": google_field(config, "responseSchema") is not None,
        },
    )


def _known_api(model: str, body: Mapping[str, Any], tools: tuple[Tool, ...]) -> bool | None:
    """Whether the body is for Vertex, as far as it says so.

    Google's Python client writes the schema of a function in snake_case for the Gemini API alone. The
    other spelling is Vertex in all of 10 recorded requests, but the documentation has it for both.
    """
    if model.startswith(("projects/", "publishers/")) or "labels" in body:
        return True
    if model.startswith(_GEMINI_API):
        return False
    return False if _spelt(tools, "parameters_json_schema") else None


def _spelt(tools: tuple[Tool, ...], name: str) -> bool:
    return any(name in (tool.raw or {}) for tool in tools)


def _messages(body: Mapping[str, Any]) -> tuple[Message, ...]:
    found = []
    system = google_field(body, "systemInstruction")
    if system is not None:
        found.append(_content(system, "systemInstruction", role="system"))
    contents = body.get("contents")
    if contents is None:
        contents = body.get("content")
    if contents is None and not found:
        a_list(contents, "contents")
    for index, content in enumerate(listed(contents)):
        found.append(_content(content, f"contents[{index}]"))
    return tuple(found)


def _content(content: object, where: str, role: str = "") -> Message:
    if isinstance(content, str):
        return Message(role or "user", (Text(content),))
    known = an_object(content, where)
    parts: list[Part] = []
    # A bare part stands for a content, as Google's clients allow.
    bare = known if "parts" not in known and "role" not in known and known else None
    for index, part in enumerate(listed(bare or known.get("parts"))):
        parts += _part(part, f"{where}.parts[{index}]")
    return Message(role or optional_string(known.get("role"), f"{where}.role") or "user", tuple(parts))


def _part(part: object, where: str) -> list[Part]:
    if isinstance(part, str):
        return [Text(part)]
    known = an_object(part, where)
    if known.get("text") is not None:
        text = optional_string(known["text"], f"{where}.text")
        return [Thinking(text) if known.get("thought") is True else Text(text)]
    for field, read in (("functionCall", _call), ("functionResponse", _result)):
        if (value := google_field(known, field)) is not None:
            return [read(an_object(value, f"{where}.{field}"), f"{where}.{field}")]
    for field in ("inlineData", "fileData"):
        if (value := google_field(known, field)) is not None:
            return [_media(an_object(value, f"{where}.{field}"), f"{where}.{field}", known)]
    for field, name in (("executableCode", "code"), ("codeExecutionResult", "output")):
        if (value := google_field(known, field)) is not None:
            return [Text(optional_string(an_object(value, f"{where}.{field}").get(name), f"{where}.{field}.{name}"))]
    return []


def _call(call: Mapping[str, Any], where: str) -> Call:
    arguments = call.get("args")
    name = optional_string(call.get("name"), f"{where}.name")
    return Call(name, as_json({} if arguments is None else arguments), str(call.get("id") or ""))


def _result(result: Mapping[str, Any], where: str) -> Result:
    """The response as JSON text; pictures in ``parts`` beside it."""
    answer = result.get("response")
    parts: list[Shown] = [Text(as_json({} if answer is None else answer))]
    for index, part in enumerate(listed(result.get("parts"))):
        inner = _part(part, f"{where}.parts[{index}]")
        parts += [shown for shown in inner if isinstance(shown, Shown)]
    return Result(tuple(parts), optional_string(result.get("name"), f"{where}.name"), str(result.get("id") or ""))


def _media(media: Mapping[str, Any], where: str, part: Mapping[str, Any]) -> Attachment:
    """Data or the address of a file, with the resolution and, of film, the times of its part."""
    data, address = text_of(media.get("data")), text_of(google_field(media, "fileUri"))
    mime = optional_string(google_field(media, "mimeType"), f"{where}.mimeType")
    if not mime and "youtu" in address:
        mime = "video/"
    film = object_of(google_field(part, "videoMetadata"))
    return Attachment(
        data or address,
        "data" if data else "url",
        mime,
        text_of(google_field(media, "displayName")),
        f"{where}.data",
        detail=text_of(object_of(google_field(part, "mediaResolution")).get("level")),
        fps=_rate(film.get("fps")),
        start=_seconds(google_field(film, "startOffset")) or 0,
        end=_seconds(google_field(film, "endOffset")),
    )


def _rate(value: object) -> float | None:
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else 0
    return float(number) if 0 < number <= _MOST_FPS else None


def _seconds(value: object) -> float | None:
    """A time in a film, as ``"90s"`` or ``"1.5s"``."""
    try:
        found = float(value.removesuffix("s")) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found is not None and 0 <= found < _MOST_SECONDS else None


def _tools(tools: object) -> tuple[Tool, ...]:
    found = []
    for index, tool in enumerate(listed(tools)):
        where = f"tools[{index}]"
        known = an_object(tool, where)
        for number, declared in enumerate(listed(google_field(known, _DECLARATIONS))):
            found.append(_function(declared, f"{where}.{_DECLARATIONS}[{number}]"))
        others = [name for name in known if name not in (_DECLARATIONS, snake_case(_DECLARATIONS))]
        found += [Tool("", builtin=name) for name in others]
    return tuple(found)


def _function(declared: object, where: str) -> Tool:
    known = an_object(declared, where)
    schema = google_field(known, "parameters")
    if schema is None:
        schema = google_field(known, "parametersJsonSchema")
    return Tool(
        optional_string(known.get("name"), f"{where}.name"),
        optional_string(known.get("description"), f"{where}.description"),
        None if schema is None else an_object(schema, f"{where}.parameters"),
        raw=known,
    )


def _choice(config: object) -> tuple[str, bool]:
    if config is None:
        return "", False
    calling = google_field(an_object(config, "toolConfig"), "functionCallingConfig")
    if calling is None:
        return "", False
    mode = optional_string(an_object(calling, "toolConfig.functionCallingConfig").get("mode"), "toolConfig.mode")
    return {"ANY": ("required", False), "NONE": ("none", False)}.get(mode.upper(), ("auto", False))


def _answer(config: Mapping[str, Any]) -> Answer | None:
    schema = google_field(config, "responseSchema")
    if schema is None:
        schema = google_field(config, "responseJsonSchema")
    return None if schema is None else Answer(an_object(schema, "generationConfig.responseSchema"))
