"""A number of tokens and how sure it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

EXACT = "exact"
ASSUMED = "assumed"
ESTIMATE = "estimate"
# The names of rates that tokens of a count may have.
SOUND, PICTURES = "audio_input", "image_input"
_ORDER = (EXACT, ASSUMED, ESTIMATE)


class Apart(NamedTuple):
    """Tokens inside a count that may have a rate of their own, by the name of that rate such as "audio_input"."""

    kind: str
    tokens: int
    low: int
    high: int

    def plus(self, other: Apart) -> Apart:
        """Both of one kind together."""
        return Apart(self.kind, self.tokens + other.tokens, self.low + other.low, self.high + other.high)


class _Counted(NamedTuple):
    tokens: int
    low: int
    high: int
    standing: str = EXACT
    note: str = ""
    parts: tuple[tuple[str, int], ...] = ()
    apart: tuple[Apart, ...] = ()


class Count(_Counted):
    """Input tokens with their standing.

    ``exact``: as billed, ``low == tokens == high``. ``assumed``: ``tokens`` if ``note`` holds, which may
    leave a range. ``estimate``: between ``low`` and ``high``, for the reason in ``note``.
    ``parts`` show where the tokens are: (label, tokens), for people, in the order of the request; two counts
    are equal whatever their parts. ``apart`` are those of the tokens that are not text.
    Raises ValueError where the tokens are not within their range.
    """

    __slots__ = ()

    def __new__(
        cls,
        tokens: int,
        low: int,
        high: int,
        standing: str = EXACT,
        note: str = "",
        parts: tuple[tuple[str, int], ...] = (),
        apart: tuple[Apart, ...] = (),
    ) -> Count:
        """The count, checked. A tuple, because loading a dataclass takes a hundredth of the tool's start."""
        made = super().__new__(cls, tokens, low, high, standing, note, parts, apart)
        if not 0 <= low <= tokens <= high:
            raise ValueError(f"not low <= tokens <= high: {made}")
        return made

    def __eq__(self, other: object) -> bool:
        return self[:5] == other[:5] if isinstance(other, Count) else NotImplemented

    def __hash__(self) -> int:
        return hash(self[:5])

    @property
    def ranged(self) -> bool:
        """Whether it is to be given as a range."""
        return self.low != self.high or self.standing == ESTIMATE

    def __add__(self, other: Count) -> Count:  # type: ignore[override]  # tokens are added, not put in a row
        return Count(
            self.tokens + other.tokens,
            self.low + other.low,
            self.high + other.high,
            weaker(self.standing, other.standing),
            self.note if _ORDER.index(self.standing) >= _ORDER.index(other.standing) else other.note,
            (*self.parts, *other.parts),
            apart_together((*self.apart, *other.apart)),
        )


def apart_together(each: Iterable[Apart]) -> tuple[Apart, ...]:
    """One of each kind, in the order they first come."""
    found: dict[str, Apart] = {}
    for one in each:
        found[one.kind] = found[one.kind].plus(one) if one.kind in found else one
    return tuple(found.values())


def weaker(one: str, other: str) -> str:
    """The less sure of two standings."""
    return one if one == other else max(one, other, key=_ORDER.index)
