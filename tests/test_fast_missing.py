"""The fast path through logs: a line without a field that others have is not read as if it were like them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.test_fast_reader import added

USAGE = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
WHOLE = {"id": "c", "object": "chat.completion", "created": 1783500000, "model": "gpt-4o", "usage": USAGE}
OPENAI = {"id": "b", "custom_id": "q", "error": None, "response": {"status_code": 200, "body": WHOLE}}
MESSAGE = {"id": "m", "type": "message", "model": "claude-sonnet-4-5", "usage": {"input_tokens": 9, "output_tokens": 9}}
ANTHROPIC = {"custom_id": "q", "result": {"type": "succeeded", "message": {**MESSAGE, "cache_creation": None}}}


def _same(tmp_path: Path, lines: list[dict[str, Any]], by: list[str]) -> Any:
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    slow, fast = added([path], by, fast=False), added([path], by, fast=True)
    assert fast[:2] == slow[:2]
    assert fast[2] < slow[2], "the fast path was not taken"
    return slow


@pytest.mark.parametrize("line", [OPENAI, ANTHROPIC], ids=["openai", "anthropic"])
def test_a_result_without_its_custom_id_is_of_no_batch(tmp_path: Path, line: dict[str, Any]) -> None:
    """It is not priced at the rates of a batch because the lines before it were: it is read on its own."""
    bare = {name: value for name, value in line.items() if name != "custom_id"}
    many = [{**line, "id": str(number)} for number in range(8)] if "id" in line else [line] * 8
    _, problems, _ = _same(tmp_path, [*many, bare], ["mode"])
    assert [each.where for each in problems] == [f"{tmp_path}/a.jsonl:9"]


@pytest.mark.parametrize(
    ("by", "first", "then", "others"),
    [
        ("client", {"client": "alice"}, {"user_id": 7}, [{}, {"client": ""}, {"client": None}]),
        ("client", {"client": 5}, {"user_id": 7}, [{}, {"client": 0}]),
        ("project", {"project": "p"}, {"project_id": "q"}, [{}, {"project": ""}]),
        ("day", {"timestamp": "2026-11-23T04:00:00Z"}, {"created": 1783500000}, [{}, {"timestamp": None}]),
    ],
)
def test_a_field_that_says_nothing_leaves_the_word_to_the_next(
    tmp_path: Path, by: str, first: dict[str, Any], then: dict[str, Any], others: list[dict[str, Any]]
) -> None:
    """Where a line has no client of its own it is the user's, line by line, as the full parser has it."""
    body = {"model": "gpt-4o", "usage": USAGE}
    both = {**body, **first, **then}
    changed = [{**body, **other, **then} for other in others]
    next_user = {name: 8 if isinstance(value, int) else value for name, value in then.items()}
    lines = [*[both] * 6, *changed, *[both] * 3, *[{**body, **other, **next_user} for other in others], both]
    _same(tmp_path, lines, [by])
    _same(tmp_path, lines[6:] + lines, [by])
