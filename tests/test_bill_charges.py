"""What a charge is held to: its currency, a rate that is one, a tolerance, and the time that both sides tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bill_files import DAY, audit, call, openai_costs, statuses
from tests.conftest import Run, document

NEXT = "2026-02-25"


def line(cost: object, **more: Any) -> bytes:
    """A million tokens into gpt-4.1, which are $2, and what the log says of their charge."""
    usage = {"prompt_tokens": 1_000_000, "completion_tokens": 0}
    return json.dumps(
        {"model": "gpt-4.1", "created_at": f"{DAY}T10:00:00Z", "usage": usage, "cost": cost, **more}
    ).encode()


WON = [{"currency": "KRW"}, {"cost_currency": "krw"}, {"currency_code": "KRW"}, {"cost": "₩2,800"}]
WON += [{"cost": "2,800 KRW"}, {"cost": "$2,800", "currency": "KRW"}]


@pytest.mark.parametrize("stated", WON)
def test_a_currency_in_or_beside_a_charge_is_that_of_the_charge(run: Run, stated: dict[str, Any]) -> None:
    """2,800 won at 1,400 for a dollar are 2 dollars; without a rate they are not compared, and never called dollars."""
    result = run(
        "audit", "-f", "json", "--currency", "KRW", "--fx", f"1400@{DAY}", stdin=line(**{"cost": 2800, **stated})
    )
    totals = document(result)["totals"]
    assert (result.code, totals["matched"], totals["charged"], totals["cost"]) == (0, 1, "2800", "2800")
    result = run("audit", stdin=line(**{"cost": 2800, **stated}))
    assert (result.code, result.out) == (2, "")
    assert "amounts in USD and in KRW" in result.err
    assert "--fx KRW=RATE" in result.err


def test_a_charge_in_dollars_by_its_name_is_one(run: Run) -> None:
    """The currency beside ``cost_usd`` is of something else."""
    usage = {"prompt_tokens": 1_000_000, "completion_tokens": 0}
    stated = {"model": "gpt-4.1", "usage": usage, "cost_usd": 2, "currency": "KRW", "timestamp": f"{DAY}T10:00:00Z"}
    assert run("audit", stdin=json.dumps(stated).encode()).code == 0


@pytest.mark.parametrize(("cost", "explained"), [(0, "nothing was charged"), ("0.00", "nothing was charged")])
def test_a_charge_of_nothing_is_explained_by_nobody(run: Run, cost: object, explained: str) -> None:
    """Rates that are zero, or round to it, explain any such charge, and so none."""
    result = run("audit", "-f", "json", stdin=line(cost))
    row = document(result)["rows"][0]
    assert (result.code, row["status"], row["explanation"]) == (1, "under", explained)


@pytest.mark.parametrize(("cost", "code"), [(0, 1), (0.0, 1), ("0.00", 0), ("0.0000", 1)])
def test_a_bare_zero_is_no_rounded_amount(run: Run, cost: object, code: int) -> None:
    """500 tokens of gpt-4.1 are a tenth of a cent: cents round it to 0.00, and who writes 0 has charged nothing."""
    assert run("audit", stdin=line(cost, usage={"prompt_tokens": 500, "completion_tokens": 0})).code == code


def test_a_charge_of_nothing_for_an_unknown_model_is_not_judged(run: Run) -> None:
    """Nor is one of no model at all, which no rate of anybody's would make impossible."""
    for model in ("gpt-99-nova", None):
        result = run("audit", "-f", "json", stdin=line(0, model=model))
        assert (result.code, document(result)["totals"]["unpriced"]) == (2, 1)


@pytest.mark.parametrize(("tolerance", "code"), [("0", 1), ("0.009", 1), ("0.01", 0)])
def test_what_only_one_side_has_may_be_within_the_tolerance(run: Run, bare: Path, tolerance: str, code: int) -> None:
    """0.01 charged for nothing in the log, and 0.01 of the log that nobody charged: by so much a charge may differ."""
    bill = openai_costs(("gpt-4.1, input", "2"), ("gpt-4o, output", "0.01"))
    log = [call("gpt-4.1", 1_000_000), call("gpt-4.1-mini", 25_000)]
    result = audit(run, log, bill, "--tolerance", tolerance, name="costs.json")
    assert result.code == code, result.err


