"""Which configuration holds, what it may say, and that every mistake is reported with its line."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Run
from tests.repos import words
from tokcost.budgets.budget import Increase
from tokcost.budgets.parse import _BUDGET, _SETTINGS
from tokcost.catalog.lines import line_of

BUDGET = '[[budget]]\npaths = ["p.md"]\nmax-input-tokens = 100\n'


def test_the_nearest_file_is_the_only_one(run: Run, bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tokcost.toml above is not merged into the pyproject.toml below it."""
    (bare / "tokcost.toml").write_text('model = "gpt-4o"\n' + BUDGET.replace("100", "1"))
    inner = bare / "inner" / "deep"
    inner.mkdir(parents=True)
    (bare / "inner" / "p.md").write_text(words(50))
    (bare / "inner" / "pyproject.toml").write_text(
        '[tool.tokcost]\nmodel = "gpt-5.4-mini"\n[[tool.tokcost.budget]]\npaths = ["p.md"]\nmax-input-tokens = 50\n'
    )
    monkeypatch.chdir(inner)
    result = run("check")
    assert result.code == 0
    assert "gpt-5.4-mini" in result.out
    assert "1 prompt in 1 budget: all within their limits" in result.err


def test_a_pyproject_without_our_table_is_passed_over(run: Run, bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another tool's pyproject.toml does not hide the configuration above it."""
    (bare / "tokcost.toml").write_text('model = "gpt-4o"\n' + BUDGET)
    (bare / "p.md").write_text("Hello")
    inner = bare / "inner"
    inner.mkdir()
    (inner / "pyproject.toml").write_text("[tool.other]\nx = 1\n")
    monkeypatch.chdir(inner)
    assert run("check").code == 0


def test_no_configuration_is_no_pass(run: Run, bare: Path) -> None:
    """Nothing to hold prompts to is exit 2 with the command that mends it."""
    result = run("check")
    assert (result.code, result.out) == (2, "")
    assert "tokcost init" in result.err


MISTAKES = {
    "modle = 'gpt-4o'\n" + BUDGET: (1, "did you mean mode or model?"),
    'model = "gpt-4o"\n\n[[budget]]\npaths = ["p.md"]\nmax-tokens = 5\n': (
        5,
        "did you mean max-total-tokens or max-input-tokens?",
    ),
    'model = "gpt-4o"\n[[budget]]\nmax-input-tokens = 5\n': (2, "needs paths"),
    'model = "gpt-4o"\n[[budget]]\npaths = ["p.md"]\n': (2, "limits nothing"),
    'model = "gpt-4o"\n[[budget]]\npaths = ["p.md"]\nmax-input-tokens = -1\n': (4, "whole number"),
    'model = "gpt-4o"\n[[budget]]\npaths = ["p.md"]\nmax-input-tokens = true\n': (4, "whole number"),
    'model = "gpt-4o"\n[[budget]]\npaths = ["p.md"]\nmax-cost = "cheap"\n': (4, "amount of money"),
    'model = "gpt-4o"\n[[budget]]\npaths = ["p.md"]\nmax-cost = nan\n': (4, "amount"),
    'model = "gpt-4o"\n[[budget]]\npaths = ["p.md"]\nmax-increase = "ten"\n': (4, "share"),
    'model = "gpt-4o"\n[[budget]]\npaths = ["../p.md"]\nmax-cost = "1"\n': (3, "leaves the folder"),
    'model = "gpt-4o"\n[[budget]]\npaths = ["p.md"]\nmax-cost-per-month = "1"\n': (4, "runs-per-month"),
    'model = "gpt-4o"\n[[budget]]\npaths = ["p.md"]\nmax-cost = "1"\noutput-tokens = [5, 1]\n': (5, "range"),
    'model = "gpt-4o"\ngate = "maybe"\n' + BUDGET: (2, "floor, likely or ceiling"),
    'model = "gpt-4o"\nmax-price-age = "long"\n' + BUDGET: (2, "number of days"),
    'model = "gpt-4o"\n' + BUDGET + BUDGET: (5, "two budgets are named"),
    'model = "gpt-4o"\nbudget = 3\n': (2, "budget must be an array of tables, as [[budget]]"),
    'model = "gpt-4oo"\n' + BUDGET: (1, "unknown model 'gpt-4oo': did you mean gpt-4o"),
    'model = "gpt-4o"\n' + BUDGET + 'model = "gpt-9"\n': (5, "unknown model 'gpt-9'"),
    'model = "gpt-4o"\n' + BUDGET + 'allowed-models = ["gpt-9"]\n': (5, "unknown model 'gpt-9'"),
    'model = "gpt-4o\n' + BUDGET: (1, "not valid TOML"),
}


@pytest.mark.parametrize("text", MISTAKES)
def test_every_mistake_is_told_with_its_line(run: Run, bare: Path, text: str) -> None:
    """Exit 2, nothing on stdout, one line on stderr with file, line and remedy."""
    line, words_of = MISTAKES[text]
    (bare / "p.md").write_text("Hello")
    (bare / "tokcost.toml").write_text(text)
    result = run("check")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"tokcost: error: tokcost.toml:{line}: ")
    assert words_of in result.err
    assert result.err.count("\n") == 1


