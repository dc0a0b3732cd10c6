"""``tokcost whatif``: projections worked by hand."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Run
from tokcost.encodings.names import ENCODINGS
from tokcost.whatif.elasticity import elasticity_of, usage_at
from tokcost.whatif.swaps import RATIOS
from tokcost.whatif.texts import TEXTS


def line(model: str = "gpt-4.1", given_tokens: int = 1_000_000, output: int = 0, **more: Any) -> dict[str, Any]:
    """gpt-4.1: 2 in, 0.5 cached, 8 out; batch half of it."""
    usage = {"prompt_tokens": given_tokens, "completion_tokens": output}
    return {"timestamp": "2026-11-20T10:00:00Z", "model": model, "usage": usage, **more}


def log_of(*lines: Any) -> bytes:
    return "".join(json.dumps(each) + "\n" for each in lines).encode()


def projected(run: Run, *lines: Any, args: tuple[Any, ...] = (), code: int = 0) -> dict[str, Any]:
    result = run("whatif", "-f", "json", *args, stdin=log_of(*lines))
    assert result.code == code, result.err
    found: dict[str, Any] = json.loads(result.out)
    return found


def test_a_tenth_of_the_price_at_thirty_times_the_volume(run: Run) -> None:
    """Spend x3, implied elasticity ln 30 / ln 10 = 1.477, break-even at ten times the volume."""
    found = projected(run, line(), args=("--price", "x0.1", "--usage", "x30"))["totals"]
    assert (found["before"], found["after"], found["ratio"]) == ("2", "6", "3")
    assert (found["elasticity"][:8], found["break_even_usage"]) == ("1.477121", "10")
    shown = run("whatif", "--price", "x0.1", "--usage", "x30", stdin=json.dumps(line()).encode())
    for told in ("spend x3", "implied elasticity 1.48", "break-even usage x10", "$6.00"):
        assert told in shown.out


def test_a_sum_alone_with_an_elasticity(run: Run) -> None:
    """At 1.11 a tenth of the price is 10^1.11 = 12.882496 times the volume: 17264.59 x 1.2882496 = 22241.10."""
    result = run("whatif", "--spend", "17264.59", "--price", "x0.1", "--elasticity", "1.11", "-f", "json")
    found = json.loads(result.out)["totals"]
    assert (result.code, found["usage"][:9], found["before"]) == (0, "12.882495", "17264.59")
    assert Decimal(found["after"]).quantize(Decimal("0.01")) == Decimal("22241.10")


@pytest.mark.parametrize(
    ("args", "after"),
    [
        (("--mode", "batch"), "1.4"),  # half of 2 + 0.8
        (("--cached", "60%"), "1.9"),  # 400,000 x 2 + 600,000 x 0.5 + 0.8
        (("--cached", "0.6", "--mode", "standard"), "1.9"),
        (("--output-length", "x0.5"), "2.4"),  # 2 + 0.4
        (("--price", "gpt-4.1=x0.5"), "1.4"),
        (("--model", "gpt-4.1=gpt-4.1-mini"), "0.56"),  # 0.4 in, 1.6 out, the same vocabulary
        (("--model", "gpt-4.1=gpt-4.1-mini", "--price", "x2", "--usage", "x2"), "2.24"),
    ],
)
def test_a_scenario_prices_every_request_again(run: Run, args: tuple[str, ...], after: str) -> None:
    """A million in and a hundred thousand out cost 2.80 before."""
    found = projected(run, line(output=100_000), args=args)["totals"]
    assert (found["before"], found["after"]) == ("2.8", after)


def test_a_coming_price_is_asked_for_by_its_day(run: Run) -> None:
    """gemini-4-argon goes from 2 to 4 on 2026-12-01."""
    found = projected(run, line("gemini-4-argon"), args=("--as-of", "2026-12-01"))["totals"]
    assert (found["before"], found["after"], found["break_even_usage"]) == ("2", "4", "0.5")


def test_a_swap_to_another_vocabulary_is_an_estimate(run: Run) -> None:
    """grok-3 counts English as o200k_base does, 0.92 to 1.1 times over kinds of text, at 3 a million."""
    found = projected(run, line(), args=("--model", "gpt-4.1=grok-3"))
    row = found["rows"][0]
    assert (row["after"], row["after_low"], row["after_high"], row["standing"]) == ("3", "2.76", "3.3", "estimate")


@pytest.mark.parametrize(
    ("old", "new", "after"),
    [
        # English 1.52, JSON 1.29, code 1.53 times o200k_base, at 2 a million
        ("gpt-4.1", "claude-sonnet-5", ("3.04", "2.58", "3.06")),
        # the same within 5 %: 1.2255 and 1.6065 times, at 2 a million
        ("gpt-4.1", "claude-sonnet-5-5", ("3.04", "2.451", "3.213")),
        # one vocabulary, of which the newer model is sure within 5 %
        ("claude-sonnet-5", "claude-sonnet-5-5", ("2", "1.9", "2.1")),
        # v3 to v4.7, at 5 a million: 1.52 / 1.14 likely and at most, 1.29 / 1.15 at least, in whole tokens outwards
        ("claude-sonnet-4-5", "claude-opus-4-7", ("6.666665", "5.608695", "6.66667")),
    ],
)
def test_a_swap_to_claude_is_measured(run: Run, old: str, new: str, after: tuple[str, str, str]) -> None:
    """Both vocabularies of Claude are shipped: the ratio is that of the same text, a range over kinds of text."""
    row = projected(run, line(old), args=("--model", f"{old}={new}"))["rows"][0]
    assert (row["after"], row["after_low"], row["after_high"]) == after
    assert row["standing"] == "estimate"


def test_a_swap_within_a_vocabulary_of_claude_changes_no_count(run: Run) -> None:
    """Sonnet 4.5 and Haiku 4.5 count alike: a million tokens at 3 and at 1 a million."""
    found = projected(run, line("claude-sonnet-4-5"), args=("--model", "claude-sonnet-4-5=claude-haiku-4-5"))["totals"]
    assert (found["before"], found["after"]) == ("3", "1")


def test_every_encoding_has_a_measured_ratio() -> None:
    """None is taken for o200k_base because nobody measured it."""
    assert set(RATIOS) == set(ENCODINGS)
    assert {name: set(ratios) for name, ratios in RATIOS.items()} == {name: set(TEXTS) for name in RATIOS}


def test_a_swapped_prompt_may_pass_a_cliff(run: Run) -> None:
    """200,000 tokens become 304,000 of Claude's: over the 100,000 of claude-haiku-5-5, 0.5 a million."""
    swap = ("--model", "gpt-4.1=claude-haiku-5-5")
    assert projected(run, line(given_tokens=200_000), args=swap)["totals"]["after"] == "0.152"


