"""Gemini responses: cached tokens lie inside the prompt, thoughts come on top of the candidates.

Field names: the types of the google-genai package, 3.4.0, whose own spelling is snake_case.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tokcost.inputs.json import google_field
from tokcost.logs.calls import of_gemini
from tokcost.logs.entry import NOT_STATED, BadLine, Entry, mode_of, usage_of, whole
from tokcost.logs.fields import LineContext, model_name

Json = Mapping[str, Any]


def generated(where: str, body: Json, known: LineContext) -> Entry:
    """A generateContent (or embedContent) response with its usage metadata."""
    usage = body.get("usageMetadata") or body.get("usage_metadata")
    if not isinstance(usage, Mapping):
        raise BadLine("'usageMetadata' is not a JSON object")
    read = _number(usage, "cachedContentTokenCount")
    if google_field(usage, "promptTokenCount") is None:
        raise BadLine(NOT_STATED.format("promptTokenCount"))
    given = _number(usage, "promptTokenCount") + _number(usage, "toolUsePromptTokenCount")
    thoughts = _number(usage, "thoughtsTokenCount")
    output = _number(usage, "candidatesTokenCount") + thoughts
    total = google_field(usage, "totalTokenCount")
    if google_field(usage, "candidatesTokenCount") is None and total is not None and total != given + output:
        raise BadLine(f"'candidatesTokenCount' is not stated, and the total of {total} tokens has some")
    model = google_field(body, "modelVersion") or body.get("model")
    identity = google_field(body, "responseId")
    return Entry(
        where=where,
        usage=usage_of(given, read, 0, 0, output, thoughts),
        model=model_name(str(model).split("models/")[-1]) if model else None,
        provider="google",
        when=known.when,
        mode=_mode(google_field(usage, "serviceTier") or google_field(usage, "trafficType")),
        client=known.client,
        key=known.key,
        project=known.project,
        charged=known.charged,
        calls=of_gemini(body),
        modalities=_modalities(usage),
        identity=str(identity) if identity else None,
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
