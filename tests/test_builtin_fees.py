"""What the built-in book charges beside tokens, by sums worked by hand from its rows of November 2026."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import Run

WHEN = {"created": 1795392000}  # 2026-11-23
CHAT = {"prompt_tokens": 1000, "completion_tokens": 0, "total_tokens": 1000}
SEARCHED = {"type": "web_search_call", "status": "completed", "action": {"type": "search"}}


def answer(model: str, *output: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A Responses object of 1,000 tokens of input."""
    usage = {"input_tokens": 1000, "input_tokens_details": {}, "output_tokens": 0}
    return {"object": "response", "model": model, "created_at": 1795392000, "usage": usage, "output": output, **more}


def grounded(model: str) -> dict[str, Any]:
    """A Gemini answer of 1,000 tokens of input that searched for two queries."""
    usage = {"promptTokenCount": 1000, "candidatesTokenCount": 0, "totalTokenCount": 1000}
    about = {"groundingMetadata": {"webSearchQueries": ["a", "b"]}}
    return {"modelVersion": model, "createTime": "2026-11-23T10:00:00Z", "usageMetadata": usage, "candidates": [about]}


def claude(**usage: Any) -> dict[str, Any]:
    """A message of 1,000 tokens of input."""
    known = {"input_tokens": 1000, "output_tokens": 0, "cache_read_input_tokens": 0}
    return {"type": "message", "model": "claude-opus-5-5", "usage": {**known, **usage}, **WHEN}


LINES: list[tuple[dict[str, Any], str, str | None]] = [
    # 0.0025 of tokens and 0.01 a search, 0.03 a container, 0.0025 a search of files
    (answer("gpt-5.4", SEARCHED), "0.0125", None),
    (answer("gpt-5.4", *[{"type": "code_interpreter_call", "container_id": "c"}] * 3), "0.0325", None),
    (answer("gpt-5.4", {"type": "file_search_call", "status": "completed"}), "0.005", None),
    # 9,000 tokens at 0.15: each search is 8,000 of them
    (answer("gpt-4o-mini", SEARCHED), "0.01135", None),
    (answer("gpt-4o", SEARCHED, tools=[{"type": "web_search_preview"}]), "0.0275", None),
    # 7,024 tokens of a picture at 30
    (
        answer(
            "gpt-5.4",
            tools=[{"type": "image_generation", "model": "gpt-image-2"}],
            tool_usage={"image_gen": {"input_tokens": 0, "output_tokens": 7024}},
        ),
        "0.21322",
        None,
    ),
    (claude(server_tool_use={"web_search_requests": 2}), "0.024", None),
    (claude(speed="fast"), "0.008", None),
    # one prompt at 0.035, or two queries at 0.014; some of both are free
    (grounded("gemini-2.5-flash"), "0.0353", "0.0003"),
    (grounded("gemini-3-flash-preview"), "0.0285", "0.0005"),
    ({"model": "sonar", "usage": CHAT, **WHEN}, "0.006", None),
    (
        {"model": "sonar-pro", "usage": {**CHAT, "search_context_size": "high", "num_search_queries": 2}, **WHEN},
        "0.017",
        None,
    ),
    # 0.002 + 20,000 x 2 + 5,000 x 3 a million + 4 x 0.005
    (
        {
            "model": "sonar-deep-research",
            "usage": {**CHAT, "citation_tokens": 20_000, "reasoning_tokens": 5_000, "num_search_queries": 4},
            **WHEN,
        },
        "0.077",
        None,
    ),
    ({"model": "rerank-v3.5", "results": [], "meta": {"billed_units": {"search_units": 3}}, **WHEN}, "0.006", None),
    ({"model": "mistral-ocr-2505", "usage_info": {"pages_processed": 3}, **WHEN}, "0.003", None),
    (
        {"model": "mistral-ocr-2512", "document_annotation": "{}", "usage_info": {"pages_processed": 3}, **WHEN},
        "0.009",
        None,
    ),
    ({"model": "whisper-1", "text": "hi", "usage": {"type": "duration", "seconds": 61}, **WHEN}, "0.0061", None),
]


@pytest.mark.parametrize(("line", "cost", "low"), LINES)
def test_an_answer_at_the_built_in_fees(run: Run, line: dict[str, Any], cost: str, low: str | None) -> None:
    """Tokens and calls together; the low end where some of a fee may have been free."""
    result = run("usage", "-f", "json", stdin=json.dumps(line).encode())
    totals = json.loads(result.out)["totals"]
    assert (result.code, totals["cost"], totals["cost_low"]) == (0, cost, low)


@pytest.mark.parametrize(
    ("arguments", "cost"),
    [
        (("-m", "tts-1", "-t", "hello"), "0.000075"),
        (("-m", "whisper-1", "--seconds", "61"), "0.0061"),
        (("-m", "mistral-ocr-2505", "--pages", "3"), "0.003"),
        (("-m", "rerank-v3.5", "--queries", "3"), "0.006"),
        (("-m", "groq/whisper-large-v3", "--seconds", "3600"), "0.111"),
        (("-m", "groq/whisper-large-v3-turbo", "--seconds", "3600"), "0.04"),
        (("-m", "groq/whisper-large-v3", "--seconds", "1"), "0.000308333333"),  # ten seconds at 0.111 an hour
    ],
)
def test_models_that_are_billed_by_unit(run: Run, arguments: tuple[str, ...], cost: str) -> None:
    """Characters, seconds, pages and searches at the rates of the book."""
    result = run("count", "-f", "json", *arguments)
    assert (result.code, json.loads(result.out)["totals"]["cost"]) == (0, cost)
