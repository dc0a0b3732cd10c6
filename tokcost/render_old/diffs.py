"""The outcome of ``diff``."""

from __future__ import annotations

from typing import Any

from tokcost.budgets.changes import change_totals, largest_first
from tokcost.budgets.outcome import Outcome
from tokcost.render_old.check import changes_grid
from tokcost.render_old.comment import changes_markdown
from tokcost.render_old.formats import rendered
from tokcost.render_old.grid import Column, Grid


def render_diff(outcome: Outcome, form: str, terminal: bool) -> str:
    """Every change, largest first, and what they come to."""
    changes = outcome.changes or ()
    moved = largest_first(changes)
    if form == "json":
        return rendered(form, Grid([]), [], outcome.to_dict(), terminal)
    if form == "csv":
        records: list[dict[str, Any]] = [change.to_dict() for change in moved]
        keys = ["name", "old_name", "model", "provider", "status", "input_tokens_before", "input_tokens", "tokens",
                "cost_before", "cost_after", "cost"]  # fmt: skip
        return rendered(form, Grid([Column(key, key) for key in keys]), records, None, terminal)
    if form == "markdown":
        return changes_markdown(outcome)
    if not moved:
        return f"nothing moved since {outcome.base}\n"
    return f"since {outcome.base}\n" + rendered(
        "table", changes_grid(moved, change_totals(changes), outcome.report.currency), [], None, terminal
    )
