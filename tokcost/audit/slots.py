"""Both sides of a comparison by period of time, model and kind: what a bill charges, what the log comes to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from decimal import Decimal
from typing import NamedTuple

from tokcost.audit.judge import Audit
from tokcost.audit.lines import rounding
from tokcost.audit.periods import EVER, BilledPeriod, BilledPeriods, period_of, sums_a_period
from tokcost.audit.tolerance import Slack
from tokcost.logs.entry import Entry
from tokcost.logs.items import item_of, usage_of_kind
from tokcost.logs.times import WholeDay
from tokcost.pricing import Cost, plus
from tokcost.rates import EXACT, KINDS
from tokcost.usage import Usage


class Slot(NamedTuple):
    """``model`` is "" where a bill names none, ``kind`` (of token, or the name of a fee) where it is all of them."""

    period: BilledPeriod
    model: str
    kind: str


class BilledAmount(NamedTuple):
    """What a bill charges in a slot, where it says so, and by how much its amounts may be rounded."""

    amount: Decimal
    where: str
    slack: Slack
    entry: Entry

    def plus(self, other: BilledAmount) -> BilledAmount:
        """Both together, where the first of them stands."""
        return self._replace(amount=EXACT.add(self.amount, other.amount), slack=self.slack.plus(other.slack))


class LoggedCost(NamedTuple):
    """What the log comes to in a slot: cost, tokens, and the first entry of it."""

    cost: Cost
    tokens: int
    first: Entry

    def plus(self, other: LoggedCost) -> LoggedCost:
        """Both together."""
        return self._replace(cost=plus(self.cost, other.cost), tokens=self.tokens + other.tokens)


class Sides(NamedTuple):
    """Bill and log, each as finely as it says. ``summed`` are the periods of log lines that sum more than a day's part.

    Nothing of these can be told apart, so whatever they overlap is compared with them.
    """

    billed: dict[Slot, BilledAmount]
    logged: dict[Slot, LoggedCost]
    summed: set[tuple[str, BilledPeriod]]


def sides(audit: Audit, log: Iterable[Entry], bill: Iterable[Entry]) -> Sides:
    """The amounts of both; of the log nothing where the bill charges nothing."""
    found = Sides(_billed(audit, bill), {}, set())
    if found.billed:
        periods: dict[str, set[BilledPeriod]] = {"": set()}
        for slot in found.billed:
            periods.setdefault(slot.model, set()).add(slot.period)
        places = {model: BilledPeriods(each) for model, each in periods.items()}
        anywhere = BilledPeriods(slot.period for slot in found.billed)
        for entry in log:
            if not entry.not_billed_because:
                _add(audit, entry, places, anywhere, found)
    return found


def model_key(audit: Audit, name: str, provider: str | None) -> str:
    """One key for a model, whoever sells it: a bill and a log may name different sellers. "" for no name."""
    if not name:
        return ""
    model = audit.meter.model(name, provider)
    return name if isinstance(model, str) else model.sells or model.full_id


def _billed(audit: Audit, bill: Iterable[Entry]) -> dict[Slot, BilledAmount]:
    found: dict[Slot, BilledAmount] = {}
    for entry in bill:
        if entry.charged is None:
            continue
        slot = Slot(period_of(entry), model_key(audit, entry.model or "", entry.provider), entry.item)
        amount = audit.exchange.convert(entry.charged, entry.currency)
        charge = BilledAmount(amount, entry.where, rounding(entry.charged), entry)
        found[slot] = found[slot].plus(charge) if slot in found else charge
    return found


def _add(audit: Audit, entry: Entry, places: dict[str, BilledPeriods], anywhere: BilledPeriods, found: Sides) -> None:
    model = model_key(audit, entry.model or audit.meter.default or "", entry.provider)
    period = _period(audit, entry, [*(places[each] for each in (model, "") if each in places), anywhere])
    if sums_a_period(entry) and period == period_of(entry):
        found.summed.add((model, period))
    for kind, part in _parts(audit, entry):
        slot = Slot(period, model, kind)
        cost = LoggedCost(audit.exchange.cost(audit.meter.price(part)), part.tokens, part)
        found.logged[slot] = found.logged[slot].plus(cost) if slot in found.logged else cost


def _period(audit: Audit, entry: Entry, places: list[BilledPeriods]) -> BilledPeriod:
    """The period of the bill that an entry falls into; what it tells of itself where there is none."""
    own = period_of(entry)
    when = datetime.combine(audit.meter.day, time(12)) if entry.when is None else entry.when
    if isinstance(when, WholeDay):
        when = datetime.combine(when.date(), time(12))  # in the zone of a bill, too, that day has begun by then
    for periods in places:
        at = periods.at(when)
        if at is not None and (own == EVER or not sums_a_period(entry) or periods.around(own) == at):
            return at
    return own


def _parts(audit: Audit, entry: Entry) -> list[tuple[str, Entry]]:
    """The entry by kind of token, each part at the rates of the whole prompt; whole where it cannot be parted."""
    usage = entry.usage
    counts = (usage.uncached_tokens, *usage.parts()[1:5])
    total = usage.input_tokens
    prompt = entry.prompt or (None if entry.is_aggregate else (total, total))
    if entry.modalities or entry.units or entry.images or entry.inside or not entry.split_known:
        return [("", entry)]
    if not entry.tokens_known or audit.meter.basis(entry).has_request_fee:
        return [("", entry)]
    parts = []
    for kind, number in zip(KINDS, counts, strict=True):
        part = usage_of_kind(kind, number) if number else None
        if part is not None:
            parts.append((kind, entry._replace(usage=part, prompt=prompt, calls=())))
    parts += [(item_of(call.name), entry._replace(usage=Usage(), calls=(call,))) for call in entry.calls]
    return parts
