"""Usage x model x day x mode: a cost with its low and high, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

from tokcost.catalog.model import OLD, SOON, Model
from tokcost.errors import NotPriced
from tokcost.phrases import join_or, plural, quote, some_of
from tokcost.rates import EXACT, KIND_NAMES, MODES, STANDARD, MissingRate, Modes, Price, cost_of, mode_of_tier, plain
from tokcost.usage import Usage

if TYPE_CHECKING:
    from tokcost.rules import Charge

# On what a rate or a fee of low confidence rests; whoever says it goes on with "it" or "them".
WEAK_SOURCE = "one weak source (low confidence): check before you bill by"


class Terms(NamedTuple):
    """Under which terms a request is priced: the day (UTC), the hour if known, the mode."""

    day: date
    moment: datetime | None = None
    mode: str = STANDARD


def tier_terms(terms: Terms, tier: str) -> Terms:
    """The terms under which a request that asks for a service tier is billed; "" and "auto" leave the mode as it is.

    Raises NotPriced for a tier that is not a mode: it is never priced at another one's rates.
    """
    mode = mode_of_tier(tier, terms.mode)
    if mode not in MODES:
        raise NotPriced(f"unknown service_tier {quote(tier)}: choose {join_or(MODES)}")
    return terms._replace(mode=mode)


class Priced(NamedTuple):
    """Money in ``currency``: ``likely`` between ``low`` and ``high``, all three alike when sure.

    ``currency`` is None for what is not billed: nothing, in any currency.
    """

    likely: Decimal
    low: Decimal
    high: Decimal
    currency: str | None

    @property
    def ranged(self) -> bool:
        """Whether the ends differ."""
        return self.low != self.high


class Unpriced(NamedTuple):
    """No cost can be said, and why."""

    reason: str


Cost = Priced | Unpriced


def sure(amount: Decimal, currency: str | None) -> Priced:
    """An amount without a range."""
    return Priced(amount, amount, amount, currency)


def bound(amounts: Sequence[Decimal], currency: str | None) -> Priced:
    """The cost that each of the amounts may be; the first is the likely one."""
    if len(amounts) == 1:
        return sure(plain(amounts[0]), currency)
    return Priced(plain(amounts[0]), plain(min(amounts)), plain(max(amounts)), currency)


def plus(one: Cost, other: Cost) -> Cost:
    """Both together, exact; unpriced as soon as one of them is. Both have one currency."""
    if isinstance(one, Unpriced):
        return one
    if isinstance(other, Unpriced):
        return other
    if one.low is one.high and other.low is other.high:  # most are sure, and many are added
        return sure(plain(EXACT.add(one.likely, other.likely)), one.currency or other.currency)
    likely, low, high = (plain(EXACT.add(a, b)) for a, b in zip(one[:3], other[:3], strict=True))
    return Priced(likely, low, high, one.currency or other.currency)


def times(cost: Cost, factor: Decimal) -> Cost:
    """The cost with every end multiplied."""
    if isinstance(cost, Unpriced):
        return cost
    likely, low, high = (plain(EXACT.multiply(amount, factor)) for amount in cost[:3])
    return Priced(likely, low, high, cost.currency)


def total(costs: Iterable[Cost]) -> Cost | None:
    """The sum, unpriced with the first reason when a part of it is; None of nothing."""
    known = list(costs)
    return all_of(known) if known else None


def all_of(costs: Sequence[Cost]) -> Cost:
    """The sum of one cost or more, as ``plus`` makes it of two."""
    if len(costs) == 1:
        return costs[0]
    priced: list[Priced] = []
    for cost in costs:
        if isinstance(cost, Unpriced):
            return cost
        priced.append(cost)
    currency = next((cost.currency for cost in priced if cost.currency), None)
    likely = _sum([cost.likely for cost in priced])
    if all(cost.low is cost.high for cost in priced):  # most are sure, and many are added
        return sure(likely, currency)
    return Priced(likely, _sum([cost.low for cost in priced]), _sum([cost.high for cost in priced]), currency)


def _sum(amounts: Sequence[Decimal]) -> Decimal:
    return plain(reduce(EXACT.add, amounts))


def request_fee(model: Model, day: date) -> Charge | None:
    """What each request to the model costs beside its tokens, whatever it holds; None for most models."""
    return model.fee("request", day) if model.rule_book is not None else None


def cost_under(usage: Usage, modes: Modes, model: Model, mode: str) -> Decimal:
    """The cost of the usage at the rates of one mode. Raises NotPriced when there are none."""
    rates = modes.get(mode)
    if rates is None or not rates.items():
        if not any(named.items() for named in modes.values()):
            shown = f"'tokcost models show {model.name}' lists its rates"
            raise NotPriced(f"{model.name} is not billed by text token: {shown}")
        offered = ", ".join(modes) or "none"
        raise NotPriced(
            f"{model.name} has no {mode} rates here (it has: {offered}): never priced at another mode's rates"
        )
    try:
        return cost_of(usage, rates)
    except MissingRate as error:
        kind = KIND_NAMES[error.kind]
        raise NotPriced(
            f"{model.name} has no {mode} rate for {kind}: 'tokcost models show {model.name}' lists its rates"
        ) from None


def unpriced_reason(model: Model, day: date) -> str:
    """Why no rate is in force on the day."""
    if not model.prices:
        return model.note or "no public price is known"
    first = model.prices[0]
    if day < first.start:
        return f"no rate is known before {first.start}"
    return f"no rate is known on {day}"


def notes_on(model: Model, day: date) -> list[str]:
    """What a user should know about the price of a model on a day, one line each."""
    notes = []
    price = model.price_on(day)
    soon = model.retires is not None and (model.retires - day).days <= SOON
    if model.routed_to and soon:
        notes.append(f"requests for {model.name} are answered and billed as {model.routed_to} from {model.retires} on")
    elif model.retired_on(day):
        notes.append(f"{model.name} was retired on {model.retires}")
    elif soon:
        notes.append(f"{model.name} retires on {model.retires}")
    if price is None:
        why = unpriced_reason(model, day)
        way_out = "" if "price file" in why else "; a price file can fill it in"
        notes.append(f"{model.name} is unpriced: {why}{way_out}")
        return notes
    if (fee := request_fee(model, day)) is not None and fee.amount:
        notes.append(f"a request to {model.name} costs {fee.amount} {price.currency} beside its tokens")
    if price.guaranteed_until is not None and price.guaranteed_until < day:
        notes.append(f"the rates of {model.name} were guaranteed until {price.guaranteed_until} and may have changed")
    if price.checked is not None and (day - price.checked).days > OLD:
        age = plural((day - price.checked).days, "day")
        notes.append(f"the rates of {model.name} were last checked on {price.checked}, {age} ago")
    notes += weak_rates([model.name] if price.is_weak else [])
    after = model.next_price(day)
    if after is not None and (after.start - day).days <= SOON and (change := _change(price, after)):
        notes.append(f"{model.name} changes price on {after.start}: {change}")
    return notes


def weak_rates(models: Sequence[str]) -> list[str]:
    """That the rates of these models rest on one weak source: one sentence, however many they are; none of none."""
    if not models:
        return []
    if len(models) == 1:
        return [f"the rates of {models[0]} rest on {WEAK_SOURCE} it"]
    return [f"the rates of {len(models):,} models ({some_of(models)}) rest on {WEAK_SOURCE} them"]


def _change(before: Price, after: Price) -> str:
    """'input 2 -> 4, output 10 -> 20'; '' where the rates stay as they are."""
    old, new = before.modes.get(STANDARD), after.modes.get(STANDARD)
    if old is None or new is None:
        return "see 'tokcost models show'"
    moved = [
        f"{KIND_NAMES[kind]} {dict(old.items()).get(kind, '?')} -> {rate}"
        for kind, rate in new.items()
        if dict(old.items()).get(kind) != rate
    ]
    both = [(row.modes, row.tiers, row.windows, row.other, row.per_image) for row in (before, after)]
    if moved or both[0] == both[1]:
        return ", ".join(moved)
    return "the standard rates stay, others move: 'tokcost models show' lists them"
