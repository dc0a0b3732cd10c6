"""Charges held against what the tokens cost: each line matched, over, under, unpriced, duplicate or impossible."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from tokcost.audit.explain import charging, explanations
from tokcost.currency import Exchange
from tokcost.logs.entry import Entry
from tokcost.masking import scrub
from tokcost.metering.meter import Meter
from tokcost.metering.metered import Faults
from tokcost.pricing import Cost, Priced, Unpriced
from tokcost.rates import EXACT, plain
from tokcost.report import Finding, money_text
from tokcost.report_old import SCHEMA_VERSION

MATCHED, OVER, UNDER = "matched", "over", "under"
UNPRICED, DUPLICATE, IMPOSSIBLE = "unpriced", "duplicate", "impossible"
NOT_ON_BILL, NOT_IN_LOG = "missing on the bill", "missing in the log"
STATUSES = (MATCHED, OVER, UNDER, IMPOSSIBLE, DUPLICATE, NOT_ON_BILL, NOT_IN_LOG, UNPRICED)
BROKEN = (OVER, UNDER, IMPOSSIBLE, DUPLICATE, NOT_ON_BILL, NOT_IN_LOG)
_CENT = Decimal("0.01")
_MATCHED_KEPT = 1000


class Tolerance(NamedTuple):
    """By how much a charge may differ: an amount, or a share of what was computed; the larger holds."""

    amount: Decimal = Decimal(0)
    share: Decimal = Decimal(0)

    def allows(self, charged: Decimal, low: Decimal, high: Decimal, unit: Decimal) -> bool:
        """Whether the charge lies in the range, give or take the tolerance and its own rounding."""
        slack = max(self.amount, EXACT.multiply(self.share, high), unit / 2)
        return low - slack <= charged <= high + slack


class Line(NamedTuple):
    """One line of the audit. Money in the report's currency; ``why`` explains a mismatch."""

    where: str
    status: str
    entry: Entry
    charged: Decimal | None
    computed: Cost
    why: tuple[str, ...] = ()

    @property
    def difference(self) -> Decimal | None:
        """Charged less computed; from the nearest end, and 0 within it, where what was computed is a range."""
        if self.charged is None or isinstance(self.computed, Unpriced):
            return None
        nearest = min(max(self.charged, self.computed.low), self.computed.high)
        return plain(self.charged - nearest)

    @property
    def implied_rate(self) -> Decimal | None:
        """The charge for a million tokens, to six decimals."""
        if self.charged is None or not self.entry.tokens:
            return None
        per_million = EXACT.divide(self.charged.scaleb(6, EXACT), Decimal(self.entry.tokens))
        return per_million.quantize(Decimal("0.000001"), context=EXACT)


