"""Messages of a chat completions body, and the content parts that the responses api shares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tokcost.errors import RequestError
from tokcost.requests.model import Attachment, Call, Media, Message, Other, Part, Result, Shown, Text, Thinking
from tokcost.requests.shape import Object, a_string, an_object, kind_of, object_of, objects, text_of

_REMEDY = "give messages as the provider's reference does"
_TEXT = {"text": "text", "input_text": "text", "output_text": "text", "summary_text": "text", "refusal": "refusal"}

# Parts of sound and film, and of files; the keys under which a file's data, address or id stands.
_MEDIA = {"input_audio": "audio", "audio_url": "audio", "video_url": "video"}
_FILES = ("file", "input_file", "document_url")
# Of an answer that was spoken: likely, at least, and as long as an answer can be (16,384 tokens of 50 ms).
_ANSWER_SECONDS = (30, 0, 820)
_PLACES = {"file_data": "data", "file_url": "url", "document_url": "url", "file_id": "file"}

# Where an assistant's message holds more than its content.
_BESIDE = frozenset(("refusal", "reasoning_content", "reasoning", "tool_calls", "function_call", "audio"))


def chat_messages(body: Object) -> Iterator[Message]:
    """Every message of ``messages``; what a tool gave back is a Result."""
    if body.get("messages") is None:
        raise RequestError("messages", "missing", "give the body of a chat completions request")
    for where, message in objects(body["messages"], "messages", _REMEDY):
        role = a_string(message.get("role"), f"{where}.role", "every message has a role")
        content = message.get("content")
        parts = (Text(content),) if isinstance(content, str) else content_parts(content, f"{where}.content")
        name = text_of(message.get("name"))
        if role in ("tool", "function"):
            given = tuple(part for part in parts if isinstance(part, Shown))
            yield Message(role, (Result(given, name, text_of(message.get("tool_call_id"))),), name)
        elif _BESIDE.isdisjoint(message):
            yield Message(role, parts, name)
        else:
            yield Message(role, (*parts, *_spoken(message, where)), name)


def _spoken(message: Object, where: str) -> Iterator[Part]:
    """What an assistant's message holds besides its content."""
    said = text_of(message.get("refusal"))
    if said:
        yield Text(said)
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
        yield Media("audio", *_ANSWER_SECONDS)


def call_of(call: Object, where: str, call_id: str, item_id: str = "") -> Call:
    """A call from an object with ``name`` and ``arguments`` (or ``input``, of custom tools)."""
    name = a_string(call.get("name"), f"{where}.name", "a call names its function")
    arguments = call.get("arguments", call.get("input", ""))
    return Call(name, a_string(arguments, f"{where}.arguments", "arguments are JSON text"), call_id, item_id)


def content_parts(content: object, where: str) -> tuple[Part, ...]:
    """The parts of ``content``: a string, null, or a list of parts (strings are taken for text)."""
    if content is None:
        return ()
    if isinstance(content, str):
        return (Text(content),)
    if not isinstance(content, list):
        raise RequestError(where, f"{kind_of(content)} where text or a list of parts belongs", _REMEDY)
    return tuple(_part(part, f"{where}[{at}]") for at, part in enumerate(content))


def _part(part: object, where: str) -> Part:
    if isinstance(part, str):
        return Text(part)
    part = an_object(part, where, _REMEDY)
    kind = text_of(part.get("type")) or "unknown"
    if kind in _TEXT:
        key = _TEXT[kind]
        return Text(a_string(part.get(key), f"{where}.{key}", _REMEDY))
    if kind in ("image_url", "input_image", "computer_screenshot"):
        return _image(part)
    if kind in _MEDIA:
        return _media(part.get(kind), _MEDIA[kind], f"{where}.{kind}")
    if kind in _FILES:
        return _file(object_of(part.get("file")) or part, where)
    return Other(kind)


def _media(held: Any, kind: str, where: str) -> Attachment:
    """Sound or film: ``{"data", "format"}``, ``{"url"}``, or one of these as it is."""
    inner = object_of(held)
    source = text_of(held) or text_of(inner.get("data")) or text_of(inner.get("url"))
    return Attachment(source, "data" if source else "file", f"{kind}/{text_of(inner.get('format'))}", where=where)


def _file(file: Object, where: str) -> Attachment:
    """A file by its data, its address or its id, by the first of them that is given."""
    name = text_of(file.get("filename")) or text_of(file.get("document_name"))
    for key, place in _PLACES.items():
        held = text_of(file.get(key)) or text_of(object_of(file.get(key)).get("url"))
        if held:
            return Attachment(held, place, name=name, where=f"{where}.{key}")
    return Attachment("", "file", name=name, where=where)


def _image(part: Object) -> Attachment:
    """``{"image_url": {"url", "detail"}}`` of chat, ``{"image_url": "...", "detail"}`` of responses, or a file id."""
    inner = part.get("image_url")
    url = text_of(inner.get("url")) if isinstance(inner, dict) else text_of(inner)
    detail = text_of(inner.get("detail")) if isinstance(inner, dict) else ""
    place = "data" if url else "file"
    return Attachment(url, place, "image/", detail=detail or text_of(part.get("detail")) or "auto")
