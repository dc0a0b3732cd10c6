"""Whether texts fit the context windows of their models."""

from __future__ import annotations

from collections.abc import Sequence

from tokcost.catalog import Model
from tokcost.documents.models import Target
from tokcost.report import Report, Row


def check_windows(report: Report, rows: Sequence[Row], targets: Sequence[Target], asked: bool) -> None:
    """Report every row that does not fit: as a finding when ``asked`` for, else as a warning."""
    report.limited |= asked
    models = {target.model.full_id: target.model for target in targets if target.model}
    if asked:
        for model in models.values():
            if any(row.quantity and row.full_id == model.full_id for row in rows):
                report.fail("--fit", f"cannot be checked: {model.name} is not billed by token")
            elif model.input_limit is None:
                report.fail("--fit", f"cannot be checked: the context window of {model.name} is not known")
    for row in rows:
        own = models.get(row.full_id or "")
        message = _too_large(row, own) if own else ""
        if message and asked:
            from tokcost.report import Finding

            remedy = "shorten the input, or take a model with a larger window"
            report.findings.append(Finding("fit", message, remedy, row.name, row.model or ""))
        elif message:
            report.warn([message])


def _too_large(row: Row, model: Model) -> str:
    """What does not fit the model, '' when all does."""
    if model.max_output is not None and row.output_tokens > model.max_output:
        return f"{row.name}: {row.output_tokens:,} output tokens, {model.name} writes at most {model.max_output:,}"
    if model.max_input is not None and row.input.high > model.max_input:
        return f"{row.name}: {row.input.high:,} tokens of input, {model.name} takes at most {model.max_input:,}"
    size = row.input.high + row.output_tokens
    if model.context_window is None or size <= model.context_window:
        return ""
    return (
        f"{row.name}: {size:,} tokens of input and output do not fit the context window of {model.name}, "
        f"{model.context_window:,}"
    )
