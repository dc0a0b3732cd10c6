"""What providers export of a whole organisation: usage in buckets of time, and what was charged."""

from __future__ import annotations

from collections.abc import Iterator

from tokcost.logs.entry import Read
from tokcost.logs.exports import reader_of
from tokcost.logs.format import Format, Json, each


def _owns(value: Json) -> bool:
    return reader_of(value) is not None


def _read(where: str, value: Json) -> Iterator[Read]:
    reader = reader_of(value)
    assert reader is not None
    yield from reader(where, value)


FORMAT = Format(
    "usage and cost exports of an organisation",
    "OpenAI's organization usage and costs, Anthropic's usage and cost reports",
    "sums of a span of time",
    frozenset({"data", "results", "object"}),
    _owns,
    each(_read),
)
