"""The cache of counts: faster, and never an answer of its own."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Run
from tests.repos import ABSOLUTE, Repo, words
from tokcost import cache
from tokcost.cache import CountCache


def tokens(run: Run, *flags: str) -> int:
    """What the check counts in all."""
    return int(json.loads(run("check", "-f", "json", *flags).out)["totals"]["input_tokens"])


def the_file() -> Path:
    """The file of the cache."""
    (found,) = Path(os.environ["TOKCOST_CACHE_DIR"]).iterdir()
    return found


def test_an_unchanged_prompt_is_not_counted_twice(run: Run, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the counter out of order the second run still answers, and --no-cache does not."""
    assert tokens(run) == 300

    def broken(*_: object) -> None:
        raise AssertionError("counted")

    monkeypatch.setattr("tokcost.budgets.measure.count_bytes", broken)
    assert tokens(run) == 300
    result = run("check", "--no-cache")
    assert (result.code, result.out) == (2, "")
    assert "bug: AssertionError: counted" in result.err


def test_a_changed_prompt_is_counted_again_whatever_its_date(run: Run, repo: Repo) -> None:
    """Same size, same time of change, other content: the content decides."""
    path = repo.write("prompts/a.md", "aaaa bbbb")
    assert tokens(run) == 200 + int(run("count", "-q", "prompts/a.md").out)
    before = path.stat()
    path.write_text("!@#$%^&*(")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert tokens(run) == 200 + int(run("count", "-q", "prompts/a.md").out)


def test_no_cache_keeps_nothing(run: Run, repo: Repo) -> None:
    """Not even the folder is made."""
    assert tokens(run, "--no-cache") == 300
    assert not Path(os.environ["TOKCOST_CACHE_DIR"]).exists()


@pytest.mark.parametrize("junk", [b"", b"not a database at all, by far", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_corrupt_file_is_harmless_and_replaced(run: Run, repo: Repo, junk: bytes) -> None:
    """The answer is right at once, and the next run has a cache again."""
    tokens(run)
    path = the_file()
    path.write_bytes(junk)
    assert tokens(run) == 300
    assert sqlite3.connect(path).execute("select count(*) from counts").fetchone() == (2,)


def test_a_damaged_value_is_counted_again(run: Run, repo: Repo) -> None:
    """A number that flipped would pass a gate; its checksum gives it away."""
    tokens(run)
    with sqlite3.connect(the_file()) as database:
        for key, value in database.execute("select key, value from counts").fetchall():
            changed = value.replace(b"100", b"001").replace(b"200", b"002")
            assert changed != value
            database.execute("update counts set value = ? where key = ?", (changed, key))
    database.close()
    assert tokens(run) == 300


def test_a_folder_that_cannot_be_written_is_harmless(run: Run, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file where the folder should be, a folder where the file should be, and /proc: they stop even root."""
    blocked = repo.path.parent / "blocked"
    blocked.write_text("")
    monkeypatch.setenv("TOKCOST_CACHE_DIR", str(blocked))
    assert tokens(run) == 300
    monkeypatch.setenv("TOKCOST_CACHE_DIR", "/proc/tokcost")
    assert tokens(run) == 300
    monkeypatch.setenv("TOKCOST_CACHE_DIR", str(repo.path.parent / "fresh"))
    assert tokens(run) == 300
    path = the_file()
    path.unlink()
    path.mkdir()
    assert tokens(run) == 300
    assert path.is_dir()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write where nobody may")
def test_a_cache_that_may_only_be_read_is_harmless(run: Run, repo: Repo) -> None:
    """A changed prompt is counted anew each time, and the file stays as it was."""
    assert tokens(run) == 300
    path = the_file()
    before = path.read_bytes()
    path.chmod(stat.S_IRUSR)
    path.parent.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        repo.write("prompts/a.md", words(50))
        assert tokens(run) == 250
        assert path.read_bytes() == before
    finally:
        path.parent.chmod(stat.S_IRWXU)


def test_parallel_runs_share_one_file(repo: Repo) -> None:
    """Eight processes at once over an empty cache: all right, and the file is whole after."""
    for number in range(40):
        repo.write(f"prompts/x{number}.md", words(10 + number))
    repo.write("tokcost.toml", ABSOLUTE)
    command = [sys.executable, "-m", "tokcost", "check", "-f", "csv"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(8)]
    outputs = {process.communicate()[0] for process in running}
    assert [process.returncode for process in running] == [0] * 8
    assert len(outputs) == 1
    database = sqlite3.connect(the_file())
    assert database.execute("pragma integrity_check").fetchone() == ("ok",)
    database.close()


def test_the_cache_does_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Past its limit it begins anew."""
    monkeypatch.setattr(cache, "MAX_ROWS", 3)
    for number in range(6):
        one = CountCache(tmp_path / "c")
        one.add({bytes([number]): b"x"})
        one.write()
    assert len(CountCache(tmp_path / "c").read([bytes([number]) for number in range(6)])) == 2


def test_each_platform_has_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """XDG with its rule that relative paths count for nothing; macOS; Windows."""
    monkeypatch.delenv("TOKCOST_CACHE_DIR", raising=False)
    monkeypatch.setenv("HOME", "/home/a")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", "/x")
    assert cache.cache_folder() == Path("/x/tokcost")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache.cache_folder() == Path("/home/a/.cache/tokcost")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert cache.cache_folder() == Path("/home/a/Library/Caches/tokcost")
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", "/l")
    assert cache.cache_folder() == Path("/l/tokcost/Cache")


@given(st.dictionaries(st.binary(max_size=40), st.binary(max_size=40), max_size=20))
def test_what_was_written_is_read(tmp_path_factory: pytest.TempPathFactory, values: dict[bytes, bytes]) -> None:
    """Whatever the bytes."""
    path = tmp_path_factory.mktemp("cache") / "c"
    one = CountCache(path)
    one.add(values)
    one.write()
    assert CountCache(path).read(values) == values
