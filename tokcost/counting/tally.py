"""Adds up the tokens of a request part by part, together with what is not sure about them."""

from __future__ import annotations

from collections.abc import Callable

from tokcost.counting.count import ASSUMED, ESTIMATE, EXACT, Count, weaker

TokensOf = Callable[[str], int]  # the tokens of a text; callers may hand in one that remembers


class Tally:
    """A growing count: labelled tokens, doubts that widen its range, assumptions that it rests on."""

    def __init__(self) -> None:
        self.parts: list[tuple[str, int]] = []
        self.standing = EXACT
        self.notes: list[str] = []
        self._less = 0
        self._more = 0

    def add(self, label: str, tokens: int) -> None:
        """Tokens under a label; those of one label in a row are shown as one."""
        if self.parts and self.parts[-1][0] == label:
            self.parts[-1] = (label, self.parts[-1][1] + tokens)
        else:
            self.parts.append((label, tokens))

    def doubt(self, note: str, less: int = 0, more: int = 0) -> None:
        """Makes it an estimate that may be ``less`` or ``more`` tokens off."""
        self._less += max(0, less)
        self._more += max(0, more)
        self._weaken(ESTIMATE, note)

    def assume(self, note: str) -> None:
        """Makes it exact only if the note holds."""
        self._weaken(ASSUMED, note)

    @property
    def tokens(self) -> int:
        """Tokens so far."""
        return sum(tokens for _, tokens in self.parts)

    def count(self) -> Count:
        """What has been added up. The range never falls below zero."""
        tokens = max(0, self.tokens)
        return Count(
            tokens,
            max(0, tokens - self._less),
            tokens + self._more,
            self.standing,
            "; ".join(dict.fromkeys(self.notes)),
            tuple(self.parts),
        )

    def _weaken(self, standing: str, note: str) -> None:
        self.standing = weaker(self.standing, standing)
        self.notes.append(note)
