"""Numbers of bills and logs as people and spreadsheets write them: read right, or a problem at their line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Run

USAGE = {"prompt_tokens": 2_000_000, "completion_tokens": 0, "total_tokens": 2_000_000}
LOG = json.dumps({"id": "a", "created": 1783500000, "model": "gpt-4o", "usage": USAGE}) + "\n"
HEADER = "start_time,end_time,line_item,amount_value,amount_currency"


def _row(amount: str, item: str = "gpt-4o, input") -> str:
    return f'1783468800,1783555200,"{item}","{amount}",usd'


def _bill(*rows: str, header: str = HEADER) -> None:
    Path("log.jsonl").write_text(LOG)
    Path("bill.csv").write_text("\n".join([header, *rows]) + "\n")


@pytest.mark.parametrize("amount", ["5.00", "$5", "5e0", "+5."])
def test_an_amount_is_read(run: Run, bare: Path, amount: str) -> None:
    """A charge of five dollars, however it is written, matches the log's five dollars."""
    _bill(_row(amount))
    result = run("audit", "log.jsonl", "--bill", "bill.csv")
    assert (result.code, result.err) == (0, "")


def test_commas_between_thousands_are_read(run: Run, bare: Path) -> None:
    """1,005.00 is a thousand and five."""
    _bill(_row("1,005.00"))
    result = run("audit", "log.jsonl", "--bill", "bill.csv")
    assert result.code == 1
    assert "charged $1,005.00, over the computed $5.00 by $1,000.00" in result.err


@pytest.mark.parametrize("amount", ["5,00", "1.005,00", "5,0,0", ",5", "5_0.0_0", "٥.٠٠", "５", "5.00-", "(5.00)"])
def test_an_amount_that_may_mean_two_things_is_not_guessed(run: Run, bare: Path, amount: str) -> None:
    """A comma that parts no thousands is not left out of a number: exit 2 with the line."""
    _bill(_row("5.00"), _row(amount))
    result = run("audit", "log.jsonl", "--bill", "bill.csv")
    assert result.code == 2
    assert f"bill.csv:3: 'amount.value' is not an amount: '{amount}'\n" in result.err


@pytest.mark.parametrize(("tokens", "code"), [("1,200", 0), ("1,2", 2), ("1,20", 2), ("12,00,000", 2)])
def test_tokens_in_a_text_follow_the_same_rule(run: Run, bare: Path, tokens: str, code: int) -> None:
    """'1,2' is not twelve tokens."""
    line = {"model": "gpt-4o", "usage": {"prompt_tokens": tokens, "completion_tokens": 0}}
    Path("a.jsonl").write_text(json.dumps(line) + "\n" + LOG)
    result = run("usage", "a.jsonl", "--max-cost", "10")
    assert result.code == code, result
    assert ("a.jsonl:1: 'prompt_tokens' is not a whole number" in result.err) is (code == 2)


def test_a_charge_without_an_amount_is_a_problem(run: Run, bare: Path) -> None:
    """An item whose amount is empty is named with its line; a bucket without an item is none."""
    _bill(_row("5.00"), "1783468800,1783555200,,,")
    assert run("audit", "log.jsonl", "--bill", "bill.csv").code == 0
    _bill(_row("5.00"), _row("", "gpt-4o, output"))
    result = run("audit", "log.jsonl", "--bill", "bill.csv")
    assert (result.code, "bill.csv:3: 'amount.value' is missing" in result.err) == (2, True), result


def test_two_columns_of_one_name_are_not_guessed(run: Run, bare: Path) -> None:
    """Which of them holds the amount is not for the tool to choose."""
    _bill(
        '1783468800,1783555200,"gpt-4o, input",5.00,99,usd', header=HEADER.replace("amount_v", "amount_value,amount_v")
    )
    result = run("audit", "log.jsonl", "--bill", "bill.csv")
    assert (result.code, result.out) == (2, "")
    assert result.err == "tokcost: error: bill.csv: two columns are named 'amount_value': leave one of them out\n"
