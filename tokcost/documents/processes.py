"""Work spread over processes: results in the order of the tasks, and no wrong sum when one of them dies.

An interrupt or an error ends every worker; so does the end of this process, whatever ended it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from tokcost.errors import TokcostError

Task = TypeVar("Task")
Result = TypeVar("Result")


# Tasks that a worker does before it is replaced: some 100 MB of text.
_GENERATION = 12


def in_order(function: Callable[[Task], Result], tasks: Iterable[Task], jobs: int) -> Iterator[Result]:
    """``function`` of every task, in order, by ``jobs`` processes; few tasks are taken ahead of their turn.

    After some tasks the workers are replaced: what an engine remembers of the text it has seen would fill
    the memory, and a fork of this process, which has loaded the vocabulary, starts afresh at once.
    Raises what the function raised, or TokcostError when a worker died.
    """
    if jobs <= 1:
        yield from map(function, tasks)
        return
    left = iter(tasks)
    while batch := list(islice(left, _GENERATION * jobs)):
        yield from _generation(function, batch, jobs)


def _generation(function: Callable[[Task], Result], tasks: Sequence[Task], jobs: int) -> Iterator[Result]:
    workers: list[_Worker] = []
    done = False
    try:
        try:
            for _ in range(min(jobs, len(tasks))):
                workers.append(_Worker([each.pipe for each in workers]))
        except (OSError, RuntimeError) as error:  # no process, no pipe, or no memory for one
            reason = getattr(error, "strerror", None) or error
            raise TokcostError(f"no {jobs} processes can be started: {reason}: --jobs 1 needs none") from error
        yield from _results(function, tasks, workers)
        done = True
    finally:
        for each in workers:
            each.end(done)


def _results(function: Callable[[Task], Result], tasks: Sequence[Task], workers: Sequence[_Worker]) -> Iterator[Result]:
    """Each worker has one task at a time, so that neither side ever waits to be heard."""
    from multiprocessing.connection import wait

    idle = [each.pipe for each in workers]
    busy: dict[Any, int] = {}
    found: dict[int, _Outcome] = {}
    following = turn = 0
    while turn < len(tasks):
        try:
            while idle and following < len(tasks) and following - turn <= 4 * len(workers):
                pipe = idle.pop()
                pipe.send((function, tasks[following]))
                busy[pipe] = following
                following += 1
            while turn not in found:
                ready: Any
                for ready in wait(list(busy)):
                    found[busy.pop(ready)] = ready.recv()
                    idle.append(ready)
        except (EOFError, BrokenPipeError, ConnectionResetError) as error:
            raise TokcostError(
                "a worker process ended before its work was done (out of memory, or killed): "
                "nothing is reported rather than a wrong sum; --jobs 1 needs the least memory"
            ) from error
        outcome = found.pop(turn)
        turn += 1
        if outcome.error is not None:
            raise outcome.error
        yield outcome.result


class _Outcome(NamedTuple):
    """What a task came to."""

    result: Any = None
    error: Exception | None = None


class _Worker:
    """A process at the other end of a pipe. No thread serves it: where none can start, nothing waits for one."""

    def __init__(self, others: Sequence[Any]) -> None:
        context = _context()
        self.pipe, theirs = context.Pipe()
        try:
            inherited = [*others, self.pipe] if context.get_start_method() == "fork" else []
            self._process = context.Process(target=_serve, args=(theirs, inherited), daemon=True)
            self._process.start()
        except BaseException:
            self.pipe.close()
            raise
        finally:
            theirs.close()

    def end(self, done: bool) -> None:
        """Let it go when all is done, else end it."""
        self.pipe.close()
        if not done:
            self._process.terminate()
        self._process.join()


def _serve(pipe: Any, inherited: Sequence[Any]) -> None:
    """In a worker: task by task, until the other end is closed. ``inherited`` ends would keep it open."""
    for each in inherited:
        each.close()
    _begin()
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            function, task = pipe.recv()
            try:
                outcome = _Outcome(function(task))
            except Exception as error:
                outcome = _Outcome(error=error)
            pipe.send(outcome)


def _context() -> Any:
    """A fork shares what is loaded and starts at once; elsewhere than on Linux it is not safe."""
    import multiprocessing

    return multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")


def _begin() -> None:
    """In a worker: Ctrl-C is the parent's to handle, its cores are shared already, and it ends with the parent."""
    import signal
    import threading

    from tokcost.encodings import stream

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    stream.use_threads(1)
    with suppress(RuntimeError):  # no thread can start: it ends with the task that it is at
        threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    from multiprocessing import connection, parent_process

    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
