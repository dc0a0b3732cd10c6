"""--map: where the fields of any log stand, in tables, lines and documents of JSON; and maps kept under a name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run, document

ROW = {"m": "gpt-5", "i": 1000, "o": 100}
PLAIN = "model=m,input=i,output=o"


def sums(run: Run, content: str | bytes, fields: str, *options: object) -> tuple[int, int, int, int, list[Any]]:
    """Exit code, requests, input and output tokens, and the problems, of a log that is piped in."""
    data = content.encode() if isinstance(content, str) else content
    result = run("usage", "--map", fields, "-f", "json", "--as-of", "2026-02-25", *options, stdin=data)
    if not result.out:
        return result.code, 0, 0, 0, [result.err]
    found = document(result)
    assert "tokcost: bug" not in result.err
    totals, problems = found["totals"], [each["why"] for each in found["problems"]]
    return result.code, totals["requests"], totals["input_tokens"], totals["output_tokens"], problems


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(ROW) + "\n" + json.dumps(ROW),
        json.dumps([ROW, ROW]),
        json.dumps([ROW, ROW], indent=2),
        json.dumps(ROW, indent=2) + "\n" + json.dumps(ROW, indent=2),
        "m,i,o\ngpt-5,1000,100\ngpt-5,1000,100\n",
        "m\ti\to\rgpt-5\t1000\t100\rgpt-5\t1000\t100\r",
        "made by hand\n\nm;i;o\ngpt-5;1000;100\ngpt-5;1000;100\n",
    ],
)
def test_a_map_holds_for_objects_wherever_they_stand(run: Run, content: str) -> None:
    """Lines, arrays in one line or many, documents, tables with any delimiter and with a title before the header."""
    assert sums(run, content, PLAIN) == (0, 2, 2000, 200, [])
    assert sums(run, content.encode("utf-16"), PLAIN) == (0, 2, 2000, 200, [])


NESTED = {"a.b": {"c": 7}, "a": {"b": {"d": 8}, "c": [{"n": 1}, {"n": 2}]}, "x+y": 3, "x,y": 4, "x=y": 5, "t[0]": 6}


@pytest.mark.parametrize(
    ("path", "tokens"),
    [
        ("a.b.c", 7),
        ("a.b.d", 8),
        ('"a.b".c', 7),
        ("'a.b'.c", 7),
        ("a.c[1].n", 2),
        ("a.c.0.n", 1),
        ("a.c[-1].n", 2),
        ("a.c[0].n+a.c[1].n", 3),
        ("x+y", 3),
        ('"x+y"', 3),
        ('"x,y"', 4),
        ("x=y", 5),
        ("t[0]", 6),
        ('"x+y" + a.b.d', 11),
    ],
)
def test_a_path_finds_what_it_names(run: Run, path: str, tokens: int) -> None:
    """Names with dots (the longest that is there, or quoted), indices of lists, sums, marks inside quotes."""
    assert sums(run, json.dumps({**NESTED, "m": "gpt-5"}), f"input={path},model=m") == (0, 1, tokens, 0, [])


def test_a_path_goes_into_columns_with_dots_and_into_json_in_a_cell(run: Run) -> None:
    """A column of a data frame is named as it is; an object that is written as text is one all the same."""
    table = 'attributes.llm.model,llm.in,meta\ngpt-5,1000,"{""usage"": {""out"": 100}}"\n'
    assert sums(run, table, "input=llm.in,output=meta.usage.out,model=attributes.llm.model") == (0, 1, 1000, 100, [])


def test_parts_of_a_sum_may_be_null_and_never_unknown(run: Run) -> None:
    """A null or absent part adds nothing; where all are, the count is not known; a name that no line has is told."""
    lines = [{**ROW, "r": 50}, {**ROW, "r": None}, ROW, {"m": "gpt-5", "i": 1000, "o": None}, {"m": "gpt-5", "i": 1}]
    log = "\n".join(map(json.dumps, lines))
    unknown = "'o+r' is not stated: tokens that are not known are not priced as none"
    assert sums(run, log, "input=i,output=o+r,model=m") == (2, 3, 3000, 350, [unknown, "no field 'o+r' (output)"])
    assert sums(run, json.dumps(ROW), "input=i,output=o+reasonning,model=m") == (
        2, 1, 1000, 100, ["--map: no line has 'reasonning' (output)"],
    )  # fmt: skip


def test_a_name_that_no_line_has_is_told_once(run: Run) -> None:
    """A time under another name than the map says is no silence: the warning names it."""
    result = run("usage", "--map", PLAIN + ",time=tiem", "--as-of", "2026-02-25", stdin=json.dumps(ROW).encode())
    assert result.code == 0
    assert "--map: no line has 'tiem' (time)" in result.err


def test_charges_are_added_exactly(run: Run) -> None:
    """A charge that a log splits is a sum: 0.1 + 0.2 = 0.3."""
    log = json.dumps({**ROW, "c": "0.1", "d": 0.2}).encode()
    found = document(run("usage", "--map", PLAIN + ",charged=c+d", "-f", "json", "--as-of", "2026-02-25", stdin=log))
    assert found["totals"]["charged"] == "0.3"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ('input="a', "the quote \" is not closed"),
        ("input=a..b", "write a path as"),
        ("input=.a", "write a path as"),
        ("input=a.", "write a path as"),
        ("input=a+", "a sum is written as output=text+reasoning"),
        ("input=i,model=a+b", 'numbers are added, not names: one with a plus is written in "..."'),
        ("inputs=i", "unknown field 'inputs': did you mean 'input'?"),
        ("mine", "write it as input=prompt_tokens,output=completion_tokens"),
        ("model=m", "--map names no tokens"),
    ],
)  # fmt: skip
def test_a_map_that_is_none_is_one_line(run: Run, fields: str, why: str) -> None:
    """What is wrong with a map, before any log is read."""
    result = run("usage", "--map", fields, stdin=b"{}")
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert why in result.err


def test_a_table_without_a_column_of_the_map_says_which(run: Run) -> None:
    """The column that is not there, and those that are."""
    result = run("usage", "--map", "input=i,output=out+think,model=m", stdin=b"m,i,out\ngpt-5,1,1\n")
    assert (result.code, result.out) == (2, "")
    assert "stdin: no column 'think' (output) among 'm, i, out': --map names the columns" in result.err


@pytest.mark.parametrize("file", ["tokcost.toml", "pyproject.toml"])
def test_a_map_is_kept_under_a_name(run: Run, file: str) -> None:
    """[maps] of the configuration: by name in --map and as the map of all, with more fields beside it."""
    inside = "tool.tokcost." if file == "pyproject.toml" else ""
    Path(file).write_text(f'[{inside}maps]\nmine = "{PLAIN}"\nother = "input=x"\n')
    log = json.dumps({**ROW, "c": 10})
    assert sums(run, log, "mine") == (0, 1, 1000, 100, [])
    assert sums(run, log, "mine,cached=c,output=c") == (0, 1, 1000, 10, [])
    code, _, _, _, [told] = sums(run, log, "mien")
    assert (code, told.count("\n")) == (2, 1)
    assert f"--map: {file} has no map 'mien': did you mean 'mine'?" in told


def test_a_map_in_the_configuration_may_be_the_name_of_one(run: Run) -> None:
    """``map = "mine"`` is the map of all logs; a table that is none of texts is refused with its line."""
    Path("tokcost.toml").write_text(f'map = "mine"\n[maps]\nmine = "{PLAIN}"\n')
    assert document(run("usage", "-f", "json", stdin=json.dumps(ROW).encode()))["totals"]["input_tokens"] == 1000
    Path("tokcost.toml").write_text("[maps]\nmine = 3\n")
    result = run("usage", "--map", "mine", stdin=b"{}")
    assert (result.code, result.out) == (2, "")
    said = 'maps has mine, which must be a string in quotes, as "input=prompt,output=completion"'
    assert f"tokcost.toml:1: {said}" in result.err