class Audit:
    """The lines of an audit as they come, and what they add up to."""

    def __init__(self, meter: Meter, exchange: Exchange, tolerance: Tolerance) -> None:
        self.meter = meter
        self.exchange = exchange
        self.tolerance = tolerance
        self.lines: list[Line] = []
        self.counts: dict[str, int] = {}
        self.charged = self.computed = self.low = self.high = Decimal(0)
        self.tokens = 0
        self.silent = 0
        self.pricing: dict[str, Any] | None = None
        self.faults = Faults()
        self.warnings: list[str] = []
        self.findings: list[Finding] = []
        self._seen: dict[tuple[Any, ...], str] = {}

    def check(self, entries: Iterable[Entry]) -> None:
        """Hold every entry that states a charge against what its tokens cost."""
        for entry in entries:
            if entry.charged is None:
                self.silent += not entry.free
            else:
                self.add(self._line(entry, entry.charged))

    def add(self, line: Line) -> None:
        """Count a line; matched ones are kept up to a thousand."""
        self.counts[line.status] = self.counts.get(line.status, 0) + 1
        self.charged = EXACT.add(self.charged, line.charged or Decimal(0))
        if isinstance(line.computed, Priced):
            self.computed = EXACT.add(self.computed, line.computed.likely)
            self.low = EXACT.add(self.low, line.computed.low)
            self.high = EXACT.add(self.high, line.computed.high)
        self.tokens += line.entry.tokens
        if line.status != MATCHED or self.counts[MATCHED] <= _MATCHED_KEPT:
            self.lines.append(line)

    @property
    def broken(self) -> int:
        """How many lines are neither matched nor unpriced."""
        return sum(self.counts.get(status, 0) for status in BROKEN)

    @property
    def complete(self) -> bool:
        """Whether every line was read and could be judged."""
        return not self.faults.number and not self.counts.get(UNPRICED)

    def _line(self, entry: Entry, stated: Decimal) -> Line:
        charged = self.exchange.convert(stated, entry.currency)
        again = self._duplicate(entry)
        computed = self.exchange.cost(self.meter.price(entry._replace(settled=False)))
        if again:
            return Line(entry.where, DUPLICATE, entry, charged, computed, (f"the same as {again}",))
        if isinstance(computed, Unpriced):
            return self._without_price(entry, charged, computed)
        return self.judged(entry, charged, computed, rounding(stated))

    def judged(self, entry: Entry, charged: Decimal, computed: Priced, unit: Decimal) -> Line:
        """The line of a charge with a computed cost."""
        low, high = computed.low, computed.high
        if self.tolerance.allows(charged, low, high, unit):
            return Line(entry.where, MATCHED, entry, charged, computed)
        status = OVER if charged > high else UNDER
        if entry.tokens and not entry.split_known and self.meter.rate is None:
            return self._without_split(Line(entry.where, status, entry, charged, computed))
        why = explanations(self.meter, self.exchange, entry, charged, unit) if entry.tokens else ()
        return Line(entry.where, status, entry, charged, computed, why)

    def _without_split(self, line: Line) -> Line:
        """Input and output are one number, and no mix of them makes the charge: do the rates of another model?"""
        entry = line.entry
        day = entry.when.date() if entry.when else self.meter.day
        models = charging(self.meter, self.exchange, entry, line.charged or Decimal(0))
        if models:
            return line._replace(why=(f"the rates of {', '.join(models)} would explain it",))
        return line._replace(status=IMPOSSIBLE, why=(f"nothing in the price book charges it on {day}",))

    def _without_price(self, entry: Entry, charged: Decimal, computed: Unpriced) -> Line:
        """A line that names no known model: which rates in force that day would make its charge?"""
        line = Line(entry.where, UNPRICED, entry, charged, computed, (computed.reason,))
        if not entry.tokens or line.implied_rate is None:
            return line
        models = charging(self.meter, self.exchange, entry, charged)
        day = entry.when.date() if entry.when else self.meter.day
        if models:
            return line._replace(why=(f"{computed.reason}; the rates of {', '.join(models)} would explain it",))
        return line._replace(status=IMPOSSIBLE, why=(f"nothing in the price book charges it on {day}",))

    def _duplicate(self, entry: Entry) -> str:
        """Where the same line stood before: the same id, or the same of everything with a time."""
        if entry.bucketed or (entry.identity is None and entry.when is None):
            return ""
        same: tuple[Any, ...] = (entry.usage, entry.model, entry.charged)
        same += (entry.identity,) if entry.identity else (entry.when, entry.client, entry.key, entry.project)
        before = self._seen.setdefault(same, entry.where)
        return "" if before is entry.where else before

    def to_dict(self) -> dict[str, Any]:
        """The audit as JSON has it."""
        return {
            "schema_version": SCHEMA_VERSION,
            "command": "audit",
            "currency": self.exchange.currency or "USD",
            "conversion": self.exchange.to_dict(),
            "pricing": self.pricing,
            "rows": [row(line) for line in self.lines],
            "totals": {
                "lines": sum(self.counts.values()),
                **{status.replace(" ", "_"): self.counts.get(status, 0) for status in STATUSES},
                "total_tokens": self.tokens,
                "charged": money_text(self.charged),
                "cost": money_text(self.computed) if self.complete and not self.counts.get(IMPOSSIBLE) else None,
                "cost_priced": money_text(self.computed),
                "without_charge": self.silent,
                "complete": self.complete,
            },
            "problems": {
                "lines": self.faults.number,
                "first": [{"where": each.where, "why": each.why} for each in self.faults.first],
            },
            "warnings": self.warnings,
            "findings": [finding.to_dict() for finding in self.findings],
        }


def rounding(stated: Decimal) -> Decimal:
    """The last place that a charge is written to, a cent at most: what rounding may have changed."""
    exponent = stated.as_tuple().exponent
    return min(Decimal(1).scaleb(exponent), _CENT) if isinstance(exponent, int) else _CENT


def row(line: Line) -> dict[str, Any]:
    """A line as JSON and CSV have it."""
    entry, computed = line.entry, line.computed
    known = computed if isinstance(computed, Priced) else None
    ranged = known is not None and known.ranged
    return {
        "where": line.where,
        "status": line.status,
        "when": entry.when.isoformat() + "Z" if entry.when else None,
        "model": scrub(entry.model) if entry.model else None,
        "client": entry.client,
        "key": entry.key,
        "item": entry.item or None,
        "total_tokens": entry.tokens if entry.tokens_known else None,
        "charged": money_text(line.charged),
        "cost": money_text(known.likely if known else None),
        "cost_low": money_text(known.low if known and ranged else None),
        "cost_high": money_text(known.high if known and ranged else None),
        "difference": money_text(line.difference),
        "implied_rate": money_text(line.implied_rate),
        "explanation": scrub("; ".join(line.why)) or None,
    }
