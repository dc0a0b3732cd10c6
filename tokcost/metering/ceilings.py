"""Limits on what was spent: in all, and for each key, client, model or project."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from tokcost.errors import NotPriced
from tokcost.metering.ledger import Group, Ledger


class Ceilings(NamedTuple):
    """What must not be exceeded, in the currency of the report."""

    total: Decimal | None = None
    per: Mapping[str, Decimal] = {}


class Overrun(NamedTuple):
    """Who spent more than allowed: ``what`` is empty for the total, else as ``key`` with its ``name``."""

    what: str
    name: str
    spent: Decimal
    limit: Decimal


def overruns(ledger: Ledger, ceilings: Ceilings, complete: bool) -> list[Overrun]:
    """Every ceiling that is broken; a range is held to its high end.

    Raises NotPriced when nothing is known to be over, and something could not be priced or read:
    a gate that cannot check never passes.
    """
    found = overruns_in(ledger, ceilings)
    if not found and not complete:
        reason = next((each for group in ledger.groups().values() for each in group.reasons), "lines could not be read")
        raise NotPriced(f"the limit cannot be checked: not everything is priced: {reason}")
    return found


def overruns_in(ledger: Ledger, ceilings: Ceilings) -> list[Overrun]:
    """The ceilings that are known to be broken."""
    found = []
    groups = ledger.groups()
    if ceilings.total is not None:
        total = Group()
        for group in groups.values():
            total.take(group)
        if spent(total) > ceilings.total:
            found.append(Overrun("", "", spent(total), ceilings.total))
    for what, limit in ceilings.per.items():
        at = ledger.by.index(what)
        each: dict[str, Group] = {}
        for key, group in groups.items():
            each.setdefault(key[at] or "-", Group()).take(group)
        found += [Overrun(what, name, spent(group), limit) for name, group in each.items() if spent(group) > limit]
    return found


def spent(group: Group) -> Decimal:
    """What is known to have been spent; where the log itself states more, that."""
    return max(group.high, group.charged or Decimal(0))
