"""What a fuzzer brought down once: each kind by the smallest input that did."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run

USED = {"prompt_tokens": 1000, "completion_tokens": 100}
LINE = {"model": "gpt-4o", "usage": USED}


@pytest.mark.parametrize(
    "command",
    ["count a.txt", "corpus a.txt", "batch r.jsonl", "usage r.jsonl", "tokens", "encodings verify a.txt", "check"],
)
def test_utf_16_without_its_mark_is_no_text(run: Run, bare: Path, command: str) -> None:
    """The decoder says so without a place: one line that names the charset, and exit 2."""
    Path("a.txt").write_bytes(b"hello")
    Path("r.jsonl").write_text(json.dumps(LINE) + "\n")
    Path("tokcost.toml").write_text('model = "gpt-4o"\n[[budget]]\npaths = ["a.txt"]\nmax-input-tokens = 9\n')
    result = run(*command.split(), "--charset", "utf-16", stdin=b"hello")
    assert (result.code, result.out) == (2, "") or command == "check"
    assert "not utf-16 text at byte 0" in result.err and "bug" not in result.err


@pytest.mark.parametrize("value", [["a"], {"a": 1}, [[]]])
def test_a_type_that_is_no_text_is_no_session(run: Run, value: Any) -> None:
    """A line whose type is a list is read as any other: 1,000 tokens at 2.50 and 100 at 10 a million."""
    for key in ("sessionId", "payload"):
        line = {**LINE, "type": value, key: {}}
        result = run("usage", "-f", "json", stdin=(json.dumps(line) + "\n").encode())
        assert (result.code, json.loads(result.out)["totals"]["cost"]) == (0, "0.0035"), result.err


@pytest.mark.parametrize("name", ["\\", '"', "a\x00", "\x1b[31m", "\n"])
def test_a_field_of_any_name_is_passed_over(run: Run, name: str) -> None:
    """The fast path learns no field that it cannot name; both lines are counted."""
    line = json.dumps({**LINE, name: 1}) + "\n"
    result = run("usage", "-f", "json", stdin=(line * 2).encode())
    assert (result.code, json.loads(result.out)["totals"]["cost"]) == (0, "0.007"), result.err


@pytest.mark.parametrize(
    "command",
    [
        "count -t hi --output", "count -t hi --cached", "count -t hi --max-tokens", "corpus d.jsonl --output",
        "batch r.jsonl --output", "batch r.jsonl --max-tokens", "batch r.jsonl --split-lines", "check --output-tokens",
    ],
)  # fmt: skip
@pytest.mark.parametrize("digits", [13, 150, 5000])
def test_more_tokens_than_there_are_is_refused(run: Run, command: str, digits: int) -> None:
    """Sums and costs stay exact up to a million million: more is one line and exit 2."""
    Path("d.jsonl").write_text('{"text": "hello"}\n')
    Path("r.jsonl").write_text('{"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}\n')
    Path("tokcost.toml").write_text('model = "gpt-4o"\n[[budget]]\npaths = ["d.jsonl"]\nmax-input-tokens = 9\n')
    result = run(*command.split(), "9" * digits)
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert result.err.startswith("tokcost: error: Invalid value for '--")


def test_quiet_says_why_there_is_no_number(run: Run) -> None:
    """Unpriced is exit 2, and the reason is the one line on stderr."""
    result = run(
        "usage", "-q", stdin=b'{"model": "gpt-99-nova", "usage": {"prompt_tokens": 5, "completion_tokens": 5}}\n'
    )
    assert (result.code, result.out.strip()) == (2, "")
    assert "1 unpriced: unknown model 'gpt-99-nova'" in result.err


@pytest.mark.parametrize("form", ["sarif", "gitlab", "junit", "github"])
def test_a_broken_price_file_is_a_finding_in_every_format(run: Run, form: str) -> None:
    """Its rule is one of those that SARIF declares."""
    Path("own.toml").write_text('[tokcost]\nschema = 1\n[openai."gpt-4o"]\nnonsense = 1\n')
    result = run("prices", "lint", "own.toml", "-f", form)
    assert (result.code, result.err) == (1, "")
    assert "nonsense" in result.out
    if form == "sarif":
        (one,) = json.loads(result.out)["runs"]
        (finding,) = one["results"]
        assert one["tool"]["driver"]["rules"][finding["ruleIndex"]]["id"] == finding["ruleId"] == "price-file"


def test_no_line_begins_with_a_name(run: Run) -> None:
    """A part file may be called as a command of a CI runner."""
    Path("::error::x.jsonl").write_text('{"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}\n')
    result = run("batch", "::error::x.jsonl", "--split-lines", 1)
    assert result.code == 0
    assert "tokcost: ::error::x.part-001.jsonl: 1 line" in result.err
    assert not any(line.startswith("::") for line in result.err.splitlines())


@pytest.mark.parametrize("command", ["init --stdout", "count", "tokens", "models show", "check", "usage"])
def test_half_a_character_is_no_argument(run: Run, command: str) -> None:
    """No name or text of the system holds one: it is refused before a command sees it."""
    result = run(*command.split(), "\ud800")
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert "half a character" in result.err
