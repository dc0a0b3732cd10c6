"""What the fast path decodes of a usage, and its counts.

Every struct refuses a field that it does not know; every function gives None for a usage that the
full parser has to look at. OpenAI's are made from the declarations that the full parser reads by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from tokcost.logs.entry import MOST
from tokcost.logs.openai import CHAT, RESPONSES
from tokcost.logs.plain_counts import Counts, plain_counts

Json = Mapping[str, Any]

_Number = Annotated[int, Meta(ge=0, le=MOST)]


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


class _Creation(Struct, gc=False, forbid_unknown_fields=True):
    ephemeral_5m_input_tokens: _Number = 0
    ephemeral_1h_input_tokens: _Number = 0


class _Thinking(Struct, gc=False, forbid_unknown_fields=True):
    thinking_tokens: _Number = 0


class _ServerTools(Struct, gc=False, forbid_unknown_fields=True):
    web_search_requests: Literal[0] = 0
    web_fetch_requests: int = 0


class _Iteration(Struct, gc=False, forbid_unknown_fields=True):
    type: str
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_creation: _Creation | None = None


class AnthropicUsage(Struct, gc=False, forbid_unknown_fields=True):
    input_tokens: _Number
    output_tokens: _Number
    cache_read_input_tokens: _Number | None = None
    cache_creation_input_tokens: _Number | None = None
    cache_creation: _Creation | None = None
    output_tokens_details: _Thinking | None = None
    server_tool_use: _ServerTools | None = None
    service_tier: str | None = None
    inference_geo: str | None = None
    speed: str | None = None
    iterations: list[_Iteration] | None = None


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


def anthropic_counts(usage: AnthropicUsage) -> Counts | None:
    """Counts of a message; None where another inference was made, or its cache writes contradict each other."""
    read, written, long = usage.cache_read_input_tokens or 0, usage.cache_creation_input_tokens or 0, 0
    if (parts := usage.cache_creation) is not None:
        short, long = parts.ephemeral_5m_input_tokens, parts.ephemeral_1h_input_tokens
        if short or long:
            if short + long != written:
                return None
            written = short
    if usage.iterations and not _repeats(usage.iterations, usage):
        return None
    thinking = usage.output_tokens_details.thinking_tokens if usage.output_tokens_details is not None else 0
    served = (usage.service_tier, usage.speed, usage.inference_geo)
    return usage.input_tokens + read + written + long, read, written, long, usage.output_tokens, thinking, served


def _repeats(iterations: list[_Iteration], usage: AnthropicUsage) -> bool:
    """Whether there is one iteration, which tells what the usage does."""
    one = iterations[0]
    return (
        len(iterations) == 1
        and one.type == "message"
        and one.input_tokens == usage.input_tokens
        and one.output_tokens == usage.output_tokens
        and (one.cache_read_input_tokens or 0) == (usage.cache_read_input_tokens or 0)
        and (one.cache_creation_input_tokens or 0) == (usage.cache_creation_input_tokens or 0)
        and one.cache_creation in (None, usage.cache_creation)
    )
