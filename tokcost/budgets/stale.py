"""Prices last compared long ago, and models about to be retired."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from tokcost.catalog import Model

PRICE_AGE, RETIRES = "max-price-age", "retires-within"


class StaleModel(NamedTuple):
    """A model past a limit of days.

    ``rule`` is PRICE_AGE or RETIRES, ``when`` the day of the last comparison (None: never) or of retirement,
    ``days`` how long ago, or how soon: negative for what is past.
    """

    rule: str
    model: Model
    when: date | None
    days: int | None
    limit: int


def stale_models(
    models: Iterable[Model], day: date, max_age: int | None, retires_within: int | None
) -> list[StaleModel]:
    """The models whose price is older than ``max_age`` days, or that retire within so many days; None is no limit."""
    found = []
    for model in models:
        price = model.price_on(day)
        if max_age is not None and price is not None:
            age = None if price.checked is None else (day - price.checked).days
            if age is None or age > max_age:
                found.append(StaleModel(PRICE_AGE, model, price.checked, age, max_age))
        if retires_within is not None and model.retires is not None:
            left = (model.retires - day).days
            if left <= retires_within:
                found.append(StaleModel(RETIRES, model, model.retires, left, retires_within))
    return found
