"""A report as Markdown: where there are limits the verdict first, then its tables. Fit for a pull request.

A comment holds 65,536 characters. The verdict, the findings and the notes have their place in it, the rows of the
tables what is left, and the findings what these leave. A line counts what each of them leaves out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tokcost.phrases import plural
from tokcost.render.escapes import markdown_code, markdown_line
from tokcost.render.grid import grid_of
from tokcost.render.tabular import markdown_table, shortened
from tokcost.report import Finding, Report, Table

# Whoever posts the comment finds the earlier one by this, and updates it in place.
MARKER = "<!-- tokcost -->"
OPEN_ROWS = 10
MOST_ROWS = 200
MOST_FINDINGS = 50
# Characters of a comment, and of what it is made of: the findings have so many at least, the others at most.
MOST_CHARACTERS = 65_000
_FINDINGS, _NOTES, _SENTENCES = 28_000, 10_000, 4_000
_MOST_OF_LINE, _MOST_OF_CELL = 600, 200
# What stands around the rows of a table: titles, folding, what is left out.
_AROUND = 400


def markdown(report: Report) -> str:
    """The whole; under a hidden marker and a heading, and no longer than a comment, when the user set limits.

    Headlines come first, before the verdict.
    """
    first = _fitting((f"- ⚠️ {_line(line)}" for line in report.headlines), _NOTES, "- and {} more")
    if not report.limited:
        parts = [*(_table(table, None, None, report) for table in _filled(report))]
        about = "\n".join(f"- {markdown_line(line)}" for line in report.heading)
        return _joined(["\n".join(first), about, *parts, *map(markdown_line, report.sentences)])
    mark = "❌" if report.findings or not report.complete else "✅"
    head = [MARKER, "\n".join(first), f"### tokcost: {mark} {_line(report.verdict())}"]
    sentences = _fitting(map(_line, report.sentences), _SENTENCES, "and {} more lines")
    notes = [*report.problems.sentences(), *report.warnings, *filter(None, [report.told_by()])]
    after = [*sentences, "\n".join(_fitting((f"> {_line(note)}" for note in notes), _NOTES, "> and {} more"))]
    room = MOST_CHARACTERS - len(_joined([*head, *after]))
    tables = list(_tables(report, room - _FINDINGS))
    left = room - len(_joined(tables))
    findings = _fitting(map(_finding, report.findings), left, "- and {} more", MOST_FINDINGS)
    return _joined([*head, "\n".join(findings), *tables, *after])


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(part.rstrip("\n") for part in parts if part) + "\n"


def _fitting(blocks: Iterable[str], room: int, rest: str, most: int | None = None) -> list[str]:
    """The first blocks that have room, and how many more there are."""
    listed = list(blocks)
    taken = 0
    for block in listed[:most]:
        room -= len(block) + 2
        if room < (len(rest) + 20 if taken + 1 < len(listed) else 0):
            break
        taken += 1
    left = len(listed) - taken
    return listed[:taken] + ([rest.format(f"{left:,}")] if left else [])


def _line(text: str) -> str:
    return markdown_line(shortened(text, _MOST_OF_LINE))


def _finding(found: Finding) -> str:
    rule = shortened(found.rule_file, _MOST_OF_CELL)
    place = f" ({markdown_code(f'{rule}:{found.rule_line}')})" if rule else ""
    lines = [f"- **{found.rule}** {_line(found.message)}{place}"]
    lines += [f"  - {_line(line)}" for line in (found.remedy, found.hint) if line]
    return "\n".join(lines)


def _filled(report: Report) -> list[Table]:
    return [table for table in report.tables() if table.rows or table.footer]


def _tables(report: Report, room: int) -> Iterator[str]:
    """Every table; all together have so many rows, and so many characters."""
    left = MOST_ROWS
    for table in _filled(report):
        text = _table(table, left, max(room, 0), report)
        yield text
        room -= len(text) + 2
        left = max(0, left - len(table.shown_rows))


def _table(table: Table, most: int | None, room: int | None, report: Report) -> str:
    """The first rows of a table under its title; in a comment a long one is folded away, its sums stay open."""
    number, shown = len(table.shown_rows), table.cut(len(table.shown_rows) if most is None else most)
    folded = room is not None and number > OPEN_ROWS
    sums = ""
    if folded and table.footer:
        sums, _ = _drawn(table.cut(0), room // 2 if room is not None else None, report)
        sums, shown.footer = sums + "\n", []
    body, rows = _drawn(shown, None if room is None else room - len(sums) - _AROUND, report)
    if number > rows:
        body += f"\n{plural(number - rows, 'more row')} {'is' if number - rows == 1 else 'are'} left out.\n"
    if folded:
        body = f"{sums}<details>\n<summary>{number:,} rows</summary>\n\n{body}\n</details>\n"
    return f"{_line(table.title)}\n\n{body}" if table.title else body


def _drawn(table: Table, room: int | None, report: Report) -> tuple[str, int]:
    """A table, and how many of its rows had room; its sums come first. '' where not even its heading has any."""
    if not table.rows and not table.footer:
        return "", 0
    lines = markdown_table(grid_of(table, report.currency), None if room is None else _MOST_OF_CELL)
    if room is None:
        return lines.text, len(lines.rows)
    room -= sum(len(line) + 1 for line in lines.head)
    if room < 0:
        return "", 0
    sums = _fitting(lines.sums, room, "")
    room -= sum(len(line) + 1 for line in sums)
    rows = 0
    while rows < len(lines.rows) and room > len(lines.rows[rows]):
        room -= len(lines.rows[rows]) + 1
        rows += 1
    return lines._replace(rows=lines.rows[:rows], sums=[line for line in sums if line]).text, rows
