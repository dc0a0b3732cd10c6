"""An outcome for people and for programs: the table, CSV and JSON of ``check`` and ``diff``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tokcost.amounts import money, percent, tokens
from tokcost.budgets.changes import ChangeTotal, PromptChange, change_totals, largest_first
from tokcost.budgets.outcome import Outcome, budget_lines
from tokcost.budgets.why import PromptPart
from tokcost.render_old.formats import rendered
from tokcost.render_old.grid import Column, Grid
from tokcost.report import Finding, money_text
from tokcost.report_old import row_dict

SHOWN = 20


def render_check(outcome: Outcome, form: str, terminal: bool) -> str:
    """The outcome as table, json or csv."""
    if form == "json":
        return rendered(form, Grid([]), [], outcome.to_dict(), terminal)
    if form == "csv":
        return rendered(form, Grid([Column("name", "name")]), _records(outcome), None, terminal)
    parts = [rendered("table", _budget_grid(outcome), [], None, terminal)]
    if outcome.changes is not None:
        parts.append(changes_text(outcome, terminal))
    for finding in outcome.report.findings:
        parts.append(finding_text(finding) + "\n")
    for name, found in outcome.parts.items():
        parts.append(parts_text(name, found, terminal))
    return "\n".join(part for part in parts if part)


def changes_text(outcome: Outcome, terminal: bool) -> str:
    """What moved since the base, largest first, and what it comes to."""
    currency = outcome.report.currency
    moved = largest_first(outcome.changes or ())
    if not moved:
        return f"nothing moved since {outcome.base}\n"
    grid = changes_grid(moved[:SHOWN], change_totals(outcome.changes or ()), currency)
    more = f"... and {len(moved) - SHOWN} more (--format json lists all)\n" if len(moved) > SHOWN else ""
    return f"since {outcome.base}\n" + rendered("table", grid, [], None, terminal) + more


def changes_grid(changes: Sequence[PromptChange], totals: Sequence[ChangeTotal], currency: str | None) -> Grid:
    """A row for each change, a sum for each model."""
    grid = Grid(
        [
            Column("prompt", "name", shrinks=True),
            Column("model", "model"),
            Column("", "status"),
            Column("before", "input_tokens_before", numeric=True),
            Column("now", "input_tokens", numeric=True),
            Column("tokens", "tokens", numeric=True),
            Column("", "percent", numeric=True),
            Column("cost", "cost", numeric=True),
        ]
    )
    for change in changes:
        name = f"{change.old_name} -> {change.name}" if change.old_name else change.name
        before = change.before.input.tokens if change.before else None
        after = change.after.input.tokens if change.after else None
        grid.rows.append(
            [name, change.model.partition("/")[2], change.status, tokens(before), tokens(after),
             signed(change.tokens), share(change.tokens, before), signed_money(change.cost, currency)]
        )  # fmt: skip
    for total in totals:
        grid.footer.append(
            ["in all", total.model.partition("/")[2], "", tokens(total.tokens_before), tokens(total.tokens_after),
             signed(total.tokens), share(total.tokens, total.tokens_before), signed_money(total.cost, currency)]
        )  # fmt: skip
    return grid


def finding_text(finding: Finding) -> str:
    """A finding in lines: the fact, the remedy, and where the rule stands."""
    lines = [f"{finding.rule_file}:{finding.rule_line}: {finding.rule}: {finding.message}"]
    if finding.remedy:
        lines.append(f"    {finding.remedy}")
    if finding.hint:
        lines.append(f"    {finding.hint}")
    return "\n".join(lines)


def parts_text(name: str, parts: Sequence[PromptPart], terminal: bool) -> str:
    """Where the tokens of a prompt are."""
    grid = Grid([Column("part", "label", shrinks=True), Column("", "kind"), Column("line", "line", numeric=True),
                 Column("tokens", "tokens", numeric=True)])  # fmt: skip
    grid.rows = [[part.label, part.kind, str(part.line), tokens(part.tokens)] for part in parts]
    return f"{name}\n" + rendered("table", grid, [], None, terminal)


def signed(number: int) -> str:
    """'+1,234', '-5', '0'."""
    return f"+{number:,}" if number > 0 else f"{number:,}"


def signed_money(amount: Any, currency: str | None) -> str:
    """'+$0.0015', '-$2.00', 'unknown'."""
    return f"+{money(amount, currency)}" if amount is not None and amount > 0 else money(amount, currency)


def share(part: int, whole: int | None) -> str:
    """'+12.5 %' of what was there before, '' of nothing."""
    if not whole:
        return ""
    return ("+" if part > 0 else "") + percent(part, whole)


def _budget_grid(outcome: Outcome) -> Grid:
    currency = outcome.report.currency
    grid = Grid(
        [
            Column("budget", "budget", shrinks=True),
            Column("model", "model"),
            Column("prompts", "prompts", numeric=True),
            Column("largest", "largest", numeric=True),
            Column("limit", "limit", numeric=True),
            Column("tokens", "tokens", numeric=True),
            Column("cost", "cost", numeric=True),
            Column("a month", "cost_per_month", numeric=True),
            Column("", "findings"),
        ]
    )
    for line in budget_lines(outcome.prompts, outcome.report.findings):
        month = "" if line.cost_per_month is None else money(line.cost_per_month, currency)
        verdict = "ok" if not line.findings else f"{line.findings} over"
        grid.rows.append(
            [line.budget, line.model, tokens(line.prompts), tokens(line.largest),
             tokens(line.limit), tokens(line.tokens), money(line.cost, currency), month, verdict]
        )  # fmt: skip
    return grid.without_empty()


def _records(outcome: Outcome) -> list[dict[str, Any]]:
    """One flat row for each prompt, model and budget."""
    changes = {(change.name, change.model): change for change in outcome.changes or ()}
    broken: dict[tuple[str, str, str], list[str]] = {}
    for finding in outcome.report.findings:
        broken.setdefault((finding.budget, finding.name, finding.model), []).append(finding.rule)
    records = []
    for entry in outcome.prompts:
        budget = entry.setting.budget.name
        record: dict[str, Any] = {"budget": budget, **row_dict(entry.row)}
        record["checked_tokens"], record["checked_cost"] = entry.tokens, money_text(entry.cost)
        if outcome.changes is not None:
            change = changes.get(entry.key)
            record["status"] = change.status if change else None
            record["tokens_change"] = change.tokens if change else None
            record["cost_change"] = money_text(change.cost) if change else None
        record["broken"] = " ".join(broken.get((budget, entry.row.name, entry.model.id), []))
        records.append(record)
    return records
