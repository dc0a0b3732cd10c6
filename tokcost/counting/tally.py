"""Adds up the tokens of a request part by part, together with what is not sure about them."""

from __future__ import annotations

import math
from collections.abc import Callable

from tokcost.counting.count import ASSUMED, ESTIMATE, EXACT, Apart, Count, weaker
from tokcost.counting.scales import TokenSpan
from tokcost.phrases import quote

TokensOf = Callable[[str], int]  # the tokens of a text; callers may hand in one that remembers


def shown_name(name: str) -> str:
    """A name from a request as a note has it: short, on one line, without control characters."""
    return name if name.isprintable() and len(name) <= 80 else quote(name)


class Tally:
    """A growing count: labelled spans of tokens, doubts that widen it, assumptions that it rests on.

    Parts keep the order of the request; those of one label in a row are one.
    """

    def __init__(self) -> None:
        self._parts: list[tuple[str, TokenSpan]] = []
        self._below = self._above = 0.0
        self._standing = EXACT
        self._notes: list[str] = []
        self._apart: dict[str, TokenSpan] = {}

    def add(
        self, label: str, likely: float, low: float | None = None, high: float | None = None, *, kind: str = ""
    ) -> None:  # fmt: skip
        """Tokens of a part; without a range they are certain. ``kind`` names the rate of what is not text."""
        span = TokenSpan(likely, likely if low is None else low, likely if high is None else high)
        if kind:
            known = self._apart.get(kind)
            self._apart[kind] = span.plus(known) if known else span
        if self._parts and self._parts[-1][0] == label:
            span = span.plus(self._parts.pop()[1])
        self._parts.append((label, span))

    def widen(self, below: float, above: float) -> None:
        """Widens the range of the whole by so many tokens."""
        self._below += max(0, below)
        self._above += max(0, above)

    def doubt(self, note: str, less: int = 0, more: int = 0) -> None:
        """Makes it an estimate that may be ``less`` or ``more`` tokens off."""
        self.widen(less, more)
        self._standing = ESTIMATE
        self.note(note)

    def assume(self, note: str) -> None:
        """Makes it exact only if the note holds."""
        self._standing = weaker(self._standing, ASSUMED)
        self.note(note)

    def note(self, sentence: str) -> None:
        """A reason for people why the count is not exact; said once."""
        if sentence not in self._notes:
            self._notes.append(sentence)

    def count(self, standing: str = EXACT) -> Count:
        """Whole tokens. The parts are rounded so that they sum to the tokens.

        A range of one number keeps the standing; any other makes an estimate of it.
        """
        total, low, high = 0.0, -self._below, self._above
        shown: list[tuple[str, int]] = []
        for label, span in self._parts:
            before = round(total)
            total += span.likely
            low += span.low
            high += span.high
            shown.append((label, round(total) - before))
        tokens = max(0, round(total))
        standing = weaker(self._standing, standing)
        lowest = min(tokens, max(1 if tokens else 0, math.floor(low + 1e-6)))
        highest = max(tokens, math.ceil(high - 1e-6))
        if lowest != highest:
            standing = ESTIMATE
        elif standing == ESTIMATE:
            lowest, highest = max(0, tokens - 1), tokens + 1
        return Count(tokens, lowest, highest, standing, "; ".join(self._notes), tuple(shown), self._apart_of(tokens))

    def _apart_of(self, tokens: int) -> tuple[Apart, ...]:
        """What is not text, in whole tokens and never more of them than there are in all."""
        found = []
        for kind, span in self._apart.items():
            likely = min(tokens, round(span.likely))
            found.append(Apart(kind, likely, min(likely, math.floor(span.low)), max(likely, math.ceil(span.high))))
        return tuple(found)
