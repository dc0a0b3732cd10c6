"""Langfuse's observations, of the API and as CSV: ``usageDetails`` are buckets that lie beside each other.

Names: Langfuse's documentation of its API and of token tracking; ``usage`` and ``inputUsage`` are sums of the buckets.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.logs.counts import BESIDE, INSIDE, CountedUsage, CountFields, Numbers, counted, settle
from tokcost.logs.entry import BadLine, Entry, Read, whole
from tokcost.logs.fields import text
from tokcost.logs.format import Format, Row, TableFormat
from tokcost.logs.formats.call_tree import CallTreeReader
from tokcost.logs.formats.entries import (
    EMPTY,
    charge,
    entry_of,
    first,
    inside,
    name_of,
    objects,
    positive,
    untold,
)
from tokcost.logs.unread import not_known

Json = Mapping[str, Any]
_BUCKETS = {
    "input": (
        "input", "input_tokens", "prompt_tokens", "prompt", "input_text_tokens", "input_text", "input_audio_tokens",
        "input_audio", "input_image_tokens", "input_tool_use_prompt_tokens",
    ),
    "cached": (
        "input_cached_tokens", "input_cache_read", "cache_read_input_tokens", "input_cached", "cached_tokens",
        "input_cache_read_tokens", "cache_read", "input_cached_text_tokens", "cache_read_tokens",
    ),
    "write": (
        "input_cache_creation", "cache_creation_input_tokens", "input_cache_write", "input_cache_creation_5m",
        "cache_creation", "input_cache_creation_tokens", "input_cache_write_tokens", "cache_write_tokens",
    ),
    "write_long": ("input_cache_creation_1h",),
    "output": (
        "output", "output_tokens", "completion_tokens", "completion", "output_text_tokens", "output_audio_tokens",
        "output_audio", "output_accepted_prediction_tokens", "output_rejected_prediction_tokens", "output_text",
    ),
    "reasoning": (
        "output_reasoning_tokens", "output_reasoning", "reasoning_tokens", "thoughts_tokens", "reasoning",
        "thoughts_token_count",
    ),
    "total": ("total", "total_tokens"),
}  # fmt: skip
_KIND_OF = {name: kind for kind, names in _BUCKETS.items() for name in names}
_ANY = CountFields(input=("input",), output=("output",))
_OLD = CountFields(
    input=("input", "promptTokens", "inputUsage"),
    output=("output", "completionTokens", "outputUsage"),
    total=("total", "totalTokens", "totalUsage"),
    embeds=True,
)
_SUMS = (*_OLD.input, *_OLD.output, *_OLD.total)
_CALLS = ("GENERATION", "EMBEDDING")
_NO_CALLS = ("SPAN", "EVENT", "TRACE", "SCORE")


def _buckets(details: Json) -> CountedUsage:
    """The usage of buckets that lie beside each other, unless their total shows that one holds the others."""
    sums: dict[str, int] = {}
    unknown: list[tuple[str, int]] = []
    for name, value in details.items():
        number = whole(value, name)
        kind = _KIND_OF.get(name.lower())
        if kind is not None:
            sums[kind] = sums.get(kind, 0) + number
        elif number:
            unknown.append((name, number))
    if "input" not in sums and "output" not in sums:
        raise BadLine("its usageDetails name no input and no output")
    cached, write, long, reasoning = (sums.get(kind, 0) for kind in ("cached", "write", "write_long", "reasoning"))
    numbers = Numbers(sums.get("input"), sums.get("output"), cached, write, long, reasoning, sums.get("total"))
    held = numbers.total == (numbers.input or 0) + (numbers.output or 0)
    parts = INSIDE if held else BESIDE
    usage, remarks = settle(numbers, _ANY._replace(parts=parts, thinking=parts))
    return CountedUsage(usage, not_known(unknown), remarks)


def _spelled(value: Json) -> Json:
    """An observation with its names as the API spells them: exports write provided_model_name, or "Total Cost"."""
    bare = ((str(name).replace("_", "").replace(" ", "").lower(), name, held) for name, held in value.items())
    return {_FIELDS.get(plain, name): held for plain, name, held in bare}


def _entry(where: str, value: Json) -> Entry | None:
    """The entry of an observation; None for one without usage."""
    details = {name: number for name, number in _parsed(value.get("usageDetails")).items() if number is not None}
    usage = _parsed(value.get("usage"))
    costs = _parsed(value.get("costDetails"))
    if any(details.values()):
        found = _buckets(details)
    else:
        # what stands beside it under the names "input" and "output" is what was asked and answered
        holder, names = (usage, _SUMS) if usage else (value, [name for name in _SUMS if name not in _KIND_OF])
        flat = {name: held for name in names if (held := holder.get(name)) is not None}
        if not any(flat.values()):
            return None
        if str(usage.get("unit") or "TOKENS").upper() != "TOKENS":
            raise BadLine(f"its usage is counted in {text(usage['unit'])}, which have no rate of tokens")
        found = counted(flat, _OLD)
    return entry_of(
        where,
        found,
        first(value.get("model"), value.get("providedModelName"), value.get("internalModelId")),
        value.get("startTime"),
        client=text(value.get("userId")),
        project=text(first(value.get("projectId"), value.get("environment"))),
        charged=charge(value.get("calculatedTotalCost"), value.get("totalCost"), costs.get("total")),
        modalities=positive(
            audio_input=first(details.get("input_audio_tokens"), details.get("input_audio")),
            audio_output=first(details.get("output_audio_tokens"), details.get("output_audio")),
        ),
        identity=name_of(value.get("id")),
    )


def _parsed(value: object) -> Json:
    """An object, also one that a table holds as text."""
    if isinstance(value, str) and value[:1] == "{":
        try:
            value = json.loads(value)
        except ValueError:
            return EMPTY
    return value if isinstance(value, Mapping) else EMPTY


class _Observations(CallTreeReader):
    """Generations count; what is above them and tells tokens tells their sum."""

    sums = "sums of observations over those below"

    def value(self, where: str, value: Json) -> Iterator[Read]:
        """The observations of a page or a trace, or one alone."""
        pages = inside(value, "meta")
        if (last := pages.get("totalPages")) and pages.get("page") and whole(last, "totalPages") > 1:
            self.told.remark(f"one of {last} pages of observations: are the others among the logs?", where)
        below = first(value.get("data"), value.get("observations"))
        for each in objects(below) if isinstance(below, list) else (value,):
            if isinstance(each.get("observations"), list):
                yield from self.value(where, each)
                continue
            yield from self._one(where, each)

    def _one(self, where: str, value: Json) -> Iterator[Read]:
        value = _spelled(value)
        own, above = value.get("id"), value.get("parentObservationId")
        entry = _entry(where, value)
        if entry is None:
            self.tree.node(own, above)
            if value.get("type") in _CALLS and value.get("level") != "ERROR":
                yield from untold(where, value.get("output"), value)
        elif str(value.get("type") or _CALLS[0]).upper() in _CALLS:
            yield from self.tree.call(own, above, entry)
        elif entry.tokens:
            self.tree.total(own, above, entry)


def _is_one(value: Json) -> bool:
    return "usageDetails" in value or "usage_details" in value or {"traceId", "type", "startTime"} <= value.keys()


def _owns(value: Json) -> bool:
    if _is_one(value):
        return True
    below = first(value.get("data"), value.get("observations"))
    return isinstance(below, list) and any(
        _is_one(each) or any(map(_is_one, objects(each.get("observations")))) for each in objects(below)
    )


def _row(where: str, row: Row) -> Entry | None:
    value = _spelled({name: cell for name, cell in row.items() if cell != ""})
    return None if str(value.get("type", "")).upper() in _NO_CALLS else _entry(where, value)


def _is_table(columns: frozenset[str]) -> bool:
    names = {name.replace("_", "").replace(" ", "") for name in columns}
    return (
        "usagedetails" in names
        or {"inputusage", "outputusage"} <= names
        or {"prompttokens", "traceid", "type"} <= names
    )


_FIELDS = {
    name.lower(): name
    for name in (
        "type", "usageDetails", "costDetails", "inputUsage", "outputUsage", "totalUsage", "promptTokens",
        "completionTokens", "totalTokens", "model", "providedModelName", "startTime", "userId", "projectId",
        "environment", "calculatedTotalCost", "totalCost", "parentObservationId", "traceId",
    )
}  # fmt: skip
FORMAT = Format(
    "Langfuse observations",
    "pages of the API, exports as JSON and JSON lines",
    "buckets of usageDetails lie beside each other; usage holds their sums",
    frozenset({"data", "usageDetails", "usage_details", "traceId", "observations"}),
    _owns,
    _Observations,
)
TABLES = (
    TableFormat(
        "Langfuse tables",
        "exports as CSV",
        "buckets of usageDetails lie beside each other",
        _is_table,
        _row,
    ),
)
