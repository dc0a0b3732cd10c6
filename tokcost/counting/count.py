"""A number of tokens and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass, field

EXACT = "exact"
ASSUMED = "assumed"
ESTIMATE = "estimate"
_ORDER = (EXACT, ASSUMED, ESTIMATE)


@dataclass(frozen=True, slots=True)
class Count:
    """Input tokens with their standing.

    ``exact``: as billed, ``low == tokens == high``. ``assumed``: ``tokens`` if ``note`` holds, which may
    leave a range. ``estimate``: between ``low`` and ``high``, for the reason in ``note``.
    ``parts`` show where the tokens are: (label, tokens), for people, in the order of the request.
    """

    tokens: int
    low: int
    high: int
    standing: str = EXACT
    note: str = ""
    parts: tuple[tuple[str, int], ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.tokens <= self.high:
            raise ValueError(f"not low <= tokens <= high: {self}")

    @property
    def ranged(self) -> bool:
        """Whether it is to be given as a range."""
        return self.low != self.high or self.standing == ESTIMATE

    def __add__(self, other: Count) -> Count:
        return Count(
            self.tokens + other.tokens,
            self.low + other.low,
            self.high + other.high,
            weaker(self.standing, other.standing),
            self.note if _ORDER.index(self.standing) >= _ORDER.index(other.standing) else other.note,
            (*self.parts, *other.parts),
        )


def weaker(one: str, other: str) -> str:
    """The less sure of two standings."""
    return max(one, other, key=_ORDER.index)
