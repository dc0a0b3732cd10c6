"""What ``usage`` found out, before anybody draws it: groups, totals, the costliest requests, problems."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from tokcost.currency import Exchange
from tokcost.logs.entry import Problem
from tokcost.masking import scrub
from tokcost.metering.ledger import COUNTS, Group, Key, Ledger, PricedEntry
from tokcost.pricing import Cost, Priced, Unpriced
from tokcost.report import UNPRICED, Finding, money_text
from tokcost.report_old import SCHEMA_VERSION

_PROBLEMS_SHOWN = 100
_REASONS_SHOWN = 10


class Faults:
    """Problems counted, the first ones kept."""

    def __init__(self) -> None:
        self.number = 0
        self.first: list[Problem] = []

    def add(self, problem: Problem) -> None:
        """Count a problem."""
        self.number += 1
        if len(self.first) < _PROBLEMS_SHOWN:
            self.first.append(Problem(scrub(problem.where), scrub(problem.why)))


class Metered(NamedTuple):
    """The answer of ``usage``. Money is in ``exchange.currency``."""

    by: tuple[str, ...]
    groups: dict[Key, Group]
    costliest: list[PricedEntry]
    faults: Faults
    warnings: list[str]
    findings: list[Finding]
    exchange: Exchange
    pricing: dict[str, Any] | None = None

    @property
    def total(self) -> Group:
        """Everything together."""
        total = Group()
        for group in self.groups.values():
            total.take(group)
        return total

    @property
    def complete(self) -> bool:
        """Whether every line was read and every request priced."""
        return not self.faults.number and not any(group.unpriced for group in self.groups.values())

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON has it."""
        total = self.total
        return {
            "schema_version": SCHEMA_VERSION,
            "command": "usage",
            "currency": self.exchange.currency or "USD",
            "conversion": self.exchange.to_dict(),
            "pricing": self.pricing,
            "by": list(self.by),
            "rows": [self._row(key, group, total) for key, group in self.groups.items()],
            "totals": {**figures(total), "rows": len(self.groups), "complete": self.complete},
            "costliest": [_request(each) for each in self.costliest],
            "problems": {
                "lines": self.faults.number,
                "first": [{"where": each.where, "why": each.why} for each in self.faults.first],
            },
            "warnings": self.warnings,
            "findings": [finding.to_dict() for finding in self.findings],
        }

    def _row(self, key: Key, group: Group, total: Group) -> dict[str, Any]:
        named = dict(zip(self.by, key, strict=True))
        share = None
        if not group.unpriced and total.likely:
            share = format((group.likely * 100 / total.likely).quantize(Decimal(1).scaleb(-2)), "f")
        return {"name": label(key), **named, **figures(group), "share_percent": share, "note": reasons(group)}


def measured(ledger: Ledger, by: Sequence[str], faults: Faults, warnings: Sequence[str], exchange: Exchange) -> Metered:
    """The ledger's groups, reduced to the names asked for, dearest first."""
    at = [ledger.by.index(name) for name in by if name in ledger.by]
    kept = tuple(ledger.by[each] for each in at)
    groups: dict[Key, Group] = {}
    for key, group in ledger.groups().items():
        groups.setdefault(tuple(key[each] for each in at), Group()).take(group)
    told = [each for each, name in enumerate(kept) if name == kept[0] or any(key[each] for key in groups)]
    if len(told) < len(kept):  # a column in which no line says anything
        kept = tuple(kept[each] for each in told)
        merged: dict[Key, Group] = {}
        for key, group in groups.items():
            merged.setdefault(tuple(key[each] for each in told), Group()).take(group)
        groups = merged
    in_time = kept[:1] and kept[0] in ("day", "month", "hour")
    ordered = sorted(groups, key=lambda key: (key[0] or "",) if in_time else (-groups[key].likely, label(key)))
    return Metered(
        kept, {key: groups[key] for key in ordered}, ledger.costliest(), faults, list(warnings), [], exchange
    )


def cost_of(group: Group) -> Cost:
    """The cost of a group: unknown as soon as one request has none."""
    if group.unpriced:
        return Unpriced(reasons(group))
    return Priced(group.likely, group.low, group.high, None)


def figures(group: Group) -> dict[str, Any]:
    """The numbers of a group. ``cost_priced`` is the cost of what has a price, where not all has."""
    cost = cost_of(group)
    known = cost if isinstance(cost, Priced) else None
    ranged = known is not None and known.ranged
    return {
        "requests": group.requests,
        "failed": group.failed,
        **{f"{name}_tokens": number for name, number in zip(COUNTS, group.tokens, strict=True)},
        "total_tokens": group.tokens[0] + group.tokens[4],
        "standing": UNPRICED if group.unpriced else "estimate" if ranged else "exact",
        "cost": money_text(known.likely if known else None),
        "cost_low": money_text(known.low if known and ranged else None),
        "cost_high": money_text(known.high if known and ranged else None),
        "cost_priced": money_text(group.likely) if group.unpriced else None,
        "unpriced": group.unpriced,
        "charged": money_text(group.charged),
    }


def reasons(group: Group) -> str:
    """Why requests of a group have no price, or have a range of them."""
    if group.reasons:
        told = [f"{reason} ({number})" if number > 1 else reason for reason, number in group.reasons.items()]
        return scrub("; ".join(told[:_REASONS_SHOWN]))
    return "a sum of requests: which of them were long, or at which hour, is not told" if group.bands else ""


def label(key: Key) -> str:
    """The group in one line."""
    return " / ".join(part if part is not None else "-" for part in key) or "all"


def _request(each: PricedEntry) -> dict[str, Any]:
    entry = each.entry
    return {
        "where": entry.where,
        "id": scrub(entry.identity) if entry.identity else None,
        "when": entry.when.isoformat() + "Z" if entry.when else None,
        "model": scrub(entry.model) if entry.model else None,
        "client": entry.client,
        "key": entry.key,
        "mode": entry.mode,
        "input_tokens": entry.usage.input_tokens,
        "cached_tokens": entry.usage.cached_tokens,
        "output_tokens": entry.usage.output_tokens,
        "cost": money_text(each.cost.likely if isinstance(each.cost, Priced) else None),
    }
