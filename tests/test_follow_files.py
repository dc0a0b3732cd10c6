"""What happens to the files of a folder that is followed: no line is counted twice, none is lost, nothing waits."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Run
from tokcost.logs.growing import Grown
from tokcost.logs.tail import Tail


def _lines(tail: Tail) -> list[bytes]:
    return [line for each in tail.look() if isinstance(each, Grown) for line in each.lines]


def _dated(to: str) -> Callable[[Path], None]:
    def move(folder: Path) -> None:
        (folder / "b.log").rename(folder / to)

    return move


def _chain(folder: Path) -> None:
    (folder / "c.log").rename(folder / "d.log")
    (folder / "b.log").rename(folder / "c.log")


def _over(folder: Path) -> None:
    (folder / "b.log").rename(folder / "c.log")


def _swap(folder: Path) -> None:
    (folder / "b.log").rename(folder / "t")
    (folder / "c.log").rename(folder / "b.log")
    (folder / "t").rename(folder / "c.log")


@pytest.mark.parametrize("move", [_dated("a.log"), _dated("z.log"), _chain, _over, _swap])
@pytest.mark.parametrize("at_once", [True, False])
def test_a_log_under_another_name_is_read_on(tmp_path: Path, move: Callable[[Path], None], at_once: bool) -> None:
    """A rotation by renaming, to a name that is followed too: its lines are not counted once more."""
    (tmp_path / "b.log").write_bytes(b'["b1"]\n')
    (tmp_path / "c.log").write_bytes(b'["c1"]\n')
    tail = Tail([str(tmp_path)])
    assert sorted(_lines(tail)) == [b'["b1"]', b'["c1"]']
    with (tmp_path / "b.log").open("ab") as late:
        move(tmp_path)
        if not at_once:
            assert _lines(tail) == []
        late.write(b'["b2"]\n')
    with (tmp_path / "b.log").open("ab") as new:
        new.write(b'["n1"]\n')
    found = _lines(tail)
    assert sorted(found + _lines(tail)) == [b'["b2"]', b'["n1"]']
    tail.close()


def test_a_hard_link_is_the_same_log(run: Run, tmp_path: Path) -> None:
    """Followed or read, a log of two names counts once."""
    line = '{"model": "gpt-4o", "usage": {"prompt_tokens": 2000000, "completion_tokens": 0}}\n'
    (tmp_path / "a.log").write_text(line)
    os.link(tmp_path / "a.log", tmp_path / "b.log")
    tail = Tail([str(tmp_path)])
    assert len(_lines(tail)) == 1
    tail.close()
    result = run("usage", tmp_path, "-q", "--max-cost", "5")
    assert (result.code, result.out) == (0, "5\n")


def test_a_pipe_among_the_logs_is_told_and_not_waited_for(run: Run, tmp_path: Path) -> None:
    """To open it would wait for a writer; named, it is one line."""
    (tmp_path / "a.log").write_bytes(b'["a1"]\n')
    os.mkfifo(tmp_path / "p.log")
    tail = Tail([str(tmp_path)])
    assert _lines(tail) == [b'["a1"]']
    assert [each.reason for each in tail.left_out] == ["not a regular file"]
    tail.close()
    result = run("usage", "--follow", tmp_path / "p.log")
    assert (result.code, result.out) == (2, "")
    assert result.err == f"tokcost: error: {tmp_path}/p.log: not a regular file: follow a pipe as -\n"


def test_the_last_line_needs_no_line_break(tmp_path: Path) -> None:
    """When the following ends, what stands after the last break is a line, too; it is given once."""
    (tmp_path / "a.log").write_bytes(b'["a1"]\n["a2"]')
    tail = Tail([str(tmp_path / "a.log")])
    assert _lines(tail) == [b'["a1"]']
    assert [(each.number, each.lines) for each in tail.unfinished() if isinstance(each, Grown)] == [(1, [b'["a2"]'])]
    assert list(tail.unfinished()) == []
    tail.close()


def test_a_run_of_zero_bytes_is_no_other_encoding(run: Run) -> None:
    """As a crash leaves it: a problem of the line in the tool's own words."""
    line = b'{"model": "gpt-4o", "usage": {"prompt_tokens": 2, "completion_tokens": 0}}\n'
    result = run("usage", "--follow", "-", stdin=line + b"\0" * 4096 + line)
    assert (result.code, result.err) == (2, "tokcost: stdin:2: not valid JSON: Expecting value\n")
