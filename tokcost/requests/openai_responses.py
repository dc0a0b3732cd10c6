"""Messages of a responses body: its instructions and its input items."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tokcost.errors import RequestError
from tokcost.requests.model import Call, Message, Other, Result, Shown, Text, Thinking
from tokcost.requests.openai_chat import call_of, content_parts
from tokcost.requests.shape import Object, a_string, an_object, kind_of, text_of

_REMEDY = "give input items as the provider's reference does"
_CALLS = ("function_call", "custom_tool_call")


def responses_messages(body: Object) -> Iterator[Message]:
    """The instructions as a system message, then every input item; consecutive calls are one message."""
    if body.get("instructions") is not None:
        yield from _instructions(body["instructions"])
    waiting: list[Call] = []
    for message in _items(body.get("input")):
        if message.role == "assistant" and message.parts and isinstance(message.parts[0], Call):
            waiting += [part for part in message.parts if isinstance(part, Call)]
            continue
        if waiting:
            yield Message("assistant", tuple(waiting))
            waiting = []
        yield message
    if waiting:
        yield Message("assistant", tuple(waiting))


def _instructions(value: object) -> Iterator[Message]:
    if isinstance(value, list):
        yield from _items(value, "instructions")
    else:
        yield Message("system", (Text(a_string(value, "instructions", "instructions are text")),))


def _items(value: object, where: str = "input") -> Iterator[Message]:
    if value is None:
        return
    if isinstance(value, str):
        yield Message("user", (Text(value),))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            if isinstance(item, str):
                yield Message("user", (Text(item),))
            else:
                yield _item(an_object(item, f"{where}[{at}]", _REMEDY), f"{where}[{at}]")
    else:
        raise RequestError(where, f"{kind_of(value)} where text or a list of items belongs", _REMEDY)


def _item(item: Object, where: str) -> Message:
    kind = text_of(item.get("type")) or "message"
    if kind == "message":
        role = a_string(item.get("role"), f"{where}.role", "every message has a role")
        return Message(role, content_parts(item.get("content"), f"{where}.content"))
    call_id = text_of(item.get("call_id"))
    if kind in _CALLS:
        return Message("assistant", (call_of(item, where, call_id, text_of(item.get("id"))),))
    if kind.endswith("_call_output"):
        output = item.get("output")
        listed = [output] if isinstance(output, dict) else output
        parts = content_parts(listed, f"{where}.output")
        given = tuple(part for part in parts if isinstance(part, Shown))
        return Message("tool", (Result(given, "", call_id),))
    if kind == "reasoning":
        said = "".join(_texts(item.get("summary"))) + "".join(_texts(item.get("content")))
        return Message("assistant", (Thinking(said),))
    return Message("assistant", (Other(kind),))


def _texts(value: Any) -> Iterator[str]:
    """The texts in a list of summary or reasoning parts."""
    for part in value if isinstance(value, list) else ():
        if isinstance(part, dict):
            yield text_of(part.get("text"))
