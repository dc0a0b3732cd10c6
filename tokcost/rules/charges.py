"""What is charged beside rates, what explains a charge, and what a batch file may hold, as data."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple


class Charge(NamedTuple):
    """A dated row of what is charged beside rates: money for a call, or a factor on the rates.

    ``reasoning``: the amount for models that reason, None where it is the same. ``released_from``: a factor holds
    for models released from that day on alone.
    """

    start: date
    amount: Decimal
    reasoning: Decimal | None = None
    released_from: date | None = None
    source: str = ""
    checked: date | None = None
    confidence: str = ""
    note: str = ""

    def holds(self, released: date | None) -> bool:
        """Whether it holds for a model released on a day, None where that is not known."""
        return self.released_from is None or (released is not None and released >= self.released_from)


class Hint(NamedTuple):
    """What a charge of so many ``times`` the computed cost suggests, for a bill of sums and for one request."""

    times: Decimal
    bill: str = ""
    request: str = ""


class BatchLimits(NamedTuple):
    """What a provider takes in one batch file, None where it sets no limit.

    ``embedded``: inputs of all embedding requests together. ``name``: characters of a request's name.
    """

    requests: int | None = None
    bytes: int | None = None
    embedded: int | None = None
    name: int | None = None
