"""Options of ``usage`` on the fast path through logs: the same report as of lines that only the full parser takes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Result
from tokcost.logs.read import Reader


@pytest.fixture
def fully(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files of all lines that the full parser reads."""
    seen: list[str] = []
    line = Reader.line

    def counted(self: Reader, name: str, number: int, raw: bytes) -> Any:
        seen.append(name)
        return line(self, name, number, raw)

    monkeypatch.setattr(Reader, "line", counted)
    return seen


def logged(folder: Path, files: dict[str, list[Any]], prefix: str = "") -> None:
    """Write the files; with ``prefix`` "data: " the lines are events of a stream, which only the full parser reads."""
    folder.mkdir(exist_ok=True)
    for name, lines in files.items():
        (folder / name).write_text("".join(f"{prefix}{json.dumps(line)}\n" for line in lines))


def completions() -> dict[str, list[Any]]:
    """300 requests of 1,000 in and 100 out in 3 hours; every id stands 3 times, the last time in another file."""
    usage = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}
    lines = [
        {
            "id": f"chatcmpl-{number % 100}",
            "created": 1795392000 + number % 3 * 3600,
            "model": "gpt-5.4",
            "usage": usage,
        }
        for number in range(300)
    ]
    return {"a.jsonl": lines[:200], "b.jsonl": lines[200:]}


def session() -> dict[str, list[Any]]:
    """100 messages in two lines each, the output growing; resumed in b, and replayed under another request in c."""
    made: dict[str, list[Any]] = {"a.jsonl": [], "b.jsonl": [], "c.jsonl": []}
    for number in range(100):
        clock = f"2026-11-23T{number % 2 + 4:02}:00:{number % 60:02}.000Z"
        base = {"sessionId": "s", "uuid": f"u{number}", "cwd": f"/home/u/p{number % 2}", "timestamp": clock}
        for output in (3, 1090):
            usage = {
                "input_tokens": 4,
                "cache_read_input_tokens": 50_000,
                "cache_creation_input_tokens": 12_000,
                "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 12_000},
                "output_tokens": output,
            }
            message = {"id": f"msg_{number}", "type": "message", "model": "claude-opus-5-5", "usage": usage}
            line = {**base, "type": "assistant", "requestId": f"req_{number}", "message": message}
            made["a.jsonl"].append(line)
            made["b.jsonl"].append({**line, "sessionId": "resumed"})
            made["c.jsonl"].append({**line, "isSidechain": True, "requestId": f"replay_{number}"})
        made["a.jsonl"].append({**base, "type": "user", "message": {"role": "user", "content": "µ"}})
    return made


# gpt-5.4: 1,000 x 2.5 + 100 x 15 = 0.004 a request; at a rate of 10: 1,100 x 10 = 0.011.
# claude-opus-5-5: 4 x 4 + 50,000 x 0.2 + 12,000 x 8 + 1,090 x 20 = 0.127816 a message; at 10: 63,094 x 10 = 0.63094.
@pytest.mark.parametrize(
    ("files", "options", "cost", "requests", "rows"),
    [
        (completions(), [], "1.2", 300, 1),
        (completions(), ["--unique"], "0.4", 100, 1),
        (completions(), ["--by", "hour"], "1.2", 300, 3),
        (completions(), ["--by", "hour,file", "--unique"], "0.4", 100, 3),
        (completions(), ["--rate", "10"], "3.3", 300, 1),
        (completions(), ["--rate", "10", "--unique", "--by", "day,hour"], "1.1", 100, 3),
        (session(), [], "12.7816", 100, 1),
        (session(), ["--unique"], "12.7816", 100, 1),
        (session(), ["--by", "hour,project"], "12.7816", 100, 2),
        (session(), ["--by", "file", "--unique"], "12.7816", 100, 1),
        (session(), ["--rate", "10"], "63.094", 100, 1),
    ],
)
def test_options_on_the_fast_path(
    run: Callable[..., Result],
    fully: list[str],
    files: dict[str, list[Any]],
    options: list[str],
    cost: str,
    requests: int,
    rows: int,
) -> None:
    """Exit code, report and warnings are those of the full parser, which reads a tenth of the lines at most."""
    command = ("usage", "logs", "-f", "json", *options)
    logged(Path("logs"), files)
    fast = run(*command)
    left = len(fully)
    logged(Path("logs"), files, "data: ")
    full = run(*command)
    every = sum(map(len, files.values()))
    assert (left <= every // 10, len(fully) - left) == (True, every)
    assert (fast.code, fast.out, fast.err) == (full.code, full.out, full.err)
    found = json.loads(fast.out)
    assert (fast.code, found["totals"]["cost"], found["totals"]["requests"]) == (0, cost, requests)
    assert len(found["rows"]) == rows


def test_a_line_that_is_not_utf_8_is_a_problem_in_a_session_too(run: Callable[..., Result]) -> None:
    """Bytes that are no text in a field that nobody reads: one bad line, as in any other log, and exit 0."""
    logged(Path("logs"), session())
    path = Path("logs", "a.jsonl")
    path.write_bytes(path.read_bytes() + b'{"type": "user", "uuid": "u", "message": "\xff"}\n')
    result = run("usage", "logs", "-f", "json")
    assert (result.code, json.loads(result.out)["totals"]["requests"]) == (2, 100)
    assert result.err.startswith("tokcost: logs/a.jsonl:301: not UTF-8 text at byte 42 of the line")


def test_half_a_character_in_a_log_is_read(run: Callable[..., Result]) -> None:
    """A cut emoji (half a surrogate pair) stops no run: two requests of 5 x 2.5 + 5 x 15 a million."""
    line = {"model": "gpt-5.4", "note": "\ud83d", "usage": {"prompt_tokens": 5, "completion_tokens": 5}}
    logged(Path("logs"), {"a.jsonl": [line, line]})
    result = run("usage", "logs", "-f", "json", "--as-of", "2026-11-24")
    found = json.loads(result.out)["totals"]
    assert (result.code, result.err, found["cost"], found["requests"]) == (0, "", "0.000175", 2)
