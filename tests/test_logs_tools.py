"""Logs of gateways, monitors and evaluation tools: what they count in which number, what repeats, what is free."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run, document

# gpt-5: 1.25 in, 0.125 cached, 10 out, of a million; claude-sonnet-4-5: 3 in, 0.3 read, 3.75 written, 15 out.
DAY = "2026-02-24T10:00:00Z"
SECONDS = 1771927200


def datadog(kind: str = "llm", **metrics: int) -> dict[str, Any]:
    return {
        "span_id": f"s-{kind}",
        "parent_id": "undefined",
        "start_ns": SECONDS * 10**9,
        "meta": {"kind": kind, "metadata": {"model_name": "gpt-5", "model_provider": "openai"}},
        "metrics": metrics,
    }


DATADOG = datadog(
    input_tokens=10_000,
    output_tokens=500,
    total_tokens=10_500,
    cache_read_input_tokens=8_000,
    non_cached_input_tokens=2_000,
)
KONG: dict[str, Any] = {
    "started_at": SECONDS * 1000,
    "request": {"id": "r1"},
    "consumer": {"username": "acme"},
    "ai": {
        "proxy": {
            "meta": {"request_model": "gpt-5", "response_model": "gpt-5-2025-08-07", "provider_name": "openai"},
            "usage": {
                "prompt_tokens": 10_000,
                "completion_tokens": 500,
                "total_tokens": 10_500,
                "prompt_tokens_details": {"cached_tokens": 8_000},
                "cost": 0.0085,
                "time_per_token": 18.4,
            },
        }
    },
}
DIFY: dict[str, Any] = {
    "event": "message_end",
    "task_id": "t1",
    "message_id": "m1",
    "created_at": SECONDS,
    "metadata": {
        "usage": {
            "prompt_tokens": 10_000,
            "prompt_unit_price": "1.25",
            "completion_tokens": 500,
            "total_tokens": 10_500,
            "total_price": "0.0175",
            "currency": "USD",
        }
    },
}
DIFY_NODE = {
    "event": "node_finished",
    "task_id": "t1",
    "data": {
        "id": "n1",
        "node_type": "llm",
        "finished_at": SECONDS,
        "process_data": {"model_name": "gpt-5", "model_provider": "openai"},
        "outputs": {"usage": DIFY["metadata"]["usage"]},
    },
}
CONTINUE = {"model": "gpt-5", "provider": "openai", "promptTokens": 10_000, "generatedTokens": 500, "timestamp": DAY}
PROMPTFOO = {
    "provider": {"id": "openai:chat:gpt-5"},
    "response": {"output": "y", "tokenUsage": {"total": 10_500, "prompt": 10_000, "completion": 500, "numRequests": 1}},
    "cost": 0.0175,
}
OWN_CACHE = {
    "provider": {"id": "openai:chat:gpt-5"},
    "response": {"cached": True, "tokenUsage": {"cached": 10_500, "total": 10_500}},
}
INSPECT: dict[str, Any] = {
    "version": 2,
    "eval": {"task": "sums", "created": DAY, "model": "anthropic/claude-sonnet-4-5"},
    "stats": {
        "started_at": DAY,
        "completed_at": "2026-02-24T11:00:00Z",
        "model_usage": {
            "anthropic/claude-sonnet-4-5": {
                "input_tokens": 100,
                "output_tokens": 200,
                "total_tokens": 5_300,
                "input_tokens_cache_write": 1_000,
                "input_tokens_cache_read": 4_000,
            }
        },
    },
    "samples": [{"id": 1, "epoch": 1, "model_usage": {}}],
}
LLAMA = {"content": "y", "stop": True, "model": "own.gguf", "tokens_evaluated": 15, "tokens_predicted": 6}


def read(run: Run, *values: Any, args: tuple[str, ...] = ("--as-of", "2026-02-24")) -> dict[str, Any]:
    log = "".join(json.dumps(value) + "\n" for value in values).encode()
    return document(run("usage", "-", "--format", "json", *args, stdin=log))


@pytest.mark.parametrize(
    ("value", "counts", "cost", "charged"),
    [
        # 2,000 x 1.25 + 8,000 x 0.125 + 500 x 10 = 8,500 per million
        pytest.param(DATADOG, (10_000, 8_000, 500), "0.0085", None, id="datadog"),
        pytest.param(
            {"data": {"type": "span", "attributes": {"ml_app": "bot", "spans": [datadog("agent"), DATADOG]}}},
            (10_000, 8_000, 500), "0.0085", None, id="datadog intake",
        ),
        pytest.param(KONG, (10_000, 8_000, 500), "0.0085", "0.0085", id="kong"),
        # 10,000 x 1.25 + 500 x 10 = 17,500 per million
        pytest.param(DIFY_NODE, (10_000, 0, 500), "0.0175", "0.0175", id="dify node"),
        pytest.param(CONTINUE, (10_000, 0, 500), "0.0175", None, id="continue"),
        pytest.param(PROMPTFOO, (10_000, 0, 500), "0.0175", "0.0175", id="promptfoo"),
        pytest.param(
            {"results": {"results": [PROMPTFOO, OWN_CACHE], "stats": {"tokenUsage": {"total": 10_500}}}},
            (10_000, 0, 500), "0.0175", "0.0175", id="promptfoo document",
        ),
        # 100 x 3 + 4,000 x 0.3 + 1,000 x 3.75 + 200 x 15 = 8,250 per million
        pytest.param(INSPECT, (5_100, 4_000, 200), "0.00825", None, id="inspect"),
    ],
)  # fmt: skip
def test_a_tool_is_read_as_it_counts(
    run: Run, value: Any, counts: tuple[int, int, int], cost: str, charged: str | None
) -> None:
    """Input includes what was cached, whatever the tool calls it; sums and what is free count nothing."""
    found = read(run, value)
    totals = found["totals"]
    assert (totals["input_tokens"], totals["cached_tokens"], totals["output_tokens"]) == counts
    assert (totals["cost"], totals.get("charged")) == (cost, charged)
    assert found["problems"] == []


def test_a_batch_object_is_priced_as_a_batch(run: Run) -> None:
    """OpenAI's object sums its requests: 1,000,000 x 1.25 / 2 = 0.625; one without usage yet has none."""
    batch = {
        "id": "batch_1",
        "object": "batch",
        "completed_at": SECONDS,
        "model": "gpt-5-2025-08-07",
        "request_counts": {"total": 3, "completed": 3, "failed": 0},
        "usage": {"input_tokens": 1_000_000, "output_tokens": 0, "total_tokens": 1_000_000},
    }
    found = read(run, {**batch, "id": "batch_0", "usage": None}, batch)
    assert (found["totals"]["requests"], found["totals"]["cost"], found["problems"]) == (3, "0.625", [])
    listed = read(run, {"object": "list", "data": [batch], "has_more": False})
    assert listed["totals"]["cost"] == "0.625"


