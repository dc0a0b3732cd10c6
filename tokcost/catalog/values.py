"""Values of a price file, each checked; errors name the key at fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NoReturn

from tokcost.amounts import MOST_DIGITS
from tokcost.phrases import MAX_QUOTED, join_or, nearest

Fail = Callable[[str, str | None], NoReturn]
"""Raises PriceFileError for a problem at a key of the table being read."""

# So many digits of a rate stay exact in every sum, times a number of tokens below 10^15.
_LONGEST = 40


def all_at(name: str, fail: Fail) -> Fail:
    """Problems inside an inline table are reported at the line of the key that holds it."""

    def fail_there(problem: str, _: str | None) -> NoReturn:
        fail(problem, name)

    return fail_there


def money(key: str, value: object, fail: Fail) -> Decimal:
    """A rate as Decimal: digits and at most one point, whether in quotes or as a TOML number.

    Signs, exponents, spaces, nan and inf are refused: "1e-3" is more often a slip than a price.
    """
    line_key = key.split(".")[0]
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        fail(f"'{key}' must be an amount, as \"2.50\"", line_key)
    if isinstance(value, int) and abs(value) >= 10**MOST_DIGITS:  # too long to be written out, as it may be
        fail(f"'{key}' is out of bounds: a rate is below 10^{MOST_DIGITS}, or stands in quotes", line_key)
    written = format(value, "f") if isinstance(value, Decimal) else str(value)
    whole, point, part = written.partition(".")
    if not (written.isascii() and whole.isdecimal() and (part.isdecimal() if point else True)):
        fail(
            f"'{key}' is {value}: a rate is a plain amount of 0 (free) or more, as \"2.50\"; leave it out when unknown",
            line_key,
        )
    if max(len(whole), len(part)) > _LONGEST:
        fail(f"'{key}' is out of bounds: a rate has at most {_LONGEST} digits before and after its point", line_key)
    return Decimal(written)


def known_keys(raw: Mapping[str, Any], keys: set[str], fail: Fail) -> None:
    """Refuse a key that is not among ``keys``, with the nearest of them."""
    for key in raw:
        if key not in keys:
            alike = nearest(key, keys, most=1)
            hint = f", did you mean '{alike[0]}'?" if alike else f": the keys are {', '.join(sorted(keys))}"
            fail(f"unknown key '{key}'{hint}", key)


def checked(key: str, value: Any, kind: type, wanted: str, fail: Fail) -> Any:
    """The value where it is of the kind; ``wanted`` says what it must be."""
    if not isinstance(value, kind):
        fail(f"'{key}' must be {wanted}", key)
    return value


def one_of(key: str, value: object, allowed: tuple[str, ...], fail: Fail) -> str:
    """The value where it is one of those allowed."""
    if value not in allowed:
        given = f", not {value!r}" if isinstance(value, str) and len(value) <= MAX_QUOTED else ""
        fail(f"'{key}' must be {join_or(allowed)}{given}", key)
    return str(value)


def plain_day(key: str, value: object, fail: Fail) -> date:
    """A date without a time."""
    if not isinstance(value, date) or isinstance(value, datetime):
        fail(f"'{key}' must be a plain date, as 2026-11-23 without quotes", key)
    return value


def whole(key: str, value: object, fail: Fail, least: int = 1, unit: str = "of tokens ") -> int:
    """A whole number above 0, or from ``least`` on."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value < 10**MOST_DIGITS:
        fail(f"'{key}' must be a whole number {unit}{'above 0' if least else 'of 0 or more'}", key)
    return value


def per_cent(key: str, value: object, fail: Fail) -> int:
    """Whole per cent from 0 to 100."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 100:
        fail(f"'{key}' must be whole per cent from 0 (none) to 100", key)
    return value


def listed_names(key: str, value: object, fail: Fail) -> tuple[str, ...]:
    """A list of names, none of them empty."""
    if not isinstance(value, list) or not all(isinstance(name, str) and name.strip() == name != "" for name in value):
        fail(f"'{key}' must be a list of names in quotes", key)
    return tuple(value)


def listed_days(key: str, value: object, fail: Fail) -> tuple[date, ...]:
    """A list of days."""
    if not isinstance(value, list):
        fail(f"'{key}' must be a list of days, as [2026-11-23]", key)
    return tuple(plain_day(key, day, fail) for day in value)