def test_a_saved_report_is_an_input(run: Run, tmp_path: Path) -> None:
    """What usage saved, whatif takes: its own sums before, halved by batch after."""
    saved = tmp_path / "report.json"
    log = (json.dumps(line(output=100_000)) + "\n").encode()
    assert run("usage", "-f", "json", "-o", saved, stdin=log).code == 0
    result = run("whatif", saved, "--mode", "batch", "-f", "json")
    found = json.loads(result.out)["totals"]
    assert (result.code, found["before"], found["after"]) == (0, "2.8", "1.4")


def test_a_saved_batch_without_output_is_said_to_be_that(run: Run, before_notes: None) -> None:
    """8 tokens of gpt-4o at 2.5 a million, and 100 of output at 10 where they were expected."""
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}
    note = "note: saved.json: no output was expected of 1 request: their input alone is here; --output says it\n"
    for options, before, said in (((), "0.00002", note), (("--output", 100), "0.00102", "")):
        run("batch", *options, "-f", "json", "-o", "saved.json", stdin=json.dumps(body).encode())
        result = run("whatif", "saved.json", "--mode", "batch", "-f", "json")
        assert (result.code, json.loads(result.out)["totals"]["before"], result.err) == (0, before, said)


@pytest.mark.parametrize("saved_by", ["count", "usage"])
def test_what_a_report_says_is_where_it_starts(run: Run, saved_by: str) -> None:
    """1,000 tokens of gpt-4.1 by batch are 0.001, standard 0.002: the mode of the report counts, not another."""
    saved = Path("saved.json")
    if saved_by == "count":
        saved_text = {"name": "a", "model": "gpt-4.1", "provider": "openai", "input_tokens": 1000, "cost": "0.001"}
        pricing: dict[str, Any] = {"day": "2026-11-20", "mode": "batch"}
    else:
        saved_text = {"name": "gpt-4.1", "model": "gpt-4.1", "mode": "batch", "input_tokens": 1000, "cost": "0.001"}
        pricing = {"day": None, "mode": None}
    document = {"schema_version": 2, "command": saved_by, "currency": "USD", "pricing": pricing, "problems": []}
    saved.write_text(json.dumps({**document, "rows": [saved_text]}))
    for mode, after in (("batch", "0.001"), ("standard", "0.002")):
        result = run("whatif", saved, "--mode", mode, "-f", "json")
        totals = json.loads(result.out)["totals"]
        assert (result.code, totals["before"], totals["after"]) == (0, "0.001", after), result.err


