"""What ``lock`` answers with beside the lock: the prompts that were locked."""

from __future__ import annotations

from tokcost.budgets.measured import CheckOptions, MeasuredPrompts, add_rows, report_of
from tokcost.budgets.rows import prompt_rows
from tokcost.budgets.tables import budget_table
from tokcost.report import Report


def lock_report(measured: MeasuredPrompts, options: CheckOptions) -> Report:
    """The prompts, with the tokens and the money of the lock. Raises TokcostError for prices in two currencies."""
    report = report_of("lock", measured, options)
    add_rows(report, prompt_rows(measured.prompts))
    report.details["budgets"] = budget_table(measured.prompts, ())
    return report
