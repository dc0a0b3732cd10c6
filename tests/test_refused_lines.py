"""Lines of batch files: what each provider refuses of their envelopes, which line is to blame, and what is taken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run, document

Line = dict[str, Any]
CHAT = "/v1/chat/completions"
AZURE = ("-m", "azure/gpt-4o-mini")
GROQ = ("-m", "groq/llama-3.3-70b-versatile", "--as-of", "2026-06-15")
TOGETHER = ("-m", "together/meta-llama/Llama-3.3-70B-Instruct-Turbo", "--as-of", "2026-06-15")


def line(name: str | None = "a", url: str | None = CHAT, **more: object) -> Line:
    """A line as OpenAI has it; None leaves a name out."""
    given = {"custom_id": name, "method": "POST", "url": url, "body": body(), **more}
    return {key: value for key, value in given.items() if value is not None}


def body(model: str | None = "gpt-4o-mini", **more: object) -> Line:
    """A chat body."""
    named = {"model": model} if model else {}
    return {**named, "messages": [{"role": "user", "content": "Hi"}], **more}


def entry(name: str | None = "a", **more: object) -> Line:
    """A line as Anthropic has it."""
    return {
        **({"custom_id": name} if name is not None else {}),
        "params": {**body("claude-haiku-4-5"), "max_tokens": 5, **more},
    }


def words(name: str = "a", model: str | None = None, **more: object) -> Line:
    """A line of {custom_id, body}."""
    return {"custom_id": name, "body": body(model, **more)}


def embed(name: str, model: str) -> Line:
    """A line that embeds."""
    return line(name, "/v1/embeddings", body={"model": model, "input": "Hi"})


# kind -> (lines, options, {line: a part of its problem})
FILES: dict[str, tuple[list[Line], tuple[str, ...], dict[int, str]]] = {
    "fine": ([line("a"), line("b"), line("ä ö/ü")], (), {}),
    "the first url is wrong": (
        [line("a", "/v1/chat/completion"), line("b"), line("c")],
        (),
        {1: f"did you mean {CHAT}?"},
    ),
    "the last url is wrong": ([line("a"), line("b", "/v1/chat/completion")], (), {2: f"did you mean {CHAT}?"}),
    "absolute": ([line("a", "https://api.openai.com/v1/chat/completions")], (), {1: f"write its path alone, {CHAT}"}),
    "no slash": ([line("a", "v1/chat/completions")], (), {1: f"did you mean {CHAT}?"}),
    "a slash too many": ([line("a", CHAT + "/")], (), {1: f"did you mean {CHAT}?"}),
    "version": ([line("a", "/v2/chat/completions")], (), {1: "is no endpoint that batches take"}),
    "another service": ([line("a", "/v1/threads")], (), {1: "is no endpoint that batches take"}),
    "counting": (
        [line("a", "/v1/responses/input_tokens", body={"model": "gpt-4o", "input": "Hi"})],
        (),
        {1: "did you mean /v1/responses?"},
    ),
    "two urls": (
        [line("a"), line("b", "/v1/responses", body={"model": "gpt-4o-mini", "input": "Hi"})],
        (),
        {2: f"url /v1/responses, but {CHAT} on line 1: OpenAI takes one url per file"},
    ),
    "wrong and another": (
        [line("a", "/v1/chat"), line("b", "/v1/responses", body={"model": "gpt-4o-mini", "input": "Hi"})],
        (),
        {1: "url '/v1/chat'"},
    ),
    "two models": ([line("a"), line("b", body=body("gpt-4o")), line("c")], (), {2: "OpenAI takes one model per file"}),
    "no method": ([line("a", method=None)], (), {1: "no method: it must be 'POST'"}),
    "get": ([line("a", method="GET")], (), {1: "method is 'GET': it must be 'POST'"}),
    "small": ([line("a", method="post")], (), {1: "method is 'post': it must be 'POST'"}),
    "no url": ([line("a", None)], (), {1: "no url: it names the endpoint"}),
    "no name": ([line(None), line("")], (), {1: "no custom_id", 2: "no custom_id"}),
    "a number": ([{**line("a"), "custom_id": 7}], (), {1: "custom_id is a number: it must be a string"}),
    "twice": ([line("a"), line("b"), line("a")], (), {3: "the custom_id 'a' was used on line 1 already"}),
    "stream": (
        [line("a", body=body(stream=True)), line("b", body=body(stream=False))],
        (),
        {1: "a batch cannot stream"},
    ),
    "moderations": ([line("a", "/v1/moderations", body={"model": "gpt-4o-mini", "input": "Hi"})], (), {}),
    "an embedding model": (
        [line("a", body=body("text-embedding-3-small"))],
        (),
        {1: "text-embedding-3-small embeds text and answers none"},
    ),
    "a chat model": ([embed("a", "gpt-4o")], (), {1: "gpt-4o is no embedding model: /v1/embeddings takes those alone"}),
    "embeddings": ([embed("a", "text-embedding-3-large"), embed("b", "text-embedding-3-large")], (), {}),
    "pictures": ([line("a", body=body("gpt-image-1"))], (), {1: "gpt-image-1 makes pictures"}),
    # Azure
    "Azure's paths": (
        [
            line("a", "/chat/completions"),
            line("b", CHAT),
            line("c", "/openai/deployments/d/chat/completions?api-version=2024-10-21"),
        ],
        AZURE,
        {},
    ),
    "Azure's path": (
        [line("a"), line("b", "/chat/completions"), line("c", "chat/completions")],
        (),
        {2: "url '/chat/completions' is of Azure, that on line 1 of OpenAI", 3: f"did you mean {CHAT}?"},
    ),
    "a line's body misspelt": (
        [line("a"), {"custom_id": "b", "method": "POST", "url": CHAT, "Body": body()}],
        (),
        {2: "'Body' is no name of a line: write body"},
    ),
    "the endpoint of a model": (
        [line("a", body=body("o1-pro"))],
        (),
        {1: f"o1-pro is not served at {CHAT}: send it to /v1/responses"},
    ),
    "completions of a chat model": (
        [line("a", "/v1/completions", body={"model": "gpt-4o-mini", "prompt": "Hi"})],
        (),
        {1: f"gpt-4o-mini is not served at /v1/completions: send it to {CHAT}"},
    ),
    "responses of no chat model": (
        [line("a", "/v1/responses", body={"model": "davinci-002", "input": "Hi"})],
        (),
        {1: "davinci-002 is not served at /v1/responses: send it to /v1/completions"},
    ),
    "completions": ([line("a", "/v1/completions", body={"model": "davinci-002", "prompt": "Hi"})], (), {}),
    "pictures that are asked for": (
        [
            line("a", "/v1/images/generations", body={"model": "gpt-image-1", "prompt": "A cat"}),
            line("b", "/v1/images/generations", body={"model": "gpt-image-1", "prompt": "A dog"}),
        ],
        (),
        {},
    ),
    "pictures of no such model": (
        [line("a", "/v1/images/generations", body={"model": "gpt-4o-mini", "prompt": "A cat"})],
        (),
        {1: f"gpt-4o-mini makes no pictures: send it to {CHAT}"},
    ),
    "moderated messages": (
        [line("a", "/v1/moderations", body=body("omni-moderation-latest"))],
        (),
        {1: "messages: no parameter of moderations: write input"},
    ),
    "Azure's typo": ([line("a", "/chat/completion")], AZURE, {1: "url '/chat/completion' is no endpoint"}),
    "Azure's models": (
        [line("a", body=body("d")), line("b", body=body("e"))],
        AZURE,
        {2: "Azure takes one model per file"},
    ),
    "Azure's other makers": (
        [line("a", body=body(None, max_tokens=5, top_k=5))],
        ("-m", "azure/grok-4.7"),
        {1: "names no model"},
    ),
    "Azure's deepseek": ([line("a", body=body("r1", max_tokens=5, top_k=5))], ("-m", "azure/grok-4.7"), {}),
    "Azure's o3": (
        [line("a", "/chat/completions", body=body("d", max_tokens=5))],
        ("-m", "azure/o3"),
        {1: "max_completion_tokens"},
    ),
    # Anthropic
    "names": (
        [entry(name) for name in ("a-b_C9", "a.b", "a b", "ä", "x" * 64, "x" * 65, "a\n", "a:b")],
        (),
        {
            2: "custom_id 'a.b': Anthropic takes letters",
            3: "'a b'",
            4: "'ä'",
            6: "65 characters: Anthropic takes 64",
            7: "letters",
            8: "'a:b'",
        },
    ),
    "Anthropic's name": ([entry(None), entry("a"), entry("a")], (), {1: "no custom_id", 3: "was used on line 2"}),
    "several models": ([entry("a"), entry("b", model="claude-sonnet-4-6")], (), {}),
    "no limit": ([entry("a", max_tokens=None)], (), {1: "max_tokens is missing: Anthropic requires it"}),
    "warming": ([entry("a", max_tokens=0)], (), {1: "max_tokens is 0: a batch cannot warm a cache"}),
    # others
    "Mistral": (
        [
            {"custom_id": "a", "body": body("mistral-small-latest")},
            {"custom_id": "a", "body": body("mistral-small-latest")},
            {"body": body("mistral-small-latest")},
        ],
        (),
        {},
    ),
    "Together": ([words("a"), words("b", top_k=5, repetition_penalty=1)], TOGETHER, {}),
    "Together twice": ([words("a"), words("a")], TOGETHER, {2: "was used on line 1"}),
    "Groq": ([line("a", body=body("llama-3.3-70b-versatile", include_reasoning=False))], GROQ, {}),
    "Groq's typo": (
        [line("a", "/v1/chat/completion", body=body("llama-3.3-70b-versatile"))],
        GROQ,
        {1: f"did you mean {CHAT}?"},
    ),
    "Groq's slip": (
        [line("a", body=body("llama-3.3-70b-versatile", temprature=0))],
        GROQ,
        {1: "did you mean temperature?"},
    ),
    "Gemini": (
        [{"key": name, "request": {"contents": [{"parts": [{"text": "Hi"}]}]}} for name in ("k 1", "k/1", "k 1")],
        ("-m", "gemini-2.5-flash"),
        {3: "the key 'k 1' was used on line 1 already"},
    ),
    "Vertex": (
        [{"request": {"contents": [{"parts": [{"text": "Hi"}]}]}}] * 2,
        ("-m", "gemini-2.5-flash", "--vertex"),
        {},
    ),
    "Bedrock": (
        [{"recordId": "1", "modelInput": {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 5, **body(None)}}],
        ("-m", "us.anthropic.claude-sonnet-4-5-20250929-v1:0"),
        {},
    ),
    "Bedrock's version": (
        [{"recordId": "1", "modelInput": {"max_tokens": 5, **body(None)}}],
        ("-m", "us.anthropic.claude-sonnet-4-5-20250929-v1:0"),
        {1: "anthropic_version is missing: write bedrock-2023-05-31"},
    ),
}


@pytest.mark.parametrize("kind", FILES)
def test_lines(run: Run, kind: str) -> None:
    """The lines to blame are told, each with its reason; the others are priced, and the exit code says which it was."""
    lines, options, blamed = FILES[kind]
    Path("r.jsonl").write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in lines))
    result = run("batch", "r.jsonl", "-f", "json", *options)
    rows = document(result)["rows"]
    assert {row["line"] for row in rows if row["problem"]} == blamed.keys(), result.err
    assert result.code == (2 if blamed else 0), result.err
    for number, why in blamed.items():
        problem = rows[number - 1]["problem"]
        assert why in problem and problem.count(";") == 0, problem
        assert f"r.jsonl:{number}: " in result.err
    assert all(row["cost"] is not None for row in rows if not row["problem"])


def test_a_body_of_another_endpoint_is_told_once(run: Run) -> None:
    """Messages sent to responses, and input to chat: one sentence each, with what to write; all are priced."""
    wrong = [line("a", "/v1/responses"), line("b", body={"model": "gpt-4o-mini", "input": "Hi"}), line("c")]
    Path("r.jsonl").write_text("".join(json.dumps(each) + "\n" for each in wrong))
    result = run("batch", "r.jsonl")
    assert result.code == 2
    assert result.out.splitlines()[1].split()[:3] == ["gpt-4o-mini", "3", "24"]
    problems = [each for each in result.err.splitlines() if each.startswith("tokcost: r.jsonl")]
    assert [each.split(": ", 3)[3] for each in problems] == [
        "messages: no parameter of responses: write input",
        "input: no parameter of chat completions: write messages",
    ]
