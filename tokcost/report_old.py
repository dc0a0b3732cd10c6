"""Rows, totals, warnings and findings: what a command found out, before anybody draws it."""

from __future__ import annotations

from typing import Any, NamedTuple

from tokcost.counting.count import Count, weaker
from tokcost.pricing import Cost, Priced, total
from tokcost.report import Finding, Row, money_text
from tokcost.report.row import ROW_COLUMNS
from tokcost.report.table import to_json

SCHEMA_VERSION = 1


class Totals(NamedTuple):
    """The sum of rows; a cost is None as soon as one row has none."""

    model: str | None
    rows: int
    input: Count
    output_tokens: int
    cost: Cost | None
    complete: bool

    def to_dict(self) -> dict[str, Any]:
        """The totals as JSON has them."""
        estimated = self.input.ranged
        cost = self.cost if isinstance(self.cost, Priced) else None
        ranged = cost is not None and (estimated or cost.low != cost.high)
        return {
            "model": self.model,
            "rows": self.rows,
            "input_tokens": self.input.tokens,
            "input_tokens_low": self.input.low if estimated else None,
            "input_tokens_high": self.input.high if estimated else None,
            "output_tokens": self.output_tokens,
            "standing": self.input.standing,
            "cost": money_text(cost.likely if cost else None),
            "cost_low": money_text(cost.low if cost and ranged else None),
            "cost_high": money_text(cost.high if cost and ranged else None),
            "complete": self.complete,
        }


class Report:
    """What one command found: rows in input order, and what they add up to."""

    def __init__(self, command: str, currency: str | None = None) -> None:
        self.command = command
        self.currency = currency
        self.pricing: dict[str, Any] | None = None
        self.rows: list[Row] = []
        self.warnings: list[str] = []
        self.findings: list[Finding] = []
        self.complete = True

    def totals(self, model: str | None = None) -> Totals:
        """The sum over the rows, or over those of one model (``provider/id``)."""
        rows = [row for row in self.rows if model is None or _full_id(row) == model]
        summed = Count(0, 0, 0)
        for row in rows:
            summed = add(summed, row.input)
        priced = [row.cost for row in rows if row.cost is not None]
        cost = total(priced) if priced and len(priced) == len(rows) else None
        complete = self.complete and all(isinstance(each, Priced) for each in priced)
        names = {row.model for row in rows}
        return Totals(
            model=names.pop() if len(names) == 1 else None,
            rows=len(rows),
            input=summed,
            output_tokens=sum(row.output_tokens for row in rows),
            cost=cost,
            complete=complete,
        )

    def models(self) -> list[str | None]:
        """The models of the rows (``provider/id``), in the order they first come."""
        return list(dict.fromkeys(_full_id(row) for row in self.rows))

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON has it; the shape is a contract, see SCHEMA_VERSION."""
        totals = self.totals().to_dict()
        totals["by_model"] = [self.totals(model).to_dict() for model in self.models() if model is not None]
        return {
            "schema_version": SCHEMA_VERSION,
            "command": self.command,
            "currency": self.currency,
            "pricing": self.pricing,
            "rows": [row_dict(row) for row in self.rows],
            "totals": totals,
            "warnings": self.warnings,
            "findings": [finding.to_dict() for finding in self.findings],
        }


def add(one: Count, other: Count) -> Count:
    """The sum of two counts, without their parts."""
    return Count(
        one.tokens + other.tokens, one.low + other.low, one.high + other.high, weaker(one.standing, other.standing)
    )


def row_dict(row: Row) -> dict[str, Any]:
    """The row as JSON has it."""
    return {column.key: to_json(column.of(row)) for column in ROW_COLUMNS}


def _full_id(row: Row) -> str | None:
    return f"{row.provider}/{row.model}" if row.model else None
