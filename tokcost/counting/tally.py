"""Adding up a request: labelled spans of tokens, and the whole numbers that they come to."""

from __future__ import annotations

import math
from collections.abc import Callable

from tokcost.counting.count import ESTIMATE, EXACT, Count
from tokcost.counting.scales import Span

TokensOf = Callable[[str], int]


class Tally:
    """Parts of one request in its order; parts of the same label in a row are one."""

    def __init__(self) -> None:
        self._parts: list[tuple[str, Span]] = []
        self._below = self._above = 0.0
        self.notes: list[str] = []

    def add(self, label: str, likely: float, low: float | None = None, high: float | None = None) -> None:
        """Tokens of a part; without a range they are certain."""
        span = Span(likely, likely if low is None else low, likely if high is None else high)
        if self._parts and self._parts[-1][0] == label:
            span = span.plus(self._parts.pop()[1])
        self._parts.append((label, span))

    def widen(self, below: float, above: float) -> None:
        """Widens the range of the whole by so many tokens."""
        self._below += below
        self._above += above

    def note(self, sentence: str) -> None:
        """A reason for people why the count is not exact; said once."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def count(self, standing: str = EXACT) -> Count:
        """Whole tokens. The parts are rounded so that they sum to the tokens.

        A range that is no range keeps the standing; any other makes an estimate of it.
        """
        total, low, high = 0.0, -self._below, self._above
        shown: list[tuple[str, int]] = []
        for label, span in self._parts:
            before = round(total)
            total += span.likely
            low += span.low
            high += span.high
            shown.append((label, round(total) - before))
        tokens = round(total)
        lowest = min(tokens, max(1 if tokens else 0, math.floor(low + 1e-6)))
        highest = max(tokens, math.ceil(high - 1e-6))
        if lowest != highest:
            standing = ESTIMATE
        elif standing == ESTIMATE:
            lowest, highest = max(0, tokens - 1), tokens + 1
        return Count(tokens, lowest, highest, standing, "; ".join(self.notes), tuple(shown))
