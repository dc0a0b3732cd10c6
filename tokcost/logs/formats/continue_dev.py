"""Continue: ``~/.continue/dev_data/**/tokensGenerated.jsonl``, a line for each answer, prompt and output only."""

from __future__ import annotations

from tokcost.logs.entry import Entry, stated, usage_of
from tokcost.logs.fields import model_name, text
from tokcost.logs.format import Format, Json, each
from tokcost.logs.times import moment


def _owns(value: Json) -> bool:
    return "generatedTokens" in value and "promptTokens" in value


def _read(where: str, value: Json) -> Entry:
    return Entry(
        where,
        usage_of(stated(value, "promptTokens"), 0, 0, 0, stated(value, "generatedTokens"), 0),
        model=model_name(value.get("model")),
        provider=text(value.get("provider")),
        when=moment(value.get("timestamp"), "timestamp"),
        client="Continue",
        project=text(value.get("selectedProfileId")),
    )


FORMAT = Format(
    "Continue's tokensGenerated",
    "~/.continue/dev_data/**/tokensGenerated.jsonl",
    "input and output; what was cached is not told",
    frozenset({"generatedTokens"}),
    _owns,
    each(_read),
)
