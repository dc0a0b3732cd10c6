"""Metered usage as a grid: groups dearest first, their sum, and the costliest requests."""

from __future__ import annotations

from tokcost.amounts import money, percent, tokens
from tokcost.metering.ledger import Group, Key
from tokcost.metering.metered import Metered, cost_of
from tokcost.pricing import Priced
from tokcost.render_old.formats import rendered
from tokcost.render_old.grid import Column, Grid

_FIGURES = [
    Column("requests", "requests", numeric=True),
    Column("input", "input_tokens", numeric=True),
    Column("cached", "cached_tokens", numeric=True),
    Column("written", "cache_write_tokens", numeric=True),
    Column("output", "output_tokens", numeric=True),
    Column("cost", "cost", numeric=True),
    Column("between", "cost_low", numeric=True),
    Column("charged", "charged", numeric=True),
    Column("share", "share_percent", numeric=True),
]


def render_usage(report: Metered, form: str, terminal: bool) -> str:
    """The report in the format asked for; people also see the costliest requests."""
    document = report.to_dict() if form in ("json", "csv") else None
    shown = rendered(form, usage_grid(report), document["rows"] if document else [], document, terminal)
    if form == "table" and len(report.costliest) > 1:
        shown += "\nthe costliest requests\n" + rendered(form, costliest_grid(report), [], None, terminal)
    return shown


def usage_grid(report: Metered) -> Grid:
    """A row for each group, and their sum."""
    total = report.total
    columns = [Column(name, name, shrinks=name in ("client", "project", "file")) for name in report.by]
    grid = Grid([*columns, *_FIGURES], [_row(key, group, total, report) for key, group in report.groups.items()])
    if len(report.groups) > 1:
        grid.footer.append(_row(("total", *("",) * (len(report.by) - 1)), total, total, report))
    return grid.without_empty()


def costliest_grid(report: Metered) -> Grid:
    """The costliest requests, dearest first."""
    columns = [
        Column("where", "where", shrinks=True),
        Column("model", "model"),
        Column("input", "input_tokens", numeric=True),
        Column("output", "output_tokens", numeric=True),
        Column("cost", "cost", numeric=True),
    ]
    rows = [
        [
            each.entry.where,
            each.entry.model or "-",
            tokens(each.entry.usage.input_tokens),
            tokens(each.entry.usage.output_tokens),
            money(each.cost.likely, report.exchange.currency) if isinstance(each.cost, Priced) else "unpriced",
        ]
        for each in report.costliest
    ]
    return Grid(columns, rows)


def _row(key: Key, group: Group, total: Group, report: Metered) -> list[str]:
    currency = report.exchange.currency
    cost = cost_of(group)
    ranged = isinstance(cost, Priced) and cost.ranged
    written = group.tokens[2] + group.tokens[3]
    return [
        *(part if part is not None else "-" for part in key),
        tokens(group.requests) if group.requests else "",
        tokens(group.tokens[0]),
        tokens(group.tokens[1]) if group.tokens[1] else "",
        tokens(written) if written else "",
        tokens(group.tokens[4]) if group.tokens[4] else "",
        _cost(group, currency),
        f"{money(group.low, currency)}-{money(group.high, currency)}" if ranged else "",
        money(group.charged, currency) if group.charged is not None else "",
        percent(group.likely, total.likely) if total.likely and isinstance(cost, Priced) else "",
    ]


def _cost(group: Group, currency: str | None) -> str:
    if not group.unpriced:
        return money(group.likely, currency)
    return f"{money(group.likely, currency)} + unpriced" if group.likely else "unpriced"
