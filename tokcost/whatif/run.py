"""The report of ``whatif``."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from tokcost.currency import BASE, Exchange, same_currency
from tokcost.metering.meter import Meter
from tokcost.phrases import plural, quote
from tokcost.report import UNPRICED, Report, Table
from tokcost.report.report import Provenance
from tokcost.whatif.budgets import BUDGET_COLUMNS, check_clients, passed_budgets
from tokcost.whatif.change import CostChange, ModelAndClient
from tokcost.whatif.forecast import POINT_COLUMNS, SPEND_COLUMNS, ScenarioGrid, points_of, rows_of, unpriced_notes
from tokcost.whatif.scenario import Scenario
from tokcost.whatif.sentences import sentences
from tokcost.whatif.spending import SpendLogs, spent, spent_in_logs


class WhatIf(NamedTuple):
    """What is asked: what changes in every request, then the prices and volumes, and clients' budgets by name."""

    scenario: Scenario
    grid: ScenarioGrid
    budgets: Mapping[str, Decimal]


def what_if(spend: SpendLogs | Decimal, asked: WhatIf, meter: Meter, exchange: Exchange) -> Report:
    """The forecast for what logs show was spent, or for a sum alone.

    Raises TokcostError where there is no usage, a name of a model or a client meets nothing, or amounts are
    in two currencies and no rate is given.
    """
    report = Report("whatif", Table(SPEND_COLUMNS))
    if isinstance(spend, SpendLogs):
        changes = spent_in_logs(report, spend, asked.scenario, meter, exchange)
    else:
        changes = spent(spend, asked.scenario, exchange)
    check_clients(changes, asked.budgets)
    report.currency = exchange.currency or BASE
    for client, budget in asked.budgets.items():
        same_currency(f"--budget of {quote(client)}", budget, report.currency)
    report.provenance = Provenance(meter.book, asked.scenario.as_of, asked.scenario.mode, exchange)
    _forecast(report, changes, asked)
    return report


def _forecast(report: Report, changes: Mapping[ModelAndClient, CostChange], asked: WhatIf) -> None:
    """Rows are those of the last scenario, the only one mostly; a grid takes their place before people."""
    points = points_of(changes, asked.grid)
    last = points[-1]
    rows = rows_of(changes, last)
    report.scope = plural(len(rows), "group")
    report.table.extend(rows)
    report.unpriced = sum(row["standing"] == UNPRICED for row in report.table.rows)
    report.warn(unpriced_notes(rows))
    passed, unknown = passed_budgets(changes, last.price, asked.budgets)
    report.warn(unknown)
    grid = Table(POINT_COLUMNS).extend(points if len(points) > 1 else [])
    report.details["grid"] = grid
    report.details["budgets"] = Table(BUDGET_COLUMNS, shown=False).extend(passed)
    report.totals = {**grid.row(last), "difference": last.change.difference}
    if len(rows) > 1:
        report.table.footer = [{"name": "total", "standing": last.change.standing, **report.totals}]
    if grid.rows:
        report.table.shown, report.listed = False, grid
    else:
        report.sentences += sentences(last, asked.grid.elasticity is not None, passed, report.currency)
