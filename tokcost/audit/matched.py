"""The lines that match, together: each within its own rounding, they may still be off all in one direction."""

from __future__ import annotations

from decimal import Decimal

from tokcost.audit.tolerance import Slack, Tolerance
from tokcost.pricing import Priced, sure
from tokcost.rates import EXACT


class Matched:
    """What the lines that match were charged and what was computed for them. Money in the report's currency."""

    def __init__(self) -> None:
        self.lines = 0
        self.charged = Decimal(0)
        self.computed = sure(Decimal(0), None)
        self._slack = Slack()
        self._tolerated = Decimal(0)

    def add(self, charged: Decimal, computed: Priced, slack: Slack, tolerance: Tolerance) -> None:
        """Add a line; ``slack`` is what rounding may have changed in it, ``tolerance`` what the user allows each."""
        self.lines += 1
        self.charged = EXACT.add(self.charged, charged)
        low, high = EXACT.add(self.computed.low, computed.low), EXACT.add(self.computed.high, computed.high)
        self.computed = Priced(EXACT.add(self.computed.likely, computed.likely), low, high, computed.currency)
        self._slack = self._slack.plus(slack)
        self._tolerated = EXACT.add(self._tolerated, tolerance.amount)

    def drift(self, tolerance: Tolerance) -> Decimal | None:
        """By how much they are off together, where neither rounding nor the tolerance of each explains it."""
        low, high = self.computed.low, self.computed.high
        if Tolerance(share=tolerance.share).allows(self.charged, low, high, max(self._slack.amount, self._tolerated)):
            return None
        return EXACT.subtract(self.charged, min(max(self.charged, low), high))
