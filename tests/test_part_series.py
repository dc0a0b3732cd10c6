"""Part files belong together: a series replaces the older one, and no kill leaves a mixture of the two."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Run

# Forks a run of the command for each moment, which kills itself before the so many-th change to a folder.
KILLED = """
import os, shutil, signal, sys
from pathlib import Path
from tokcost.cli import main

CHANGES = ("os.rename", "os.link", "os.symlink", "os.mkdir", "os.remove", "os.rmdir")
main(["batch", "before/r.jsonl"])  # all modules are loaded once
options, moment, killed = sys.argv[1:], 0, True
while killed:
    moment += 1
    shutil.copytree("before", f"at-{moment}", symlinks=True)
    child = os.fork()
    if not child:
        os.chdir(f"at-{moment}")
        left = moment
        def watch(event, args):
            global left
            if event in CHANGES:
                left -= 1
                if not left:
                    os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(watch)
        sys.stderr = sys.stdout = open(os.devnull, "w")
        os._exit(main(["batch", "r.jsonl", *options]))
    killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
print(moment)
"""


def lines(word: str, number: int) -> bytes:
    """So many requests, each another one."""
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": word}]}
    return b"".join(json.dumps({**body, "user": str(at)}).encode() + b"\n" for at in range(number))


def parts(folder: Path = Path()) -> list[bytes]:
    """What the parts hold, in order, without those that hold nothing."""
    return [data for path in sorted(folder.glob("r.part-*.jsonl")) if (data := path.read_bytes())]


def cut(data: bytes, number: int) -> list[bytes]:
    """The lines in parts of so many."""
    listed = data.splitlines(keepends=True)
    return [b"".join(listed[at : at + number]) for at in range(0, len(listed), number)]


def hidden(folder: Path = Path()) -> list[str]:
    """What a run left behind that is no part."""
    return [name for name in os.listdir(folder) if name.startswith(".") or name.endswith(".part")]


@pytest.mark.parametrize(("before", "after"), [(2, 5), (5, 2), (3, 3), (12, 2), (2, 12), (12, 12)])
def test_force_leaves_the_new_series_alone(run: Run, before: int, after: int) -> None:
    """Whatever the number of the older parts, each line is in one part, and those are regular files."""
    Path("r.jsonl").write_bytes(lines("old", 12))
    assert run("batch", "r.jsonl", "--split-lines", before).code == 0
    Path("r.jsonl").write_bytes(lines("new", 12))
    refused = run("batch", "r.jsonl", "--split-lines", after)
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("tokcost: error: r.part-001.jsonl: already exists: --force")
    assert parts() == cut(lines("old", 12), before)
    assert run("batch", "r.jsonl", "--split-lines", after, "--force").code == 0
    assert parts() == cut(lines("new", 12), after)
    assert not any(path.is_symlink() for path in Path().iterdir())
    assert hidden() == []


@pytest.mark.parametrize(
    ("before", "after", "folder"),
    [(0, 2, ()), (2, 3, ()), (3, 1, ()), (2, 2, ("--output-dir", "out")), (0, 2, ("--output-dir", "new/out"))],
)
def test_a_kill_at_any_moment_leaves_one_series(
    run: Run, before: int, after: int, folder: tuple[str, ...]
) -> None:  # fmt: skip
    """Before every change to a folder the process is killed: what is there is the older series or the new one."""
    there = folder[-1:] or (".",)
    Path("before").mkdir()
    os.chdir("before")
    Path("r.jsonl").write_bytes(lines("old", 6))
    if folder == ("--output-dir", "out"):
        Path("out").mkdir()
    if before:
        assert run("batch", "r.jsonl", "--split-lines", before, *folder).code == 0
    Path("r.jsonl").write_bytes(lines("new", 6))
    os.chdir("..")
    options = ["--split-lines", str(after), "--force", *folder]
    done = subprocess.run([sys.executable, "-c", KILLED, *options], capture_output=True, text=True, check=True)
    moments = int(done.stdout.split()[-1])
    assert moments > 3
    old, new = cut(lines("old", 6), before) if before else [], cut(lines("new", 6), after)
    seen = [parts(Path(f"at-{moment}", *there)) for moment in range(1, moments + 1)]
    assert all(each in (old, new) for each in seen)
    assert seen[-1] == new
    for moment in range(1, moments, 5):  # what a killed run left is no hindrance to the next
        os.chdir(f"at-{moment}")
        assert run("batch", "r.jsonl", *options).code == 0
        assert parts(Path(*there)) == new
        assert not any(path.is_symlink() for path in Path(*there).iterdir())
        os.chdir("..")


def test_a_first_series_in_a_new_folder_comes_by_one_rename(run: Run) -> None:
    """``--output-dir`` makes the folder, which holds the parts and nothing else."""
    Path("r.jsonl").write_bytes(lines("a", 5))
    done = run("batch", "r.jsonl", "--split-lines", "2", "--output-dir", "deep/out")
    assert done.code == 0
    assert "deep/out/r.part-001.jsonl: 2 lines" in done.err
    assert parts(Path("deep/out")) == cut(lines("a", 5), 2)
    assert sorted(os.listdir("deep")) == ["out"]
    assert len(os.listdir("deep/out")) == 3


def test_what_is_not_a_part_is_left_alone(run: Run) -> None:
    """Only names of the series go: not those of another source, not a note, not a part of another length of name."""
    Path("out").mkdir()
    others = ("rr.part-001.jsonl", "r.part-01.jsonl", "r.part-001.json", "r.part-x.jsonl", "notes.md")
    for name in others:
        Path("out", name).write_text(name)
    Path("out/r.part-009.jsonl").write_text("old\n")
    Path("r.jsonl").write_bytes(lines("a", 5))
    assert run("batch", "r.jsonl", "--split-lines", "2", "--output-dir", "out").code == 2
    assert run("batch", "r.jsonl", "--split-lines", "2", "--output-dir", "out", "--force").code == 0
    assert [Path("out", name).read_text() for name in others] == list(others)
    assert not Path("out/r.part-009.jsonl").exists()


def test_a_mode_stays_with_its_part(run: Run) -> None:
    """Requests that only the user may read are not opened to others by a split."""
    Path("r.jsonl").write_bytes(lines("a", 4))
    assert run("batch", "r.jsonl", "--split-lines", "2").code == 0
    Path("r.part-001.jsonl").chmod(0o600)
    assert run("batch", "r.jsonl", "--split-lines", "3", "--force").code == 0
    assert [Path(f"r.part-00{at}.jsonl").stat().st_mode & 0o777 for at in (1, 2)] == [0o600, 0o644]


@pytest.mark.parametrize("broken", ["os.rename", "os.symlink"])
def test_an_interrupt_gives_the_older_series_back(run: Run, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    """An error in the middle of the exchange: one line, 2, every older part a file again, nothing beside them."""
    Path("r.jsonl").write_bytes(lines("old", 12))
    assert run("batch", "r.jsonl", "--split-lines", "3").code == 0
    real, calls = Path.replace, 0

    def fails_once(self: Path, target: Path) -> Path:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise OSError(5, "Input/output error", str(self))
        return real(self, target)

    def no_links(self: Path, target: object, target_is_directory: bool = False) -> None:
        raise OSError(1, "Operation not permitted", str(self))

    if broken == "os.rename":
        monkeypatch.setattr(Path, "replace", fails_once)
    else:
        monkeypatch.setattr(Path, "symlink_to", no_links)
    done = run("batch", "r.jsonl", "--split-lines", "5", "--force")
    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert parts() == cut(lines("old", 12), 3)
    assert not any(path.is_symlink() for path in Path().iterdir())
    assert hidden() == []


def test_where_parts_cannot_go_is_said(run: Run) -> None:
    """A folder without a split, a file as a folder, a source that is a part, two sources of one name."""
    Path("r.jsonl").write_bytes(lines("a", 4))
    for options, said in (
        (("r.jsonl", "--output-dir", "out"), "--output-dir is for part files: give --split-at"),
        (("r.jsonl", "--split-lines", "2", "--output-dir", "r.jsonl"), "r.jsonl: Not a directory"),
        (("r.jsonl", "--split-lines", "2", "--output-dir", "r.jsonl/x"), "r.jsonl/x: Not a directory"),
    ):
        done = run("batch", *options)
        assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
        assert said in done.err
    Path("q").mkdir()
    Path("q/r.jsonl").write_bytes(lines("b", 4))
    done = run("batch", "r.jsonl", "q/r.jsonl", "--split-lines", "2", "--output-dir", "out")
    assert (done.code, "a part of q/r.jsonl, and one of r.jsonl" in done.err, Path("out").exists()) == (2, True, False)
    assert run("batch", "r.jsonl", "--split-lines", "2").code == 0
    done = run("batch", "r.jsonl", "r.part-001.jsonl", "--split-lines", "1", "--force")
    assert (done.code, "itself to be split" in done.err) == (2, True)
    assert parts() == cut(lines("a", 4), 2)
