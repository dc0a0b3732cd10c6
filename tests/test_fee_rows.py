"""Which row of a fee or a factor holds for a model on a day: globs of models, days, and files laid over each other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Run

HEAD = "[tokcost]\nschema = 1\n"
MODEL = """
[acme."{}"]
encoding = "o200k_base"
standing = "exact"
released = 2026-06-01
[[acme."{}".rates]]
from = 2026-06-01
input = "1"
output = "10"
"""
MODELS = "".join(MODEL.format(name, name) for name in ("One-Mini", "one-max", "two"))


def fee(start: str, amount: str, *more: str) -> str:
    """A row of the fee for a search."""
    return "\n".join(("[[fees.acme.web_search]]", f"from = {start}", f'amount = "{amount}"', *more, ""))


def cost(run: Run, model: str, *files: str, options: tuple[str, ...] = ()) -> str | None:
    """What one search of 1,000 tokens on 2026-11-23 costs with these files, the last one strongest."""
    for number, text in enumerate(files):
        Path(f"{number}.toml").write_text(HEAD + text, encoding="utf-8")
        options += ("--prices", f"{number}.toml")
    body = {
        "object": "response",
        "created_at": 1795392000,
        "model": f"acme/{model}",
        "usage": {"input_tokens": 1000, "input_tokens_details": {}, "output_tokens": 0},
        "output": [{"type": "web_search_call", "status": "completed", "action": {"type": "search"}}],
    }
    result = run("usage", "-f", "json", *options, stdin=json.dumps(body).encode())
    found: str | None = json.loads(result.out)["totals"]["cost"]
    assert result.code == (0 if found is not None else 2), result
    return found


@pytest.mark.parametrize(
    ("model", "rows", "expected"),
    [
        # the tokens are 0.001 in every row; case makes no difference
        ("one-mini", (fee("2026-01-01", "0.02", 'models = ["ONE-*"]'),), "0.021"),
        ("two", (fee("2026-01-01", "0.02", 'models = ["one-*"]'),), None),
        # rows of one day for different models
        ("two", (fee("2026-01-01", "0.02", 'models = ["one-*"]'), fee("2026-01-01", "0.03")), "0.031"),
        ("one-max", (fee("2026-01-01", "0.02", 'models = ["one-*"]'), fee("2026-01-01", "0.03")), "0.021"),
        # one that names the model comes before a later one for all
        ("one-max", (fee("2026-01-01", "0.02", 'models = ["one-*"]'), fee("2026-09-01", "0.03")), "0.021"),
        # of those that name it, the latest that has begun
        (
            "one-max",
            (
                fee("2026-01-01", "0.02", 'models = ["one-*"]'),
                fee("2026-08-01", "0.04", 'models = ["two", "one-m*"]'),
                fee("2026-11-24", "0.08", 'models = ["one-max"]'),
            ),
            "0.041",
        ),
        # one that names it and has not begun leaves that for all
        ("two", (fee("2026-01-01", "0.02"), fee("2026-11-24", "0.03", 'models = ["two"]')), "0.021"),
        # a glob holds for whole ids
        ("one-max", (fee("2026-01-01", "0.02", 'models = ["one", "max"]'),), None),
    ],
)
def test_the_row_of_a_fee_that_holds_for_a_model(
    run: Run, model: str, rows: tuple[str, ...], expected: str | None
) -> None:
    """Those that name the model come before those for all, and of these the latest that has begun holds."""
    assert cost(run, model, MODELS + "".join(rows)) == expected


@pytest.mark.parametrize(
    ("above", "expected"),
    [
        (fee("2026-03-01", "0.05"), "0.051"),  # for all, and it begins with the row below or later
        (fee("2026-02-01", "0.05"), "0.021"),  # ended by the row below that began after it
        (fee("2026-03-01", "0.05", 'models = ["One-*"]'), "0.051"),  # the same day and models: in its place
        (fee("2026-01-01", "0.05", 'models = ["one-mini"]'), "0.021"),
        (fee("2026-04-01", "0.05", 'models = ["two"]'), "0.021"),
        (fee("2026-03-01", "0", 'models = ["one-*"]'), "0.001"),
    ],
)
def test_a_file_above_lays_its_rows_over_those_below(run: Run, above: str, expected: str) -> None:
    """As with rates: a row holds until the next one begins, whichever file has it, and the last file wins a day."""
    below = MODELS + fee("2026-03-01", "0.02", 'models = ["one-*"]') + fee("2026-01-01", "0.03")
    assert cost(run, "one-mini", below, above) == expected


@pytest.mark.parametrize(("model", "expected"), [("one-max", "0.0215"), ("one-mini", "0.022"), ("two", "0.021")])
def test_a_factor_for_some_models(run: Run, model: str, expected: str) -> None:
    """1,000 tokens at 1 a million, 1.5 or 2 times so much where a row names the model; a fee is not multiplied."""
    place = '[[factors.acme.regional]]\nfrom = 2026-01-01\ntimes = "{}"\nmodels = ["{}"]\n'
    rows = fee("2026-01-01", "0.02") + place.format("1.5", "ONE-M*") + place.format("2", "one-mini")
    assert cost(run, model, MODELS + rows, options=("--regional",)) == expected


@pytest.mark.parametrize(
    ("row", "line", "says"),
    [
        (fee("2026-01-01", "1", 'per = "calls"'), 6, "'per' must be call, search, query, prompt"),
        (fee("2026-01-01", "1", "models = []"), 6, "'models' names none: leave it out for all"),
        (fee("2026-01-01", "1", 'models = "one"'), 6, "'models' must be a list of names in quotes"),
        (fee("2026-01-01", "1", "free = 1500"), 6, "'free' must be text in quotes: what is free, and for whom"),
        (fee("2026-01-01", "1", 'model = ["x"]'), 6, "unknown key 'model', did you mean 'models'?"),
        ('[[factors.a.us]]\nfrom = 2026-01-01\ntimes = "1"\nper = "call"\n', 6, "unknown key 'per'"),
    ],
)
def test_what_a_row_may_not_say(run: Run, row: str, line: int, says: str) -> None:
    """Refused with the line when the file is laid, and by lint in the same words."""
    Path("own.toml").write_text(HEAD + row, encoding="utf-8")
    counted = run("count", "-t", "x", "-m", "gpt-4o", "--prices", "own.toml")
    assert (counted.code, counted.out) == (2, "")
    assert f"own.toml:{line}: {says}" in counted.err
    linted = run("prices", "lint", "own.toml", "-f", "json")
    assert linted.code == 1
    assert [found["line"] for found in json.loads(linted.out)["rows"]] == [line]


def test_rows_overlap_only_for_the_same_models(run: Run) -> None:
    """Lint takes one day twice where the models differ, and says it where they are the same in another order."""
    rows = [
        fee("2026-01-01", "1", 'models = ["a", "b"]'),
        fee("2026-01-01", "2"),
        fee("2026-01-01", "3", 'models = ["a"]'),
    ]
    Path("own.toml").write_text(HEAD + "".join(rows), encoding="utf-8")
    assert run("prices", "lint", "own.toml").code == 0
    Path("own.toml").write_text(HEAD + "".join(rows) + fee("2026-01-01", "4", 'models = ["B", "a"]'), encoding="utf-8")
    result = run("prices", "lint", "own.toml", "-f", "json")
    (found,) = json.loads(result.out)["rows"]
    assert (result.code, found["line"]) == (1, 15)
    assert "rows overlap: 2026-01-01 is not after 2026-01-01" in result.out
