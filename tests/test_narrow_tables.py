"""Tables on narrow terminals: names fold before the table falls apart, days stay whole, the price is dropped last."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from tests.conftest import Run
from tokcost.render.grid import CellRows, Grid, Heading
from tokcost.render.table import drawn

LONG = "bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0"
USAGE = [
    Heading("model", False, True), Heading("requests", True, False), Heading("input", True, False),
    Heading("cache write", True, False, 3), Heading("output", True, False), Heading("cost", True, False),
    Heading("share", True, False, 2),
]  # fmt: skip
FIGURES = [LONG, "1,000", "57,008,000", "320,000,000", "8,695,000", "$1,234.5678", "20.1 %"]


def lines(monkeypatch: pytest.MonkeyPatch, columns: int, headings: list[Heading], row: Sequence[str]) -> list[str]:
    """A table of one row on a terminal so wide, without colour."""
    monkeypatch.setenv("COLUMNS", str(columns))
    grid = Grid(headings, CellRows(["\n".join(row)], list(range(len(row)))), [])
    found = [line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", drawn(grid)).splitlines()]
    assert max(map(len, found)) <= columns
    return found


@pytest.mark.parametrize("columns", [80, 100, 120])
def test_a_long_name_folds(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    """Every number stays on the line of its row; what has no room is named."""
    found = lines(monkeypatch, columns, USAGE, FIGURES)
    (row,) = [line for line in found if "57,008,000" in line]
    assert {"1,000", "57,008,000", "8,695,000", "$1,234.5678"} <= set(row.split())
    assert "─" in "".join(found)
    assert ("no room for" in "".join(found)) == (columns == 80)


def test_a_day_is_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """A column that folds keeps ten cells, or what it has."""
    headings = [Heading("model", False, True), Heading("input", True, False), Heading("status", False, True)]
    found = lines(monkeypatch, 40, headings, ["openai/" + "x" * 40, "1" * 8, "retires: 2027-09-29"])
    assert any("2027-09-29" in line for line in found)


def test_the_dearest_column_goes_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """It stays where names have to fold for it, and goes where there would be no table."""
    headings = [
        Heading("model", False, True), Heading("unit rate", True, False, 1), Heading("window", True, False, 2)
    ]  # fmt: skip
    row = ["x" * 60, "0.006", "1,000,000"]
    assert any("0.006" in line for line in lines(monkeypatch, 30, headings, row))
    assert not any("0.006" in line for line in lines(monkeypatch, 20, headings, row))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("whisper-1", "; unit rates are USD per what 'billed by' says"),
        ("gpt-4o-mini-tts", "; rates are USD per 1,000,000 tokens"),
        ("gpt-image-1.5", "; rates are USD per 1,000,000 tokens"),
    ],
)
def test_the_list_says_what_its_rates_are_of(run: Run, asked: str, said: str) -> None:
    """Per token only where one is billed by token."""
    result = run("models", "list", "--provider", "openai", "--search", asked)
    assert (result.code, result.err) == (0, "")
    assert [line for line in result.out.splitlines() if " model" in line][-1].endswith(said)
