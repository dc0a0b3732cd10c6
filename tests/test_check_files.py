"""``check FILE...``: only the prompts in these files."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.conftest import Run, document
from tests.repos import Repo, words

TWO = """\
model = "gpt-4o"

[[budget]]
name = "each"
paths = ["prompts/*.md", "agents.yaml#*.system"]
max-input-tokens = 150
max-increase = "10%"

[[budget]]
name = "all"
paths = ["whole/*.md"]
max-total-tokens = 250
"""


@pytest.fixture
def two(repo: Repo) -> Repo:
    """Two budgets, one with a limit on all of its prompts together."""
    repo.write("tokcost.toml", TWO)
    repo.write("agents.yaml", f"a:\n  system: {words(10)}\nb:\n  system: {words(10)}\n")
    for name in ("c", "d"):
        repo.write(f"whole/{name}.md", words(130))
    repo.write("README.md", "Hello")
    repo.commit()
    return repo


def test_only_the_files_named_are_checked(run: Run, two: Repo) -> None:
    """What else breaks a limit is not asked about, here or at the base; without files it all is."""
    two.write("prompts/a.md", words(120))
    result = run("check", "prompts/a.md", "--base", "HEAD", "-f", "json")
    assert result.code == 1
    assert [row["name"] for row in document(result)["rows"]] == ["prompts/a.md"]
    assert [(each["rule"], each["name"]) for each in document(result)["findings"]] == [("max-increase", "prompts/a.md")]
    assert "removed" not in run("check", "./prompts//a.md", "--base", "HEAD").out
    result = run("check", "agents.yaml", "--base", "HEAD", "-f", "json")
    assert (result.code, len(document(result)["rows"])) == (0, 2)
    assert {each["name"] for each in document(run("check", "-f", "json"))["findings"]} == {"prompts/b.md", ""}


def test_a_budget_that_limits_all_its_prompts_is_checked_whole(run: Run, two: Repo) -> None:
    """One of two files is within the limit of both; both are not."""
    result = run("check", "whole/c.md", "-q")
    assert result.code == 1
    assert "budget 'all': 260 input tokens" in result.out


def test_a_folder_is_the_prompts_in_it(run: Run, two: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """From wherever one stands."""
    monkeypatch.chdir(two.path / "prompts")
    for argument in (".", "../prompts", str(two.path / "prompts"), ".."):
        result = run("check", argument, "--base", "HEAD", "-f", "json")
        assert result.code == 1
        assert {"prompts/a.md", "prompts/b.md"} <= {row["name"] for row in document(result)["rows"]}, argument


def test_files_under_no_budget_are_passed_over_with_a_note(run: Run, two: Repo) -> None:
    """A hook hands over all that changed; a name that is not there is a slip."""
    result = run("check", "README.md", "prompts/a.md", "tokcost.toml", "--base", "HEAD")
    assert result.code == 0
    assert "note: 2 files skipped: under no budget: README.md, tokcost.toml" in result.err
    result = run("check", "README.md")
    assert result.code == 0
    assert "README.md: skipped: under no budget" in result.err
    result = run("check", "typo.md", "prompts/a.md")
    assert (result.code, result.out) == (2, "")
    assert "'typo.md': no such file or directory" in result.err
    Path("r.json").write_text(json.dumps({}))
    assert run("check", "README.md", "--from", "r.json").code == 2


def test_signs_in_a_name_are_no_pattern(run: Run, two: Repo) -> None:
    """A file that is called like a pattern is that file."""
    two.write("prompts/[ab].md", words(151))
    two.write("prompts/x#y*.md", words(152))
    for name in ("prompts/[ab].md", "prompts/x#y*.md"):
        result = run("check", name, "--base", "HEAD", "-f", "json")
        assert (result.code, [row["name"] for row in document(result)["rows"]]) == (1, [name])
    assert os.path.exists("prompts/a.md")


@pytest.mark.parametrize("named", ["..", "../../.", "../linked", "../linked/a.md", "one.md"])
def test_what_is_above_or_leads_there_is_no_way_past(
    run: Run, repo: Repo, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    """The folder above the configuration holds all of its prompts; so does a link to their folder."""
    (repo.path / "svc").mkdir()
    repo.git("mv", "tokcost.toml", "prompts", "svc")
    repo.write("svc/prompts/a.md", "word " * 2000)
    (repo.path / "linked").symlink_to("svc/prompts")
    (repo.path / "svc/one.md").symlink_to("prompts/a.md")
    monkeypatch.chdir(repo.path / "svc")
    result = run("check", "-q", named)
    assert "prompts/a.md: 2,001 input tokens" in result.out, result
