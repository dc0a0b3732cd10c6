"""Small Messages bodies, and what ``batch`` says of them: shared by the tests of requests to Claude."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from tests.conftest import Run

Block = dict[str, Any]

OLD = ("claude-3-5-haiku-20241022", "claude-sonnet-4-5", "claude-sonnet-4-6", "claude-opus-4-7")
NEW = ("claude-opus-4-8", "claude-sonnet-5", "claude-opus-5")
MODELS = (*OLD, *NEW)
TIDE: Block = {
    "name": "get_tide",
    "description": "Tide at a café",
    "input_schema": {"type": "object", "required": ["harbour"], "properties": {"harbour": {"type": "string"}}},
}


class Row(NamedTuple):
    """What is asked of a row of the report, and its parts under ``--why``."""

    tokens: int
    low: int
    high: int
    standing: str
    note: str
    costs: tuple[str | None, str | None, str | None]
    parts: dict[str, int]

    @property
    def range(self) -> tuple[int, int, int]:
        """Low, likely, high."""
        return self.low, self.tokens, self.high


def user(content: object = "red") -> Block:
    """A message of the user."""
    return {"role": "user", "content": content}


def assistant(content: object = "blue") -> Block:
    """A message of the assistant."""
    return {"role": "assistant", "content": content}


def text(words: str, **more: object) -> Block:
    """A text block."""
    return {"type": "text", "text": words, **more}


def call(number: int = 1, **given: object) -> Block:
    """A call of ``get_tide``."""
    return {"type": "tool_use", "id": f"toolu_{number}", "name": "get_tide", "input": given or {"harbour": "old"}}


def result(content: object = "low", number: int = 1, **more: object) -> Block:
    """A result of ``get_tide``."""
    return {"type": "tool_result", "tool_use_id": f"toolu_{number}", "content": content, **more}


def body(*messages: Block, model: str = "claude-sonnet-4-5", **more: object) -> Block:
    """A Messages body; of one user message "red" when none is given."""
    return {"model": model, "max_tokens": 64, "messages": list(messages or [user()]), **more}


def ends(row: Block) -> tuple[int, int]:
    """Low and high of a row; its tokens where they are certain, for then the report leaves both out."""
    low, high = row["input_tokens_low"], row["input_tokens_high"]
    assert (low is None) == (high is None)
    return (row["input_tokens"],) * 2 if low is None else (low, high)


def asked(run: Run, *bodies: Block, options: tuple[str, ...] = (), refused: bool | None = False) -> list[Row]:
    """The rows of a file of bodies: exit 0, or 2 unpriced; stderr holds the warnings of the report and nothing else.

    With ``refused`` the provider takes none of them: exit 2, and each is told by its line, too. None: it may take some.
    """
    Path("r.jsonl").write_text("".join(json.dumps(each) + "\n" for each in bodies))
    found = run("batch", "r.jsonl", "--format", "json", "--why", *options)
    report = json.loads(found.out)
    unpriced = any(row["standing"] == "unpriced" for row in report["rows"])
    problems = sum(row["problem"] is not None for row in report["rows"])
    assert refused is None or problems == (len(bodies) if refused else 0), found.err
    assert found.code == (2 if unpriced or problems else 0), found.err
    told = [line for line in found.err.splitlines(True) if "prices: built-in of " not in line]
    assert [line for line in told if line.startswith("tokcost: r.jsonl:")] == told[:problems]
    told = told[problems:]
    assert "".join(told) == "".join(f"note: {each}\n" for each in report["warnings"])
    parts = {each["part"]: each["tokens"] for each in report["details"]["parts"]}
    assert sum(parts.values()) == report["totals"]["input_tokens"]
    return [
        Row(
            each["input_tokens"], *ends(each), each["standing"], each["note"],
            (each["cost_low"], each["cost"], each["cost_high"]), parts,
        )
        for each in report["rows"]
    ]  # fmt: skip


def ask(run: Run, *messages: Block, day: str = "", **more: Any) -> Row:
    """The row of one body, on a day."""
    (row,) = asked(run, body(*messages, **more), options=("--as-of", day) if day else ())
    return row


def every(
    run: Run, *messages: Block, models: tuple[str, ...] = MODELS, standing: str = "assumed", **more: Any
) -> list[int]:
    """The tokens of one body for each model: assumed, at most 3 less or 4 more; an estimate is one more off."""
    more_off = int(standing == "estimate")
    rows = asked(run, *(body(*messages, model=model, **more) for model in models))
    found = {(row.standing, row.tokens - row.low, row.high - row.tokens) for row in rows}
    assert found == {(standing, 3 + more_off, 4 + more_off)}
    return [row.tokens for row in rows]
