"""SQLite databases among logs: known tables are read row by row, the file is never changed, damage is one line."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Run, document

COLUMNS = "id text primary key, model text, datetime_utc text, input_tokens, output_tokens, token_details text"
# 60 x 2.5 + 40 x 0.25 + 10 x 15 = 310 per million, of each of two rows; a row without counts carries none.
ROWS: list[tuple[object, ...]] = [
    ("1", "gpt-5.4", "2026-11-20T10:00:00", 100, 10, '{"prompt_tokens_details": {"cached_tokens": 40}}'),
    ("2", "gpt-5.4", "2026-11-20T10:00:00", 100, 10, '{"prompt_tokens_details": {"cached_tokens": 40}}'),
    ("3", "gpt-5.4", "2026-11-20T10:00:00", None, None, None),
]


def made(path: Path, rows: list[tuple[object, ...]] = ROWS, table: str = "responses", mode: str = "delete") -> Path:
    """A database with some rows; in mode "wal" with all of them outside of it yet, as while it is in use."""
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA journal_mode = {mode}")
        database.execute(f"CREATE TABLE {table} ({COLUMNS})")
        database.executemany(f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?, ?)", rows)
        database.commit()
        if mode == "wal":
            kept = path.with_name(f"copy-{path.name}")
            for end in ("", "-wal"):
                shutil.copyfile(f"{path}{end}", f"{kept}{end}")
            return kept
    return path


def test_rows_are_read_and_nothing_is_changed(run: Run, tmp_path: Path) -> None:
    """Whatever it is called, packed, or in use: its bytes and what lies beside it stay as they are."""
    plain = made(tmp_path / "logs.db")
    in_use = made(tmp_path / "busy.db", mode="wal")
    other = tmp_path / "app.log"
    shutil.copyfile(plain, other)
    packed = tmp_path / "logs.db.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    for path in (plain, in_use, other, packed):
        result = run("usage", path, "-f", "json", "--by", "file")
        totals = document(result)["totals"]
        assert (result.code, totals["requests"], totals["cost"]) == (0, 2, "0.00062"), result.err
        assert document(result)["rows"][0]["file"].endswith(path.name)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


def test_a_row_that_is_damaged_is_a_problem(run: Run, tmp_path: Path) -> None:
    """It is named by its table and number, and hides no other."""
    bad: list[tuple[object, ...]] = [("4", "gpt-5.4", "2026-11-20", 5, "many", None), ("5", "gpt-5.4", "?", 5, 1, None)]
    result = run("usage", made(tmp_path / "logs.db", ROWS + bad), "-f", "json")
    found = document(result)
    assert (result.code, found["totals"]["cost"]) == (2, "0.00062")
    assert [each["where"].partition("logs.db:")[2] for each in found["problems"]] == ["responses[4]", "responses[5]"]


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"SQLite format 3\0" + b"\xff" * 4096, "cannot be read"), (b"SQLite format 3\0\x10\0", "cannot be read")],
)
def test_a_damaged_database_is_one_line(run: Run, tmp_path: Path, content: bytes, why: str) -> None:
    """No traceback, exit 2, and the logs beside it are read."""
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "bad.db").write_bytes(content)
    made(folder / "good.db")
    result = run("usage", folder, "-f", "json")
    found = document(result)
    assert (result.code, found["totals"]["cost"], len(found["problems"])) == (2, "0.00062", 1)
    assert why in found["problems"][0]["why"]


def test_a_database_without_known_tables_is_named_with_them(run: Run, tmp_path: Path) -> None:
    """One that counts tokens is a problem; another is a note in a folder, and refused where it is named."""
    unknown = made(tmp_path / "calls.db", table="calls")
    result = run("usage", unknown)
    assert (result.code, "its tables: calls" in result.err, "calls.input_tokens" in result.err) == (2, True, True)
    folder = tmp_path / "folder"
    folder.mkdir()
    made(folder / "logs.db")
    notes = made(folder / "notes.db", [], "notes")
    result = run("usage", folder, "-f", "json")
    assert (result.code, document(result)["totals"]["cost"], "its tables: notes" in result.err) == (0, "0.00062", True)
    result = run("usage", notes)
    assert (result.code, "its tables: notes" in result.err) == (2, True)


def test_a_database_is_neither_piped_nor_followed(run: Run, tmp_path: Path) -> None:
    """It is entered anywhere, so that it has to be a file; and it does not grow by lines."""
    path = made(tmp_path / "logs.db")
    assert "from a pipe" in run("usage", stdin=path.read_bytes()).err
    assert "a SQLite database, which cannot be followed" in run("usage", "--follow", path).err
