"""A base whose name means two things is not guessed."""

from __future__ import annotations

import pytest

from tests.conftest import Run
from tests.repos import Repo


@pytest.fixture
def shadowed(repo: Repo) -> Repo:
    """A branch that grew a prompt since origin/main, and a tag called origin/main where it is now."""
    repo.grow()
    repo.git("tag", "origin/main")
    return repo


@pytest.mark.parametrize("command", [("check", "--base"), ("check", "--exact-base", "--base"), ("diff",)])
@pytest.mark.parametrize("ref", ["origin/main", "origin/main~0"])
def test_a_tag_does_not_shadow_a_branch(run: Run, shadowed: Repo, command: tuple[str, ...], ref: str) -> None:
    """git would take the tag, with nothing changed since: the user is asked which one."""
    shadowed.git("config", "core.warnAmbiguousRefs", "false")
    result = run(*command, ref)
    assert (result.code, result.out) == (2, "")
    assert f"'{ref}' means more than one thing here: write refs/remotes/{ref}, or refs/tags/{ref}" in result.err


def test_a_full_name_means_one_thing(run: Run, shadowed: Repo) -> None:
    """The branch shows the growth, the tag has it already."""
    result = run("check", "--base", "refs/remotes/origin/main")
    assert result.code == 1
    assert "grew from 100 to 150 input tokens" in result.out
    assert run("check", "--base", "refs/tags/origin/main").code == 0
    shadowed.git("tag", "-d", "origin/main")
    assert run("check", "--base", "origin/main").code == 1
    shadowed.git("tag", "HEAD", "HEAD")
    assert run("check", "--base", "HEAD").code == 0
