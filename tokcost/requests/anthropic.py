"""Anthropic Messages bodies, of ``/v1/messages`` and of its ``count_tokens``, as neutral requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tokcost.errors import RequestError
from tokcost.rates import FAST_SPEED
from tokcost.requests.anthropic_keys import unread
from tokcost.requests.cache_marks import marks_of_anthropic
from tokcost.requests.effort import anthropic_effort
from tokcost.requests.model import (
    Answer,
    Attachment,
    Call,
    Document,
    Message,
    Other,
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
    a_whole_number,
    an_object,
    as_json,
    listed,
    number_of,
    object_of,
    optional_string,
    text_of,
)

_MOST_PIXELS = 100_000
_CALLED = ("server_tool_use", "mcp_tool_use")
# What the provider's own tools are known to give back, by the type of what holds it.
_FOUND = {"web_search_tool_result": "web_search_result", "web_fetch_tool_result": "web_fetch_result"}


def parse(body: object) -> Request:
    """The request of a Messages body.

    Files are Attachments, not yet looked into. Raises RequestError with the JSON path of what is not as the API
    wants it.
    """
    try:
        return _parse(body)
    except RecursionError:
        raise RequestError("body", "nested too deeply to be read", "check the shape of the request") from None


def _parse(body: object) -> Request:
    known = an_object(body, "body")
    messages = _system(known.get("system"))
    instructed = bool(messages)
    for index, message in enumerate(a_list(known.get("messages"), "messages")):
        messages.append(_message(message, f"messages[{index}]"))
    choice, forced = _choice(_choice_of(known))
    paths, size = unread(known)
    return Request(
        api="anthropic",
        model=optional_string(known.get("model"), "model") or None,
        messages=tuple(messages),
        tools=tuple(_tool(tool, f"tools[{index}]") for index, tool in enumerate(listed(known.get("tools")))),
        choice=choice,
        choice_forced=forced,
        answer=_answer(known),
        output_limit=a_whole_number(known.get("max_tokens"), "max_tokens", least=0),  # 0 warms the cache
        limit_name="max_tokens",
        effort=anthropic_effort(known),
        tier=_tier(known),
        options={
            "thinking": known.get("thinking"),
            "mcp_servers": known.get("mcp_servers"),
            "one_call": bool(_choice_of(known).get("disable_parallel_tool_use")),
            "instructed": instructed,  # the first message is the system text of the body
        },
        cache_marks=marks_of_anthropic(known, messages, instructed, lambda blocks: len(_parts(blocks, "content"))),
        unread=paths,
        unread_bytes=size,
    )


def _tier(known: Mapping[str, Any]) -> str:
    """The speed, which has rates of its own, before the tier of service."""
    tier = optional_string(known.get("service_tier"), "service_tier")
    return FAST_SPEED if optional_string(known.get("speed"), "speed") == "fast" else tier


def _system(system: object) -> list[Message]:
    if system is None or system == "" or system == []:
        return []
    return [Message("system", _parts(system, "system"))]


def _message(message: object, where: str) -> Message:
    known = an_object(message, where)
    role = optional_string(known.get("role"), f"{where}.role")
    return Message(role or "user", _parts(known.get("content"), f"{where}.content"))


def _parts(content: object, where: str) -> tuple[Part, ...]:
    if isinstance(content, str):
        return (Text(content),)
    parts: list[Part] = []
    for index, block in enumerate(listed(content)):
        parts += _block(block, f"{where}[{index}]")
    return tuple(parts)


def _block(block: object, where: str) -> list[Part]:
    """The parts of one content block."""
    if isinstance(block, str):
        return [Text(block)]
    known = an_object(block, where)
    kind = optional_string(known.get("type"), f"{where}.type") or "text"
    if kind == "text":
        return [Text(optional_string(known.get("text"), f"{where}.text"))]
    if kind == "image":
        return [_image(known, where)]
    if kind == "tool_use":
        arguments = known.get("input")
        name = optional_string(known.get("name"), f"{where}.name")
        return [Call(name, as_json({} if arguments is None else arguments), str(known.get("id") or ""))]
    if kind == "tool_result":
        inner = _parts(known.get("content"), f"{where}.content")
        shown = tuple(
            part if isinstance(part, Shown) else Other("content inside a result", len(repr(part))) for part in inner
        )
        return [Result(shown, call_id=str(known.get("tool_use_id") or ""))]
    if kind in _FOUND:
        return _found(kind, known.get("content"), where)
    if kind == "thinking":
        return [Thinking(optional_string(known.get("thinking"), f"{where}.thinking"))]
    if kind == "document":
        return _document(known, where)
    if kind in ("audio", "video"):  # of other models in the same form
        return [_file({"media_type": f"{kind}/", **object_of(known.get("source"))}, f"{where}.source")]
    readable = as_json(known.get("input")) if kind in _CALLED else ""
    return [Other(kind, bytes=len(as_json(known)), text=readable)]


def _found(kind: str, content: object, where: str) -> list[Part]:
    """Results of the provider's own tools: encrypted pages of a search, the text of a fetched page."""
    parts: list[Part] = []
    for at, result in enumerate(listed(content)):
        source = object_of(object_of(object_of(result).get("content")).get("source"))
        text = text_of(source.get("data")) if source.get("type") == "text" else ""
        if source.get("type") == "base64":
            parts.append(_file(source, f"{where}.content[{at}].content.source"))
            continue
        encrypted = text_of(object_of(result).get("encrypted_content"))
        parts.append(Other(_FOUND[kind], bytes=len(encrypted) or None, text=text))
    return parts


