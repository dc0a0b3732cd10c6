"""A report as Markdown: where there are limits the verdict first, then its tables. Fit for a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from tokcost.render.grid import grid_of
from tokcost.render.tabular import markdown_line, markdown_text
from tokcost.report import Finding, Report, Table

# Whoever posts the comment finds the earlier one by this, and updates it in place.
MARKER = "<!-- tokcost -->"
OPEN_ROWS = 10
# A comment holds 65,536 characters; past so many rows one sentence counts the rest.
MOST_ROWS = 200
MOST_FINDINGS = 50


def markdown(report: Report) -> str:
    """The whole; under a hidden marker and a heading when the user set limits."""
    parts = [MARKER] if report.limited else []
    parts += ["\n".join(f"- ⚠️ {markdown_line(line)}" for line in report.headlines)] if report.headlines else []
    if report.limited:
        mark = "❌" if report.findings or not report.complete else "✅"
        parts += [f"### tokcost: {mark} {markdown_line(report.verdict())}"]
        parts += _findings(report)
    parts += _tables(report)
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


def _tables(report: Report) -> Iterator[str]:
    """Every table; in a comment all together have so many rows."""
    left = MOST_ROWS
    for table in report.tables():
        if table.rows or table.footer:
            most = left if report.limited else len(table.shown_rows)
            yield _table(table, most, report)
            left = max(0, left - len(table.shown_rows))


def _table(table: Table, most: int, report: Report) -> str:
    """The first rows of a table under its title; in a comment a long one is folded away, its sums stay open."""
    number, shown = len(table.shown_rows), table.cut(most)
    folded = report.limited and number > OPEN_ROWS
    sums = markdown_text(grid_of(table.cut(0), report.currency)) + "\n" if folded and table.footer else ""
    shown.footer = [] if sums else table.footer
    body = markdown_text(grid_of(shown, report.currency))
    if number > most:
        body += f"\n{number - most:,} more rows are left out.\n"
    if folded:
        body = f"{sums}<details>\n<summary>{number:,} rows</summary>\n\n{body}\n</details>\n"
    return f"{markdown_line(table.title)}\n\n{body}" if table.title else body
