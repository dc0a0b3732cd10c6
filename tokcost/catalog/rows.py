"""The dated rows of one model: read from a file, laid over those below, taken over from another model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from tokcost.catalog.parse import price_row
from tokcost.catalog.price_file import Key, PriceFile
from tokcost.catalog.rule_book import failing
from tokcost.rates import STANDARD, Modes, Price


def rows_of(file: PriceFile, key: Key, raw: dict[str, Any]) -> list[Price]:
    """The dated rows of one model in one file, oldest first.

    Raises PriceFileError for a row that breaks the format or overlaps the one before.
    """
    prices: list[Price] = []
    for number, row in enumerate(raw_rows(file, key, raw)):
        fail = failing(file, key, number)
        price = price_row(row, fail)
        if prices and (problem := overlap(prices[-1], price)):
            fail(problem, "from")
        prices.append(price)
    return prices


def raw_rows(file: PriceFile, key: Key, raw: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a model's table as TOML has them."""
    rows = raw.get("rates", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        file.fail(f'rates are rows of their own: [[{key[0]}."{key[1]}".rates]]', key, None, "rates")
    return rows


def overlap(before: Price, price: Price) -> str:
    """What is wrong with two rows that follow each other in a file; empty when nothing is."""
    if price.start <= before.start:
        return f"rows overlap: {price.start} is not after {before.start}, the 'from' of the row before"
    if before.end is not None and price.start < before.end:
        return f"rows overlap: {price.start} is before {before.end}, the 'to' of the row before"
    return ""


def laid_over(below: list[Price], above: list[Price]) -> list[Price]:
    """Rows in order, each ending where the next begins.

    A row of ``above`` replaces the one of the same day. Where it has an end, it also covers what
    began under it, and what ran under it goes on after it: a discount of a month leaves the list
    price as it was.
    """
    rows = {row.start: row for row in below}
    for new in above:
        if new.end is None:
            continue
        under = [row for row in below if row.start < new.end and row.start != new.start]
        if under and (under[-1].end is None or under[-1].end > new.end):
            rows[new.end] = under[-1]._replace(start=new.end)
        for row in under:
            if row.start > new.start:
                del rows[row.start]
    rows |= {new.start: new for new in above}
    return _ended(rows[start] for start in sorted(rows))


def same_rows(row: Price, others: Sequence[Price], until: date | None) -> list[Price]:
    """What a row with ``same_as`` stands for: the rows of the other model in its days, in the modes it names.

    ``until`` is the first day on which the other model is not billed at rates of its own any more.
    """
    ends = [end for end in (row.end, until) if end is not None]
    found = []
    for other in cut(others, row.start, min(ends, default=None)):
        found.append(
            other._replace(
                modes=_some(other.modes, row.same_modes),
                tiers=tuple(tier._replace(modes=_some(tier.modes, row.same_modes)) for tier in other.tiers),
                windows=tuple(window._replace(modes=_some(window.modes, row.same_modes)) for window in other.windows),
                source=row.source, checked=row.checked, confidence=row.confidence, note=row.note, same_as=row.same_as,
            )
        )  # fmt: skip
    return found


def cut(rows: Iterable[Price], start: date, end: date | None) -> list[Price]:
    """What of the rows lies from ``start`` to ``end`` (exclusive, None: for good)."""
    found = []
    for row in rows:
        first = max(row.start, start)
        ends = [each for each in (row.end, end) if each is not None]
        last = min(ends, default=None)
        if last is None or first < last:
            found.append(row._replace(start=first, end=last))
    return found


def routed(rows: Sequence[Price], to: Sequence[Price], day: date) -> list[Price]:
    """The rows of a model whose requests another one answers from ``day`` on."""
    return [*cut(rows, date.min, day), *cut(to, day, None)]


def _ended(rows: Iterable[Price]) -> list[Price]:
    ordered = list(rows)
    ended = [
        row._replace(end=after.start) if row.end is None or row.end > after.start else row
        for row, after in pairwise(ordered)
    ]
    return [*ended, *ordered[-1:]]


def _some(modes: Modes, named: tuple[str, ...]) -> Modes:
    return {mode: rates for mode, rates in modes.items() if mode == STANDARD or mode in named}
