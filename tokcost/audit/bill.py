"""A log against a bill: what each day, model and kind of token cost by the log, and by the provider."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import reduce

from tokcost.audit.judge import Audit
from tokcost.audit.lines import MATCHED, NOT_IN_LOG, NOT_ON_BILL, UNPRICED, AuditedLine
from tokcost.audit.matching import Billed, Logged, is_known, matched_slots
from tokcost.audit.periods import BilledPeriod
from tokcost.audit.slots import BilledAmount, LoggedCost, Slot, sides
from tokcost.audit.tolerance import Slack
from tokcost.logs.entry import Entry
from tokcost.phrases import quote, some_of
from tokcost.pricing import Priced, Unpriced, sure
from tokcost.rates import EXACT
from tokcost.usage import Usage

NOTHING = Decimal(0)


def against_bill(audit: Audit, log: Iterable[Entry], bill: Iterable[Entry]) -> bool:
    """Add a line to the audit for every slot of either side. Whether the bill charges anything at all."""
    found = sides(audit, log, bill)
    if not found.billed:
        return False
    billed, logged = matched_slots(found)
    renamed = _under_other_names(audit, billed, logged)
    nameless = {slot.period for slot, cost in logged.items() if not slot.model and isinstance(cost.cost, Unpriced)}
    for slot in sorted({*billed, *logged}):
        charge, cost = billed.get(slot), logged.get(slot)
        if charge is None and cost is not None:
            _add_unbilled(audit, slot, cost)
        elif charge is not None and cost is None:
            _add_unlogged(audit, slot, charge, slot.period in nameless)
        elif charge is not None and cost is not None:
            audit.add(_compared(audit, slot, charge, cost, renamed.get(slot, ())))
    return True


def _compared(
    audit: Audit, slot: Slot, charge: BilledAmount, cost: LoggedCost, why: tuple[str, ...] = ()
) -> AuditedLine:
    entry = _entry(audit, slot, cost.first, cost.tokens)
    if isinstance(cost.cost, Unpriced):
        reason = (cost.cost.reason,) if cost.cost.reason else ()
        return AuditedLine(entry.where, UNPRICED, entry, charge.amount, cost.cost, (*reason, *why), charge.where)
    judged = audit.judged(entry._replace(usage=Usage()), charge.amount, cost.cost, charge.slack)
    ratio = _ratio(audit, judged, cost.cost)
    return judged._replace(entry=entry, place=charge.where, why=(*judged.why, *ratio, *why))


def _add_unbilled(audit: Audit, slot: Slot, cost: LoggedCost) -> None:
    """What the bill does not charge; what costs nothing needs no charge."""
    entry = _entry(audit, slot, cost.first, cost.tokens)
    if isinstance(cost.cost, Unpriced):
        reason = (cost.cost.reason,) if cost.cost.reason else ()
        audit.add(AuditedLine(entry.where, UNPRICED, entry, None, cost.cost, reason, cost.first.where))
    elif cost.cost.high and not audit.tolerance.allows(NOTHING, cost.cost.low, cost.cost.high, NOTHING):
        audit.add(AuditedLine(entry.where, NOT_ON_BILL, entry, None, cost.cost, place=cost.first.where))
    elif cost.cost.high:
        audit.add(audit.judged(entry, NOTHING, cost.cost, Slack()))


def _add_unlogged(audit: Audit, slot: Slot, charge: BilledAmount, nameless: bool) -> None:
    """What the log has no usage for. It cannot tell where it names no models, nor what it never counts."""
    entry = _entry(audit, slot, charge.entry, None)
    line = AuditedLine(entry.where, UNPRICED, entry, charge.amount, Unpriced(""), (), charge.where)
    if nameless:
        audit.add(line._replace(why=("the log has usage of that time that names no model",)))
    elif (charged_for := _nothing_of_logs(audit, slot, charge.entry)) and charge.amount:
        audit.add(line._replace(why=(f"a log does not tell what {quote(charged_for)} is charged for",)))
    elif charge.amount and not audit.tolerance.allows(charge.amount, NOTHING, NOTHING, NOTHING):
        audit.add(line._replace(status=NOT_IN_LOG, why=(f"charged in {charge.where}",)))
    elif charge.amount:
        audit.add(audit.judged(entry, charge.amount, sure(NOTHING, audit.exchange.currency), Slack()))


def _nothing_of_logs(audit: Audit, slot: Slot, entry: Entry) -> str:
    """What a charge is for, where it is neither of a model that is known nor of a kind that logs tell of; else ""."""
    if is_known(slot.kind) or (
        slot.model and not isinstance(audit.meter.model(entry.model or "", entry.provider), str)
    ):
        return ""
    return slot.kind or slot.model


def _entry(audit: Audit, slot: Slot, first: Entry, tokens: int | None) -> Entry:
    """What a line of the audit says of its slot; None are tokens that nobody told."""
    model = _model_name(audit, first) if slot.model else ""
    where = " ".join(part for part in (slot.period.name, model, slot.kind) if part)
    entry = first._replace(where=where, item=slot.kind, identity=None, is_aggregate=True, calls=(), modalities=())
    if tokens is not None:
        entry = entry._replace(usage=Usage(tokens))
    return entry if slot.model else entry._replace(model=None)


def _model_name(audit: Audit, entry: Entry) -> str:
    name = entry.model or audit.meter.default or ""
    model = audit.meter.model(name, entry.provider)
    return name if isinstance(model, str) else model.name


def _ratio(audit: Audit, line: AuditedLine, cost: Priced) -> tuple[str, ...]:
    """What a sum can still tell: a discount or a surcharge that is one everywhere shows as a ratio."""
    if line.status == MATCHED or not cost.likely or line.charged is None:
        return ()
    ratio = EXACT.divide(line.charged, cost.likely).quantize(Decimal(1).scaleb(-3), context=EXACT)
    meaning = next((hint.bill for hint in audit.meter.book.rules.hints() if hint.times == ratio), "")
    return (f"charged x{ratio.normalize():f} of what was computed" + (f": {meaning}" if meaning else ""),)


def _under_other_names(audit: Audit, billed: Billed, logged: Logged) -> dict[Slot, tuple[str, ...]]:
    """Put together what is left on both sides of a period, where a bill has names of its own for models.

    Clouds have: of names that the price book does not know all that is left is meant, of those of near relatives
    what comes to the same amount.
    """
    why: dict[Slot, tuple[str, ...]] = {}
    left: dict[BilledPeriod, tuple[list[Slot], list[Slot]]] = {}
    for slot in sorted(billed.keys() ^ logged.keys()):
        if slot in logged or slot.model:
            left.setdefault(slot.period, ([], []))[slot in logged].append(slot)
    for period, (charges, costs) in left.items():
        rest = Slot(period, "", "")
        if not charges or not costs or rest in billed or rest in logged:
            continue
        charge = reduce(BilledAmount.plus, (billed[slot] for slot in charges))
        cost = reduce(LoggedCost.plus, (logged[slot] for slot in costs))
        if isinstance(cost.cost, Priced) and _may_be_same(audit, charges, costs, billed, charge, cost.cost):
            names = some_of(sorted({quote(_model_name(audit, billed[slot].entry)) for slot in charges}))
            why[rest] = (f"all that is left of the log, since the bill names {names}",)
            for slot in charges:
                del billed[slot]
            for slot in costs:
                del logged[slot]
            billed[rest], logged[rest] = charge, cost
    return why


def _may_be_same(
    audit: Audit, charges: list[Slot], costs: list[Slot], billed: Billed, charge: BilledAmount, cost: Priced
) -> bool:
    """Whether charges are for what the log has under other names; a maker's own bill has the names of its API."""
    entries = {slot: billed[slot].entry for slot in charges}
    unknown = {
        slot
        for slot, each in entries.items()
        if each.provider and isinstance(audit.meter.model(each.model or "", each.provider), str)
    }
    if len(unknown) == len(charges):
        return True
    akin = all(
        slot in unknown or any(slot.model.startswith(each.model) or each.model.startswith(slot.model) for each in costs)
        for slot in charges
    )
    return akin and audit.tolerance.allows(charge.amount, cost.low, cost.high, charge.slack.amount)
