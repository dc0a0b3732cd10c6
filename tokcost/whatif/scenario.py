"""What changes: price, volume, model, mode or habit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tokcost.whatif.factors import ONE


class Scenario(NamedTuple):
    """What changes in every request, before all prices and volumes are multiplied.

    ``prices`` multiply the rates of single models, ``models`` puts one in place of another, ``mode`` is how all
    is served, ``cached`` the share of the input read from cache, ``output`` multiplies the output tokens,
    ``as_of`` is the day of the rates, ``text`` what the prompts are (for swaps of models).
    """

    prices: Mapping[str, Decimal] = {}
    models: Mapping[str, str] = {}
    mode: str | None = None
    cached: Decimal | None = None
    output: Decimal = ONE
    as_of: date | None = None
    text: str = "english"

    @property
    def factors_alone(self) -> bool:
        """Whether what was spent is only multiplied, so that no request has to be priced again."""
        changed = self.models or self.prices or self.mode or self.as_of
        return not changed and self.cached is None and self.output == ONE