def test_a_report_of_count_is_read_back(run: Run) -> None:
    """What count saved has the cost that count gave; a report of several models is one of choices, and refused."""
    assert run("count", "-t", "hello world", "-m", "gpt-4.1", "-f", "json", "-o", "one.json").code == 0
    cost = json.loads(Path("one.json").read_text())["totals"]["cost"]
    result = run("whatif", "one.json", "--usage", "x2", "-f", "json")
    totals = json.loads(result.out)["totals"]
    assert (result.code, totals["before"]) == (0, cost)
    assert Decimal(totals["after"]) == 2 * Decimal(cost)
    assert run("count", "-t", "hi", "-m", "gpt-4.1", "-m", "gpt-4o", "-f", "json", "-o", "two.json").code == 0
    refused = run("whatif", "two.json", "--usage", "x2")
    assert (refused.code, refused.out) == (2, "")
    assert "has rows of several models, which are alternatives and no sum" in refused.err


def test_a_report_of_the_first_version_is_still_read(run: Run) -> None:
    """Its cost is taken, its problems are carried on."""
    row = {"name": "gpt-4.1", "model": "gpt-4.1", "client": "acme", "input_tokens": 1_000_000, "cost": "2"}
    document: dict[str, Any] = {"schema_version": 1, "command": "usage", "currency": "USD", "rows": [row]}
    Path("old.json").write_text(json.dumps({**document, "problems": {"lines": 0, "first": []}}))
    result = run("whatif", "old.json", "--usage", "x3", "-f", "json")
    found = json.loads(result.out)
    assert (result.code, found["totals"]["after"], found["rows"][0]["name"]) == (0, "6", "gpt-4.1 / acme")
    Path("old.json").write_text(json.dumps({**document, "rows": [{**row, "output_tokens": None, "cost": None}]}))
    result = run("whatif", "old.json", "--usage", "x3")
    assert (result.code, result.out, "'output_tokens'" in result.err) == (2, "", True), "unknown is not 0"
    uncounted = {"name": "b", "model": "gpt-4.1", "input_tokens": None, "cost": None}
    for missing in ({"problems": {"lines": 3, "first": []}}, {"rows": [row, uncounted]}):
        Path("old.json").write_text(json.dumps({**document, **missing}))
        result = run("whatif", "old.json", "--usage", "x3", "-f", "json")
        assert (result.code, json.loads(result.out)["totals"]["after"]) == (2, "6")
        assert "old.json: the saved report is incomplete" in result.err


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (
            {"schema_version": 2, "command": "models list", "rows": []},
            "a report of 'models list' has no usage: what-if takes count",
        ),
        ({"schema_version": 1, "command": "diff", "rows": []}, "a report of 'diff' has no usage"),
        ({"schema_version": 3, "command": "count"}, "not a report of this version"),
        ({"schema_version": 2, "command": "count", "rows": [{"name": "a"}]}, "it has no 'input_tokens'"),
        ({"schema_version": 2, "command": "count", "rows": [7]}, "row 1 is not an object"),
    ],
)
def test_a_report_without_usage_is_refused(run: Run, document: dict[str, Any], why: str) -> None:
    """Exit 2, one line with the reason, nothing on stdout."""
    Path("saved.json").write_text(json.dumps(document))
    result = run("whatif", "saved.json")
    assert (result.code, result.out, len(result.err.splitlines())) == (2, "", 1)
    assert result.err.startswith("tokcost: error: 'saved.json': ")
    assert why in result.err


def test_who_passes_their_budget_first(run: Run) -> None:
    """a spends 2 of 10, b 4 of 10: at half the price b passes at x5, a at x10."""
    log = [line(client="a"), line(client="b"), line(client="b")]
    found = projected(run, *log, args=("--price", "x0.5", "--budget", "10"))
    assert [(each["client"], each["passed_at_usage"]) for each in found["details"]["budgets"]] == [
        ("b", "5"),
        ("a", "10"),
    ]


