"""Names of files that are no UTF-8: the system has them, so each command and format does."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.conftest import Run

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names"),
    pytest.mark.usefixtures("before_notes"),
]


@pytest.mark.parametrize("name", [b"n\xff.txt", b"n\xff.jsonl"])
def test_counts_are_written_under_any_name(run: Run, name: bytes) -> None:
    """Parquet holds the name as the report shows it, and stands where it was told to."""
    path, out = Path(os.fsdecode(name)), Path(os.fsdecode(b"o\xff.parquet"))
    path.write_text('{"text": "hello"}\n')
    result = run("corpus", path, "-m", "gpt-4o", "--write-counts", out)
    assert (result.code, result.err) == (0, "")
    assert "n\\xff" in result.out or "n\\udcff" in result.out
    with out.open("rb") as file:
        (found,) = pq.read_table(file).to_pydict()["file"]
    assert found == f"n\\udcff{path.suffix}"
    assert {each for each in os.listdir(b".") if not each.startswith(b".")} == {name, os.fsencode(out)}
