"""``tokcost count``: texts in, tokens and cost out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import AS_OF, Result, Run


def test_the_korean_greeting_is_two_tokens_and_five_millionths(run: Run) -> None:
    """2 tokens x $2.50 / 1,000,000 = $0.000005, shown without an exponent and not as zero."""
    result = run("count", "-m", "gpt-4o", stdin="안녕하세요".encode())
    assert result == Result(
        0,
        "name   model   input  standing       cost\nstdin  gpt-4o      2  exact     $0.000005\n",
        "note: gpt-4o retires on 2027-01-14\n",
    )


def test_the_decomposed_greeting_is_counted_as_it_is_billed(run: Run) -> None:
    """o200k_base does not normalise: the greeting in NFD, as macOS file names have it, is 36 tokens."""
    import unicodedata

    text = unicodedata.normalize("NFD", "안녕하세요")
    assert run("count", "-q", "-t", text) == Result(0, "36\n", "")


def test_quiet_prints_one_integer(run: Run) -> None:
    """``-q`` is for scripts: the number of tokens and nothing else."""
    Path("notes.md").write_text("hello world\n")
    assert run("count", "-q", "notes.md") == Result(0, "3\n", "")


def test_an_encoding_needs_neither_model_nor_price(run: Run) -> None:
    """With ``--encoding`` there are tokens only."""
    Path("notes.md").write_text("hello world\n")
    assert run("count", "--encoding", "cl100k_base", "notes.md") == Result(
        0, "name      encoding     input  standing\nnotes.md  cl100k_base      3  exact\n", ""
    )


def test_several_files_and_models_have_a_row_each_and_a_total_per_model(run: Run) -> None:
    """Two files of 2 and 3 tokens under two models: gpt-5.4 at $2.50 and gpt-4o-mini at $0.15 a million."""
    Path("a.md").write_text("hello world")
    Path("b.md").write_text("hello world\n")
    result = run("count", "a.md", "b.md", "-m", "gpt-5.4", "-m", "gpt-4o-mini")
    assert result == Result(
        0,
        "name   model        input  standing         cost\n"
        "a.md   gpt-5.4          2  exact       $0.000005\n"
        "a.md   gpt-4o-mini      2  exact      $0.0000003\n"
        "b.md   gpt-5.4          3  exact      $0.0000075\n"
        "b.md   gpt-4o-mini      3  exact     $0.00000045\n"
        "total  gpt-5.4          5  exact      $0.0000125\n"
        "total  gpt-4o-mini      5  exact     $0.00000075\n",
        "note: gpt-4o-mini retires on 2027-01-14\n",
    )


def test_output_tokens_are_priced_with_the_input(run: Run) -> None:
    """1 x $10 + 1,000 x $40 a million under o3 before its cut, 1 x $2 + 1,000 x $8 after it."""
    before = run("count", "-t", "x", "-m", "o3", "--output", "1000", "--as-of", "2025-06-09", "-f", "json")
    after = run("count", "-t", "x", "-m", "o3", "--output", "1000", "--as-of", "2025-07-16", "-f", "json")
    assert json.loads(before.out)["totals"]["cost"] == "0.04001"
    assert json.loads(after.out)["totals"]["cost"] == "0.008002"
    assert (before.code, after.code) == (0, 0)
    assert "o3 changes price on 2025-06-10: input 10 -> 2" in before.err


def test_a_model_of_the_future_is_an_error(run: Run) -> None:
    """gpt-5 came out on 2025-08-07; three weeks earlier it has no price."""
    assert run("count", "-t", "x", "-m", "gpt-5", "--as-of", "2025-07-16") == Result(
        2, "", "tokcost: error: gpt-5 was not released on 2025-07-16: it came out on 2025-08-07\n"
    )


def test_an_announced_change_doubles_the_price(run: Run) -> None:
    """Gemini 4 Argon: $2 a million until 2026-11-30, $4 from 2026-12-01."""
    today = run("count", "-t", "x", "-m", "gemini-4-argon", "-f", "json")
    then = run("count", "-t", "x", "-m", "gemini-4-argon", "-f", "json", "--as-of", "2026-12-01")
    assert json.loads(today.out)["totals"]["cost"] == "0.000002"
    assert json.loads(then.out)["totals"]["cost"] == "0.000004"
    assert "changes price on 2026-12-01" in today.err
    assert "changes price" not in then.err


def test_cached_tokens_cost_the_cached_rate(run: Run) -> None:
    """gpt-4o: 1 of 3 tokens cached: 2 x 2.50 + 1 x 1.25 = 6.25 a million."""
    result = run("count", "-t", "hello world\n", "-m", "gpt-4o", "--cached", "1", "-f", "json")
    assert json.loads(result.out)["totals"]["cost"] == "0.00000625"
    assert (result.code, result.err) == (0, "note: gpt-4o retires on 2027-01-14\n")


def test_more_cached_tokens_than_input_is_an_error(run: Run) -> None:
    """What cannot be is not capped in silence."""
    assert run("count", "-t", "hello", "-m", "gpt-4o", "--cached", "9") == Result(
        2, "", "tokcost: error: text: --cached 9 is more than its 1 input tokens\n"
    )


def test_batch_has_rates_of_its_own(run: Run) -> None:
    """gpt-4o in a batch: 2 tokens x $1.25 a million."""
    result = run("count", "-t", "hello world", "-m", "gpt-4o", "--mode", "batch", "-f", "json")
    assert json.loads(result.out)["totals"]["cost"] == "0.0000025"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("-m", "gpt-5.3-codex", "--mode", "batch"), "gpt-5.3-codex has no batch rates here"),
        (("-m", "gpt-4o-2024-05-13", "--cached", "1"), "gpt-4o-2024-05-13 has no standard rate for cached input"),
        (("-m", "mistral-embed", "--output", "1"), "mistral-embed has no standard rate for output"),
        (("-m", "dall-e-3"), "dall-e-3 is not billed by text token"),
        (("--mode", "cheap"), "unknown mode 'cheap': choose standard, batch"),
        (("--as-of", "yesterday"), "--as-of 'yesterday': invalid date"),
        (("-f", "yaml"), "unknown format 'yaml': choose table, json"),
        (("--charset", "klingon", "notes.md"), "unknown charset 'klingon'"),
        (("--encoding", "o200k"), "unknown encoding 'o200k': did you mean o200k_base or o200k_harmony?"),
        (("--encoding", "gpt2", "-m", "gpt-4o"), "--encoding counts tokens only"),
        (("--max-cost", "lots"), "--max-cost 'lots': not an amount"),
        (("--max-cost", "NaN"), "--max-cost 'NaN': an amount is 0 or more"),
        (("--max-cost", "-1"), "--max-cost '-1': an amount is 0 or more"),
        (("--max-tokens", "-1"), "Invalid value for '--max-tokens'"),
        (("--nonsense",), "No such option: --nonsense"),
        (("-m", "HCX-007", "-m", "gpt-4o"), "amounts in USD and in KRW: one report has one currency"),
        (("missing.md",), "'missing.md': no such file or directory"),
        (("*.nothing",), "'*.nothing': the pattern matches no file"),
    ],
)
def test_what_cannot_be_answered_is_one_line_and_exit_2(run: Run, arguments: tuple[str, ...], problem: str) -> None:
    """What, where, what to do: on stderr, with nothing on stdout."""
    Path("notes.md").write_text("notes")
    result = run("count", "-t", "x", *arguments)
    assert (result.code, result.out) == (2, "")
    assert problem in result.err
    assert result.err.count("\n") == 1


def test_an_unknown_model_names_the_nearest_and_prices_nothing(run: Run) -> None:
    """Never a fuzzy match, never $0."""
    result = run("count", "-t", "x", "-m", "gpt-5.44")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("tokcost: error: unknown model 'gpt-5.44': did you mean gpt-5.4")


def test_an_id_that_several_providers_sell_asks_which(run: Run) -> None:
    """The ``provider/id`` forms always work."""
    result = run("count", "-t", "x", "-m", "gpt-oss-120b")
    assert (result.code, result.out) == (2, "")
    assert "groq/openai/gpt-oss-120b" in result.err
    assert run("count", "-q", "-t", "x", "-m", "groq/openai/gpt-oss-120b") == Result(0, "1\n", "")


def test_json_is_the_contract(run: Run) -> None:
    """Every key that scripts rely on, money as plain text, unknown as null."""
    document = json.loads(run("count", "-t", "hello world", "-m", "gpt-4o", "-f", "json").out)
    assert document["schema_version"] == 2
    assert document["command"] == "count"
    assert document["currency"] == "USD"
    assert document["pricing"]["as_of"] == str(AS_OF)
    assert len(document["pricing"]["sha256"]) == 64
    assert document["rows"] == [
        {
            "name": "text",
            "model": "gpt-4o",
            "provider": "openai",
            "encoding": "o200k_base",
            "input_tokens": 2,
            "input_tokens_low": None,
            "input_tokens_high": None,
            "cached_tokens": 0,
            "output_tokens": 0,
            "standing": "exact",
            "note": "",
            "cost": "0.000005",
            "cost_low": None,
            "cost_high": None,
        }
    ]
    totals = document["totals"]
    assert (totals["input_tokens"], totals["output_tokens"], totals["cost"]) == (2, 0, "0.000005")
    assert totals["complete"] is True
    assert document["warnings"] == ["gpt-4o retires on 2027-01-14"]
    assert document["findings"] == []


def test_an_estimate_has_low_and_high_everywhere(run: Run) -> None:
    """A private vocabulary is never a bare number: tokens and cost have a range, and say why."""
    result = run("count", "-t", "The quick brown fox jumps over the lazy dog.", "-m", "kimi-k3", "-f", "json")
    row = json.loads(result.out)["rows"][0]
    assert row["standing"] == "estimate"
    assert row["input_tokens_low"] <= row["input_tokens"] <= row["input_tokens_high"]
    assert row["input_tokens_low"] < row["input_tokens_high"]
    assert row["cost_low"] is not None
    assert row["cost_high"] is not None
    assert "kimi-k3: estimate:" in result.err


def test_an_assumption_is_named(run: Run) -> None:
    """``assumed`` is exact if something holds; the something is said."""
    result = run("count", "-t", "x", "-m", "gpt-6-sol")
    assert "assumed" in result.out
    assert "note: gpt-6-sol: assumed: gpt-6 uses o200k_base" in result.err


def test_an_unpriced_model_has_tokens_and_no_cost(run: Run) -> None:
    """No rate is not a rate of zero."""
    result = run("count", "-t", "x", "-m", "HCX-005", "-f", "json")
    document = json.loads(result.out)
    assert result.code == 2
    assert (document["rows"][0]["standing"], document["rows"][0]["cost"]) == ("unpriced", None)
    assert (document["totals"]["cost"], document["totals"]["complete"]) == (None, False)
    assert "HCX-005 is unpriced" in result.err
    assert run("count", "-t", "x", "-m", "HCX-005", "--keep-going").code == 0
    assert run("count", "-q", "-t", "x", "-m", "HCX-005") == Result(0, "1\n", "")


def test_one_token_over_the_cliff_every_token_costs_more(run: Run) -> None:
    """gpt-5.4: 272,000 tokens x 2.5 = 0.68; 272,001 x 5 = 1.360005; the output turns dearer, too."""
    text = "a" + " a" * 271_999
    at = json.loads(run("count", "-m", "gpt-5.4", "-f", "json", "--output", "1000000", stdin=text.encode()).out)
    over = json.loads(
        run("count", "-m", "gpt-5.4", "-f", "json", "--output", "1000000", stdin=(text + " a").encode()).out
    )
    assert (at["totals"]["input_tokens"], at["totals"]["cost"]) == (272_000, "15.68")
    assert (over["totals"]["input_tokens"], over["totals"]["cost"]) == (272_001, "23.860005")


def test_csv_and_markdown_say_the_same(run: Run) -> None:
    """One report in the other formats."""
    table = run("count", "-t", "hello world", "-m", "gpt-4o", "-f", "csv")
    assert table.code == 0
    assert table.out.splitlines()[0].startswith("name,model,provider,encoding,input_tokens,")
    assert table.out.splitlines()[1] == "text,gpt-4o,openai,o200k_base,2,,,0,0,exact,,0.000005,,"
    assert run("count", "-t", "hello world", "-m", "gpt-4o", "-f", "markdown").out == (
        "| name | model | input | standing | cost |\n"
        "|---|---|---:|---|---:|\n"
        "| text | gpt-4o | 2 | exact | $0.000005 |\n"
    )


def test_the_result_goes_to_a_file_and_replaces_it_whole(run: Run) -> None:
    """``-o`` writes under a temporary name and renames: no half file, no rest of one."""
    Path("out.json").write_text("old")
    result = run("count", "-t", "x", "-m", "gpt-4o", "-f", "json", "-o", "out.json")
    assert result == Result(0, "", "note: gpt-4o retires on 2027-01-14\n")
    assert json.loads(Path("out.json").read_text())["totals"]["input_tokens"] == 1
    assert [path.name for path in Path().iterdir()] == ["out.json"]


def test_an_output_file_that_cannot_be_written_is_exit_2(run: Run) -> None:
    """The folder is not there: one line, nothing left behind."""
    result = run("count", "-t", "x", "-o", "no/such/out.txt")
    assert result == Result(2, "", "tokcost: error: no/such/out.txt: cannot be written: No such file or directory\n")


def test_wide_characters_keep_the_columns_straight(run: Run) -> None:
    """A Korean name takes two cells a character; the column after it still begins where it should."""
    Path("가나다.md").write_text("x")
    Path("abc.md").write_text("x")
    lines = run("count", "가나다.md", "abc.md", "-m", "gpt-4o").out.splitlines()
    assert lines[1] == "가나다.md  gpt-4o      1  exact     $0.0000025"
    assert lines[2] == "abc.md     gpt-4o      1  exact     $0.0000025"


def test_an_escape_sequence_in_a_file_name_is_shown_not_obeyed(run: Run) -> None:
    """A hostile name cannot repaint the terminal or forge a row."""
    Path("a\x1b[2J\nb.md").write_text("x")
    result = run("count", ".", "-m", "gpt-4o")
    assert "a\\x1b[2J\\nb.md" in result.out


def test_the_environment_names_the_model(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A flag beats the environment, the environment beats the default."""
    monkeypatch.setenv("TOKCOST_MODEL", "gpt-4")
    assert "gpt-4 " in run("count", "-t", "x").out
    assert "gpt-4o " in run("count", "-t", "x", "-m", "gpt-4o").out


def test_peak_hours_are_a_range_until_the_hour_is_known(run: Run) -> None:
    """DeepSeek charges double at 02:00 UTC on a Tuesday; without an hour the cost is between the two."""
    text = ("count", "-t", "hello world", "-m", "deepseek-flash", "-f", "json")
    unknown = json.loads(run(*text).out)["rows"][0]
    peak = json.loads(run(*text, "--as-of", "2026-11-24T02:00").out)["rows"][0]
    tokens = unknown["input_tokens"]
    # 0.15 a million off-peak, 0.30 in peak hours
    assert (unknown["cost_low"], unknown["cost_high"]) == (f"{tokens * 15 / 10**8:.7f}".rstrip("0"), peak["cost"])
    assert peak["cost"] == f"{tokens * 30 / 10**8:.7f}".rstrip("0")
    assert peak["cost_low"] is None


def test_no_input_on_a_terminal_is_a_question_back(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing named, nothing piped: say what to do instead of waiting."""
    monkeypatch.setattr("tests.pipes.PipedStdin.isatty", lambda self: True)
    assert run("count") == Result(
        2, "", "tokcost: error: nothing to count: name files or directories, give --text, or pipe something in\n"
    )
