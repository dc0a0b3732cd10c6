"""One token of a text."""

from __future__ import annotations

from typing import NamedTuple


class Token(NamedTuple):
    """Its id as the provider has it (None where those are not known), and its bytes.

    ``shown`` is how a piece is written where its bytes do not say it all: with the marks of word and case.
    """

    id: int | None
    data: bytes
    shown: str | None = None

    @property
    def text(self) -> str | None:
        """The token as text, with its marks if it has any; None for a part of a character."""
        if self.shown is not None:
            return self.shown
        try:
            return self.data.decode()
        except UnicodeDecodeError:
            return None
