"""Counts a text as one user message to Claude holds it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from tokcost.encodings.claude.characters import normal
from tokcost.encodings.claude.marks import marked, shown
from tokcost.encodings.claude.pack import HELD_END, open_pieces
from tokcost.encodings.claude.specs import ClaudeSpec
from tokcost.encodings.claude.tiling import tiles
from tokcost.encodings.claude.units import Units
from tokcost.encodings.cuts import Cuts
from tokcost.encodings.edges import WHOLE, Edges
from tokcost.encodings.token import Token

_ASCII_SPACE = " \t\n\r\x0b\x0c"


class ClaudeCounter:
    """Counts with one encoding of Claude; what it has priced it remembers."""

    threaded = False  # all of it is Python: threads would wait for each other
    fast = None

    def __init__(self, spec: ClaudeSpec) -> None:
        self.spec = spec

    @property
    def cuts(self) -> Cuts:
        """Where a text may be cut."""
        return self.spec.cuts

    def expect(self, characters: int) -> None:
        """Does nothing: there is no other engine."""

    def prepare(self, texts: Iterable[str]) -> None:
        """The vocabulary is small: it is read as a whole when the first text comes."""

    def build(self) -> None:
        """Read the vocabulary now."""
        _ = self._units

    def normal(self, text: str) -> str:
        """The text as it is to be cut: where a text may be cut, its normal form may be, too."""
        return text

    def count(self, text: str, edges: Edges = WHOLE) -> int:
        """What the text adds to a prompt as the text of a user message; nothing when it is empty.

        A text of several parts is cut where ``cuts.MARKED`` allows: the parts' counts add up.
        """
        from tokcost.encodings.stream import StreamCount

        stream = StreamCount(self, edges)
        stream.feed(text)
        return stream.finish()

    def bare(self, text: str) -> int:
        """Tokens of a text that stands by itself, in no message."""
        return self._units.cost(normal(text, self.spec.caps))

    def inner_cut(self, text: str, begin: int, end: int) -> int:
        """None is needed: between two letters without case its cuts have a place."""
        return 0

    def count_part(self, text: str, edges: Edges = WHOLE) -> int:
        """The same for a part of a text, at once."""
        if not text:
            return 0
        framed = self._framed(text, edges)
        spared = (self.spec.head_tokens if edges.begins else 0) + (self.spec.tail_tokens if edges.ends else 0)
        return self._units.cost(framed, after_word=not edges.begins) - spared

    def tokens(self, text: str) -> list[Token]:
        """The pieces of a text in order: one of several covers that cost the same."""
        if not text:
            return []
        pieces = open_pieces(self.spec.pack)
        found: list[Token] = []
        for tile in tiles(marked(self._framed(text, WHOLE), self.spec.caps), pieces):
            data = "".join(char for char in tile if char > HELD_END).encode()
            if len(tile) > 1 or pieces.price(tile) == 1:
                found.append(Token(None, data, shown(tile)))
            else:
                found += [Token(None, chunk) for chunk in pieces.chunks(tile)]
        return found[self.spec.head_tokens : len(found) - self.spec.tail_tokens]

    def _framed(self, text: str, edges: Edges) -> str:
        """The normal text with what stands around it in a message."""
        if edges.ends and self.spec.strips:
            text = text.rstrip(_ASCII_SPACE)
        inner = normal(text, self.spec.caps)
        head = self.spec.head if edges.begins else ""
        # One blank is the one that the frame ends in; of two or more the frame's own is one.
        if head and inner.startswith(" ") and (inner.startswith("  ") or text.startswith(" ")):
            head = head[:-1]
        return head + inner + (self.spec.tail if edges.ends else "")

    @cached_property
    def _units(self) -> Units:
        return Units(open_pieces(self.spec.pack), self.spec.caps)
