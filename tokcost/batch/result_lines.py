"""The lines of a results file: which request each answers, and what an answer says of how it was asked.

By the batch references of OpenAI, Anthropic, Google, Mistral and Amazon (2026-11): {custom_id, response}, {custom_id,
result}, {key, response}, {request, response}, {recordId, modelOutput}, and Gemini's inline responses in their job.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from hashlib import blake2b
from typing import Any, NamedTuple

from tokcost.inputs.json import google_field, snake_case
from tokcost.rates import EXACT

Json = Mapping[str, Any]
_NAMES = ("custom_id", "recordId", "key")
# Where a job of Gemini's that was asked inline keeps its answers, in its API and in google-genai.
_JOBS = (("response",), ("metadata", "output"), ("dest",), ())
_INLINED = "inlinedResponses"
# Where a line keeps the answer: the first that it has.
_ANSWERS = (("response", "body"), ("response",), ("result", "message"), ("modelOutput",))


class ResultLine(NamedTuple):
    """``name`` of the request that it answers, "" where it says none; ``request`` tells that apart by what was asked.

    ``answers`` is how many it holds, ``effort`` the one that it says it was made with; None where it does not say.
    """

    name: str = ""
    request: bytes = b""
    answers: int | None = None
    effort: str | None = None
    is_batch: bool = False


def result_line(value: Json) -> ResultLine:
    """What a line says of the request that it answers."""
    beside = value.get("metadata")
    holders = (value, beside if isinstance(beside, Mapping) else {})
    name = next((str(held) for holder in holders for key in _NAMES if (held := holder.get(key))), "")
    asked, answer = value.get("request"), _answer(value)
    listed = next((held for key in ("choices", "candidates") if isinstance(held := answer.get(key), list)), None)
    reasoning = answer.get("reasoning")
    effort = reasoning.get("effort") if isinstance(reasoning, Mapping) else None
    return ResultLine(
        name,
        fingerprint(asked) if not name and isinstance(asked, Mapping) else b"",
        len(listed) if listed else None,
        effort if isinstance(effort, str) else None,
        bool(name) or "processed_time" in value or "key" in value,
    )


def inlined(value: Json) -> list[Any] | None:
    """The answers in a job of Gemini's that was asked inline; None of anything else."""
    for path in _JOBS:
        held: Any = value
        for key in path:
            held = held.get(key) if isinstance(held, Mapping) else None
        held = google_field(held, _INLINED) if isinstance(held, Mapping) else None
        if isinstance(held, Mapping):  # the API has a list in an object of the same name
            held = google_field(held, _INLINED)
        if isinstance(held, list):
            return held
    return None


def fingerprint(request: Any) -> bytes:
    """The same for a request and for its echo in a result, which may spell keys and numbers otherwise."""
    text = json.dumps(_plain(request), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _answer(value: Json) -> Json:
    for path in _ANSWERS:
        held: Any = value
        for key in path:
            held = held.get(key) if isinstance(held, Mapping) else None
        if isinstance(held, Mapping):
            return held
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {snake_case(key): _plain(held) for key, held in value.items() if held is not None}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, str | bool):
        return value
    return str(Decimal(str(value)).normalize(EXACT))
