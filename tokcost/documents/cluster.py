"""The same parts counted by the workers of a Dask cluster (extra ``tokcost[dask]``).

A worker that is lost has its parts counted again elsewhere, by the scheduler; a part has one result,
whoever gave it, so that it is counted once. Workers must reach the files by the same names.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

from tokcost.documents.parts import CorpusPart
from tokcost.documents.work import CorpusJob, PartCount, count_part
from tokcost.encodings.stream import cores
from tokcost.errors import TokcostError
from tokcost.inputs.files import is_url

LOCAL = "local"
# Seconds to wait for a scheduler before giving up on it.
_SCHEDULER_TIMEOUT_S = 5
# Seconds that a scheduler may be without workers.
_WORKER_TIMEOUT_S = 20


def on_cluster(job: CorpusJob, parts: Sequence[CorpusPart], address: str, jobs: int) -> Iterator[PartCount]:
    """The parts counted by the cluster at an address ("local" starts one), in order.

    Raises TokcostError when the scheduler cannot be reached or is lost, or when work keeps killing workers.
    """
    try:
        distributed: Any = import_module("distributed")  # typed by half
    except ImportError as error:
        raise TokcostError("--cluster needs Dask: pip install 'tokcost[dask]'") from error
    _quieten()
    try:
        if address == LOCAL:
            with (
                distributed.LocalCluster(
                    n_workers=jobs or cores(), threads_per_worker=1, dashboard_address=None, silence_logs=50
                ) as local,
                distributed.Client(local) as client,
            ):
                yield from _results(client, job, parts)
        else:
            with distributed.Client(address, timeout=_SCHEDULER_TIMEOUT_S, set_as_default=False) as client:
                yield from _results(client, job, parts)
    except (OSError, ValueError) as error:
        if isinstance(error, ValueError) and "scheme" not in str(error):
            raise
        raise TokcostError(
            f"--cluster {address}: no scheduler answers there within {_SCHEDULER_TIMEOUT_S} s: "
            "is it running ('dask scheduler'), and is the address right (tcp://host:8786)?"
        ) from error


def _quieten() -> None:
    """What goes wrong is said once, by us; distributed would print a page of tracebacks first."""
    for name in ("distributed", "tornado", "asyncio", *logging.root.manager.loggerDict):
        if name.startswith(("distributed", "tornado", "asyncio")):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _results(client: Any, job: CorpusJob, parts: Sequence[CorpusPart]) -> Iterator[PartCount]:
    import os
    from concurrent.futures import CancelledError

    from distributed import KilledWorker
    from distributed.client import FutureCancelledError
    from distributed.comm.core import CommClosedError

    waiting: deque[tuple[CorpusPart, Any]] = deque()
    try:
        _wait_for_workers(client)
        ahead = 4 * max(2, sum(client.nthreads().values()))
        for part in parts:
            # A worker has a folder of its own. pure=False: never the result of an earlier run.
            there = part
            if not is_url(part.input.location):
                there = part._replace(
                    input=part.input._replace(location=os.path.abspath(part.input.location), seen=None)
                )
            waiting.append((part, client.submit(alone, job, there, pure=False)))
            if len(waiting) >= ahead:
                yield _result(client, *waiting.popleft())
        while waiting:
            yield _result(client, *waiting.popleft())
    except KilledWorker as error:
        raise TokcostError("--cluster: the same part killed several workers: nothing is reported") from error
    except (CancelledError, FutureCancelledError, CommClosedError) as error:
        raise TokcostError("--cluster: the scheduler was lost before the work was done: nothing is reported") from error
    except ModuleNotFoundError as error:
        raise TokcostError(f"--cluster: a worker has no {error.name}: install tokcost on the workers, too") from error


def _result(client: Any, part: CorpusPart, future: Any) -> PartCount:
    while True:
        try:
            counted: PartCount = future.result(timeout=_SCHEDULER_TIMEOUT_S)
        except TimeoutError:  # a part takes its time, or there is nobody left to count it
            if future.status == "pending":
                _wait_for_workers(client)
            continue
        return counted._replace(part=part)


def _wait_for_workers(client: Any) -> None:
    try:
        client.wait_for_workers(1, timeout=_WORKER_TIMEOUT_S)
    except TimeoutError as error:
        raise TokcostError(
            f"--cluster: no worker has joined the scheduler within {_WORKER_TIMEOUT_S} s: start some"
        ) from error


def alone(job: CorpusJob, part: CorpusPart) -> PartCount:
    """The work in a worker of a cluster, which has one thread for it."""
    from tokcost.encodings import stream

    stream.use_threads(1)
    return count_part(job, part)
