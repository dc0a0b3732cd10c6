"""A report of counted rows as a grid."""

from __future__ import annotations

from decimal import Decimal

from tokcost.amounts import money, tokens
from tokcost.counting.count import Count
from tokcost.pricing import Cost, Unpriced
from tokcost.render_old.formats import rendered
from tokcost.render_old.grid import Column, Grid
from tokcost.report import Row
from tokcost.report_old import Report, Totals

_COLUMNS = [
    Column("name", "name", shrinks=True),
    Column("model", "model"),
    Column("tokens", "input_tokens", numeric=True),
    Column("low-high", "input_tokens_low", numeric=True),
    Column("cached", "cached_tokens", numeric=True),
    Column("output", "output_tokens", numeric=True),
    Column("standing", "standing"),
    Column("cost", "cost", numeric=True),
    Column("low-high", "cost_low", numeric=True),
]


def render_counts(report: Report, form: str, terminal: bool) -> str:
    """The report in the format asked for."""
    if form == "table":
        return rendered(form, count_grid(report), [], None, terminal)
    document = report.to_dict()
    return rendered(form, count_grid(report), document["rows"], document, terminal)


def count_grid(report: Report) -> Grid:
    """A row each, and a sum for every model that has several."""
    grid = Grid(list(_COLUMNS), [_row(row) for row in report.rows])
    for model in report.models():
        totals = report.totals(model)
        if totals.rows > 1:
            grid.footer.append(_total(totals))
    return grid.without_empty()


def _row(row: Row) -> list[str]:
    return [
        row.name,
        row.model or row.encoding or "",
        tokens(row.input.tokens),
        between(row.input),
        tokens(row.cached_tokens) if row.cached_tokens else "",
        tokens(row.output_tokens) if row.output_tokens else "",
        row.standing,
        *cost_cells(row.cost, row.input),
    ]


def _total(totals: Totals) -> list[str]:
    return [
        f"total of {totals.rows}",
        totals.model or "",
        tokens(totals.input.tokens),
        between(totals.input),
        "",
        tokens(totals.output_tokens) if totals.output_tokens else "",
        totals.input.standing,
        *cost_cells(totals.cost, totals.input),
    ]


def between(count: Count) -> str:
    """'low-high' of an estimate."""
    return f"{tokens(count.low)}-{tokens(count.high)}" if count.ranged else ""


def cost_cells(cost: Cost | None, count: Count) -> list[str]:
    """The cost, and its range where it has one."""
    if cost is None:
        return ["", ""]
    if isinstance(cost, Unpriced):
        return ["unpriced", ""]
    ranged = count.ranged or cost.low != cost.high
    return [money(cost.likely, cost.currency), _span(cost.low, cost.high, cost.currency) if ranged else ""]


def _span(low: Decimal | None, high: Decimal | None, currency: str | None) -> str:
    return f"{money(low, currency)}-{money(high, currency)}"
