"""Requests as gateways log them: LiteLLM, Cloudflare, one-api, Azure, OpenRouter; and Ollama, Cohere, xAI.

Rates a million: gpt-5 1.25 in, 0.125 cached and 10 out; claude-sonnet-4-5 3 in, 0.3 cached, 3.75 written, 6 for an
hour, 15 out.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.agent_logs import meter, put, sums
from tests.conftest import Run

SPENT = {
    "request_id": "s1", "call_type": "acompletion", "cache_hit": "False", "startTime": "2026-02-24 09:20:46.8",
    "model": "gpt-5", "metadata": "{}", "spend": 0.1, "prompt_tokens": 1000, "completion_tokens": 100,
    "total_tokens": 1100, "status": "success", "custom_llm_provider": "openai", "team_id": "t", "response": "{}",
}  # fmt: skip
PAYLOAD = {
    "id": "p1", "call_type": "completion", "response_cost": 0.1, "model_map_information": {}, "status": "success",
    "startTime": 1771967973.5, "model": "gpt-5", "cache_hit": None, "end_user": "eve", "prompt_tokens": 1000,
    "completion_tokens": 100, "metadata": {}, "response": {"choices": []},
}  # fmt: skip
# 1,000 x 1.25 + 100 x 10 = 2,250 per million
PLAIN = (1, 1000, 0, 0, 100, "0.00225")
# 200 x 1.25 + 800 x 0.125 + 100 x 10 = 1,350 per million
CACHED = (1, 1000, 800, 0, 100, "0.00135")
NOTHING = (1, 0, 0, 0, 0, "0")
FREE = "answered from the gateway's own cache: it cost nothing"


def used(**more: Any) -> dict[str, Any]:
    """The metadata of LiteLLM with a usage object."""
    return {"usage_object": {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100, **more}}


READ = used(prompt_tokens_details={"cached_tokens": 800})
WRITTEN = used(
    prompt_tokens_details={"cached_tokens": 0, "cache_creation_tokens": 500,
                           "cache_creation_token_details": {"ephemeral_1h_input_tokens": 500}},
    cache_read_input_tokens=200, cache_creation_input_tokens=500,
)  # fmt: skip
CLOUD = {
    "id": "c1", "created_at": "2026-02-24T21:19:33Z", "provider": "openai", "model": "gpt-5", "tokens_in": 1000,
    "tokens_out": 100, "cached": False, "success": True,
}  # fmt: skip
QUOTA = {
    "id": 1, "created_at": 1771967973, "type": 2, "model_name": "gpt-5", "quota": 50_000, "prompt_tokens": 1000,
    "completion_tokens": 100, "other": '{"cache_tokens":800}',
}  # fmt: skip
CLAUDE = {"claude": True, "cache_tokens": 200, "cache_creation_tokens": 500, "cache_creation_tokens_1h": 500}
COUNTED = {"deploymentName": "shop", "modelName": "gpt-5", "promptTokens": 1000, "completionTokens": 100}
GATEWAY = {
    "time": "2026-02-24T21:19:33Z", "resourceId": "/S", "category": "GatewayLlmLogs", "correlationId": "c",
    "properties": COUNTED,
}  # fmt: skip
TABLE = {"TimeGenerated": "2026-02-24T21:19:33Z", "ModelName": "gpt-5", "PromptTokens": "1000", "CompletionTokens": 100}
NATIVE = {
    "id": "gen-1", "created_at": "2026-02-24T21:19:33Z", "model": "openai/gpt-5", "usage": 0.1, "tokens_prompt": 950,
    "tokens_completion": 90, "native_tokens_prompt": 1000, "native_tokens_completion": 100,
    "native_tokens_cached": 800, "native_tokens_reasoning": 60, "num_search_results": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("log", "expected", "said"),
    [
        ([SPENT], PLAIN, ""),
        ([{**SPENT, "metadata": json.dumps(READ)}], CACHED, ""),
        ([{**SPENT, "metadata": READ, "prompt_tokens": "1000", "spend": "0.1"}], CACHED, ""),
        # 300 x 3 + 200 x 0.3 + 500 x 6 + 100 x 15 = 5,460 per million
        ([{**SPENT, "model": "claude-sonnet-4-5", "custom_llm_provider": "anthropic", "metadata": WRITTEN}],
         (1, 1000, 200, 0, 100, "0.00546"), ""),
        ([{**SPENT, "prompt_tokens": 900, "metadata": READ}], CACHED, "'prompt_tokens' beside the answer"),
        ([{**SPENT, "cache_hit": "True"}, {**SPENT, "cache_hit": True}], (2, 0, 0, 0, 0, "0"), FREE),
        ([{**SPENT, "status": "failure", "prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}],
         NOTHING, "1 request failed"),
        ({"data": [SPENT, {**SPENT, "request_id": "s2", "cache_hit": "True"}]}, (2, *PLAIN[1:]), FREE),
        ([{**SPENT, "model": "llama3.2", "custom_llm_provider": "ollama"}], (1, 1000, 0, 0, 100, "0"), "own, which"),
        ([PAYLOAD], PLAIN, ""),
        ([{**PAYLOAD, "id": str(at), "metadata": READ} for at in range(20)],
         (20, 20_000, 16_000, 0, 2000, "0.027"), ""),
        ([{**PAYLOAD, "cache_hit": True}], NOTHING, FREE),
        ({"result": [CLOUD, {**CLOUD, "cached": True}], "success": True}, (2, *PLAIN[1:]), FREE),
        ([{**CLOUD, "success": False, "tokens_in": 0, "tokens_out": 0}], NOTHING, "failed"),
        ([QUOTA], CACHED, ""),
        ([{**QUOTA, "token_id": 7, "token_name": "t"}], CACHED, ""),
        ([{**QUOTA, "other": {}}, {**QUOTA, "type": 1}], PLAIN, ""),
        ({"success": True, "data": {"items": [QUOTA], "total": 1}}, CACHED, ""),
        # Claude's prompt leaves out what was read and written: 300 x 3 + 200 x 0.3 + 500 x 6 + 100 x 15
        ([{**QUOTA, "model_name": "claude-sonnet-4-5", "prompt_tokens": 300, "other": json.dumps(CLAUDE)}],
         (1, 1000, 200, 0, 100, "0.00546"), ""),
        ([GATEWAY, {**GATEWAY, "category": "GatewayLogs", "properties": {"method": "POST"}}], PLAIN, ""),
        ({"records": [{**GATEWAY, "properties": json.dumps(COUNTED)}]}, PLAIN, ""),
        ([GATEWAY, {**GATEWAY, "properties": {**COUNTED, "sequenceNumber": 1}}], PLAIN, "continue a request (1)"),
        ([TABLE], PLAIN, ""),
        ([{"time": GATEWAY["time"], "category": "GatewayLlmLogs", "properties": json.dumps(COUNTED)}], PLAIN, ""),
        ([NATIVE], CACHED, ""),
        ({"data": NATIVE}, CACHED, ""),
        # 950 x 1.25 + 90 x 10 = 2,087.5 per million
        ([{**NATIVE, "native_tokens_prompt": None, "native_tokens_completion": None, "native_tokens_cached": None,
           "native_tokens_reasoning": None}], (1, 950, 0, 0, 90, "0.0020875"), "which it does not bill"),
    ],
)  # fmt: skip
def test_a_request_of_a_gateway(run: Run, tmp_path: Path, log: Any, expected: object, said: str) -> None:
    """Its counts, with the parts that stand elsewhere; what came from its own cache cost nothing."""
    found = meter(run, put(tmp_path / "logs", {"log.jsonl": log}))
    assert sums(found) == expected
    assert said in found["said"] if said else "note: " not in found["said"]


@pytest.mark.parametrize(
    ("line", "charged"),
    [
        (SPENT, "0.1"), (PAYLOAD, "0.1"), (QUOTA, "0.1"), (NATIVE, "0.1"), ({**CLOUD, "cost": 0.1}, "0.1"),
        ({"model": "gpt-5", "created": 1771967973,
          "usage": {"prompt_tokens": 1000, "completion_tokens": 100, "cost_in_usd_ticks": 1_000_000_000}}, "0.1"),
        ({"model": "gpt-5", "created": 1771967973,
          "usage": {"prompt_tokens": 1000, "completion_tokens": 100, "cost_in_usd_ticks": None}}, None),
        ({"model": "gpt-5", "created": 1771967973,
          "usage": {"prompt_tokens": 1000, "completion_tokens": 100, "cost": {"total_cost": 0.1}}}, "0.1"),
    ],
)  # fmt: skip
def test_a_charge_is_in_dollars_whatever_its_unit(
    run: Run, tmp_path: Path, line: dict[str, Any], charged: str | None
) -> None:
    """A quota of 500,000 is a dollar, as are 10^10 ticks."""
    assert meter(run, put(tmp_path / "logs", {"log.jsonl": [line]}))["charged"] == charged


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ({**QUOTA, "other": {"novel_tokens": 5}}, "'other.novel_tokens' (5): not known here"),
        ({**QUOTA, "other": {"novel_tokens": "5"}}, "'other.novel_tokens' (5): not known here"),
        ({**QUOTA, "other": {"novel_tokens": 5.0}}, "'other.novel_tokens' (5): not known here"),
        ({**CLOUD, "tokens_in": None}, "'tokens_in' is not stated"),
        ({**GATEWAY, "properties": {"generatedTokens": 33}}, "'generatedTokens' looks like a count of tokens"),
        ({**NATIVE, "num_search_results": 5}, "the fee of openrouter for web_search_results is not known"),
        ({"model": "llama3.2", "done": True, "response": "x", "eval_count": 5}, "'prompt_eval_count' is not stated"),
    ],
)
def test_what_is_not_known_of_a_request_is_told(run: Run, tmp_path: Path, line: dict[str, Any], why: str) -> None:
    """A field, a count or a fee."""
    assert why in meter(run, put(tmp_path / "logs", {"log.jsonl": [line]}), code=2)["said"]


LOCAL = {"model": "gpt-oss:20b", "created_at": "2026-02-24T21:19:33Z", "done": True, "prompt_eval_count": 27}


def test_a_model_of_ones_own_machine_costs_nothing(run: Run, tmp_path: Path) -> None:
    """Also one that others sell, and that is said; a flat rate, a price of one's own and the maker's cloud hold."""
    part = {"model": "gpt-oss:20b", "created_at": "2026-02-24T21:19:33Z", "message": {}, "done": False}
    folder = put(tmp_path / "logs", {"log.jsonl": [part, part, {**LOCAL, "eval_count": 291}]})
    found = meter(run, folder)
    assert sums(found) == (1, 27, 0, 0, 291, "0")
    assert "gpt-oss:20b: ollama runs on a machine of one's own, which bills no tokens" in found["said"]
    assert meter(run, folder, "--rate", "1000000")["cost"] == "318"
    chat = {"model": "ollama/llama3.2", "usage": {"prompt_tokens": 5, "completion_tokens": 5}}
    assert meter(run, put(tmp_path / "chat", {"log.jsonl": [chat] * 30}))["cost"] == "0"
    sold = {**LOCAL, "model": "gpt-oss:120b-cloud", "remote_host": "https://ollama.com", "eval_count": 291}
    assert meter(run, put(tmp_path / "sold", {"log.jsonl": [sold]}), code=2)["unpriced"] == 1


COMMAND = ("-m", "command-a-03-2025", "--as-of", "2026-03-01")
UNITS = {"input_tokens": 5.0, "output_tokens": 410}


def test_cohere_bills_its_billed_units(run: Run, tmp_path: Path) -> None:
    """Not the tokens of its template; whole and as the end of a stream. Searches and images beside are told."""
    billed = {"billed_units": UNITS, "tokens": {"input_tokens": 71}}
    end = {"type": "message-end", "delta": {"finish_reason": "COMPLETE", "usage": billed}}
    for line in ({"id": "c", "usage": billed}, {"text": "y", "meta": billed}, end):
        found = meter(run, put(tmp_path / "logs", {"log.jsonl": [line]}), *COMMAND)
        assert sums(found) == (1, 5, 0, 0, 410, "0.0041125")  # 5 x 2.5 + 410 x 10
    for unit, why in (("search_units", "the fee of cohere for search_units"), ("images", "'billed_units.images'")):
        line = {"id": "c", "usage": {"billed_units": {**UNITS, unit: 1}}}
        assert why in meter(run, put(tmp_path / "logs", {"log.jsonl": [line]}), *COMMAND, code=2)["said"]
