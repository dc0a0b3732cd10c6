"""Where text comes from, and what is no text."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.conftest import Result, Run

pytestmark = pytest.mark.usefixtures("before_notes")


def names(result: Result) -> list[str]:
    """The names of the rows of a JSON report."""
    return [row["name"] for row in json.loads(result.out)["rows"]]


def test_a_directory_is_counted_in_order_without_what_git_ignores(run: Run) -> None:
    """Nested .gitignore files, negation, and the folders that never hold prompts."""
    for name in ("b.md", "a.md", "sub/keep.log", "sub/drop.log", "sub/deep/c.md", "node_modules/x.js", "build/y.txt"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("x")
    subprocess.run(["git", "init", "-q", "."], check=True)
    Path(".gitignore").write_text("*.log\nbuild/\n.gitignore\n")
    Path("sub/.gitignore").write_text("!keep.log\n.gitignore\n")
    result = run("count", ".", "-f", "json")
    assert result.code == 0
    assert result.err == (
        "note: 4 files and folders skipped: named in .gitignore (--no-ignore reads it): "
        "./build/, ./.gitignore, ./sub/.gitignore and 1 more\n"
        "note: ./node_modules/: skipped: a folder of tools, not of texts (--no-ignore reads it)\n"
    )
    assert names(result) == ["./a.md", "./b.md", "./sub/keep.log", "./sub/deep/c.md"]


def test_a_folder_inside_a_repository_obeys_the_rules_above_it(run: Run) -> None:
    """``count sub`` leaves out what the repository's own .gitignore names."""
    Path("sub").mkdir()
    Path("sub/a.md").write_text("x")
    Path("sub/a.log").write_text("x")
    subprocess.run(["git", "init", "-q", "."], check=True)
    Path(".gitignore").write_text("*.log\n")
    assert names(run("count", "sub", "-f", "json")) == ["sub/a.md"]
    assert names(run("count", "sub", "-f", "json", "--no-ignore")) == ["sub/a.log", "sub/a.md"]


def test_a_glob_in_quotes_is_expanded_and_nothing_is_counted_twice(run: Run) -> None:
    """A file that is named, globbed and inside a named folder is one row."""
    Path("p").mkdir()
    for name in ("p/a.md", "p/b.md", "p/c.txt"):
        Path(name).write_text("x")
    result = run("count", "p/b.md", "p/*.md", "p", "-f", "json")
    assert names(result) == ["p/b.md", "p/a.md", "p/c.txt"]


def test_rows_keep_the_order_of_the_arguments(run: Run) -> None:
    """Standard input may stand between files."""
    Path("a.md").write_text("x")
    Path("b.md").write_text("x")
    assert names(run("count", "b.md", "-", "a.md", "-f", "json", stdin=b"x")) == ["b.md", "stdin", "a.md"]


def test_a_byte_order_mark_is_no_token(run: Run) -> None:
    """UTF-8 with and without BOM count alike; UTF-16 says which flag reads it."""
    Path("bom.md").write_bytes(b"\xef\xbb\xbfhello world")
    assert run("count", "-q", "bom.md") == Result(0, "2\n", "")
    Path("wide.md").write_bytes("hello world".encode("utf-16"))
    refused = run("count", "-q", "wide.md")
    assert refused == Result(
        2, "", "tokcost: error: wide.md: the byte order mark of utf-16 at byte 0: --charset utf-16 reads it\n"
    )
    assert run("count", "-q", "--charset", "utf-16", "wide.md") == Result(0, "2\n", "")


def test_a_korean_legacy_file_is_read_with_its_charset(run: Run) -> None:
    """CP949 is no UTF-8: the first byte that is not is named, and --charset reads it."""
    Path("old.txt").write_bytes("hi 안녕하세요".encode("cp949"))
    refused = run("count", "-q", "old.txt")
    assert (refused.code, refused.out) == (2, "")
    assert "old.txt: not utf-8 text at byte 3: --charset names another encoding" in refused.err
    assert run("count", "-q", "--charset", "cp949", "-m", "gpt-4o", "old.txt").out == "3\n"


