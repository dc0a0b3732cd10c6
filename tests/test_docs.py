"""What the maintainers' page shows is what the tool prints, and what its workflow runs is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml

from tests.conftest import Run

TOP = Path(__file__).resolve().parent.parent
if not (TOP / ".github").exists():
    pytest.skip("not a checkout", allow_module_level=True)
PAGE = (TOP / ".github" / "docs" / "prices.md").read_text(encoding="utf-8")
WORKFLOW = yaml.safe_load((TOP / ".github" / "workflows" / "prices.yml").read_text(encoding="utf-8"))
BLOCKS = re.findall(r"^```console\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_page_prints_what_it_shows(run: Run) -> None:
    """A file that is shown is written, a command that is shown is run."""
    assert BLOCKS
    for command, _, shown in (
        part.partition("\n") for block in BLOCKS for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    ):
        program, *argv = shlex.split(command)
        if program == "cat":
            Path(argv[0]).write_text(shown)
            continue
        result = run(*argv)
        assert (program, result.out + result.err) == ("tokcost", shown), command


def test_the_workflow_runs_commands_that_there_are(run: Run) -> None:
    """Every tokcost command of it knows its options, every step goes on after a failure, and nothing may be written."""
    steps = WORKFLOW["jobs"]["book"]["steps"]
    commands = [line for step in steps for line in step.get("run", "").splitlines() if line.startswith("tokcost ")]
    assert [shlex.split(line)[1:3] for line in commands] == [["prices", "lint"], ["prices", "diff"], ["prices", "diff"]]
    assert all(step.get("if") == "${{ !cancelled() }}" for step in steps if "install" not in step.get("run", "install"))
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert {"schedule", "workflow_dispatch"} == set(WORKFLOW[True])  # YAML takes the key for a truth
    for command in ("lint", "diff"):
        assert run("prices", command, "--help").code == 0


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`tokcost ([a-z]+ [a-z]+)", PAGE))))
def test_the_page_names_commands_that_there_are(run: Run, name: str) -> None:
    """Each has its help."""
    assert run(*name.split(), "--help").code == 0