def test_a_grid_is_every_price_with_every_volume(run: Run) -> None:
    """Two ranges in five steps are 25 lines, the first of them what is."""
    args = ("--price", "x1..x0.1", "--usage", "x1..x30", "--steps", "5", "-f", "csv")
    rows = run("whatif", *args, stdin=json.dumps(line()).encode()).out.splitlines()
    assert len(rows) == 26
    assert rows[1].startswith("1,1,2,2,")
    assert rows[-1].startswith("0.1,30,2,6,")


def test_an_unpriced_model_is_told_and_sums_to_nothing(run: Run) -> None:
    """Unknown is not 0: before, after and the factor are null; exit 2, and 0 for who keeps going."""
    lines = (line(client="a"), line("gpt-99-nova", client="b"))
    args = ("--usage", "x2", "--budget", "10")
    found = projected(run, *lines, args=args, code=2)
    totals = found["totals"]
    assert (totals["before"], totals["after"], totals["ratio"], totals["complete"]) == (None, None, None, False)
    assert [row["standing"] for row in found["rows"]] == ["exact", "unpriced"]
    assert any(note.startswith("gpt-99-nova: unpriced: ") for note in found["warnings"])
    assert any(note.startswith("when b passes its budget is not known: ") for note in found["warnings"])
    assert [each["client"] for each in found["details"]["budgets"]] == ["a"]
    assert projected(run, *lines, args=(*args, "--keep-going"))["totals"]["after"] is None
    shown = run("whatif", *args, stdin=log_of(*lines))
    assert (shown.code, shown.out.split("total")[1].split()[:2]) == (2, ["unpriced", "unpriced"])


def test_a_bad_line_is_a_problem(run: Run) -> None:
    """What is left is projected; exit 2, and 0 with --keep-going."""
    found = projected(run, line(), "no object", args=("--usage", "x2"), code=2)
    assert [each["where"] for each in found["problems"]] == ["stdin:2"]
    assert (found["totals"]["after"], found["totals"]["complete"]) == ("4", False)
    result = run("whatif", "--usage", "x2", "--keep-going", stdin=log_of(line(), "no object"))
    assert result.code == 0
    assert result.err.startswith("tokcost: stdin:2: ")


@pytest.mark.parametrize(
    "args",
    [
        ("--price", "cheap"),
        ("--usage", "x-1"),
        ("--cached", "160%"),
        ("--mode", "turbo"),
        ("--elasticity", "1", "--usage", "x2"),
        ("--spend", "5", "--mode", "batch"),
        ("--model", "gpt-4.1=gpt-99-nova"),
        ("--price", "x0", "--elasticity", "1"),
        ("--price", "x0.1", "--elasticity", "1e9"),
        ("--price", "x1e400"),
        ("--price", "x1e-400"),
        ("--spend", "1e400"),
        ("--model", "gpt-5=gpt-4o"),
        ("--price", "gpt-5=x2"),
        ("--budget", "acme=1"),
    ],
)
def test_what_cannot_be_projected_is_refused(run: Run, args: tuple[str, ...]) -> None:
    """Exit 2, one line, nothing on stdout."""
    stdin = b"" if "--spend" in args else json.dumps(line()).encode()
    result = run("whatif", *args, *(["--", "-"] if "--spend" not in args else []), stdin=stdin)
    assert (result.code, result.out) == (2, "")
    assert len(result.err.splitlines()) == 1


@given(st.decimals("0.01", "0.99", places=2), st.decimals("0", "4", places=2))
def test_elasticity_comes_back(price: Decimal, elasticity: Decimal) -> None:
    """The elasticity that a volume implies is the one it was computed with."""
    found = elasticity_of(price, usage_at(price, elasticity))
    assert found is not None
    assert abs(found - elasticity) < Decimal("0.001")


def test_who_is_not_in_the_log_is_told_with_who_is(run: Run) -> None:
    """A swap or a budget that meets nothing is a mistake, and the message names what there is."""
    log = json.dumps(line(client="acme")).encode()
    assert "the models here are gpt-4.1" in run("whatif", "--model", "gpt-5=gpt-4o", stdin=log).err
    assert "the clients here are acme" in run("whatif", "--budget", "foo=1", stdin=log).err


def test_a_grid_rounds_nothing_below_28_digits(run: Run) -> None:
    """Volume 10^1.11 at a tenth of the price; between 1 and 0 in 4 points stands a third."""
    args = ("--spend", "100", "--elasticity", "1.11", "--price", "x1..x0.1", "--steps", "2", "-f", "csv")
    price, usage, _, after = run("whatif", *args).out.splitlines()[2].split(",")[:4]
    assert (price, len(usage)) == ("0.1", len("12.88249551693133962842653113"))
    assert Decimal(after) == 10 * Decimal(usage)
    rows = run("whatif", "--spend", "3", "--price", "x1..x0", "--steps", "4", "-f", "csv").out.splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == ["1", "0." + "6" * 27 + "7", "0." + "3" * 28, "0"]


