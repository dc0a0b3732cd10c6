"""The verdict is the same whoever reads: closed and full streams, charsets, widths, signals, a system at its limits."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.conftest import Run
from tests.test_terminal import on_terminal

TOKCOST = f"{sys.executable} -m tokcost"
NAME = "é안–"
FORMATS = ("json", "jsonl", "csv", "markdown", "github", "gitlab", "sarif", "junit")
LINE = {"model": "gpt-4o", "usage": {"prompt_tokens": 1000, "completion_tokens": 100}}  # $0.0035


def shell(script: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a script by bash, TOKCOST standing for the command."""
    script = script.replace("TOKCOST", TOKCOST)
    env = {**os.environ, **environment}
    return subprocess.run(["bash", "-c", script], capture_output=True, check=False, timeout=60, env=env)


@pytest.fixture
def log() -> None:
    """Requests of many clients, whose names not every charset has."""
    lines = (json.dumps({**LINE, "client": f"{NAME}{at}"}) for at in range(400))
    Path("u.jsonl").write_text("\n".join(lines))


def test_a_closed_or_full_stderr_changes_nothing(log: None) -> None:
    """Words for people are lost, the exit code is not: 0, 1 and 2 stay what they are, usage errors too."""
    commands = {"usage u.jsonl": 0, "usage u.jsonl --max-cost 0.001": 1, "count nosuch": 2, "count --nope": 2}
    both = "TOKCOST {0} 2>/dev/full >/dev/null; echo $?; TOKCOST {0} 2>&- >/dev/null; echo $?;"
    script = "".join(both.format(each) for each in commands)
    done = shell(script + "TOKCOST count -t x >/dev/full; echo $?")
    assert [int(code) for code in done.stdout.split()] == [0, 0, 1, 1, 2, 2, 2, 2, 2]
    assert done.stderr.decode() == "tokcost: error: the output cannot be written: No space left on device\n"


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_help_text_nobody_reads_is_0(unbuffered: str) -> None:
    """A reader that has gone away before a word of it; a full disk is 2."""
    script = "".join(
        f"TOKCOST {each} 2>/dev/null | true; echo ${{PIPESTATUS[0]}}; " for each in ("--help", "schema")
    )  # fmt: skip
    done = shell(script + "TOKCOST --help > /dev/full; echo $?", PYTHONUNBUFFERED=unbuffered)
    assert done.stdout.split() == [b"0"] * 2 + [b"2"]
    assert done.stderr.decode() == "tokcost: error: the output cannot be written: No space left on device\n"


