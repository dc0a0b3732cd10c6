"""The one currency of several models."""

from __future__ import annotations

from collections.abc import Iterable

from tokcost.catalog import Model
from tokcost.errors import TokcostError
from tokcost.pricing import Terms


def currency_of(models: Iterable[Model], terms: Terms) -> str:
    """The one currency that the models are priced in. Raises TokcostError when there are two."""
    found: dict[str, str] = {}
    for model in models:
        price = model.price_on(terms.day)
        if price is not None:
            found.setdefault(price.currency, model.id)
    if len(found) > 1:
        (one, first), (other, second) = list(found.items())[:2]
        raise TokcostError(
            f"{first} is priced in {one} and {second} in {other}: one report has one currency, count them apart"
        )
    return next(iter(found), "USD")
