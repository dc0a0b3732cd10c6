"""A report for people: its tables, then what they do not say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from tokcost.phrases import printable
from tokcost.render.grid import grid_of
from tokcost.report import Report, Table

if TYPE_CHECKING:
    from tokcost.report import Finding


def text(report: Report, terminal: bool) -> Iterator[str]:
    """The headlines, the tables, each under its title, the sentences, and the findings of a check."""
    parts: list[Iterable[str]] = [
        [f"{printable(line)}\n" for line in lines] for lines in (report.headlines, report.heading) if lines
    ]
    parts += [table_text(table, report.currency, terminal) for table in report.tables() if table.rows or table.footer]
    if report.sentences:
        lines = [f"{printable(line)}\n" for line in report.sentences]
        parts[-1:] = [chain(parts[-1], lines)] if parts else [lines]
    if report.findings_in == "text":
        parts += [[finding_text(finding)] for finding in report.findings]
    for at, part in enumerate(parts):
        if at:
            yield "\n"
        yield from part


def table_text(table: Table, currency: str | None, terminal: bool) -> Iterator[str]:
    """A table under its title."""
    if table.title:
        yield f"{printable(table.title)}\n"
    most = len(table.shown_rows) if table.most is None else table.most
    grid = grid_of(table.cut(most), currency)
    if terminal:
        from tokcost.render.table import drawn

        yield drawn(grid)
    else:
        from tokcost.render.plain import plain

        yield from plain(grid)
    if (left := len(table.shown_rows) - most) > 0:
        yield f"... and {left:,} more: --format json lists all\n"


def finding_text(finding: Finding) -> str:
    """A finding in lines: the fact, the remedy, and where the rule stands."""
    lines = [f"{finding.rule_file}:{finding.rule_line}: {finding.rule}: {finding.message}"]
    lines += [f"    {line}" for line in (finding.remedy, finding.hint) if line]
    return "".join(f"{printable(line)}\n" for line in lines)