VALUES = [
    "1", "-1", "0", "1.5", "true", '""', '"x"', "[]", '["a"]', '["a", 1]', "[1, 2]", "[2, 1, 3]", "{a = 1}", "nan",
    "inf", "2026-01-01", '"10%"', '"-5%"', '"1e5"', '"1e999999999"', '"1e999999999%"', '"60d"', '"#"', '"["', '"**"',
]  # fmt: skip


@pytest.mark.parametrize("key", [*_SETTINGS, *_BUDGET, "budget"])
def test_no_value_of_any_key_is_a_traceback(run: Run, bare: Path, key: str) -> None:
    """It is read or refused: 0, 1, or 2 with one line that says where. (What limits growth needs a base, too.)"""
    (bare / "p.md").write_text("Hello")
    for value in VALUES:
        (bare / "tokcost.toml").write_text(f"{key} = {value}\n" if key in _SETTINGS or key == "budget" else "")
        with (bare / "tokcost.toml").open("a") as file:
            if key != "budget":
                file.write("[[budget]]\nmax-total-tokens = 9\n" + ("" if key == "paths" else 'paths = ["p.md"]\n'))
            if key in _BUDGET and key not in ("max-total-tokens", *_SETTINGS):
                file.write(f"{key} = {value}\n")
        result = run("check")
        assert result.code in (0, 1, 2), value
        if result.code == 2 and "there is neither a base nor a lock" not in result.err:
            assert (result.out, result.err.count("\n")) == ("", 1), value


def test_a_file_without_budgets_is_no_pass(run: Run, bare: Path) -> None:
    """A model alone holds nothing."""
    (bare / "tokcost.toml").write_text('model = "gpt-4o"\n')
    result = run("check")
    assert (result.code, result.out) == (2, "")
    assert "no budget" in result.err


def test_flag_over_environment_over_file_over_default(run: Run, bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes the place of the next; count asks the configuration too."""
    (bare / "p.md").write_text("Hello")
    (bare / "tokcost.toml").write_text(BUDGET)
    assert "gpt-5.4 " in run("check").out
    (bare / "tokcost.toml").write_text('model = "gpt-4.1"\n' + BUDGET)
    assert "gpt-4.1 " in run("check").out
    assert "gpt-4.1 " in run("count", "p.md").out
    monkeypatch.setenv("TOKCOST_MODEL", "gpt-4o")
    assert "gpt-4o " in run("check").out
    assert "gpt-4o " in run("count", "p.md").out
    assert "gpt-5-mini " in run("check", "-m", "gpt-5-mini").out
    assert "gpt-5-mini " in run("count", "p.md", "-m", "gpt-5-mini").out


def test_a_bad_value_in_the_environment_is_told(run: Run, bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It names the variable and what it may be."""
    (bare / "p.md").write_text("Hello")
    (bare / "tokcost.toml").write_text(BUDGET)
    monkeypatch.setenv("TOKCOST_GATE", "open")
    result = run("check")
    assert (result.code, result.out) == (2, "")
    assert "TOKCOST_GATE is 'open'" in result.err


def test_count_tells_a_mistake_in_the_configuration_too(run: Run, bare: Path) -> None:
    """A misspelt key would leave it at a model that nobody asked for."""
    (bare / "p.md").write_text("Hello")
    (bare / "tokcost.toml").write_text('modle = "gpt-4o"\n')
    result = run("count", "p.md")
    assert (result.code, result.out) == (2, "")
    assert "tokcost.toml:1: unknown key 'modle'" in result.err
    assert run("count", "p.md", "-m", "gpt-4o").code == 0


def test_lines_are_found_past_strings_comments_and_quotes() -> None:
    """A key inside a string of several lines is no key; quoted and spaced ones are."""
    text = '[[ tool . "tokcost".budget ]]\nmessage = """\nmax-cost = 1\n"""\n"max-cost" = 2\n[[tool.tokcost.budget]]\n'
    assert line_of(text, ("tool", "tokcost", "budget"), 0, "max-cost") == 5
    assert line_of(text, ("tool", "tokcost", "budget"), 1) == 6
    assert line_of("budget = [{paths = []}]\n", ("budget",), 0, "paths") == 1


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 500))
def test_growth_is_let_through_exactly_to_the_share(before: int, growth: int, percent: int) -> None:
    """At the limit it passes, one token more does not; nothing is rounded."""
    limit = Increase(percent=Decimal(percent))
    assert limit.allows(before, before + growth) == (growth * 100 <= percent * before)
    assert limit.allows(before, before + before * percent // 100)
    assert not limit.allows(before, before + before * percent // 100 + 1)


def test_a_file_nested_without_end_is_refused(run: Run, bare: Path) -> None:
    """One line, as for any file that is no TOML."""
    (bare / "tokcost.toml").write_text("a = " + "[" * 20_000)
    result = run("check")
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert "tokcost.toml: nested too deeply to be read" in result.err
