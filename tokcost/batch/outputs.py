"""How much a request may write: the least, the likely and the most output of all its answers, reasoning included.

What its limit forbids is never expected: the limit is its own or the model's, for each answer that it asks for.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple

from tokcost.batch.learnt import LearntRatio, LearntRatios
from tokcost.counting.request_file import CountedRequest
from tokcost.rates import EXACT


class OutputRange(NamedTuple):
    """Output tokens of all answers. ``likely`` is None where none is said, ``high`` and ``limit`` where none is known.

    ``held`` is what a limit of money is compared at: the likely one as the user said it, the high end of what was
    learnt, the limit where nothing is known.
    """

    low: int
    likely: int | None
    high: int | None
    limit: int | None
    held: int | None


class Expected(NamedTuple):
    """What the user says of the output: ``tokens`` of each answer, a ``ratio`` of the input, or what was ``learnt``."""

    tokens: int | None = None
    ratio: Decimal | None = None
    learnt: LearntRatios | None = None

    def __bool__(self) -> bool:
        """Whether anything is said."""
        return any(each is not None for each in self)

    def of(self, counted: CountedRequest) -> OutputRange:
        """The output of a request that was counted."""
        limit = None if counted.answer_limit is None else counted.answer_limit * counted.answers
        if limit == 0:  # an embedding
            return OutputRange(0, 0, 0, 0, 0)
        nothing = OutputRange(0, None, limit, limit, limit)
        if not self or counted.model is None or counted.request is None or counted.input is None:
            return nothing
        if self.learnt is not None:
            known = self.learnt.find(counted.model, counted.request.effort)
            return nothing if known is None else _learnt(known, counted, limit)
        tokens = self.tokens or 0
        if self.ratio is not None:
            tokens = share(self.ratio, counted.input.tokens)
        likely = counted.output(tokens)
        return OutputRange(0, likely, limit, limit, likely)


def _learnt(known: LearntRatio, counted: CountedRequest, limit: int | None) -> OutputRange:
    count = counted.input
    assert count is not None
    low = counted.output(share(known.low, count.low, ROUND_FLOOR))
    likely = counted.output(share(known.likely, count.tokens))
    high = counted.output(share(known.high, count.high))
    return OutputRange(low, likely, high, limit, high)


def share(ratio: Decimal, tokens: int, rounding: str = ROUND_CEILING) -> int:
    """The whole output tokens at so many for each token of input, rounded up unless otherwise said."""
    return int(EXACT.multiply(ratio, Decimal(tokens)).to_integral_value(rounding))
