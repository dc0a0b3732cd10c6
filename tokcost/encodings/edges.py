"""A text that is counted in parts: where each stands in it."""

from __future__ import annotations

from typing import NamedTuple


class Edges(NamedTuple):
    """Whether a part begins where the text does, and ends where it does: a message frames a text at its ends."""

    begins: bool = True
    ends: bool = True


WHOLE = Edges()
