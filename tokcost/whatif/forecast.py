"""Before, after and the difference by model and client, and of all together over one scenario or a grid of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from tokcost.pricing import Priced, Unpriced
from tokcost.report import Column, Kind
from tokcost.whatif.change import NOTHING, CostChange, ModelAndClient
from tokcost.whatif.elasticity import break_even, elasticity_of, usage_at
from tokcost.whatif.factors import ONE


class ScenarioGrid(NamedTuple):
    """Every price with every volume, as factors; with an elasticity the volume follows the price."""

    prices: Sequence[Decimal] = (ONE,)
    volumes: Sequence[Decimal] = (ONE,)
    elasticity: Decimal | None = None


class SpendRow(NamedTuple):
    """What one model and client spends, before and after."""

    model: str | None
    client: str | None
    change: CostChange

    @property
    def name(self) -> str:
        """'gpt-5.4 / acme', 'gpt-5.4', or 'all' where neither is named."""
        if self.model is None and self.client is None:
            return "all"
        return f"{self.model or '-'} / {self.client}" if self.client else self.model or "-"


class ScenarioPoint(NamedTuple):
    """One scenario of a grid: the factors, what is spent under them, and what they imply."""

    price: Decimal
    usage: Decimal
    change: CostChange
    elasticity: Decimal | None
    break_even: Decimal | None


def _before(item: SpendRow | ScenarioPoint) -> Decimal | None:
    return item.change.before.likely if isinstance(item.change.before, Priced) else None


def _after(item: SpendRow | ScenarioPoint) -> Decimal | None:
    return item.change.after.likely if isinstance(item.change.after, Priced) else None


def _low(item: SpendRow | ScenarioPoint) -> Decimal | None:
    after = item.change.after
    return after.low if isinstance(after, Priced) and after.ranged else None


def _high(item: SpendRow | ScenarioPoint) -> Decimal | None:
    after = item.change.after
    return after.high if isinstance(after, Priced) and after.ranged else None


_SPENT: tuple[Column, ...] = (
    Column("before", _before, "before", Kind.COST),
    Column("after", _after, "after", Kind.COST),
    Column("after_low", _low, "low-high", Kind.MONEY_RANGE),
    Column("after_high", _high),
)
SPEND_COLUMNS: tuple[Column, ...] = (
    Column("name", lambda row: row.name, "name", shrinks=True),
    Column("model", lambda row: row.model or None),
    Column("client", lambda row: row.client),
    Column("standing", lambda row: row.change.standing, "standing"),
    *_SPENT,
    Column("difference", lambda row: row.change.difference, "difference", Kind.SIGNED_MONEY),
    Column("ratio", lambda row: row.change.ratio, "ratio", Kind.FACTOR),
    Column("note", lambda row: row.change.reason),
)
POINT_COLUMNS: tuple[Column, ...] = (
    Column("price", lambda point: point.price, "price", Kind.FACTOR),
    Column("usage", lambda point: point.usage, "usage", Kind.FACTOR),
    *_SPENT,
    Column("ratio", lambda point: point.change.ratio, "ratio", Kind.FACTOR),
    Column("elasticity", lambda point: point.elasticity, "elasticity", Kind.SHORT),
    Column("break_even_usage", lambda point: point.break_even, "break-even usage", Kind.FACTOR),
)


def points_of(changes: Mapping[ModelAndClient, CostChange], grid: ScenarioGrid) -> list[ScenarioPoint]:
    """All spend together under every scenario of the grid, in order."""
    total = NOTHING
    for change in changes.values():
        total = total.plus(change)
    points = []
    for price in grid.prices:
        follows = grid.elasticity is not None
        volumes = [usage_at(price, grid.elasticity)] if grid.elasticity is not None else grid.volumes
        for usage in volumes:
            points.append(
                ScenarioPoint(
                    price,
                    usage,
                    total.times(price, usage),
                    grid.elasticity if follows else elasticity_of(price, usage),
                    break_even(total.before, total.times(price, ONE).after),
                )
            )
    return points


def _most_expensive_first(row: SpendRow) -> tuple[bool, Decimal, str]:
    """By what was spent before, what is not known last."""
    before = _before(row)
    return (True, Decimal(0), row.name) if before is None else (False, -before, row.name)


def rows_of(changes: Mapping[ModelAndClient, CostChange], point: ScenarioPoint) -> list[SpendRow]:
    """A row for each model and client under one scenario, the most expensive before it first."""
    rows = [
        SpendRow(model, client, change.times(point.price, point.usage)) for (model, client), change in changes.items()
    ]
    return sorted(rows, key=_most_expensive_first)


def unpriced_notes(rows: Sequence[SpendRow]) -> list[str]:
    """Which model has no price, and why."""
    unpriced = [row for row in rows if isinstance(row.change.after, Unpriced)]
    return [f"{row.model or 'no model'}: unpriced: {row.change.reason}" for row in unpriced]