def test_the_offset_is_right_beyond_the_first_block(run: Run) -> None:
    """A bad byte in the third megabyte, after a character that straddles two blocks."""
    data = b"a" * (1 << 20)
    Path("far.txt").write_bytes(data[:-1] + "é".encode() + data + b"bad \xff")
    offset = (1 << 20) - 1 + 2 + (1 << 20) + 4
    assert f"far.txt: not utf-8 text at byte {offset}:" in run("count", "far.txt").err


def test_a_cut_character_at_the_end_is_not_text(run: Run) -> None:
    """A file that ends inside a character was truncated: said, not guessed."""
    Path("cut.txt").write_bytes(b"ab\xec\x95")
    assert "cut.txt: not utf-8 text at byte 2" in run("count", "cut.txt").err


def test_a_binary_file_is_skipped_in_a_folder_and_refused_by_name(run: Run) -> None:
    """A note and a good exit in the one case, the byte offset and the flag in the other."""
    Path("d").mkdir()
    Path("d/a.md").write_text("x")
    Path("d/b.bin").write_bytes(b"abc\0def")
    result = run("count", "d", "-m", "gpt-4o")
    assert result.code == 0
    assert result.err == "note: d/b.bin: skipped: binary file, a NUL at byte 3\n"
    assert "b.bin" not in result.out
    assert run("count", "d/b.bin") == Result(
        2, "", "tokcost: error: d/b.bin: binary file, a NUL at byte 3: --force-text counts it anyway\n"
    )
    assert run("count", "-q", "--force-text", "d/b.bin").code == 0


def test_what_is_not_text_counts_as_the_replacement_character(run: Run) -> None:
    """``--force-text`` never fails; a bad byte is U+FFFD."""
    Path("x.txt").write_bytes(b"a \xff b")
    assert run("count", "-q", "--force-text", "x.txt").out == run("count", "-q", "-t", "a \ufffd b").out


def test_nuls_from_a_pipe_are_text(run: Run) -> None:
    """Standard input was asked for by name: its NULs are characters."""
    assert run("count", "-q", "-m", "gpt-4o", stdin=b"a\0b") == Result(0, "3\n", "")


def test_markup_of_special_tokens_is_ordinary_text(run: Run) -> None:
    """In user content <|endoftext|> is seven tokens, in a file as in an argument."""
    assert run("count", "-q", "-t", "<|endoftext|>", "-m", "gpt-4o") == Result(0, "7\n", "")
    assert run("count", "-q", "-m", "gpt-4", stdin=b"<|endoftext|>") == Result(0, "7\n", "")


def test_an_empty_file_is_zero_tokens_and_free(run: Run) -> None:
    """Zero is a number here, not a missing one."""
    Path("empty.md").touch()
    assert run("count", "empty.md", "-m", "gpt-4o") == Result(
        0, "name      model   input  standing   cost\nempty.md  gpt-4o      0  exact     $0.00\n", ""
    )


def test_a_folder_without_text_counted_nothing(run: Run) -> None:
    """No rows is no answer."""
    Path("d").mkdir()
    assert run("count", "d") == Result(2, "", "tokcost: error: nothing was counted: no text was found\n")


def test_a_fifo_that_is_named_is_read(run: Run) -> None:
    """A pipe with a name, as process substitution gives."""
    os.mkfifo("pipe")
    writer = threading.Thread(target=lambda: Path("pipe").write_text("hello world"))
    writer.start()
    assert run("count", "-q", "pipe") == Result(0, "2\n", "")
    writer.join()


def test_inside_a_folder_a_fifo_is_passed_over(run: Run) -> None:
    """A walk never waits for a writer."""
    Path("d").mkdir()
    Path("d/a.md").write_text("x")
    os.mkfifo("d/pipe")
    result = run("count", "d", "-q")
    assert (result.code, result.out) == (0, "1\n")


