"""A log against a bill: what each day, model and kind of token cost by the log, and by the provider."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from tokcost.audit.judge import Audit
from tokcost.audit.lines import MATCHED, NOT_IN_LOG, NOT_ON_BILL, UNPRICED, AuditedLine, rounding
from tokcost.audit.tolerance import Slack
from tokcost.logs.entry import Entry
from tokcost.logs.items import usage_of_kind
from tokcost.pricing import Cost, Priced, Unpriced, plus
from tokcost.rates import EXACT, KINDS
from tokcost.usage import Usage

Slot = tuple[str, str, str]
"""Day, model, kind of token (empty: all of them)."""


class BilledAmount(NamedTuple):
    """What a bill charges in a slot, where it says so, and by how much its amounts may be rounded."""

    amount: Decimal
    where: str
    slack: Slack
    entry: Entry


def against_bill(audit: Audit, log: Iterable[Entry], bill: Iterable[Entry]) -> bool:
    """Add a line to the audit for every slot of either side. Whether the bill charges anything at all."""
    charges = _charges(audit, bill)
    if not charges:
        return False
    whole = {(day, model) for day, model, kind in charges if kind not in (*KINDS, "web_search")}
    computed: dict[Slot, Cost] = {}
    tokens: dict[Slot, int] = {}
    first: dict[Slot, Entry] = {}
    for entry in log:
        if entry.not_billed_because:
            continue
        for kind, part in _parts(entry):
            slot = _slot(audit, part, kind)
            if slot[:2] in whole:
                slot = (*slot[:2], "")
            cost = audit.exchange.cost(audit.meter.price(part))
            computed[slot] = plus(computed[slot], cost) if slot in computed else cost
            tokens[slot] = tokens.get(slot, 0) + part.tokens
            first.setdefault(slot, part)
    merged = _merged(charges, whole)
    for slot in sorted({*merged, *computed}):
        _judge(audit, slot, merged.get(slot), computed.get(slot), first.get(slot), tokens.get(slot, 0))
    return True


def _judge(
    audit: Audit, slot: Slot, charge: BilledAmount | None, cost: Cost | None, first: Entry | None, tokens: int
) -> None:
    where = " ".join(part for part in slot if part)
    unknown = cost or Unpriced("")
    entry = first or (charge.entry if charge else Entry(where))
    entry = entry._replace(where=where, item=slot[2], identity=None, is_aggregate=True)
    if first is not None:
        entry = entry._replace(usage=Usage(tokens), modalities=(), calls=())
    place = charge.where if charge else first.where if first else ""
    line = AuditedLine(where, UNPRICED, entry, charge.amount if charge else None, unknown, _reason(unknown), place)
    if charge is None:
        line = line._replace(status=NOT_ON_BILL if isinstance(cost, Priced) else UNPRICED)
    elif cost is None:
        line = line._replace(status=NOT_IN_LOG, why=(f"charged in {charge.where}",))
    elif isinstance(cost, Priced):
        judged = audit.judged(entry._replace(usage=Usage()), charge.amount, cost, charge.slack)
        line = judged._replace(entry=entry, place=place, why=(*judged.why, *_ratio(audit, judged, cost)))
    audit.add(line)


def _reason(cost: Cost) -> tuple[str, ...]:
    return (cost.reason,) if isinstance(cost, Unpriced) and cost.reason else ()


def _ratio(audit: Audit, line: AuditedLine, cost: Priced) -> tuple[str, ...]:
    """What a sum can still tell: a discount or a surcharge that is one everywhere shows as a ratio."""
    if line.status == MATCHED or not cost.likely or line.charged is None:
        return ()
    ratio = EXACT.divide(line.charged, cost.likely).quantize(Decimal(1).scaleb(-3), context=EXACT)
    meaning = next((hint.bill for hint in audit.meter.book.rules.hints() if hint.times == ratio), "")
    return (f"charged x{ratio.normalize():f} of what was computed" + (f": {meaning}" if meaning else ""),)


def _charges(audit: Audit, bill: Iterable[Entry]) -> dict[Slot, BilledAmount]:
    found: dict[Slot, BilledAmount] = {}
    for entry in bill:
        if entry.charged is None:
            continue
        slot = _slot(audit, entry, entry.item)
        amount = audit.exchange.convert(entry.charged, entry.currency)
        before = found.get(slot)
        slack = rounding(entry.charged)
        if before is not None:
            amount, slack = EXACT.add(before.amount, amount), before.slack.plus(slack)
        found[slot] = BilledAmount(amount, before.where if before else entry.where, slack, entry)
    return found


def _merged(charges: dict[Slot, BilledAmount], whole: set[tuple[str, str]]) -> dict[Slot, BilledAmount]:
    """The charges of days and models that the bill does not split by kind, put together."""
    found: dict[Slot, BilledAmount] = {}
    for slot, charge in charges.items():
        to = (*slot[:2], "") if slot[:2] in whole else slot
        before = found.get(to)
        if before is not None:
            charge = charge._replace(
                amount=EXACT.add(before.amount, charge.amount), slack=before.slack.plus(charge.slack)
            )
        found[to] = charge
    return found


def _slot(audit: Audit, entry: Entry, kind: str) -> Slot:
    day = entry.when.date() if entry.when is not None else audit.meter.day
    name = entry.model or audit.meter.default or ""
    model = audit.meter.model(name, entry.provider) if name else ""
    return day.isoformat(), name if isinstance(model, str) else model.name, kind


def _parts(entry: Entry) -> list[tuple[str, Entry]]:
    """The entry by kind of token, each part at the rates of the whole prompt."""
    usage = entry.usage
    counts = (usage.uncached_tokens, *usage.parts()[1:5])
    total = usage.input_tokens
    prompt = entry.prompt or (None if entry.is_aggregate else (total, total))
    if entry.modalities or not entry.split_known or not entry.tokens_known:
        return [("", entry)]
    parts = []
    for kind, number in zip(KINDS, counts, strict=True):
        part = usage_of_kind(kind, number) if number else None
        if part is not None:
            parts.append((kind, entry._replace(usage=part, prompt=prompt, calls=())))
    parts += [(call.name, entry._replace(usage=Usage(), calls=(call,))) for call in entry.calls]
    return parts
