"""Whole processes, timed in turn: wall time from start to end, peak memory from the kernel."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Run(NamedTuple):
    """One process: seconds from start to end, peak resident MB, what it wrote to stdout."""

    seconds: float
    megabytes: float
    out: str


class Result(NamedTuple):
    """The runs of one contender, and why there are none."""

    name: str
    runs: list[Run]
    problem: str = ""

    @property
    def seconds(self) -> float:
        """The median."""
        return statistics.median(run.seconds for run in self.runs)

    @property
    def megabytes(self) -> float:
        """The highest peak."""
        return max(run.megabytes for run in self.runs)

    def ratio_to(self, other: Result) -> float:
        """The median of the ratios of runs that stood side by side, which a busy machine slows alike."""
        return statistics.median(
            mine.seconds / theirs.seconds for mine, theirs in zip(self.runs, other.runs, strict=True)
        )


def run_once(command: Sequence[str], environment: Mapping[str, str], timeout: float) -> Run:
    """Run a command to its end. Raises OSError, or RuntimeError with its last line when it fails.

    The peak is that of the process: this program stays small because a child begins with the peak
    of its parent.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=dict(environment))
        status, usage = _wait(process, began + timeout)
        seconds = time.perf_counter() - began
        out.seek(0)
        err.seek(0)
        if status != 0:
            lines = err.read().decode(errors="replace").strip().splitlines()
            raise RuntimeError(lines[-1][:200] if lines else f"exit code {status}")
        return Run(seconds, usage / 1024, out.read().decode(errors="replace"))


def _wait(process: subprocess.Popen[bytes], deadline: float) -> tuple[int, int]:
    import signal

    def give_up(signum: int, frame: object) -> None:
        process.kill()

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, max(0.1, deadline - time.perf_counter()))
    try:
        _, status, usage = os.wait4(process.pid, 0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_maxrss
