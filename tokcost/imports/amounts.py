"""Amounts of other people's price lists: exact, per million, and what of them had to be left or rounded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from tokcost.imports.source import LeftAmount, RoundedAmount
from tokcost.phrases import quote
from tokcost.rates import EXACT, plain

# So many decimals of a million tokens' price are money; what lies behind them is what a float could not hold.
DECIMALS = 8
# An amount of more digits, of which rounding to as many leaves only so many, has dust behind it.
_SIGNIFICANT, _MEANT = 7, 4
# A number of more letters, or farther from 1 than this power of ten, is no price.
_LONGEST, _FARTHEST = 100, 30


class AmountReader:
    """Reads the amounts of one source, and keeps account of what it rounds and what nobody carries."""

    def __init__(self) -> None:
        self.rounded: list[RoundedAmount] = []
        self.left: list[LeftAmount] = []
        self.unread: list[LeftAmount] = []

    def amount(
        self, model: str, what: str, value: object, scale: int = 0, times: int = 1, of: int = 1
    ) -> Decimal | None:
        """The value times 10 to the ``scale``, ``times`` that for one ``of`` many; None for no amount of 0 or more.

        Float dust and what lies beyond eight decimals is rounded away, which is kept, as is what is no price.
        """
        number = _number(value)
        if number is None:
            if value is not None:
                self.unread.append(LeftAmount(model, what, quote(str(value))))
            return None
        exact = plain(EXACT.divide(EXACT.multiply(number.scaleb(scale, EXACT), Decimal(times)), Decimal(of)))
        taken = _without_dust(exact)
        if taken != exact:
            self.rounded.append(RoundedAmount(model, what, format(exact, "f"), format(taken, "f")))
        return taken

    def leave(self, model: str, what: str, value: object) -> None:
        """Keep account of an amount that is not carried; zeros and what is no amount are none."""
        inner = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else None
        if inner is not None:
            for key, each in inner:
                self.leave(model, f"{what}.{key}", each)
        elif number := _number(value):
            self.left.append(LeftAmount(model, what, format(plain(number), "f")))


def day_of(value: object) -> date | None:
    """A day written as 2026-11-25, or the day of a moment; None for anything else."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def tokens_of(value: Any) -> int | None:
    """A whole number of tokens above 0; None for anything else."""
    number = _number(value)
    return int(number) if number and number == number.to_integral_value(context=EXACT) and number < 10**15 else None


def _without_dust(exact: Decimal) -> Decimal:
    """The amount that was meant by what a float made of it: 1.4999999 is 1.5; at most eight decimals."""
    if len(exact.as_tuple().digits) > _SIGNIFICANT:
        last = Decimal(1).scaleb(exact.adjusted() - _SIGNIFICANT + 1)
        rounded = plain(exact.quantize(last, ROUND_HALF_EVEN, EXACT))
        exact = rounded if len(rounded.as_tuple().digits) <= _MEANT else exact
    places = exact.as_tuple().exponent
    if not isinstance(places, int) or places >= -DECIMALS:
        return exact
    # less than that is no price, but it is not free for that
    return plain(exact.quantize(Decimal(1).scaleb(-DECIMALS), ROUND_HALF_EVEN, EXACT)) or exact


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        number = Decimal(value) if not isinstance(value, str) or len(value) <= _LONGEST else Decimal("NaN")
    except ArithmeticError:
        return None
    if not number.is_finite() or number < 0:
        return None
    # an exponent of a million would take a megabyte to write out
    return EXACT.plus(number) if not number or abs(number.adjusted()) <= _FARTHEST else None