def test_a_slow_pipe_that_does_not_wait_gets_it_all(log: None) -> None:
    """A writer whose pipe is full is told to try again, where the pipe was made not to block: nothing is lost."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    command = [sys.executable, "-m", "tokcost", "usage", "u.jsonl", "--by", "client", "-f", "json"]
    process = subprocess.Popen(command, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    time.sleep(0.5)
    with open(reading, "rb") as pipe:
        assert len(json.load(pipe)["rows"]) == 400
    assert (process.communicate()[1], process.returncode) == (b"", 0)


def test_what_machines_read_is_utf_8_in_any_terminal(log: None) -> None:
    """JSON, CSV, JUnit and the rest parse and hold the name as it is."""
    options = "usage u.jsonl --by client --max-cost 0.001 -f"
    charsets = ("cp1252", "latin-1", "ascii", "utf-16") * 2
    form = "PYTHONIOENCODING={} TOKCOST {} {} 2>/dev/null > {};"
    script = (form.format(charset, options, each, each) for charset, each in zip(charsets, FORMATS, strict=True))
    shell("".join(script))
    read = {each: Path(each).read_bytes().decode("utf-8") for each in FORMATS}
    assert f"{NAME}7" in {row["client"] for row in json.loads(read["json"])["rows"]}
    assert f"{NAME}7" in {json.loads(line)["client"] for line in read["jsonl"].splitlines()}
    assert f"{NAME}7" in {row["client"] for row in csv.DictReader(read["csv"].splitlines())}
    assert f"| {NAME}" in read["markdown"]
    assert ElementTree.fromstring(read["junit"]).get("failures") == "1"
    assert [json.loads(read[each]) for each in ("sarif", "gitlab")]


@pytest.mark.parametrize(
    ("charset", "name"), [("cp1252", "é\\uc548–7 "), ("ascii", "\\xe9\\uc548\\u20137 "), ("utf-16", f"{NAME}7 ")]
)
def test_a_table_is_escaped_to_what_the_terminal_has(log: None, charset: str, name: str) -> None:
    """What the charset lacks stands there as an escape, the rest as it is."""
    shown = shell("TOKCOST usage u.jsonl --by client", PYTHONIOENCODING=charset)
    assert (name in shown.stdout.decode(charset), shown.returncode) == (True, 0)


@pytest.mark.parametrize("environment", [{}, {"COLUMNS": "1"}, {"COLUMNS": "0"}, {"COLUMNS": "9" * 40}])
@pytest.mark.parametrize("columns", [0, 1])
def test_a_terminal_without_room_shows_it_all_the_same(columns: int, environment: dict[str, str]) -> None:
    """One column, none, or more than there are atoms: the values are there, and nothing hangs or falls."""
    if environment:
        command = "TOKCOST count -t 'hello world' -m gpt-4o; TOKCOST tokens 안녕 -q 2>/dev/null; TOKCOST --help | wc -c"
        done = shell(command, **environment)
        assert b"$0.000005" in done.stdout
        assert int(done.stdout.split()[-1]) < 200_000
        return
    shown = on_terminal("count", "-t", "hello world", "-m", "gpt-4o", columns=columns)
    assert "$0.000005" in shown
    assert "안" in on_terminal("tokens", "안녕하세요", "-m", "gpt-4o", columns=columns)


def test_a_terminal_without_lines_gets_plain_columns() -> None:
    """Where the charset has no lines to draw with, none are drawn, not even as escapes."""
    shown = on_terminal("count", "-t", "hello world", "-m", "gpt-4o", PYTHONIOENCODING="ascii")
    assert "$0.000005" in shown
    assert "\\u2500" not in shown
    assert "\x1b[" not in shown


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_signal_leaves_nothing_behind(number: signal.Signals, code: int, jobs: str) -> None:
    """In the middle of a corpus: part files removed, workers ended, one line, 128 and the number of the signal."""
    Path("d").mkdir()
    for at in range(40):
        Path("d", f"{at}.jsonl").write_text(json.dumps({"text": "hello world " * 40000}) + "\n" * 5)
    options = ["--engine", "tiktoken", "--write-counts", "out.parquet", "--jobs", jobs]
    command = [sys.executable, "-m", "tokcost", "corpus", "d", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    while not any(name.endswith(".part") for name in os.listdir()):
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    process.send_signal(number)
    out, said = process.communicate(timeout=30)
    assert (process.returncode, out) == (code, b"")
    wanted = "interrupted" if number == signal.SIGINT else f"interrupted by {number.name}"
    assert said.decode().strip() == f"tokcost: {wanted}"
    assert os.listdir() == ["d"]
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_what_nohup_ignores_stays_ignored() -> None:
    """A command that was started to outlive its terminal does."""
    Path("line").write_text(json.dumps(LINE))
    done = shell(
        "trap '' HUP; TOKCOST usage - --follow < <(sleep 1; cat line) & p=$!; sleep 0.6; kill -HUP $p; wait $p; echo $?"
    )
    assert done.stdout.split()[-1] == b"0", done


def test_a_thread_that_cannot_start_is_not_waited_for(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """With no thread to be had the count is the same, by one process or by several."""
    for at in range(3):
        Path(f"{at}.txt").write_text("hello world " * 200_000)
    wanted = run("count", "0.txt", "1.txt", "2.txt", "-q")
    assert wanted.code == 0

    def none(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", none)
    for jobs in ("1", "2"):
        found = run("count", "0.txt", "1.txt", "2.txt", "-q", "--jobs", jobs)
        assert (found.code, found.out) == (0, wanted.out), found.err


def test_a_process_that_cannot_start_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """No fork to be had: 2, and what to do; nothing of it is left running."""
    for at in range(3):
        Path(f"{at}.txt").write_text("hello world " * 200_000)
    real, calls = os.fork, 0

    def second_fails() -> int:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        return real()

    monkeypatch.setattr(os, "fork", second_fails)
    found = run("count", "0.txt", "1.txt", "2.txt", "--jobs", "2")
    assert (found.code, found.out) == (2, "")
    assert found.err == (
        "tokcost: error: no 2 processes can be started: Resource temporarily unavailable: --jobs 1 needs none\n"
    )


def test_no_temporary_folder_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said that the folder is missing, not that the output cannot be written."""
    with monkeypatch.context() as without:
        without.setattr(tempfile, "tempdir", None)
        without.setattr(tempfile, "_candidate_tempdir_list", lambda: ["/nowhere"])
        found = run("corpus", "-", "--as", "jsonl", stdin=b'{"text": "hello"}\n')
    assert (found.code, found.out) == (2, "")
    assert found.err == "tokcost: error: no temporary folder can be written to: TMPDIR names one\n"


def test_a_closed_stdin_is_said(run: Run) -> None:
    """By every command that reads it."""
    commands = ("count -", "batch -", "corpus - --as jsonl", "usage -", "usage - --follow", "audit -", "tokens")
    done = shell("".join(f"TOKCOST {each} <&-; echo $?;" for each in commands))
    assert done.stdout.split() == [b"2"] * len(commands)
    said = done.stderr.decode().splitlines()
    assert said[:-1] == ["tokcost: error: stdin is closed: name a file"] * (len(commands) - 1)
    assert said[-1].startswith("tokcost: error: no text: ")


def test_an_argument_with_a_nul_is_refused(run: Run) -> None:
    """No system passes one; whoever calls from Python is told."""
    found = run("count", "a\0b")
    assert (found.code, found.out, len(found.err.splitlines())) == (2, "", 1)
