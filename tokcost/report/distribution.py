"""How long documents are, before anybody draws it."""

from __future__ import annotations

from typing import NamedTuple

# Per cent of the documents that are not longer.
QUANTILES = (0, 50, 90, 99, 100)


class Bucket(NamedTuple):
    """Documents of ``first`` to ``last`` tokens, both inclusive."""

    first: int
    last: int
    documents: int


class Distribution(NamedTuple):
    """Exact: ``quantiles`` are lengths of documents that there are (nearest rank)."""

    documents: int
    tokens: int
    quantiles: dict[int, int]
    buckets: list[Bucket]
    window: int | None
    too_long: int | None

    def to_dict(self) -> dict[str, object]:
        """As JSON has it."""
        return {
            "documents": self.documents,
            "tokens": self.tokens,
            "quantiles": {f"p{each}": tokens for each, tokens in self.quantiles.items()},
            "histogram": [{"from": each.first, "to": each.last, "documents": each.documents} for each in self.buckets],
            "context_window": self.window,
            "too_long": self.too_long,
        }
