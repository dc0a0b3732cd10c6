"""Exports that are read as usage: what each counts, charges, and leaves out."""

from __future__ import annotations

import json

import pytest

from tests.bill_files import DAY
from tests.conftest import Run, document

CURSOR = (
    "Date,Kind,Model,Max Mode,Input (w/ Cache Write),Input (w/o Cache Write),Cache Read,Output Tokens,Total Tokens,"
    "Cost\n"
)
OLD_CURSOR = "Date,User,Kind,Max Mode,Model,Tokens,Cost ($)\n"
OPENROUTER = (
    "generation_id,created_at,cost_total,cost_web_search,byok_usage_inference,tokens_prompt,tokens_completion,"
    "tokens_reasoning,tokens_cached,model_permaslug,variant,user,app_name,api_key_name,"
    "time_to_first_token_ms\n"
)
ACTIVITY = (
    "timestamp,api_key_name,model,num_requests,user,n_context_tokens_total,n_generated_tokens_total,"
    "n_cached_context_tokens_total\n"
)


def totals(run: Run, text: str, *names: str) -> tuple[object, ...]:
    result = run("usage", "-f", "json", stdin=text.encode())
    assert result.code == 0, result.err
    return tuple(document(result)["totals"][name] for name in names)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        # written, other input, read and output are apart where their sum is the total
        ('Included,gpt-5,No,0,8000,64000,1000,73000,Included', (72_000, 64_000, 1000, None)),
        ('On-Demand,gpt-5,No,0,10000,0,400,10400,"$0.02"', (10_000, 0, 400, "0.02")),
        # older rows count what was not written under both names
        ('Included,claude-sonnet-4-5,No,1200,1000,5000,300,6500,-', (6200, 5000, 300, None)),
    ],
)  # fmt: skip
def test_usage_of_cursor(run: Run, row: str, expected: tuple[object, ...]) -> None:
    """The total says how the columns are to be added up."""
    names = ("input_tokens", "cached_tokens", "output_tokens", "charged")
    assert totals(run, f"{CURSOR}{DAY}T10:00:00.000Z,{row}\n", *names) == expected


def test_what_cursor_did_not_charge_costs_nothing(run: Run) -> None:
    """An errored request is counted as one, at no cost."""
    row = '"Errored, No Charge",gpt-5,No,0,9700,0,12,9712,-'
    assert totals(run, f"{CURSOR}{DAY}T10:00:00.000Z,{row}\n", "requests", "cost") == (1, "0")


def test_a_total_of_cursor_that_its_parts_do_not_make_is_told(run: Run) -> None:
    """The row is counted as its parts are, and the report is not whole."""
    result = run("usage", "-f", "json", stdin=f"{CURSOR}{DAY}T10:00:00Z,Included,gpt-5,No,0,100,0,10,500,-\n".encode())
    assert result.code == 2
    assert "'Total Tokens' is 500, its parts are 110" in document(result)["problems"][0]["why"]


def test_an_older_export_of_cursor_has_one_number(run: Run) -> None:
    """A thousand tokens of gpt-5 are 0.00125 as input, 0.01 as output."""
    result = document(
        run("usage", "-f", "json", stdin=f"{OLD_CURSOR}{DAY}T10:00:00Z,me,Usage,No,gpt-5,1000,0.01\n".encode())
    )
    row = result["rows"][0]
    assert (row["cost_low"], row["cost_high"], row["charged"], row["client"]) == ("0.00125", "0.01", "0.01", "me")


def test_activity_of_openrouter(run: Run) -> None:
    """10,000 tokens in, 8,000 of them cached, and 500 out of gpt-5 are 0.0025 + 0.001 + 0.005."""
    row = f"gen-1,{DAY} 21:19:33.705,0.0085,0,0,10000,500,64,8000,openai/gpt-5-2025-08-07,standard,,shop,key1,410\n"
    names = ("input_tokens", "cached_tokens", "output_tokens", "cost", "charged")
    assert totals(run, OPENROUTER + row, *names) == (10_000, 8000, 500, "0.0085", "0.0085")
    assert run("audit", stdin=(OPENROUTER + row).encode()).code == 0


