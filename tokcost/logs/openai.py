"""OpenAI responses, and those of the providers that answer in OpenAI's shape.

``prompt_tokens`` and ``input_tokens`` include cached and cache-written tokens; ``output`` includes
reasoning. Field names: the types of the openai package, 3.54.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tokcost.logs.calls import inner, of_anthropic, of_perplexity, of_responses, of_searches, of_xai, tools_of
from tokcost.logs.counts import OPEN, CountedUsage, CountFields, counted
from tokcost.logs.entry import NOTHING, BadLine, Entry, mode_of, stated, whole
from tokcost.logs.fields import LineContext, model_name

Json = Mapping[str, Any]
_EMPTY: Json = {}


_READS = ("cached_tokens", "cache_read_tokens", "cache_read_input_tokens", "cached_input_tokens", "input_cached_tokens")
_SHORT = ("ttl_30m_tokens", "cache_write_30m_tokens", "ephemeral_5m_input_tokens")
_LONG = ("ttl_12h_tokens", "cache_write_12h_tokens", "ephemeral_1h_input_tokens")
# Where the parts of cache writes by time to live stand: OpenAI's, and Anthropic's as LiteLLM hands them on.
_LIVES = (
    "", "cache_write_tokens_details.", "cache_write_details.", "cache_creation_token_details.", "cache_creation.",
)  # fmt: skip
_SPLITS = ("audio_tokens", "image_tokens", "text_tokens", "video_tokens", "cached_tokens_details")


def _under(places: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(place + name for place in places for name in names)


def _lives(places: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    return _under(tuple(place + live for place in places for live in _LIVES), names)


# In LiteLLM the reads and writes of Anthropic stand in the details, at the top, or in both: they tell the same.
CHAT = CountFields(
    input=("prompt_tokens",),
    output=("completion_tokens",),
    cached=(
        *_under(("prompt_tokens_details.",), _READS), "prompt_cache_hit_tokens", *_READS, "num_cached_tokens",
        "cached_prompt_tokens", "prompt_cached_tokens",
    ),
    write=(
        *_under(("prompt_tokens_details.",), ("cache_write_tokens", "cache_creation_tokens")),
        "cache_creation_input_tokens", "cache_write_tokens", "prompt_cache_creation_tokens",
    ),
    write_short=_lives(("prompt_tokens_details.", ""), _SHORT),
    write_long=_lives(("prompt_tokens_details.", ""), _LONG),
    reasoning=("completion_tokens_details.reasoning_tokens", "reasoning_tokens"),
    total=("total_tokens",),
    known=(
        *_under(("prompt_tokens_details.", "completion_tokens_details."), _SPLITS),
        *_under(("completion_tokens_details.",), ("accepted_prediction_tokens", "rejected_prediction_tokens")),
        "prompt_cache_miss_tokens", "citation_tokens", "server_tool_use", "server_side_tool_usage_details",
        "input_tokens", "output_tokens", "input_tokens_details", "output_tokens_details",
    ),
    thinking=OPEN,
    embeds=True,
)  # fmt: skip
_DETAILS_IN = ("input_tokens_details.", "input_token_details.")
_DETAILS_OUT = ("output_tokens_details.", "output_token_details.")
RESPONSES = CountFields(
    input=("input_tokens",),
    output=("output_tokens",),
    cached=(*_under(_DETAILS_IN, _READS), *_READS),
    write=(
        *_under(_DETAILS_IN, ("cache_write_tokens", "cache_creation_tokens")), "cache_creation_input_tokens",
        "cache_write_tokens", "cache_write_input_tokens",
    ),
    write_short=_lives((*_DETAILS_IN, ""), _SHORT),
    write_long=_lives((*_DETAILS_IN, ""), _LONG),
    reasoning=(*_under(_DETAILS_OUT, ("reasoning_tokens",)), "reasoning_tokens", "reasoning_output_tokens"),
    total=("total_tokens",),
    known=(*_under((*_DETAILS_IN, *_DETAILS_OUT), _SPLITS), "server_tool_use", "server_side_tool_usage_details"),
    thinking=OPEN,
    embeds=True,
)  # fmt: skip


def chat(where: str, body: Json, usage: Json, known: LineContext) -> Entry:
    """A chat completion, completion or embedding: ``prompt_tokens`` and ``completion_tokens``."""
    inside = usage.get("prompt_tokens_details") or _EMPTY
    outside = usage.get("completion_tokens_details") or _EMPTY
    entry = _entry(where, body, usage, known, counted(usage, CHAT), inside, outside)
    calls = (*of_perplexity(usage), *of_xai(body, usage), *of_anthropic(usage), *of_searches(inside))
    return entry._replace(calls=calls) if calls else entry


def responses(where: str, body: Json, usage: Json, known: LineContext) -> Entry:
    """A Responses object: ``input_tokens``, ``output_tokens`` and their details."""
    inside, outside = _details(usage)
    entry = _entry(where, body, usage, known, counted(usage, RESPONSES), inside, outside)
    used, made = of_responses(body, usage), _pictures_inside(where, body, known)
    return entry._replace(calls=used.calls, containers=used.containers, inside=made) if used.calls or made else entry


def images(where: str, body: Json, usage: Json, known: LineContext) -> Entry:
    """An images response. It names no model, and unless it says otherwise its output is all image."""
    inside, outside = _details(usage)
    stated(usage, "output_tokens")
    entry = _entry(where, body, usage, known, counted(usage, RESPONSES), inside, outside)
    if "image_tokens" in outside:
        return entry
    parts = dict(entry.modalities)
    parts["image_output"] = entry.usage.output_tokens - whole(outside.get("text_tokens"), "text_tokens")
    return entry._replace(modalities=tuple((name, n) for name, n in parts.items() if n))


def images_by_size(where: str, body: Json, known: LineContext) -> Entry:
    """An images response without usage: so many images of one quality and size."""
    size = " ".join(str(part) for part in (body.get("quality"), body.get("size")) if part and part != "standard")
    entry = _entry(where, body, _EMPTY, known, CountedUsage(NOTHING), _EMPTY, _EMPTY)
    return entry._replace(images=(size, len(body["data"])))


def _details(usage: Json) -> tuple[Json, Json]:
    """The kinds of input and output tokens; realtime and transcription spell the fields in the singular."""
    inside = usage.get("input_tokens_details") or usage.get("input_token_details") or _EMPTY
    return inside, usage.get("output_tokens_details") or usage.get("output_token_details") or _EMPTY


def _modalities(inside: Json, outside: Json, cached: int, given: int) -> tuple[tuple[str, int], ...]:
    """The tokens that are not text. A cached part is taken for text unless the details say otherwise."""
    found = {}
    split = inside.get("cached_tokens_details") or _EMPTY
    for kind in ("audio", "image"):
        name = f"{kind}_tokens"
        total = whole(inside.get(name), name)
        read = whole(split.get(name), name)
        if total:
            if not split:
                read = max(0, total - (given - cached)) if cached else 0
            if read > total:
                raise BadLine(f"{read} cached {kind} tokens are more than the {total} {kind} tokens they are part of")
            found[f"{kind}_input"] = total - read
            found[f"{kind}_cached"] = read
        found[f"{kind}_output"] = whole(outside.get(name), name)
    return tuple((name, tokens) for name, tokens in found.items() if tokens)


def _entry(
    where: str, body: Json, usage: Json, known: LineContext, found: CountedUsage, inside: Json, outside: Json
) -> Entry:
    """The entry of an answer; ``inside`` and ``outside`` are the details of its input and output."""
    identity = body.get("id")
    return Entry(
        where=where,
        usage=found.usage,
        model=model_name(body.get("model")),
        when=known.when,
        mode=mode_of(body.get("service_tier") or usage.get("service_tier")),
        client=known.client,
        key=known.key,
        project=known.project,
        charged=known.charged,
        currency=known.currency,
        modalities=_modalities(inside, outside, found.usage.cached_tokens, found.usage.input_tokens),
        identity=str(identity) if identity else None,
        doubts=found.doubts,
        remarks=found.remarks,
    )


def _pictures_inside(where: str, body: Json, known: LineContext) -> tuple[Entry, ...]:
    """The pictures that an image model made for an answer: billed at its rates, beside the tokens of the answer.

    Where their tokens are not counted, each by its quality and size.
    """
    made = inner(inner(body, "tool_usage"), "image_gen")
    model = next((tool.get("model") for tool in tools_of(body) if tool.get("type") == "image_generation"), None)
    known = known._replace(charged=None)
    if whole(made.get("input_tokens"), "input_tokens") + whole(made.get("output_tokens"), "output_tokens"):
        return (images(where, {"model": model}, made, known),)
    output = body.get("output")
    items = [item for item in output if isinstance(item, Mapping)] if isinstance(output, list) else []
    return tuple(
        images_by_size(where, {**item, "model": model, "data": [item]}, known)
        for item in items
        if item.get("type") == "image_generation_call" and item.get("status") == "completed"
    )
