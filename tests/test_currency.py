"""One report, one currency, at the user's dated rate."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import AS_OF, Run
from tokcost.currency import Exchange, Fx

US = {"created": 1795392000, "model": "gpt-4.1", "usage": {"prompt_tokens": 1_000_000}}  # $2
KR = {"created": 1795392000, "model": "HCX-007", "usage": {"prompt_tokens": 1_000_000}}  # 1,250 won


def totals(run: Run, *lines: Any, args: tuple[str, ...] = ()) -> Any:
    return run("usage", "-f", "json", *args, stdin="".join(json.dumps(line) + "\n" for line in lines).encode())


def test_dollars_are_shown_in_won(run: Run) -> None:
    """2 x 1390.5, and with 10% on top."""
    fx = ("--currency", "KRW", "--fx", "1390.5@2026-11-20")
    found = json.loads(totals(run, US, args=fx).out)
    assert (found["currency"], found["totals"]["cost"]) == ("KRW", "2781")
    assert (found["pricing"]["conversion"]["fx"], found["pricing"]["conversion"]["fx_day"]) == (
        "1 USD = 1390.5 KRW",
        "2026-11-20",
    )
    for vat in ("10%", "0.10"):
        assert json.loads(totals(run, US, args=(*fx, "--vat", vat)).out)["totals"]["cost"] == "3059.1"


def test_won_convert_the_other_way(run: Run) -> None:
    """1,250 won at 1,250 a dollar are one dollar, beside the two of another line."""
    found = json.loads(totals(run, US, KR, args=("--currency", "USD", "--fx", "KRW=1250@2026-11-20")).out)
    assert (found["currency"], found["totals"]["cost"]) == ("USD", "3")


def test_won_alone_stay_won(run: Run) -> None:
    """No conversion is asked for, none is made."""
    found = json.loads(totals(run, KR).out)
    assert (found["currency"], found["totals"]["cost"]) == ("KRW", "1250")


def test_two_currencies_without_a_rate_are_refused(run: Run) -> None:
    """Exit 2 with what to do; amounts never add up silently."""
    result = totals(run, US, KR)
    assert (result.code, result.out) == (2, "")
    assert "--currency USD --fx KRW=RATE@YYYY-MM-DD" in result.err


@pytest.mark.parametrize(
    "args",
    [
        ("--fx", "1390.5"),
        ("--fx", "1390.5@yesterday"),
        ("--fx", "1390.5@2026-13-01"),
        ("--fx", "1390.5@2026-11-20"),  # of which currency?
        ("--currency", "KRW", "--fx", "0@2026-11-20"),
        ("--currency", "won"),
        ("--currency", "W1N"),
        ("--vat", "10"),
        ("--vat", "ten%"),
    ],
)
def test_terms_that_cannot_be_are_refused(run: Run, args: tuple[str, ...]) -> None:
    """A rate has a currency and a day, a tax is a share."""
    result = totals(run, US, args=args)
    if args == ("--currency", "won"):  # a code of three letters, but no rate for it
        assert "WON" in result.err
    assert (result.code, result.out) == (2, "")


@given(st.decimals("0.01", "1000000", places=2), st.decimals("0.5", "2000", places=1))
def test_there_and_back_is_the_same_to_a_billionth(amount: Decimal, rate: Decimal) -> None:
    """Dollars to won to dollars."""
    fx = Fx("KRW", rate, None)
    there = Exchange("KRW", fx).convert(amount, "USD")
    back = Exchange("USD", fx).convert(there, "KRW")
    assert abs(back - amount) < Decimal("1e-9")


@pytest.mark.parametrize("vat", ["nan", "sNaN%", "inf", "1e-999", "-1"])
def test_a_tax_that_is_no_number_is_refused(run: Run, vat: str) -> None:
    """Exit 2 and one line."""
    result = run("usage", "--vat", vat, stdin=b"{}")
    assert (result.code, result.out, len(result.err.splitlines())) == (2, "", 1)
    assert "write it as 10% or 0.10" in result.err


WON = ("--currency", "KRW", "--fx", "1250@2026-11-20")


def test_the_price_book_is_listed_in_won(run: Run) -> None:
    """2 dollars x 1,250, with 10 % tax; what no rate leads to stays as it is, and that is said."""
    found = run("models", "list", *WON, "--vat", "10%", "-f", "json", "--as-of", "2026-11-20")
    rows = {row["model"]: row for row in json.loads(found.out)["rows"]}
    assert (rows["gpt-4.1"]["input_rate"], rows["gpt-4.1"]["currency"]) == ("2750", "KRW")
    assert (rows["HCX-007"]["input_rate"], rows["HCX-007"]["currency"]) == ("1375", "KRW")
    assert (found.code, found.err) == (0, "")
    euros = run("models", "list", "--currency", "EUR", "--fx", "0.8@2026-11-20", "-f", "json", "--as-of", "2026-11-20")
    rows = {row["model"]: row for row in json.loads(euros.out)["rows"]}
    assert (rows["gpt-4.1"]["input_rate"], rows["gpt-4.1"]["currency"]) == ("1.6", "EUR")
    assert (rows["HCX-007"]["input_rate"], rows["HCX-007"]["currency"]) == ("1250", "KRW")
    assert (euros.code, euros.err) == (0, "note: 1 price in KRW left as listed: no rate leads to EUR\n")


def test_a_model_is_shown_in_won(run: Run) -> None:
    """2 dollars x 1,250, in the rows and above the table."""
    found = run("models", "show", "gpt-4.1", *WON, "-f", "csv")
    assert (found.code, found.err) == (0, "")
    head, row = found.out.splitlines()[:2]
    assert row.split(",")[head.split(",").index("input_rate")] == "2500"
    assert "rates: KRW per 1,000,000 tokens" in run("models", "show", "gpt-4.1", *WON).out


def test_a_lock_keeps_its_own_currency(run: Run) -> None:
    """4 tokens x 2.50 dollars per million are 0.00001 dollars in the lock, 0.0125 won in what is printed."""
    Path("kind.md").write_text("You are kind.")
    Path("tokcost.toml").write_text(
        '[[budget]]\nname = "a"\nmodel = "gpt-5.4"\npaths = ["kind.md"]\nmax-input-tokens = 9\n'
    )
    found = run("lock", *WON, "-f", "json")
    report = json.loads(found.out)
    behind = f"note: held to tokcost.toml; amounts in KRW; prices: built-in of {AS_OF}\n"
    assert (found.code, found.err) == (0, "tokcost: tokcost.lock: 1 prompt\n" + behind)
    assert (report["currency"], report["totals"]["cost"], report["rows"][0]["checked_cost"]) == (
        "KRW",
        "0.0125",
        "0.0125",
    )
    assert '"cost": "0.00001"' in Path("tokcost.lock").read_text()
