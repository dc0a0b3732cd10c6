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
