"""The lengths of documents: quantiles, a histogram, and how many are too long for a context window."""

from __future__ import annotations

from tokcost.catalog import Model
from tokcost.counting.window import most_input
from tokcost.documents.work import Lengths
from tokcost.report.distribution import QUANTILES, Bucket, Distribution


def distribution(lengths: Lengths, model: Model | None, output_tokens: int) -> Distribution:
    """How long the documents are. ``too_long``: with the output they may not fit the model; None if unknown."""
    most = most_input(model, output_tokens) if model else None
    ordered = sorted(lengths.items())
    documents = sum(number for _, number in ordered)
    buckets: dict[int, int] = {}
    for (tokens, _, _), number in ordered:
        buckets[tokens.bit_length()] = buckets.get(tokens.bit_length(), 0) + number
    bounds = range(min(buckets), max(buckets) + 1) if buckets else range(0)
    return Distribution(
        documents=documents,
        tokens=sum(each[0] * number for each, number in ordered),
        quantiles={each: _quantile(ordered, documents, each) for each in QUANTILES} if documents else {},
        buckets=[Bucket(1 << at - 1 if at else 0, (1 << at) - 1, buckets.get(at, 0)) for at in bounds],
        window=model.context_window if model else None,
        too_long=None if most is None else sum(number for each, number in ordered if each[2] > most),
    )


def _quantile(ordered: list[tuple[tuple[int, int, int], int]], documents: int, percent: int) -> int:
    rank = max(1, -(-documents * percent // 100))
    seen = 0
    for (tokens, _, _), number in ordered:
        seen += number
        if seen >= rank:
            return tokens
    return 0
