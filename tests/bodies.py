"""Request bodies of OpenAI and Gemini, and what ``batch`` says of them: shared by the tests of requests."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from functools import cache
from pathlib import Path
from typing import Any

from tests.claude_bodies import Row, asked
from tests.conftest import Run, document
from tokcost.encodings.counter import counter

Body = dict[str, Any]


@cache
def _tokens_of(encoding: str, text: str) -> int:
    return counter(encoding).count(text)


def o200k(text: str) -> int:
    """Tokens of a text in o200k_base, which another test holds to tiktoken."""
    return _tokens_of("o200k_base", text)


def cl100k(text: str) -> int:
    """Tokens of a text in cl100k_base, which another test holds to tiktoken."""
    return _tokens_of("cl100k_base", text)


def gemma3(text: str) -> int:
    """Tokens of a text in gemma3, which another test holds to Google's own."""
    return _tokens_of("gemma3", text)


def png(width: int, height: int) -> str:
    """The base64 text of the beginning of a PNG of the given size in pixels: enough to tell that size."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    return base64.b64encode(data).decode()


def data_url(width: int, height: int) -> str:
    """A data URL of such a PNG."""
    return "data:image/png;base64," + png(width, height)


def priced(provider: str, model: str, encoding: str, framing: str = "") -> tuple[str, str]:
    """The options under which a model that the price book does not hold has a price of its own."""
    header = f'[{provider}."{model}"]\nencoding = "{encoding}"\nstanding = "exact"\n'
    header += f'framing = "{framing}"\n' if framing else ""
    rates = f'[[{provider}."{model}".rates]]\nfrom = 2026-01-01\ninput = 1\noutput = 2\n'
    Path("own.toml").write_text("[tokcost]\nschema = 1\n" + header + rates)
    return ("--prices", "own.toml")


def counted(run: Run, body: Body, *options: str) -> Row:
    """What ``batch`` says of one body with the options: exit 0, and stderr holds the report's warnings alone."""
    (row,) = asked(run, body, options=options)
    return row


def refused(run: Run, body: object, *options: str) -> str:
    """Why ``batch`` refuses a line: exit 2, one line on stderr that says so, and no tokens."""
    Path("r.jsonl").write_text(json.dumps(body) + "\n")
    result = run("batch", "r.jsonl", "-f", "json", *options)
    report = document(result)
    (row,) = report["rows"]
    problem = str(row["problem"])
    assert result.code == 2
    assert result.err.startswith("tokcost: r.jsonl:1: ") and result.err.endswith(f"{problem}\n")
    assert result.err.count("\n") == 1
    assert (row["standing"], row["input_tokens"], row["cost"]) == ("invalid", None, None)
    assert "\n" not in problem
    return problem


def lawful(run: Run, bodies: list[Any], *options: str) -> None:
    """Whatever the JSON: each line is a count that keeps the laws or is refused, and none is lost or changes another.

    A count lies in its range; only an estimate has a range; the parts sum to the totals; a refusal is one line on
    stderr with the number of its line. A request that is fine stands before them all.
    """
    known = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hello"}]}
    Path("r.jsonl").write_text("".join(json.dumps(each) + "\n" for each in [known, *bodies]))
    result = run("batch", "r.jsonl", "-f", "json", "--why", *options)
    report = document(result)
    rows = report["rows"]
    assert [row["line"] for row in rows] == list(range(1, len(bodies) + 2))
    assert (rows[0]["input_tokens"] > 0, rows[0]["problem"]) == (True, None)
    problems = [row for row in rows if row["problem"] is not None]
    for row in rows:
        if row["input_tokens"] is None:
            assert row in problems
            continue
        assert row["standing"] in ("exact", "assumed", "estimate")
        low, tokens, high = row["input_tokens_low"], row["input_tokens"], row["input_tokens_high"]
        assert (low is None) == (high is None) == (row["standing"] != "estimate")
        assert 0 <= (tokens if low is None else low) <= tokens <= (tokens if high is None else high)
    told = result.err.split("\n")
    for row in problems:
        assert "\n" not in row["problem"]
        assert any(line.startswith(f"tokcost: r.jsonl:{row['line']}: ") for line in told), (row, result.err)
    assert sum(part["tokens"] for part in report["details"].get("parts", ())) == (report["totals"]["input_tokens"] or 0)
    assert result.code == (2 if problems else 0)
