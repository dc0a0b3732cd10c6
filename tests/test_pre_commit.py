"""The hook under the real pre-commit: commits that name no file to it are checked like any other."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.repos import Repo, words
from tests.runner import BIN, TOP

pytestmark = pytest.mark.skipif(
    not (TOP / ".pre-commit-hooks.yaml").exists() or not shutil.which("pre-commit", path=BIN),
    reason="only in a checkout, with pre-commit beside tokcost",
)


@pytest.fixture
def hooked(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A repository whose commits pre-commit checks, with the hook as it is declared and tokcost as it is here."""
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "pre-commit"))
    monkeypatch.setenv("PATH", f"{BIN}{os.pathsep}{os.environ['PATH']}")
    (hook,) = yaml.safe_load((TOP / ".pre-commit-hooks.yaml").read_text())
    # a local hook of the language "system" needs no network
    hook = {key: value for key, value in hook.items() if key != "minimum_pre_commit_version"} | {"language": "system"}
    config = {"repos": [{"repo": "local", "hooks": [hook]}]}
    repo.write(".pre-commit-config.yaml", yaml.safe_dump(config))
    repo.write("big.txt", words(1001))
    repo.commit("with a configuration")
    subprocess.run(["pre-commit", "install"], cwd=repo.path, check=True, capture_output=True)
    return repo


def _refused(repo: Repo) -> str:
    """What pre-commit says of the commit of what is staged, which must not come to be."""
    before = repo.git("rev-parse", "HEAD")
    done = subprocess.run(["git", "commit", "-qm", "more"], cwd=repo.path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert repo.git("rev-parse", "HEAD") == before
    assert "Skipped" not in done.stdout + done.stderr
    return done.stdout + done.stderr


def test_a_commit_that_only_deletes_is_checked(hooked: Repo) -> None:
    """A budget whose last prompt goes has nothing to hold: that is no pass."""
    hooked.git("rm", "-q", "prompts/a.md", "prompts/b.md")
    said = _refused(hooked)
    assert "- exit code: 2" in said
    assert "prompts/*.md" in said


def test_a_commit_that_only_links_is_checked(hooked: Repo) -> None:
    """A link into the prompts is a prompt as long as what it leads to."""
    (hooked.path / "prompts" / "c.md").symlink_to("../big.txt")
    hooked.git("add", "-A")
    assert "prompts/c.md: 1,001 input tokens for gpt-4o exceed the limit of 1,000 by 1" in _refused(hooked)


def test_a_commit_that_only_moves_a_submodule_is_checked(hooked: Repo, tmp_path: Path) -> None:
    """The prompts of a submodule are those of the commit that it is moved to."""
    other = Repo(tmp_path / "other")
    other.git("init", "-q", "-b", "main")
    other.write("s.md", words(10))
    other.commit("small")
    hooked.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", other.path.as_uri(), "prompts/shared")
    hooked.write("tokcost.toml", (hooked.path / "tokcost.toml").read_text().replace("prompts/*.md", "prompts/**/*.md"))
    hooked.commit("with a submodule")
    other.write("s.md", words(1001))
    other.commit("grown")
    Repo(hooked.path / "prompts" / "shared").git("pull", "-q")
    hooked.git("add", "-A")
    assert hooked.git("diff", "--cached", "--name-only") == "prompts/shared"
    assert "1,001 input tokens for gpt-4o exceed the limit of 1,000 by 1" in _refused(hooked)


def test_the_hook_runs_where_commits_and_pushes_are_made_and_nowhere_else(hooked: Repo) -> None:
    """Not after a checkout, nor while a message is written, where hooks of these kinds are installed."""
    for kind in ("post-checkout", "commit-msg"):
        subprocess.run(["pre-commit", "install", "-t", kind], cwd=hooked.path, check=True, capture_output=True)
    done = subprocess.run(["git", "switch", "-c", "x"], cwd=hooked.path, capture_output=True, text=True, check=True)
    assert "tokcost" not in done.stdout + done.stderr
    hooked.write("prompts/a.md", words(110))
    hooked.git("add", "-A")
    done = subprocess.run(["git", "commit", "-m", "x"], cwd=hooked.path, capture_output=True, text=True, check=True)
    assert (done.stdout + done.stderr).count("tokcost check....") == 1


def test_the_hook_takes_what_is_staged(hooked: Repo) -> None:
    """What is in the working tree alone neither breaks a commit nor mends it."""
    hooked.write("prompts/a.md", words(1001))
    hooked.git("add", "-A")
    hooked.write("prompts/a.md", words(100))
    assert "1,001 input tokens" in _refused(hooked)
    hooked.git("add", "-A")
    hooked.write("prompts/a.md", words(1001))
    hooked.write("prompts/b.md", words(150))
    hooked.git("add", "prompts/b.md")
    hooked.git("commit", "-qm", "within")
