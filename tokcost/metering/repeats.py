"""Responses that stand in the logs more than once, in bounded memory."""

from __future__ import annotations

_KEPT = 250_000


class Repeats:
    """Remembers the ids of the last quarter of a million responses at least; counts those that come again."""

    def __init__(self) -> None:
        self.number = 0
        self._new: set[int] = set()
        self._old: set[int] = set()

    def again(self, identity: str) -> bool:
        """Whether the id was there before, which then counts as a repeat. A new one is not remembered."""
        mark = hash(identity)
        if mark in self._new or mark in self._old:
            self.number += 1
            return True
        return False

    def seen(self, identity: str | None) -> bool:
        """Whether the id was there before; it is from now on. None is never the same as another None."""
        if identity is None:
            return False
        if self.again(identity):
            return True
        self._new.add(hash(identity))
        if len(self._new) >= _KEPT:
            self._old, self._new = self._new, set()
        return False
