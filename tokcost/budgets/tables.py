"""What a report on budgets shows beside its rows: a line for each budget, what moved, where the tokens are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple

from tokcost.budgets.budgeted import BudgetedPrompt
from tokcost.budgets.changes import PromptChange, change_totals, largest_first
from tokcost.budgets.rules import by_budget, cost_of_all, cost_per_month
from tokcost.budgets.why import PromptPart
from tokcost.counting.count import EXACT as CERTAIN
from tokcost.counting.count import weaker
from tokcost.naming.sellers import name_in_reports
from tokcost.rates import EXACT
from tokcost.report import UNPRICED, Column, Finding, Kind, Report, Table


class BudgetLine(NamedTuple):
    """A budget under one model: its prompts, their tokens and costs as compared with the limits."""

    budget: str
    model: str
    prompts: int
    largest: int
    limit: int | None
    tokens: int
    standing: str
    cost: Decimal | None
    cost_per_month: Decimal | None
    findings: int


BUDGET_COLUMNS: tuple[Column, ...] = (
    Column("budget", lambda each: each.budget, "budget", shrinks=True),
    Column("model", lambda each: each.model, "model", shrinks=True),
    Column("prompts", lambda each: each.prompts, "prompts", Kind.NUMBER),
    Column("largest", lambda each: each.largest, "largest", Kind.NUMBER),
    Column("limit", lambda each: each.limit, "limit", Kind.NUMBER),
    Column("tokens", lambda each: each.tokens, "tokens", Kind.NUMBER),
    Column("standing", lambda each: each.standing),
    Column("cost", lambda each: each.cost, "cost", Kind.COST),
    Column("cost_per_month", lambda each: each.cost_per_month, "a month", Kind.MONEY),
    Column("findings", lambda each: each.findings, "findings", Kind.NUMBER),
)
_MODEL_COLUMNS: tuple[Column, ...] = (
    Column("model", lambda each: name_in_reports(each.model), "model", shrinks=True),
    Column("provider", lambda each: each.model.partition("/")[0]),
)
_MOVED_COLUMNS: tuple[Column, ...] = (
    Column("input_tokens_before", lambda each: each.tokens_before, "before", Kind.NUMBER),
    Column("input_tokens", lambda each: each.tokens_after, "input", Kind.NUMBER),
    Column("tokens", lambda each: each.tokens, "change", Kind.SIGNED),
    Column("percent", lambda each: _percent(each.tokens, each.tokens_before), "percent", Kind.PERCENT),
    Column("cost_before", lambda each: each.cost_before),
    Column("cost_after", lambda each: each.cost_after),
    Column("cost", lambda each: each.cost, "cost", Kind.SIGNED_MONEY),
)
CHANGE_COLUMNS: tuple[Column, ...] = (
    Column("name", lambda each: each.name, "name", shrinks=True),
    Column("old_name", lambda each: each.old_name or None, "renamed from", shrinks=True),
    *_MODEL_COLUMNS,
    Column("status", lambda each: each.status, "status"),
    *_MOVED_COLUMNS,
)
PART_COLUMNS: tuple[Column, ...] = (
    Column("name", lambda each: each[0], "name", shrinks=True),
    Column("label", lambda each: each[1].label, "part", shrinks=True),
    Column("kind", lambda each: each[1].kind, "kind"),
    Column("line", lambda each: each[1].line, "line", Kind.NUMBER),
    Column("tokens", lambda each: each[1].tokens, "tokens", Kind.NUMBER),
)


def budget_table(prompts: Sequence[BudgetedPrompt], findings: Sequence[Finding]) -> Table:
    """A line for each budget and model."""
    return Table(BUDGET_COLUMNS).extend(_budget_lines(prompts, findings))


def add_changes(report: Report, base: str, changes: Sequence[PromptChange], most: int | None = None) -> None:
    """What moved since ``base``, largest first, and what it comes to; people see the first ``most`` of it."""
    table = Table(CHANGE_COLUMNS, f"since {base}", most=most)
    table.extend(largest_first(changes))
    sums = [
        {column.key: column.of(each) for column in (*_MODEL_COLUMNS, *_MOVED_COLUMNS)}
        for each in change_totals(changes)
    ]
    if table.rows:
        table.footer = [{"name": "total", **each} for each in sums]
    else:
        report.sentences.append(f"nothing moved since {base}")
    report.details |= {"base": base, "changes": table, "change_totals": sums}


def part_table(parts: Mapping[str, Iterable[PromptPart]]) -> Table:
    """Where the tokens of prompts are, by their names."""
    table = Table(PART_COLUMNS, "where the tokens are")
    return table.extend((name, part) for name, found in parts.items() for part in found)


def _budget_lines(prompts: Sequence[BudgetedPrompt], findings: Sequence[Finding]) -> Iterable[BudgetLine]:
    for group in by_budget(prompts).values():
        budget, model = group[0].setting.budget, group[0].model
        priced = all(prompt.cost is not None for prompt in group)
        standing = CERTAIN
        for prompt in group:
            standing = weaker(standing, prompt.row.input.standing)
        yield BudgetLine(
            budget.name,
            model.name,
            len(group),
            max(prompt.tokens for prompt in group),
            budget.max_input_tokens,
            sum(prompt.tokens for prompt in group),
            standing if priced else UNPRICED,
            cost_of_all(group) if priced else None,
            cost_per_month(group) if priced and budget.runs_per_month is not None else None,
            sum(found.budget == budget.name and found.model == model.name for found in findings),
        )


def _percent(part: int, whole: int | None) -> Decimal | None:
    """The share of what was there before, None of nothing. Cut after so many digits that it still rounds aright."""
    if not whole:
        return None
    share = EXACT.divide(Decimal(part * 100), Decimal(whole))
    return share.quantize(Decimal("0.0001"), ROUND_DOWN, EXACT)
