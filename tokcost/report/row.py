"""A row about a text or a request, and the columns that such rows have in every command."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from tokcost.counting.count import Count
from tokcost.pricing import Cost, Priced, Unpriced
from tokcost.report.table import Column, Kind
from tokcost.units import Quantity

UNPRICED = "unpriced"


class Row(NamedTuple):
    """One text or request under one model. Tokens are whole, money is exact, None is unknown.

    ``model`` is its name as reports have it (``Model.name``).
    ``cost`` is None in a row that no price was asked for, Unpriced (with the reason) where none is known.
    ``documents`` is set where a row stands for so many, each a request of its own; ``quantity`` where tokens are
    not what is billed.
    """

    name: str
    input: Count
    provider: str | None = None
    model: str | None = None
    encoding: str | None = None
    output_tokens: int = 0
    cached_tokens: int = 0
    cost: Cost | None = None
    documents: int | None = None
    quantity: Quantity | None = None

    @property
    def counted(self) -> Count | None:
        """The tokens of the input, None where it is not billed by token."""
        return self.input if self.quantity is None else None

    @property
    def standing(self) -> str:
        """exact, assumed or estimate; unpriced when a price was asked for and none is known."""
        return UNPRICED if isinstance(self.cost, Unpriced) else self.input.standing

    @property
    def full_id(self) -> str | None:
        """``provider/id``; None without a model."""
        if self.model is None or self.provider is None or self.model.startswith(f"{self.provider}/"):
            return self.model
        return f"{self.provider}/{self.model}"

    @property
    def note(self) -> str:
        """Why the row stands as it does: the assumption, the reason for a range, for no price."""
        return self.cost.reason if isinstance(self.cost, Unpriced) else self.input.note


def count_columns(count: Callable[[Any], Count | None]) -> Iterator[Column]:
    """Input tokens, with their range where they have one."""

    def end(low: bool) -> Callable[[Any], int | None]:
        def of(item: object) -> int | None:
            found = count(item)
            return None if found is None or not found.ranged else found.low if low else found.high

        return of

    def tokens(item: object) -> int | None:
        found = count(item)
        return None if found is None else found.tokens

    yield Column("input_tokens", tokens, "input", Kind.NUMBER)
    yield Column("input_tokens_low", end(True), "low-high", Kind.TOKEN_RANGE)
    yield Column("input_tokens_high", end(False))


def with_heading(columns: Iterable[Column], key: str, heading: str) -> tuple[Column, ...]:
    """The same columns, one of them under a heading of its own."""
    return tuple(column._replace(heading=heading) if column.key == key else column for column in columns)


def cost_columns(
    cost: Callable[[Any], Cost | None], ranged: Callable[[Any], bool] = lambda item: False
) -> Iterator[Column]:
    """Cost, with its range where it has one, or where ``ranged`` asks for it."""

    def likely(item: object) -> object:
        found = cost(item)
        return found.likely if isinstance(found, Priced) else None

    def end(at: int) -> Callable[[Any], object]:
        def of(item: object) -> object:
            found = cost(item)
            return found[at] if isinstance(found, Priced) and (found.ranged or ranged(item)) else None

        return of

    yield Column("cost", likely, "cost", Kind.COST)
    yield Column("cost_low", end(1), "low-high", Kind.MONEY_RANGE)
    yield Column("cost_high", end(2))


def with_documents(columns: Iterable[Column]) -> tuple[Column, ...]:
    """The same columns with the number of documents before the tokens."""
    listed = list(columns)
    at = [column.key for column in listed].index("input_tokens")
    documents = Column("documents", lambda each: each.documents, "documents", Kind.NUMBER)
    return (*listed[:at], documents, *listed[at:])


def with_quantity(columns: Iterable[Column]) -> tuple[Column, ...]:
    """The same columns with what is billed in place of tokens before these."""
    listed = list(columns)
    at = [column.key for column in listed].index("input_tokens")
    number = Column("quantity", lambda each: each.quantity and each.quantity.number)
    unit = Column("unit", lambda each: each.quantity and each.quantity.unit)
    shown = Column("billed", lambda each: each.quantity and each.quantity.shown, "billed")
    return (*listed[:at], number, unit, shown, *listed[at:])


ROW_COLUMNS: tuple[Column, ...] = (
    Column("name", lambda row: row.name, "name", shrinks=True),
    Column("model", lambda row: row.model, "model", shrinks=True),
    Column("provider", lambda row: row.provider),
    Column("encoding", lambda row: row.encoding),
    *count_columns(lambda row: row.counted),
    Column("cached_tokens", lambda row: row.cached_tokens, "cached", Kind.NUMBER),
    Column("output_tokens", lambda row: row.output_tokens, "output", Kind.NUMBER),
    Column("standing", lambda row: row.standing, "standing"),
    Column("note", lambda row: row.note),
    *cost_columns(lambda row: row.cost, lambda row: row.input.ranged),
)
