"""Numbers as options: each a parser that refuses what it cannot read in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from tokcost.audit.tolerance import Tolerance
from tokcost.cli.options import amount_of, within
from tokcost.errors import TokcostError
from tokcost.phrases import quote


def number_of(option: str) -> Callable[[str], Decimal]:
    """A parser of a number of either sign. Raises TokcostError for what is none, or out of bounds."""

    def parse(text: str) -> Decimal:
        try:
            value = Decimal(text.strip())
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite():
            raise TokcostError(f"{option} {quote(text)}: not a number: write it as 1.5")
        return within(option, value)

    return parse


def share_of(option: str) -> Callable[[str], Decimal]:
    """A parser of a share, as 60% or 0.6; the share itself, 0.6. Raises TokcostError outside 0 to 1."""

    def parse(text: str) -> Decimal:
        bare, percent, rest = text.strip().partition("%")
        try:
            value = Decimal(f"{bare}e-2") if percent else Decimal(bare)
        except InvalidOperation:
            value = Decimal(-1)
        if rest or not value.is_finite() or not 0 <= value <= 1:
            raise TokcostError(f"{option} {quote(text)}: a share is between 0 and 1: write it as 60% or 0.6")
        return within(option, value)

    return parse


def tolerance(text: str) -> Tolerance:
    """By how much a charge may differ: an amount as 0.01, or a share as 1%. Raises TokcostError for anything else."""
    if "%" in text:
        return Tolerance(share=share_of("--tolerance")(text))
    return Tolerance(amount=amount_of("--tolerance")(text))
