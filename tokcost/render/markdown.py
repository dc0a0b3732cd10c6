"""A report as Markdown: where there are limits the verdict first, then its tables. Fit for a pull request."""

from __future__ import annotations

from tokcost.render.grid import grid_of
from tokcost.render.tabular import markdown_line, markdown_text
from tokcost.report import Finding, Report, Table

# Whoever posts the comment finds the earlier one by this, and updates it in place.
MARKER = "<!-- tokcost -->"
OPEN_ROWS = 10
# A comment holds 65,536 characters; past so many rows the rest is told in one sentence.
MOST_ROWS = 200
MOST_FINDINGS = 50


def markdown(report: Report) -> str:
    """The whole; under a hidden marker and a heading when the user set limits."""
    parts = []
    if report.limited:
        mark = "❌" if report.findings or not report.complete else "✅"
        parts += [MARKER, f"### tokcost: {mark} {markdown_line(report.verdict())}"]
        parts += _findings(report)
    parts += [part for table in report.tables() if (part := _table(table, report, collapsed=report.limited))]
    parts += [markdown_line(line) for line in report.sentences]
    if report.limited:
        notes = [*report.problems.sentences(), *report.warnings]
        parts += ["\n".join(f"> {markdown_line(note)}" for note in notes)] if notes else []
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def _findings(report: Report) -> list[str]:
    lines = [_finding(found) for found in report.findings[:MOST_FINDINGS]]
    if len(report.findings) > MOST_FINDINGS:
        lines.append(f"- and {len(report.findings) - MOST_FINDINGS:,} more")
    return ["\n".join(lines)] if lines else []


def _finding(found: Finding) -> str:
    place = f" (`{found.rule_file}:{found.rule_line}`)" if found.rule_file else ""
    lines = [f"- **{found.rule}** {markdown_line(found.message)}{place}"]
    lines += [f"  - {markdown_line(line)}" for line in (found.remedy, found.hint) if line]
    return "\n".join(lines)


def _table(table: Table, report: Report, collapsed: bool) -> str:
    """A table under its title; a long one is cut, and folded away in a comment."""
    title = markdown_line(table.title)
    if not table.rows and not table.footer:
        return ""
    rows = table.shown_rows
    most = MOST_ROWS if collapsed else len(rows)
    shown = Table(table.columns, table.title)
    shown.rows, shown.footer = rows[:most], table.footer
    body = markdown_text(grid_of(shown, report.currency))
    if len(rows) > most:
        body += f"\n{len(rows) - most:,} more rows are left out.\n"
    if collapsed and len(rows) > OPEN_ROWS:
        body = f"<details>\n<summary>{len(rows):,} rows</summary>\n\n{body}\n</details>\n"
    return f"{title}\n\n{body}" if title else body