@pytest.mark.parametrize(
    "key", ["sk-ant-api03-AbCdEf123456789012345", "AIzaSyA1234567890abcdef", "0123456789abcdef" * 2]
)
def test_a_key_for_a_model_is_not_repeated(run: Run, key: str) -> None:
    """Neither in rows nor in notes nor in errors, in any command."""
    log = (json.dumps(line()) + "\n" + json.dumps(line(key)) + "\n").encode()
    for args in (
        ("whatif", "--price", "x0.5"),
        ("whatif", "--price", "x0.5", "-f", "json"),
        ("whatif", "--model", f"{key}=gpt-4o"),
        ("whatif", "--budget", f"{key}=1"),
        ("usage", "--by", "model,client"),
        ("usage", "-f", "json"),
        ("usage", "-m", key),
        ("usage", "--by", key),
        ("usage", "--rate", key),
        ("audit",),
    ):
        result = run(*args, stdin=log)
        assert key not in result.out + result.err, args


def test_an_amount_in_another_currency_is_converted(run: Run) -> None:
    """2 dollars at 1,390.5 are 2,781 won before, twice that after; the rate is in the report."""
    fx = ("--currency", "KRW", "--fx", "1390.5@2026-11-20", "--usage", "x2")
    found = projected(run, line(), args=fx)
    assert (found["currency"], found["totals"]["before"], found["totals"]["after"]) == ("KRW", "2781", "5562")
    assert found["pricing"]["conversion"]["fx"] == "1 USD = 1390.5 KRW"


def test_a_grid_stands_in_the_details(run: Run) -> None:
    """JSON has the rows of the last point and the grid; CSV and JSON lines list the grid, its rows else."""
    args = ("--price", "x1..x0.5", "--steps", "2")
    found = projected(run, line(client="acme"), args=args)
    assert (found["schema_version"], found["command"]) == (2, "whatif")
    assert [(each["price"], each["after"]) for each in found["details"]["grid"]] == [("1", "2"), ("0.5", "1")]
    assert [(row["name"], row["after"]) for row in found["rows"]] == [("gpt-4.1 / acme", "1")]
    lines = run("whatif", *args, "-f", "jsonl", stdin=log_of(line())).out.splitlines()
    assert [json.loads(each)["price"] for each in lines] == ["1", "0.5"]
    assert projected(run, line())["details"]["grid"] == []
    header = run("whatif", "-f", "csv", stdin=log_of(line())).out.splitlines()[0]
    assert header.split(",")[:5] == ["name", "model", "client", "standing", "before"]


def test_a_table_has_the_sum_and_sentences(run: Run) -> None:
    """2 and 4 dollars at half the price; b passes its 3 dollars at once."""
    log = log_of(line(client="a"), line(client="b", given_tokens=2_000_000))
    result = run("whatif", "--price", "x0.5", "--budget", "b=3", stdin=log)
    assert (result.code, result.err) == (0, "")
    rows = [" ".join(each.split()) for each in result.out.splitlines()]
    assert rows == [
        "name standing before after difference ratio",
        "gpt-4.1 / b exact $4.00 $2.00 -$2.00 x0.5",
        "gpt-4.1 / a exact $2.00 $1.00 -$1.00 x0.5",
        "total exact $6.00 $3.00 -$3.00 x0.5",
        "spend x0.5: $6.00 -> $3.00",
        "implied elasticity 0",
        "break-even usage x2",
        "the first to pass: b, its $3.00 at usage x1.50",
    ]


def test_a_log_in_another_charset_is_projected(run: Run) -> None:
    """The client's name comes out as it was written: a million tokens of gpt-4o, 2.50 dollars, halved."""
    Path("old.jsonl").write_bytes(
        '{"model": "gpt-4o", "usage": {"prompt_tokens": 1000000}, "client": "한국"}\n'.encode("cp949")
    )
    found = run("whatif", "old.jsonl", "--charset", "cp949", "--price", "x0.5", "-f", "json", "--as-of", "2026-11-20")
    row = json.loads(found.out)["rows"][0]
    assert (found.code, found.err, row["name"], row["after"]) == (0, "", "gpt-4o / 한국", "1.25")
