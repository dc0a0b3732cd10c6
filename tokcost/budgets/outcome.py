"""All that a check or a diff found, for whoever draws it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from tokcost.budgets.budgeted import BudgetedPrompt
from tokcost.budgets.changes import Key, PromptChange, change_totals
from tokcost.budgets.rules import by_budget, cost_of_all, cost_per_month
from tokcost.budgets.why import PromptPart
from tokcost.phrases import plural
from tokcost.report import Finding, money_text
from tokcost.report_old import Report


class Outcome(NamedTuple):
    """The report (rows, warnings, findings), and what stands behind it.

    ``changes`` is None without a base, whose name is ``base``. ``prefix``: the folder of the
    configuration as seen from the top of the repository, '' or ending in "/". ``parts`` has the
    parts of prompts by name.
    """

    report: Report
    prompts: Sequence[BudgetedPrompt]
    base: str = ""
    changes: Sequence[PromptChange] | None = None
    prefix: str = ""
    parts: Mapping[str, Sequence[PromptPart]] = {}

    @property
    def broken(self) -> bool:
        """Whether a rule is broken."""
        return bool(self.report.findings)

    def verdict(self) -> str:
        """The whole in one sentence."""
        prompts = len({prompt.row.name for prompt in self.prompts})
        budgets = len({prompt.setting.budget.name for prompt in self.prompts})
        held = f"{plural(prompts, 'prompt')} in {plural(budgets, 'budget')}"
        found = len(self.report.findings)
        return f"{plural(found, 'finding')} in {held}" if found else f"{held}: all within their limits"

    def to_dict(self) -> dict[str, Any]:
        """The outcome as JSON has it: the report, and what the budgets and the base add."""
        document = self.report.to_dict()
        changes = {(change.name, change.model): change for change in self.changes or ()}
        budgets = _budgets_of(self.prompts)
        settings = {prompt.key: prompt.setting for prompt in self.prompts}
        for row in document["rows"]:
            key = (row["name"], f"{row['provider']}/{row['model']}")
            row["budgets"] = budgets.get(key, [])
            setting = settings.get(key)
            if setting is not None:
                row["mode"] = setting.terms.mode
            if setting is not None and setting.output.low != setting.output.high:
                row["output_tokens_low"], row["output_tokens_high"] = setting.output.low, setting.output.high
            if self.changes is not None:
                change = changes.get(key)
                row["change"] = change.to_dict() if change else None
        document["budgets"] = [line.to_dict() for line in budget_lines(self.prompts, self.report.findings)]
        document["base"] = self.base or None
        if self.changes is not None:
            document["changes"] = [change.to_dict() for change in self.changes if change.status != "same"]
            document["change_totals"] = [each.to_dict() for each in change_totals(self.changes)]
        if self.parts:
            document["anatomy"] = {
                name: [dict(zip(part._fields, part, strict=True)) for part in parts]
                for name, parts in self.parts.items()
            }
        return document


class BudgetLine(NamedTuple):
    """A budget under one model: its prompts, their tokens and costs as compared with the limits."""

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


def budget_lines(prompts: Sequence[BudgetedPrompt], findings: Sequence[Finding]) -> list[BudgetLine]:
    """One line for each budget and model."""
    lines = []
    for group in by_budget(prompts).values():
        budget, model = group[0].setting.budget, group[0].model
        priced = all(prompt.cost is not None for prompt in group)
        lines.append(
            BudgetLine(
                budget.name,
                model.id,
                len(group),
                max(prompt.tokens for prompt in group),
                budget.max_input_tokens,
                sum(prompt.tokens for prompt in group),
                cost_of_all(group) if priced else None,
                cost_per_month(group) if priced and budget.runs_per_month is not None else None,
                sum(found.budget == budget.name and found.model == model.id for found in findings),
            )
        )
    return lines


def _budgets_of(prompts: Sequence[BudgetedPrompt]) -> dict[Key, list[str]]:
    found: dict[Key, list[str]] = {}
    for prompt in prompts:
        found.setdefault(prompt.key, []).append(prompt.setting.budget.name)
    return found
