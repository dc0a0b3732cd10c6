"""Gemini responses: cached tokens lie inside the prompt, thoughts come on top of the candidates.

Field names: the types of the google-genai package, 3.4.0, whose own spelling is snake_case.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tokcost.inputs.json import google_field, snake_case
from tokcost.logs.calls import of_gemini
from tokcost.logs.counts import BESIDE, CountFields, counted
from tokcost.logs.entry import NOT_STATED, BadLine, Entry, mode_of, whole
from tokcost.logs.fields import LineContext, model_name

Json = Mapping[str, Any]


def _both(*names: str) -> tuple[str, ...]:
    return tuple(spelling for name in names for spelling in (name, snake_case(name)))


_DETAILS = ("promptTokensDetails", "cacheTokensDetails", "candidatesTokensDetails", "toolUsePromptTokensDetails")
# Some gateways hand on candidates that hold the thoughts already: the total says so.
GEMINI = CountFields(
    input=_both("promptTokenCount"),
    more_input=_both("toolUsePromptTokenCount"),
    output=_both("candidatesTokenCount", "responseTokenCount"),
    cached=_both("cachedContentTokenCount"),
    reasoning=_both("thoughtsTokenCount"),
    total=_both("totalTokenCount"),
    thinking=BESIDE,
    known=_both(*_DETAILS, "responseTokensDetails", "billablePromptUsage", "billable_prompt_usage"),
    embeds=True,
)


def generated(where: str, body: Json, known: LineContext) -> Entry:
    """A generateContent (or embedContent) response with its usage metadata."""
    usage = body.get("usageMetadata") or body.get("usage_metadata")
    if not isinstance(usage, Mapping):
        raise BadLine("'usageMetadata' is not a JSON object")
    if google_field(usage, "promptTokenCount") is None:
        raise BadLine(NOT_STATED.format("promptTokenCount"))
    found = counted(usage, GEMINI)
    model = google_field(body, "modelVersion") or body.get("model")
    identity = google_field(body, "responseId")
    return Entry(
        where=where,
        usage=found.usage,
        model=model_name(str(model).split("models/")[-1]) if model else None,
        provider="google",
        when=known.when,
        mode=_mode(google_field(usage, "serviceTier") or google_field(usage, "trafficType")),
        client=known.client,
        key=known.key,
        project=known.project,
        charged=known.charged,
        currency=known.currency,
        calls=of_gemini(body),
        modalities=_modalities(usage),
        identity=str(identity) if identity else None,
        doubts=found.doubts,
        remarks=found.remarks,
    )


def _mode(tier: object) -> str:
    name = str(tier or "").lower().removeprefix("service_tier_").removeprefix("traffic_type_")
    return mode_of("" if name == "unspecified" else name)


def _modalities(usage: Json) -> tuple[tuple[str, int], ...]:
    found: dict[str, int] = {}
    cached = _by_modality(usage, "cacheTokensDetails")
    for source in ("promptTokensDetails", "toolUsePromptTokensDetails"):
        for kind, tokens in _by_modality(usage, source).items():
            found[f"{kind}_input"] = found.get(f"{kind}_input", 0) + tokens
    for kind, tokens in cached.items():
        total = found.get(f"{kind}_input", 0)
        if tokens > total:
            raise BadLine(f"{tokens} cached {kind} tokens are more than the {total} {kind} tokens of the prompt")
        found[f"{kind}_input"] = total - tokens
        found[f"{kind}_cached"] = tokens
    for kind, tokens in _by_modality(usage, "candidatesTokensDetails").items():
        found[f"{kind}_output"] = tokens
    return tuple((name, tokens) for name, tokens in found.items() if tokens)


def _by_modality(usage: Json, field: str) -> dict[str, int]:
    """Audio and image tokens; what else there is (text, documents, video) has the rate of text."""
    found: dict[str, int] = {}
    for part in google_field(usage, field) or ():
        kind = str(part.get("modality", "")).lower().removeprefix("modality_")
        if kind in ("audio", "image"):
            found[kind] = found.get(kind, 0) + _number(part, "tokenCount")
    return found


def _number(usage: Json, field: str) -> int:
    return whole(google_field(usage, field), field)
