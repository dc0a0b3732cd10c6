"""``usage --follow``: a log that grows, is rotated, is truncated, in a real process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tokcost.logs.growing import Grown
from tokcost.logs.tail import Tail

LINE = {"model": "gpt-5.4", "usage": {"prompt_tokens": 1000, "completion_tokens": 100}}  # 0.0025 + 0.0015 = 0.004


def put(path: Path, number: int, mode: str = "a", **more: Any) -> None:
    with path.open(mode) as log:
        log.writelines(json.dumps({**LINE, **more, "n": n}) + "\n" for n in range(number))


class Follower:
    """A following process and what it has said."""

    def __init__(self, folder: Path, *args: object) -> None:
        self.out, self.err = folder / "out", folder / "err"
        command = [sys.executable, "-m", "tokcost", "usage", "--follow", "--every", "0.05", *map(str, args)]
        with self.out.open("wb") as out, self.err.open("wb") as err:
            self.process = subprocess.Popen(command, stdout=out, stderr=err, cwd=folder)

    def wait_for(self, text: str, where: str = "out") -> None:
        deadline = time.monotonic() + 20
        path = self.out if where == "out" else self.err
        while text not in path.read_text():
            assert time.monotonic() < deadline, f"{text!r} not in {path.read_text()!r} {self.err.read_text()!r}"
            assert self.process.poll() is None, self.err.read_text()
            time.sleep(0.02)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(10)


@pytest.fixture
def follow(tmp_path: Path) -> Iterator[Callable[..., Follower]]:
    """Start followers; none is left behind."""
    started: list[Follower] = []

    def start(*args: object) -> Follower:
        started.append(Follower(tmp_path, *args))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
            each.process.wait()


def test_a_growing_log_is_read_on(follow: Any, tmp_path: Path) -> None:
    """Growth, a rotation with a late line, a truncation that has outgrown the old size: every line counts once."""
    log = tmp_path / "log.jsonl"
    put(log, 2)
    process = follow(log)
    process.wait_for("2 requests")
    put(log, 3)
    process.wait_for("5 requests")
    with log.open("a") as half:
        half.write(json.dumps(LINE)[:20])
        half.flush()
        time.sleep(0.2)
        half.write(json.dumps(LINE)[20:] + "\n")
    process.wait_for("6 requests")
    put(log, 1)
    log.rename(tmp_path / "log.jsonl.1")
    put(log, 4)
    process.wait_for("11 requests")
    put(log, 9, "w", client="other")
    process.wait_for("20 requests")
    assert process.stop() == 130
    assert "$0.08 " in process.out.read_text().splitlines()[-1]
    assert "bad line" not in process.err.read_text()


def test_todays_limit_sounds_an_alarm_once(follow: Any, tmp_path: Path) -> None:
    """Two calls of today are 0.008 of 0.01, a third is over; yesterday's do not count. The end is exit 1."""
    log = tmp_path / "log.jsonl"
    put(log, 5, timestamp="2025-01-01T00:00:00Z", model="gpt-4o")
    put(log, 2, api_key="sk-aaaaaaaaaaaa1")
    process = follow(log, "--max-cost", "0.01", "--max-cost-per", "key=0.009")
    process.wait_for("today $0.008 of $0.01 (80.0 %)")
    put(log, 1, api_key="sk-aaaaaaaaaaaa1")
    process.wait_for("ALARM: today: a cost of $0.012 exceeds the limit of $0.01 by $0.002", "err")
    process.wait_for("ALARM: today, key sk-…aa1 #", "err")
    put(log, 1, api_key="sk-bbbbbbbbbbbb2")
    process.wait_for("9 requests")
    assert process.stop() == 1
    said = process.err.read_text()
    assert said.count("ALARM") == 2
    assert "sk-aaaaaaaaaaaa1" not in said + process.out.read_text()


def test_bad_lines_are_told_at_the_end(follow: Any, tmp_path: Path) -> None:
    """They are located in the file as it is."""
    log = tmp_path / "log.jsonl"
    put(log, 1)
    process = follow(log)
    process.wait_for("1 request ")
    with log.open("a") as out:
        out.write("{broken\n")
    process.wait_for("1 problem")
    process.stop()
    assert f"{log}:2: not valid JSON" in process.err.read_text()


def test_stdin_is_followed_to_its_end(run: Run) -> None:
    """A pipe that ends ends the following; blocks and lines are read as they are elsewhere."""
    result = run("usage", "--follow", "-", stdin=(json.dumps(LINE) + "\n").encode() * 3)
    assert (result.code, "3 requests" in result.out.splitlines()[-1]) == (0, True)
    block = b"[API USAGE LOG] 2025-07-16 21:12:04 UTC\nCLIENT: a\nAPI_KEY: sk-abcdefghijkl\nUSAGE: 1,000 tokens\n"
    result = run("usage", "--follow", "--rate", "1000", "-", stdin=block * 2)
    assert (result.code, "2 requests  2,000 in  0 out  $2.00" in result.out.splitlines()[-1]) == (0, True)


def test_a_missing_log_is_no_answer(run: Run) -> None:
    """Following starts with what is there."""
    result = run("usage", "--follow", "no-such.jsonl")
    assert (result.code, result.out) == (2, "")
    assert "no such file" in result.err


def test_a_directory_takes_up_new_files(tmp_path: Path) -> None:
    """A session that begins later is followed too."""
    put(tmp_path / "one.jsonl", 1)
    tail = Tail([str(tmp_path)])
    assert [os.path.basename(each.name) for each in tail.look() if isinstance(each, Grown)] == ["one.jsonl"]
    put(tmp_path / "two.jsonl", 2)
    grown = [each for each in tail.look() if isinstance(each, Grown)]
    assert [(os.path.basename(each.name), len(each.lines)) for each in grown] == [("two.jsonl", 2)]
    assert list(tail.look()) == []
    tail.close()