def test_nothing_charged_for_nothing_is_no_line(run: Run, bare: Path) -> None:
    """A free model that the bill leaves out, and a line of zero that the log knows nothing of."""
    Path("own.toml").write_text(
        '[tokcost]\nschema = 1\n[[mine."free".rates]]\nfrom = 2026-01-01\ninput = "0"\noutput = "0"\n'
    )
    bill = openai_costs(("gpt-4.1, input", "2"), ("gpt-4o, output", "0"))
    log = [call("gpt-4.1", 1_000_000), call("mine/free", 500)]
    result = audit(run, log, bill, "--prices", "own.toml", name="costs.json")
    assert (result.code, statuses(result)) == (0, {f"{DAY} gpt-4.1 input": "matched"})


def two_days() -> str:
    """Gpt-4.1 on a bill: 2 dollars of input on one day, 1 on the next."""
    days = [json.loads(openai_costs(("gpt-4.1, input", amount), day=day)) for day, amount in ((DAY, "2"), (NEXT, "1"))]
    return json.dumps({**days[0], "data": [each["data"][0] for each in days]})


def test_a_log_without_times_is_held_to_the_whole_bill(run: Run, bare: Path) -> None:
    """1.5 million tokens of any day are the 3 dollars of both days together; with a day they are that day's."""
    log = [json.dumps({"model": "gpt-4.1", "usage": {"prompt_tokens": 1_500_000, "completion_tokens": 0}})]
    result = audit(run, log, two_days(), name="costs.json")
    assert (result.code, statuses(result)) == (0, {"all days gpt-4.1 input": "matched"})
    result = audit(run, log, two_days(), "--as-of", DAY, name="costs.json")
    assert (result.code, set(statuses(result).values())) == (1, {"under", "missing in the log"})


def test_a_bill_without_days_is_held_to_the_whole_log(run: Run, bare: Path) -> None:
    """A report of Google Cloud by SKU alone has no dates."""
    bill = (
        "Service description,SKU description,Usage amount,Usage unit,Unrounded subtotal (US$)\n"
        'Gemini API,Generate content input token count gemini 2.5 flash text,"2,000,000",count,0.6\n'
    )
    log = [call("gemini-2.5-flash", 1_000_000, when=f"{day}T20:00:00Z") for day in (DAY, NEXT)]
    result = audit(run, log, bill)
    assert (result.code, statuses(result)) == (0, {"all days gemini-2.5-flash input": "matched"})


def test_a_log_of_longer_sums_is_held_to_the_days_of_each(run: Run, bare: Path) -> None:
    """A bucket of two days cannot be told apart: the days of the bill are put together for it."""
    bucket = {
        "object": "organization.usage.completions.result", "model": "gpt-4.1", "input_tokens": 1_500_000,
        "output_tokens": 0, "num_model_requests": 9, "start_time": 1771891200, "end_time": 1772064000,
    }  # fmt: skip
    result = audit(run, [json.dumps(bucket)], two_days(), name="costs.json")
    assert (result.code, statuses(result)) == (0, {f"{DAY} to {NEXT} gpt-4.1 input": "matched"})


def test_an_unknown_currency_of_a_column_is_not_guessed(run: Run, bare: Path) -> None:
    """Its line is a problem, with what to write."""
    bill = "Date,Service description,SKU description,Subtotal (¤)\n" + f"{DAY},Gemini API,Input tokens gemini,1\n"
    result = audit(run, [call("gemini-2.5-flash", 1)], bill)
    assert (result.code, result.out) == (2, "")
    assert "bill.csv:2: the currency of 'Subtotal (¤)' is not known: write it as (USD)" in result.err
