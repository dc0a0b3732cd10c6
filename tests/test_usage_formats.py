"""``usage --formats``: every format that is read is listed, each once, with where it lies and how it counts."""

from __future__ import annotations

import pytest

from tests.conftest import Run, document
from tokcost.logs.formats.registry import FORMATS
from tokcost.logs.tables import TABLES


def test_every_declared_format_is_listed_once(run: Run) -> None:
    """A format that is read and not listed would have to be guessed."""
    result = run("usage", "--formats", "--format", "json")
    assert (result.code, result.err) == (0, "")
    rows = document(result)["rows"]
    names = [row["name"] for row in rows]
    assert len(set(names)) == len(names)
    assert {each.name for each in FORMATS} | {each.name for each in TABLES} <= set(names)
    assert all(row["where"] and row["counts"] for row in rows)


@pytest.mark.parametrize("more", [["u.jsonl"], ["--max-cost", "0"], ["--max-cost-per", "key=1"], ["--follow"]])
def test_a_list_of_formats_holds_no_limit(run: Run, more: list[str]) -> None:
    """It reads no log: what was to be checked is not, and that is no pass."""
    result = run("usage", "--formats", *more)
    assert (result.code, result.out) == (2, "")
    assert "--formats lists what is read" in result.err


def test_a_keyed_format_is_found_by_its_keys() -> None:
    """Keys are what a value is looked up by: one format has no others to hide behind."""
    assert len({each.name for each in FORMATS}) == len(FORMATS)
    assert all(isinstance(each.keys, frozenset) for each in FORMATS)
