"""What ``usage`` keeps of each group, where a log has very many of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the peak of a child is asked of Linux")

_FEW, _MANY = 1_000, 21_000


def peak(folder: Path, groups: int, form: str) -> int:
    """The most bytes that a process had in memory to report so many clients of one request each."""
    log = folder / f"{groups}.jsonl"
    if not log.exists():
        log.write_text(
            "".join(
                f'{{"id":"r{at}","model":"gpt-4o","created":1764000000,"client":"client-{at}",'
                f'"usage":{{"prompt_tokens":{100 + at % 900},"completion_tokens":20,"total_tokens":0}}}}\n'
                for at in range(groups)
            )
        )
    out = folder / "out"
    with out.open("wb") as file:
        child = subprocess.Popen(
            [sys.executable, "-m", "tokcost", "usage", str(log), "--by", "client", "--format", form], stdout=file
        )
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0
    assert f"client-{groups - 1}" in out.read_text()
    return used.ru_maxrss * 1024


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_a_group_takes_little_memory(tmp_path: Path, form: str) -> None:
    """Of 20,000 more groups each takes less than 1,200 bytes at the peak, whatever they are written as."""
    more = peak(tmp_path, _MANY, form) - peak(tmp_path, _FEW, form)
    assert more / (_MANY - _FEW) < 1_200
