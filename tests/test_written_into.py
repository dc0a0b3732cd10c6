"""-o, --report and the rest write files whole, follow links, keep modes, and write into what is no regular file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.conftest import Run

TOKCOST = f"{sys.executable} -m tokcost"
LONG = "n" * 250


def shell(script: str) -> subprocess.CompletedProcess[str]:
    """Run a script by bash, TOKCOST standing for the command."""
    script = script.replace("TOKCOST", TOKCOST)
    return subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture(autouse=True)
def _text() -> None:
    Path("a.md").write_text("hello world")


@pytest.mark.parametrize("options", [("-o", "link"), ("--report", "json=link")])
def test_a_link_is_followed_and_a_mode_kept(run: Run, options: tuple[str, str]) -> None:
    """The file behind the link is replaced as a whole: the link stays one, 0600 stays 0600, no part is left."""
    Path("real").write_text("old")
    Path("real").chmod(0o600)
    Path("link").symlink_to("real")
    assert run("count", "a.md", "-f", "json", *options).code == 0
    assert Path("link").is_symlink()
    assert json.loads(Path("real").read_text())["command"] == "count"
    assert Path("real").stat().st_mode & 0o777 == 0o600
    assert sorted(os.listdir()) == ["a.md", "link", "real"]


def test_a_link_to_nothing_yet_makes_the_file(run: Run) -> None:
    """What the link names is created, as by a shell."""
    Path("link").symlink_to("new")
    assert run("count", "a.md", "-q", "-o", "link").code == 0
    assert (Path("new").read_text(), Path("link").is_symlink()) == ("2\n", True)


def test_another_name_of_the_file_keeps_what_it_had(run: Run) -> None:
    """A hard link, as of a backup, is not written through."""
    Path("out").write_text("old")
    os.link("out", "backup")
    assert run("count", "a.md", "-q", "-o", "out").code == 0
    assert (Path("out").read_text(), Path("backup").read_text()) == ("2\n", "old")


@pytest.mark.parametrize("option", ["-o", "--report json="])
def test_a_pipe_and_a_device_stay_what_they_are(option: str) -> None:
    """A FIFO gets the report, /dev/null swallows it, and neither becomes a file."""
    space = "" if option.endswith("=") else " "
    done = shell(
        f"mkfifo f; cat f > got & TOKCOST count a.md -f json {option}{space}f > out; echo $?; wait; "
        f"TOKCOST count a.md {option}{space}/dev/null > out; echo $?; test -p f; echo $?; test -c /dev/null; echo $?"
    )
    assert (done.stdout.split(), done.stderr) == (["0"] * 4, "")
    assert json.loads(Path("got").read_text())["command"] == "count"


def test_a_descriptor_is_written_to_where_it_stands() -> None:
    """/dev/stdout, /dev/fd/3 and a process substitution, also behind others' words and before them."""
    done = shell(
        "{ echo before; TOKCOST count a.md -q -o /dev/stdout; echo after; } > one; "
        "{ echo before >&3; TOKCOST count a.md -q -o /dev/fd/3; echo after >&3; } 3> two; "
        "ln -s /dev/stdout link; { TOKCOST count a.md -q -o link; echo after; } | cat > three; "
        "TOKCOST count a.md -q -o >(cat > four); sleep 0.3"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [Path(name).read_text() for name in ("one", "two")] == ["before\n2\nafter\n"] * 2
    assert [Path(name).read_text() for name in ("three", "four")] == ["2\nafter\n", "2\n"]


@pytest.mark.parametrize(("limit", "code"), [("100", 0), ("1", 1)])
def test_a_reader_of_a_fifo_that_goes_away_changes_no_verdict(run: Run, limit: str, code: int) -> None:
    """It opens the pipe and closes it; the report is far larger than what a pipe holds."""
    Path("many").mkdir()
    for at in range(400):
        Path("many", f"{at}.md").write_text("hello")
    os.mkfifo("f")
    reader = threading.Thread(target=lambda: os.close(os.open("f", os.O_RDONLY)))
    reader.start()
    found = run("count", "many", "--max-tokens", "400" if code == 0 else "1", "-f", "json", "-o", "f")
    reader.join()
    assert (found.code, found.out) == (code, "")


@pytest.mark.parametrize(
    ("path", "why"),
    [
        (".", "Is a directory"),
        ("/", "Is a directory"),
        ("a.md/x", "Not a directory"),
        ("nowhere/x", "No such file or directory"),
        ("loop", "Too many levels of symbolic links"),
        ("n" * 300, "File name too long"),
        ("/proc/x", "No such file or directory"),
        ("/dev/full", "No space left on device"),
    ],
)
def test_where_nothing_can_be_written_is_one_line_and_2(run: Run, path: str, why: str) -> None:
    """The name and the reason, for the answer and for a report beside it; nothing is left behind."""
    Path("loop").symlink_to("loop")
    for options in (("-o", path), ("--report", f"sarif={path}")):
        done = run("count", "a.md", *options)
        assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
        assert done.err.endswith(f"cannot be written: {why}\n")
    assert sorted(os.listdir()) == ["a.md", "loop"]


def test_a_name_as_long_as_names_may_be_is_written(run: Run) -> None:
    """The temporary name beside it is no longer than it."""
    assert run("count", "a.md", "-q", "-o", LONG).code == 0
    assert Path(LONG).read_text() == "2\n"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root becomes somebody else")
def test_a_folder_that_may_not_be_written_to(tmp_path: Path) -> None:
    """A new file in it is one line and 2; one in it that may be written is written; a read-only one is not."""
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents:
        if parent.stat().st_mode & 0o001 == 0:
            parent.chmod(0o755)
    folder = tmp_path / "closed"
    folder.mkdir()
    (folder / "open").write_text("old")
    (folder / "open").chmod(0o666)
    (folder / "shut").write_text("old")
    folder.chmod(0o755)
    script = (
        "import os, sys; from tokcost.cli import main\n"
        "import tokcost.cli.running, tokcost.cli.count, tokcost.cli.inputs, tokcost.documents.texts\n"
        "import tokcost.encodings.counter, tokcost.counting.text, tokcost.render.formats, tokcost.documents.many\n"
        "main(['count', '-t', 'hello world', '-q'])\n"
        "os.setgid(12345); os.setuid(12345)\n"
        "for name in ('new', 'open', 'shut'):\n"
        f"    print(main(['count', '-t', 'hello world', '-q', '-o', {str(folder)!r} + '/' + name]), flush=True)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.stdout.split() == ["2", "2", "0", "2"]
    said = done.stderr.splitlines()
    refused = ["new: cannot be written: Permission denied", "shut: cannot be written: Permission denied"]
    assert [line.rpartition("/")[2] for line in said] == refused
    assert ((folder / "open").read_text(), (folder / "shut").read_text()) == ("2\n", "old")


@pytest.mark.parametrize(
    "options",
    [
        ("--report", "sarif=a.sarif", "--report", "json=./a.sarif"),
        ("--report", "sarif=a.sarif", "--report", "json=link"),
        ("-o", "a.sarif", "--report", "json=a.sarif"),
        ("-o", "new", "--report", "json=d/../new"),
    ],
)
def test_two_outputs_to_one_file_are_refused(run: Run, options: tuple[str, ...]) -> None:
    """However the file is spelled: the last would replace the first."""
    Path("a.sarif").write_text("old")
    Path("link").symlink_to("a.sarif")
    Path("d").mkdir()
    done = run("count", "a.md", *options)
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert "two reports to one file" in done.err
    assert (Path("a.sarif").read_text(), Path("new").exists()) == ("old", False)
    assert run("count", "a.md", "-o", "/dev/null", "--report", "json=/dev/null").code == 0


def test_a_plot_or_counts_are_an_output_too(run: Run) -> None:
    """They may not share a file with a report; each follows links."""
    for option in ("--plot", "--write-counts"):
        done = run("corpus", "a.md", option, "x", "-o", "./x")
        assert (done.code, "two reports to one file" in done.err, Path("x").exists()) == (2, True, False)
    Path("real").write_text("old")
    Path("real").chmod(0o600)
    Path("link").symlink_to("real")
    assert run("corpus", "a.md", "--plot", "link").code == 0
    assert Path("real").read_text().startswith("<svg ")
    assert run("corpus", "a.md", "--write-counts", "link").code == 0
    assert Path("real").read_bytes()[:4] == b"PAR1"
    assert (Path("link").is_symlink(), Path("real").stat().st_mode & 0o777) == (True, 0o600)
    piped = shell("mkfifo f; cat f > got & TOKCOST corpus a.md --write-counts f -q; wait; test -p f; echo $?")
    assert (piped.stdout, Path("got").read_bytes()) == ("2\n0\n", Path("real").read_bytes())


def test_a_lock_goes_where_its_link_leads(run: Run) -> None:
    """``lock -o`` follows a link, and writes into /dev/stdout."""
    Path("tokcost.toml").write_text(
        'model = "gpt-4o"\n[[budget]]\nname = "a"\npaths = ["a.md"]\nmax-input-tokens = 9\n'
    )
    Path("link").symlink_to("real")
    assert run("lock", "-o", "link").code == 0
    assert (Path("link").is_symlink(), json.loads(Path("real").read_text())["version"]) == (True, 1)
    assert json.loads(shell("TOKCOST lock -o /dev/stdout 2>/dev/null").stdout) == json.loads(Path("real").read_text())
