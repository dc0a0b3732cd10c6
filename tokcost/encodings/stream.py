"""Counts a text that comes block by block, in bounded memory and on all cores."""

from __future__ import annotations

import os
from collections import deque
from functools import cache
from typing import TYPE_CHECKING

from tokcost.encodings.cuts import last_cut
from tokcost.encodings.edges import WHOLE, Edges
from tokcost.encodings.engines import MIN_CHARS_FOR_GIGATOKEN
from tokcost.errors import TokcostError

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

    from tokcost.encodings.part_counter import PartCounter


# Characters counted at once: enough to amortise the call, few enough for memory.
PART = 512 * 1024
# A text that offers no place to cut for so long is given up on rather than filling the memory.
MAX_UNCUT = 16 * 1024 * 1024


class StreamCount:
    """A running count in bounded memory: the text is cut where cutting changes nothing.

    A few parts are held until it is known whether the text is large enough for a faster engine.
    Where threads count at the same time (``threaded``), they do; else parts are counted here. ``edges``
    says whether what is fed begins and ends the text.
    """

    def __init__(self, part_counter: PartCounter, edges: Edges = WHOLE) -> None:
        self._counter = part_counter
        self._edges = edges
        self._first = True
        self._rest = ""
        self._wanted = PART
        self._held: list[tuple[str, Edges]] | None = []
        self._size = 0
        self._total = 0
        self._waiting: deque[Future[int]] = deque()

    def feed(self, block: str) -> None:
        """The next characters of the text."""
        rest = self._rest + block if self._rest else block
        begin = 0
        while len(rest) - begin > self._wanted:
            at = last_cut(rest, self._counter.cuts, begin, begin + self._wanted)
            at = at or self._counter.inner_cut(rest, begin, begin + self._wanted)
            if at:
                self._take(rest[begin:at])
                begin = at
                self._wanted = PART
            elif self._wanted >= MAX_UNCUT:
                raise TokcostError(
                    f"an unbroken run of more than {MAX_UNCUT:,} characters cannot be counted in bounded memory: "
                    "break it with a newline"
                )
            else:
                self._wanted *= 2
        self._rest = rest[begin:]

    def finish(self) -> int:
        """The tokens of all that was fed."""
        if self._rest:
            self._take(self._rest, last=True)
            self._rest = ""
        if self._held is not None and len(self._held) == 1:
            # a text of one part needs neither threads nor the whole vocabulary
            self._total += self._counter.count_part(*self._held.pop())
        self._release()
        while self._waiting:
            self._total += self._waiting.popleft().result()
        return self._total

    def _take(self, text: str, last: bool = False) -> None:
        part = self._counter.normal(text), Edges(self._first and self._edges.begins, last and self._edges.ends)
        self._first = False
        self._size += len(part[0])
        if self._held is None:
            self._submit(*part)
            return
        self._held.append(part)
        if self._size >= MIN_CHARS_FOR_GIGATOKEN:
            self._counter.expect(self._size)
            self._release()

    def _release(self) -> None:
        if self._held:
            self._counter.build()  # once, before the threads ask for it
            for part in self._held:
                self._submit(*part)
        self._held = None

    def _submit(self, part: str, edges: Edges) -> None:
        if not self._counter.threaded or _workers() == 1:
            self._total += self._counter.count_part(part, edges)
            return
        try:
            self._waiting.append(threads().submit(self._counter.count_part, part, edges))
        except RuntimeError:  # no thread can start
            use_threads(1)
            self._total += self._counter.count_part(part, edges)
        if len(self._waiting) > 2 * _workers():
            self._total += self._waiting.popleft().result()


def use_threads(number: int) -> None:
    """Set how many threads may count in this process from now on; all cores by default."""
    global _limit
    _limit = number
    threads.cache_clear()  # a fork has inherited a pool without its threads


_limit = 0


def cores() -> int:
    """The number of threads that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _workers() -> int:
    return _limit or cores()


@cache
def threads() -> ThreadPoolExecutor:
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(_workers())
