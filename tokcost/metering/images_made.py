"""Pictures that were made, at the price of each."""

from __future__ import annotations

from decimal import Decimal

from tokcost.catalog import Model
from tokcost.errors import NotPriced
from tokcost.rates import EXACT, Price, plain


def image_cost(images: tuple[str, int], model: Model, price: Price) -> Decimal:
    """The exact cost of pictures that were made, by their size. Raises NotPriced for a size without a price."""
    size, number = images
    rate = price.per_image.get(size)
    if rate is None:
        known = ", ".join(price.per_image) or "none"
        raise NotPriced(f"{model.name} has no price for an image of '{size or 'unknown size'}' (it has: {known})")
    return plain(EXACT.multiply(rate, Decimal(number)))
