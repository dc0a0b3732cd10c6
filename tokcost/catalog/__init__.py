"""The price book: models, aliases, dated rates and where each came from."""

from tokcost.catalog.book import PriceBook
from tokcost.catalog.model import Model, NotReleased

__all__ = ["Model", "NotReleased", "PriceBook"]
