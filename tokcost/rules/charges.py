"""What is charged beside rates, what explains a charge, and what a batch file may hold, as data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import NamedTuple

PER = (
    "call", "search", "query", "prompt", "request", "session", "hour", "minute", "page", "image", "result", "gb_day",
    "million_token_hours", "million_tokens",
)  # fmt: skip
"""What the amount of a fee is for: one of these."""


class Charge(NamedTuple):
    """A dated row of what is charged beside rates: money for a call, or a factor on the rates.

    ``per``: what the money is for. ``reasoning``: the amount for models that reason, None where it is the same.
    ``models``: globs over the ids that it holds for, case folded; none: all. ``free``: what the provider gives
    before it charges, in words: a log cannot say who has used it up. ``released_from``: a factor holds for models
    released from that day on alone. ``layer``: the place of its file among all, the last one strongest.
    """

    start: date
    amount: Decimal
    per: str = PER[0]
    reasoning: Decimal | None = None
    models: tuple[str, ...] = ()
    free: str = ""
    released_from: date | None = None
    source: str = ""
    checked: date | None = None
    confidence: str = ""
    note: str = ""
    layer: int = 0

    @property
    def is_weak(self) -> bool:
        """Whether no second source bears the amount out."""
        return self.confidence == "low"

    def holds(self, model: str, released: date | None = None) -> bool:
        """Whether it holds for the id of a model, released on a day, None where that is not known."""
        if self.models and not any(fnmatchcase(model.casefold(), each) for each in self.models):
            return False
        return self.released_from is None or (released is not None and released >= self.released_from)


def in_force(rows: Iterable[Charge], day: date) -> Charge | None:
    """The row among those of one model that holds on a day: one that names it before one for all, then the latest.

    A file lies over those below it: its row for all takes the place of what began there no later.
    """
    found: Charge | None = None
    begun = [row for row in rows if row.start <= day]
    for row in sorted(begun, key=lambda row: (row.layer, bool(row.models), row.start)):
        named = found is not None and bool(row.models) > bool(found.models)
        if found is None or named or row.start >= found.start:
            found = row
    return found


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
