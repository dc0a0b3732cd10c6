"""A real Dask scheduler with real workers on loopback: the same total, also when a worker is killed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tokcost.documents.cluster import _SCHEDULER_TIMEOUT_S

pytest.importorskip("distributed")


# The address, the scheduler and the workers.
Cluster = tuple[str, subprocess.Popen[bytes], list[subprocess.Popen[bytes]]]


def _start(*argv: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "dask", *argv], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """The address, the scheduler and two workers."""
    file = tmp_path / "scheduler.json"
    processes = [
        _start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
    ]
    deadline = time.monotonic() + 30
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    address = json.loads(file.read_text())["address"]
    options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(tmp_path / "w"))
    workers = [_start("worker", address, *options) for _ in range(2)]
    processes += workers
    yield address, processes[0], workers
    for each in processes:
        each.kill()
        each.wait()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A text in ranges and files with lines: a second or two of work for two workers."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    text = "".join(f"def leave_{at}(ships):\n    return ships[{at}]  # 항구 {at * 7919}\n" for at in range(20_000))
    (folder / "large.py").write_text(text * 10, encoding="utf-8")
    for number in range(24):
        lines = "".join(json.dumps({"text": line}) + "\n" for line in text[: 150_000 + number].splitlines())
        (folder / f"{number:02}.jsonl").write_text(lines)
    return folder


def _tokcost(*argv: str, engine: str = "tiktoken") -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tokcost", "corpus", *argv]
    options = ["--encoding", "o200k_base", "--engine", engine, "-f", "json"]
    return subprocess.Popen([*command, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _until_busy(address: str) -> None:
    """Until every worker of the cluster has work in hand."""
    from distributed import Client

    with Client(address, timeout=20, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=20)
        deadline = time.monotonic() + 30
        while not (busy := client.processing()) or not all(busy.values()):
            assert time.monotonic() < deadline
            time.sleep(0.01)


@pytest.mark.filterwarnings("ignore")
def test_a_killed_worker_changes_nothing(cluster: Cluster, corpus: Path) -> None:
    """Its parts are counted again, once: the report is the local one, byte for byte."""
    address, _, workers = cluster
    here = _tokcost(str(corpus), engine="auto").communicate(timeout=60)[0]
    process = _tokcost(str(corpus), "--cluster", address)
    _until_busy(address)
    workers[0].kill()
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert json.loads(out)["totals"]["by_model"][0]["documents"] > 24
    assert out == here


@pytest.mark.filterwarnings("ignore")
def test_a_scheduler_that_dies_is_one_line(cluster: Cluster, corpus: Path) -> None:
    """And no sum."""
    address, scheduler, _ = cluster
    process = _tokcost(str(corpus), "--cluster", address)
    _until_busy(address)
    scheduler.kill()
    out, err = process.communicate(timeout=40)
    assert (process.returncode, out) == (2, "")
    assert err.count("\n") == 1
    assert "--cluster" in err


def test_a_scheduler_that_is_not_there_is_one_line_within_seconds(tmp_path: Path) -> None:
    """Nobody listens on port 1: it is tried for 5 seconds, and here for one."""
    assert _SCHEDULER_TIMEOUT_S == 5
    (tmp_path / "a.txt").write_text("a")
    program = (
        "import sys; from tokcost.documents import cluster; cluster._SCHEDULER_TIMEOUT_S = 1;"
        "from tokcost.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    argv = ["corpus", str(tmp_path / "a.txt"), "--cluster", "tcp://127.0.0.1:1", "--encoding", "o200k_base"]
    process = subprocess.Popen(
        [sys.executable, "-c", program, *argv], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    began = time.monotonic()
    out, err = process.communicate(timeout=30)
    assert time.monotonic() - began < 6
    assert (process.returncode, out) == (2, "")
    assert err.startswith("tokcost: error: --cluster tcp://127.0.0.1:1: no scheduler answers there within 1 s")
    assert err.count("\n") == 1


def test_a_local_cluster_counts_the_same(tmp_path: Path) -> None:
    """It is started and ended with the run."""
    (tmp_path / "a.jsonl").write_text('{"text": "안녕하세요"}\n' * 100)
    here = _tokcost(str(tmp_path)).communicate(timeout=60)[0]
    process = _tokcost(str(tmp_path), "--cluster", "local")
    assert process.communicate(timeout=60)[0] == here
    assert process.returncode == 0
