"""By how much a charge may differ from what was computed."""

from __future__ import annotations

from decimal import Context, Decimal
from typing import NamedTuple

from tokcost.rates import EXACT

# A sum of amounts rounded one by one is off by more than so many standard deviations once in 15,000 audits.
_DEVIATIONS = 4
_ROUGHLY = Context(prec=20, traps=[])


class Slack(NamedTuple):
    """By how much amounts may be off together that are rounded each on its own: ``most``, were all rounded one way.

    They are not: some go up, some go down, and what is left grows with the root of their number.
    """

    most: Decimal = Decimal(0)
    squares: Decimal = Decimal(0)

    @classmethod
    def of(cls, most: Decimal) -> Slack:
        """That of one amount."""
        return cls(most, EXACT.multiply(most, most))

    def plus(self, other: Slack) -> Slack:
        """That of both together."""
        return Slack(EXACT.add(self.most, other.most), EXACT.add(self.squares, other.squares))

    @property
    def amount(self) -> Decimal:
        """The difference that rounding explains."""
        return min(self.most, _ROUGHLY.sqrt(_ROUGHLY.divide(self.squares, 3)) * _DEVIATIONS)


class Tolerance(NamedTuple):
    """By how much a charge may differ: an amount, or a share of what was computed; the larger holds."""

    amount: Decimal = Decimal(0)
    share: Decimal = Decimal(0)

    def allows(self, charged: Decimal, low: Decimal, high: Decimal, rounding: Decimal) -> bool:
        """Whether the charge lies in the range, give or take the tolerance and its own rounding."""
        slack = max(self.amount, EXACT.multiply(self.share, high), rounding)
        return low - slack <= charged <= high + slack
