"""Plain requests of one group under one set of rates, added up before they are priced."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tokcost.logs.entry import MOST
from tokcost.metering.group import Key
from tokcost.metering.meter import PriceBasis, flat_cost
from tokcost.pricing import Cost, cost_under, sure
from tokcost.rates import EXACT, KINDS, Modes, plain
from tokcost.usage import Usage

# Rates as whole numbers, to compare requests by; the money itself stays Decimal.
SCALE = 12
NO_RATE = 1 << 200


class CellRates:
    """One set of rates, and the cells under it by their group: there may be very many of them.

    ``flat`` is money per million tokens of any kind, in ``currency``; it takes the place of the rates. Prompts of
    ``longest`` tokens or more may have other rates; it is 0 where the hour decides on them.
    """

    __slots__ = (
        "basis", "cached", "cells", "currency", "flat", "input", "long", "longest", "mode", "modes", "output", "write",
    )  # fmt: skip

    def __init__(
        self, basis: PriceBasis, modes: Modes, mode: str, flat: Decimal | None = None, currency: str = "USD"
    ) -> None:
        self.cells: dict[Key, Cell] = {}
        self.basis = basis
        self.modes = modes
        self.mode = mode
        self.flat = flat
        self.currency = currency if basis.price is None else basis.price.currency
        self.longest = MOST
        if flat is None and basis.price is not None:
            tiers = min((tier.threshold for tier in basis.price.tiers), default=MOST)
            self.longest = 0 if basis.price.windows else tiers
        rates = modes[mode] if flat is None else (flat,) * len(KINDS)
        factor = basis.factor
        # A kind without a rate ranks above everything, so that ``add`` decides on it.
        self.input, self.cached, self.write, self.long, self.output = (
            NO_RATE if rate is None else int(EXACT.multiply(rate, factor).scaleb(SCALE)) for rate in rates
        )


class Cell:
    """Plain requests of one group under one set of rates: tokens are added, and priced once.

    ``number`` is its place among those of its ledger. A log may have a million groups: it holds nothing else.
    """

    __slots__ = (
        "cached", "group", "input", "long", "number", "output", "rates", "reasoning", "requests", "write",
    )  # fmt: skip

    def __init__(self, number: int, group: Key, rates: CellRates) -> None:
        self.number = number
        self.group = group
        self.rates = rates
        self.requests = self.input = self.cached = self.write = self.long = self.output = self.reasoning = 0

    def add(self, requests: int, counts: Sequence[int]) -> None:
        """Add tokens, in the order of COUNTS."""
        given, cached, write, long, output, reasoning = counts
        self.requests += requests
        self.input += given
        self.cached += cached
        self.write += write
        self.long += long
        self.output += output
        self.reasoning += reasoning

    @property
    def usage(self) -> Usage:
        """The tokens by kind."""
        return Usage(self.input, self.cached, self.write, self.long, self.output, self.reasoning)

    def cost(self, usage: Usage) -> Cost:
        """The exact cost of all of them, in the currency of the price."""
        rates = self.rates
        if rates.flat is not None:
            amount = flat_cost(rates.flat, self.input + self.output)
        else:
            assert rates.basis.model is not None
            amount = cost_under(usage, rates.modes, rates.basis.model, rates.mode)
            amount = plain(EXACT.multiply(amount, rates.basis.factor))
        return sure(amount, rates.currency)
