"""Names with what stands around them in consoles, code and access logs, and sellers that are taken for others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Run
from tokcost.catalog import PriceBook

BOOK = PriceBook.load()

AZURE = "https://acme.openai.azure.com/openai/deployments"
VERTEX = "https://aiplatform.googleapis.com/v1/projects/p/locations/global/publishers/google/models"
BEDROCK = "https://bedrock-runtime.us-east-1.amazonaws.com/model"
# What is written, and the dollars of 1,000,000 tokens in and 1,000,000 out.
PRICED = {
    "model: gpt-4o": "12.5",
    "'gpt-4o'": "12.5",
    "/openai/deployments/gpt-4o": "12.5",
    f"{AZURE}/gpt-4o/chat/completions?api-version=2024-06-01": "12.5",
    "ChatOpenAI/gpt-4o": "12.5",
    "AzureChatOpenAI:gpt-4o": "12.5",
    "OpenAI GPT-4o": "12.5",
    "GPT-4o (2024-11-20)": "12.5",
    "gpt-5-high": "11.25",
    "openai/o3-mini-high": "5.5",
    "claude-4.5-sonnet-thinking": "18",
    "GPT-5 mini (Preview)": "2.25",
    "Gemini 3 Flash (Preview)": "3.5",
    f"{VERTEX}/gemini-2.5-flash:generateContent": "2.8",
    "models/gemini-2.5-flash:streamGenerateContent": "2.8",
    f"{BEDROCK}/anthropic.claude-haiku-4-5-20251001-v1%3A0/converse": "6.6",
    "system.ai.claude-sonnet-4-5": "18",
    "perplexity/perplexity/sonar": "2.75",
    "mistral/mistral-large-3": "2",
}
SELLERS = {
    "/openai/deployments/gpt-4o": "azure",
    f"{AZURE}/gpt-4o": "azure",
    f"{VERTEX}/gemini-2.5-flash:generateContent": "vertex",
    "OpenAI GPT-4o": "openai",
    "AzureChatOpenAI:gpt-4o": "azure",
    "zhipuai/GLM-4.7": "zhipuai",
    "bigmodel/glm-5.3": "zhipuai",
    "alibaba-cn/qwen-max": "alibaba-cn",
    "moonshotai-cn/kimi-k2.6": "moonshotai-cn",
    "perplexity/anthropic/claude-opus-4-6": "perplexity",
    "dashscope/deepseek-v4-pro": "qwen",
    "meta-llama/Llama-3.3-70B-Instruct:together": "huggingface",
    "anthropic.claude-v2:1": "bedrock",
    "cohere.embed-v4:0": "bedrock",
}


@pytest.mark.parametrize("name", PRICED)
def test_what_stands_around_a_name_is_no_part_of_it(run: Run, name: str) -> None:
    """Addresses, methods, quotes, keys, classes and efforts lead to the model, at the rate of who bills."""
    line = json.dumps({"model": name, "usage": {"prompt_tokens": 1_000_000, "completion_tokens": 1_000_000}})
    code, out, err = run("usage", "-", "-f", "json", "--as-of", "2026-11-25", stdin=line.encode())
    assert (code, err) == (0, "")
    assert json.loads(out)["totals"]["cost"] == PRICED[name]


@pytest.mark.parametrize("name", SELLERS)
def test_each_is_sold_by_who_it_names(name: str) -> None:
    """A platform of another country, a router and a maker that sells others' models are sellers of their own."""
    found = BOOK.find(name)
    assert found.provider == SELLERS[name]
    assert BOOK.find(found.full_id).full_id == found.full_id


@pytest.mark.parametrize("name", [
    f"{AZURE}/mine", "https://example.com/gpt-4o", "//gpt-4o", "https://acme.openai.azure.com", "gpt-4o-high",
    "gpt-5-codex-max", "gpt-4o (2024-11-21)", "dashscope/gpt-4o", "qwen/claude-opus-5", "perplexity/sonar-9", "model:",
    "kimi-thinking", "anthropic/gpt-5-high",
])  # fmt: skip
def test_what_only_looks_like_it_stays_unknown(run: Run, name: str) -> None:
    """An address of another, a day that never was and a wrong maker are no model: one line, and how to go on."""
    code, out, err = run("count", "-t", "x", "-m", name)
    assert (code, out) == (2, "")
    assert err.startswith("tokcost: error: unknown model") and err.count("\n") == 1


def test_the_model_that_a_name_goes_on_from_is_suggested_first(run: Run) -> None:
    """Of a day that never was, or a word too many, the model itself is the nearest name."""
    assert "did you mean gpt-4.1," in run("count", "-t", "x", "-m", "gpt-4.1-2025-04-15")[2]
    assert "did you mean claude-sonnet-4-5," in run("count", "-t", "x", "-m", "claude-sonnet-4-5-20250930")[2]


ACME = """[tokcost]
schema = 1

[acme."gpt-4o"]
sells = "openai/gpt-4o"

[[acme."gpt-4o".rates]]
from = 2026-01-01
input = "1"
"""


def test_two_sellers_are_never_one_line_of_a_report(run: Run) -> None:
    """A seller of one's own price file and a maker that sells others' models are told apart from the makers."""
    Path("acme.toml").write_text(ACME)
    sold = [("acme", "gpt-4o"), ("openai", "gpt-4o"), ("azure", "gpt-4o"), ("dashscope", "deepseek-v4-pro"),
            ("deepseek", "deepseek-v4-pro"), ("perplexity", "openai/gpt-5"), ("openai", "gpt-5"),
            ("zhipuai", "GLM-5.2"), ("zai", "glm-5.2")]  # fmt: skip
    log = "".join(f'{{"p": "{seller}", "m": "{model}", "i": 1000000, "o": 0}}\n' for seller, model in sold)
    options = ["--map", "provider=p,model=m,input=i,output=o", "--prices", "acme.toml", "-f", "json"]
    code, out, err = run("usage", "-", "--by", "model", *options, stdin=log.encode())
    assert (code, err.count("1 unpriced: ")) == (2, 3)
    assert {row["name"]: row["cost"] for row in json.loads(out)["rows"]} == {
        "acme/gpt-4o": "1", "gpt-4o": "2.5", "azure/gpt-4o": "2.5", "qwen/deepseek/deepseek-v4-pro": None,
        "deepseek-v4-pro": "0.66", "perplexity/openai/gpt-5": None, "gpt-5": "1.25", "zhipuai/glm-5.2": None,
        "glm-5.2": "1.4",
    }  # fmt: skip
