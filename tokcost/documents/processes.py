"""Work spread over processes: results in the order of the tasks, and no wrong sum when one of them dies.

An interrupt or an error ends every worker; so does the end of this process, whatever ended it.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from tokcost.errors import TokcostError

if TYPE_CHECKING:
    from concurrent.futures import Future
    from multiprocessing.context import BaseContext

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


def _generation(function: Callable[[Task], Result], tasks: Iterable[Task], jobs: int) -> Iterator[Result]:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(jobs, mp_context=_context(), initializer=_begin)
    waiting: deque[Future[Result]] = deque()
    done = False
    try:
        for task in tasks:
            waiting.append(pool.submit(function, task))
            if len(waiting) > 4 * jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
        done = True
    except BrokenProcessPool as error:
        raise TokcostError(
            "a worker process ended before its work was done (out of memory, or killed): "
            "nothing is reported rather than a wrong sum; --jobs 1 needs the least memory"
        ) from error
    finally:
        if not done:
            for child in set(multiprocessing.active_children()) - others:
                child.terminate()
        pool.shutdown(wait=True, cancel_futures=True)


def _context() -> BaseContext:
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
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    from multiprocessing import connection, parent_process

    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
