"""Messages: their roles, and parts that belong to another api."""

from __future__ import annotations

from collections.abc import Iterator

from tokcost.batch.checks.asked import HELD_TO_MESSAGES, HELD_TO_OPENAI, Asked
from tokcost.phrases import join_or, quote
from tokcost.requests.shape import Object, kind_of, listed, object_of, text_of

# Who is known to refuse a role or a part that it does not know, by the api of the request.
_HELD = {
    "openai-chat": HELD_TO_OPENAI,
    "openai-responses": HELD_TO_OPENAI,
    "anthropic": HELD_TO_MESSAGES,
}
_ROLES = {
    "openai-chat": ("system", "developer", "user", "assistant", "tool", "function"),
    "openai-responses": ("system", "developer", "user", "assistant"),
    "anthropic": ("user", "assistant", "system"),
}
# Types of parts that another api has, and what they are called here.
_TYPES = {
    "openai-chat": {
        "input_text": "text", "output_text": "text", "input_image": "image_url", "image": "image_url",
        "input_file": "file", "document": "file", "tool_use": "tool_calls beside the content",
        "tool_result": "a message of the role tool",
    },
    "openai-responses": {
        "text": "input_text, or output_text of an assistant", "image_url": "input_image", "image": "input_image",
        "file": "input_file", "document": "input_file", "tool_use": "an item of the type function_call",
        "tool_result": "an item of the type function_call_output",
    },
    "anthropic": {
        "input_text": "text", "output_text": "text", "image_url": "image", "input_image": "image", "file": "document",
        "input_file": "document", "function_call": "tool_use", "function_call_output": "tool_result",
    },
}  # fmt: skip
# What has the address of a picture: as which it is given, and how that is written.
_PICTURES: dict[str, dict[str, tuple[type, str]]] = {
    "openai-chat": {"image_url": (dict, "{url}")},
    "openai-responses": {"input_image": (str, "its url alone")},
}
# Names in a message that only OpenAI knows.
_ONLY_OPENAI = ("name", "tool_calls", "tool_call_id", "function_call", "reasoning_content", "refusal")
# One of these an assistant's message has.
_SAID = ("content", "tool_calls", "function_call", "refusal", "audio")
_TURNS = {
    "openai-chat": "messages", "openai-responses": "input", "anthropic": "messages", "gemini": "contents",
    "vertex": "contents",
}  # fmt: skip


def message_problems(asked: Asked) -> Iterator[str]:
    """Why the provider refuses its messages: the first of each kind."""
    where = _TURNS.get(asked.api, "")
    turns = asked.body.get(where)
    if turns == []:
        yield f"{where} is empty: there is nothing to answer"
    if asked.platform not in _HELD.get(asked.api, ()):
        return
    told: set[str] = set()
    for at, turn in enumerate(turns if isinstance(turns, list) else ()):
        if not isinstance(turn, dict) or (turn.get("type") or "message") != "message":
            continue
        for kind, problem in _of_message(turn, f"{where}[{at}]", asked.api):
            if kind not in told:
                told.add(kind)
                yield problem


def _of_message(message: Object, where: str, api: str) -> Iterator[tuple[str, str]]:
    """(what is wrong, the sentence)."""
    role = text_of(message.get("role"))
    if role and role not in _ROLES[api]:
        yield role, f"{where} has the role {quote(role)}: it must be {join_or(_ROLES[api])}"
    content = message.get("content")
    yield from _of_shape(message, role, where, api)
    if isinstance(content, str):
        return
    types = _TYPES[api]
    for at, part in enumerate(listed(content)):
        kind = text_of(object_of(part).get("type"))
        if kind in types:
            yield kind, f"{where}.content[{at}] is of the type {kind}: write {types[kind]}"
        elif kind in _PICTURES.get(api, {}):
            held, (shape, written) = object_of(part).get("image_url"), _PICTURES[api][kind]
            if isinstance(held, dict if shape is str else str):
                yield "image", f"{where}.content[{at}].image_url is {kind_of(held)}: write {written}"


def _of_shape(message: Object, role: str, where: str, api: str) -> Iterator[tuple[str, str]]:
    """A message without content, or with what another api has beside it."""
    if api == "anthropic":
        other = next((name for name in _ONLY_OPENAI if message.get(name) is not None), "")
        if other:
            yield other, f"{where}.{other} is of OpenAI's messages: Anthropic's have role and content alone"
    if message.get("content") is not None:
        return
    needed = _SAID if role == "assistant" and api == "openai-chat" else ("content",)
    if role in ("system", "developer", "user", "assistant") and all(message.get(name) is None for name in needed):
        yield "content", f"{where} has no content: it needs some"
