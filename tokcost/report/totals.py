"""What rows about texts and requests add up to; alternatives are never added."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any, NamedTuple

from tokcost.counting.count import Count, weaker
from tokcost.pricing import Cost, Unpriced, total
from tokcost.rates import EXACT
from tokcost.report.row import UNPRICED, Row, cost_columns, count_columns
from tokcost.report.table import Column, Kind
from tokcost.units import Quantity


class Total(NamedTuple):
    """The sum over rows of one model or encoding, or over all of them (``model`` and ``encoding`` None).

    ``cost`` is None where no price was asked for, Unpriced as soon as one row is.
    """

    provider: str | None
    model: str | None
    encoding: str | None
    rows: int
    input: Count
    cached_tokens: int
    output_tokens: int
    cost: Cost | None
    documents: int | None = None
    quantity: Quantity | None = None

    @property
    def counted(self) -> Count | None:
        """The tokens of the input, None where none of the rows is billed by token."""
        return self.input if self.quantity is None else None

    @property
    def standing(self) -> str:
        """The weakest of the rows."""
        return UNPRICED if isinstance(self.cost, Unpriced) else self.input.standing


TOTAL_COLUMNS: tuple[Column, ...] = (
    Column("model", lambda each: each.model, "model", shrinks=True),
    Column("provider", lambda each: each.provider),
    Column("encoding", lambda each: each.encoding),
    Column("rows", lambda each: each.rows, "rows", Kind.NUMBER),
    *count_columns(lambda each: each.counted),
    Column("cached_tokens", lambda each: each.cached_tokens, "cached", Kind.NUMBER),
    Column("output_tokens", lambda each: each.output_tokens, "output", Kind.NUMBER),
    Column("standing", lambda each: each.standing, "standing"),
    *cost_columns(lambda each: each.cost, lambda each: each.input.ranged),
)


def total_of(rows: Sequence[Row]) -> Total:
    """The sum of the rows; model, provider and encoding where they all have the same."""
    summed = Count(0, 0, 0)
    for row in rows:
        summed = add_counts(summed, row.input)
    costs = [row.cost for row in rows if row.cost is not None]
    return Total(
        _common(row.provider for row in rows),
        _common(row.model for row in rows),
        _common(row.encoding for row in rows),
        len(rows),
        summed,
        sum(row.cached_tokens for row in rows),
        sum(row.output_tokens for row in rows),
        total(costs) if len(costs) == len(rows) else None,
        _sum_known([row.documents for row in rows]),
        _sum_alike([row.quantity for row in rows]),
    )


def totals_by_model(rows: Iterable[Row]) -> list[Total]:
    """A sum for every model or encoding, in the order they first come."""
    grouped: dict[str | None, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.full_id or row.encoding, []).append(row)
    return [total_of(group) for group in grouped.values()]


def are_alternatives(rows: Iterable[Row]) -> bool:
    """Whether one text stands there under several models: their numbers are alternatives, not a sum."""
    seen: dict[str, str | None] = {}
    return any(seen.setdefault(row.name, row.full_id or row.encoding) != (row.full_id or row.encoding) for row in rows)


def totals_record(rows: Sequence[Row], columns: Sequence[Column] = TOTAL_COLUMNS) -> dict[str, Any]:
    """The totals as a report has them: the sum of all, null where rows are alternatives, and by model."""
    by_model = totals_by_model(rows)
    whole = total_of(rows)
    record = {column.key: column.of(whole) for column in columns}
    if are_alternatives(rows):
        counted = ("documents", "quantity", "unit", "billed", "input_tokens", "cached_tokens", "output_tokens", "cost")
        record |= {key: None for key in record if key.startswith(counted)}
    record["by_model"] = [{column.key: column.of(each) for column in columns} for each in by_model]
    return record


def add_counts(one: Count, other: Count) -> Count:
    """The sum of two counts, without their parts and notes."""
    return Count(
        one.tokens + other.tokens, one.low + other.low, one.high + other.high, weaker(one.standing, other.standing)
    )


def _common(names: Iterable[str | None]) -> str | None:
    found = set(names)
    return found.pop() if len(found) == 1 else None


def _sum_alike(quantities: Sequence[Quantity | None]) -> Quantity | None:
    """So much of one unit together; None where not every row has it."""
    known = [each for each in quantities if each is not None]
    alike = len(known) == len(quantities) and len({each.unit for each in known}) == 1
    return Quantity(known[0].unit, reduce(EXACT.add, (each.number for each in known))) if alike else None


def _sum_known(numbers: Iterable[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None
