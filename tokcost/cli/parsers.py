"""Parsers of options: each gives a typed value, or refuses in one sentence what it cannot read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

import typer

from tokcost.amounts import in_bounds, read_amount, read_tokens
from tokcost.errors import TokcostError
from tokcost.phrases import join_or, quote, quote_value

# Of tokens, lines or rows: sums and costs of so many stay exact.
MOST = 10**12


def choice(what: str, names: Sequence[str]) -> Callable[[str], str]:
    """A parser of one of several names; another one is refused with all of them, or the nearest."""

    def parse(text: str) -> str:
        if text not in names:
            raise TokcostError(f"unknown {what} {quote_value(text)}: choose {join_or(names)}")
        return text

    return parse


def complete(names: Sequence[str]) -> Callable[[str], list[str]]:
    """Shell completion of one of several names."""
    return lambda incomplete: [name for name in names if name.startswith(incomplete)]


def bounded(value: int | None) -> int | None:
    """The callback of a number of which sums stay exact; said here, so that --help does not. Raises BadParameter."""
    if value is not None and value > MOST:
        raise typer.BadParameter(f"it must be {MOST:,} or less")
    return value


def amount_of(option: str, money: bool = True) -> Callable[[str], Decimal]:
    """A parser of a sum of money, as 0.05 or $0.05, of 0 or more; without ``money`` of a plain number.

    Whoever uses it holds the currency that was written to that of the report (``currency.same_currency``).
    Raises TokcostError for anything else.
    """

    def parse(text: str) -> Decimal:
        try:
            value = read_amount(text) if money else Decimal(text.strip())
        except (ValueError, ArithmeticError):
            example = "0.05" if money else "61.5"
            raise TokcostError(f"{option} {quote_value(text)}: not an amount: write it as {example}") from None
        if not value.is_finite() or value < 0:
            raise TokcostError(f"{option} {quote(text)}: an amount is 0 or more")
        return within(option, value)

    return parse


def tokens_of(option: str) -> Callable[[str], int]:
    """A parser of a number of tokens, as 200000 or 200k. Raises TokcostError for anything else."""

    def parse(text: str) -> int:
        try:
            value = read_tokens(text)
        except ValueError:
            raise TokcostError(
                f"{option} {quote_value(text)}: not a number of tokens: write it as 200000 or 200k"
            ) from None
        if value > MOST:
            raise TokcostError(f"{option} {quote(text)} is out of bounds: it must be {MOST:,} or less")
        return value

    return parse


def day_of(option: str) -> Callable[[str], date]:
    """A parser of a day, as 2026-11-24. Raises TokcostError for anything else."""

    def parse(text: str) -> date:
        try:
            found = date.fromisoformat(text.strip())
        except ValueError:
            found = None
        if found is None or found.isoformat() != text.strip():
            raise TokcostError(f"{option} {quote_value(text)}: invalid date: write it as 2026-11-24")
        return found

    return parse


def known_charset(name: str) -> str:
    import codecs

    try:
        codecs.lookup(name)
    except LookupError:
        raise TokcostError(f"unknown charset {quote(name)}: name one that Python knows, as utf-16 or cp949") from None
    return name


def within(option: str, value: Decimal) -> Decimal:
    """The number, if sums with it stay exact. Raises TokcostError of 10^15 and more, or below 10^-12."""
    if not in_bounds(value):
        raise TokcostError(f"{option} {value:.3e} is out of bounds: it must be below 10^15, and not below 10^-12")
    return value
