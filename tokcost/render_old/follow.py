"""The live view of a growing log, and its line for a pipe."""

from __future__ import annotations

from decimal import Decimal

from tokcost.amounts import money, percent, tokens
from tokcost.metering.following import Following
from tokcost.metering.ledger import Group, Ledger
from tokcost.render_old.grid import Column, Grid
from tokcost.render_old.table import drawn

_ROWS = 30


def live_view(found: Following, per_minute: Decimal, clock: str) -> str:
    """Spend by model and key, the sum, the last minute, today against its ceiling, and alarms."""
    currency = found.all.exchange.currency
    parts = [drawn(_grid(found.all).without_empty()), f"{clock}   {_rate(per_minute, currency)}   {_today(found)}"]
    if found.faults.number:
        last = found.faults.first[-1]
        parts.append(f"{found.faults.number} bad lines, as {last.where}: {last.why}")
    parts += [f"ALARM: {alarm(each, currency)}" for each in found.alarms[-3:]]
    return "\n".join(parts)


def plain_line(found: Following, per_minute: Decimal, clock: str) -> str:
    """The sums in one line."""
    total = total_of(found.all)
    currency = found.all.exchange.currency
    bad = f"  {found.faults.number} bad lines" if found.faults.number else ""
    return (
        f"{clock}  {tokens(total.requests)} requests  {tokens(total.tokens[0])} in  {tokens(total.tokens[4])} out  "
        f"{_cost(total, currency)}  {_rate(per_minute, currency)}  {_today(found)}{bad}"
    )


def alarm(each: object, currency: str | None) -> str:
    """A ceiling passed, in a sentence."""
    from tokcost.metering.ceilings import Overrun

    assert isinstance(each, Overrun)
    whose = f" for {each.what} {each.name}" if each.what else ""
    return f"today's spend{whose} of {money(each.spent, currency)} exceeds the limit of {money(each.limit, currency)}"


def total_of(ledger: Ledger) -> Group:
    """Everything in a ledger together."""
    total = Group()
    for group in ledger.groups().values():
        total.take(group)
    return total


def _grid(ledger: Ledger) -> Grid:
    groups = ledger.groups()
    ordered = sorted(groups, key=lambda key: -groups[key].likely)
    numbers = ("requests", "input", "output", "cost")
    columns = [Column(name, name) for name in ledger.by] + [Column(name, name, numeric=True) for name in numbers]
    rows = [[*(part or "-" for part in key), *_figures(groups[key], ledger)] for key in ordered[:_ROWS]]
    total = ["total", *[""] * (len(ledger.by) - 1), *_figures(total_of(ledger), ledger)]
    return Grid(columns, rows, [total])


def _figures(group: Group, ledger: Ledger) -> list[str]:
    return [
        tokens(group.requests),
        tokens(group.tokens[0]),
        tokens(group.tokens[4]),
        _cost(group, ledger.exchange.currency),
    ]


def _cost(group: Group, currency: str | None) -> str:
    if not group.unpriced:
        return money(group.likely, currency)
    return f"{money(group.likely, currency)} + {tokens(group.unpriced)} unpriced"


def _rate(per_minute: Decimal, currency: str | None) -> str:
    return f"{money(per_minute, currency)}/min"


def _today(found: Following) -> str:
    spent = total_of(found.today).likely
    currency = found.all.exchange.currency
    limit = found.ceilings.total
    told = f"today {money(spent, currency)}"
    if limit is None:
        return told
    share = f" ({percent(spent, limit)})" if limit else ""
    return f"{told} of {money(limit, currency)}{share}"
