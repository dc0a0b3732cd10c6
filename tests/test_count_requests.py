"""``tokcost count`` pointed at requests: it says so, and what ``batch`` says."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.conftest import Run

BODY = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}  # 3 + 1 + 1 + 3 = 8 tokens
LINE = {"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": BODY}
CLAUDE = {"custom_id": "a", "params": {"model": "claude-haiku-4-5", "max_tokens": 5, "messages": BODY["messages"]}}


def said(run: Run, *args: object, stdin: bytes | None = None) -> list[str]:
    """The notes of a count, that exits 0, which speak of ``batch``."""
    result = run("count", *args, **({"stdin": stdin} if stdin is not None else {}))
    assert result.code == 0, result.err
    return [line for line in result.err.splitlines() if "tokcost batch" in line]


ONE = "says 1 request, 8 input tokens, $0.00002"


@pytest.mark.parametrize(
    ("name", "data", "args", "told"),
    [
        ("r.json", json.dumps(BODY, indent=2), ("-m", "gpt-4o"), f"r.json -m gpt-4o' {ONE}"),
        ("r.jsonl", json.dumps(LINE) + "\n" + json.dumps({**LINE, "custom_id": "b"}), (),
         "r.jsonl' says 2 requests, 16 input tokens, $0.00004"),
        ("r.ndjson", json.dumps(CLAUDE), ("-m", "gpt-4o", "-m", "gpt-4.1"),
         "r.ndjson' says 1 request, 8 input tokens, $0.000008"),
        ("r.json", json.dumps(BODY), ("--encoding", "o200k_base"), "r.json' counts what is billed"),
        ("my r.json", json.dumps(BODY), (), f"\"my r.json\"' {ONE}"),
        ("r.json", json.dumps({"model": "text-embedding-3-small", "input": "Hello"}), (),
         "r.json' says 1 request, 1 input token, $0.00000002"),
        ("r.json", json.dumps({"tools": [], "user": "u" * (1 << 17), **BODY}), (), f"r.json' {ONE}"),
    ],
)  # fmt: skip
def test_a_file_of_requests_is_said_to_be_one(
    run: Run, name: str, data: str, args: tuple[str, ...], told: str
) -> None:  # fmt: skip
    """One line: the command, how many requests, their tokens, and their cost without output."""
    Path(name).write_text(data)
    assert said(run, name, *args) == [f"note: {name} holds requests, counted here as text: 'tokcost batch {told}"]


def test_what_is_piped_in_is_said_too(run: Run) -> None:
    """Also packed; the count of the text stands as it is."""
    data = json.dumps(LINE).encode()
    for piped in (data, gzip.compress(data)):
        told = f"note: stdin holds requests, counted here as text: 'tokcost batch -' {ONE}"
        assert said(run, stdin=piped) == [told]


def test_several_are_told_together(run: Run) -> None:
    """Three are named, and the sum of all is told."""
    for number in range(4):
        Path(f"r{number}.json").write_text(json.dumps(BODY))
    told = (
        "4 files hold requests, counted here as text: 'tokcost batch ./r0.json ./r1.json ./r2.json …' says 4 requests, "
    )
    assert said(run, ".") == [f"note: {told}32 input tokens, $0.00008"]


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[1, 2]", '{"messages": 3}', '{"role": "user", "key": "x"}', "messages: [role: user]",
     '"contents": "parts"', '{"model": "gpt-4o", "usage": {"prompt_tokens": 3}}', '{"messages": [], "role": 3',
     '{"messages": [{"role": "bot", "text": "Hi"}]}', '{"model": "ford", "input": "diesel"}'],
)  # fmt: skip
def test_other_json_is_text_like_any_other(run: Run, text: str) -> None:
    """Nothing is said of logs, settings and data, nor of what is cut off."""
    Path("x.json").write_text(text + "\n{}")
    Path("x.txt").write_text(json.dumps(BODY))
    assert said(run, "x.json", "x.txt", "-t", json.dumps(BODY)) == []
