"""Where requests ask for their beginnings to be cached, and for how long.

Anthropic marks blocks with ``cache_control``, which OpenRouter and others take in OpenAI's shape, too; OpenAI
marks content parts with ``prompt_cache_breakpoint`` and says in ``prompt_cache_options`` what else it caches
(types of the anthropic package 2.14.0 and the openai package 3.57.0); Bedrock's Converse puts a ``cachePoint``
behind what is to be cached (botocore 1.44.8).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tokcost.requests.model import CacheMark, Message
from tokcost.requests.shape import Object, listed, object_of, text_of

# Under which keys a block says that a prefix ends with it, and the lifetimes that have rates of their own.
CONTROL, BREAKPOINT = "cache_control", "prompt_cache_breakpoint"
_LONG = {"1h", "12h"}
_CALLS = {"function_call", "custom_tool_call"}
_OPTIONS = "prompt_cache_options"


def mark_on(block: object, message: int, parts: int, otherwise: str = "") -> CacheMark | None:
    """The mark that a block has, at this place; ``otherwise`` is the lifetime of one that states none."""
    if not isinstance(block, dict) or (CONTROL not in block and BREAKPOINT not in block):
        return None  # as nearly every block of every request
    key = CONTROL if block.get(CONTROL) else BREAKPOINT
    mark = block.get(key)
    if not isinstance(mark, dict) or not mark:
        return None
    return CacheMark(message, parts, (text_of(mark.get("ttl")) or otherwise) in _LONG, key)


def marks_on_tools(tools: object, otherwise: str = "") -> Iterator[CacheMark]:
    """The marks in a list of tools; OpenAI's shape may have them beside or inside the function."""
    for number, tool in enumerate(tools if isinstance(tools, list) else (), 1):
        if isinstance(tool, dict) and (
            found := mark_on(tool, -1, number, otherwise) or mark_on(tool.get("function"), -1, number, otherwise)
        ):
            yield found


def marks_of_anthropic(
    body: Object, messages: Sequence[Message], instructed: bool, parts_of: Callable[[list[Any]], int]
) -> tuple[CacheMark, ...]:
    """The marks of a Messages body: on tools, on blocks of the system text and of messages, at its end.

    ``messages`` are those that were read of it, ``instructed`` says that the first is the system text, and
    ``parts_of`` how many parts blocks become.
    """
    found = list(marks_on_tools(body.get("tools")))
    contents = [body.get("system")] if instructed else []
    contents += [object_of(message).get("content") for message in listed(body.get("messages"))]
    for at, content in enumerate(contents):
        blocks = content if isinstance(content, list) else []
        for number, block in enumerate(blocks, 1):
            # a mark within what a tool gave back stands for all of it: the two are hardly ever apart
            for each in (block, *listed(object_of(block).get("content"))):
                if (mark := mark_on(each, at, number)) is not None:
                    alike = len(blocks) == len(messages[at].parts)  # else a block became several parts, or none
                    found.append(mark if alike else mark._replace(parts=parts_of(blocks[:number])))
    if messages and (mark := mark_on(body, len(messages) - 1, len(messages[-1].parts))) is not None:
        found.append(mark)
    return tuple(found)


def written_marks(body: Object) -> Iterator[tuple[str, Object, Object]]:
    """(path, block, mark) of every mark as a Messages body has it."""
    blocks = [("body", body)]
    blocks += [(f"tools[{at}]", object_of(tool)) for at, tool in enumerate(listed(body.get("tools")))]
    contents = [("system", body.get("system"))]
    messages = enumerate(listed(body.get("messages")))
    contents += [(f"messages[{at}].content", object_of(message).get("content")) for at, message in messages]
    for where, content in contents:
        for at, block in enumerate(content if isinstance(content, list) else ()):
            blocks.append((f"{where}[{at}]", object_of(block)))
            inner = object_of(block).get("content")
            blocks += [
                (f"{where}[{at}].content[{number}]", object_of(each))
                for number, each in enumerate(inner if isinstance(inner, list) else ())
            ]
    for where, block in blocks:
        mark = block.get(CONTROL)
        if isinstance(mark, dict):
            yield where, block, mark


def marks_of_openai(body: Object, items: object, messages: tuple[Message, ...]) -> tuple[tuple[CacheMark, ...], bool]:
    """The marks of a body in OpenAI's shape, and whether anything else is cached, too.

    ``items`` are the messages as the body has them, a part for every block; ``messages`` those that were read.
    """
    options = object_of(body.get(_OPTIONS))
    otherwise = text_of(options.get("ttl"))
    found = list(marks_on_tools(body.get("tools"), otherwise))
    told = body.get("instructions") if "messages" not in body else None  # of the responses api: messages, too
    first = 0 if told is None else len(told) if isinstance(told, list) else 1
    for at, item in _placed(items, first):
        if at < len(messages):
            found += _marks_on_item(item, at, len(messages[at].parts), otherwise)
    unasked = options.get("mode") != "explicit"
    if messages:
        last = (len(messages) - 1, len(messages[-1].parts))
        if mark := mark_on({CONTROL: body.get(CONTROL)}, *last):
            found.append(mark)
        if unasked and otherwise in _LONG:
            found.append(CacheMark(*last, True, BREAKPOINT))
    return tuple(found), unasked


def _marks_on_item(item: Object, at: int, parts: int, otherwise: str) -> Iterator[CacheMark]:
    """The marks on one message, which became so many parts, and on its blocks."""
    content = item.get("content", item.get("output"))
    for number, block in enumerate(content if isinstance(content, list) else (), 1):
        # what a tool gave back is one part, however many it holds
        if mark := mark_on(block, at, min(number, parts), otherwise):
            yield mark
    if mark := mark_on(item, at, parts, otherwise):
        yield mark


def _placed(items: object, first: int) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """(index of the message that it became, item): consecutive calls of the responses api are one message."""
    at, in_calls = first - 1, False
    for item in items if isinstance(items, list) else ():
        is_call = isinstance(item, dict) and text_of(item.get("type")) in _CALLS
        if not (is_call and in_calls):
            at += 1
        in_calls = is_call
        if isinstance(item, dict):
            yield at, item
