"""Limits, pass-through and the context window."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Result, Run


def test_a_limit_that_is_kept_says_nothing(run: Run) -> None:
    """2 tokens cost $0.000005: exactly at the limit is within it."""
    result = run("count", "-q", "-t", "hello world", "-m", "gpt-4o", "--max-cost", "0.000005", "--max-tokens", "2")
    assert result == Result(0, "2\n", "")


def test_a_cost_over_the_limit_is_exit_1_with_fact_limit_and_remedy(run: Run) -> None:
    """1,000 tokens x $2.50 a million = $0.0025 against $0.002: 200 tokens too many, and gpt-4o-mini would do."""
    result = run("count", "-q", "-m", "gpt-4o", "--max-cost", "0.002", stdin=b"a" + b" a" * 999)
    assert (result.code, result.out) == (1, "1000\n")
    assert result.err.startswith(
        "tokcost: gpt-4o: a cost of $0.0025 exceeds the limit of $0.002 by $0.0005: cut 200 tokens or take "
    )
    assert result.err.count("\n") == 1


def test_tokens_over_the_limit_are_exit_1(run: Run) -> None:
    """The fact, the limit, by how much, what to do, and the largest input."""
    Path("a.md").write_text("hello world")
    Path("b.md").write_text("hello world again")
    result = run("count", "-q", "a.md", "b.md", "-m", "gpt-4o", "--max-tokens", "4")
    assert result == Result(
        1,
        "5\n",
        "tokcost: gpt-4o: 5 input tokens exceed the limit of 4 by 1: cut 1 token (the largest input is b.md with 3)\n",
    )


def test_value_and_limit_that_print_alike_are_printed_in_full(run: Run) -> None:
    """$0.0025 against $0.00249999: rounded for people both would read $0.0025."""
    result = run("count", "-q", "-m", "gpt-4o", "--max-cost", "0.00249999", stdin=b"a" + b" a" * 999)
    assert "a cost of $0.0025 exceeds the limit of $0.00249999 by $0.00000001" in result.err


def test_an_estimate_is_held_to_its_high_end(run: Run) -> None:
    """A private vocabulary passes only if its worst case does."""
    text = ("count", "-t", "The quick brown fox jumps over the lazy dog. " * 20, "-m", "kimi-k3")
    row = json.loads(run(*text, "-f", "json").out)["rows"][0]
    between = (row["input_tokens"] + row["input_tokens_high"]) // 2
    broken = run(*text, "-q", "--max-tokens", str(between))
    assert broken.code == 1
    assert f"{row['input_tokens_high']:,} input tokens (the high end of an estimate) exceed" in broken.err
    assert run(*text, "-q", "--max-tokens", str(row["input_tokens_high"])).code == 0


def test_an_assumption_with_a_margin_is_held_to_its_high_end(run: Run) -> None:
    """Never recorded: 361 tokens of claude-sonnet-5-5 may be 380; the limit between is broken by the high end."""
    text = ("count", "-q", "-t", "The quick brown fox jumps over the lazy dog. " * 20, "-m", "claude-sonnet-5-5")
    broken = run(*text, "--max-tokens", "379")
    assert (broken.code, broken.out) == (1, "361\n")
    assert "380 input tokens (the high end of a range) exceed the limit of 379 by 1" in broken.err
    assert run(*text, "--max-tokens", "380") == Result(0, "361\n", "")
    assert run(*text[:-1], "claude-sonnet-5", "--max-tokens", "361") == Result(0, "361\n", "")


def test_every_model_is_held_to_the_limit(run: Run) -> None:
    """Of two models only the dear one breaks it."""
    result = run("count", "-q", "-t", "hello world", "-m", "gpt-4o", "-m", "gpt-4o-mini", "--max-cost", "0.000001")
    assert (result.code, result.out) == (1, "2\n2\n")
    assert result.err.count("exceeds the limit") == 1
    assert "gpt-4o: a cost of $0.000005" in result.err


def test_a_gate_that_cannot_check_never_passes(run: Run) -> None:
    """No price, no verdict: exit 2."""
    result = run("count", "-q", "-t", "x", "-m", "HCX-005", "--max-cost", "100")
    told = "tokcost: --max-cost cannot be checked: HCX-005 is unpriced: no rate: third parties disagree\n"
    assert result == Result(2, "1\n", told)
    assert run("count", "-q", "-t", "x", "-m", "HCX-005", "--max-cost", "100", "--keep-going").code == 2


def test_exit_zero_hides_a_broken_rule_but_no_failure(run: Run) -> None:
    """1 becomes 0, 2 stays 2."""
    broken = run("count", "-q", "-t", "x", "--max-tokens", "0")
    assert (broken.code, broken.out) == (1, "1\n")
    assert run("count", "-q", "-t", "x", "--max-tokens", "0", "--exit-zero") == (0, broken.out, broken.err)
    failed = run("count", "-q", "-t", "x", "-m", "nope", "--max-tokens", "0", "--exit-zero")
    assert (failed.code, failed.out) == (2, "")
    assert "unknown model 'nope'" in failed.err


def test_findings_are_in_the_report(run: Run) -> None:
    """JSON has the rule, the fact and the remedy."""
    document = json.loads(run("count", "-t", "hello", "-m", "gpt-4o", "--max-tokens", "0", "-f", "json").out)
    (found,) = document["findings"]
    assert {key: value for key, value in found.items() if value} == {
        "rule": "max-tokens",
        "model": "gpt-4o",
        "message": "gpt-4o: 1 input token exceeds the limit of 0 by 1",
        "remedy": "cut 1 token",
        "value": "1",
        "limit": "0",
        "excess": "1",
    }


@pytest.mark.usefixtures("before_notes")
def test_pass_copies_stdin_byte_for_byte_when_within(run: Run) -> None:
    """BOM, CRLF and a missing last newline arrive as they came; the report is on stderr."""
    data = b"\xef\xbb\xbfhello\r\nworld"
    result = run("count", "-m", "gpt-4o", "--pass", "--max-cost", "0.05", "--output", "500", stdin=data)
    assert (result.code, result.out.encode()) == (0, data)
    assert result.err == (
        "name   model   input  output  standing       cost\nstdin  gpt-4o      3     500  exact     $0.005008\n"
    )


def test_pass_copies_nothing_when_over(run: Run) -> None:
    """The next command of the pipe gets an empty input and the shell an exit code."""
    result = run("count", "-m", "gpt-4o", "--pass", "--max-tokens", "1", stdin=b"hello world")
    assert (result.code, result.out) == (1, "")
    assert "2 input tokens exceed the limit of 1 by 1" in result.err
    assert run("count", "--pass", "--max-tokens", "1", "--exit-zero", stdin=b"hello world").out == ""


def test_pass_keeps_a_large_input_whole(run: Run) -> None:
    """More than is held in memory."""
    data = b"hello world\n" * 1_000_000
    result = run("count", "-q", "-m", "gpt-4o", "--pass", stdin=data)
    assert result.code == 0
    assert result.out.encode() == data
    assert result.err == "3000000\n"


def test_pass_is_about_stdin(run: Run) -> None:
    """A file cannot be passed on."""
    Path("a.md").write_text("x")
    result = run("count", "a.md", "--pass")
    assert result.code == 2
    assert "--pass copies stdin to stdout: leave out the files and --text" in result.err


def test_what_does_not_fit_the_window_is_said_and_with_fit_a_breach(run: Run) -> None:
    """gpt-4 has 8,192 tokens for input and output together: 8,000 and 192 fit, one more does not."""
    text = b"a" + b" a" * 7_999
    assert run("count", "-q", "-m", "gpt-4", "--output", "192", "--fit", stdin=text) == Result(0, "8000\n", "")
    said = run("count", "-m", "gpt-4", "--output", "193", stdin=text)
    assert said.code == 0
    why = "stdin: 8,000 input tokens and 193 of output exceed the context window of gpt-4, 8,192"
    assert f"note: {why}\n" in said.err
    broken = run("count", "-q", "-m", "gpt-4", "--output", "193", "--fit", stdin=text)
    assert (broken.code, broken.out) == (1, "8000\n")
    remedy = "expect at most 192 or shorten the prompt, or take a model that has room for it"
    assert broken.err == f"tokcost: {why}: {remedy}\n"


def test_more_output_than_the_model_writes_is_a_breach_of_fit(run: Run) -> None:
    """gpt-4o writes at most 16,384 tokens."""
    result = run("count", "-q", "-t", "x", "-m", "gpt-4o", "--output", "16385", "--fit")
    assert result.code == 1
    assert "text: 16,385 tokens of output, gpt-4o writes at most 16,384" in result.err


@pytest.mark.parametrize("model", ["A.X-4.0"])
def test_fit_cannot_be_checked_without_a_window(run: Run, model: str) -> None:
    """A window that is not known is no window that all fits."""
    result = run("count", "-q", "-t", "x", "-m", model, "--fit")
    assert (result.code, result.out) == (2, "1\n")
    assert "--fit cannot be checked: the context window of A.X-4.0 is not known" in result.err


def test_an_empty_pipe_is_no_pass(run: Run) -> None:
    """What failed upstream sends nothing: a gate that checked nothing is exit 2."""
    result = run("count", "-q", "--max-cost", "1", stdin=b"")
    assert (result.code, result.out) == (2, "0\n")
    assert "stdin: was empty" in result.err
    assert run("count", "-q", stdin=b"") == Result(0, "0\n", "")


def test_a_broken_limit_of_count_is_a_result_in_sarif(run: Run) -> None:
    """Each limit has its rule there."""
    args = ("count", "-q", "-t", "hello world", "-m", "gpt-4o", "--max-tokens", "1", "--output", "20000", "--fit")
    result = run(*args, "--report", "sarif=out.sarif")
    found = json.loads(Path("out.sarif").read_text())["runs"][0]["results"]
    assert (result.code, sorted(each["ruleId"] for each in found)) == (1, ["fit", "max-tokens"])
