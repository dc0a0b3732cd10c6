"""Rules that lie elsewhere than at the base are the old ones moved."""

from __future__ import annotations

import os
import shutil

import pytest

from tests.conftest import Run
from tests.repos import CONFIG, Repo, words

SHARED = CONFIG.replace('model = "gpt-4o"', '[tool.tokcost]\nmodel = "gpt-4o"').replace(
    "[[budget", "[[tool.tokcost.budget"
)


def elsewhere(config: str) -> str:
    """The configuration for prompts in another folder."""
    return config.replace("prompts/", "texts/")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("tokcost.toml", CONFIG), ("pyproject.toml", elsewhere(SHARED))),
        (("pyproject.toml", SHARED), ("tokcost.toml", elsewhere(CONFIG))),
        (("tokcost.toml", CONFIG), ("tokcost.toml", elsewhere(CONFIG).replace('"support"', '"help"'))),
    ],
    ids=["to-shared", "to-own", "renamed"],
)
def test_prompts_that_move_with_their_configuration_have_grown(
    run: Run, repo: Repo, before: tuple[str, str], after: tuple[str, str]
) -> None:
    """To the other file, or to a budget of another name: the same file name elsewhere is the same prompt."""
    (repo.path / "tokcost.toml").unlink()
    repo.write(*before)
    repo.commit()
    (repo.path / before[0]).unlink()
    repo.write(*after)
    shutil.rmtree(repo.path / "prompts")
    repo.write("texts/a.md", " other" * 300)
    result = run("check", "--base", "HEAD", "-q")
    assert (result.code, "texts/a.md (at the base prompts/a.md): grew from 100 to" in result.out) == (1, True), result


@pytest.mark.parametrize("how", ["link", "renamed", "attribute"])
def test_a_configuration_that_moved_is_not_new(run: Run, repo: Repo, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    """Its folder is renamed, or a link to another one, or git is told to write the old one in another charset."""
    (repo.path / "svc").mkdir()
    repo.git("mv", "tokcost.toml", "prompts", "svc")
    repo.write("svc/tokcost.toml", "protect-rules = true\n" + CONFIG)
    repo.commit()
    new = "svc" if how == "attribute" else "svc2"
    if how == "attribute":
        repo.write(".gitattributes", "svc/tokcost.toml working-tree-encoding=UTF-16\n")
        (repo.path / "svc/tokcost.toml").unlink()
        repo.write("svc/pyproject.toml", SHARED.replace("10%", "900%"))
    else:
        repo.git("mv", "svc", "svc2")
        repo.write("svc2/tokcost.toml", CONFIG.replace("10%", "900%"))
    if how == "link":
        os.symlink("svc2", repo.path / "svc")
    repo.write(f"{new}/prompts/a.md", words(400))
    monkeypatch.chdir(repo.path / ("svc2" if how == "renamed" else "svc"))
    result = run("check", "--base", "HEAD", "-q")
    assert result.code == 1, result
    assert "max-increase of 'support' 10% → 900%: the rules are protected" in result.out
    assert "configuration used: svc/tokcost.toml → " in result.err


@pytest.mark.parametrize("base", ["HEAD", "HEAD~1", "@"])
def test_a_base_that_goes_along_with_the_branch_is_told(run: Run, repo: Repo, base: str) -> None:
    """A branch may name it in its configuration: what it committed before is compared with nothing."""
    repo.write("tokcost.toml", f'base = "{base}"\n{CONFIG}')
    repo.commit()
    repo.commit()
    result = run("check")
    assert f"note: base '{base}' goes along with every commit: what a branch did before it is not seen" in result.err