def _image(block: Mapping[str, Any], where: str) -> Attachment:
    source = an_object(block.get("source"), f"{where}.source")
    data = text_of(source.get("data")) or text_of(source.get("url"))
    return Attachment(data, "data" if data else "file", "image/", size=_stated(source))


def _stated(source: Mapping[str, Any]) -> tuple[int, int] | None:
    """The size that a recording states of a picture whose data was taken out; the API knows no such keys."""
    width, height = number_of(source.get("width")), number_of(source.get("height"))
    if text_of(source.get("type")) != "base64" or not (width and height and max(width, height) <= _MOST_PIXELS):
        return None
    return width, height


def _document(block: Mapping[str, Any], where: str) -> list[Part]:
    """A document with its title and context, and of its contents what can be read; its pictures follow it."""
    source = an_object(block.get("source"), f"{where}.source")
    title, context = (optional_string(block.get(name), f"{where}.{name}") for name in ("title", "context"))
    cited = bool(object_of(block.get("citations")).get("enabled"))
    kind = text_of(source.get("type"))
    if kind == "text":
        words = optional_string(source.get("data"), f"{where}.source.data")
        return [Document("text", words, title, context, cited=cited)]
    if kind == "content":
        inner = _parts(source.get("content"), f"{where}.source.content")
        text = "".join(part.text for part in inner if isinstance(part, Text))
        others = [part for part in inner if not isinstance(part, Text)]
        return [Document("content", text, title, context, cited=cited), *others]
    return [replace(_file(source, f"{where}.source"), title=title, context=context, cited=cited)]


def _file(source: Mapping[str, Any], where: str) -> Attachment:
    """A file by its data, its address or its id: a PDF where it is not said."""
    mime = text_of(source.get("media_type")) or "application/pdf"
    if text_of(source.get("type")) == "base64":
        return Attachment(text_of(source.get("data")), "data", mime, where=f"{where}.data")
    url = text_of(source.get("url"))
    return Attachment(url, "url" if url else "file", mime, where=f"{where}.url")


def _tool(tool: object, where: str) -> Tool:
    known = an_object(tool, where)
    kind = optional_string(known.get("type"), f"{where}.type")
    name = optional_string(known.get("name"), f"{where}.name")
    if kind not in ("", "custom"):
        return Tool(name, builtin=kind, raw=known)
    schema = known.get("input_schema")
    return Tool(
        name,
        optional_string(known.get("description"), f"{where}.description"),
        None if schema is None else an_object(schema, f"{where}.input_schema"),
        raw=known,
    )


def _choice_of(body: Mapping[str, Any]) -> Mapping[str, Any]:
    choice = body.get("tool_choice")
    return {} if choice is None else an_object(choice, "tool_choice")


def _choice(known: Mapping[str, Any]) -> tuple[str, bool]:
    """The neutral choice: ``any`` is required, ``tool`` the tool's name."""
    kind = optional_string(known.get("type"), "tool_choice.type")
    if kind == "tool":
        return optional_string(known.get("name"), "tool_choice.name"), True
    return ("required" if kind == "any" else kind), False


def _answer(body: Mapping[str, Any]) -> Answer | None:
    """The schema of ``output_format`` or of ``output_config.format``."""
    wanted = body.get("output_format")
    if wanted is None and body.get("output_config") is not None:
        wanted = an_object(body["output_config"], "output_config").get("format")
    if wanted is None:
        return None
    known = an_object(wanted, "output_format")
    schema = known.get("schema")
    return None if schema is None else Answer(an_object(schema, "output_format.schema"))
