"""The README does what it says: its console blocks are run and compared, its commands are those of CI."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```console\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def steps(block: str) -> list[tuple[str, str]]:
    """(command, expected output) of a console block; a backslash continues a command."""
    found: list[tuple[str, str]] = []
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        while command.endswith("\\"):
            line, _, output = output.partition("\n")
            command = f"{command}\n{line}"
        found.append((command, output))
    return found


@pytest.fixture
def sandbox(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """The files that the examples name, and ``tokcost`` on the path."""
    work = tmp_path / "readme"
    shutil.copytree(ROOT / "tests" / "readme", work)
    shutil.copy(ROOT / "README.md", work)
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, module in (("tokcost", "-m tokcost"), ("python", "")):
        (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {module} "$@"\n')
        (programs / name).chmod(0o755)
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    return work, environment


@pytest.mark.parametrize("block", BLOCKS, ids=range(1, len(BLOCKS) + 1))
def test_a_console_block_prints_what_the_readme_shows(block: str, sandbox: tuple[Path, dict[str, str]]) -> None:
    """Every command of the block, in order, in one folder; stdout and stderr as a person sees them."""
    work, environment = sandbox
    for command, expected in steps(block):
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=work, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        assert done.stdout == expected, command


def test_there_are_blocks_to_run() -> None:
    """A change of fence would silence the test above."""
    assert len(BLOCKS) >= 5
    assert all(steps(block) for block in BLOCKS)


def test_ci_runs_the_second_set_up_command_as_it_stands() -> None:
    """What a stranger is told to type is what CI types."""
    commands = re.search(r"^```sh\n(.*?)\n(.*?)\n```", README, re.MULTILINE)
    assert commands is not None
    first, second = commands.groups()
    assert "안녕하세요" in first
    assert "pytest" in second
    assert second in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
