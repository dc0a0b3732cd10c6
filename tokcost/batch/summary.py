"""Sums over the requests of a batch, by model and in all."""

from __future__ import annotations

from decimal import Decimal

from tokcost.batch.quote import Quote, add
from tokcost.batch.run import BatchRow
from tokcost.catalog import Model
from tokcost.counting.count import Count
from tokcost.report import money_text
from tokcost.report_old import add as add_counts

_NOTHING = Quote(*[Decimal(0)] * 6)


class Sum:
    """Requests to one model, or to all: tokens and money; money is None when any part is unknown."""

    def __init__(self, model: Model | None = None) -> None:
        self.model = model
        self.requests = 0
        self.input = Count(0, 0, 0)
        self.output_tokens = 0
        self.output_limit: int | None = 0
        self.quote = _NOTHING
        self.unpriced = ""

    def add(self, other: Sum) -> None:
        """The requests of another sum."""
        self.requests += other.requests
        self.input = add_counts(self.input, other.input)
        self.output_tokens += other.output_tokens
        self._limit(other.output_limit)
        self.quote = Quote(*map(add, self.quote, other.quote))

    def _limit(self, more: int | None) -> None:
        self.output_limit = None if self.output_limit is None or more is None else self.output_limit + more

    def take(self, row: BatchRow) -> None:
        """One more counted request."""
        if row.input is None or row.quote is None:
            return
        self.requests += 1
        self.input = add_counts(self.input, row.input)
        self.output_tokens += row.output_tokens or 0
        self._limit(row.output_limit)
        self.quote = Quote(*map(add, self.quote, row.quote))

    def to_dict(self) -> dict[str, object]:
        """The sum as JSON has it."""
        estimated = self.input.ranged
        return {
            "model": self.model.id if self.model else None,
            "rows": self.requests,
            "input_tokens": self.input.tokens,
            "input_tokens_low": self.input.low if estimated else None,
            "input_tokens_high": self.input.high if estimated else None,
            "output_tokens": self.output_tokens,
            "output_limit": self.output_limit,
            "standing": self.input.standing,
            "cost": money_text(self.quote.likely),
            "cost_low": money_text(self.quote.low),
            "cost_high": money_text(self.quote.high),
        }


class Summary:
    """What a run comes to; rows are kept only when somebody wants to see them."""

    def __init__(self) -> None:
        self.by_model: dict[str, Sum] = {}
        self.problems: list[BatchRow] = []
        self.notes: dict[str, None] = {}

    @property
    def total(self) -> Sum:
        """The sum over all models."""
        total = Sum()
        for one in self.by_model.values():
            total.add(one)
        return total

    @property
    def complete(self) -> bool:
        """Whether every request was counted and priced, and none would be refused."""
        return not self.problems and self.total.quote.low is not None

    def take(self, row: BatchRow) -> None:
        """One more request."""
        if row.problems:
            self.problems.append(row)
        if row.model is None or row.input is None:
            return
        self.by_model.setdefault(row.model.full_id, Sum(row.model)).take(row)
        if row.input.note and len(self.notes) < 50:
            self.notes.setdefault(f"{row.model.id}: {row.input.standing}: {row.input.note}")


def row_dict(row: BatchRow) -> dict[str, object]:
    """A request as JSON, JSONL and CSV have it; unknown is null."""
    count, quote = row.input, row.quote
    estimated = count is not None and count.ranged
    unpriced = quote is not None and quote.low is None
    return {
        "name": row.name,
        "file": row.file,
        "line": row.line,
        "model": row.model.id if row.model else None,
        "provider": row.model.provider if row.model else None,
        "encoding": row.model.encoding if row.model else None,
        "input_tokens": count.tokens if count else None,
        "input_tokens_low": count.low if count and estimated else None,
        "input_tokens_high": count.high if count and estimated else None,
        "output_tokens": row.output_tokens if row.output_tokens is not None else (0 if count else None),
        "output_limit": row.output_limit,
        "mode": row.mode or None,
        "standing": ("unpriced" if unpriced else count.standing) if count else "invalid",
        "note": count.note if count else "",
        "cost": money_text(quote.likely if quote else None),
        "cost_low": money_text(quote.low if quote else None),
        "cost_high": money_text(quote.high if quote else None),
        "problem": "; ".join(row.problems) or None,
    }
