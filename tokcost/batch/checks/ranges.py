"""Numbers of a body that lie out of the range that the provider takes."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tokcost.batch.checks.asked import HELD_TO_OPENAI, Asked
from tokcost.requests.shape import Object, as_json, object_of

_OPENAI = {
    "temperature": (0, 2), "top_p": (0, 1), "presence_penalty": (-2, 2), "frequency_penalty": (-2, 2), "n": (1, 128),
    "top_logprobs": (0, 20),
}  # fmt: skip
# By the api of the request: (least, most) by name.
_RANGES = {
    "openai-chat": _OPENAI,
    "openai-responses": _OPENAI,
    "openai-completions": _OPENAI,
    "anthropic": {"temperature": (0, 1), "top_p": (0, 1)},
    "gemini": {"temperature": (0, 2), "topP": (0, 1), "top_p": (0, 1)},
    "vertex": {"temperature": (0, 2), "topP": (0, 1), "top_p": (0, 1)},
}
# Sellers of models that are held to these ranges; others that take the same bodies have their own.
_HELD = frozenset(("openai", "azure", "anthropic", "bedrock", "google", "vertex"))
# The least output that the responses API may be limited to, as its "integer below minimum value" says.
_LEAST_OUTPUT = 16
_MOST_STOPS = 4
_MOST_PAIRS = 16


def range_problems(asked: Asked, body: Object | None = None, where: str = "") -> Iterator[str]:
    """Numbers that are too large or too small, and more stop sequences or labels than are taken."""
    if asked.platform not in _HELD:
        return
    body = asked.body if body is None else body
    ranges = _RANGES.get(asked.api, {})
    for name, (least, most) in ranges.items():
        value = body.get(name)
        if value is None:
            continue
        if isinstance(value, str) and asked.platform in HELD_TO_OPENAI:
            yield f"{where}{name} is a string: it must be a number"
        if name == "n" and isinstance(value, int) and value < 1:
            continue  # told where it is read
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool) and not least <= value <= most:
            yield f"{where}{name} {as_json(value)}: it must be from {least} to {most}"
    if not asked.api.startswith("openai"):
        return
    limit = asked.request.output_limit
    if limit and asked.api == "openai-responses" and asked.platform in HELD_TO_OPENAI and limit < _LEAST_OUTPUT:
        yield f"{where}max_output_tokens {limit}: {_LEAST_OUTPUT} are the least"
    stops = body.get("stop")
    if isinstance(stops, list) and len(stops) > _MOST_STOPS:
        yield f"{len(stops)} stop sequences: {_MOST_STOPS} are the most"
    pairs = len(object_of(body.get("metadata")))
    if pairs > _MOST_PAIRS:
        yield f"metadata of {pairs} keys: {_MOST_PAIRS} are the most"
