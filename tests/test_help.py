"""Help texts: eighty columns hold them, examples come before options, each value has a name that says what it is."""

from __future__ import annotations

import pytest

from tests.conftest import Run

COMMANDS = ("count", "models list", "models show", "prices diff", "prices import", "prices lint")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_for_people(run: Run, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    """No bound that nobody meets, and no line that a terminal would break."""
    monkeypatch.setenv("COLUMNS", "80")
    text = run(*command.split(), "--help").out
    assert max(map(len, text.splitlines())) <= 80
    assert 0 < text.index("Example") < text.index("─ Options")
    assert f"tokcost {command} " in text
    assert "int range" not in text
    assert "100000000" not in text


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("x", "'x' is not a whole number"),
        ("-3", "-3 is too low: it must be at least 0"),
        ("9" * 13, "it must be 1,000,000,000,000 or less"),
    ],
)
def test_a_number_that_is_none_is_told_plainly(run: Run, value: str, problem: str) -> None:
    """With the option, and where to look."""
    result = run("count", "-t", "hi", "--output", value)
    assert (result.code, result.out) == (2, "")
    told = f"tokcost: error: Invalid value for '--output': {problem}: 'tokcost count --help' shows the options\n"
    assert result.err == told