def test_links_that_loop_end(run: Run) -> None:
    """A folder that links to itself is walked once; a link to itself is an error by name, a note in a folder."""
    Path("d").mkdir()
    Path("d/a.md").write_text("x")
    Path("d/loop").symlink_to(".")
    Path("d/self").symlink_to("self")
    result = run("count", "d", "-m", "gpt-4o")
    assert result.code == 0
    assert result.out.count("d/") == 1
    assert result.err == (
        "note: d/loop/: skipped: a linked folder, not followed\nnote: d/self: skipped: broken symlink\n"
    )
    refused = run("count", "d/self")
    assert refused == Result(2, "", "tokcost: error: 'd/self': cannot be read: Too many levels of symbolic links\n")


def test_a_file_that_fails_while_it_is_read_is_exit_2(run: Run) -> None:
    """/proc/self/mem opens and cannot be read: an unreadable file, whoever runs the tests."""
    result = run("count", "/proc/self/mem")
    assert result == Result(2, "", "tokcost: error: /proc/self/mem: cannot be read: Input/output error\n")


def test_an_unreadable_file_in_a_folder_leaves_the_answer_incomplete(run: Run) -> None:
    """The others are counted and printed, ``complete`` is false, and the exit code says so."""
    Path("d").mkdir()
    Path("d/a.md").write_text("x")
    Path("d/b.md").symlink_to("/proc/self/mem")
    result = run("count", "d", "-f", "json")
    assert result.code == 2
    assert names(result) == ["d/a.md"]
    assert json.loads(result.out)["totals"]["complete"] is False
    assert "d/b.md: cannot be read: Input/output error" in result.err


@pytest.mark.parametrize("argument", ["a\0b", "x" * 5000])
def test_a_name_that_no_file_can_have_is_one_line(run: Run, argument: str) -> None:
    """A prompt pasted where a file name belongs is told so, shortened."""
    result = run("count", argument)
    assert (result.code, result.out) == (2, "")
    assert result.err.count("\n") == 1
    assert len(result.err) < 250


def test_a_closed_pipe_ends_in_silence() -> None:
    """``tokcost … | head -1``: no traceback, no message."""
    command = f"{sys.executable} -m tokcost models list | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("\n0\n")
    assert done.stderr == ""


def test_an_interrupt_is_130_without_a_traceback(tmp_path: Path) -> None:
    """Ctrl-C while standard input is awaited."""
    import signal
    import time

    process = subprocess.Popen(
        [sys.executable, "-m", "tokcost", "count", "-m", "gpt-4o"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (130, b"", b"tokcost: interrupted\n")


def test_a_large_file_is_counted_in_bounded_memory(tmp_path: Path) -> None:
    """40 MB as the whole would be counted, in less than 260 MB: one call to tiktoken takes 700."""
    line = "The quick brown fox, 안녕하세요 세계, jumps over 123 lazy dogs.\n"
    repeats = 40_000_000 // len(line.encode())
    path = tmp_path / "large.txt"
    path.write_text(line * repeats)
    script = (
        "import re, sys\nfrom tokcost.cli import main\n"
        f"code = main(['count', '-q', '-m', 'gpt-4o', {str(path)!r}])\n"
        # not ru_maxrss, in which the size of the process that forked this one lives on
        "print(int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]) // 1024)\nsys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    counted, peak = (int(number) for number in done.stdout.split())
    one = subprocess.run([sys.executable, "-m", "tokcost", "count", "-q", "-t", line], capture_output=True, check=True)
    assert counted == int(one.stdout) * repeats
    assert peak < 260


@pytest.mark.parametrize("redirect", ["> /dev/full", ">&-"])
def test_an_output_that_takes_nothing_shows_no_traceback(redirect: str) -> None:
    """A full disk is exit 2 in one line; a closed stdout takes what is written."""
    command = f"{sys.executable} -m tokcost count -t hello -m gpt-4o {redirect}; echo $? >&2"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1] == ("2" if "full" in redirect else "0")


def test_what_a_terminal_cannot_show_is_escaped() -> None:
    """An ASCII terminal gets escapes, not a traceback."""
    env = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-m", "tokcost", "tokens", "안녕", "-m", "gpt-4o"], capture_output=True, env=env, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\\uc548" in done.stdout
