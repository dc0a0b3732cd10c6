"""What moved between two states: tokens against tokens, and money under one price book.

``diff(a, a)`` has no changes, and swapping the sides turns every sign around.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from tokcost.pricing import Priced
from tokcost.rates import EXACT, plain
from tokcost.report import Row

ADDED, REMOVED, RENAMED, CHANGED, SAME = "added", "removed", "renamed", "changed", "same"

Key = tuple[str, str]
"""Name and model (``provider/id``) of a row."""


class BaseRow(NamedTuple):
    """A row as it was, priced under the book of today; ``old_name`` where the prompt has another name now.

    None where the row is only a part of what became of that prompt.
    """

    row: Row | None
    old_name: str = ""


class PromptChange(NamedTuple):
    """One row on both sides; None is a side on which it is not there."""

    name: str
    model: str
    before: Row | None
    after: Row | None
    old_name: str = ""

    @property
    def status(self) -> str:
        """added, removed, renamed (whether or not it changed too), changed or same."""
        if self.before is None and self.after and self.old_name:
            return RENAMED
        if self.before is None or self.after is None:
            return ADDED if self.before is None else REMOVED
        if self.old_name and self.old_name != self.name:
            return RENAMED
        return CHANGED if self.tokens or self.cost else SAME

    @property
    def tokens(self) -> int:
        """Input tokens more (or fewer) than before."""
        return (self.after.input.tokens if self.after else 0) - (self.before.input.tokens if self.before else 0)

    @property
    def cost(self) -> Decimal | None:
        """Money more (or less) than before, None where a side that is there has no price."""
        return less(_cost(self.after), _cost(self.before))

    @property
    def tokens_before(self) -> int | None:
        """Input tokens at the base, None where it was not there."""
        return self.before.input.tokens if self.before else None

    @property
    def tokens_after(self) -> int | None:
        """Input tokens now, None where it is gone."""
        return self.after.input.tokens if self.after else None

    @property
    def cost_before(self) -> Decimal | None:
        """Money at the base under the rates of today, None where it was not there or has no price."""
        return _cost(self.before) if self.before else None

    @property
    def cost_after(self) -> Decimal | None:
        """Money now, None where it is gone or has no price."""
        return _cost(self.after) if self.after else None


class ChangeTotal(NamedTuple):
    """Both sides of all rows of a model; money is None as soon as one row has none."""

    model: str
    tokens_before: int
    tokens_after: int
    cost_before: Decimal | None
    cost_after: Decimal | None

    @property
    def tokens(self) -> int:
        """Input tokens more than before."""
        return self.tokens_after - self.tokens_before

    @property
    def cost(self) -> Decimal | None:
        """Money more than before."""
        return less(self.cost_after, self.cost_before)


def compare(before: Mapping[Key, BaseRow], after: Iterable[Row]) -> list[PromptChange]:
    """A change for each row of either side: those of ``after`` in order, then what is gone."""
    found: dict[Key, PromptChange] = {}
    for row in after:
        key = (row.name, row.full_id or "")
        if key not in found:
            old = before.get(key)
            found[key] = PromptChange(*key, old.row if old else None, row, old.old_name if old else "")
    gone = [PromptChange(*key, old.row, None) for key, old in before.items() if key not in found and old.row]
    return [*found.values(), *gone]


def largest_first(changes: Iterable[PromptChange]) -> list[PromptChange]:
    """What moved, by tokens, then money."""
    moved = [change for change in changes if change.status != SAME]
    return sorted(moved, key=lambda change: (-abs(change.tokens), *_by_cost(change.cost), change.name, change.model))


def _by_cost(cost: Decimal | None) -> tuple[bool, Decimal]:
    """The largest first, what is not known last."""
    return (True, Decimal(0)) if cost is None else (False, -abs(cost))


def change_totals(changes: Iterable[PromptChange]) -> list[ChangeTotal]:
    """What each model's rows come to on both sides."""
    by_model: dict[str, list[PromptChange]] = {}
    for change in changes:
        by_model.setdefault(change.model, []).append(change)
    return [
        ChangeTotal(
            model,
            sum(change.before.input.tokens for change in group if change.before),
            sum(change.after.input.tokens for change in group if change.after),
            _total(change.before for change in group),
            _total(change.after for change in group),
        )
        for model, group in by_model.items()
    ]


def less(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    """The difference, exact; None as soon as a side is unknown."""
    return None if one is None or other is None else plain(EXACT.subtract(one, other))


def _cost(row: Row | None) -> Decimal | None:
    """The cost of a side; one that is not there costs nothing."""
    if row is None:
        return Decimal(0)
    return row.cost.likely if isinstance(row.cost, Priced) else None


def _total(rows: Iterable[Row | None]) -> Decimal | None:
    total = Decimal(0)
    for row in rows:
        cost = _cost(row)
        if cost is None:
            return None
        total = EXACT.add(total, cost)
    return plain(total)
