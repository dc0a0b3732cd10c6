"""Plain requests of one group under one set of rates, added up before they are priced."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tokcost.logs.entry import MOST
from tokcost.metering.group import COUNTS, Key
from tokcost.metering.meter import PriceBasis, flat_cost
from tokcost.pricing import Cost, cost_under, sure
from tokcost.rates import EXACT, KINDS, Modes, plain
from tokcost.usage import Usage

# Rates as whole numbers, to compare requests by; the money itself stays Decimal.
SCALE = 12
NO_RATE = 1 << 200


class Cell:
    """Plain requests of one group under one set of rates: tokens are added, and priced once.

    ``number`` is its place among those of its ledger; ``flat`` is money per million tokens of any kind, in
    ``currency``; it takes the place of its rates.
    """

    __slots__ = (
        "basis", "cached", "currency", "flat", "group", "input", "long", "mode", "modes", "number", "output", "sums",
        "write",
    )  # fmt: skip

    def __init__(
        self,
        number: int,
        group: Key,
        basis: PriceBasis,
        modes: Modes,
        mode: str,
        flat: Decimal | None = None,
        currency: str = "USD",
    ) -> None:
        self.number = number
        self.group = group
        self.basis = basis
        self.modes = modes
        self.mode = mode
        self.flat = flat
        self.currency = currency if basis.price is None else basis.price.currency
        self.sums = [0] * (1 + len(COUNTS))
        rates = modes[mode] if flat is None else (flat,) * len(KINDS)
        factor = basis.factor
        # A kind without a rate ranks above everything, so that ``add`` decides on it.
        self.input, self.cached, self.write, self.long, self.output = (
            NO_RATE if rate is None else int(EXACT.multiply(rate, factor).scaleb(SCALE)) for rate in rates
        )

    def add(self, requests: int, counts: Sequence[int]) -> None:
        """Add tokens, in the order of COUNTS."""
        self.sums[0] += requests
        for at, number in enumerate(counts, 1):
            self.sums[at] += number

    def cost(self) -> Cost:
        """The exact cost of all of them, in the currency of the price."""
        if self.flat is not None:
            amount = flat_cost(self.flat, self.sums[1] + self.sums[5])
        else:
            assert self.basis.model is not None
            amount = cost_under(Usage(*self.sums[1:]), self.modes, self.basis.model, self.mode)
            amount = plain(EXACT.multiply(amount, self.basis.factor))
        return sure(amount, self.currency)

    def longest_prompt(self) -> int:
        """Prompts of this many tokens or more may have other rates; 0 where the hour decides on them."""
        if self.flat is not None or self.basis.price is None:
            return MOST
        if self.basis.price.windows:
            return 0
        return min((tier.threshold for tier in self.basis.price.tiers), default=MOST)
