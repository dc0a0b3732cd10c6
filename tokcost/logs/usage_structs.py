"""What the fast path decodes of a usage, and its counts.

Every struct refuses a field that it does not know; every function gives None for a usage that the
full parser has to look at. OpenAI's and Anthropic's are made from the declarations that the full parser reads by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec import Struct

from tokcost.logs import anthropic
from tokcost.logs.openai import CHAT, RESPONSES
from tokcost.logs.plain_counts import Counts, every_field, plain_counts

Json = Mapping[str, Any]


class _Bare(Struct, gc=False, forbid_unknown_fields=True):
    """Two numbers mean the same to everybody."""

    input_tokens: int
    output_tokens: int
    total_tokens: int | None = None
    input_tokens_details: None = None
    output_tokens_details: None = None
    cache_read_input_tokens: None = None
    cache_creation_input_tokens: None = None
    cache_creation: None = None
    server_tool_use: None = None
    service_tier: None = None
    inference_geo: None = None
    speed: None = None


class _TextTokens(Struct, gc=False, forbid_unknown_fields=True):
    modality: Literal["TEXT", "DOCUMENT", "VIDEO"]
    tokenCount: int = 0  # noqa: N815 - as Google spells it


class _Gemini(Struct, gc=False, forbid_unknown_fields=True, rename="camel"):
    prompt_token_count: int
    candidates_token_count: int | None = None
    thoughts_token_count: int | None = None
    total_token_count: int | None = None
    cached_content_token_count: int | None = None
    tool_use_prompt_token_count: int | None = None
    prompt_tokens_details: list[_TextTokens] | None = None
    cache_tokens_details: list[_TextTokens] | None = None
    candidates_tokens_details: list[_TextTokens] | None = None
    tool_use_prompt_tokens_details: list[_TextTokens] | None = None
    service_tier: str | None = None
    traffic_type: str | None = None


class _ServerTools(Struct, gc=False, forbid_unknown_fields=True):
    web_search_requests: Literal[0] = 0
    web_fetch_requests: int = 0


class _Iteration(Struct, gc=False, forbid_unknown_fields=True):
    type: str
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_creation: dict[str, int] | None = None


# What says how an Anthropic message was served, and what is charged beside its tokens.
_IN_MESSAGE = {
    "service_tier": str | None,
    "speed": str | None,
    "inference_geo": str | None,
    "server_tool_use": _ServerTools | None,
    "iterations": list[_Iteration] | None,
}
_MESSAGE = plain_counts(every_field(anthropic.FIELDS, _IN_MESSAGE), anthropic.FIELDS, _IN_MESSAGE)
assert _MESSAGE is not None
if TYPE_CHECKING:
    AnthropicUsage = Any
else:
    AnthropicUsage = _MESSAGE[0]
_message_counts = _MESSAGE[1]


# What is no count, or no part of one that is charged apart: with these nothing changes.
_NO_OTHER_MODALITY = {
    f"{details}.{kind}_tokens": Literal[0] | None
    for details in (
        "prompt_tokens_details", "completion_tokens_details", "input_tokens_details", "output_tokens_details",
    )
    for kind in ("audio", "image", "video")
}  # fmt: skip
_IN_CHAT = {
    **_NO_OTHER_MODALITY,
    "prompt_tokens_details.text_tokens": int | None,
    "completion_tokens_details.text_tokens": int | None,
    "completion_tokens_details.accepted_prediction_tokens": int | None,
    "completion_tokens_details.rejected_prediction_tokens": int | None,
}


def kind_of(usage: Json, flat: bool = False) -> tuple[type[Struct], Callable[[Any], Counts | None]] | None:
    """What decodes such a usage and what counts it; None for one that is not known to the fast path.

    ``flat``: it is a whole line, whose other fields are looked at elsewhere.
    """
    if "promptTokenCount" in usage:
        return _Gemini, _gemini
    if "prompt_tokens" in usage:
        return plain_counts(usage, CHAT, _IN_CHAT, flat)
    if usage.get("input_tokens_details"):
        return plain_counts(usage, RESPONSES, _NO_OTHER_MODALITY, flat)
    if "cache_read_input_tokens" in usage or "cache_creation_input_tokens" in usage:
        return AnthropicUsage, anthropic_counts
    return (_Bare, _bare) if "input_tokens" in usage and "output_tokens" in usage else None


def _bare(usage: _Bare) -> Counts | None:
    if usage.total_tokens and usage.total_tokens != usage.input_tokens + usage.output_tokens:
        return None
    return usage.input_tokens, 0, 0, 0, usage.output_tokens, 0, None


def _gemini(usage: _Gemini) -> Counts | None:
    thoughts = usage.thoughts_token_count or 0
    given = usage.prompt_token_count + (usage.tool_use_prompt_token_count or 0)
    output = (usage.candidates_token_count or 0) + thoughts
    if usage.total_token_count and usage.total_token_count != given + output:
        return None
    served = (usage.service_tier, usage.traffic_type)
    return given, usage.cached_content_token_count or 0, 0, 0, output, thoughts, served


def anthropic_counts(usage: Any) -> Counts | None:
    """Counts of a message; None where another inference was made, or its numbers contradict each other."""
    counts = _message_counts(usage)
    if counts is None or (usage.iterations and not _repeats(usage.iterations, usage)):
        return None
    return (*counts[:6], (usage.service_tier, usage.speed, usage.inference_geo))


def _repeats(iterations: list[_Iteration], usage: Any) -> bool:
    """Whether there is one iteration, which tells what the usage does."""
    one = iterations[0]
    return (
        len(iterations) == 1
        and one.type == "message"
        and one.input_tokens == usage.input_tokens
        and one.output_tokens == usage.output_tokens
        and (one.cache_read_input_tokens or 0) == (usage.cache_read_input_tokens or 0)
        and (one.cache_creation_input_tokens or 0) == (usage.cache_creation_input_tokens or 0)
        and one.cache_creation in (None, _as_told(usage.cache_creation))
    )


def _as_told(creation: Struct | None) -> dict[str, Any] | None:
    return None if creation is None else msgspec.structs.asdict(creation)
