"""Whose body a request is, by what stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tokcost.requests.converse import is_converse
from tokcost.requests.envelopes import ANTHROPIC, GEMINI, INLINE, OPENAI, VERTEX, Item
from tokcost.requests.openai import misplaced
from tokcost.requests.shape import object_of, text_of

# What only Anthropic's bodies have.
_ANTHROPIC_KEYS = frozenset({"system", "stop_sequences", "thinking", "speed"})
# What bodies without messages have: Gemini's, and those of makers that are asked at Amazon Bedrock.
_GEMINI_KEYS = frozenset({"contents", "generateContentRequest", "content"})
_BEDROCK_KEYS = frozenset({"inputText", "texts", "message", "max_gen_len", "max_tokens_to_sample"})
# One of these the bodies of OpenAI's endpoints have.
_SAID = frozenset({"messages", "input", "prompt"})
# What each envelope holds, and what stands in it where it is another api's, in the order of what is told.
_HELD = {
    OPENAI: "messages or input", ANTHROPIC: "messages", GEMINI: "contents", INLINE: "contents",
    VERTEX: "contents, or messages with an anthropic_version",
}  # fmt: skip
_OTHERS = {
    OPENAI: ("contents", "generateContentRequest"),
    ANTHROPIC: ("contents", "input", "prompt"),
    **dict.fromkeys((GEMINI, INLINE, VERTEX), ("messages", "input", "prompt")),
}


def is_gemini(body: Mapping[str, Any]) -> bool:
    """Whether a body without messages is one of generateContent, countTokens or embedContent."""
    return not _GEMINI_KEYS.isdisjoint(body)


def stray(item: Item) -> str:
    """Why the body is none of those that its envelope is for, "" where it is one, or nothing that is known.

    Gemini's lines hold a Claude's messages too, where Vertex sells it.
    """
    body = object_of(item.body)
    if item.form == OPENAI and (path := text_of(item.whole.get("url"))) and not _SAID.isdisjoint(body):
        return misplaced(body, path)
    others = _OTHERS.get(item.form, ())
    if body.keys().isdisjoint(others):  # as nearly all are
        return ""
    found = next((key for key in others if body.get(key) is not None), "")
    if not found or "anthropic_version" in body:
        return ""
    if item.form == OPENAI:
        own = any(key in body for key in _SAID)
    else:
        own = "messages" in body if item.form == ANTHROPIC else is_gemini(body)
    return "" if own else f"'{found}' is of another api: {item.form} lines hold {_HELD[item.form]}"


def shape_of(body: Mapping[str, Any], provider: str) -> str:
    """Whose body it is by what stands in it: anthropic, bedrock, gemini, openai, or "" for one as OpenAI has them."""
    messages = body.get("messages")
    if not isinstance(messages, list):
        return "gemini" if is_gemini(body) else "bedrock" if _BEDROCK_KEYS & body.keys() else ""
    if _is_openai_chat(body, messages):
        return "openai"
    if is_converse(body):
        return "bedrock"
    return "anthropic" if _is_anthropic(body, messages, provider) else ""


def _is_anthropic(body: Mapping[str, Any], messages: list[Any], provider: str) -> bool:
    """A bare Messages body: by its model, by keys that only Anthropic has, by the form of its tools."""
    if "anthropic_version" in body:
        return True
    model = text_of(body.get("model"))
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
    for message in messages:
        if isinstance(message, dict) and (message.get("role") == "tool" or message.get("tool_calls")):
            return True
    return False
