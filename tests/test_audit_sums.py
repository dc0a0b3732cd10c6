"""An audit holds the sum as well as each line, and judges no line of a model that it does not know."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import Run, document


def audited(run: Run, lines: list[dict[str, Any]], *options: object) -> tuple[int, dict[str, Any], str]:
    log = "".join(json.dumps(line) + "\n" for line in lines).encode()
    result = run("audit", "-", "-f", "json", *options, stdin=log)
    return result.code, document(result), result.err


def charges(cost: str, *prompts: int) -> list[dict[str, Any]]:
    """Calls of gpt-4.1 (2 a million tokens), each with the same charge."""
    return [
        {"id": str(at), "model": "gpt-4.1", "timestamp": "2026-11-02T10:00:00Z", "cost": cost,
         "usage": {"prompt_tokens": tokens, "completion_tokens": 0}}
        for at, tokens in enumerate(prompts)
    ]  # fmt: skip


def test_what_each_line_rounds_up_does_not_add_up_unseen(run: Run) -> None:
    """A thousand charges of 0.01 for 0.0051 each match alone; together 10 for 5.10 is a finding: a tolerance that
    was given holds for each of them, and so for their sum."""
    code, found, err = audited(run, charges("0.01", *[2550] * 1000))
    assert (code, found["totals"]["matched"]) == (1, 1000)
    assert [(each["rule"], each["excess"]) for each in found["findings"]] == [("over", "4.9")]
    assert "together: charged $10.00, over the computed $5.10 by $4.90, which rounding does not explain" in err
    for tolerance, expected in (("0.005", 0), ("0.004", 1), ("0.1%", 1)):
        assert audited(run, charges("0.01", *[2550] * 1000), "--tolerance", tolerance)[0] == expected
    assert audited(run, charges("0.00", *[2450] * 1000))[1]["findings"][0]["rule"] == "under"


def test_rounding_that_goes_both_ways_matches(run: Run) -> None:
    """Costs from 0.0050 to 0.0149, each charged 0.01, are off by 0.0005 a hundred: within what rounding explains."""
    code, found, err = audited(run, charges("0.01", *range(2500, 7450, 50)))
    assert (code, found["totals"]["matched"], found["findings"], err) == (0, 99, [], "")
    assert audited(run, charges("0.01", 2550, 2550))[0] == 0
    assert audited(run, charges("0.0105", *[5000] * 100), "--tolerance", "6%")[0] == 0


def test_the_roundings_of_a_bill_do_not_add_up(run: Run, tmp_path: Any) -> None:
    """A hundred lines of 0.01 of one day and model allow less than half a cent for each of them."""
    bill = tmp_path / "bill.jsonl"
    bill.write_text("".join(json.dumps(each) + "\n" for each in charges("0.01", *[2550] * 100)))
    log = [{**each, "cost": None} for each in charges("0", *[2550] * 100)]
    code, found, _ = audited(run, log, "--bill", bill)
    assert (code, [each["rule"] for each in found["findings"]]) == (1, ["over"])


@pytest.mark.parametrize("model", ["gpt-99-nova", "no-such-model"])
def test_the_charge_of_an_unknown_model_is_unpriced_not_impossible(run: Run, model: str) -> None:
    """Nobody can say that nothing charges it: exit 2; a line without a model is judged by all there are."""
    code, found, _ = audited(run, [{**charges("5", 100)[0], "model": model}])
    assert (code, found["rows"][0]["status"], found["findings"]) == (2, "unpriced", [])
    assert "unknown model" in found["rows"][0]["explanation"]
    code, found, _ = audited(run, [{**charges("5", 100)[0], "model": None}])
    assert (code, found["rows"][0]["status"]) == (1, "impossible")
