"""What a price list of others says of a model, in one shape for every format."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from tokcost.rates import Price


class RoundedAmount(NamedTuple):
    """A number of a source that was no amount of money: as it was read, and as it was taken."""

    model: str
    what: str
    read: str
    taken: str


class LeftAmount(NamedTuple):
    """An amount that a source states and a row of rates cannot carry: a fee, a factor, a key not known here."""

    model: str
    what: str
    amount: str


class SourceModel(NamedTuple):
    """One offer: ``name`` as the source has it, ``seller`` and ``id`` as a price file would.

    ``names`` are further ids that the source takes for the same. ``prices`` ascend; the first begins at ``date.min``
    where the source has no day.
    """

    name: str
    seller: str
    id: str
    names: tuple[str, ...] = ()
    kind: str = "chat"
    prices: tuple[Price, ...] = ()
    context_window: int | None = None
    max_input: int | None = None
    max_output: int | None = None
    released: date | None = None
    retires: date | None = None

    @property
    def full_id(self) -> str:
        """``seller/id``."""
        return f"{self.seller}/{self.id}"

    def price_on(self, day: date) -> Price | None:
        """What the source has for the day."""
        begun = [price for price in self.prices if price.start <= day]
        return begun[-1] if begun and (begun[-1].end is None or day < begun[-1].end) else None


class PriceSource(NamedTuple):
    """A price list: ``kind`` is litellm, models.dev or genai-prices, ``version`` "" where it is not known.

    ``day``: the source was there by then, so that its prices are no younger; None where that is not known.
    ``unread`` stand where a price should and are none.
    """

    kind: str
    path: str
    version: str
    day: date | None
    models: Sequence[SourceModel]
    rounded: Sequence[RoundedAmount] = ()
    left: Sequence[LeftAmount] = ()
    unread: Sequence[LeftAmount] = ()

    def of(self, models: Sequence[SourceModel]) -> PriceSource:
        """The same list with some of its models, and what of these was rounded, left or no price."""
        names = {model.name for model in models}
        rounded = [each for each in self.rounded if each.model in names]
        left = [each for each in self.left if each.model in names]
        unread = [each for each in self.unread if each.model in names]
        return self._replace(models=models, rounded=rounded, left=left, unread=unread)

    @property
    def label(self) -> str:
        """The source as rows name it."""
        if self.version:
            return f"{self.kind} {self.version}"
        return f"{self.kind} of {self.day}" if self.day else self.kind
