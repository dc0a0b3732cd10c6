"""Work that other processes do before its turn comes: forks of this one, each ending with it.

Nothing rests on them: what they did not do, for whatever reason, is still to be done here.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Callable
from contextlib import suppress

# So many tasks fit into a pipe, four bytes each.
MOST_TASKS = 10_000
_HEAD = 12
# What a worker may be ahead by: room for its results that nobody asked for yet.
_ROOM = 1 << 20
_SET_ROOM = 1031  # F_SETPIPE_SZ, which the fcntl of Python 3.11 names on Linux alone


def can_fork() -> bool:
    """Whether a fork is safe here: elsewhere than on Linux the system's own libraries may not bear it."""
    return sys.platform == "linux"


class Forked:
    """``function`` of the numbers from 0 on, in forked processes, and the results in their order.

    Each process takes the next number that is left, so that of two numbers the lower is begun first.
    """

    def __init__(self, function: Callable[[int], bytes], number: int, jobs: int) -> None:
        self._pipes: list[int] = []
        self._processes: list[int] = []
        # The number of the result that comes next out of a pipe, and its size.
        self._next: dict[int, tuple[int, int]] = {}
        with suppress(OSError):  # no process, no pipe or no memory for one: then there are fewer, or none
            tasks, end = os.pipe()
            os.write(end, b"".join(each.to_bytes(4) for each in range(number)))
            os.close(end)
            try:
                for _ in range(jobs):
                    self._start(function, tasks)
            finally:
                os.close(tasks)

    def take(self, number: int) -> bytes:
        """The result of a number, waiting for it; nothing where there is none. To be called in their order."""
        while True:
            for pipe, (there, size) in self._next.items():
                if there == number:
                    del self._next[pipe]
                    return self._read(pipe, size)
            waited_for = [pipe for pipe in self._pipes if pipe not in self._next]
            if not waited_for:
                return b""
            for pipe in select.select(waited_for, (), ())[0]:
                head = self._read(pipe, _HEAD)
                if head:
                    self._next[pipe] = int.from_bytes(head[:4]), int.from_bytes(head[4:])

    def close(self) -> None:
        """End the processes."""
        while self._pipes:
            os.close(self._pipes.pop())
        while self._processes:
            process = self._processes.pop()
            with suppress(OSError):
                os.kill(process, signal.SIGKILL)
            with suppress(OSError):
                os.waitpid(process, 0)

    def _start(self, function: Callable[[int], bytes], tasks: int) -> None:
        ours, theirs = os.pipe()
        try:
            process = os.fork()
        except OSError:
            os.close(ours)
            os.close(theirs)
            raise
        if not process:
            try:
                for each in (*self._pipes, ours):
                    os.close(each)
                _serve(function, tasks, theirs)
            finally:
                os._exit(0)
        os.close(theirs)
        self._pipes.append(ours)
        self._processes.append(process)

    def _read(self, pipe: int, size: int) -> bytes:
        """So many bytes of a pipe; none of them where the process has ended before."""
        parts = []
        while size:
            part = os.read(pipe, min(size, _ROOM))
            if not part:
                os.close(pipe)
                self._pipes.remove(pipe)
                return b""
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


def _serve(function: Callable[[int], bytes], tasks: int, results: int) -> None:
    """In a worker: task by task, until none is left or nobody reads the results any more."""
    import gc
    from fcntl import fcntl

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(each) is not signal.SIG_IGN:  # as under nohup
            signal.signal(each, signal.SIG_DFL)
    gc.freeze()
    with suppress(OSError):
        fcntl(results, _SET_ROOM, _ROOM)
    with suppress(OSError):
        while record := os.read(tasks, 4):
            try:
                result = function(int.from_bytes(record))
            except Exception:
                result = b""
            left = memoryview(record + len(result).to_bytes(_HEAD - 4) + result)
            while left:
                left = left[os.write(results, left) :]
