"""One value of a row as people read it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tokcost.amounts import factor, money, percent_text, rate, short, signed, signed_money, tokens
from tokcost.report import UNPRICED, Column, Kind

# Of what is counted here nothing is news; elsewhere a 0 is left out.
_ZERO_SHOWN = frozenset(("input_tokens", "rows", "requests", "documents", "tokens", "prompts", "findings"))
_WORDS: dict[str, Callable[[Any], str]] = {
    Kind.DIGITS: str,
    Kind.HASH: lambda value: str(value)[:12],
    Kind.SIGNED: signed,
    Kind.RATE: rate,
    Kind.FACTOR: factor,
    Kind.SHORT: short,
    Kind.PERCENT: percent_text,
}
_MONEY: dict[str, Callable[[Any, str | None], str]] = {Kind.MONEY: money, Kind.SIGNED_MONEY: signed_money}


def cell(column: Column, row: dict[str, Any], currency: str | None) -> str:
    """The text of a cell, '' where there is nothing to say."""
    value, kind = row.get(column.key), column.kind
    if kind is Kind.COST:
        return _cost(value, row, currency)
    if kind in (Kind.TOKEN_RANGE, Kind.MONEY_RANGE):
        return _range(column, value, row, currency)
    if kind is Kind.PIECE:
        return "(part of a character)" if value is None else f"'{value}'"
    if value is None:
        return ""
    if kind is Kind.NUMBER:
        return tokens(value) if value or column.key in _ZERO_SHOWN else ""
    if kind in _MONEY:
        return _MONEY[kind](value, currency)
    if kind in _WORDS:
        return _WORDS[kind](value)
    return "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _cost(value: Decimal | None, row: dict[str, Any], currency: str | None) -> str:
    """Unpriced where a price was asked for and none is known; what is priced, where a part is."""
    if value is not None:
        return money(value, currency)
    if row.get("standing") != UNPRICED:
        return ""
    part = row.get("cost_priced")
    return f"{money(part, currency)} + unpriced" if part else UNPRICED


def _range(column: Column, low: Any, row: dict[str, Any], currency: str | None) -> str:
    high = row.get(column.key.removesuffix("_low") + "_high")
    if low is None or high is None:
        return ""
    if column.kind is Kind.TOKEN_RANGE:
        return f"{tokens(low)}-{tokens(high)}"
    return f"{money(low, currency)}-{money(high, currency)}"
