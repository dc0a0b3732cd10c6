"""The score of requests of our own, with what a provider bills for each by the rules that are known.

``tests/score/*.jsonl`` are in the form of recordings: a request, its model, the tokens that are billed, and in ``why``
the numbers that they add up to. The texts were counted with tiktoken and with ``ctok``, a public reference for Claude;
what stands around them comes from recordings and the providers' guides, and is written out, not computed by tokcost.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.bench import score
from tests.bench.figures import Figures, Scored, figures
from tests.claude_bodies import ends
from tests.conftest import Run, document
from tokcost.counting.count import Count

FOLDER = Path(__file__).parent / "score"
# For each file: rows, those of them that are said to be exact, and how wide a range is at most, in shares of the count.
FILES = {"openai": (30, 24, "0.10"), "gemini": (9, 1, "0.10"), "claude": (14, 0, "0.35")}


def recorded(name: str) -> list[dict[str, Any]]:
    """The rows of a file."""
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def billed(row: dict[str, Any]) -> int:
    """What the provider bills."""
    return int(row["input_tokens"] if "input_tokens" in row else row["prompt_tokens"])


def counted(run: Run, rows: list[dict[str, Any]]) -> list[Scored]:
    """The rows as ``batch`` counts their requests: exit 0, and nothing but notes on stderr."""
    bodies = [{"model": row["model"], **row["request"]} for row in rows]
    Path("r.jsonl").write_text("".join(json.dumps(body) + "\n" for body in bodies))
    result = run("batch", "r.jsonl", "-f", "json")
    assert result.code == 0, result.err
    assert all(line.startswith("note: ") for line in result.err.splitlines()), result.err
    found = document(result)["rows"]
    return [
        Scored(row, billed(row), Count(each["input_tokens"], *ends(each), each["standing"], each["note"]))
        for row, each in zip(rows, found, strict=True)
    ]


@pytest.mark.parametrize("name", FILES)
def test_the_numbers_add_up_to_what_is_billed(name: str) -> None:
    """Each row says why its number is what it is, and no two rows are one."""
    rows = recorded(name)
    assert {row["id"]: sum(tokens for tokens, _ in row["why"]) for row in rows} == {
        row["id"]: billed(row) for row in rows
    }
    assert all(tokens > 0 and reason for row in rows for tokens, reason in row["why"])
    assert len({row["id"] for row in rows}) == len(rows) == FILES[name][0]


@pytest.mark.parametrize("name", FILES)
def test_every_request_is_counted_as_it_is_billed(run: Run, name: str) -> None:
    """To the token, within its range, which is narrow; what is said to be exact is."""
    rows = counted(run, recorded(name))
    assert {one.row["id"]: one.difference for one in rows if one.difference} == {}
    assert [one.row["id"] for one in rows if not one.inside] == []
    found = figures(rows)
    number, exact, width = FILES[name]
    assert (found["rows"], found["exact"], found["inside"], found["said_exact"]) == (number, 1, 1, exact)
    assert found["width"] is None or found["width"] <= float(width)


@pytest.mark.parametrize("name", FILES)
def test_the_script_for_recordings_gives_the_same_score(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It counts without the command, and finds no miss either."""
    monkeypatch.setattr(sys, "argv", ["score.py", str(FOLDER / f"{name}.jsonl"), "--json"])
    assert score.main() == 0
    out, err = capsys.readouterr()
    report = json.loads(out)
    whole: Figures = report["groups"]["all"]
    assert (whole["rows"], whole["exact"], report["misses"], err) == (FILES[name][0], 1, [], "")
