"""Notes: what is true of several models is one sentence that names them, and no sentence says nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from tests.conftest import Run

BOOK = """\
[tokcost]
schema = 1

[acme."still"]
encoding = "o200k_base"
retires = 2026-12-01
routed_to = "twin"

[[acme."still".rates]]
from = 2026-01-01
input = "2"
output = "8"

[acme."moves"]
encoding = "o200k_base"
retires = 2026-12-01
routed_to = "batched"

[[acme."moves".rates]]
from = 2026-01-01
input = "2"
output = "8"
batch = { input = "1", output = "4" }

[acme."twin"]
encoding = "o200k_base"

[[acme."twin".rates]]
from = 2026-01-01
input = "2"
output = "8"

[acme."batched"]
encoding = "o200k_base"

[[acme."batched".rates]]
from = 2026-01-01
input = "2"
output = "8"
batch = { input = "1.5", output = "6" }
"""


def notes(err: str) -> list[str]:
    return [line.removeprefix("note: ") for line in err.splitlines() if line.startswith("note: ")]


def test_one_assumption_of_five_models_is_one_note(run: Run) -> None:
    """The first of them are named, and how many more there are."""
    names = (
        "claude-opus-4-6", "claude-sonnet-4-6", "bedrock/global.anthropic.claude-sonnet-4-6",
        "openrouter/anthropic/claude-sonnet-4.6", "databricks/databricks-claude-sonnet-4-6",
    )  # fmt: skip
    result = run("count", "-t", "hello", *(part for name in names for part in ("-m", name)))
    assert (result.code, len(result.out.splitlines())) == (0, 6)
    found = [note for note in notes(result.err) if ": assumed: a reconstruction" in note]
    named = "claude-opus-4-6, claude-sonnet-4-6, bedrock/global.anthropic.claude-sonnet-4-6 and 2 more"
    assert [note.partition(":")[0] for note in found] == [named]


def test_models_that_reason_are_one_note(run: Run) -> None:
    """In a batch of several models."""
    bodies = [{"model": name, "messages": [{"role": "user", "content": "hi"}]} for name in ("gpt-5.4", "gpt-5.4-mini")]
    Path("two.jsonl").write_text("".join(json.dumps(body) + "\n" for body in bodies))
    result = run("batch", "two.jsonl")
    assert result.code == 0
    assert "gpt-5.4 and gpt-5.4-mini reason before they answer: reasoning counts as output" in notes(result.err)


def usage_of(names: Sequence[str]) -> bytes:
    """A log with one call of each name."""
    usage = {"prompt_tokens": 5, "completion_tokens": 5}
    return "".join(json.dumps({"model": name, "usage": usage}) + "\n" for name in names).encode()


def test_each_reason_for_no_price_is_a_note_of_its_own(run: Run) -> None:
    """The most frequent first, with the ways out said once."""
    result = run("usage", stdin=usage_of(["HCX-005", "none-such", "gpt-99-nova", "gpt-99-nova"]))
    assert (result.code, "4 + unpriced" in result.out) == (2, False)
    first, second, third = (note for note in notes(result.err) if " unpriced: " in note)
    assert first.startswith("2 unpriced: unknown model 'gpt-99-nova'")
    assert first.endswith("as 'tokcost prices import' writes one")
    assert second == "1 unpriced: HCX-005 is unpriced: no rate: third parties disagree"
    assert third == "1 unpriced: unknown model 'none-such'"


def test_more_reasons_than_are_told_are_counted(run: Run) -> None:
    """Nothing is left out in silence."""
    result = run("usage", stdin=usage_of([f"none-such-{at}" for at in range(13)]))
    assert result.code == 2
    assert notes(result.err)[10] == "3 unpriced for 3 other reasons: --format json lists them"


def test_a_price_that_stays_is_no_change(run: Run) -> None:
    """Where requests are routed to a model of the same price; what moves beside the standard rates is said."""
    Path("own.toml").write_text(BOOK)
    result = run("count", "-t", "hi", "-m", "still", "-m", "moves", "--prices", "own.toml", "--as-of", "2026-11-26")
    assert result.code == 0
    assert [note for note in notes(result.err) if "changes price" in note] == [
        "moves changes price on 2026-12-01: the standard rates stay, others move: 'tokcost models show' lists them"
    ]


def test_what_is_free_is_free_from_the_cache_too(run: Run) -> None:
    """A free model has no rate that is missing."""
    usage = {"prompt_tokens": 50, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 40}}
    line = json.dumps({"model": "openrouter/deepseek/deepseek-r1:free", "usage": usage})
    result = run("usage", "-q", "--as-of", "2026-11-26", stdin=line.encode())
    assert (result.code, result.out, result.err) == (0, "0\n", "")
