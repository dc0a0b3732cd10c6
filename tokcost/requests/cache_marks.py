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

# The keys under which a block says that a prefix ends with it, and the lifetimes that have rates of their own.
CONTROL = "cache_control"
_MARKS = (CONTROL, "prompt_cache_breakpoint")
_LONG = {"1h", "12h"}
_CALLS = {"function_call", "custom_tool_call"}
_OPTIONS = "prompt_cache_options"


def lifetime_of(block: object, otherwise: str = "") -> str | None:
    """How long the beginning of a request that ends with this block is to be kept: "" as by default, None not at all.

    ``otherwise`` is the lifetime of a mark that states none.
    """
    for key in _MARKS:
        mark = object_of(block).get(key)
        if isinstance(mark, dict) and mark:
            return text_of(mark.get("ttl")) or otherwise
    return None


def is_long(lifetime: str) -> bool:
    """Whether a lifetime is the longer one of its provider."""
    return lifetime in _LONG


def marks_on_tools(tools: object, otherwise: str = "") -> Iterator[CacheMark]:
    """The marks in a list of tools; OpenAI's shape may have them beside or inside the function."""
    for number, tool in enumerate(tools if isinstance(tools, list) else (), 1):
        if isinstance(tool, dict):
            lifetime = lifetime_of(tool, otherwise)
            if lifetime is None:
                lifetime = lifetime_of(object_of(tool.get("function")), otherwise)
            if lifetime is not None:
                yield CacheMark(-1, number, is_long(lifetime))


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
                if (lifetime := lifetime_of(each)) is not None:
                    alike = len(blocks) == len(messages[at].parts)  # else a block became several parts, or none
                    found.append(CacheMark(at, number if alike else parts_of(blocks[:number]), is_long(lifetime)))
    if messages and (lifetime := lifetime_of(body)) is not None:
        found.append(CacheMark(len(messages) - 1, len(messages[-1].parts), is_long(lifetime)))
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
        found += _marks_on_item(item, at, otherwise, messages)
    unasked = options.get("mode") != "explicit"
    ends = bool(messages) and (isinstance(body.get(CONTROL), dict) or (unasked and is_long(otherwise)))
    if ends:
        lifetime = text_of(object_of(body.get(CONTROL)).get("ttl")) or otherwise
        found.append(CacheMark(len(messages) - 1, len(messages[-1].parts), is_long(lifetime)))
    return tuple(found), unasked


def _marks_on_item(item: Object, at: int, otherwise: str, messages: tuple[Message, ...]) -> Iterator[CacheMark]:
    """The marks on one message and on its parts."""
    content = item.get("content", item.get("output"))
    for number, part in enumerate(content if isinstance(content, list) else (), 1):
        if isinstance(part, dict) and (lifetime := lifetime_of(part, otherwise)) is not None and at < len(messages):
            # what a tool gave back is one part, however many it holds
            yield CacheMark(at, min(number, len(messages[at].parts)), is_long(lifetime))
    if (lifetime := lifetime_of(item, otherwise)) is not None and at < len(messages):
        yield CacheMark(at, len(messages[at].parts), is_long(lifetime))


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
