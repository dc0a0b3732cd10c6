"""Which charge of a bill stands for which cost of the log: by model and kind where both tell them, else by period."""

from __future__ import annotations

from collections.abc import Mapping

from tokcost.audit.periods import BilledPeriod, BilledPeriods
from tokcost.audit.slots import BilledAmount, LoggedCost, Sides, Slot
from tokcost.logs.items import is_fee
from tokcost.rates import KINDS

Billed = dict[Slot, BilledAmount]
Logged = dict[Slot, LoggedCost]


def matched_slots(found: Sides) -> tuple[Billed, Logged]:
    """Both sides under slots that stand for the same: whatever one side cannot part, the other is put together for.

    A charge that names no model stands for the calls of its fee by any model, or, where it names nothing at all,
    for whatever else there is of its period.
    """
    periods = _settled(found)
    billed: Billed = {}
    for slot, charge in found.billed.items():
        to = slot._replace(period=periods[slot.model].around(slot.period) or slot.period)
        billed[to] = billed[to].plus(charge) if to in billed else charge
    settled: Logged = {}
    for slot, cost in found.logged.items():
        group = periods[slot.model if slot.model in periods else ""]
        to = slot._replace(period=group.around(slot.period) or slot.period)
        settled[to] = settled[to].plus(cost) if to in settled else cost
    wholes = _wholes(billed, settled)
    together: Billed = {}
    for slot, charge in billed.items():
        to = slot._replace(kind="") if slot[:2] in wholes else slot
        together[to] = together[to].plus(charge) if to in together else charge
    logged: Logged = {}
    for slot, cost in settled.items():
        to = next((each for each in _stands_for(slot, wholes, periods[""]) if each in together), slot)
        logged[to] = logged[to].plus(cost) if to in logged else cost
    return together, logged


def _settled(found: Sides) -> Mapping[str, BilledPeriods]:
    """By model the periods that are compared; under "" those of charges without a model."""
    periods: dict[str, set[BilledPeriod]] = {"": set()}
    for slot in found.billed:
        periods.setdefault(slot.model, set()).add(slot.period)
    for model, period in found.summed:
        periods[model if model in periods else ""].add(period)
    return {model: BilledPeriods(each) for model, each in periods.items()}


def _wholes(billed: Billed, logged: Logged) -> set[tuple[BilledPeriod, str]]:
    """Periods and models that are compared as a whole: one side has an amount of them that it does not part."""
    charged = {slot[:2] for slot in billed if slot.model}
    wholes = {slot[:2] for slot in billed if slot.model and not is_known(slot.kind)}
    return wholes | {slot[:2] for slot in logged if slot.model and not slot.kind and slot[:2] in charged}


def is_known(kind: str) -> bool:
    """Whether a kind is one that logs tell of: a kind of token, or calls of a tool."""
    return kind in KINDS or is_fee(kind)


def _stands_for(slot: Slot, wholes: set[tuple[BilledPeriod, str]], nameless: BilledPeriods) -> list[Slot]:
    """The charges that may be meant for a cost of the log, the closest first."""
    day = nameless.around(slot.period) or nameless.at(slot.period.start)
    of_any_model = [Slot(day, "", slot.kind)] if day is not None and is_fee(slot.kind) else []
    of_rest = [Slot(day, "", "")] if day is not None else []
    if slot[:2] in wholes:
        return [*of_any_model, slot._replace(kind=""), *of_rest]
    # a bill may call both kinds of writes by one name
    writes = [slot._replace(kind="cache_write")] if slot.kind == "cache_write_long" else []
    return [slot, *writes, *of_any_model, *of_rest]
