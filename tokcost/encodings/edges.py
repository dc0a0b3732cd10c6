"""Where a part of a text stands in it: a text that is counted within a message is framed at its ends alone."""

from __future__ import annotations

from typing import NamedTuple


class Edges(NamedTuple):
    """Whether a part begins where the text does, and ends where it does."""

    begins: bool = True
    ends: bool = True


WHOLE = Edges()
