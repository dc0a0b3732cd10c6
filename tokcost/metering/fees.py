"""What an entry is charged beside its tokens: for calls of tools, and for each request, by the rows of fees."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tokcost.catalog import Model
from tokcost.errors import NotPriced
from tokcost.logs.entry import Calls, Entry
from tokcost.logs.kept import Kept
from tokcost.phrases import plural
from tokcost.pricing import WEAK_SOURCE, request_fee
from tokcost.rates import EXACT

if TYPE_CHECKING:
    from tokcost.rules import Charge

_NONE = Decimal(0)
# By what a log does not count: a call of unknown length, tokens kept for unknown hours.
_NOT_IN_LOGS = ("hour", "minute", "gb_day")
_OF_MANY = ("million_tokens", "million_token_hours")
# There is one in each request, whatever it holds.
_ONCE = ("prompt", "request", "session")


class Fees:
    """The fees of entries. What is to be known of those that were charged is kept, to be told once."""

    def __init__(self) -> None:
        self._told: dict[str, None] = {}
        self._unknown: Counter[tuple[str, str]] = Counter()
        self._counted = Kept()  # an entry may be priced more than once

    def of(self, entry: Entry, model: Model, day: date) -> tuple[Decimal, Decimal]:
        """All of an entry: the least, where the free part of a fee may have covered it, and the full amount.

        Raises NotPriced where the fee of a call is not known, or is not for calls.
        """
        least = full = _NONE
        calls = entry.calls
        if not any(call.name.startswith("request") for call in calls) and request_fee(model, day) is not None:
            calls = (*calls, Calls("request", entry.requests))
        for call in calls:
            row = model.fee(call.name, day)
            if row is None:
                if self._counted.add((entry.where, call.name)):
                    self._unknown[model.provider, call.name] += call.number
                raise NotPriced(f"the fee of {model.provider} for {call.name} is not known")
            amount = EXACT.multiply(row.amount, _number(call, row, entry, model))
            full = EXACT.add(full, amount)
            least = least if row.free else EXACT.add(least, amount)
            if amount:
                self._tell(call, row, model)
        return least, full

    def notes(self) -> list[str]:
        """One sentence for each fee of which some is free, that rests on one weak source, or that is not known."""
        unknown = [
            f"{plural(number, 'call')} of {name} at {provider}: fee unknown"
            for (provider, name), number in self._unknown.items()
        ]
        return [*self._told, *unknown]

    def _tell(self, call: Calls, row: Charge, model: Model) -> None:
        fee = f"the fee of {model.provider} for {call.name}"
        if row.free:
            self._told[f"{fee} is charged beyond what is free, which a log cannot tell: {row.free}"] = None
        if row.per == "session":
            once = "a session is charged for each container that a log names, and one that was opened anew is not seen"
            self._told[f"{fee}: {once}"] = None
        if row.is_weak:
            self._told[f"{fee} rests on {WEAK_SOURCE} it"] = None


def _number(call: Calls, row: Charge, entry: Entry, model: Model) -> Decimal:
    """How many times the amount of a row is charged."""
    if row.per in _NOT_IN_LOGS:
        raise NotPriced(
            f"{model.provider} charges {call.name} by the {row.per.replace('_', ' ')}, which the log does not say: "
            f'a fee of your own with per = "call" prices it'
        )
    if row.per in _OF_MANY:
        return Decimal(call.number).scaleb(-6, EXACT)
    if row.per not in _ONCE:
        return Decimal(call.number)
    if call.occasions is not None:
        return Decimal(call.occasions)
    if entry.is_aggregate and call.name != "request":
        raise NotPriced(f"{model.provider} charges {call.name} by the {row.per}: a sum does not say in how many")
    return Decimal(call.number if row.per == "session" or call.name == "request" else min(call.number, 1))
