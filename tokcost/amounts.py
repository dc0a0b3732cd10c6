"""Money and token numbers as people read and write them. The only place where an amount is rounded."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

_SIGNS = {"USD": "$", "KRW": "₩", "EUR": "€", "GBP": "£", "JPY": "¥"}
_DIGITS = 4
_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)
# A whole number that a person writes (tokens, runs, days) is below 10 to this; so is an amount of money.
MOST_DIGITS = 15
# A number with more characters than these is not looked at.
_MOST_WRITTEN = 25


class MarkedAmount(Decimal):
    """An amount that was written with the sign or the code of its currency."""

    currency: str


def read_amount(text: str) -> Decimal:
    """'0.05', and '$0.05', '€0.05', '0.05 EUR' or 'EUR 0.05' as an amount that knows its currency.

    Raises ValueError for what is not a number of ASCII digits; what it is worth is the caller's to judge.
    """
    bare, currency = _marked(text.strip())
    if not bare.isascii() or "_" in bare:
        raise ValueError("not a number")
    try:
        if currency is None:
            return Decimal(bare)
        amount = MarkedAmount(bare)
    except InvalidOperation:
        raise ValueError("not a number") from None
    amount.currency = currency
    return amount


def read_tokens(text: str) -> int:
    """'200000', '200,000', '200k' or '1.5M' as a number of tokens. Raises ValueError for what is no whole number."""
    bare = text.strip().replace(",", "").lower()
    thousands = {"k": 3, "m": 6}.get(bare[-1:], 0)
    digits = bare[:-1] if thousands else bare
    whole, _, part = digits.partition(".")
    if not digits.isascii() or not (whole + part).isdecimal() or len(digits) > _MOST_WRITTEN:
        raise ValueError("not a number of tokens")
    value = Decimal(digits).scaleb(thousands)
    if value != value.to_integral_value():
        raise ValueError("not a whole number")
    return int(value)


def is_whole(value: object) -> bool:
    """Whether it is a whole number of 0 or more that a sum can stand, and no bool."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**MOST_DIGITS


def in_bounds(amount: Decimal) -> bool:
    """Whether sums with it stay exact: below 10^15, and not below 10^-12 unless it is 0."""
    if not amount.is_finite() or int(amount.as_tuple().exponent) < -40:
        return False
    return not amount or -12 <= amount.adjusted() < MOST_DIGITS


def _marked(text: str) -> tuple[str, str | None]:
    """What is left of an amount without its currency, and the currency."""
    for code, sign in _SIGNS.items():
        if text.startswith(sign):
            return text.removeprefix(sign).strip(), code
    for code, bare in ((text[:3], text[3:]), (text[-3:], text[:-3])):
        if code.isascii() and code.isalpha() and code.isupper() and bare.strip()[:1].isdecimal():
            return bare.strip(), code
    return text, None


def money(amount: Decimal | None, currency: str | None = "USD") -> str:
    """'$12.34', '$0.0000225', '₩1,250.00': two decimals, and below 1 four significant digits.

    A non-zero amount never shows as zero, and none shows an exponent. None is 'unknown'.
    """
    if amount is None:
        return "unknown"
    return _with_sign(format(_shown(amount), ",f"), currency)


def money_in_full(amount: Decimal, currency: str | None = "USD") -> str:
    """Every digit of an amount, for where two amounts would print alike."""
    return _with_sign(format(amount, ",f"), currency)


def money_apart(value: Decimal, limit: Decimal, currency: str | None = "USD") -> tuple[str, str]:
    """Two amounts that differ, so that they look it: in full where they would print alike."""
    show = money if money(value, currency) != money(limit, currency) else money_in_full
    return show(value, currency), show(limit, currency)


def rate(amount: Decimal | None) -> str:
    """A rate as the price book has it, '-' when there is none."""
    return "-" if amount is None else format(amount, "f")


def tokens(number: int | None) -> str:
    """'1,234', '-' when unknown."""
    return "-" if number is None else format(number, ",")


def percent(part: Decimal | int, whole: Decimal | int) -> str:
    """'12.5 %' of a whole that is not 0."""
    return percent_text(_WIDE.divide(Decimal(part) * 100, Decimal(whole)))


def percent_text(share: Decimal) -> str:
    """'12.5 %' of a share in per cent."""
    return f"{share.quantize(Decimal('0.1'), context=_WIDE)} %"


def signed(number: int) -> str:
    """'+1,234', '-5', '0'."""
    return f"+{number:,}" if number > 0 else f"{number:,}"


def signed_money(amount: Decimal | None, currency: str | None = "USD") -> str:
    """'+$0.0015', '-$2.00', 'unknown'."""
    return f"+{money(amount, currency)}" if amount is not None and amount > 0 else money(amount, currency)


def factor(number: Decimal) -> str:
    """'x0.1', 'x3'."""
    return f"x{short(number)}"


def short(number: Decimal) -> str:
    """Two decimals, or three significant digits below 1."""
    if number and abs(number) < 1:
        return f"{Decimal(f'{number:.3g}'):f}"
    return f"{number:.2f}".removesuffix(".00")


def _shown(amount: Decimal) -> Decimal:
    if abs(amount) >= 1 or not amount:
        return amount.quantize(Decimal("0.01"), context=_WIDE)
    places = max(2, _DIGITS - 1 - amount.adjusted())
    rounded = amount.quantize(Decimal(1).scaleb(-places), context=_WIDE)
    trimmed = rounded.normalize(_WIDE)
    exponent = trimmed.as_tuple().exponent
    return trimmed if isinstance(exponent, int) and exponent < -2 else rounded.quantize(Decimal("0.01"), context=_WIDE)


def _with_sign(digits: str, currency: str | None) -> str:
    sign = _SIGNS.get(currency or "USD")
    if sign is None:
        return f"{digits} {currency}"
    return f"-{sign}{digits[1:]}" if digits.startswith("-") else f"{sign}{digits}"
