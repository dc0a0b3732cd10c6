"""Bills of OpenAI and Anthropic as they are: tiers, calls without a model, days that are not grouped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bill_files import DAY, audit, call, openai_costs, statuses
from tests.conftest import Run, document

# gpt-4.1: 2 in, 0.5 cached, 8 out a million; gpt-4.1-mini: 0.4 in, 1.6 out.
SEARCHES = {"type": "web_search_call", "status": "completed", "action": {"type": "search", "query": "x"}}
BOTH = ["gpt-4.1 input", "gpt-4.1 output"]
FILES = {"type": "file_search_call", "status": "completed"}


def answer(*output: object) -> str:
    """A Responses object of gpt-4.1 with calls of tools."""
    usage = {"input_tokens": 1_000_000, "output_tokens": 0, "total_tokens": 1_000_000}
    body = {"object": "response", "model": "gpt-4.1", "created_at": f"{DAY}T01:00:00Z", "output": output}
    return json.dumps({**body, "usage": usage})


@pytest.mark.parametrize(
    ("items", "names"),
    [
        ([("gpt-4.1-2025-04-14, input", "2"), ("gpt-4.1-2025-04-14, output", "0.8")], BOTH),
        # one tier and the other of one model are one amount by model and kind
        ([("gpt-4.1, input", "1"), ("priority | gpt-4.1, input", "1"), ("gpt-4.1, output", "0.8")], BOTH),
        ([("gpt-4.1, input, long context", "2.0"), ("gpt-4.1, output", "0.80")], BOTH),
        ([("gpt-4.1", "2.8")], ["gpt-4.1"]),
        ([(None, "1.3"), (None, "1.5")], [""]),
        ([("", "2.8000000000000003")], [""]),
    ],
)  # fmt: skip
def test_line_items_of_openai(run: Run, bare: Path, items: list[tuple[str, str]], names: list[str]) -> None:
    """A million tokens in and 100,000 out of gpt-4.1 are 2 and 0.80, however much of the line items is told."""
    result = audit(run, [call("gpt-4.1", 1_000_000, 100_000)], openai_costs(*items), name="costs.json")
    assert (result.code, result.err) == (0, "")
    assert statuses(result) == {f"{DAY} {name}".strip(): "matched" for name in names}


def test_calls_of_tools_are_charged_whatever_model_made_them(run: Run, bare: Path) -> None:
    """Two searches at 0.01, one of files at 0.0025; one search more on the bill is over."""
    log = [answer(SEARCHES), answer(SEARCHES, FILES)]
    tools = [("file search tool calls", "0.0025"), ("gpt-4.1, input", "4")]
    result = audit(run, log, openai_costs(("web search tool calls", "0.02"), *tools), name="costs.json")
    assert (result.code, set(statuses(result).values())) == (0, {"matched"})
    result = audit(run, log, openai_costs(("web search tool calls", "0.03"), *tools), name="costs.json")
    assert (result.code, statuses(result)[f"{DAY} web_search"]) == (1, "over")
    assert f"{DAY} web_search: charged $0.03, over the computed $0.02 by $0.01" in result.err


def test_the_tier_of_a_line_item_is_its_mode(run: Run, bare: Path) -> None:
    """Read as usage, the tokens of a priority line are priced so: 1,000 of gpt-5.5 out at 75 a million are 0.075."""
    text = openai_costs(("priority | gpt-5.5-2026-04-23, output", "0.075"), day="2026-07-04")
    text = text.replace('"line_item"', '"quantity": 1000, "quantity_unit": "tokens", "line_item"')
    totals = document(run("usage", "-f", "json", stdin=text.encode()))["totals"]
    assert (totals["cost"], totals["charged"]) == ("0.075", "0.075")


def test_storage_on_a_bill_is_nothing_that_a_log_tells(run: Run, bare: Path) -> None:
    """It cannot be checked, which is exit 2 and no mismatch; what can be is."""
    bill = openai_costs(("gpt-4.1, input", "2"), ("vector storage", "0.1"))
    result = audit(run, [call("gpt-4.1", 1_000_000)], bill, name="costs.json")
    assert (result.code, document(result)["findings"]) == (2, [])
    assert statuses(result) == {f"{DAY} gpt-4.1 input": "matched", f"{DAY} vector storage": "unpriced"}
    assert "a log does not tell what 'vector storage' is charged for" in result.out


def test_a_log_without_models_is_not_called_empty(run: Run, bare: Path) -> None:
    """A usage export that is not grouped by model leaves the charges of its day unchecked: exit 2, no finding."""
    usage = {"object": "organization.usage.completions.result", "input_tokens": 1_000_000, "output_tokens": 0,
             "num_model_requests": 1, "model": None, "start_time": 1771891200, "end_time": 1771977600}  # fmt: skip
    result = audit(run, [json.dumps(usage)], openai_costs(("gpt-4.1, input", "2")), name="costs.json")
    assert (result.code, set(statuses(result).values()), document(result)["findings"]) == (2, {"unpriced"}, [])
    assert "group it by model" in result.out


def _anthropic(**more: object) -> str:
    """A day of claude-haiku-4-5: 150,000 tokens in are 0.15, 35 searches 0.35."""
    bucket = {"starting_at": f"{DAY}T00:00:00Z", "ending_at": "2026-02-25T00:00:00Z"}
    return json.dumps({"data": [{**bucket, "results": [more]}], "has_more": False})


USED = _anthropic(
    model="claude-haiku-4-5-20251001", uncached_input_tokens=150_000, cache_read_input_tokens=0, output_tokens=0,
    cache_creation={"ephemeral_5m_input_tokens": 0}, server_tool_use={"web_search_requests": 35},
)  # fmt: skip
COLUMNS = "usage_date_utc,model,workspace,api_key,token_type,cost_usd,cost_type"


@pytest.mark.parametrize(
    ("bill", "names"),
    [
        (_anthropic(amount="50", currency="USD", model=None, token_type=None, cost_type=None), [""]),
        (f"usage_date_utc,workspace,cost_usd\n{DAY},Default,0.50\n", [""]),
        (
            f"{COLUMNS}\n{DAY},Claude Haiku 4.5,w,k,input_no_cache,0.15,token\n{DAY},,w,k,,0.35,web_search\n",
            ["web_search", "claude-haiku-4-5 input"],
        ),
    ],
)
def test_costs_of_anthropic(run: Run, bare: Path, bill: str, names: list[str]) -> None:
    """Cents of the API and dollars of the CSV; a search names no model, and a day that is not grouped nothing."""
    result = audit(run, [USED], bill)
    assert (result.code, result.err) == (0, "")
    assert statuses(result) == {f"{DAY} {name}".strip(): "matched" for name in names}
