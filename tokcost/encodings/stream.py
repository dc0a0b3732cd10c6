"""Counts a text that comes block by block, in bounded memory and on all cores."""

from __future__ import annotations

import os
from collections import deque
from functools import cache
from typing import TYPE_CHECKING

from tokcost.encodings.counter import PART, TextCounter
from tokcost.encodings.cuts import last_cut
from tokcost.errors import TokcostError

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

# A text that offers no place to cut for so long is given up on rather than filling the memory.
MAX_UNCUT = 16 * 1024 * 1024


class StreamCount:
    """A running count in bounded memory: the text is cut where cutting changes nothing.

    From the second part on, parts are counted in threads: tiktoken lets go of the interpreter lock.
    """

    def __init__(self, text_counter: TextCounter) -> None:
        self._counter = text_counter
        self._rest = ""
        self._wanted = PART
        self._first: str | None = None
        self._total = 0
        self._waiting: deque[Future[int]] = deque()

    def feed(self, block: str) -> None:
        """The next characters of the text."""
        rest = self._rest + block
        while len(rest) > self._wanted:
            at = last_cut(rest[: self._wanted], self._counter.spec.free_cuts)
            if at:
                self._take(rest[:at])
                rest = rest[at:]
                self._wanted = PART
            elif self._wanted >= MAX_UNCUT:
                raise TokcostError(
                    f"an unbroken run of more than {MAX_UNCUT:,} characters cannot be counted in bounded memory: "
                    "break it with a newline"
                )
            else:
                self._wanted *= 2
        self._rest = rest

    def finish(self) -> int:
        """The tokens of all that was fed."""
        if self._rest:
            self._take(self._rest)
            self._rest = ""
        if self._first is not None:
            self._total += self._counter.count_part(self._first)
            self._first = None
        while self._waiting:
            self._total += self._waiting.popleft().result()
        return self._total

    def _take(self, part: str) -> None:
        part = self._counter.normal(part)
        if self._first is None and not self._total and not self._waiting:
            self._first = part  # a text of one part needs neither threads nor the whole vocabulary
            return
        if self._first is not None:
            self._counter.build()  # once, before the threads ask for it
            first, self._first = self._first, None
            self._submit(first)
        self._submit(part)

    def _submit(self, part: str) -> None:
        pool, number = workers()
        self._waiting.append(pool.submit(self._counter.count_part, part))
        if len(self._waiting) > 2 * number:
            self._total += self._waiting.popleft().result()


@cache
def workers() -> tuple[ThreadPoolExecutor, int]:
    """The threads that count, one a core, and how many they are."""
    from concurrent.futures import ThreadPoolExecutor

    number = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return ThreadPoolExecutor(number), number
