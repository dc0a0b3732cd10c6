"""What ``lock`` answers with beside the lock: the prompts that were locked."""

from __future__ import annotations

from tokcost.budgets.budgeted import BudgetedPrompt
from tokcost.budgets.measured import CheckOptions, MeasuredPrompts, add_rows, report_of
from tokcost.budgets.rows import prompt_rows
from tokcost.budgets.tables import budget_table
from tokcost.currency import Exchange
from tokcost.pricing import Priced
from tokcost.report import Report


def lock_report(measured: MeasuredPrompts, options: CheckOptions, exchange: Exchange) -> Report:
    """The prompts with their tokens and money, in one currency; in the lock each price is in its own.

    Raises TokcostError for prices in two currencies without a rate.
    """
    shown = measured._replace(prompts=[_in_currency(each, exchange) for each in measured.prompts])
    report = report_of("lock", shown, options._replace(exchange=exchange))
    add_rows(report, prompt_rows(shown.prompts))
    report.details["budgets"] = budget_table(shown.prompts, ())
    return report


def _in_currency(prompt: BudgetedPrompt, exchange: Exchange) -> BudgetedPrompt:
    cost, checked = prompt.row.cost, prompt.cost
    if not isinstance(cost, Priced) or checked is None:
        return prompt
    held = exchange.cost(Priced(checked, checked, checked, cost.currency))
    row = prompt.row._replace(cost=exchange.cost(cost))
    return prompt._replace(row=row, cost=held.likely if isinstance(held, Priced) else None)
