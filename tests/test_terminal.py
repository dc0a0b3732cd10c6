"""On a real pseudo-terminal: lines, colour, width; never another value."""

from __future__ import annotations

import os
import pty
import re
import struct
import subprocess
import sys
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

import pytest

from tests.conftest import Run


def on_terminal(*argv: str, columns: int = 100, **environment: str) -> str:
    """What a command writes to a terminal of that width."""
    ours, theirs = pty.openpty()
    ioctl(theirs, TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    env = {**os.environ, "TERM": "xterm-256color", **environment}
    env.pop("COLUMNS", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "tokcost", *argv], stdin=theirs, stdout=theirs, stderr=theirs, env=env
    )
    os.close(theirs)
    seen = b""
    while True:
        try:
            block = os.read(ours, 65536)
        except OSError:  # Linux says EIO when the other side has closed
            break
        if not block:
            break
        seen += block
    process.wait()
    os.close(ours)
    return seen.decode()


def bare(text: str) -> str:
    """Without colour and style."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


@pytest.mark.usefixtures("before_notes")
def test_a_table_is_drawn_with_the_values_of_the_pipe(run: Run) -> None:
    """Lines and styles come on; the words and numbers stay."""
    drawn = on_terminal("count", "-t", "hello world", "-m", "gpt-5.4")
    assert "─" in drawn
    piped = run("count", "-t", "hello world", "-m", "gpt-5.4").out
    assert re.sub(r"[─\s]+", " ", bare(drawn)).split() == piped.split()


def test_no_color_is_obeyed() -> None:
    """NO_COLOR=1 leaves no colour sequence."""
    assert "\x1b[38" not in on_terminal("tokens", "hello", "-m", "gpt-4o", NO_COLOR="1")
    assert "\x1b[3" not in on_terminal("tokens", "hello", "-m", "gpt-4o", NO_COLOR="1")


def test_tokens_are_coloured_in_turn() -> None:
    """On a terminal the text itself comes first, each token on a colour of its own."""
    shown = on_terminal("tokens", "안녕하세요", "-m", "gpt-4o")
    first = shown.splitlines()[0]
    assert "\x1b[30;46m안" in first
    assert "\x1b[30;45m녕하세요" in first


@pytest.mark.parametrize("columns", [60, 80])
def test_tokens_of_claude_are_coloured_with_their_marks(columns: int) -> None:
    """The line of pieces has the marks, and no line of the table is wider than the screen."""
    shown = on_terminal("tokens", "Hello, NASA", "--encoding", "claude_v3", columns=columns)
    assert "\x1b[30;46m↑‹hello›" in shown
    assert "\x1b[30;45m,›" in shown
    assert "\x1b[30;43m⇑‹nasa›" in shown
    drawn = bare(on_terminal("tokens", "Hello, NASA " * 30 + "뷁", "--encoding", "claude_v3", columns=columns))
    lines = [line for line in drawn.splitlines() if not line.startswith("note:")]
    assert max(map(len, lines)) <= columns
    assert lines[-1] == "94 tokens (claude_v3)"


@pytest.mark.parametrize("columns", [40, 60, 200])
def test_a_narrow_terminal_folds_names_not_numbers(columns: int) -> None:
    """However narrow, no number is cut and no line is wider than the screen."""
    name = "a-long-folder-name/and-a-long-file-name-in-it.md"
    Path(name).parent.mkdir()
    Path(name).write_text("hello world " * 5000)
    shown = bare(on_terminal("count", name, "-m", "gpt-4o", columns=columns))
    assert "10,001" in shown
    assert "$0.025" in shown
    assert max(len(line) for line in shown.splitlines() if name not in line) <= columns


@pytest.mark.parametrize("columns", range(30, 90, 3))
def test_no_width_cuts_a_number_or_a_heading(columns: int) -> None:
    """At every width all of the cells are there, in columns or stacked."""
    shown = bare(on_terminal("count", "-t", "hello world " * 5000, "-m", "muse-spark-1.3", columns=columns))
    for word in ("tokens", "low-high", "standing", "estimate", "cost", "muse-spark-1.3"):
        assert word in shown, columns


def test_shell_completion_installs_and_completes_models(tmp_path: Path) -> None:
    """``--install-completion`` writes bash's file; the completion function names models."""
    home = tmp_path / "bash-home"
    home.mkdir()
    program = tmp_path / "tokcost"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m tokcost "$@"\n')
    program.chmod(0o755)
    env = {**os.environ, "HOME": str(home), "SHELL": "/bin/bash", "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    done = subprocess.run(
        [program, "--install-completion", "bash"], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "tokcost" in (home / ".bashrc").read_text()
    asked = {**env, "_TOKCOST_COMPLETE": "complete_bash", "COMP_WORDS": "tokcost count -m gpt-5.4-n", "COMP_CWORD": "3"}
    completed = subprocess.run([program], env=asked, capture_output=True, text=True, check=False)
    assert completed.stdout.split() == ["gpt-5.4-nano"]


def test_a_grid_of_prices_is_a_curve_of_bars() -> None:
    """On a terminal, below the table: 100 and half of it, the longest bar 40 blocks wide."""
    seen = bare(on_terminal("whatif", "--spend", "100", "--price", "x1..x0.5", "--steps", "2"))
    curve = [line for line in seen.splitlines() if line.startswith("price x")]
    assert [line.count("█") for line in curve] == [40, 20]
    assert [line.split()[-1] for line in curve] == ["$100.00", "$50.00"]
    assert "█" not in bare(on_terminal("whatif", "--spend", "100", "--price", "x0.5"))
