"""What the entries of one group add up to."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from tokcost.pricing import Cost, Priced, Unpriced
from tokcost.rates import EXACT
from tokcost.usage import Usage

Key = tuple[str | None, ...]
"""What a group has in common, in the order of the names that it is grouped by; None where the log does not say."""

# Tokens of a group in the order of the fields of Usage.
COUNTS = ("input", "cached", "cache_write", "cache_write_long", "output", "reasoning")
_REASONS_SHOWN = 10


class Group:
    """What the entries of one group add up to. Tokens in the order of COUNTS."""

    __slots__ = ("bands", "charged", "failed", "high", "likely", "low", "reasons", "requests", "tokens", "unpriced")

    def __init__(self) -> None:
        self.requests = 0
        self.failed = 0
        self.tokens = [0] * len(COUNTS)
        self.likely = self.low = self.high = Decimal(0)
        self.charged: Decimal | None = None
        self.unpriced = 0
        self.reasons: dict[str, int] = {}
        self.bands = 0

    def add(self, usage: Usage, requests: int, cost: Cost) -> None:
        """Add tokens and money; ``cost`` is in the report's currency."""
        self.requests += requests
        for at, number in enumerate(usage.parts()):
            self.tokens[at] += number
        if isinstance(cost, Unpriced):
            self.unpriced += max(requests, 1)
            self.reasons[cost.reason] = self.reasons.get(cost.reason, 0) + max(requests, 1)
            return
        self.likely = EXACT.add(self.likely, cost.likely)
        self.low = EXACT.add(self.low, cost.low)
        self.high = EXACT.add(self.high, cost.high)
        self.bands += cost.low != cost.high

    def add_charge(self, amount: Decimal) -> None:
        """Add what a log says was charged, in the currency of the report."""
        self.charged = amount if self.charged is None else EXACT.add(self.charged, amount)

    def take_back(self, usage: Usage, requests: int, cost: Cost, charged: Decimal | None) -> None:
        """Undo ``add``, and ``add_charge`` where there was a charge."""
        self.requests -= requests
        for at, number in enumerate(usage.parts()):
            self.tokens[at] -= number
        if charged is not None and self.charged is not None:
            self.charged = EXACT.subtract(self.charged, charged)
        if isinstance(cost, Unpriced):
            self.unpriced -= max(requests, 1)
            self.reasons[cost.reason] -= max(requests, 1)
            if not self.reasons[cost.reason]:
                del self.reasons[cost.reason]
            return
        self.likely = EXACT.subtract(self.likely, cost.likely)
        self.low, self.high = EXACT.subtract(self.low, cost.low), EXACT.subtract(self.high, cost.high)
        self.bands -= cost.low != cost.high

    def take(self, other: Group) -> None:
        """Add another group to this one."""
        self.requests += other.requests
        self.failed += other.failed
        self.tokens = [one + two for one, two in zip(self.tokens, other.tokens, strict=True)]
        self.likely = EXACT.add(self.likely, other.likely)
        self.low, self.high = EXACT.add(self.low, other.low), EXACT.add(self.high, other.high)
        if other.charged is not None:
            self.add_charge(other.charged)
        self.unpriced += other.unpriced
        self.bands += other.bands
        for reason, number in other.reasons.items():
            self.reasons[reason] = self.reasons.get(reason, 0) + number

    @property
    def usage(self) -> Usage:
        """The tokens by kind."""
        return Usage(*self.tokens)

    @property
    def cost(self) -> Cost:
        """The cost, in the currency of the report: unpriced as soon as one request has no price."""
        return Unpriced(self.note) if self.unpriced else Priced(self.likely, self.low, self.high, None)

    @property
    def spent(self) -> Decimal:
        """What is known to have been spent, at most; where the log itself states more, that."""
        return self.high if self.charged is None else max(self.high, self.charged)

    @property
    def note(self) -> str:
        """Why requests have no price, or a range of them; '' where there is nothing to say."""
        if self.reasons:
            texts = [f"{reason} ({number})" if number > 1 else reason for reason, number in self.reasons.items()]
            return "; ".join(texts[:_REASONS_SHOWN])
        return "which requests were long, at which hour, or free of a fee, the log does not tell" if self.bands else ""


def total_of(groups: Iterable[Group]) -> Group:
    """Everything together."""
    total = Group()
    for group in groups:
        total.take(group)
    return total


def label(key: Key) -> str:
    """The group in one line."""
    return " / ".join(part if part is not None else "-" for part in key) or "all"
