"""Many cores, one number: ranges add up, results keep their order, nothing is left running."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tokcost
from tests.conftest import Run
from tokcost.documents.processes import in_order
from tokcost.documents.ranges import line_after, ranges
from tokcost.encodings.claude.specs import CLAUDE_SPECS
from tokcost.encodings.counter import counter
from tokcost.encodings.cuts import ANYWHERE
from tokcost.encodings.edges import Edges
from tokcost.encodings.specs import SPECS
from tokcost.errors import TokcostError

WORDS = [
    "harbour ",
    "항구",
    "港口",
    " ship.",
    "\n",
    "a\n",
    "b",
    "12",
    " ",
    "é",
    "😀",
    "\r\n",
    "don't",
    "x = 1\n",
    "e\u0301",
]
SOURCE = "".join(f"def leave_{at}(ships):\n    return ships[{at}]  # 항구 {at}\n" for at in range(60_000))


@pytest.mark.parametrize("encoding", sorted({spec.pack: spec.name for spec in SPECS.values()}.values()))
@settings(max_examples=60, deadline=None)
@given(words=st.lists(st.sampled_from(WORDS), max_size=300), step=st.integers(1, 200))
def test_ranges_of_a_file_add_up(encoding: str, words: list[str], step: int) -> None:
    """Whatever the distance between cuts, the counts of the ranges sum to that of the whole."""
    text = "".join(words)
    data = text.encode()
    one = counter(encoding)
    spans = list(ranges(io.BytesIO(data), len(data), step, one.spec.cuts))
    assert b"".join(data[start:end] for start, end in spans) == data
    assert sum(one.count(data[start:end].decode()) for start, end in spans) == one.count(text)


@pytest.mark.parametrize("encoding", CLAUDE_SPECS)
@settings(max_examples=60, deadline=None)
@given(words=st.lists(st.sampled_from(WORDS), max_size=300), step=st.integers(1, 200))
def test_ranges_of_a_message_add_up(encoding: str, words: list[str], step: int) -> None:
    """For Claude too, whose message frames a text: only the first range begins it, only the last ends it."""
    text = "".join(words)
    data = text.encode()
    one = counter(encoding)
    spans = list(ranges(io.BytesIO(data), len(data), step, one.spec.cuts))
    counts = [one.count(data[start:end].decode(), Edges(not start, end == len(data))) for start, end in spans]
    assert sum(counts) == one.count(text)


@given(data=st.binary(max_size=300), step=st.integers(1, 50))
def test_ranges_cover_bytes_that_are_no_text(data: bytes, step: int) -> None:
    """Each byte once, in order: what is wrong with them is found by who reads them."""
    spans = list(ranges(io.BytesIO(data), len(data), step, ANYWHERE))
    assert b"".join(data[start:end] for start, end in spans) == data


@given(lines=st.lists(st.binary(max_size=30), max_size=20), near=st.integers(1, 300))
def test_a_line_begins_where_it_is_said_to(lines: list[bytes], near: int) -> None:
    """The first line that begins at or after a place, the end of the file when none does."""
    data = b"\n".join(lines)
    starts = [at + 1 for at, byte in enumerate(data) if byte == 10 and at + 1 >= near]
    assert line_after(io.BytesIO(data), near, len(data)) == (starts[0] if starts else len(data))


def test_any_number_of_jobs_and_any_engine_give_one_report(run: Run) -> None:
    """Several files, one of them large enough for ranges: the same rows in the same order, byte for byte."""
    tmp_path = Path.cwd()
    (tmp_path / "large.py").write_text(SOURCE * 4, encoding="utf-8")
    for name in ("b.txt", "a.txt", "c.txt"):
        (tmp_path / name).write_text(f"{name} " * 1000)
    (tmp_path / "not.bin").write_bytes(b"a\0b")
    results = [
        run("count", tmp_path, "-m", "gpt-4o", "-f", "json", *options)
        for options in (
            ["-j", "1"],
            ["-j", "2"],
            ["-j", "3"],
            ["--engine", "tiktoken"],
            ["-j", "2", "--engine", "tiktoken"],
        )
    ]
    assert {result.code for result in results} == {0}
    assert len({(result.out, result.err) for result in results}) == 1


CLAUDE = ("claude-sonnet-4-5", "claude-opus-4-7", "claude-opus-5", "claude-sonnet-5-5", "claude-2.1")


@pytest.mark.parametrize("command", ["count", "corpus"])
def test_any_number_of_jobs_gives_one_report_of_claude(run: Run, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of several ranges, one with white space at its end: counts and margins are those of the whole text.

    The exit code is 2: claude-2.1 has no price any more.
    """
    tmp_path = Path.cwd()
    for module in ("many", "parts"):  # three ranges of a file that is soon counted
        monkeypatch.setattr(f"tokcost.documents.{module}.STEP", 1 << 20)
    (tmp_path / "large.py").write_text(SOURCE[:2_600_000] + "end \n\n\n", encoding="utf-8")
    (tmp_path / "small.txt").write_text("5 ships \n" * 1000, encoding="utf-8")
    models = [option for model in CLAUDE for option in ("-m", model)]
    paths = ("large.py", "small.txt")
    results = [run(command, *paths, *models, "-f", "json", "-j", jobs) for jobs in ("1", "3")]
    assert {result.code for result in results} == {2}  # claude-2.1 has no price
    assert len({(result.out, result.err) for result in results}) == 1
    rows = {(row["name"], row["model"]): row for row in json.loads(results[0].out)["rows"]}
    for (name, model), row in rows.items():
        alone = tokcost.count_tokens((tmp_path / Path(name).name).read_text(encoding="utf-8"), model=model)
        assert row["input_tokens"] == alone.tokens, (name, model)
        if alone.ranged:
            assert (row["input_tokens_low"], row["input_tokens_high"]) == (alone.low, alone.high), (name, model)
    assert "claude-2.1: estimate: another vocabulary: that of claude_v3 within 10 %" in results[0].err


