"""By how much a charge may differ from what was computed."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from tokcost.rates import EXACT


class Tolerance(NamedTuple):
    """By how much a charge may differ: an amount, or a share of what was computed; the larger holds."""

    amount: Decimal = Decimal(0)
    share: Decimal = Decimal(0)

    def allows(self, charged: Decimal, low: Decimal, high: Decimal, unit: Decimal) -> bool:
        """Whether the charge lies in the range, give or take the tolerance and its own rounding."""
        slack = max(self.amount, EXACT.multiply(self.share, high), unit / 2)
        return low - slack <= charged <= high + slack
