"""Spend before and after: of one model and client, or of all together."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from tokcost.metering.group import Group
from tokcost.pricing import Cost, Priced, Unpriced, plus, sure, times
from tokcost.rates import EXACT, plain
from tokcost.report import UNPRICED
from tokcost.whatif.factors import FINE

ModelAndClient = tuple[str | None, str | None]
"""The model under its own name, and the client; None where the log does not say."""


class CostChange(NamedTuple):
    """What was spent and what would be, in the report's currency; of what was spent the likely amount counts."""

    before: Cost
    after: Cost

    def plus(self, other: CostChange) -> CostChange:
        """Both together; unknown as soon as one is."""
        return CostChange(plus(self.before, other.before), plus(self.after, other.after))

    def times(self, price: Decimal, usage: Decimal) -> CostChange:
        """The same with all rates and the volume multiplied."""
        return CostChange(self.before, times(self.after, EXACT.multiply(price, usage)))

    @property
    def standing(self) -> str:
        """unpriced, estimate (with low and high), or exact."""
        if isinstance(self.after, Unpriced):
            return UNPRICED
        return "estimate" if self.after.ranged else "exact"

    @property
    def reason(self) -> str:
        """Why a price is missing, '' where none is."""
        return next((each.reason for each in self if isinstance(each, Unpriced)), "")

    @property
    def difference(self) -> Decimal | None:
        """After less before; None is unknown."""
        if isinstance(self.before, Unpriced) or isinstance(self.after, Unpriced):
            return None
        return plain(EXACT.subtract(self.after.likely, self.before.likely))

    @property
    def ratio(self) -> Decimal | None:
        """After as a multiple of before, to 28 digits; None where nothing was spent, or it is unknown."""
        if isinstance(self.before, Unpriced) or isinstance(self.after, Unpriced) or not self.before.likely:
            return None
        return plain(FINE.divide(self.after.likely, self.before.likely))


NOTHING = CostChange(sure(Decimal(0), None), sure(Decimal(0), None))


def unchanged(cost: Cost) -> CostChange:
    """What is only multiplied: after is before."""
    return CostChange(cost, cost)


def change_of(group: Group, currency: str | None) -> CostChange:
    """A group of the ledger, unknown as soon as one request of it is unpriced."""
    if group.unpriced:
        return unchanged(Unpriced(next(iter(group.reasons), "")))
    return unchanged(Priced(group.likely, group.low, group.high, currency))
