"""The price of the one who bills: rates of resellers and small makers in the built-in book."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.conftest import Result, Run, document

NOON = 1795521600  # 2026-11-24T12:00:00Z


def usage_of(run: Run, tmp_path: Path, model: str, prompt: int, cached: int, output: int) -> Result:
    """What a log of one request to a model costs."""
    usage = {
        "prompt_tokens": prompt,
        "completion_tokens": output,
        "total_tokens": prompt + output,
        "prompt_tokens_details": {"cached_tokens": cached},
    }
    line = {"id": "one", "object": "chat.completion", "created": NOON, "model": model, "usage": usage}
    log = tmp_path / "log.jsonl"
    log.write_text(json.dumps(line) + "\n", encoding="utf-8")
    return run("usage", log, "--format", "json")


# prompt, of it cached, output; each amount is worked from dollars a million
@pytest.mark.parametrize(
    ("model", "prompt", "cached", "output", "cost"),
    [
        # 0.6 x 1.25 + 0.4 x 0.125 + 0.1 x 10, as OpenAI asks
        ("azure/gpt-5.1", 1_000_000, 400_000, 100_000, "1.8"),
        # 0.6 x 2 + 0.4 x 0.5 + 0.1 x 8: an older model without a batch rate for what is cached
        ("azure/o3", 1_000_000, 400_000, 100_000, "2.2"),
        # 1 x 0.15 + 0.1 x 0.6, where the Gemini API asked 0.1 and 0.4
        ("vertex/gemini-2.0-flash", 1_000_000, 0, 100_000, "0.21"),
        # past 200,000 tokens: 0.6 x 4 + 0.4 x 0.4 + 0.1 x 18, as the Gemini API
        ("vertex/gemini-3.1-pro-preview", 1_000_000, 400_000, 100_000, "4.36"),
        # 0.06 x 2 + 0.04 x 0.2 + 0.01 x 12: the same below the cliff
        ("vertex/gemini-3.1-pro-preview", 100_000, 40_000, 10_000, "0.248"),
        # from 200,000 tokens on: 0.12 x 4 + 0.08 x 1 + 0.1 x 12
        ("openrouter/x-ai/grok-4.6", 200_000, 80_000, 100_000, "1.76"),
        # one token less: 0.119999 x 2 + 0.08 x 0.5 + 0.1 x 6
        ("openrouter/x-ai/grok-4.6", 199_999, 80_000, 100_000, "0.879998"),
        # 0.6 x 0.95 + 0.4 x 0.19 + 0.1 x 4: the id has p for the dot
        ("fireworks/kimi-k2p7-code", 1_000_000, 400_000, 100_000, "1.046"),
        # 0.6 x 1.4 + 0.4 x 0.26 + 0.1 x 4.4, as its maker asks
        ("together/zai-org/GLM-5.3", 1_000_000, 400_000, 100_000, "1.384"),
        # 1 x 0.037 + 0.1 x 0.17, 1 x 0.35 + 0.1 x 0.75, 1 x 0.1 + 0.1 x 0.5: one model, three sellers
        ("deepinfra/openai/gpt-oss-120b", 1_000_000, 0, 100_000, "0.054"),
        ("cerebras/gpt-oss-120b", 1_000_000, 0, 100_000, "0.425"),
        ("openrouter/openai/gpt-oss-120b", 1_000_000, 0, 100_000, "0.15"),
        # 0.6 x 2.5 + 0.4 x 0.25 + 0.1 x 15 below the cliff of 272,000 would be 3.1; past it 0.6 x 5 + 0.4 x 0.5 + 2.25
        ("databricks/databricks-gpt-5-4", 1_000_000, 400_000, 100_000, "5.45"),
        # 1 x 2 + 0.1 x 8
        ("ai21/jamba-large-1.7", 1_000_000, 0, 100_000, "2.8"),
        # the fast mode under an id of its own: 0.6 x 10 + 0.4 x 1 + 0.1 x 50
        ("openrouter/anthropic/claude-opus-5-fast", 1_000_000, 400_000, 100_000, "11.4"),
        # free, up to so many requests a day
        ("openrouter/deepseek/deepseek-r1:free", 1_000_000, 0, 100_000, "0"),
    ],
)
def test_seller(run: Run, tmp_path: Path, model: str, prompt: int, cached: int, output: int, cost: str) -> None:
    """A request costs what its seller asks, with the seller's own cliffs."""
    found = usage_of(run, tmp_path, model, prompt, cached, output)
    assert found.code == 0, found
    assert Decimal(document(found)["totals"]["cost"]) == Decimal(cost)
    assert "unpriced" not in found.err


