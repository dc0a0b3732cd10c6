"""``prices lint``: everything wrong in a price file; an error is a broken rule."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tokcost.catalog import builtin
from tokcost.catalog.price_file import ParsedFile
from tokcost.catalog.toml_text import read_text
from tokcost.counting.scales import scale_names
from tokcost.encodings.names import ENCODINGS
from tokcost.linting.due import due
from tokcost.linting.files import lint, linted_files
from tokcost.linting.issue import LintIssue
from tokcost.report import Column, Finding, Kind, Report, Table


def _place(issue: LintIssue) -> str:
    return f"{issue.path}:{issue.line}" if issue.line else issue.path


LINT_COLUMNS: tuple[Column, ...] = (
    Column("name", _place, "where", shrinks=True),
    Column("path", lambda issue: issue.path),
    Column("line", lambda issue: issue.line, kind=Kind.NUMBER),
    Column("severity", lambda issue: issue.severity, "severity"),
    Column("message", lambda issue: issue.message, "problem", shrinks=True),
)


def lint_report(path: Path | None, today: date | None = None) -> Report:
    """The issues of a price file, None: of the built-in book. Raises PriceFileError for one that cannot be read.

    With ``today``, what is due on that day, too: what was missed is an error, what is coming a warning.
    """
    issues = lint(path, encodings=ENCODINGS, scales=scale_names(), today=today)
    if today is not None and all(issue.severity != "error" for issue in issues):
        issues += _due(path, today)
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


def _due(path: Path | None, today: date) -> list[LintIssue]:
    """What is due in files without an error, in the order of their lines."""
    found = []
    for file in linted_files(path):
        parsed = ParsedFile(str(file), read_text(file), file.resolve() == builtin.builtin_path())
        for each in sorted(set(due(parsed, today))):
            found.append(LintIssue(parsed.path, each.line, "error" if each.missed else "warning", each.message))
    return found
