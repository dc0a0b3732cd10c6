"""The answer of ``whatif``: before, after and the difference by model and client, over one scenario or a grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from tokcost.masking import scrub
from tokcost.rates import plain
from tokcost.report import money_text
from tokcost.report_old import SCHEMA_VERSION
from tokcost.whatif.scenario import FINE, NOTHING, Change, Passing, Who, break_even, elasticity_of, passings, usage_at


class Point(NamedTuple):
    """One scenario of a grid: the factors, what is spent under them, and how that compares."""

    price: Decimal
    usage: Decimal
    change: Change
    elasticity: Decimal | None
    break_even: Decimal | None

    def to_dict(self) -> dict[str, Any]:
        """The point as JSON and CSV have it."""
        ranged = self.change.low != self.change.high
        return {
            "price": money_text(self.price),
            "usage": money_text(self.usage),
            "before": money_text(self.change.before),
            "after": money_text(self.change.after),
            "after_low": money_text(self.change.low if ranged else None),
            "after_high": money_text(self.change.high if ranged else None),
            "ratio": money_text(ratio_of(self.change)),
            "elasticity": money_text(self.elasticity),
            "break_even_usage": money_text(self.break_even),
        }


class Forecast(NamedTuple):
    """Rows of the last point of the grid (of the only one mostly), all points, and who passes their budget."""

    rows: dict[Who, Change]
    points: list[Point]
    passing: list[Passing]
    given_elasticity: Decimal | None
    currency: str | None
    warnings: list[str]
    pricing: dict[str, Any] | None = None

    @property
    def is_grid(self) -> bool:
        """Whether there is more than one scenario."""
        return len(self.points) > 1

    @property
    def point(self) -> Point:
        """The last scenario."""
        return self.points[-1]

    def to_dict(self) -> dict[str, Any]:
        """The forecast as JSON has it."""
        point = self.point
        complete = point.change.before is not None and point.change.after is not None
        return {
            "schema_version": SCHEMA_VERSION,
            "command": "whatif",
            "currency": self.currency or "USD",
            "pricing": self.pricing,
            "rows": [row(who, change) for who, change in self.rows.items()],
            "totals": {**point.to_dict(), "difference": money_text(difference(point.change)), "complete": complete},
            "grid": [each.to_dict() for each in self.points] if self.is_grid else [],
            "budgets": [
                {"client": each.client, "budget": money_text(each.budget), "passed_at_usage": money_text(each.usage)}
                for each in self.passing
            ],
            "warnings": self.warnings,
            "findings": [],
        }


def forecast(
    changes: Mapping[Who, Change],
    prices: Sequence[Decimal],
    volumes: Sequence[Decimal],
    elasticity: Decimal | None,
    budgets: Mapping[str, Decimal],
    currency: str | None,
) -> Forecast:
    """Multiply the changes by every price and volume asked for."""
    total = NOTHING
    for change in changes.values():
        total = total.plus(change)
    points = []
    for price in prices:
        for usage in volumes if elasticity is None else [usage_at(price, elasticity)]:
            points.append(
                Point(
                    price,
                    usage,
                    total.times(price, usage),
                    elasticity if elasticity is not None else elasticity_of(price, usage),
                    break_even(total.before, total.times(price, Decimal(1)).after),
                )
            )
    last = points[-1]
    rows = {who: change.times(last.price, last.usage) for who, change in changes.items()}
    ordered = dict(sorted(rows.items(), key=lambda each: (-(each[1].before or Decimal(0)), str(each[0]))))
    warnings = [
        scrub(f"{who[0] or 'no model'}: unpriced: {change.reason}")
        for who, change in ordered.items()
        if change.after is None
    ]
    return Forecast(ordered, points, passings(changes, last.price, budgets), elasticity, currency, warnings)


def ratio_of(change: Change) -> Decimal | None:
    """After as a multiple of before, to 28 digits."""
    if change.after is None or not change.before:
        return None
    return plain(FINE.divide(change.after, change.before))


def difference(change: Change) -> Decimal | None:
    """After less before."""
    return None if change.after is None or change.before is None else plain(change.after - change.before)


def row(who: Who, change: Change) -> dict[str, Any]:
    """A row as JSON and CSV have it."""
    ranged = change.low != change.high
    return {
        "model": who[0],
        "client": who[1],
        "standing": "unpriced" if change.after is None else "estimate" if ranged else "exact",
        "before": money_text(change.before),
        "after": money_text(change.after),
        "after_low": money_text(change.low if ranged else None),
        "after_high": money_text(change.high if ranged else None),
        "difference": money_text(difference(change)),
        "ratio": money_text(ratio_of(change)),
        "note": scrub(change.reason),
    }
