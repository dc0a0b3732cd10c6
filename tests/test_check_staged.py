"""``check --staged``: what a commit would have, not what lies here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Run, document
from tests.repos import CONFIG, Repo, words

BIN = str(Path(sys.executable).parent)
PRICES = '[tokcost]\nschema = 1\n[[openai."gpt-4o".rates]]\nfrom = 2026-01-01\ninput = "{}"\noutput = "10"\n'


def tokens(run: Run, *flags: str) -> dict[str, int]:
    """The rows of a check of the index."""
    return {
        row["name"]: row["input_tokens"] for row in document(run("check", "--staged", "-f", "json", *flags))["rows"]
    }


def test_what_is_staged_is_held_and_nothing_else(run: Run, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prompts changed, new, deleted, linked and ignored: as the index has them, from a folder below too."""
    repo.write("prompts/a.md", words(150))
    repo.git("add", "prompts/a.md")
    repo.write("prompts/a.md", words(9))
    (repo.path / "prompts/b.md").unlink()
    repo.write("prompts/untracked.md", words(5000))
    repo.write("shared/s.md", words(30))
    (repo.path / "prompts" / "l.md").symlink_to("../shared/s.md")
    repo.git("add", "shared/s.md", "prompts/l.md")
    assert tokens(run) == {"prompts/a.md": 150, "prompts/b.md": 200, "prompts/l.md": 30}
    monkeypatch.chdir(repo.path / "shared")
    result = run("check", "--staged", "--base", "HEAD", "-q")
    assert result.code == 1
    assert "prompts/a.md: grew from 100 to 150" in result.out
    assert run("check", "--staged", "../prompts/l.md").code == 0
    assert run("check", "--base", "HEAD", "-q").code == 1  # the untracked one, which no commit has


def test_the_rules_are_those_that_are_staged(run: Run, repo: Repo) -> None:
    """Configuration, price files and lock."""
    assert run("lock").code == 0
    repo.write("tokcost.toml", 'lock = "tokcost.lock"\nprices = ["p.toml"]\n' + CONFIG + "max-cost = 0.01\n")
    repo.write("p.toml", PRICES.format(100))
    repo.git("add", "-A")
    repo.write("tokcost.toml", CONFIG)
    repo.write("p.toml", PRICES.format(1))
    repo.write("prompts/a.md", words(130))
    repo.git("add", "prompts/a.md")
    assert run("lock").code == 0
    result = run("check", "--staged", "-f", "json")
    assert result.code == 1, result
    assert {each["rule"] for each in document(result)["findings"]} == {"max-cost", "max-increase"}
    assert document(result)["pricing"]["files"][-1] == str(repo.path / "p.toml")
    locked = run("check", "--staged", "--locked", "-q")
    assert (locked.code, "prompts/a.md: grew from 100 to 130" in locked.out) == (1, True)


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        ((), "no tokcost.toml and no [tool.tokcost] in a pyproject.toml is staged"),
        (("--config", "tokcost.toml"), "'tokcost.toml' is not staged: add it with 'git add'"),
    ],
)
def test_what_is_not_staged_is_no_rule(run: Run, repo: Repo, flags: tuple[str, ...], says: str) -> None:
    """A configuration that the commit would not have."""
    repo.git("rm", "-q", "--cached", "tokcost.toml")
    result = run("check", "--staged", *flags)
    assert (result.code, result.out, says in result.err) == (2, "", True), result


def test_a_commit_cannot_leave_out_what_it_is_checked_for(
    run: Run, repo: Repo, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Links out of the repository, prompts that are gone from the index, no repository at all."""
    (repo.path / "prompts" / "out.md").symlink_to("/etc/hostname")
    repo.git("add", "-A")
    result = run("check", "--staged")
    assert (result.code, "a link out of the repository" in result.err) == (2, True)
    repo.git("rm", "-q", "-f", "--cached", "-r", "prompts")
    result = run("check", "--staged")
    assert (result.code, "matches no file" in result.err) == (2, True)
    assert run("check", "--staged", "--from", "r.json").code == 2
    (bare / "elsewhere").mkdir()
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(bare))
    monkeypatch.chdir(bare / "elsewhere")
    result = run("check", "--staged")
    assert (result.code, "not in a git repository" in result.err) == (2, True)


def test_a_plain_hook_holds_the_commit(repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """git runs it with an index of its own for 'commit -a' and 'commit FILE'; it need not know of --staged."""
    hook = repo.write(".git/hooks/pre-commit", f'#!/bin/sh\nexec "{BIN}/python" -m tokcost check --base HEAD -q\n')
    hook.chmod(0o755)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parent.parent))

    def commit(*arguments: str) -> tuple[int, str]:
        done = subprocess.run(["git", "commit", "-qm", "x", *arguments], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    repo.write("prompts/a.md", words(150))
    repo.git("add", "prompts/a.md")
    repo.write("prompts/a.md", words(100))
    code, said = commit()
    assert (code, "grew from 100 to 150" in said) == (1, True), said
    repo.write("prompts/b.md", words(300))
    code, said = commit("prompts/b.md")
    assert (code, "prompts/b.md: grew from 200 to 300" in said, "a.md" in said) == (1, True, False), said
    repo.write("prompts/b.md", words(201))
    assert commit("prompts/b.md")[0] == 0
    monkeypatch.setenv("GIT_INDEX_FILE", str(repo.path / ".git" / "index"))
    repo.write("prompts/a.md", words(100))
    repo.git("add", "-A")
    repo.write("prompts/a.md", words(150))
    assert run("check", "-q").code == 0
    assert run("check", "--base", "HEAD", "-q", "--no-staged").code == 1


@pytest.mark.parametrize("name", ["tokcost.toml", "prompts/a.md"])
def test_a_conflict_is_no_pass(run: Run, repo: Repo, name: str) -> None:
    """There is no commit of it yet, and which side will be in it is not guessed."""
    text = (repo.path / name).read_text()
    repo.git("checkout", "-qb", "other")
    repo.write(name, f"# theirs\n{text}")
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.write(name, f"# ours, and longer\n{text}")
    repo.commit()
    with pytest.raises(AssertionError):
        repo.git("merge", "other")
    result = run("check", "--staged")
    error = f"tokcost: error: '{name}' is not merged: resolve the conflict, and add it with 'git add'\n"
    assert (result.code, result.out, result.err) == (2, "", error)


def test_what_is_only_announced_is_in_no_commit(run: Run, repo: Repo) -> None:
    """An empty file stands in the index for it; one that is staged empty is another matter."""
    repo.write("prompts/c.md", words(300))
    repo.git("add", "-N", "prompts/c.md")
    repo.write("prompts/d.md", "")
    repo.git("add", "prompts/d.md")
    told = document(run("check", "--staged", "-f", "json"))
    assert [row["name"] for row in told["rows"]] == ["prompts/a.md", "prompts/b.md", "prompts/d.md"]
