"""What is filled in at run time and what is read from the cache is counted, priced, and said, but it is no growth."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from tests.conftest import Run
from tests.repos import Repo, words

DAY = ("--as-of", "2026-11-24")
# gpt-4o: 2.50 for a million input tokens, 1.25 when they are cached.
KEYS = 'extra-input-tokens = 900\ncached-share = "80%"\n'


def config(repo: Repo, keys: str, head: str = "") -> None:
    """One budget over the two prompts of the repository."""
    repo.write("tokcost.toml", f'model = "gpt-4o"\n{head}[[budget]]\nname = "b"\npaths = ["prompts/*.md"]\n{keys}')


def rows(text: str) -> list[dict[str, Any]]:
    """The rows of a report."""
    found: list[dict[str, Any]] = json.loads(text)["rows"]
    return found


@pytest.mark.parametrize("command", [("check", "--base", "HEAD"), ("lock",), ("diff", "HEAD")])
def test_it_is_in_the_input_and_in_the_price(run: Run, repo: Repo, command: tuple[str, ...]) -> None:
    """100 + 900 tokens, 800 of them cached: 200 x 2.50 + 800 x 1.25 a million are 0.0015."""
    for keys, head in ((KEYS, ""), ("", KEYS)):
        config(repo, keys + 'max-cost = "1"\n', head)
        result = run(*command, *DAY, "-f", "json")
        assert result.code == 0
        row = rows(result.out)[0]
        assert (row["input_tokens"], row["extra_input_tokens"], row["cached_tokens"]) == (1000, 900, 800)
        assert Decimal(row["cost"]) == Decimal("0.0015")
        notes = json.loads(result.out)["warnings"]
        assert "'b': 900 input tokens are added to each prompt for what is filled in" in notes
        assert "'b': 80.0 % of the input is priced as read from the cache" in notes


def test_the_limits_hold_for_what_is_sent(run: Run, repo: Repo) -> None:
    """1,100 tokens and 0.00165 for the larger one, in the table and in the findings."""
    config(repo, KEYS + 'max-input-tokens = 1099\nmax-cost = "0.0016"\n')
    result = run("check", *DAY)
    assert result.code == 1
    assert "prompts/b.md: 1,100 input tokens for gpt-4o exceed the limit of 1,099 by 1" in result.out
    assert "prompts/b.md: a cost of $0.00165 for gpt-4o exceeds the limit of $0.0016" in result.out
    config(repo, KEYS + 'max-input-tokens = 1100\nmax-cost = "0.00165"\n')
    assert run("check", *DAY).code == 0


def test_it_hides_no_growth_and_is_none(run: Run, repo: Repo) -> None:
    """50 tokens more are 50 % of the text, however much is filled in; more that is filled in is no growth."""
    config(repo, 'max-increase = "10%"\n')
    assert run("lock").code == 0
    assert run("check", "-f", "json", "-o", "old.json").code == 0
    repo.commit()
    sides = (("--base", "HEAD"), ("--config", "tokcost.toml"), ("--locked",), ("--base", "old.json"))
    config(repo, 'extra-input-tokens = 100000\nmax-increase = "10%"\nmax-total-increase = "10%"\n')
    for side in sides:
        assert run("check", *side).code == 0
    repo.write("prompts/a.md", words(150))
    for side in sides:
        result = run("check", *side, "-q")
        assert result.code == 1
        assert "prompts/a.md: grew from 100 to 150 input tokens" in result.out


def test_a_saved_report_has_it_once(run: Run, repo: Repo) -> None:
    """The rows that it has are held to the budgets of today, with what these fill in."""
    config(repo, KEYS + 'max-cost = "0.00165"\n')
    assert run("check", *DAY, "-f", "json", "-o", "saved.json").code == 0
    again = run("check", "--from", "saved.json", *DAY, "-f", "json")
    assert again.code == 0
    assert rows(again.out) == rows((repo.path / "saved.json").read_text())
    assert run("diff", "saved.json", *DAY).out == "nothing moved since saved.json\n"
    assert "moved since" not in run("diff", "saved.json", *DAY).err
    result = run("whatif", "saved.json", "--usage", "x2", *DAY, "-f", "json")
    assert (result.code, "0.00315" in result.out) == (0, True)  # 0.0015 + 0.00165 now


def test_a_model_without_such_a_rate_is_no_pass(run: Run, repo: Repo) -> None:
    """What is read from the cache has no price there: exit 2, and why."""
    config(repo, KEYS + 'max-cost = "1"\n')
    result = run("check", "-m", "gpt-4")
    assert (result.code, result.out) == (2, "")
    assert "gpt-4 has no standard rate for cached" in result.err


@pytest.mark.parametrize("value", ["80", '"120%"', '"-1%"', "-0.1", "true", '"much"', '"1e400%"', "[0.8]", "nan"])
def test_a_share_that_is_none_is_refused(run: Run, repo: Repo, value: str) -> None:
    """One line, with the file and the line."""
    config(repo, f'cached-share = {value}\nmax-cost = "1"\n')
    result = run("check")
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert "tokcost.toml:5: cached-share " in result.err


@pytest.mark.parametrize("value", ["0.8", '"80%"', '"0.8"', '" 80 % "'])
def test_a_share_is_written_as_one_likes(run: Run, repo: Repo, value: str) -> None:
    """A number from 0 to 1, or per cent."""
    config(repo, f'cached-share = {value}\nmax-cost = "1"\n')
    assert rows(run("check", "-f", "json").out)[0]["cached_tokens"] == 80
