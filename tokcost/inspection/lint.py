"""``prices lint``: everything wrong in a price file; an error is a broken rule."""

from __future__ import annotations

from pathlib import Path

from tokcost.catalog.lint import LintIssue, lint
from tokcost.counting.scales import scale_names
from tokcost.encodings.names import ENCODINGS
from tokcost.report import Column, Finding, Kind, Report, Table


def _place(issue: LintIssue) -> str:
    return f"{issue.path}:{issue.line}" if issue.line else issue.path


LINT_COLUMNS: tuple[Column, ...] = (
    Column("name", _place, "where"),
    Column("path", lambda issue: issue.path),
    Column("line", lambda issue: issue.line, kind=Kind.NUMBER),
    Column("severity", lambda issue: issue.severity, "severity"),
    Column("message", lambda issue: issue.message, "problem", shrinks=True),
)


def lint_report(path: Path | None) -> Report:
    """The issues of a price file, None: of the built-in book. Raises PriceFileError for one that cannot be read."""
    issues = lint(path, encodings=ENCODINGS, scales=scale_names())
    report = Report("prices lint", Table(LINT_COLUMNS).extend(issues))
    report.limited, report.findings_in = True, "table"
    report.scope = str(path) if path else "the built-in price book"
    report.findings = [
        Finding("price-file", issue.message, file=issue.path, line=issue.line)
        for issue in issues
        if issue.severity == "error"
    ]
    report.sentences = [] if issues else [f"{report.scope}: no problems"]
    report.totals = {"rows": len(issues), "errors": len(report.findings)}
    return report
