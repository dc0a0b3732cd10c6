"""What a stream of text asks of a counter: loaded by type checkers alone."""

from __future__ import annotations

from typing import Protocol

from tokcost.encodings.cuts import Cuts
from tokcost.encodings.edges import Edges


class PartCounter(Protocol):
    """What counts the parts of a text, whose counts add up where it is cut as ``cuts`` allows."""

    @property
    def cuts(self) -> Cuts: ...

    @property
    def threaded(self) -> bool:
        """Whether threads count at the same time."""

    def expect(self, characters: int, /) -> None:
        """Announce how many characters are to come, as far as is known."""

    def build(self) -> None:
        """Load what counting needs."""

    def normal(self, text: str, /) -> str:
        """A part as ``count_part`` takes it."""

    def inner_cut(self, text: str, begin: int, end: int, /) -> int:
        """A place inside a piece where its tokens may be counted apart, 0 where none is known."""

    def count_part(self, text: str, edges: Edges, /) -> int:
        """The tokens of a part."""
