"""What the table of a forecast does not say: the factor on the spend, elasticity, break-even, budgets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tokcost.amounts import factor, money, short
from tokcost.pricing import Priced
from tokcost.whatif.budgets import BudgetPassed
from tokcost.whatif.forecast import ScenarioPoint


def sentences(
    point: ScenarioPoint, follows: bool, passed: Sequence[BudgetPassed], currency: str | None
) -> Iterator[str]:
    """A line each; ``follows`` says that the volume follows the price at a given elasticity."""
    before, after = point.change
    ratio = point.change.ratio
    if ratio is not None and isinstance(before, Priced) and isinstance(after, Priced):
        span = f" ({money(after.low, currency)} to {money(after.high, currency)})" if after.ranged else ""
        yield f"spend {factor(ratio)}: {money(before.likely, currency)} -> {money(after.likely, currency)}{span}"
    if point.elasticity is not None and follows:
        yield f"at an elasticity of {short(point.elasticity)} the volume is {factor(point.usage)}"
    elif point.elasticity is not None:
        yield f"implied elasticity {short(point.elasticity)}"
    if point.break_even is not None:
        yield f"break-even usage {factor(point.break_even)}"
    for at, each in enumerate(passed):
        order = "then" if at else "the first to pass"
        yield f"{order}: {each.client}, its {money(each.budget, currency)} at usage {factor(each.usage)}"
