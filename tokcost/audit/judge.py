"""Charges compared with what the tokens cost: each line matched, over, under, unpriced, duplicate or impossible."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from tokcost.audit.explain import charging, explanations
from tokcost.audit.lines import (
    AUDIT_COLUMNS,
    DUPLICATE,
    IMPOSSIBLE,
    MATCHED,
    MISMATCHED,
    OVER,
    STATUSES,
    UNDER,
    UNPRICED,
    AuditedLine,
    rounding,
)
from tokcost.audit.matched import Matched
from tokcost.audit.tolerance import Slack, Tolerance
from tokcost.currency import Exchange
from tokcost.logs.entry import Entry
from tokcost.metering.meter import Meter
from tokcost.pricing import Priced, Unpriced, plus, sure
from tokcost.rates import EXACT
from tokcost.report import Table

MISMATCHES_KEPT = 100
_MATCHED_KEPT = 1000


class Audit:
    """The lines of an audit as they come, and what they add up to.

    ``table`` has a row for each line, matched ones up to a thousand; ``mismatches`` the first lines that
    do not match. ``charged`` and ``computed`` are what has a charge and what has a price, in the report's
    currency; ``silent`` counts the lines that state no charge.
    """

    def __init__(self, meter: Meter, exchange: Exchange, tolerance: Tolerance) -> None:
        self.meter = meter
        self.exchange = exchange
        self.tolerance = tolerance
        self.table = Table(AUDIT_COLUMNS)
        self.mismatches: list[AuditedLine] = []
        self.counts = dict.fromkeys(STATUSES, 0)
        self.charged = Decimal(0)
        self.computed = sure(Decimal(0), None)
        self.tokens = 0
        self.silent = 0
        self.matched = Matched()
        self._seen: dict[tuple[Any, ...], str] = {}

    def check(self, entries: Iterable[Entry]) -> None:
        """Compare every entry that states a charge with the cost of its tokens."""
        for entry in entries:
            if entry.charged is None:
                self.silent += not entry.not_billed_because
            else:
                self.add(self._line(entry, entry.charged))

    def add(self, line: AuditedLine) -> None:
        """Count a line, and keep its row."""
        self.counts[line.status] += 1
        if line.charged is not None:
            self.charged = EXACT.add(self.charged, line.charged)
        if isinstance(line.computed, Priced):
            both = plus(self.computed, line.computed)
            self.computed = both if isinstance(both, Priced) else self.computed
        self.tokens += line.entry.tokens
        if line.status != MATCHED or self.counts[MATCHED] <= _MATCHED_KEPT:
            self.table.add(line)
        if line.status in MISMATCHED and len(self.mismatches) < MISMATCHES_KEPT:
            self.mismatches.append(line)

    @property
    def lines(self) -> int:
        """How many lines were compared."""
        return sum(self.counts.values())

    @property
    def mismatched(self) -> int:
        """How many lines are neither matched nor unpriced."""
        return sum(self.counts[status] for status in MISMATCHED)

    def judged(self, entry: Entry, charged: Decimal, computed: Priced, slack: Slack) -> AuditedLine:
        """The line of a charge with a computed cost; ``slack`` is what rounding may have changed."""
        low, high = computed.low, computed.high
        if self.tolerance.allows(charged, low, high, slack.amount):
            self.matched.add(charged, computed, slack, self.tolerance)
            return AuditedLine(entry.where, MATCHED, entry, charged, computed, place=entry.where)
        status = OVER if charged > high else UNDER
        line = AuditedLine(entry.where, status, entry, charged, computed, place=entry.where)
        if charged and entry.tokens and not entry.split_known and self.meter.rate is None:
            return self._without_split(line, charged)
        why = explanations(self.meter, self.exchange, entry, charged, slack.amount) if entry.tokens else ()
        return line._replace(why=why)

    def _line(self, entry: Entry, stated: Decimal) -> AuditedLine:
        charged = self.exchange.convert(stated, entry.currency)
        again = self._duplicate(entry)
        computed = self.exchange.cost(self.meter.price(entry._replace(cost_is_final=False)))
        if again:
            why = (f"the same as {again}",)
            return AuditedLine(entry.where, DUPLICATE, entry, charged, computed, why, entry.where)
        if isinstance(computed, Unpriced):
            return self._without_price(entry, charged, computed)
        return self.judged(entry, charged, computed, rounding(stated))

    def _without_split(self, line: AuditedLine, charged: Decimal) -> AuditedLine:
        """Input and output are one number, and no mix of them makes the charge: do the rates of another model?"""
        models = charging(self.meter, self.exchange, line.entry, charged)
        if models:
            return line._replace(why=(f"the rates of {', '.join(models)} would explain it",))
        return self._impossible(line)

    def _without_price(self, entry: Entry, charged: Decimal, computed: Unpriced) -> AuditedLine:
        """A line without a price: which rates in force that day would make its charge?

        Where none would, nothing charges it so, unless it names a model that the price book does not know.
        """
        line = AuditedLine(entry.where, UNPRICED, entry, charged, computed, (computed.reason,), entry.where)
        if not entry.tokens or not charged:
            return line
        models = charging(self.meter, self.exchange, entry, charged)
        if models:
            return line._replace(why=(f"{computed.reason}; the rates of {', '.join(models)} would explain it",))
        return line if entry.model else self._impossible(line)

    def _impossible(self, line: AuditedLine) -> AuditedLine:
        day = line.entry.when.date() if line.entry.when else self.meter.day
        return line._replace(status=IMPOSSIBLE, why=(f"nothing in the price book charges it on {day}",))

    def _duplicate(self, entry: Entry) -> str:
        """Where the same line stood before: the same id, or the same of everything with a time."""
        if entry.is_aggregate or (entry.identity is None and entry.when is None):
            return ""
        same: tuple[Any, ...] = (entry.usage, entry.model, entry.charged)
        same += (entry.identity,) if entry.identity else (entry.when, entry.client, entry.key, entry.project)
        before = self._seen.setdefault(same, entry.where)
        return "" if before is entry.where else before
