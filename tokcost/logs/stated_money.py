"""Money as logs and bills state it, with its currency: '$17,264.59 (USD)', '₩1,750', 'Subtotal (€)'."""

from __future__ import annotations

import re
from decimal import Decimal

from tokcost.logs.entry import money

# Where a sign is that of several currencies, the one that is meant where no other is named.
_SIGNS = {
    "$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "₩": "KRW", "¥": "JPY", "JP¥": "JPY", "CN¥": "CNY", "₹": "INR",
    "NT$": "TWD", "A$": "AUD", "CA$": "CAD", "R$": "BRL", "HK$": "HKD", "S$": "SGD", "NZ$": "NZD", "MX$": "MXN",
}  # fmt: skip
_CODE = r"\(?\b([A-Z]{3})\b\)?"
_SIGN = "|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True))
_WRITTEN = re.compile(
    rf"(?:{_CODE}\s*)?(?P<sign>{_SIGN})?\s*(?P<amount>[^\sA-Z$€£₩¥₹]*)\s*(?P<after>{_SIGN})?\s*(?:{_CODE})?"
)


def currency_of(mark: str) -> str | None:
    """The currency of a sign or a code of three letters; None for anything else."""
    return _SIGNS.get(mark) or (mark.upper() if re.fullmatch("[A-Za-z]{3}", mark) else None)


def stated_amount(value: object, field: str) -> tuple[Decimal | None, str | None]:
    """An amount, and its currency where it says one, which a dollar sign does not. Raises BadLine for what is none."""
    found = _WRITTEN.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return money(value, field), None
    code = found[1] or found[5]
    mark = found["sign"] or found["after"] or "$"
    return money(found["amount"], field), code or (_SIGNS[mark] if mark != "$" else None)
