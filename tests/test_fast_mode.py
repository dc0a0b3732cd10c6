"""Anthropic's fast mode, which has rates of its own; OpenAI's fast tier, which is priority; and who has neither."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Result, Run

ROW = """
[{0}."{1}"]
encoding = "o200k_base"
standing = "exact"
[[{0}."{1}".rates]]
from = 2026-01-01
input = "1"
output = "10"
batch = {{ input = "0.5", output = "5" }}
{2}
"""
BOOK = "[tokcost]\nschema = 1\n" + "".join(
    ROW.format(*each)
    for each in (
        ("anthropic", "claude-quick", 'fast = { input = "2", output = "20" }'),
        ("anthropic", "slow", ""),
        ("openai", "mine", 'priority = { input = "4", output = "40" }'),
    )
)


def laid(run: Run, *arguments: object, stdin: bytes = b"") -> Result:
    """A command with these models."""
    Path("own.toml").write_text(BOOK, encoding="utf-8")
    return run(*arguments, "--prices", "own.toml", stdin=stdin)


def spent(run: Run, model: str, **usage: Any) -> tuple[str | None, str]:
    """The cost of 1,000 tokens of input, and what is noted of it."""
    known = {"input_tokens": 1000, "output_tokens": 0, "cache_read_input_tokens": 0}
    line = {"type": "message", "model": model, "created": 1795392000, "usage": {**known, **usage}}
    found = json.loads(laid(run, "usage", "-f", "json", stdin=json.dumps(line).encode()).out)
    return found["totals"]["cost"], found["rows"][0]["note"]


@pytest.mark.parametrize(
    ("usage", "cost"),
    [
        ({"speed": "fast"}, "0.002"),
        ({"speed": "fast", "service_tier": "standard"}, "0.002"),
        ({"speed": "fast", "service_tier": "priority"}, "0.002"),
        ({"speed": "standard"}, "0.001"),
        ({"speed": "fast", "service_tier": "batch"}, "0.0005"),
        ({"service_tier": "priority"}, None),
    ],
)
def test_a_log_of_fast_answers(run: Run, usage: dict[str, str], cost: str | None) -> None:
    """The speed decides, except in a batch; a priority tier is no speed, and has no rates here."""
    found, note = spent(run, "claude-quick", **usage)
    assert found == cost
    assert cost is not None or "claude-quick has no priority rates here" in note


def test_a_model_without_fast_rates_is_not_priced_at_others(run: Run) -> None:
    """No amount, with the modes that it has."""
    cost, note = spent(run, "slow", speed="fast")
    assert (cost, "slow has no fast rates here (it has: standard, batch)" in note) == (None, True)


@pytest.mark.parametrize(
    ("body", "mode"),
    [
        ({"model": "claude-quick", "speed": "fast", "max_tokens": 9}, "fast"),
        ({"model": "claude-quick", "speed": "standard", "max_tokens": 9}, "standard"),
        ({"model": "claude-quick", "service_tier": "standard_only", "max_tokens": 9}, "standard"),
        ({"model": "mine", "service_tier": "fast"}, "priority"),
        ({"model": "mine", "service_tier": "priority"}, "priority"),
    ],
)
def test_a_request_says_how_fast_it_is_to_be(run: Run, body: dict[str, Any], mode: str) -> None:
    """Anthropic's speed is the fast mode, OpenAI's fast tier is priority."""
    Path("r.json").write_text(json.dumps({**body, "messages": [{"role": "user", "content": "hello"}]}))
    result = laid(run, "batch", "r.json", "-f", "json")
    (row,) = json.loads(result.out)["rows"]
    per_token = {"standard": "0.000001", "fast": "0.000002", "priority": "0.000004"}[mode]
    assert (result.code, row["mode"]) == (0, mode)
    assert row["cost"] is not None
    assert float(row["cost"]) == pytest.approx(float(per_token) * row["input_tokens"])


def test_the_mode_by_its_name(run: Run) -> None:
    """'hello' is one token at 2 a million; who has no such rates says so."""
    quick = laid(run, "count", "-t", "hello", "-m", "claude-quick", "--mode", "fast", "-f", "json")
    assert (quick.code, json.loads(quick.out)["totals"]["cost"]) == (0, "0.000002")
    mine = laid(run, "count", "-t", "hello", "-m", "openai/mine", "--mode", "fast")
    assert (mine.code, mine.out) == (2, "")
    assert "mine has no fast rates here" in mine.err
