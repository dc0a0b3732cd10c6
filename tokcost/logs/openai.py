"""OpenAI responses, and those of the providers that answer in OpenAI's shape.

``prompt_tokens`` and ``input_tokens`` include cached and cache-written tokens; ``output`` includes
reasoning. Field names: the types of the openai package, 3.54.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tokcost.logs.calls import inner, of_perplexity, of_responses, of_xai, tools_of
from tokcost.logs.entry import BadLine, Entry, mode_of, output_of, stated, usage_of, whole
from tokcost.logs.fields import LineContext, model_name

Json = Mapping[str, Any]
_EMPTY: Json = {}


def chat(where: str, body: Json, usage: Json, known: LineContext) -> Entry:
    """A chat completion, completion or embedding: ``prompt_tokens`` and ``completion_tokens``."""
    inside = usage.get("prompt_tokens_details") or _EMPTY
    outside = usage.get("completion_tokens_details") or _EMPTY
    given = stated(usage, "prompt_tokens")
    output = output_of(usage, "completion_tokens", given)
    reasoning = whole(outside.get("reasoning_tokens"), "reasoning_tokens")
    if reasoning and usage.get("total_tokens") == given + output + reasoning:
        output += reasoning  # xAI once left the reasoning out of the completion: the total shows it
    cached, hit = inside.get("cached_tokens"), usage.get("prompt_cache_hit_tokens")
    if cached is None:
        cached = hit if hit is not None else usage.get("cached_tokens", usage.get("num_cached_tokens"))
    if cached is not None and hit is not None and cached != hit:
        raise BadLine(f"'cached_tokens' is {cached} and 'prompt_cache_hit_tokens' {hit}: they name the same tokens")
    read = whole(cached, "cached_tokens")
    write, write_long = _writes(inside)
    counted = usage_of(given, read, write, write_long, output, reasoning)
    entry = _entry(where, body, usage, known, counted, _modalities(inside, outside, read, given))
    calls = (*of_perplexity(usage), *of_xai(body, usage))
    return entry._replace(calls=calls) if calls else entry


def responses(where: str, body: Json, usage: Json, known: LineContext) -> Entry:
    """A Responses object: ``input_tokens``, ``output_tokens`` and their details."""
    inside, outside = _details(usage)
    given = stated(usage, "input_tokens")
    output = output_of(usage, "output_tokens", given)
    read = whole(inside.get("cached_tokens", _flat_cached(usage)), "cached_tokens")
    reasoning = whole(outside.get("reasoning_tokens"), "reasoning_tokens")
    write, write_long = _writes(inside)
    counted = usage_of(given, read, write, write_long, output, reasoning)
    entry = _entry(where, body, usage, known, counted, _modalities(inside, outside, read, given))
    used, made = of_responses(body, usage), _pictures_inside(where, body, known)
    return entry._replace(calls=used.calls, containers=used.containers, inside=made) if used.calls or made else entry


def images(where: str, body: Json, usage: Json, known: LineContext) -> Entry:
    """An images response. It names no model, and unless it says otherwise its output is all image."""
    inside, outside = _details(usage)
    given, output = stated(usage, "input_tokens"), stated(usage, "output_tokens")
    read = whole(inside.get("cached_tokens"), "cached_tokens")
    parts = dict(_modalities(inside, outside, read, given))
    if "image_tokens" not in outside:
        parts["image_output"] = output - whole(outside.get("text_tokens"), "text_tokens")
    counted = usage_of(given, read, 0, 0, output, 0)
    return _entry(where, body, usage, known, counted, tuple((name, n) for name, n in parts.items() if n))


def images_by_size(where: str, body: Json, known: LineContext) -> Entry:
    """An images response without usage: so many images of one quality and size."""
    size = " ".join(str(part) for part in (body.get("quality"), body.get("size")) if part and part != "standard")
    entry = _entry(where, body, _EMPTY, known, usage_of(0, 0, 0, 0, 0, 0), ())
    return entry._replace(images=(size, len(body["data"])))


def _details(usage: Json) -> tuple[Json, Json]:
    """The kinds of input and output tokens; realtime and transcription spell the fields in the singular."""
    inside = usage.get("input_tokens_details") or usage.get("input_token_details") or _EMPTY
    return inside, usage.get("output_tokens_details") or usage.get("output_token_details") or _EMPTY


def _flat_cached(usage: Json) -> Any:
    """Cached tokens reported beside the others, as logs that flatten a response do."""
    names = ("cached_tokens", "cached_input_tokens", "cache_read_tokens", "input_cached_tokens")
    return next((usage[name] for name in names if usage.get(name) is not None), None)


def _writes(inside: Json) -> tuple[int, int]:
    """Cache writes, short- and long-lived: ``cache_write_tokens`` is the sum where both are reported."""
    both = whole(inside.get("cache_write_tokens"), "cache_write_tokens")
    details = inside.get("cache_write_tokens_details") or inside.get("cache_write_details") or _EMPTY
    merged = {**inside, **details} if details else inside
    long = whole(merged.get("ttl_12h_tokens", merged.get("cache_write_12h_tokens")), "ttl_12h_tokens")
    short = merged.get("ttl_30m_tokens", merged.get("cache_write_30m_tokens"))
    if short is None:
        if long > both and "cache_write_tokens" in inside:
            raise BadLine(f"'ttl_12h_tokens' is {long}, more than the {both} written tokens it is part of")
        return max(both - long, 0), long
    short = whole(short, "ttl_30m_tokens")
    if "cache_write_tokens" in inside and short + long != both:
        raise BadLine(f"'cache_write_tokens' is {both}, its parts by time to live are {short} and {long}")
    return short, long


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
    where: str, body: Json, usage: Json, known: LineContext, counted: Any, parts: tuple[tuple[str, int], ...]
) -> Entry:
    model = body.get("model")
    identity = body.get("id")
    return Entry(
        where=where,
        usage=counted,
        model=model_name(model),
        when=known.when,
        mode=mode_of(body.get("service_tier") or usage.get("service_tier")),
        client=known.client,
        key=known.key,
        project=known.project,
        charged=known.charged,
        modalities=parts,
        identity=str(identity) if identity else None,
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