def test_bytes_that_are_no_text_are_told_by_their_place_in_the_file(run: Run, tmp_path: Path) -> None:
    """Also from a range in the middle of it: offset 8,000,000 and so many."""
    data = (SOURCE * 4).encode()
    at = len(data) - 1000
    path = tmp_path / "broken.py"
    path.write_bytes(data[:at] + b"\xff" + data[at:])
    lines = {run("count", path, "-j", jobs).err for jobs in ("1", "2")}
    assert len(lines) == 1
    assert f"not utf-8 text at byte {at}:" in lines.pop()


def _die(task: int) -> int:
    if task == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return task


def _fail(task: int) -> int:
    raise ValueError(f"task {task}")


def test_a_worker_that_dies_is_an_error_and_no_sum() -> None:
    """Killed, as the kernel does when memory runs out."""
    with pytest.raises(TokcostError, match="a worker process ended"):
        sum(in_order(_die, range(20), 2))


def test_what_a_worker_raises_is_raised() -> None:
    """A bug keeps its message."""
    with pytest.raises(ValueError, match="task 0"):
        list(in_order(_fail, range(5), 2))


def _children(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == pid and fields[0] != "Z":
                found.append(int(entry.name))
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -9), (None, 2)])
def test_nothing_is_left_running(tmp_path: Path, how: signal.Signals | None, code: int) -> None:
    """Ctrl-C, the end of the main process, or of a worker (None): all workers are gone, and no sum is printed."""
    path = tmp_path / "large.py"
    path.write_text(SOURCE * 20, encoding="utf-8")
    argv = [sys.executable, "-m", "tokcost", "count", "-q", str(path), "-j", "2", "--engine", "tiktoken"]
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    deadline = time.monotonic() + 20
    while len(children := _children(process.pid)) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.3)
    if how is signal.SIGINT:
        os.killpg(process.pid, how)  # as a terminal does: to everybody
    else:
        os.kill(children[0] if how is None else process.pid, how or signal.SIGKILL)
    out, err = process.communicate(timeout=20)
    assert process.returncode == code
    assert out == b""
    assert err.count(b"\n") == (0 if how is signal.SIGKILL else 1)
    while any(Path(f"/proc/{child}").exists() for child in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(Path(f"/proc/{child}").exists() for child in children)
