"""``tokcost corpus``: limits, exit codes, currencies, and reports to where people look."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.conftest import Result, Run

pytestmark = pytest.mark.usefixtures("before_notes")

# o200k_base: 2, 1 and 3 tokens; at $2.50 a million they are $0.000015.
LINES = "".join(json.dumps({"text": text}) + "\n" for text in ("안녕하세요", "a", "안녕하세요."))
HEADER = [
    "name", "model", "provider", "encoding", "documents", "input_tokens", "input_tokens_low", "input_tokens_high",
    "cached_tokens", "output_tokens", "standing", "note", "cost", "cost_low", "cost_high",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _files() -> None:
    """Three documents of 6 tokens, and one of 2."""
    Path("d.jsonl").write_text(LINES)
    Path("e.txt").write_text("hello world")


def test_within_the_limits_nothing_is_said(run: Run) -> None:
    """8 tokens at $2.50 a million are $0.00002: exactly at a limit is within it."""
    argv = ("corpus", "d.jsonl", "e.txt", "-m", "gpt-4o", "--max-cost", "0.00002", "--max-tokens", "8")
    assert run(*argv) == Result(
        0,
        "name     model   documents  input  standing       cost\n"
        "d.jsonl  gpt-4o          3      6  exact     $0.000015\n"
        "e.txt    gpt-4o          1      2  exact     $0.000005\n"
        "total    gpt-4o          4      8  exact      $0.00002\n",
        "",
    )


def test_a_total_over_a_limit_is_exit_1_with_fact_and_remedy(run: Run) -> None:
    """$0.00002 against $0.000015: $0.000005 are 2 tokens at $2.50 a million; and 8 tokens against 7."""
    result = run("corpus", "-q", "d.jsonl", "e.txt", "-m", "gpt-4o", "--max-cost", "0.000015", "--max-tokens", "7")
    assert (result.code, result.out) == (1, "8\n")
    tokens, cost = result.err.splitlines()
    assert tokens == (
        "tokcost: gpt-4o: 8 input tokens exceed the limit of 7 by 1: cut 1 token (the largest input is d.jsonl with 6)"
    )
    assert cost.startswith(
        "tokcost: gpt-4o: a cost of $0.00002 exceeds the limit of $0.000015 by $0.000005: "
        "cut 2 tokens (the largest input is d.jsonl with 6) or take "
    )


def test_every_model_is_held_to_the_limit_by_itself(run: Run) -> None:
    """6 tokens each, never 12 together; documents and tokens of alternatives have no sum."""
    argv = ("corpus", "d.jsonl", "-m", "gpt-4o", "-m", "gpt-4o-mini", "-f", "json")
    within = run(*argv, "--max-tokens", "6")
    assert (within.code, within.err) == (0, "")
    totals = json.loads(within.out)["totals"]
    assert (totals["documents"], totals["input_tokens"], totals["cost"]) == (None, None, None)
    assert [each["documents"] for each in totals["by_model"]] == [3, 3]
    broken = run(*argv, "--max-tokens", "5")
    assert broken.code == 1
    assert [found["model"] for found in json.loads(broken.out)["findings"]] == ["gpt-4o", "gpt-4o-mini"]


def test_a_limit_on_an_unpriced_model_cannot_be_checked(run: Run) -> None:
    """Exit 2, also with --keep-going and --exit-zero: a gate that could not check never passes."""
    argv = ("corpus", "e.txt", "-m", "claude-2.1")
    result = run(*argv, "--max-cost", "1", "--keep-going", "--exit-zero")
    assert result.code == 2
    assert "tokcost: --max-cost cannot be checked: claude-2.1 is unpriced: retired" in result.err
    assert run(*argv).code == 2
    assert run(*argv, "--keep-going").code == 0
    assert run(*argv, "-q") == Result(0, "2\n", "")  # only the number of tokens is asked for


def test_what_could_not_be_read_is_exit_2_unless_kept_going(run: Run) -> None:
    """--keep-going takes the rest for the answer, but not where a limit is set; the line is named either way."""
    Path("d.jsonl").write_text(LINES + "{\n")
    argv = ("corpus", "d.jsonl", "-m", "gpt-4o", "-q")
    line = f"tokcost: d.jsonl: the line at byte {len(LINES)} is not valid JSON: Expecting property name enclosed in "
    for options, code in (((), 2), (("--keep-going",), 0), (("--keep-going", "--max-tokens", "100"), 2)):
        result = run(*argv, *options)
        assert (result.code, result.out) == (code, "6\n")
        assert result.err.startswith(line)


def test_the_first_unread_documents_are_named_and_the_rest_counted(run: Run) -> None:
    """5 of 7 lines with their place, 2 in one problem that stands for both."""
    Path("d.jsonl").write_text('{"text": "a"}\n' + "{}\n" * 7)
    result = run("corpus", "d.jsonl", "--encoding", "o200k_base", "-f", "json")
    problems = json.loads(result.out)["problems"]
    assert result.code == 2
    assert [problem["lines"] for problem in problems] == [1, 1, 1, 1, 1, 2]
    assert problems[0] == {
        "where": "d.jsonl",
        "why": "the line at byte 14 has no field 'text': give --field",
        "lines": 1,
    }
    assert problems[-1] == {"where": "d.jsonl", "why": "2 more documents could not be read", "lines": 2}
    assert result.err.count("\n") == 6


def test_exit_zero_reports_a_broken_limit_and_hides_it(run: Run) -> None:
    """The finding is told, the code is 0; it does not hide what could not be read."""
    argv = ("corpus", "-q", "-m", "gpt-4o", "--max-tokens", "1", "--exit-zero")
    result = run(*argv, "e.txt")
    assert (result.code, result.out) == (0, "2\n")
    assert "2 input tokens exceed the limit of 1 by 1" in result.err
    assert run(*argv, "e.txt", "nothing.txt").code == 2


def test_findings_go_to_where_people_look(run: Run) -> None:
    """One broken limit in every format of findings, each written beside the table."""
    names = ("sarif", "junit", "github", "gitlab", "markdown", "json", "csv")
    argv = [option for name in names for option in ("--report", f"{name}=out.{name}")]
    result = run("corpus", "e.txt", "-m", "gpt-4o", "--max-tokens", "1", *argv)
    assert result.code == 1
    message = "gpt-4o: 2 input tokens exceed the limit of 1 by 1"
    texts = {name: Path(f"out.{name}").read_text(encoding="utf-8") for name in names}
    assert json.loads(texts["sarif"])["runs"][0]["results"][0]["message"]["text"].startswith(message)
    assert [entry["description"].startswith(message) for entry in json.loads(texts["gitlab"])] == [True]
    assert json.loads(texts["json"])["findings"][0]["message"] == message
    assert all(message in texts[name] for name in ("junit", "github", "markdown"))
    assert texts["csv"].splitlines()[0].split(",") == HEADER


def test_amounts_are_shown_in_the_currency_asked_for(run: Run) -> None:
    """$0.000005 at 1,390.5 won is 0.0069525 won, with 10 % tax 0.00764775; the limit is in won too."""
    argv = ("corpus", "e.txt", "-m", "gpt-4o", "--currency", "KRW", "--fx", "1390.5@2026-11-20", "-f", "json")
    found = json.loads(run(*argv).out)
    assert (found["currency"], found["totals"]["cost"]) == ("KRW", "0.0069525")
    taxed = run(*argv, "--vat", "10%", "--max-cost", "0.007")
    assert taxed.code == 1
    assert json.loads(taxed.out)["findings"][0]["value"] == "0.00764775"


def test_two_currencies_are_refused_before_anything_is_counted(run: Run) -> None:
    """HCX-007 is priced in won: without a rate there is no report, and nothing is read for it."""
    result = run("corpus", "nothing.txt", "-m", "gpt-4o", "-m", "HCX-007")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("tokcost: error: amounts in KRW and in USD: one report has one currency")


def test_a_document_whose_range_spans_a_cliff_is_bounded_over_both_sides(run: Run) -> None:
    """100 tokens within 10 %, $10 a million up to 95 and $1 past them: from 96 x $1 to 95 x $10, likely 100 x $1.

    Two such documents cost twice that, and count says the same of each.
    """
    Path("own.toml").write_text(
        '[tokcost]\nschema = 1\n[acme.zz]\nencoding = "o200k_base"\nstanding = "estimate"\nmargin = 10\n'
        '[[acme.zz.rates]]\nfrom = 2026-01-01\ninput = "10"\noutput = "10"\n'
        'long = [{ prompt = ">95", input = "1", output = "1" }]\n'
    )
    text = "a" + " a" * 99
    Path("d.jsonl").write_text((json.dumps({"text": text}) + "\n") * 2)
    argv = ("-m", "zz", "--prices", "own.toml", "-f", "json")
    row = json.loads(run("corpus", "d.jsonl", *argv).out)["rows"][0]
    assert (row["input_tokens"], row["input_tokens_low"], row["input_tokens_high"]) == (200, 180, 220)
    assert (row["cost"], row["cost_low"], row["cost_high"]) == ("0.0002", "0.000192", "0.0019")
    one = json.loads(run("count", "-t", text, *argv).out)["rows"][0]
    assert (one["cost"], one["cost_low"], one["cost_high"]) == ("0.0001", "0.000096", "0.00095")


def test_csv_has_one_header_with_prices_and_without(run: Run) -> None:
    """The columns do not depend on what is asked for."""
    priced = run("corpus", "e.txt", "-m", "gpt-4o", "-f", "csv")
    bare = run("corpus", "e.txt", "--encoding", "o200k_base", "-f", "csv")
    assert (priced.code, bare.code) == (0, 0)
    assert [next(csv.reader([each.out.splitlines()[0]])) for each in (priced, bare)] == [HEADER, HEADER]


def test_a_picture_that_cannot_be_written_does_not_cost_the_counts(run: Run) -> None:
    """The table is printed, the exit code says that something is missing."""
    result = run("corpus", "e.txt", "-m", "gpt-4o", "--plot", "nowhere/out.svg")
    assert result.code == 2
    assert "e.txt  gpt-4o" in result.out
    assert result.err.startswith("tokcost: --plot nowhere/out.svg: cannot be written")


def test_one_id_of_two_sellers_has_its_own_lengths(run: Run) -> None:
    """By the full names, so that none is lost."""
    Path("own.toml").write_text(
        "[tokcost]\nschema = 1\n"
        + "".join(
            f'[{seller}.zz]\nencoding = "o200k_base"\nstanding = "exact"\n'
            f'[[{seller}.zz.rates]]\nfrom = 2026-01-01\ninput = "1"\noutput = "1"\n'
            for seller in ("acme", "bolt")
        )
    )
    argv = ("corpus", "e.txt", "-m", "acme/zz", "-m", "bolt/zz", "--prices", "own.toml", "-f", "json")
    assert set(json.loads(run(*argv).out)["details"]["lengths"]) == {"acme/zz", "bolt/zz"}


@pytest.mark.parametrize(("argv", "line"), [
    (("--as", "xml"), "unknown kind of file 'xml': choose text, jsonl, csv or parquet"),
    (("--charset", "none"), "unknown charset 'none': name one that Python knows, as utf-16 or cp949"),
    (("--encoding", "o200k_base", "--max-cost", "1"),
     "--encoding counts tokens only: leave out --model and what goes with prices, or leave it out"),
])  # fmt: skip
def test_an_option_that_makes_no_sense_is_one_line(run: Run, argv: tuple[str, ...], line: str) -> None:
    """What, and what to do."""
    assert run("corpus", "e.txt", *argv) == Result(2, "", f"tokcost: error: {line}\n")
