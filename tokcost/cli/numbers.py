"""Numbers as options: each a parser that refuses what it cannot read in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from tokcost.audit.tolerance import Tolerance
from tokcost.cli.parsers import amount_of, within
from tokcost.errors import TokcostError
from tokcost.phrases import quote_value
from tokcost.whatif.factors import EVERYONE, ClientBudget, FactorSpan, PriceChange


def number_of(option: str) -> Callable[[str], Decimal]:
    """A parser of a number of either sign. Raises TokcostError for what is not a number, or out of bounds."""

    def parse(text: str) -> Decimal:
        try:
            value = Decimal(text.strip())
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite():
            raise TokcostError(f"{option} {quote_value(text)}: not a number: write it as 1.5")
        return within(option, value)

    return parse


def factor_of(option: str) -> Callable[[str], Decimal]:
    """A parser of a factor of 0 or more, as x0.1 or 0.1. Raises TokcostError for anything else."""

    def parse(text: str) -> Decimal:
        try:
            value = Decimal(text.strip().removeprefix("x").removeprefix("×"))
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite():
            raise TokcostError(f"{option} {quote_value(text)}: not a number: write it as x0.1 or 1.5")
        if value < 0:
            raise TokcostError(f"{option} {quote_value(text)}: a factor is 0 or more, as x0.1")
        return within(option, value)

    return parse


def factors_of(option: str) -> Callable[[str], FactorSpan]:
    """A parser of one factor, as x30, or of a span of them, as x1..x30. Raises TokcostError for anything else."""

    def parse(text: str) -> FactorSpan:
        first, _, last = text.partition("..")
        return FactorSpan(factor_of(option)(first), factor_of(option)(last or first))

    return parse


def price_change(text: str) -> PriceChange:
    """x0.1, x1..x0.1, or MODEL=x0.5. Raises TokcostError for anything else."""
    model, equals, factors = text.rpartition("=")
    return PriceChange(model if equals else None, factors_of("--price")(factors))


def client_budget(text: str) -> ClientBudget:
    """CLIENT=100, or 100 for everyone. Raises TokcostError for anything else."""
    client, _, amount = text.rpartition("=")
    return ClientBudget(client or EVERYONE, amount_of("--budget")(amount))


def share_of(option: str) -> Callable[[str], Decimal]:
    """A parser of a share, as 60% or 0.6; the share itself, 0.6. Raises TokcostError outside 0 to 1."""

    def parse(text: str) -> Decimal:
        bare, percent, rest = text.strip().partition("%")
        try:
            value = Decimal(f"{bare}e-2") if percent else Decimal(bare)
        except InvalidOperation:
            value = Decimal(-1)
        if rest or not value.is_finite() or not 0 <= value <= 1:
            raise TokcostError(f"{option} {quote_value(text)}: a share is between 0 and 1: write it as 60% or 0.6")
        return within(option, value)

    return parse


def tolerance(text: str) -> Tolerance:
    """By how much a charge may differ: an amount as 0.01, or a share as 1%. Raises TokcostError for anything else."""
    if "%" in text:
        return Tolerance(share=share_of("--tolerance")(text))
    return Tolerance(amount=amount_of("--tolerance")(text))
