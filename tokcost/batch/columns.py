"""The columns of a batch: one row per request, one line per model, the parts of a prompt."""

from __future__ import annotations

from decimal import Decimal

from tokcost.batch.row import BatchRow
from tokcost.batch.summary import RequestSum, Summary
from tokcost.pricing import Cost, Priced, Unpriced
from tokcost.rates import EXACT
from tokcost.report import UNPRICED, Column, Kind, Table
from tokcost.report.row import count_columns

INVALID = "invalid"

_MODEL = (
    Column("model", lambda each: each.model.name if each.model else None, "model", shrinks=True),
    Column("provider", lambda each: each.model.provider if each.model else None),
    Column("encoding", lambda each: each.model.encoding if each.model else None),
)
_COSTS = (
    Column("cost", lambda each: each.quote.likely if each.quote else None, "cost", Kind.COST),
    Column("cost_low", lambda each: each.quote.low if each.quote else None, "low-high", Kind.MONEY_RANGE),
    Column("cost_high", lambda each: each.quote.high if each.quote else None),
)
_OUTPUT = (
    Column("output_tokens", lambda each: each.output_tokens, "output", Kind.NUMBER),
    Column("output_tokens_low", lambda each: each.output_low),
    Column("output_tokens_high", lambda each: each.output_high),
    Column("output_limit", lambda each: each.output_limit),
)

ROWS: tuple[Column, ...] = (
    Column("name", lambda row: row.name, "name", shrinks=True),
    Column("file", lambda row: row.file),
    Column("line", lambda row: row.line),
    *_MODEL,
    *count_columns(lambda row: row.input),
    Column("output_tokens", lambda row: _output(row), "output", Kind.NUMBER),
    Column("output_tokens_low", lambda row: row.output.low if row.output else None),
    Column("output_tokens_high", lambda row: row.output.high if row.output else None),
    Column("output_limit", lambda row: row.output.limit if row.output else None),
    Column("effort", lambda row: row.effort or None),
    Column("mode", lambda row: row.mode or None),
    Column("standing", lambda row: _standing(row), "standing"),
    Column("note", lambda row: _note(row)),
    *_COSTS,
    Column("problem", lambda row: "; ".join(row.problems) or None),
)

SUMS: tuple[Column, ...] = (
    *_MODEL,
    Column("rows", lambda each: each.requests, "rows", Kind.NUMBER),
    *count_columns(lambda each: each.input),
    *_OUTPUT,
    Column("standing", lambda each: each.standing, "standing"),
    *_COSTS,
)


def models_table(summary: Summary, total: RequestSum) -> Table:
    """One line per model, the total below them where there are several."""
    table = Table(
        (
            *_MODEL,
            Column("requests", lambda each: each.requests, "requests", Kind.NUMBER),
            *count_columns(lambda each: each.input),
            Column("standing", lambda each: each.standing, "standing"),
            *_OUTPUT,
            Column("cost_input", lambda each: _likely(each.quote.input)),
            Column("cost_low", lambda each: each.quote.low, "low", Kind.COST),
            Column("cost_expected", lambda each: None if each.unexpected else each.quote.likely, "likely",
                   Kind.MONEY),
            Column("cost_high", lambda each: each.quote.high, "high", Kind.MONEY),
            Column("cost_at_limit", lambda each: _high(each.quote.at_limit)),
        )
    )  # fmt: skip
    table.extend(summary.by_model.values())
    if len(table.rows) > 1:
        table.footer = [{**table.row(total), "model": "total"}]
    return table


def parts_table(summary: Summary, requests: int) -> Table:
    """Where the tokens are, in the order of the one request, or of several the largest first."""
    parts, several = summary.parts, requests > 1
    whole = sum(tokens for tokens, _ in parts.values())
    table = Table(
        (
            Column("part", lambda label: label, "part", shrinks=True),
            Column("times", lambda label: parts[label][1], "times" if several else "", Kind.NUMBER),
            Column("tokens", lambda label: parts[label][0], "tokens", Kind.NUMBER),
            Column("share_percent", lambda label: _share(parts[label][0], whole), "share", Kind.PERCENT),
        )
    )
    return table.extend(_largest_first(parts) if several else parts)


def _largest_first(parts: dict[str, tuple[int, int]]) -> list[str]:
    return sorted(parts, key=lambda label: -parts[label][0])


def _output(row: BatchRow) -> int | None:
    """The output expected: none was said, so 0; None of a request that could not be counted."""
    return None if row.output is None else row.output.likely or 0


def _standing(row: BatchRow) -> str:
    if row.input is None:
        return INVALID
    return UNPRICED if row.quote and isinstance(row.quote.expected, Unpriced) else row.input.standing


def _note(row: BatchRow) -> str:
    if row.quote and isinstance(row.quote.expected, Unpriced):
        return row.quote.expected.reason
    return row.input.note if row.input else ""


def _likely(cost: Cost) -> Decimal | None:
    return cost.likely if isinstance(cost, Priced) else None


def _high(cost: Cost) -> Decimal | None:
    return cost.high if isinstance(cost, Priced) else None


def _share(tokens: int, whole: int) -> Decimal | None:
    """Per cent of the whole, to a hundredth; None of nothing."""
    return EXACT.divide(Decimal(tokens * 100), Decimal(whole)).quantize(Decimal(1).scaleb(-2)) if whole else None
