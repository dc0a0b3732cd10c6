"""One value of a row as people read it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tokcost.amounts import factor, money, percent_text, rate, signed, signed_money, tokens
from tokcost.report import UNPRICED, Column, Kind


def cell(column: Column, row: dict[str, Any], currency: str | None) -> str:
    """The text of a cell, '' where there is nothing to say."""
    value = row.get(column.key)
    if column.kind is Kind.COST:
        return _cost(value, row, currency)
    if column.kind in (Kind.TOKEN_RANGE, Kind.MONEY_RANGE):
        return _range(column, value, row, currency)
    if value is None:
        return ""
    match column.kind:
        case Kind.NUMBER:
            return tokens(value) if value else _zero(column)
        case Kind.SIGNED:
            return signed(value)
        case Kind.MONEY:
            return money(value, currency)
        case Kind.SIGNED_MONEY:
            return signed_money(value, currency)
        case Kind.RATE:
            return rate(value)
        case Kind.FACTOR:
            return factor(value)
        case Kind.PERCENT:
            return percent_text(value)
    return "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _zero(column: Column) -> str:
    """Nothing cached or written is no news; no input is."""
    return "0" if column.key in ("input_tokens", "rows", "requests", "documents", "tokens", "prompts") else ""


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
