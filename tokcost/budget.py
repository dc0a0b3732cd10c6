"""Limits held against a report: a breach is a Finding, what cannot be held is an error."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from tokcost.counting.count import ESTIMATE
from tokcost.errors import NotPriced
from tokcost.pricing import Priced
from tokcost.report import Finding, Report, Totals


class Limits(NamedTuple):
    """What a user will not go beyond: tokens of input, and money in the report's currency."""

    max_tokens: int | None = None
    max_cost: Decimal | None = None


class Breach(NamedTuple):
    """A total beyond its limit; an estimated total is held to its high end."""

    rule: str
    model: str | None
    value: Decimal
    limit: Decimal
    totals: Totals

    @property
    def excess(self) -> Decimal:
        """By how much."""
        return self.value - self.limit


def breaches(report: Report, limits: Limits) -> list[Breach]:
    """The totals of each model that are over a limit.

    Raises NotPriced when money is limited and a total has no price: a gate that cannot check
    never passes.
    """
    found = []
    for model in report.models():
        totals = report.totals(model)
        if limits.max_tokens is not None and totals.input.high > limits.max_tokens:
            found.append(
                Breach("max-tokens", totals.model, Decimal(totals.input.high), Decimal(limits.max_tokens), totals)
            )
        if limits.max_cost is None:
            continue
        if not isinstance(totals.cost, Priced):
            reason = totals.cost.reason if totals.cost else "no model was named"
            raise NotPriced(f"--max-cost cannot be checked: {totals.model or 'the count'} is unpriced: {reason}")
        if totals.cost.high > limits.max_cost:
            found.append(Breach("max-cost", totals.model, totals.cost.high, limits.max_cost, totals))
    return found


def finding(breach: Breach, shown: tuple[str, str, str], remedy: str) -> Finding:
    """The breach in words; ``shown`` is its value, limit and excess as people read them."""
    value, limit, excess = shown
    count, cost = breach.totals.input, breach.totals.cost
    ranged = isinstance(cost, Priced) and cost.ranged and breach.rule == "max-cost"
    span = "an estimate" if count.standing == ESTIMATE or not count.ranged else "a range"
    held = f" (the high end of {span})" if count.ranged or ranged else ""
    fact = f"{value} input tokens are" if breach.rule == "max-tokens" else f"a cost of {value} is"
    by = f"{breach.model}: " if breach.model else ""
    return Finding(
        rule=breach.rule,
        message=f"{by}{fact}{held} over the limit of {limit} by {excess}",
        remedy=remedy,
        model=breach.model or "",
    )
