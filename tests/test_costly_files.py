"""Files that would fill the memory, wait for ever or break their reader: one line and exit 2, soon."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from tests.bodies import Body
from tests.conftest import Run, document

UNREAD = "no provider takes it; what follows was not read"
BODY: Body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}]}


def line(name: str, **more: object) -> str:
    """A line of a batch file."""
    return json.dumps({"custom_id": name, "method": "POST", "url": "/v1/chat/completions", "body": {**BODY, **more}})


@pytest.mark.parametrize(
    ("begin", "problem"),
    [
        (b'{"model":"', f"1: a line of more than 3 MB: {UNREAD}"),
        (b'{\n"model":"', "1: one JSON document of more than 3 MB: write one request per line"),
        (json.dumps(BODY).encode() + b'\n{"', f"2: a line of more than 2 MB: {UNREAD}"),
    ],
    ids=["line", "document", "second"],
)  # fmt: skip
def test_a_packed_request_without_end_is_not_unpacked(
    run: Run, monkeypatch: pytest.MonkeyPatch, begin: bytes, problem: str
) -> None:
    """Kilobytes of gzip that hold one line, or one document, of any size: no more than the limit is ever held."""
    monkeypatch.setattr("tokcost.requests.lines._LONGEST_DOCUMENT", 3 << 20)
    monkeypatch.setattr("tokcost.requests.lines.LONGEST_LINE", 2 << 20)
    Path("bomb.jsonl.gz").write_bytes(gzip.compress(begin + b"a" * (8 << 20)))
    result = run("batch", "bomb.jsonl.gz", "--max-cost", "1")
    assert (result.code, result.err.splitlines()[0]) == (2, f"tokcost: bomb.jsonl.gz:{problem}")
    assert "--max-cost cannot be checked" in result.err


def test_a_pipe_is_not_split(run: Run) -> None:
    """It can be read once, and would keep the second reading waiting."""
    os.mkfifo("pipe.jsonl")
    result = run("batch", "pipe.jsonl", "--split-lines", "2")
    problem = "tokcost: error: pipe.jsonl: a pipe can be read only once: save it as a file to split that\n"
    assert (result.code, result.out, result.err) == (2, "", problem)


def test_a_pipe_in_the_place_of_the_cache_costs_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The prompt is counted as if there were no cache, and the pipe stays."""
    monkeypatch.setenv("TOKCOST_CACHE_DIR", str(Path.cwd()))
    Path("a.md").write_text("hello")
    Path("tokcost.toml").write_text('[[budget]]\npaths = ["a.md"]\nmax-cost = 1\n')
    os.mkfifo("counts-1.sqlite3")
    result = run("check", "-q")
    assert (result.code, result.err) == (0, "")
    assert Path("counts-1.sqlite3").is_fifo()


def test_damaged_text_in_parquet_is_one_line(run: Run) -> None:
    """Bytes of a column that are not UTF-8, which pyarrow hands on as they are."""
    pa = pytest.importorskip("pyarrow")
    pytest.importorskip("pyarrow.parquet")
    table = pa.table({"text": ["hello world"] * 3})
    pa.parquet.write_table(table, "a.parquet", compression="none", use_dictionary=False, write_statistics=False)
    data = Path("a.parquet").read_bytes()
    Path("a.parquet").write_bytes(data.replace(b"hello world", b"hello\xff\xfeorld", 1))
    result = run("corpus", "a.parquet", "--column", "text")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("tokcost: error: a.parquet: cannot be read as Parquet: 'utf-8' codec can't decode")
    assert result.err.count("\n") == 1


def test_unknown_models_cost_no_search_each(run: Run) -> None:
    """What the first ones may have meant is said; thousands of others are told as fast as known ones."""
    Path("r.jsonl").write_text("".join(line(f"a{at}", model=f"gpt-4p{at}") + "\n" for at in range(60)))
    result = run("batch", "r.jsonl", "-f", "json")
    problems = [row["problem"] for row in document(result)["rows"]]
    assert result.code == 2
    assert sum("did you mean" in problem for problem in problems) == 20
    assert all("unknown model 'gpt-4p" in problem for problem in problems)


@pytest.mark.parametrize("moment", ["9999-12-31T23:59-12:00", "0001-01-01T00:00+14:00"])
def test_a_moment_past_the_last_day_is_no_date(run: Run, moment: str) -> None:
    """Its zone leads out of all days there are."""
    result = run("count", "-t", "hi", f"--as-of={moment}")
    problem = f"tokcost: error: --as-of '{moment}': invalid date: write it as 2026-11-24 or 2026-11-24T02:30\n"
    assert (result.code, result.out, result.err) == (2, "", problem)


def test_a_report_of_the_last_day_is_projected(run: Run) -> None:
    """There is no day after it."""
    run("count", "-t", "hi", "--as-of", "9999-12-31", "-f", "json", "-o", "r.json")
    assert run("whatif", "r.json", "--price", "x2").code == 0


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("warnings", 5), ("pricing", {"day": 5}), ("input_tokens", []), ("output_tokens", True), ("cost", {}),
        ("cost", True),
    ],
)  # fmt: skip
def test_a_saved_report_with_another_value_is_read_or_refused(run: Run, key: str, value: object) -> None:
    """A list, a number or a truth where something else belongs: never a fault of the tool."""
    saved = document(run("count", "-t", "hi", "-f", "json"))
    (saved if key in saved else saved["rows"][0])[key] = value
    Path("r.json").write_text(json.dumps(saved))
    for argv in (("whatif", "r.json", "--price", "x2"), ("diff", "r.json", "r.json")):
        result = run(*argv)
        assert "bug" not in result.err, result
        assert result.code == (2 if key not in saved else result.code), result
