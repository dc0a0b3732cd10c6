"""Calls of models in a tree of spans or runs: what stands above calls tells their sum, and counts only without any."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Hashable, Iterator

from tokcost.logs.entry import Entry, Read
from tokcost.logs.format import FormatReader, Inner, file_of
from tokcost.logs.kept import Kept
from tokcost.logs.told import Told

_NODE = struct.Struct("<3q")
"""What is kept of a span: the mark of the one above it, its input and its output; -1 where it counted nothing."""
_NONE = -1
_DEEPEST = 1000
_MASK = (1 << 60) - 1
MORE = "a sum over calls has more tokens than the calls below it: the calls were counted"


class CallTree:
    """Keeps who stands above whom, whatever comes first and in whichever file; ``sums`` names those, in the plural."""

    def __init__(self, told: Told, sums: str) -> None:
        self._told = told
        self._sums = sums
        self._nodes = Kept(_NODE.size, 100_000)
        self._below = Kept(_NODE.size, 100_000)
        self._calls, self._tokens = array("q"), array("q")
        self._totals: dict[int, tuple[Entry, ...]] = {}
        self._loose: list[Entry] = []
        self._calling: set[str] = set()
        self._released: dict[int, int] = {}

    def node(self, own: Hashable, above: Hashable) -> None:
        """A span that used nothing itself: calls may lie below it."""
        mark = _mark(own)
        if mark and self._nodes.get(mark) is None:
            self._nodes.put(mark, _NODE.pack(_mark(above), _NONE, _NONE))

    def call(self, own: Hashable, above: Hashable, entry: Entry) -> Iterator[Entry]:
        """A call; one that is there already, or has the counts of the call right above or below it, is a repeat."""
        mark, over = _mark(own), _mark(above)
        given, output = entry.usage.input_tokens, entry.usage.output_tokens
        if not mark:
            self._calling.add(file_of(entry.where))
            yield entry
            return
        before = self._node(mark)
        if before is not None and before[1] != _NONE:
            self._told.repeat("spans that are there twice")
            return
        self._nodes.put(mark, _NODE.pack(over, given, output))
        around = (self._node(over), self._under(mark))
        if over:
            self._below.put(over, _NODE.pack(mark, given, output))
        if any(other is not None and other[1:] == (given, output) for other in around):
            self._told.repeat("calls that two instrumentations tell")
            return
        if self._released and any(above in self._released for above in self._above(mark)):
            self._told.repeat("calls below a sum that was counted")
            return
        self._calls.append(mark)
        self._tokens.append(entry.tokens)
        yield entry

    def total(self, own: Hashable, above: Hashable, *entries: Entry) -> None:
        """A sum, by model, over whatever calls lie below: held back until it is known whether any does."""
        mark = _mark(own)
        if not mark:
            self._loose += entries
        elif mark in self._totals or mark in self._released:
            self._told.repeat("spans that are there twice")
        else:
            self.node(own, above)
            self._totals[mark] = entries

    def release(self) -> Iterator[Entry]:
        """The sums without a call below them; of sums above each other the lowest."""
        for entry in self._loose:
            if file_of(entry.where) in self._calling:
                self._told.repeat(self._sums)
            else:
                yield entry
        below = self._below_totals() if self._totals else {}
        for mark, entries in self._totals.items():
            if mark not in below:
                # while the logs are followed, what lies below may come yet
                self._released[mark] = _tokens(entries)
                yield from entries
                continue
            self._told.repeat(self._sums)
            if _tokens(entries) > below[mark]:
                self._told.remark(MORE, entries[0].where)
        self._totals, self._loose = {}, []

    def _below_totals(self) -> dict[int, int]:
        """The tokens of what counts below the sums, by the mark of the sum; those without any are not there."""
        below: dict[int, int] = {}

        def add(mark: int, tokens: int) -> None:
            for above in self._above(mark):
                if above in self._totals:
                    below[above] = below.get(above, 0) + tokens

        for mark, tokens in zip(self._calls, self._tokens, strict=True):
            add(mark, tokens)
        for mark, tokens in self._released.items():
            add(mark, tokens)
        without = [mark for mark in self._totals if mark not in below]
        for mark in without:
            add(mark, 0)
        for mark in without:
            if mark not in below:
                add(mark, _tokens(self._totals[mark]))
        return below

    def _above(self, mark: int) -> Iterator[int]:
        """The marks of those above, the nearest first, as far as they are known."""
        for _ in range(_DEEPEST):
            node = self._node(mark)
            if node is None or not node[0]:
                return
            mark = node[0]
            yield mark

    def _node(self, mark: int) -> tuple[int, int, int] | None:
        record = self._nodes.get(mark) if mark else None
        return None if record is None else _NODE.unpack(record)

    def _under(self, mark: int) -> tuple[int, int, int] | None:
        record = self._below.get(mark)
        return None if record is None else _NODE.unpack(record)


def _tokens(entries: tuple[Entry, ...]) -> int:
    return sum(entry.tokens for entry in entries)


def _mark(identity: Hashable) -> int:
    """A number for an identity, 0 for none: a pair whose second is empty is none."""
    if identity is None or (isinstance(identity, tuple) and not identity[-1]):
        return 0
    return (hash(identity) & _MASK) or 1


class CallTreeReader(FormatReader):
    """The reader of a format whose values lie above each other; ``sums`` names those above, in the plural."""

    sums = ""

    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self.tree = CallTree(told, self.sums)

    def quiet(self) -> Iterator[Read]:
        """Sums without a call below."""
        return self.tree.release()

    def end(self) -> Iterator[Read]:
        """Sums without a call below."""
        return self.tree.release()
