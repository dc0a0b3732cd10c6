"""What texts are counted for: models with the terms to price them under, or bare encodings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tokcost.catalog import Model, PriceBook
from tokcost.counting.text import CHARACTERS, Method, method_of
from tokcost.currency import Exchange
from tokcost.phrases import told_once
from tokcost.pricing import Terms, Unpriced, notes_on
from tokcost.report import Column, Report, Row
from tokcost.report.report import Provenance
from tokcost.report.totals import TOTAL_COLUMNS, totals_record
from tokcost.units import unit_of


class Pricing(NamedTuple):
    """With what counts are priced: the book, the terms, the exchange into the report's currency."""

    book: PriceBook
    terms: Terms
    exchange: Exchange


class Target(NamedTuple):
    """One model or, without a price, one encoding that texts are counted for; ``name`` is how it is shown.

    ``unit`` is what is billed in place of tokens: the characters of a text, or what no text says.
    """

    name: str
    method: Method
    model: Model | None = None
    unit: str = ""

    @property
    def is_stated(self) -> bool:
        """Whether an option says how much is billed, and no text does."""
        return self.unit not in ("", CHARACTERS)


def targets_of(
    models: Sequence[str], encodings: Sequence[str], pricing: Pricing | None, by_unit: bool = False
) -> list[Target]:
    """The models and encodings by the names a user gives. Raises UnknownName, AmbiguousModel, TokcostError.

    A model without an encoding is refused, unless those are asked for that are billed ``by_unit``.
    """
    if pricing is None:
        return [Target(name, Method(_known(name))) for name in dict.fromkeys(encodings)]
    found = {model.full_id: model for model in map(pricing.book.find, models)}
    return [_target(model, pricing, by_unit) for model in found.values()]


def _target(model: Model, pricing: Pricing, by_unit: bool) -> Target:
    if by_unit and model.encoding is None and (unit := unit_of(model, pricing.terms.day)):
        return Target(model.name, Method(CHARACTERS), model, unit)
    return Target(model.name, method_of(model), model)


def labels(targets: Sequence[Target]) -> list[str]:
    """A name for each that no other has: the model's, with its provider where two sell one of that name."""
    names = [target.name for target in targets]
    return [
        target.model.full_id if target.model and names.count(target.name) > 1 else target.name for target in targets
    ]


def introduce(report: Report, targets: Sequence[Target], pricing: Pricing | None) -> None:
    """Give the report its prices' provenance, and the notes on those prices."""
    if pricing is None:
        return
    day = pricing.terms.day
    report.provenance = Provenance(pricing.book, day, pricing.terms.mode, pricing.exchange)
    for target in targets:
        if target.model is not None:
            report.warn(notes_on(target.model, day))


def sum_up(
    report: Report, rows: Sequence[Row], pricing: Pricing | None, columns: Sequence[Column] = TOTAL_COLUMNS
) -> None:
    """Give the report its rows, what they add up to under ``columns``, and what is to be known of their counts."""
    report.table.extend(rows)
    report.totals = totals_record(rows, columns)
    report.table.footer = [{"name": "total", **record} for record in report.totals["by_model"] if record["rows"] > 1]
    report.unpriced = sum(isinstance(row.cost, Unpriced) for row in rows)
    report.currency = pricing.exchange.currency or "USD" if pricing else None
    told = ((row.model, f"{row.input.standing}: {row.input.note}") for row in rows if row.model and row.input.note)
    report.warn(told_once(told))


def _known(encoding: str) -> str:
    from tokcost.encodings.counter import counter
    from tokcost.encodings.names import ENCODINGS

    if encoding not in ENCODINGS:
        counter(encoding)  # raises with the nearest names
    return encoding
