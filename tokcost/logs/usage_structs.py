"""What the fast path decodes of a usage, and its counts.

Every struct refuses a field that it does not know; every function gives None for a usage that the
full parser has to look at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from tokcost.logs.entry import MOST

Json = Mapping[str, Any]
Counts = tuple[int, int, int, int, int, int, Any]
"""Input (inclusive), cached, written, written for long, output, reasoning; and how it was served."""


_Number = Annotated[int, Meta(ge=0, le=MOST)]


class _Inside(Struct, gc=False, forbid_unknown_fields=True):
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None
    audio_tokens: int | None = None
    text_tokens: int | None = None


class _Outside(Struct, gc=False, forbid_unknown_fields=True):
    reasoning_tokens: int | None = None
    audio_tokens: int | None = None
    text_tokens: int | None = None
    accepted_prediction_tokens: int | None = None
    rejected_prediction_tokens: int | None = None


class _Chat(Struct, gc=False, forbid_unknown_fields=True):
    prompt_tokens: int
    completion_tokens: int | None = None
    total_tokens: int | None = None
    cached_tokens: int | None = None
    num_cached_tokens: None = None
    prompt_cache_hit_tokens: None = None
    prompt_tokens_details: _Inside | None = None
    completion_tokens_details: _Outside | None = None


class _Responses(Struct, gc=False, forbid_unknown_fields=True):
    input_tokens: int
    input_tokens_details: _Inside
    output_tokens: int
    output_tokens_details: _Outside | None = None
    total_tokens: int | None = None


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


def kind_of(usage: Json) -> tuple[type[Struct], Callable[[Any], Counts | None]] | None:
    """What decodes such a usage and what counts it; None for one that is not known to the fast path."""
    if "promptTokenCount" in usage:
        return _Gemini, _gemini
    if "prompt_tokens" in usage:
        return _Chat, _chat
    if usage.get("input_tokens_details"):
        return _Responses, _responses
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


def _chat(usage: _Chat) -> Counts | None:
    given, output = usage.prompt_tokens, usage.completion_tokens
    if output is None:
        if usage.total_tokens != given:
            return None
        output = 0
    cached, written, reasoning = usage.cached_tokens or 0, 0, 0
    if (inside := usage.prompt_tokens_details) is not None:
        if inside.audio_tokens:
            return None
        written = inside.cache_write_tokens or 0
        if inside.cached_tokens:
            if cached and cached != inside.cached_tokens:
                return None
            cached = inside.cached_tokens
    if (outside := usage.completion_tokens_details) is not None:
        reasoning = outside.reasoning_tokens or 0
        if outside.audio_tokens:
            return None
    if usage.total_tokens and usage.total_tokens != given + output:
        return None
    return given, cached, written, 0, output, reasoning, None


def _responses(usage: _Responses) -> Counts | None:
    inside, outside = usage.input_tokens_details, usage.output_tokens_details
    if inside.audio_tokens or inside.text_tokens is not None or (outside is not None and outside.audio_tokens):
        return None
    reasoning = outside.reasoning_tokens or 0 if outside is not None else 0
    read, written = inside.cached_tokens or 0, inside.cache_write_tokens or 0
    if usage.total_tokens and usage.total_tokens != usage.input_tokens + usage.output_tokens:
        return None
    return usage.input_tokens, read, written, 0, usage.output_tokens, reasoning, None


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
