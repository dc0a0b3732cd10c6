"""What a folder of logs holds besides plain ones: rotated, packed and renamed logs, other forms, and what is no log."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Run, document

CHAT = {
    "model": "gpt-5",
    "timestamp": "2026-02-24T10:00:00Z",
    "usage": {"prompt_tokens": 1000, "completion_tokens": 10},
}
LINE = json.dumps(CHAT).encode() + b"\n"
COLUMNS = b"start_time\tend_time\tmodel\tnum_model_requests\tinput_tokens\toutput_tokens\n"
TABLE = COLUMNS + b"1771891200\t1771977600\tgpt-5\t1\t9\t1\n"


def test_logs_are_read_under_all_their_names(run: Run) -> None:
    """Numbered and dated by a rotation, packed before or after it, in capitals, in other forms: each counts once."""
    Path("d").mkdir()
    plain = (
        "x.jsonl", "x.jsonl.1", "x.log.2026-02-24", "x.log.2026-02-24_21-19", "x.log.2026-02-24T21:19:33Z",
        "x.jsonl-20260224", "x.log.1708798773", "X.LOG.2", "x-2026.ndjson",
    )  # fmt: skip
    files = dict.fromkeys(plain, LINE)
    files |= {"a.log.3.gz": gzip.compress(LINE), "a.log.gz.4": gzip.compress(LINE), "a.jsonl.bz2": bz2.compress(LINE)}
    files |= {"b.jsonl-20260224.xz": lzma.compress(LINE), "c.txt": LINE.decode().encode("utf-16")}
    files |= {"d.jsonl": LINE.replace(b"\n", b"\r") * 2, "e.tsv": TABLE}
    answer = {"request": {}, "response": {"status": 200, "content": {"text": LINE.decode()}}}
    files |= {"f.har": json.dumps({"log": {"entries": [answer]}}).encode()}
    recorded = "interactions:\n- request: {uri: https://x.org}\n  response:\n    status: {code: 200}\n    body:\n"
    files |= {"g.yaml": (recorded + f"      string: '{LINE.decode().strip()}'\nversion: 1\n").encode()}
    for name, content in files.items():
        Path("d", name).write_bytes(content)
    with zipfile.ZipFile("d/z.zip", "w") as archive:
        archive.writestr("in.jsonl", LINE)
        archive.writestr("in.log.1", LINE)
    with closing(sqlite3.connect("d/h.db")) as database:
        database.execute("CREATE TABLE responses (id TEXT, model TEXT, datetime_utc TEXT, input_tokens INT, "
                         "output_tokens INT, token_details TEXT)")  # fmt: skip
        database.execute("INSERT INTO responses VALUES ('r', 'gpt-5', '2026-02-24T10:00:00', 1000, 10, NULL)")
        database.commit()
    result = run("usage", "d", "-f", "json", "--by", "file")
    found = document(result)
    assert (result.code, found["problems"], found["warnings"]) == (0, [], [])
    names = {row["name"].removeprefix("d/"): row["requests"] for row in found["rows"]}
    assert names == {**dict.fromkeys(files, 1), "d.jsonl": 2, "z.zip/in.jsonl": 1, "z.zip/in.log.1": 1, "h.db": 1}


NO_LOGS = {
    "app.log": (b"started\nstopped, at once\n", "app.log: no usage in its 2 lines"),
    "meta.json": (b'{"name": "x",\n "max_tokens": 5}\n', "meta.json: no usage in its 2 lines"),
    "compose.yml": (b"services:\n  db: {image: x\n", "compose.yml: skipped: YAML without recorded calls"),
    "blank.jsonl": (b"\n\n", "blank.jsonl: skipped: empty"),
    "photo.json": (b"\x89PNG\r\n\0\0", "photo.json: skipped: a binary file"),
    "x.sqlite": (b"", "x.sqlite: skipped: a SQLite database without a table that is known"),
    "x.log.bak": (LINE, "x.log.bak: skipped: not named like a log"),
}


@pytest.mark.parametrize("name", NO_LOGS)
def test_what_is_no_log_beside_one_is_named_and_no_fault(run: Run, name: str) -> None:
    """One note of it; alone it is no answer, and the same sentence says why."""
    content, said = NO_LOGS[name]
    Path("d").mkdir()
    if name.endswith(".sqlite"):
        with closing(sqlite3.connect(f"d/{name}")) as database:
            database.execute("CREATE TABLE users (name TEXT)")
            database.commit()
    else:
        Path("d", name).write_bytes(content)
    alone = run("usage", "d")
    assert (alone.code, alone.out) == (2, "")
    assert f"no usage was found: d/{said}" in alone.err
    Path("d/good.jsonl").write_bytes(LINE)
    result = run("usage", "d", "-f", "json")
    found = document(result)
    assert (result.code, found["totals"]["requests"], found["problems"]) == (0, 1, [])
    assert [each for each in found["warnings"] if each.startswith(f"d/{said}")] == found["warnings"]


def test_a_name_that_begins_like_a_key_is_shown(run: Run) -> None:
    """Words and dates behind ``hf_`` are a name; a key in a name is a fingerprint all the same."""
    Path("hf_usage_log_2026-02-24.jsonl").write_bytes(LINE)
    assert "hf_usage_log_2026-02-24.jsonl" in run("usage", ".", "--by", "file").out
    key = "hf_" + "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zZ12"
    Path(f"{key}.jsonl").write_bytes(LINE)
    assert key not in run("usage", ".", "--by", "file").out
