"""Whether texts fit the context windows of their models."""

from __future__ import annotations

from collections.abc import Sequence

from tokcost.counting.window import misfits
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
        for misfit in misfits(own, row.input, row.output_tokens) if own else ():
            if asked:
                from tokcost.report import Finding

                remedy = f"{misfit.remedy}, or take a model that has room for it"
                report.findings.append(Finding("fit", f"{row.name}: {misfit.why}", remedy, row.name, row.model or ""))
            else:
                report.warn([f"{row.name}: {misfit.why}"])
