"""Tables as programs and consoles save them: what separates cells, what stands before the header, numbers, charsets."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run, document

COLUMNS = ("start_time_iso", "end_time_iso", "start_time", "end_time", "model", "num_model_requests", "input_tokens",
           "output_tokens", "input_cached_tokens")  # fmt: skip
ROWS = (
    ("2026-02-24T00:00:00Z", "2026-02-25T00:00:00Z", 1771891200, 1771977600, "gpt-5", 2, 9000, 400, 0),
    ("2026-02-25T00:00:00Z", "2026-02-26T00:00:00Z", 1771977600, 1772064000, "gpt-5", 3, 1000, 100, 500),
)
MAP = ("--map", "input=in,output=out,model=m,charged=c", "--as-of", "2026-02-25")


def table(delimiter: str = ",", end: str = "\n", quoting: Any = csv.QUOTE_MINIMAL) -> str:
    made = io.StringIO()
    writer = csv.writer(made, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerows([COLUMNS, *ROWS])
    return made.getvalue()


def totals(run: Run, content: bytes, *options: object, name: str = "x.csv") -> tuple[int, list[int], list[str]]:
    """Exit code, tokens in and out, problems."""
    Path(name).write_bytes(content)
    result = run("usage", name, "-f", "json", *options)
    if not result.out:
        return result.code, [], [result.err]
    found = document(result)
    sums = [found["totals"][key] for key in ("requests", "input_tokens", "cached_tokens", "output_tokens")]
    return result.code, sums, [f"{each['where']}: {each['why']}" for each in found["problems"]]


@pytest.mark.parametrize(
    ("delimiter", "charset"), [(",", "utf-8-sig"), ("\t", "utf-16"), (";", "utf-8"), ("|", "utf-32")]
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_delimiter_line_end_and_charset_with_a_mark(run: Run, delimiter: str, end: str, charset: str) -> None:
    """The same export however a spreadsheet saved it; each row once, under every quoting, and with empty last cells."""
    expected: tuple[int, list[int], list[str]] = (0, [5, 10_000, 500, 500], [])
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL):
        assert totals(run, table(delimiter, end, quoting).encode(charset)) == expected
    trailing = table(delimiter, end).replace("400" + delimiter + "0" + end, "400" + delimiter + "0" + delimiter + end)
    assert totals(run, trailing.encode(charset)) == expected


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_letters_without_a_mark_are_read(run: Run, charset: str) -> None:
    """Tables and lines of JSON, packed too; what has NULs elsewhere is no text."""
    expected: tuple[int, list[int], list[str]] = (0, [5, 10_000, 500, 500], [])
    assert totals(run, table("\t", "\r").encode(charset)) == expected
    assert totals(run, gzip.compress(table().encode(charset)), name="x.csv.gz") == expected
    line = json.dumps({"model": "gpt-5", "usage": {"prompt_tokens": 7, "completion_tokens": 3}})
    assert totals(run, f"{line}\n".encode(charset), name="x.jsonl") == (0, [1, 7, 0, 3], [])
    assert totals(run, b"\x07\0" + line.encode(charset), name="x.jsonl")[0] == 2


def test_what_stands_before_a_header_is_passed_over(run: Run) -> None:
    """Titles, an account and a span of time, some with delimiters; lines are numbered as the file has them."""
    before = 'Usage report\n"Account, billed",a-1\nFrom,2026-02-24\n\nsep=,\n'
    assert totals(run, (before + table()).encode()) == (0, [5, 10_000, 500, 500], [])
    broken = (before + table()).replace(",9000,", ",many,").encode()
    assert totals(run, broken) == (2, [3, 1000, 500, 100], ["x.csv:7: 'input_tokens' is not a whole number: 'many'"])
    late = "\n".join(["words"] * 30) + "\n" + table()
    assert totals(run, late.encode())[0] == 2


def test_a_header_over_several_lines_is_one(run: Run) -> None:
    """A line end inside a quoted name of a column."""
    text = table().replace("input_cached_tokens", '"input_cached_tokens","made\nby hand"').replace(",0\n", ",0,x\n")
    text = text.replace(",500\n", ",500,\n")
    assert totals(run, text.encode()) == (0, [5, 10_000, 500, 500], [])


@pytest.mark.parametrize(
    ("cells", "charged"),
    [
        (["0,25", "1,5"], "1.75"),
        (["1.234,5", "0,5"], "1235"),
        (["1,250", "0,5"], "1.75"),
        (["1.250", "0,5"], "1250.5"),
        (["1,250,000", "1,250"], "1251250"),
        (["1,250.5", "1,250"], "2500.5"),
        (["1.25", "2.5"], "3.75"),
    ],
)
def test_a_comma_before_decimals_is_told_by_the_table(run: Run, cells: list[str], charged: str) -> None:
    """With semicolons between cells; any number that can be read in one way alone decides for the others."""
    text = "m;in;out;c\n" + "".join(f"gpt-5;10;1;{cell}\n" for cell in cells)
    Path("x.csv").write_text(text)
    found = document(run("usage", "x.csv", "-f", "json", *MAP))
    assert (found["problems"], found["totals"]["charged"]) == ([], charged)


def test_a_number_that_may_be_two_is_refused(run: Run) -> None:
    """1,250 alone, or where a table has decimals after both: neither 1.25 nor 1250."""
    why = "'1,250' may be 1.250 or 1250: write it with a point before decimals and without groups"
    assert totals(run, b"m;in;out;c\ngpt-5;10;1;1,250\n", *MAP)[2][0].endswith(f"x.csv:2: {why}\n")
    both = b"m;in;out;c\ngpt-5;10;1;1,250\ngpt-5;10;1;0,5\ngpt-5;10;1;1,250.5\n"
    assert totals(run, both, *MAP) == (2, [2, 20, 0, 2], [f"x.csv:2: {why}"])
    grouped = b'm,in,out,c\ngpt-5,"1,250",1,"1,250.50"\n'
    assert totals(run, grouped, *MAP)[1] == [1, 1250, 0, 1]


def test_a_table_in_a_folder_is_named_where_its_columns_are_not_known(run: Run) -> None:
    """One that speaks of models or tokens is a problem, others are named; a text with commas is none."""
    Path("d").mkdir()
    Path("d/good.jsonl").write_text(json.dumps({"model": "gpt-5", "prompt_tokens": 1, "completion_tokens": 1}) + "\n")
    Path("d/users.csv").write_text("name,town\nann,york\n")
    Path("d/notes.txt").write_text("We met, we talked about tokens, 5 of them,\nand left.\n")
    result = run("usage", "d", "-f", "json", "--as-of", "2026-02-25")
    found = document(result)
    assert (result.code, found["problems"]) == (0, [])
    assert found["warnings"] == ["2 files with no usage: d/notes.txt, d/users.csv"]
    Path("d/users.csv").write_text("name,Prompt tokens\nann,12\n")
    result = run("usage", "d", "-f", "json", "--as-of", "2026-02-25")
    assert (result.code, [each["where"] for each in document(result)["problems"]]) == (2, ["d/users.csv"])


# gpt-5: 1.25 in, 0.125 cached, 10 out: 9,001 x 1.25 + 401 x 10 = 15,261.25 per million
FLAT = "model,created_at,prompt_tokens,completion_tokens"
SPENT = "request_id,call_type,spend,total_tokens,prompt_tokens,completion_tokens,startTime,model,cache_hit"


@pytest.mark.parametrize(
    ("lines", "code", "cost", "said"),
    [
        ([FLAT, "gpt-5,2026-02-24 21:19:33,9001,401"], 0, "0.01526125", ""),
        ([FLAT.upper(), "gpt-5,2026-02-24,9001,401"], 0, "0.01526125", ""),
        ([FLAT + ",shadow_tokens", "gpt-5,2026-02-24,9001,401,7"], 2, "0.01526125", "'shadow_tokens' (7)"),
        ([FLAT, "gpt-5,2026-02-24,9001,"], 2, None, "'completion_tokens' is not stated"),
        (["model;day;input_tokens;output_tokens", "gpt-5;2026-02-24;9001;401"], 0, "0.01526125", ""),
        ([SPENT, "r1,acompletion,0.02,9402,9001,401,2026-02-24 21:19:33,gpt-5,False"], 0, "0.01526125", ""),
        ([SPENT, "r1,acompletion,0.02,9402,9001,401,2026-02-24 21:19:33,gpt-5,True"], 0, "0", "own cache"),
    ],
)
def test_columns_named_like_counts_need_no_map(
    run: Run, lines: list[str], code: int, cost: str | None, said: str
) -> None:
    """A row is what a flat line of JSON would be; LiteLLM's spend logs are read by their own rules."""
    result = run("usage", "--format", "json", "--as-of", "2026-02-24", stdin="\n".join(lines).encode())
    assert result.code == code, result.err
    assert said in result.err + result.out
    if result.out:
        assert json.loads(result.out)["totals"]["cost"] == cost
