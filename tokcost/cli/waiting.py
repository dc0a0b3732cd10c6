"""Waits between two looks at a log: for the clock, for standard input, for a reader of stdout that goes away."""

from __future__ import annotations

import os
import select
import signal
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from types import FrameType
from typing import BinaryIO

_POLLS = hasattr(select, "poll")  # not on every system


class Waiting:
    """Waits up to ``every`` seconds; ``abandoned`` is whether nobody reads any more what is written to stdout."""

    def __init__(self, every: float, writes: bool) -> None:
        self.abandoned = False
        self._every = every
        self._milliseconds = timedelta(seconds=every) // timedelta(milliseconds=1)
        self._stdout = _pipe(sys.stdout) if writes else None
        self._heard: list[Callable[[], object]] = []
        self._waits = False

    def wait(self, stdin: BinaryIO | None = None) -> bool:
        """Whether there is something to read in ``stdin``, which may also be its end."""
        self._waits = True
        try:
            if self._heard:
                self._heard.pop(0)()
            return self._wait(stdin)
        finally:
            self._waits = False

    def _wait(self, stdin: BinaryIO | None) -> bool:
        source = None if stdin is None else _descriptor(stdin)
        if stdin is not None and source is None:
            return True  # to read it waits
        if not _POLLS:
            if source is None:
                time.sleep(self._every)
            return source is not None
        poll = select.poll()
        if source is not None:
            poll.register(source, select.POLLIN)
        if self._stdout is not None:
            poll.register(self._stdout, 0)
        found = dict(poll.poll(self._milliseconds))
        self.abandoned = self._stdout in found
        return source in found

    @contextmanager
    def signals_heard_between_looks(self) -> Iterator[None]:
        """A signal is heard when what was read is counted; a second one at once."""
        before = {}
        if _POLLS and threading.current_thread() is threading.main_thread():  # another one may set no handlers
            for number in (signal.SIGINT, signal.SIGTERM):
                handler = signal.getsignal(number)
                if callable(handler):
                    before[number] = handler
                    signal.signal(number, self._later(handler))
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _later(self, handler: Callable[[int, FrameType | None], object]) -> Callable[[int, FrameType | None], None]:
        def heard(number: int, frame: FrameType | None) -> None:
            if self._waits or self._heard:
                handler(number, frame)
            else:
                self._heard.append(partial(handler, number, frame))

        return heard


def _descriptor(stream: BinaryIO) -> int | None:
    try:
        return stream.fileno()
    except (AttributeError, OSError, ValueError):  # what a caller in this process put there
        return None


def _pipe(stream: object) -> int | None:
    """The descriptor of a stream that somebody reads as it is written."""
    number = _descriptor(getattr(stream, "buffer", stream))  # type: ignore[arg-type]
    if number is None:
        return None
    mode = os.fstat(number).st_mode
    return number if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) else None
