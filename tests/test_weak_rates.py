"""Rates that rest on one weak source: wherever they are used, it is said once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Run

ROW = '[[acme."{}".rates]]\nfrom = 2026-01-01\ninput = "{}"\noutput = "1"\nconfidence = "{}"\n'
ONE = "note: the rates of w1 rest on one weak source (low confidence): check before you bill by it"
PRICES = ("--prices", "own.toml")


def files() -> None:
    """Five models with weak rates, one with good ones; a log of each number of them, and what else asks for a price."""
    names = [f"w{number}" for number in range(1, 6)]
    models = [f'[acme."{name}"]\nencoding = "o200k_base"\n{ROW.format(name, 1, "low")}' for name in names]
    models.append('[acme."good"]\nencoding = "o200k_base"\n' + ROW.format("good", 2, "high"))
    Path("own.toml").write_text("[tokcost]\nschema = 1\n" + "\n".join(models))
    usage = {"prompt_tokens": 1000, "completion_tokens": 100}
    lines = [json.dumps({"model": name, "usage": usage}) + "\n" for name in (*names, "good", "w1")]
    Path("all.jsonl").write_text("".join(lines))
    Path("one.jsonl").write_text("".join(lines[-2:]) * 3)
    Path("charged.jsonl").write_text(json.dumps({"model": "w1", "usage": usage, "cost": 0.0011}) + "\n")
    Path("r.jsonl").write_text(json.dumps({"model": "w1", "messages": [{"role": "user", "content": "Hello"}]}) + "\n")
    Path("d.jsonl").write_text('{"text": "hello world"}\n')
    Path("p").mkdir()
    Path("p/a.md").write_text("hello world")
    Path("tokcost.toml").write_text('model = "w1"\n[[budget]]\npaths = ["p/*.md"]\nmax-input-tokens = 100\n')


@pytest.mark.parametrize(
    "command",
    [
        "count p -m w1 -m good", "batch r.jsonl", "corpus d.jsonl -m w1", "check", "usage one.jsonl",
        "audit charged.jsonl", "whatif one.jsonl --price x2", "whatif one.jsonl --model good=w1",
    ],
)  # fmt: skip
def test_weak_rates_are_said_once(run: Run, command: str) -> None:
    """One note, in one form, of every command; the answer itself and its exit code are as ever."""
    files()
    result = run(*command.split(), *PRICES)
    assert (result.code, result.err.splitlines().count(ONE), result.err.count("weak")) == (0, 1, 1)
    document = json.loads(run(*command.split(), *PRICES, "-f", "json").out)
    assert document["warnings"].count(ONE.removeprefix("note: ")) == 1


def test_many_weak_models_are_one_sentence(run: Run) -> None:
    """The first three are named, the others are counted."""
    files()
    result = run("usage", "all.jsonl", *PRICES)
    assert result.code == 0
    weak = [line for line in result.err.splitlines() if "weak" in line]
    named = "the rates of 5 models (w1, w2, w3 and 2 more) rest on one weak source (low confidence)"
    assert weak == [f"note: {named}: check before you bill by them"]


@pytest.mark.parametrize(
    "command", ["count p -m good", "usage one.jsonl --rate 1", "count p -m w1 -q", "whatif --spend 5 --price x2"]
)
def test_nothing_is_said_where_no_weak_rate_was_used(run: Run, command: str) -> None:
    """Good rates, a rate of one's own, one number for scripts, a sum without models."""
    files()
    assert "weak" not in run(*command.split(), *PRICES).err


def test_only_the_row_in_force_counts(run: Run) -> None:
    """History that is weak says nothing of today, and is said of a log of that day."""
    files()
    text = Path("own.toml").read_text() + ROW.format("w1", 3, "medium").replace("2026-01-01", "2026-06-01")
    Path("own.toml").write_text(text)
    assert "weak" not in run("count", "p", "-m", "w1", *PRICES).err
    assert ONE in run("count", "p", "-m", "w1", *PRICES, "--as-of", "2026-05-31").err
    Path("one.jsonl").write_text(
        '{"model": "w1", "created": 1772323200, "usage": {"prompt_tokens": 9, "completion_tokens": 1}}\n'
    )  # 2026-03-01
    assert ONE in run("usage", "one.jsonl", *PRICES).err
