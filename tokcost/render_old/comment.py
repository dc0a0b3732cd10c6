"""An outcome as the comment on a pull request: the verdict first, then what changed, largest first."""

from __future__ import annotations

from tokcost.budgets.changes import change_totals, largest_first
from tokcost.budgets.outcome import Outcome
from tokcost.render_old.check import changes_grid, signed, signed_money
from tokcost.render_old.tabular import markdown_line, markdown_text
from tokcost.report import Finding

# Whoever posts the comment finds the earlier one by this, and updates it in place.
MARKER = "<!-- tokcost -->"
OPEN_ROWS = 10
# A comment holds 65,536 characters; past so many rows the rest is told in one sentence.
MOST_ROWS = 200
MOST_FINDINGS = 50


def comment(outcome: Outcome) -> str:
    """The whole comment, its hidden marker first."""
    parts = [MARKER, f"### tokcost: {_verdict(outcome)}"]
    findings = outcome.report.findings
    if findings:
        lines = [_finding(found) for found in findings[:MOST_FINDINGS]]
        if len(findings) > MOST_FINDINGS:
            lines.append(f"- and {len(findings) - MOST_FINDINGS:,} more")
        parts.append("\n".join(lines))
    if outcome.changes is not None:
        parts.append(changes_markdown(outcome).rstrip("\n"))
    notes = list(dict.fromkeys(outcome.report.warnings))
    if notes:
        parts.append("\n".join(f"> {markdown_line(note)}" for note in notes))
    return "\n\n".join(parts) + "\n"


def changes_markdown(outcome: Outcome) -> str:
    """What moved since the base, collapsed beyond ten rows."""
    changes = outcome.changes or ()
    moved = largest_first(changes)
    if not moved:
        return f"No prompt moved since {markdown_line(outcome.base)}.\n"
    currency = outcome.report.currency
    shown = moved[:MOST_ROWS]
    table = markdown_text(changes_grid(shown, change_totals(changes), currency))
    sizes = "; ".join(
        f"{signed(each.tokens)} input tokens, {signed_money(each.cost, currency)} for {each.model.partition('/')[2]}"
        for each in change_totals(changes)
    )
    head = f"Since {markdown_line(outcome.base)}: {sizes}."
    if len(moved) > len(shown):
        table += f"\n{len(moved) - len(shown):,} smaller changes are left out.\n"
    if len(moved) > OPEN_ROWS:
        return f"{head}\n\n<details>\n<summary>{len(moved):,} changes</summary>\n\n{table}\n</details>\n"
    return f"{head}\n\n{table}"


def _verdict(outcome: Outcome) -> str:
    found = len(outcome.report.findings)
    return f"{'❌' if found else '✅'} {markdown_line(outcome.verdict())}"


def _finding(found: Finding) -> str:
    lines = [f"- **{found.rule}** {markdown_line(found.message)} (`{found.rule_file}:{found.rule_line}`)"]
    if found.remedy:
        lines.append(f"  - {markdown_line(found.remedy)}")
    if found.hint:
        lines.append(f"  - {markdown_line(found.hint)}")
    return "\n".join(lines)
