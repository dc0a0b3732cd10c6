"""What a parsed file of texts under keys tells, of whatever kind it is."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

Steps = tuple[object, ...]
"""The keys and positions that lead to a value, from the top of the file."""


class Unknown(NamedTuple):
    """In place of a value that is not known before the file is run: why not, and the line."""

    why: str
    line: int


class KeySource(Protocol):
    """A parsed file: its plain values, and what is known of the places of keys in it."""

    values: Any

    def refuse(self, steps: Steps) -> None:
        """Raise TokcostError where the value under these keys is not the only one that a reader could take."""

    def line(self, steps: Steps) -> int | None:
        """The line (from 1) where the text begins, None where it is not known."""
