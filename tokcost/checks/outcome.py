"""All that a check or a diff found, for whoever draws it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from tokcost.anatomy import Piece
from tokcost.checks.entries import Entry
from tokcost.checks.limits import by_budget, cost_of_all, cost_per_month
from tokcost.diff import Change, Key, sums
from tokcost.phrases import plural
from tokcost.report import Finding, money_text
from tokcost.report_old import Report


class Outcome(NamedTuple):
    """The report (rows, warnings, findings), and what stands behind it.

    ``changes`` is None without a base, whose name is ``base``. ``prefix``: the folder of the
    configuration as seen from the top of the repository, '' or ending in "/". ``anatomy`` has the
    pieces of prompts by name.
    """

    report: Report
    entries: Sequence[Entry]
    base: str = ""
    changes: Sequence[Change] | None = None
    prefix: str = ""
    anatomy: Mapping[str, Sequence[Piece]] = {}

    @property
    def broken(self) -> bool:
        """Whether a rule is broken."""
        return bool(self.report.findings)

    def verdict(self) -> str:
        """The whole in one sentence."""
        prompts = len({entry.row.name for entry in self.entries})
        budgets = len({entry.setting.budget.name for entry in self.entries})
        held = f"{plural(prompts, 'prompt')} in {plural(budgets, 'budget')}"
        found = len(self.report.findings)
        return f"{plural(found, 'finding')} in {held}" if found else f"{held}: all within their limits"

    def to_dict(self) -> dict[str, Any]:
        """The outcome as JSON has it: the report, and what the budgets and the base add."""
        document = self.report.to_dict()
        changes = {(change.name, change.model): change for change in self.changes or ()}
        budgets = _budgets_of(self.entries)
        outputs = {entry.key: entry.setting.output for entry in self.entries}
        for row in document["rows"]:
            key = (row["name"], f"{row['provider']}/{row['model']}")
            row["budgets"] = budgets.get(key, [])
            output = outputs.get(key)
            if output is not None and output.low != output.high:
                row["output_tokens_low"], row["output_tokens_high"] = output.low, output.high
            if self.changes is not None:
                change = changes.get(key)
                row["change"] = change.to_dict() if change else None
        document["budgets"] = [line.to_dict() for line in budget_lines(self.entries, self.report.findings)]
        document["base"] = self.base or None
        if self.changes is not None:
            document["changes"] = [change.to_dict() for change in self.changes if change.status != "same"]
            document["change_totals"] = [each.to_dict() for each in sums(self.changes)]
        if self.anatomy:
            document["anatomy"] = {
                name: [dict(zip(piece._fields, piece, strict=True)) for piece in pieces]
                for name, pieces in self.anatomy.items()
            }
        return document


class BudgetLine(NamedTuple):
    """A budget under one model: its prompts, their tokens and costs as held to the limits."""

    budget: str
    model: str
    prompts: int
    largest: int
    limit: int | None
    tokens: int
    cost: Decimal | None
    cost_per_month: Decimal | None
    findings: int

    def to_dict(self) -> dict[str, Any]:
        """The line as JSON has it."""
        found = self._asdict()
        found["cost"], found["cost_per_month"] = money_text(self.cost), money_text(self.cost_per_month)
        return found


def budget_lines(entries: Sequence[Entry], findings: Sequence[Finding]) -> list[BudgetLine]:
    """One line for each budget and model."""
    lines = []
    for group in by_budget(entries).values():
        budget, model = group[0].setting.budget, group[0].model
        priced = all(entry.cost is not None for entry in group)
        lines.append(
            BudgetLine(
                budget.name,
                model.id,
                len(group),
                max(entry.tokens for entry in group),
                budget.max_input_tokens,
                sum(entry.tokens for entry in group),
                cost_of_all(group) if priced else None,
                cost_per_month(group) if priced and budget.runs_per_month is not None else None,
                sum(found.budget == budget.name and found.model == model.id for found in findings),
            )
        )
    return lines


def _budgets_of(entries: Sequence[Entry]) -> dict[Key, list[str]]:
    found: dict[Key, list[str]] = {}
    for entry in entries:
        found.setdefault(entry.key, []).append(entry.setting.budget.name)
    return found
