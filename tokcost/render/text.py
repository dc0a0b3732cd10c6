"""A report for people: its tables, then what they do not say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokcost.phrases import printable
from tokcost.render.grid import grid_of
from tokcost.report import Report, Table

if TYPE_CHECKING:
    from tokcost.report import Finding


def text(report: Report, terminal: bool) -> str:
    """The headlines, the tables, each under its title, the sentences, and the findings of a check."""
    above = ["".join(f"{printable(line)}\n" for line in lines) for lines in (report.headlines, report.heading) if lines]
    parts = list(above)
    parts += [part for table in report.tables() if (part := table_text(table, report.currency, terminal))]
    if report.sentences:
        lines = "".join(f"{printable(line)}\n" for line in report.sentences)
        parts[-1:] = [parts[-1] + lines] if parts else [lines]
    if report.findings_in == "text":
        parts += [finding_text(finding) for finding in report.findings]
    return "\n".join(parts)


def table_text(table: Table, currency: str | None, terminal: bool) -> str:
    """A table under its title, '' when it has no rows."""
    if not table.rows and not table.footer:
        return ""
    most = len(table.shown_rows) if table.most is None else table.most
    grid = grid_of(table.cut(most), currency)
    if terminal:
        from tokcost.render.table import drawn

        body = drawn(grid)
    else:
        from tokcost.render.plain import plain

        body = plain(grid)
    if (left := len(table.shown_rows) - most) > 0:
        body += f"... and {left:,} more: --format json lists all\n"
    return f"{printable(table.title)}\n{body}" if table.title else body


def finding_text(finding: Finding) -> str:
    """A finding in lines: the fact, the remedy, and where the rule stands."""
    lines = [f"{finding.rule_file}:{finding.rule_line}: {finding.rule}: {finding.message}"]
    lines += [f"    {line}" for line in (finding.remedy, finding.hint) if line]
    return "".join(f"{printable(line)}\n" for line in lines)