def test_a_key_of_ones_own_at_openrouter_is_charged_by_the_maker(run: Run) -> None:
    """A fee of 0.0004 to one and 0.0085 to the other are what it cost; a search is in the charge, and told."""
    row = f"gen-1,{DAY} 21:19:33.705,0.0204,0.02,0.0085,10000,500,64,8000,openai/gpt-5,standard,,shop,key1,410\n"
    result = run("usage", "-f", "json", stdin=(OPENROUTER + row).encode())
    assert (result.code, document(result)["totals"]["charged"]) == (0, "0.0289")
    said = "\n".join(document(result)["warnings"])
    assert "'cost_web_search' is in the charge" in said
    assert "'byok_usage_inference' is what the maker charged" in said


def test_days_of_openrouter(run: Run) -> None:
    """A page of its API: a day, model and endpoint each."""
    day = {"date": DAY, "model": "openai/gpt-4.1", "model_permaslug": "openai/gpt-4.1-2025-04-14", "usage": 2.8,
           "byok_usage_inference": 0, "requests": 5, "prompt_tokens": 1_000_000, "completion_tokens": 100_000,
           "reasoning_tokens": 0, "provider_name": "OpenAI", "endpoint_id": "e"}  # fmt: skip
    names = ("requests", "input_tokens", "output_tokens", "cost", "charged")
    for text in (json.dumps({"data": [day]}), json.dumps(day)):
        assert totals(run, text, *names) == (5, 1_000_000, 100_000, "2.8", "2.8")


def test_older_activity_of_openai(run: Run) -> None:
    """Context tokens include the cached ones: 10,000, 4,000 of them cached, of gpt-4.1 are 0.012 + 0.002."""
    row = "1771891200,shop,gpt-4.1,3,u@example.com,10000,0,4000\n"
    names = ("requests", "input_tokens", "cached_tokens", "cost")
    assert totals(run, ACTIVITY + row, *names) == (3, 10_000, 4000, "0.014")
    other = {
        "aggregation_timestamp": 1771891500, "n_requests": 3, "operation": "completion", "snapshot_id": "gpt-4.1",
        "n_context_tokens_total": 10_000, "n_generated_tokens_total": 0, "n_cached_context_tokens_total": 4000,
    }  # fmt: skip
    page = {"object": "list", "data": [other], "ft_data": [], "whisper_api_data": []}
    assert totals(run, json.dumps(page), *names) == (3, 10_000, 4000, "0.014")


@pytest.mark.parametrize(
    "text",
    [
        OPENROUTER.replace("variant", "tokens_audio") + "g,2026-02-24,0.1,0,0,1000,50,0,0,openai/gpt-5,700,,,,410\n",
        (
            "start_time,end_time,model,input_tokens,output_tokens,num_model_requests,output_thought_tokens\n"
            "1771891200,1771977600,gpt-4.1,1000.0,50.0,1.0,700.0\n"
        ),
        (
            "usage_date_utc,model_version,usage_input_tokens_no_cache,usage_output_tokens,usage_input_tokens_audio\n"
            "2026-02-24,claude-sonnet-4-5,1000,50,700\n"
        ),
        ACTIVITY.replace("user", "n_audio_tokens_total") + "1771891500,k,gpt-4.1,3,700,1000,50,0\n",
    ],
)
def test_a_column_of_tokens_that_is_not_known_is_told(run: Run, text: str) -> None:
    """The rest is counted, and the report is not whole: exit 2 with the name."""
    result = run("usage", "-f", "json", stdin=text.encode())
    found = document(result)
    assert (result.code, found["totals"]["output_tokens"]) == (2, 50)
    assert "(700): not known here, so these tokens were not counted" in found["problems"][0]["why"]
    assert run("usage", stdin=text.replace("700", "0").encode()).code == 0
