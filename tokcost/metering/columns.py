"""The columns of ``usage``: a row for each group, and the requests that cost the most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from tokcost.metering.group import Group
from tokcost.metering.ledger import PricedEntry
from tokcost.pricing import Cost, Priced, Unpriced
from tokcost.report import UNPRICED, Column, Kind
from tokcost.report.row import cost_columns

_SHRINK = ("model", "client", "project", "file")


class GroupRow(NamedTuple):
    """A group under its name; ``parts`` by what it is grouped by; ``share`` of the whole cost in per cent."""

    name: str
    parts: dict[str, str | None]
    group: Group
    share: Decimal | None = None

    @property
    def standing(self) -> str:
        """unpriced, estimate (the log cannot decide between rates), or exact."""
        cost = self.group.cost
        return UNPRICED if isinstance(cost, Unpriced) else "estimate" if cost.ranged else "exact"


def _part(name: str) -> Column:
    def of(row: GroupRow) -> str | None:
        return row.parts.get(name)

    return Column(name, of, name, shrinks=name in _SHRINK)


def _tokens(at: int) -> Callable[[GroupRow], int]:
    """The tokens at a place of COUNTS."""
    return lambda row: row.group.tokens[at]


FIGURES: tuple[Column, ...] = (
    Column("requests", lambda row: row.group.requests, "requests", Kind.NUMBER),
    Column("failed", lambda row: row.group.failed),
    Column("input_tokens", _tokens(0), "input", Kind.NUMBER),
    Column("cached_tokens", _tokens(1), "cached", Kind.NUMBER),
    Column("cache_write_tokens", _tokens(2), "cache write", Kind.NUMBER, spare=3),
    Column("cache_write_long_tokens", _tokens(3), "long write", Kind.NUMBER, spare=3),
    Column("output_tokens", _tokens(4), "output", Kind.NUMBER),
    Column("reasoning_tokens", _tokens(5)),
    Column("total_tokens", lambda row: row.group.tokens[0] + row.group.tokens[4]),
    Column("standing", lambda row: row.standing),
    *cost_columns(lambda row: row.group.cost),
    Column("cost_priced", lambda row: row.group.likely if row.group.unpriced else None),
    Column("unpriced", lambda row: row.group.unpriced),
    Column("charged", lambda row: row.group.charged, "charged", Kind.MONEY),
)


def group_columns(by: Sequence[str]) -> tuple[Column, ...]:
    """The columns of groups by these names."""
    return (
        Column("name", lambda row: row.name),
        *map(_part, by),
        *FIGURES,
        Column("share_percent", lambda row: row.share, "share", Kind.PERCENT, spare=2),
        Column("note", lambda row: row.group.note),
    )


def _entry(of: Callable[[Any], Any]) -> Callable[[PricedEntry], Any]:
    return lambda each: of(each.entry)


def _likely(cost: Cost) -> Decimal | None:
    return cost.likely if isinstance(cost, Priced) else None


REQUEST_COLUMNS: tuple[Column, ...] = (
    Column("where", _entry(lambda entry: entry.where), "where", shrinks=True),
    Column("id", _entry(lambda entry: entry.identity or None)),
    Column("when", _entry(lambda entry: entry.when.isoformat() + "Z" if entry.when else None)),
    Column("model", _entry(lambda entry: entry.model or None), "model", shrinks=True),
    Column("client", _entry(lambda entry: entry.client)),
    Column("key", _entry(lambda entry: entry.key)),
    Column("mode", _entry(lambda entry: entry.mode)),
    Column("input_tokens", _entry(lambda entry: entry.usage.input_tokens), "input", Kind.NUMBER),
    Column("cached_tokens", _entry(lambda entry: entry.usage.cached_tokens)),
    Column("output_tokens", _entry(lambda entry: entry.usage.output_tokens), "output", Kind.NUMBER),
    Column("cost", lambda each: _likely(each.cost), "cost", Kind.COST),
)
