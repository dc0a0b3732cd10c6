"""Models that are billed by characters, seconds, pages or searches: counted, held to limits, and priced in logs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Result, Run

ROW = '[acme."{0}"]\nkind = "audio"\n[[acme."{0}".rates]]\nfrom = 2026-01-01\n{1}\n'
BOOK = "[tokcost]\nschema = 1\n" + "".join(
    ROW.format(*each)
    for each in (
        ("voice", 'per_million_characters = "15"'),
        ("scribe", 'per_minute = "0.006"'),
        ("hourly", 'per_minute = "0.00185"'),
        ("least", 'per_minute = "0.006"'),
        ("reader", 'per_page = "0.0015"'),
        ("ranker", 'per_query = "0.002"'),
        ("mixed", 'input = "2.5"\noutput = "10"\naudio_input = "6"\nper_minute = "0.006"\n'),
    )
).replace('[acme."least"]\n', '[acme."least"]\nleast_seconds = 10\n').replace(
    '[acme."mixed"]\n', '[acme."mixed"]\nencoding = "o200k_base"\nstanding = "exact"\n'
)


def laid(run: Run, command: str, *arguments: object, stdin: bytes = b"") -> Result:
    """A command with the models of this file."""
    Path("own.toml").write_text(BOOK, encoding="utf-8")
    return run(command, *arguments, "--prices", "own.toml", stdin=stdin)


def counted(run: Run, *arguments: object, stdin: bytes = b"") -> dict[str, Any]:
    """The report of ``count``, which must have been answered."""
    result = laid(run, "count", "-f", "json", *arguments, stdin=stdin)
    assert (result.code, "error" in result.err) == (0, False), result
    found: dict[str, Any] = json.loads(result.out)
    return found


@pytest.mark.parametrize(
    ("model", "arguments", "number", "cost"),
    [
        ("scribe", ("--seconds", "61"), "61", "0.0061"),
        ("scribe", ("--seconds", "0.5"), "0.5", "0.00005"),
        ("scribe", ("--seconds", "0"), "0", "0"),
        ("hourly", ("--seconds", "60"), "60", "0.00185"),
        # 61 x 0.00185 / 60 = 0.00188083...: no decimal holds it, so that it is rounded to twelve places
        ("hourly", ("--seconds", "61"), "61", "0.001880833333"),
        ("least", ("--seconds", "1"), "1", "0.001"),  # billed as ten seconds
        ("least", ("--seconds", "20"), "20", "0.002"),
        ("least", ("--seconds", "0"), "0", "0"),
        ("reader", ("--pages", "3"), "3", "0.0045"),
        ("ranker", ("--queries", "7"), "7", "0.014"),
        # five letters; eight characters, two of them of three bytes; one beyond the first plane is one
        ("voice", ("-t", "hello"), "5", "0.000075"),
        ("voice", ("-t", "안녕 hello"), "8", "0.00012"),
        ("voice", ("-t", "🙂"), "1", "0.000015"),
    ],
)
def test_each_unit_at_its_rate(run: Run, model: str, arguments: tuple[str, ...], number: str, cost: str) -> None:
    """Number x rate, exact; no tokens are shown where none are billed."""
    (row,) = counted(run, "-m", model, *arguments)["rows"]
    assert (row["quantity"], row["cost"], row["input_tokens"], row["standing"]) == (number, cost, None, "exact")


def test_characters_of_files_and_of_pipes(run: Run) -> None:
    """Each text is a row, and their sum is below them; one that comes in many blocks counts as one that does not."""
    Path("a.txt").write_text("x" * 300_000, encoding="utf-8")
    Path("b.txt").write_text("é" * 200_000, encoding="utf-8")
    found = counted(run, "-m", "voice", "a.txt", "b.txt")
    assert [row["quantity"] for row in found["rows"]] == ["300000", "200000"]
    assert (found["totals"]["quantity"], found["totals"]["unit"], found["totals"]["cost"]) == (
        "500000", "characters", "7.5",
    )  # fmt: skip
    piped = counted(run, "-m", "voice", stdin="é".encode() * 200_000)
    assert piped["totals"]["quantity"] == "200000"
    quiet = laid(run, "count", "-q", "-m", "voice", "a.txt")
    assert (quiet.code, quiet.out) == (0, "300000\n")


def test_a_table_of_models_that_are_billed_in_different_ways(run: Run) -> None:
    """A model of tokens stands beside one of characters, each with what it is billed by."""
    result = laid(run, "count", "-m", "voice", "-m", "mixed", "-m", "scribe", "--seconds", "90", "-t", "hello")
    lines = [line.split() for line in result.out.splitlines()]
    assert (result.code, result.err.count("note: ")) == (0, 1)
    assert lines == [
        ["name", "model", "billed", "input", "standing", "cost"],
        ["text", "voice", "5", "characters", "exact", "$0.000075"],
        ["text", "mixed", "1", "exact", "$0.0000025"],
        ["90", "seconds", "scribe", "90", "seconds", "exact", "$0.009"],
    ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("-m", "scribe"), "scribe is billed by the second: say how many with --seconds N"),
        (("-m", "scribe", "-t", "hello"), "scribe is billed by the second: say how many with --seconds N"),
        (("-m", "reader", "--seconds", "3"), "reader is billed by the page: say how many with --pages N"),
        (("-m", "ranker"), "ranker is billed by the query: say how many with --queries N"),
        (("-m", "mixed", "--seconds", "60"), "--seconds is for models billed by the second, not for mixed"),
        (("-m", "voice", "-t", "a", "--pages", "1"), "--pages is for models billed by the page, not for voice"),
        (("-m", "scribe", "--seconds", "60", "-t", "a"), "no text is counted: what these models are billed by"),
        (("-m", "scribe", "--seconds", "60", "--output", "5"), "scribe is billed by the second: leave out --output"),
        (("-m", "scribe", "--seconds", "-1"), "--seconds '-1': an amount is 0 or more"),
        (("-m", "scribe", "--seconds", "1m"), "--seconds '1m': not an amount"),
        (("-m", "scribe", "--seconds", "60", "--mode", "batch"), "scribe has no batch rate for seconds"),
        (("--encoding", "o200k_base", "--seconds", "60"), "--encoding counts tokens only"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_says_which_option_would(run: Run, arguments: tuple[str, ...], says: str) -> None:
    """One line, exit 2, and nothing on stdout."""
    result = laid(run, "count", *arguments)
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert says in result.err


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("-m", "scribe", "--seconds", "600", "--max-cost", "0.06"), 0, ""),
        (
            ("-m", "scribe", "--seconds", "600", "--max-cost", "0.05"), 1,
            "scribe: a cost of $0.06 exceeds the limit of $0.05 by $0.01: have fewer seconds, or raise the limit",
        ),
        (("-m", "voice", "-t", "hello", "--max-cost", "0.00007"), 1, "have fewer characters, or raise the limit"),
        (("-m", "voice", "-t", "hello", "--max-tokens", "9"), 2, "--max-tokens cannot be checked: voice is not billed"),
        (("-m", "ranker", "--queries", "1", "--fit"), 2, "--fit cannot be checked: ranker is not billed by token"),
        (("-m", "voice", "-t", " ", "--max-cost", "1"), 2, "there was nothing to check"),
    ],
)  # fmt: skip
def test_limits_hold_on_what_is_not_tokens(run: Run, arguments: tuple[str, ...], code: int, says: str) -> None:
    """A limit of money is held; one of tokens or of the window cannot be checked, which never passes."""
    result = laid(run, "count", *arguments)
    assert result.code == code
    assert says in result.err


def test_a_day_without_rates(run: Run) -> None:
    """It is known by what the model is billed, and not at what rate: unpriced with the reason, exit 2."""
    result = laid(run, "count", "-m", "scribe", "--seconds", "60", "--as-of", "2025-12-31")
    assert (result.code, "unpriced" in result.out) == (2, True)
    assert "no rate is known before 2026-01-01" in result.out + result.err


def test_money_in_another_currency_and_with_tax(run: Run) -> None:
    """Ten minutes at 0.006 are 0.06 dollars: at 1,400 won a dollar and with 10 % of tax 92.4."""
    found = counted(
        run, "-m", "scribe", "--seconds", "600", "--currency", "KRW", "--fx", "1400@2026-11-20", "--vat", "10%"
    )
    assert found["totals"]["cost"] == "92.4"


def spent(run: Run, line: dict[str, Any], *options: str) -> tuple[str | None, str]:
    """The cost of a line of a log, and what is noted of it."""
    result = laid(run, "usage", "-f", "json", *options, stdin=json.dumps(line).encode())
    assert result.out, result
    found = json.loads(result.out)
    assert result.code == (0 if found["totals"]["cost"] is not None else 2)
    return found["totals"]["cost"], found["rows"][0]["note"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"model": "scribe", "text": "hi", "usage": {"type": "duration", "seconds": 61}}, "0.0061"),
        ({"model": "scribe", "task": "transcribe", "duration": 30.5, "text": "hi"}, "0.00305"),
        ({"model": "scribe", "response": {"text": "a", "usage": {"type": "duration", "seconds": 60}}}, "0.006"),
        ({"model": "voice", "usage": {"characters": 1000}}, "0.015"),
        ({"model": "reader", "pages": [{}, {}], "usage_info": {"pages_processed": 2, "doc_size_bytes": 9}}, "0.003"),
        ({"model": "ranker", "results": [], "meta": {"billed_units": {"search_units": 3}}}, "0.006"),
        # tokens that are billed, 1,000 x 2.5 and 10 x 10 a million, are fewer than those that were read
        (
            {
                "model": "mixed",
                "usage": {
                    "billed_units": {"input_tokens": 1000, "output_tokens": 10},
                    "tokens": {"input_tokens": 1500, "output_tokens": 10},
                },
            },
            "0.0026",
        ),
        ({"model": "mixed", "object": "list", "data": [{"index": 0}], "usage": {"total_tokens": 1000}}, "0.0025"),
        # of two ways to bill the tokens hold where they are there: 100 of audio at 6, 10 of output at 10
        (
            {
                "model": "mixed", "text": "hi",
                "usage": {
                    "type": "tokens", "input_tokens": 100, "output_tokens": 10, "total_tokens": 110,
                    "input_token_details": {"text_tokens": 0, "audio_tokens": 100},
                },
            },
            "0.0007",
        ),
    ],
)  # fmt: skip
def test_answers_that_are_billed_by_unit(run: Run, line: dict[str, Any], expected: str) -> None:
    """Transcriptions by the second, speech by the character, documents by the page, rankings by the search."""
    assert spent(run, {**line, "created": 1795392000}) == (expected, "")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ({"model": "voice", "usage": {"type": "duration", "seconds": 61}}, "voice has no standard rate for seconds"),
        (
            {"model": "reader", "document_annotation": "{}", "usage_info": {"pages_processed": 2}},
            "fee of acme for ocr_annotated is not known",
        ),

    ],
)  # fmt: skip
def test_a_unit_without_a_rate_is_not_priced(run: Run, line: dict[str, Any], says: str) -> None:
    """No amount, and not 0, with the reason."""
    cost, note = spent(run, {**line, "created": 1795392000}, "--provider", "acme")
    assert cost is None
    assert says in note


@pytest.mark.parametrize(
    "usage", [{"type": "duration", "seconds": -1}, {"type": "duration", "seconds": "long"}, {"characters": "1e99"}]
)
def test_a_quantity_that_is_none_is_a_problem_of_its_line(run: Run, usage: dict[str, Any]) -> None:
    """Told with the line; nothing else is in the log, so that there is no answer."""
    result = laid(run, "usage", stdin=json.dumps({"model": "scribe", "usage": usage}).encode())
    assert (result.code, result.out) == (2, "")
    assert "stdin:1" in result.err
