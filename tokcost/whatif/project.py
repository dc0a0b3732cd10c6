"""Requests priced as they were and as they would be under a scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from fractions import Fraction
from math import ceil, floor

from tokcost.catalog import Model
from tokcost.currency import Exchange
from tokcost.errors import NotPriced, TokcostError
from tokcost.logs.entry import Entry
from tokcost.metering.meter import Meter
from tokcost.phrases import quote
from tokcost.pricing import Priced, Unpriced, times
from tokcost.rates import EXACT
from tokcost.usage import Usage
from tokcost.whatif.budgets import those_here
from tokcost.whatif.change import CostChange, ModelAndClient, unchanged
from tokcost.whatif.factors import ONE
from tokcost.whatif.scenario import Scenario
from tokcost.whatif.swaps import ratio


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

    def project(self, entries: Iterable[Entry]) -> dict[ModelAndClient, CostChange]:
        """The changes by model (as it was) and client; ``price`` and ``usage`` are not in them yet."""
        found: dict[ModelAndClient, CostChange] = {}
        for entry in entries:
            if entry.not_billed_because:
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
                    raise TokcostError(f"{what} {quote(name)} changes nothing: {those_here('models', self._met)}")

    def _one(self, entry: Entry, name: str | None) -> CostChange:
        before = self.exchange.cost(self.meter.price(entry))
        if isinstance(before, Unpriced) or self.scenario.factors_alone:
            return unchanged(before)
        bare = entry._replace(cost_is_final=False, charged=None)
        parts = [self.exchange.cost(self.meter.price(each)) for each in self._changed(bare, name)]
        priced = [part for part in parts if isinstance(part, Priced)]
        if len(priced) < len(parts):
            return CostChange(before, next(part for part in parts if isinstance(part, Unpriced)))
        low, high = min(each.low for each in priced), max(each.high for each in priced)
        after = Priced(priced[0].likely, low, high, priced[0].currency)
        factor = self._own.get(name or "", ONE)
        if entry.cost_is_final:  # a saved sum: what it was by its own account, times what the change does to it
            base = self.exchange.cost(self.meter.price(bare))
            if isinstance(base, Unpriced):
                return CostChange(before, base)
            if not base.likely:
                return unchanged(before)
            factor = EXACT.divide(EXACT.multiply(factor, before.likely), base.likely)
        return CostChange(before, times(after, factor))

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
            output = round(usage.output_tokens * Fraction(scenario.output))
            usage = usage.but(output_tokens=output, reasoning_tokens=min(usage.reasoning_tokens, output))
        if scenario.cached is not None:
            read = round(usage.input_tokens * Fraction(scenario.cached))
            usage = Usage(usage.input_tokens, read, 0, 0, usage.output_tokens, usage.reasoning_tokens)
        entry = entry._replace(usage=usage)
        new = self._swaps.get(name or "")
        return [entry] if new is None else self._swapped(entry, name or "", new)

    def _swapped(self, entry: Entry, name: str, new: str) -> list[Entry]:
        model = self._find(new)
        old = self.meter.model(entry.model or self.meter.default or "", entry.provider)
        found = None if isinstance(old, str) else ratio(old, model, self.scenario.text)
        entry = entry._replace(model=model.full_id, provider=None, modalities=(), calls=(), inside=())
        if found is None:
            raise NotPriced(f"{name} and {model.name} cannot be compared: one of them is not billed by text token")
        if found.low != found.high:
            self.notes[f"{name} -> {model.name}: tokens {found.shown}, for {self.scenario.text} text"] = None
        if found.low == found.high == 1:
            return [entry]
        ends = ((found.likely, round), (found.low, floor), (found.high, ceil))
        return [_scaled(entry, factor, whole) for factor, whole in ends]

    def _model_id(self, name: str) -> str:
        return self._find(name).id

    def _find(self, name: str) -> Model:
        return self.meter.book.find(name)

    def _name(self, entry: Entry) -> str | None:
        name = entry.model or self.meter.default
        if name is None:
            return None
        model = self.meter.model(name, entry.provider)
        return name if isinstance(model, str) else model.name


def _scaled(entry: Entry, factor: Fraction, whole: Callable[[Fraction], int]) -> Entry:
    """The entry with so many times its tokens, each count made ``whole`` in one direction."""
    counts = [whole(number * factor) for number in entry.usage.parts()]
    counts[0] = max(counts[0], counts[1] + counts[2] + counts[3])
    counts[5] = min(counts[5], counts[4])
    prompt = entry.prompt and (whole(entry.prompt[0] * factor), whole(entry.prompt[1] * factor))
    return entry._replace(usage=Usage(*counts), prompt=prompt)