# 100,000 tokens of prompt, 40,000 of them cached where the seller has a rate for that, 10,000 of output
@pytest.mark.parametrize(
    ("model", "cached", "cost"),
    [
        # 0.06 x 2 + 0.04 x 0.2 + 0.01 x 10, a tenth more in a geography and in a region
        ("bedrock/global.openai.gpt-6-sol", 40_000, "0.228"),
        ("us.openai.gpt-6-sol", 40_000, "0.2508"),
        ("bedrock/openai.gpt-6-sol", 40_000, "0.2508"),
        # 0.06 x 4 + 0.04 x 0.2 + 0.01 x 20
        ("global.anthropic.claude-opus-5-5", 40_000, "0.448"),
        ("bedrock/eu.anthropic.claude-opus-5-5", 40_000, "0.4928"),
        # 0.1 x 1.68 + 0.01 x 5.28, dearer than at its maker, and a tenth more
        ("us.zai.glm-5.3", 0, "0.24288"),
        # 0.1 x 0.72 + 0.01 x 0.72: one price everywhere
        ("us.meta.llama3-3-70b-instruct-v1:0", 0, "0.0792"),
        # 0.06 x 3 + 0.04 x 0.3 + 0.01 x 15: no premium before Sonnet 4.5
        ("apac.anthropic.claude-sonnet-4-20250514-v1:0", 40_000, "0.342"),
        # 0.06 x 1.25 + 0.04 x 0.125 + 0.01 x 10, and in a data zone
        ("azure/global/gpt-5.1", 40_000, "0.18"),
        ("azure/eu/gpt-5.1", 40_000, "0.198"),
        # 0.1 x 1.5 + 0.01 x 9, and in a location of its own
        ("vertex_ai/gemini-3.5-flash", 0, "0.24"),
        ("projects/a/locations/europe-west1/publishers/google/models/gemini-3.5-flash", 0, "0.264"),
        # 0.1 x 0.1 + 0.01 x 0.4: Gemini up to 2.5 costs the same everywhere
        ("projects/a/locations/europe-west4/publishers/google/models/gemini-2.5-flash-lite", 0, "0.014"),
    ],
)
def test_place(run: Run, tmp_path: Path, model: str, cached: int, cost: str) -> None:
    """What a name says of the place is in the price: a row is the global price, a factor the rest."""
    found = usage_of(run, tmp_path, model, 100_000, cached, 10_000)
    assert found.code == 0, found
    assert Decimal(document(found)["totals"]["cost"]) == Decimal(cost)
    assert "unpriced" not in found.err


def test_a_maker_routes_and_its_sellers_do_not(run: Run) -> None:
    """From 2026-12-01 on Google bills gemini-2.5-pro as another model; what Vertex AI asks then is not known."""
    options = ("--text", "", "--output", 1_000_000, "--as-of", "2026-12-05", "--format", "json")
    google = run("count", *options, "-m", "google/gemini-2.5-pro")
    assert (google.code, document(google)["rows"][0]["cost"]) == (0, "3.75")
    vertex = run("count", *options, "-m", "vertex/gemini-2.5-pro")
    assert (vertex.code, document(vertex)["rows"][0]["cost"]) == (2, None)
    assert "unpriced" in vertex.err


@pytest.mark.parametrize(
    ("model", "mode", "cost"),
    [
        # two tokens in, a million out: 2 x 0.625 / 1,000,000 + 5
        ("azure/gpt-5.1", "batch", "5.00000125"),
        # 2 x 0.07 / 1,000,000 + 0.3, and half of it in a batch
        ("fireworks/gpt-oss-20b", "standard", "0.30000014"),
        ("fireworks/gpt-oss-20b", "batch", "0.15000007"),
        # 2 x 0.18 / 1,000,000 + 0.72
        ("fireworks/gpt-oss-120b", "priority", "0.72000036"),
        # 2 x 0.2625 / 1,000,000 + 1.05
        ("bedrock/openai.gpt-oss-120b-1:0", "priority", "1.050000525"),
    ],
)
def test_mode(run: Run, model: str, mode: str, cost: str) -> None:
    """A mode has the seller's own rates, or the maker's where they are evidenced."""
    found = run(
        "count", "--text", "hello world", "-m", model, "--output", 1_000_000, "--mode", mode, "--format", "json"
    )
    assert found.code == 0, found
    row = document(found)["rows"][0]
    assert (row["input_tokens"], row["cost"]) == (2, cost)


@pytest.mark.parametrize(
    ("model", "why"),
    [
        ("azure/deepseek-r1", "disagree"),
        ("together/deepseek-ai/DeepSeek-R1", "no rate"),
        ("bedrock/eu.amazon.nova-lite-v1:0", "geography"),
        ("openrouter/anthropic/claude-opus-4.6-fast", "rates of its own"),
    ],
)
def test_no_rate(run: Run, tmp_path: Path, model: str, why: str) -> None:
    """A model whose price at this seller is not settled is known and unpriced, and its note says why."""
    found = usage_of(run, tmp_path, model, 1000, 0, 1000)
    assert found.code == 2, found
    assert "unpriced" in found.err and "unknown model" not in found.err
    shown = run("models", "show", model)
    assert shown.code == 0, shown
    assert why in " ".join((shown.out + shown.err).split())
