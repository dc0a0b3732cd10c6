"""Words that a parameter takes, and no others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tokcost.batch.checks.asked import HELD_TO_OPENAI, Asked
from tokcost.phrases import join_or, quote
from tokcost.requests.shape import Object, object_of

_EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
_TOOLS = ("none", "auto", "required")
# (path, words) by api, as the types of openai 3.57 and anthropic 2.14 have them.
_CHOICES: dict[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]] = {
    "openai-chat": (
        (("reasoning_effort",), _EFFORTS),
        (("verbosity",), ("low", "medium", "high")),
        (("tool_choice",), _TOOLS),
        (("response_format", "type"), ("text", "json_object", "json_schema")),
    ),
    "openai-responses": (
        (("reasoning", "effort"), _EFFORTS),
        (("text", "verbosity"), ("low", "medium", "high")),
        (("tool_choice",), _TOOLS),
        (("truncation",), ("auto", "disabled")),
        (("text", "format", "type"), ("text", "json_object", "json_schema", "grammar", "python")),
    ),
    "openai-embeddings": ((("encoding_format",), ("float", "base64")),),
    "anthropic": (
        (("output_config", "effort"), ("low", "medium", "high", "xhigh", "max")),
        (("tool_choice", "type"), ("auto", "any", "tool", "none")),
    ),
}


def choice_problems(asked: Asked) -> Iterator[str]:
    """Words that the provider does not know where it takes a few."""
    if asked.platform not in HELD_TO_OPENAI and (asked.platform, asked.api) != ("anthropic", "anthropic"):
        return
    for path, words in _CHOICES.get(asked.api, ()):
        value = _at(asked.body, path)
        if isinstance(value, str) and value not in words:
            yield f"{'.'.join(path)} is {quote(value)}: it must be {join_or(words)}"


def _at(body: Object, path: tuple[str, ...]) -> Any:
    """What stands at a path, None where nothing does."""
    for step in path[:-1]:
        body = object_of(body.get(step))
    return body.get(path[-1])
