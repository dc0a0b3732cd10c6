"""The lines of a prompt are counted as editors count them."""

from __future__ import annotations

import pytest

from tests.conftest import Run
from tests.repos import Repo, words


@pytest.mark.parametrize("sign", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_only_line_ends_end_a_line(run: Run, repo: Repo, sign: str) -> None:
    """Form feeds and the line separators of Unicode stand in a line."""
    repo.write("prompts/a.md", f"# Small\r\nx{sign}y\n# Large\n{words(2000)}\n")
    result = run("check", "--base", "HEAD")
    assert (result.code, "'# Large', line 3" in result.out) == (1, True), result