def test_every_count_that_is_not_known_is_told_or_numbered(run: Run) -> None:
    """Three are named, the others are said to be there."""
    usage = {"prompt_tokens": 10, "completion_tokens": 1, **{f"tea{at}_tokens": at for at in range(1, 6)}}
    found = read(run, {"object": "chat.completion", "model": "gpt-5", "choices": [], "usage": usage})
    assert "'tea3_tokens' (3) and 2 more: not known here" in found["problems"][0]["why"]


def test_an_answer_from_a_gateways_cache_is_free(run: Run) -> None:
    """Kong's semantic cache answers without the model."""
    proxy = {**KONG["ai"]["proxy"], "cache": {"cache_status": "Hit"}}
    assert read(run, {**KONG, "ai": {"proxy": proxy}})["totals"]["cost"] == "0"


def test_nodes_of_an_answer_take_the_place_of_its_sum(run: Run) -> None:
    """The message's usage is that of its nodes, and named no model."""
    found = read(run, DIFY_NODE, DIFY)
    assert (found["totals"]["requests"], found["totals"]["cost"], found["problems"]) == (1, "0.0175", [])
    assert any("sums of an answer (1)" in warning for warning in found["warnings"])


def test_a_message_without_nodes_needs_a_model(run: Run) -> None:
    """Its sum is counted at the model that the user names."""
    assert read(run, DIFY)["totals"]["cost"] is None
    assert read(run, DIFY, args=("-m", "gpt-5", "--as-of", "2026-02-24"))["totals"]["cost"] == "0.0175"


def test_a_grader_that_is_not_named_is_told(run: Run) -> None:
    """Tokens of an assertion's model are part of the bill, and at no known rate."""
    found = read(run, {**PROMPTFOO, "gradingResult": {"tokensUsed": {"total": 120}}})
    assert found["totals"]["input_tokens"] == 10_000
    assert "120 tokens of a model that is not named" in found["problems"][0]["why"]


def test_the_header_of_an_archive_holds_over_its_samples(run: Run, tmp_path: Path) -> None:
    """Samples come first in an archive; without a header they are all there is."""
    sample = {"id": 1, "epoch": 1, "model_usage": INSPECT["stats"]["model_usage"]}
    for name, header in (("whole.eval", True), ("cut.eval", False)):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("samples/1_epoch_1.json", json.dumps(sample))
            if header:
                archive.writestr("header.json", json.dumps({key: INSPECT[key] for key in ("eval", "stats")}))
        result = run("usage", tmp_path / name, "--format", "json", "--as-of", "2026-02-24")
        assert result.code == 0, result.err
        assert document(result)["totals"]["cost"] == "0.00825"


def test_a_model_of_ones_own_is_counted_and_costs_nothing(run: Run) -> None:
    """Parts of a stream repeat what the last one tells; nobody bills for tokens of a machine of one's own."""
    totals = read(run, {**LLAMA, "stop": False, "tokens_predicted": 3}, LLAMA)["totals"]
    assert (totals["requests"], totals["input_tokens"], totals["output_tokens"]) == (1, 15, 6)
    assert totals["cost"] == "0"
