"""Limits on what was spent: in all, and for each key, client, model or project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from tokcost.currency import same_currency
from tokcost.limits import HIGH_END, Amount, Limits, exceeded
from tokcost.metering.group import Group, Key, total_of
from tokcost.rates import EXACT
from tokcost.report import Finding, Report


def overruns(
    groups: Mapping[Key, Group], by: Sequence[str], limits: Limits, currency: str | None, when: str = ""
) -> list[Finding]:
    """Every limit that is known to be exceeded; a range is compared at its high end.

    ``by`` names the parts of the keys; ``when`` is the time that the limits hold for, '' without one.
    """
    found = []
    if limits.max_cost is not None:
        same_currency("--max-cost", limits.max_cost, currency)
        found += _finding("max-cost", when, "", total_of(groups.values()), limits.max_cost, currency)
    for what, limit in limits.max_cost_per.items():
        at = by.index(what)
        same_currency(f"--max-cost-per {what}", limit, currency)
        each: dict[str, Group] = {}
        for key, group in groups.items():
            each.setdefault(key[at] or "-", Group()).take(group)
        for name, group in each.items():
            subject = f"{when}, {what} {name}" if when else f"{what} {name}"
            found += _finding(f"max-cost-per-{what}", subject, name, group, limit, currency)
    return found


def _finding(
    rule: str, subject: str, name: str, group: Group, limit: Decimal, currency: str | None
) -> list[Finding]:  # fmt: skip
    which = f"{HIGH_END} a range" if group.low != group.high and group.spent == group.high else ""
    message = exceeded(Amount(group.spent, True, subject, which), limit, currency)
    if message is None:
        return []
    return [
        Finding(rule, message, name=name, value=group.spent, limit=limit, excess=EXACT.subtract(group.spent, limit))
    ]


def hold(report: Report, findings: Sequence[Finding], groups: Mapping[Key, Group], limits: Limits) -> None:
    """Add the findings to the report; where something has no price, a limit that is not exceeded was not kept."""
    report.limited = limits.given
    report.findings += findings
    if limits.given and not findings and not report.complete:
        reasons = [reason for group in groups.values() for reason in group.reasons]
        why = reasons[0] if reasons else "lines could not be read"
        rule = "--max-cost" if limits.max_cost is not None else "--max-cost-per"
        report.fail(rule, f"cannot be checked: not everything is priced: {why}")
