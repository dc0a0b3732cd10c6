"""Factors of price and volume as a user gives them: one, or a span of them in steps."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal
from typing import NamedTuple

from tokcost.errors import TokcostError
from tokcost.rates import EXACT, plain

ONE = Decimal(1)
EVERYONE = "*"
# A power or a quotient may have no last digit: more of them than a reader could ever check.
FINE = Context(prec=28)


class FactorSpan(NamedTuple):
    """From one factor to another; both alike where there is only one."""

    first: Decimal
    last: Decimal

    def points(self, steps: int) -> list[Decimal]:
        """So many factors evenly apart, both ends among them; a single one where the ends are alike."""
        if self.first == self.last:
            return [self.first]
        gaps = steps - 1
        between = [
            EXACT.add(EXACT.multiply(self.first, Decimal(gaps - at)), EXACT.multiply(self.last, Decimal(at)))
            for at in range(1, gaps)
        ]
        return [self.first, *(plain(FINE.divide(each, Decimal(gaps))) for each in between), self.last]


class PriceChange(NamedTuple):
    """What rates are multiplied by: those of one model, or of all (``model`` None)."""

    model: str | None
    factors: FactorSpan


class ClientBudget(NamedTuple):
    """What a client may spend, in the report's currency; EVERYONE stands for all that have none of their own."""

    client: str
    amount: Decimal


def prices_of(changes: Sequence[PriceChange], steps: int) -> tuple[list[Decimal], dict[str, Decimal]]:
    """The factors for all models, and those of single ones by name.

    Raises TokcostError for two of all models, or a span for a single one.
    """
    every: list[Decimal] | None = None
    own = {}
    for change in changes:
        if change.model is None:
            if every is not None:
                raise TokcostError("--price is given twice: once for all, and MODEL=xN for single models")
            every = change.factors.points(steps)
        elif change.factors.first != change.factors.last:
            raise TokcostError(f"--price {change.model}: a single model takes one factor, as {change.model}=x0.5")
        else:
            own[change.model] = change.factors.first
    return every or [ONE], own


def swaps_of(names: Sequence[str]) -> tuple[dict[str, str], str | None]:
    """``old=new`` as swaps of models; a bare name is the model of lines that name none."""
    swaps, default = {}, None
    for name in names:
        old, equals, new = name.partition("=")
        if equals:
            swaps[old.strip()] = new.strip()
        else:
            default = name
    return swaps, default
