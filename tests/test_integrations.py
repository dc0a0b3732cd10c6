"""The action and the hook as they are run: real shells, a real hook, in real repositories."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.conftest import Run
from tests.repos import ABSOLUTE, Repo, words
from tests.runner import BIN, TOP, Step

pytestmark = pytest.mark.skipif(not (TOP / "action.yml").exists(), reason="only in a checkout")


@pytest.fixture
def pull_request(repo: Repo, tmp_path: Path) -> Path:
    """What actions/checkout makes of a pull request that grew a prompt by half: a shallow clone, detached."""
    repo.git("switch", "-q", "-c", "work")
    repo.write("prompts/a.md", words(150))
    repo.commit()
    repo.git("switch", "-q", "main")
    clone = tmp_path / "clone"
    repo.git("clone", "-q", "--depth", "1", "-b", "work", repo.path.as_uri(), str(clone))
    Repo(clone).git("checkout", "-q", "--detach")
    return clone


def test_the_action_fetches_the_base_annotates_and_leaves_the_comment(pull_request: Path, tmp_path: Path) -> None:
    """From a checkout of depth 1, without any token."""
    step = Step(tmp_path / "runner")
    code, out, err = step.run(pull_request, GITHUB_BASE_REF="main")
    assert code == 1, err
    assert "::error file=prompts/a.md,line=1,title=tokcost max-increase%3A support::" in out
    assert "grew from 100 to 150 input tokens" in out
    outputs = step.outputs()
    assert outputs["exit-code"] == "1"
    assert Path(outputs["comment"]).read_text().startswith("<!-- tokcost -->\n")
    assert Path(outputs["comment"]).read_text() == step.summary.read_text()
    assert '"version": "2.1.0"' in Path(outputs["sarif"]).read_text()


def test_the_action_passes_what_is_within(repo: Repo, tmp_path: Path) -> None:
    """Outside of a pull request there is nothing to compare with; more options are handed on."""
    repo.write("tokcost.toml", ABSOLUTE)
    step = Step(tmp_path / "runner")
    code, out, _ = step.run(repo.path, args="--gate ceiling --report 'csv=a b.csv'")
    assert code == 0
    assert "all within their limits" in out
    assert (repo.path / "a b.csv").exists()
    assert step.outputs()["exit-code"] == "0"


def test_the_action_never_passes_what_could_not_be_checked(repo: Repo, tmp_path: Path) -> None:
    """The reason stands in the log, in an annotation and in the summary."""
    step = Step(tmp_path / "runner")
    code, out, err = step.run(repo.path, GITHUB_BASE_REF="gone")
    assert code == 2
    assert "::error title=tokcost could not check::" in out
    assert "git knows no commit 'origin/gone' here" in out
    assert err == ""
    assert "tokcost could not check" in step.summary.read_text()
    assert "sarif" not in step.outputs()
    code, out, _ = step.run(repo.path, locked="true")
    assert code == 2
    assert "there is no lock yet" in out


def test_the_action_is_well_formed() -> None:
    """Every input is used through the environment, so that none is run as code; every output has a value."""
    text = (TOP / "action.yml").read_text()
    action = yaml.safe_load(text)
    assert action["runs"]["using"] == "composite"
    for step in action["runs"]["steps"]:
        assert step["shell"] == "bash"
        assert "${{" not in step["run"]
        assert "eval" not in step["run"]
        done = subprocess.run(["bash", "-n"], input=step["run"], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
    assert all(f"inputs.{name}" in text for name in action["inputs"])


def test_the_configuration_in_the_documentation_is_one(run: Run, bare: Path) -> None:
    """Every key that is shown is read, and every workflow parses."""
    docs = TOP / ".github" / "docs"
    (shown,) = re.findall(r"```toml\n(.*?)```", (docs / "shell.md").read_text(), re.DOTALL)
    (bare / "tokcost.toml").write_text(shown)
    (bare / "prices.toml").write_text("[tokcost]\nschema = 1\n")
    (bare / "prompts" / "support").mkdir(parents=True)
    (bare / "prompts" / "support" / "a.md").write_text("Hello")
    (bare / "agents.yaml").write_text("support:\n  system: Hello\n")
    (bare / "app.py").write_text("SYSTEM_PROMPT = 'Hello'\n")
    result = run("check", "--gate", "floor", "--as-of", "2026-11-24", "--locked")
    assert (result.code, result.out) == (2, "")
    assert "there is no lock yet" in result.err  # all else was read
    for page in docs.glob("*.md"):
        for block in re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL):
            assert yaml.safe_load(block)


def test_the_hook_runs_as_declared(repo: Repo) -> None:
    """Its entry, without file names, in a repository whose index differs from its working tree."""
    (hook,) = yaml.safe_load((TOP / ".pre-commit-hooks.yaml").read_text())
    assert (hook["id"], hook["language"], hook["pass_filenames"]) == ("tokcost-check", "python", False)
    hooks = repo.path / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    (hooks / "pre-commit").write_text(f'#!/bin/sh\nPATH="{BIN}:$PATH" exec {hook["entry"]} --base HEAD\n')
    (hooks / "pre-commit").chmod(0o755)
    repo.write("prompts/a.md", words(111))
    repo.git("add", "-A")
    done = subprocess.run(["git", "commit", "-qm", "grow"], cwd=repo.path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "grew from 100 to 111 input tokens" in done.stdout + done.stderr
    repo.write("prompts/a.md", words(110))
    repo.commit("within")


@pytest.mark.skipif(
    not os.environ.get("TOKCOST_TEST_INSTALLS") or not shutil.which("pre-commit", path=BIN),
    reason="installs packages: set TOKCOST_TEST_INSTALLS=1, with pre-commit beside tokcost",
)
def test_pre_commit_installs_and_runs_the_hook(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """pre-commit try-repo builds an environment from this checkout and runs the hook in it."""
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "pre-commit"))
    repo.write("prompts/a.md", words(1001))
    repo.git("add", "-A")
    command = [f"{BIN}/pre-commit", "try-repo", str(TOP), "tokcost-check", "--all-files", "--verbose"]
    done = subprocess.run(command, cwd=repo.path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1,001 input tokens for gpt-4o exceed the limit of 1,000 by 1" in done.stdout
