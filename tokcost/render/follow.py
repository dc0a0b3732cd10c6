"""The live view of a growing log, and its line for a pipe."""

from __future__ import annotations

from decimal import Decimal

from tokcost.amounts import money, percent, tokens
from tokcost.metering.columns import GroupRow, group_columns
from tokcost.metering.following import Following
from tokcost.metering.group import Group, label, total_of
from tokcost.metering.ledger import Ledger
from tokcost.phrases import plural, printable
from tokcost.render.grid import grid_of
from tokcost.render.table import drawn
from tokcost.report import Table

_ROWS = 30
_FIGURES = ("requests", "input_tokens", "output_tokens", "standing", "cost", "cost_priced")


def live_view(found: Following, per_minute: Decimal, clock: str) -> str:
    """Spend by model and key, the sum, the last minute, today against its limit, and alarms."""
    currency = found.all.exchange.currency
    table = drawn(grid_of(_table(found.all), currency))
    parts = [table, f"{clock}   {money(per_minute, currency)}/min   {_today(found)}"]
    problems = found.report.problems
    if problems.number:
        last = problems.first[-1]
        parts.append(printable(f"{plural(problems.number, 'problem')}, as {last.where}: {last.why}"))
    parts += [printable(f"ALARM: {each.message}") for each in found.alarms[-3:]]
    return "\n".join(parts)


def plain_line(found: Following, per_minute: Decimal, clock: str) -> str:
    """The sums in one line."""
    total = total_of(found.all.groups().values())
    currency, number = found.all.exchange.currency, found.report.problems.number
    problems = f"  {plural(number, 'problem')}" if number else ""
    return (
        f"{clock}  {plural(total.requests, 'request')}  {tokens(total.usage.input_tokens)} in  "
        f"{tokens(total.usage.output_tokens)} out  {_cost(total, currency)}  {money(per_minute, currency)}/min  "
        f"{_today(found)}{problems}"
    )


def _table(ledger: Ledger) -> Table:
    """The most expensive groups and the sum of all, with the figures that fit a glance."""
    groups = ledger.groups()
    shown = (*ledger.by, *_FIGURES)
    table = Table(column for column in group_columns(ledger.by) if column.key in shown)
    ordered = sorted(groups, key=lambda key: -groups[key].likely)
    for key in ordered[:_ROWS]:
        table.add(GroupRow(label(key), dict(zip(ledger.by, key, strict=True)), groups[key]))
    total = GroupRow("total", {ledger.by[0]: "total"}, total_of(groups.values()))
    table.footer.append(table.row(total))
    return table


def _cost(group: Group, currency: str | None) -> str:
    amount = money(group.likely, currency)
    return f"{amount} + {tokens(group.unpriced)} unpriced" if group.unpriced else amount


def _today(found: Following) -> str:
    spent = total_of(found.today.groups().values()).likely
    currency = found.all.exchange.currency
    limit = found.limits.max_cost
    text = f"today {money(spent, currency)}"
    if limit is None:
        return text
    share = f" ({percent(spent, limit)})" if limit else ""
    return f"{text} of {money(limit, currency)}{share}"
