"""One report, one currency: amounts converted at a rate that the user gives, with its day. Nothing is looked up."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from tokcost.amounts import MarkedAmount
from tokcost.errors import TokcostError
from tokcost.phrases import quote_value
from tokcost.pricing import Cost, Priced, Unpriced
from tokcost.rates import EXACT, plain

BASE = "USD"


def same_currency(what: str, amount: Decimal, currency: str | None) -> None:
    """Refuse an amount that was written in another currency than it is compared with. Raises TokcostError."""
    if isinstance(amount, MarkedAmount) and currency is not None and amount.currency != currency:
        raise TokcostError(
            f"{what} is an amount in {amount.currency}, and the report is in {currency}: write it in {currency}, "
            f"or have the report in {amount.currency}"
        )


class Fx(NamedTuple):
    """``rate`` units of ``currency`` are one US dollar, on ``day``."""

    currency: str
    rate: Decimal
    day: date | None


class Exchange:
    """Brings every amount into the currency of the report, tax included where one is given.

    Without a currency, the first amount decides; the next in another is refused.
    """

    def __init__(self, currency: str | None = None, fx: Fx | None = None, vat: Decimal = Decimal(0)) -> None:
        self.currency = currency
        self.fx = fx
        self.vat = vat

    def cost(self, cost: Cost) -> Cost:
        """The cost in the report's currency, with tax."""
        if isinstance(cost, Unpriced) or cost.currency is None:
            return cost
        if cost.currency == self.currency and not self.vat:
            return cost
        currency, taxed = cost.currency, EXACT.add(Decimal(1), self.vat)
        likely, low, high = (plain(EXACT.multiply(self.convert(amount, currency), taxed)) for amount in cost[:3])
        return Priced(likely, low, high, self.currency)

    def convert(self, amount: Decimal, currency: str) -> Decimal:
        """The amount in the report's currency. Raises TokcostError when no rate was given for it."""
        if self.currency is None:
            self.currency = currency
        if currency == self.currency:
            return amount
        if self.fx is None or {currency, self.currency} != {BASE, self.fx.currency}:
            other = currency if currency != BASE else self.currency
            raise TokcostError(
                f"amounts in {currency} and in {self.currency}: one report has one currency; "
                f"give the rate of your books, as --currency {self.currency} --fx {other}=RATE@YYYY-MM-DD "
                f"({other} for one USD)"
            )
        if currency == BASE:
            return plain(EXACT.multiply(amount, self.fx.rate))
        return EXACT.divide(amount, self.fx.rate)

    def listed(self, amount: Decimal, currency: str) -> Decimal:
        """A price of the price book in the currency of ``listed_in``, tax included."""
        found = self.convert(amount, currency) if self.listed_in(currency) != currency else amount
        return plain(EXACT.multiply(found, EXACT.add(Decimal(1), self.vat))) if self.vat else found

    def listed_in(self, currency: str) -> str:
        """In what a price of the price book is listed: the report's currency, its own where no rate leads there."""
        return self.currency if self.currency is not None and self.can(currency) else currency

    def can(self, currency: str) -> bool:
        """Whether amounts in a currency can be brought into that of the report."""
        if self.currency is None or currency == self.currency:
            return True
        return self.fx is not None and {currency, self.currency} == {BASE, self.fx.currency}

    def to_dict(self) -> dict[str, Any] | None:
        """The terms of the conversion as JSON has them; None when there were none."""
        if self.fx is None and not self.vat:
            return None
        return {
            "fx": f"1 {BASE} = {self.fx.rate} {self.fx.currency}" if self.fx else None,
            "fx_day": self.fx.day.isoformat() if self.fx and self.fx.day else None,
            "vat": format(self.vat, "f") if self.vat else None,
        }


def exchange(currency: str | None, fx: str | None, vat: str | None) -> Exchange:
    """The options as an exchange.

    ``--fx 1390.5@2026-11-20`` (units of --currency for one USD) or ``KRW=1390.5@2026-11-20``.
    Raises TokcostError for anything else.
    """
    code = _code(currency) if currency is not None else None
    return Exchange(code, _fx(fx, code) if fx is not None else None, _share(vat) if vat is not None else Decimal(0))


def _fx(text: str, currency: str | None) -> Fx:
    match = re.fullmatch(r"(?:([A-Za-z]{3})=)?([\d,]+(?:\.\d+)?)@(\d{4}-\d{2}-\d{2})", text.strip())
    if match is None:
        raise TokcostError(f"--fx {quote_value(text)}: write the rate with its day, as 1390.5@2026-11-20")
    code = _code(match[1]) if match[1] else currency
    if code is None or code == BASE:
        raise TokcostError(f"--fx {quote_value(text)}: no currency: write it as KRW={match[2]}@{match[3]}")
    try:
        rate, day = Decimal(match[2].replace(",", "")), date.fromisoformat(match[3])
    except (InvalidOperation, ValueError):
        raise TokcostError(f"--fx {quote_value(text)}: write the rate with its day, as 1390.5@2026-11-20") from None
    if not rate or rate.adjusted() > 15:
        raise TokcostError(f"--fx {quote_value(text)}: a rate is above 0, and below 10^15")
    return Fx(code, rate, day)


def _code(text: str) -> str:
    if not (len(text) == 3 and text.isascii() and text.isalpha()):
        raise TokcostError(f"--currency {quote_value(text)}: a code of three letters, as KRW")
    return text.upper()


def _share(text: str) -> Decimal:
    bare, percent, _ = text.strip().partition("%")
    try:
        share = Decimal(bare)
        if percent and share.is_finite():
            share = share.scaleb(-2, EXACT)
    except ArithmeticError:
        raise TokcostError(f"--vat {quote_value(text)}: write it as 10% or 0.10") from None
    exponent = share.as_tuple().exponent  # a letter where the share is not finite
    if not isinstance(exponent, int) or not Decimal(0) <= share < 1 or exponent < -40:
        raise TokcostError(f"--vat {quote_value(text)}: write it as 10% or 0.10")
    return share
