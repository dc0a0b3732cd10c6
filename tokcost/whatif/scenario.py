"""What a change of price, volume, model, mode or habit would do to what was spent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Context, Decimal
from typing import NamedTuple

from tokcost.catalog import Model
from tokcost.currency import Exchange
from tokcost.errors import NotPriced, TokcostError
from tokcost.logs.entry import Entry
from tokcost.masking import scrub_name
from tokcost.metering.ledger import Group
from tokcost.metering.meter import Meter
from tokcost.phrases import quote
from tokcost.pricing import Priced, Unpriced
from tokcost.rates import EXACT, plain
from tokcost.usage import Usage
from tokcost.whatif.swaps import ratio

ONE = Decimal(1)
# A power or a quotient may have no last digit: more of them than a reader could ever check.
FINE = Context(prec=28)
_SHOWN = 8


class Scenario(NamedTuple):
    """What changes. Factors multiply: ``price`` every rate (or one model's), ``usage`` the number of requests."""

    price: Decimal = ONE
    usage: Decimal = ONE
    prices: Mapping[str, Decimal] = {}
    models: Mapping[str, str] = {}
    mode: str | None = None
    cached: Decimal | None = None
    output: Decimal = ONE
    as_of: date | None = None
    text: str = "english"

    @property
    def factors_alone(self) -> bool:
        """Whether what was spent is only multiplied, so that no request has to be priced again."""
        changed = self.models or self.prices or self.mode or self.as_of
        return not changed and self.cached is None and self.output == ONE


class Change(NamedTuple):
    """Before and after of one model and client, in the report's currency; None is unpriced, and why."""

    before: Decimal | None
    after: Decimal | None
    low: Decimal | None
    high: Decimal | None
    reason: str = ""

    def plus(self, other: Change) -> Change:
        """Both together; unknown as soon as one is."""
        sums = [
            None if one is None or two is None else plain(EXACT.add(one, two))
            for one, two in zip(self[:4], other[:4], strict=True)
        ]
        return Change(sums[0], sums[1], sums[2], sums[3], self.reason or other.reason)

    def times(self, price: Decimal, usage: Decimal) -> Change:
        """The same with all rates and the volume multiplied."""
        factor = EXACT.multiply(price, usage)
        after, low, high = (
            None if amount is None else plain(EXACT.multiply(amount, factor))
            for amount in (self.after, self.low, self.high)
        )
        return Change(self.before, after, low, high, self.reason)


NOTHING = Change(Decimal(0), Decimal(0), Decimal(0), Decimal(0))


def changed(group: Group) -> Change:
    """A group of the ledger that is only multiplied: after is before."""
    if group.unpriced:
        return Change(None, None, None, None, next(iter(group.reasons), ""))
    return Change(group.likely, group.likely, group.low, group.high)


Who = tuple[str | None, str | None]
"""Model and client."""


class Projector:
    """Prices entries as they were and as they would be."""

    def __init__(self, meter: Meter, exchange: Exchange, scenario: Scenario) -> None:
        self.meter = meter
        self.exchange = exchange
        self.scenario = scenario
        self.notes: dict[str, None] = {}
        self._met: dict[str, None] = {}
        self._swaps = {self._model_id(old): new for old, new in scenario.models.items()}
        self._own = {self._model_id(name): factor for name, factor in scenario.prices.items()}

    def project(self, entries: Iterable[Entry]) -> dict[Who, Change]:
        """The changes by model (as it was) and client; ``price`` and ``usage`` are not in them yet."""
        found: dict[Who, Change] = {}
        for entry in entries:
            if entry.free:
                continue
            name = self._name(entry)
            self._met[name or "none"] = None
            change = self._one(entry, name)
            who = (name, entry.client)
            found[who] = found[who].plus(change) if who in found else change
        return found

    def check_names(self) -> None:
        """Raises TokcostError for a model whose price or place was to change and that no entry names."""
        for what, named in (("--model", self._swaps), ("--price", self._own)):
            for name in named:
                if self._met and name not in self._met:
                    raise TokcostError(f"{what} {quote(name)} changes nothing: {_has('models', self._met)}")

    def _one(self, entry: Entry, name: str | None) -> Change:
        before = self.exchange.cost(self.meter.price(entry))
        if isinstance(before, Unpriced):
            return Change(None, None, None, None, before.reason)
        if self.scenario.factors_alone:
            return Change(before.likely, before.likely, before.low, before.high)
        bare = entry._replace(settled=False, charged=None)
        parts = [self.exchange.cost(self.meter.price(each)) for each in self._changed(bare, name)]
        priced = [part for part in parts if isinstance(part, Priced)]
        if len(priced) < len(parts):
            reason = next(part.reason for part in parts if isinstance(part, Unpriced))
            return Change(before.likely, None, None, None, reason)
        likely = priced[0].likely
        low, high = min(each.low for each in priced), max(each.high for each in priced)
        factor = self._own.get(name or "", ONE)
        if entry.settled:  # a saved sum: what it was by its own account, times what the change does to it
            base = self.exchange.cost(self.meter.price(bare))
            if isinstance(base, Unpriced) or not base.likely:
                return Change(before.likely, before.likely, before.likely, before.likely)
            factor = EXACT.divide(EXACT.multiply(factor, before.likely), base.likely)
        amounts = [plain(EXACT.multiply(amount, factor)) for amount in (likely, low, high)]
        return Change(before.likely, amounts[0], amounts[1], amounts[2])

    def _changed(self, entry: Entry, name: str | None) -> list[Entry]:
        """The entry under the scenario: likely, and where a swap recounts it, low and high."""
        scenario = self.scenario
        if scenario.as_of is not None:
            when = datetime.combine(scenario.as_of, entry.when.time()) if entry.when and not entry.until else None
            entry = entry._replace(when=when or datetime.combine(scenario.as_of, datetime.min.time()), until=None)
        if scenario.mode is not None:
            entry = entry._replace(mode=scenario.mode)
        usage = entry.usage
        if scenario.output != ONE:
            output = _times(usage.output_tokens, scenario.output)
            usage = replace(usage, output_tokens=output, reasoning_tokens=min(usage.reasoning_tokens, output))
        if scenario.cached is not None:
            read = _times(usage.input_tokens, scenario.cached)
            usage = Usage(usage.input_tokens, read, 0, 0, usage.output_tokens, usage.reasoning_tokens)
        entry = entry._replace(usage=usage)
        new = self._swaps.get(name or "")
        return [entry] if new is None else self._swapped(entry, name or "", new)

    def _swapped(self, entry: Entry, name: str, new: str) -> list[Entry]:
        model = self._find(new)
        old = self.meter.model(entry.model or self.meter.default or "", entry.provider)
        found = None if isinstance(old, str) else ratio(old, model, self.scenario.text)
        entry = entry._replace(model=model.full_id, provider=None, modalities=(), calls=())
        if found is None:
            raise NotPriced(f"{name} and {model.id} cannot be compared: one of them is not billed by text token")
        if found.low != found.high:
            span = f"tokens x{found.likely} ({found.low} to {found.high})"
            self.notes[f"{name} -> {model.id}: {span}, for {self.scenario.text} text"] = None
        return [_scaled(entry, each) for each in dict.fromkeys((found.likely, found.low, found.high))]

    def _model_id(self, name: str) -> str:
        return self._find(name).id

    def _find(self, name: str) -> Model:
        try:
            return self.meter.book.find(name)
        except TokcostError as error:
            raise TokcostError(scrub_name(str(error))) from None

    def _name(self, entry: Entry) -> str | None:
        name = entry.model or self.meter.default
        if name is None:
            return None
        model = self.meter.model(name, entry.provider)
        return name if isinstance(model, str) else model.id


def unknown_clients(changes: Mapping[Who, Change], budgets: Mapping[str, Decimal]) -> None:
    """Raises TokcostError for a budget of a client that the changes do not name."""
    clients = {client or "-": None for _, client in changes}
    for name in budgets:
        if name != "*" and name not in clients:
            nobody = set(clients) == {"-"}
            told = "no client is named: --budget 100 holds for all" if nobody else _has("clients", clients)
            raise TokcostError(f"--budget {quote(scrub_name(name))}: {told}")


def _has(what: str, names: Iterable[str]) -> str:
    listed = list(names)
    more = f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return f"the {what} here are {', '.join(listed[:_SHOWN])}{more}"


def _scaled(entry: Entry, factor: Decimal) -> Entry:
    counts = [_times(number, factor) for number in entry.usage.parts()]
    counts[0] = max(counts[0], counts[1] + counts[2] + counts[3])
    counts[5] = min(counts[5], counts[4])
    prompt = entry.prompt and (_times(entry.prompt[0], factor), _times(entry.prompt[1], factor))
    return entry._replace(usage=Usage(*counts), prompt=prompt)


def _times(tokens: int, factor: Decimal) -> int:
    return int((Decimal(tokens) * factor).to_integral_value())


def usage_at(price: Decimal, elasticity: Decimal) -> Decimal:
    """By what the volume is multiplied at constant elasticity e: q1/q0 = (p1/p0)^-e, to 28 digits.

    Raises TokcostError for a price of 0, and for a volume out of all bounds.

    >>> usage_at(Decimal("0.1"), Decimal("1"))
    Decimal('10')
    """
    if price <= 0:
        raise TokcostError("elasticity has no answer for a price of 0: volume would be without bound")
    try:
        found = FINE.plus(EXACT.power(price, -elasticity))
    except ArithmeticError:
        found = Decimal("Infinity")
    if not found.is_finite() or not -12 <= found.adjusted() < 15:
        raise TokcostError(f"at an elasticity of {elasticity} and a price of x{price} the volume is out of all bounds")
    return plain(found)


def elasticity_of(price: Decimal, usage: Decimal) -> Decimal | None:
    """The elasticity that a change of price and volume implies, to 28 digits: e = -ln(q1/q0) / ln(p1/p0).

    None where the price does not change, or one of them is 0.
    """
    if price <= 0 or usage <= 0 or price == ONE:
        return None
    return plain(FINE.minus(EXACT.divide(EXACT.ln(usage), EXACT.ln(price))))


def break_even(before: Decimal | None, after_per_use: Decimal | None) -> Decimal | None:
    """By what the volume may grow until as much is spent as before; None where nothing is paid after."""
    if before is None or not after_per_use:
        return None
    return plain(FINE.divide(before, after_per_use))


class Passing(NamedTuple):
    """At which volume (times today's) a client passes its budget under the new prices."""

    client: str
    budget: Decimal
    usage: Decimal


def passings(changes: Mapping[Who, Change], price: Decimal, budgets: Mapping[str, Decimal]) -> list[Passing]:
    """Who passes their budget at which volume, the first one first. The name ``*`` holds for every client."""
    spent: dict[str, Decimal] = {}
    for (_, client), change in changes.items():
        spent[client or "-"] = EXACT.add(spent.get(client or "-", Decimal(0)), change.after or Decimal(0))
    found = []
    for client, amount in spent.items():
        budget = budgets.get(client, budgets.get("*"))
        per_use = EXACT.multiply(amount, price)
        if budget is not None and per_use:
            found.append(Passing(client, budget, plain(FINE.divide(budget, per_use))))
    return sorted(found, key=lambda each: (each.usage, each.client))
