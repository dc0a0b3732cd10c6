"""Messages of a chat completions body, and the content parts that the responses api shares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tokcost.errors import RequestError
from tokcost.requests.images import Sizer
from tokcost.requests.model import Call, Image, Message, Other, Part, Result, Text, Thinking
from tokcost.requests.shape import Object, a_string, an_object, kind_of, object_of, objects, text_of

_REMEDY = "give messages as the provider's reference does"
_TEXT = {"text": "text", "input_text": "text", "output_text": "text", "summary_text": "text", "refusal": "refusal"}


def chat_messages(body: Object, size_of: Sizer) -> Iterator[Message]:
    """Every message of ``messages``; what a tool gave back is a Result."""
    if body.get("messages") is None:
        raise RequestError("messages", "missing", "give the body of a chat completions request")
    for where, message in objects(body["messages"], "messages", _REMEDY):
        role = a_string(message.get("role"), f"{where}.role", "every message has a role")
        parts = content_parts(message.get("content"), f"{where}.content", size_of)
        name = text_of(message.get("name"))
        if role in ("tool", "function"):
            given = tuple(part for part in parts if isinstance(part, Text | Image | Other))
            yield Message(role, (Result(given, name, text_of(message.get("tool_call_id"))),), name)
        else:
            said = text_of(message.get("refusal"))
            yield Message(role, (*parts, *([Text(said)] if said else ()), *_spoken(message, where)), name)


def _spoken(message: Object, where: str) -> Iterator[Part]:
    """What an assistant's message holds besides its content."""
    thought = text_of(message.get("reasoning_content")) or text_of(message.get("reasoning"))
    if thought:
        yield Thinking(thought)
    for at, call in objects(message.get("tool_calls"), f"{where}.tool_calls", _REMEDY):
        kind = text_of(call.get("type")) or "function"
        inner = an_object(call.get(kind), f"{at}.{kind}", _REMEDY)
        yield call_of(inner, f"{at}.{kind}", text_of(call.get("id")))
    if message.get("function_call") is not None:
        at = f"{where}.function_call"
        yield call_of(an_object(message["function_call"], at, _REMEDY), at, "")
    if isinstance(message.get("audio"), dict):
        yield Other("audio")


def call_of(call: Object, where: str, call_id: str, item_id: str = "") -> Call:
    """A call from an object with ``name`` and ``arguments`` (or ``input``, of custom tools)."""
    name = a_string(call.get("name"), f"{where}.name", "a call names its function")
    arguments = call.get("arguments", call.get("input", ""))
    return Call(name, a_string(arguments, f"{where}.arguments", "arguments are JSON text"), call_id, item_id)


def content_parts(content: object, where: str, size_of: Sizer) -> tuple[Part, ...]:
    """The parts of ``content``: a string, null, or a list of parts (strings are taken for text)."""
    if content is None:
        return ()
    if isinstance(content, str):
        return (Text(content),)
    if not isinstance(content, list):
        raise RequestError(where, f"{kind_of(content)} where text or a list of parts belongs", _REMEDY)
    return tuple(_part(part, f"{where}[{at}]", size_of) for at, part in enumerate(content))


def _part(part: object, where: str, size_of: Sizer) -> Part:
    if isinstance(part, str):
        return Text(part)
    part = an_object(part, where, _REMEDY)
    kind = text_of(part.get("type")) or "unknown"
    if kind in _TEXT:
        key = _TEXT[kind]
        return Text(a_string(part.get(key), f"{where}.{key}", _REMEDY))
    if kind in ("image_url", "input_image", "computer_screenshot"):
        return _image(part, size_of)
    if kind == "input_audio":
        return Other("audio", _weight(object_of(part.get("input_audio")).get("data")))
    if kind in ("file", "input_file"):
        inner = object_of(part.get("file")) or part
        return Other("file", _weight(inner.get("file_data")))
    return Other(kind)


def _image(part: Object, size_of: Sizer) -> Part:
    """``{"image_url": {"url", "detail"}}`` of chat, ``{"image_url": "...", "detail"}`` of responses, or a file id."""
    inner = part.get("image_url")
    url = text_of(inner.get("url")) if isinstance(inner, dict) else text_of(inner)
    detail = text_of(inner.get("detail")) if isinstance(inner, dict) else ""
    size = size_of(url) if url else None
    width, height = size or (None, None)
    return Image(width, height, detail or text_of(part.get("detail")) or "auto")


def _weight(data: Any) -> int | None:
    """Bytes that base64 text, with or without the head of a data URL, stands for."""
    if not isinstance(data, str):
        return None
    return len(data.rpartition(",")[2].rstrip("=")) * 3 // 4
