"""A file of requests, one by one: batch lines of every provider, create bodies, bare bodies, JSON or JSONL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from tokcost.inputs.json import CUT_OFF, decoded_strictly
from tokcost.inputs.lines import LONGEST_LINE
from tokcost.requests.envelopes import ANTHROPIC, BARE, GEMINI, INLINE, OPENAI, VERTEX, Item, item_of
from tokcost.requests.images import Sizer, image_size
from tokcost.requests.model import Request
from tokcost.requests.shape import text_of

_BOM = b"\xef\xbb\xbf"
_LONGEST_DOCUMENT = 256 << 20
# What only Anthropic's bodies have.
_ANTHROPIC_KEYS = frozenset({"system", "anthropic_version", "stop_sequences", "thinking", "speed"})


def items(stream: BinaryIO) -> Iterator[Item]:
    """Every request of a file, in order; a line that is not a request is an Item with a problem."""
    begun = False
    number, longest = 0, _LONGEST_DOCUMENT  # which may be a single line
    while raw := stream.readline(longest + 1):
        number += 1
        if len(raw) > longest:  # there need not be an end to what a packed file holds
            problem = f"a line of more than {longest >> 20} MB: no provider takes it; what follows was not read"
            yield Item(f"line {number}", number, b"", problem=problem)
            return
        longest = LONGEST_LINE
        text = raw.strip()
        if number == 1 and text.startswith(_BOM):
            text = text.removeprefix(_BOM)
            yield Item("line 1", 1, b"", problem="a byte order mark: providers refuse it, save as UTF-8 without BOM")
        if not text:
            continue
        value, problem = decoded_strictly(text)
        if problem == CUT_OFF and not begun:
            rest = stream.read(_LONGEST_DOCUMENT + 1)
            if len(rest) > _LONGEST_DOCUMENT:
                problem = f"one JSON document of more than {_LONGEST_DOCUMENT >> 20} MB: write one request per line"
                yield Item(f"line {number}", number, b"", problem=problem)
                return
            yield from _document(text + b"\n" + rest, number)
            return
        first, begun = not begun, True
        if problem:
            yield Item(f"line {number}", number, raw, problem=problem)
        elif isinstance(value, list) and first:
            yield from _listed(value, number)
        elif isinstance(value, dict) and isinstance(value.get("requests"), list):
            yield from _listed(value["requests"], number)
        else:
            yield item_of(value, number, raw)


def _document(data: bytes, number: int) -> Iterator[Item]:
    """A file that is one JSON value over many lines."""
    value, problem = decoded_strictly(data)
    if problem:
        yield Item(
            f"line {number}", number, b"", problem=f"neither one JSON document nor one request per line: {problem}"
        )
        return
    if isinstance(value, dict) and isinstance(value.get("requests"), list):
        value = value["requests"]
    yield from _listed(value, number) if isinstance(value, list) else [item_of(value, number, b"")]


def _listed(values: list[Any], number: int) -> Iterator[Item]:
    for at, value in enumerate(values, 1):
        yield item_of(value, number, b"", f"request {at}")


def request_of(item: Item, provider: str = "", size_of: Sizer = image_size, vertex: bool | None = None) -> Request:
    """The neutral request of an item. ``provider`` is that of the model given for requests that name none;
    ``vertex`` says whether a bare Gemini body goes to Vertex, None when that is not known.

    ``size_of`` is asked for the size of every picture. Raises RequestError with the JSON path of what is wrong.
    """
    from tokcost.requests import anthropic, gemini, openai

    body = item.body
    if item.form in (GEMINI, INLINE, VERTEX):
        return gemini.parse(body, size_of=size_of, vertex=item.form == VERTEX)
    if item.form == ANTHROPIC or (item.form == BARE and _is_anthropic(body, provider)):
        return anthropic.parse(body, size_of=size_of)
    if item.form == BARE and any(key in body for key in ("contents", "generateContentRequest", "content")):
        return gemini.parse(body, size_of=size_of, vertex=vertex)
    api = openai.api_of_path(text_of(item.whole.get("url"))) if item.form == OPENAI else None
    return openai.parse(body, api=api, size_of=size_of)


def _is_anthropic(body: Mapping[str, Any], provider: str) -> bool:
    """A bare Messages body: by its model, by keys that only Anthropic has, by the form of its tools."""
    messages = body.get("messages")
    if not isinstance(messages, list):
        return False
    model = text_of(body.get("model"))
    if _is_openai_chat(body, messages):
        return False
    if model:
        return "claude" in model.casefold()
    if provider:
        return provider == "anthropic"
    tools = body.get("tools")
    return bool(_ANTHROPIC_KEYS.intersection(body)) or (
        isinstance(tools, list) and any(isinstance(tool, dict) and "input_schema" in tool for tool in tools)
    )


def _is_openai_chat(body: Mapping[str, Any], messages: list[Any]) -> bool:
    """A chat body as OpenAI has it, which others take for any model: by its tools, calls and results."""
    tools = body.get("tools")
    if isinstance(tools, list) and any(isinstance(tool, dict) and "function" in tool for tool in tools):
        return True
    return any(
        isinstance(message, dict) and (message.get("role") == "tool" or message.get("tool_calls"))
        for message in messages
    )
