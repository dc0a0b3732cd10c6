"""HAR files and cassettes: the answers of models in recorded HTTP count, whatever else was fetched does not."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run, document

WHEN = "2026-11-20T10:00:00.000Z"
OPENAI, ANTHROPIC = "https://api.openai.com/v1/chat/completions", "https://api.anthropic.com/v1/messages"
USAGE = {"prompt_tokens": 100, "completion_tokens": 10, "prompt_tokens_details": {"cached_tokens": 40}}
BODY = json.dumps({"id": "c1", "object": "chat.completion", "model": "gpt-5.4", "choices": [], "usage": USAGE})
UNNAMED = json.dumps({"object": "chat.completion", "choices": [], "usage": USAGE})
ASKED = json.dumps({"model": "gpt-5.4"})
MESSAGE = {"id": "m", "type": "message", "role": "assistant", "model": "claude-sonnet-5-5"}
BEGUN = {**MESSAGE, "usage": {"input_tokens": 40, "cache_read_input_tokens": 60, "output_tokens": 1}}
STREAM = "".join(
    f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"
    for event in (
        {"type": "message_start", "message": BEGUN},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 10}},
        {"type": "message_stop"},
    )
)
# 60 x 2.5 + 40 x 0.25 + 10 x 15; claude-sonnet-5-5: 40 x 2 + 60 x 0.1 + 10 x 10
COST, STREAMED = "0.00031", "0.000186"


def call(url: str, text: str | None, method: str = "POST", encoding: str = "", status: int = 200) -> dict[str, Any]:
    content = {"mimeType": "text/plain", **({} if text is None else {"text": text})}
    request = {"method": method, "url": url, "postData": {"text": ASKED}}
    if encoding:
        content["encoding"] = encoding
    return {"startedDateTime": WHEN, "request": request, "response": {"status": status, "content": content}}


def har(*calls: Any) -> bytes:
    return json.dumps({"log": {"version": "1.2", "entries": list(calls)}}, indent=1).encode()


def used(run: Run, path: Path, content: bytes, *options: object) -> tuple[int, str | None, list[str]]:
    """The exit code, the cost, and the problems."""
    path.write_bytes(content)
    result = run("usage", path, "-f", "json", *options)
    if not result.out:
        return result.code, None, [result.err]
    found = document(result)
    return result.code, found["totals"]["cost"], [each["why"] for each in found["problems"]]


PAGE = call("https://shop.example/", "<html>", "GET")
SESSION = call("https://shop.example/session", '{"token": {"expires_in": 3600}, "tokens": 5}', "GET")
COUNTED = call(f"{ANTHROPIC}/count_tokens", '{"input_tokens": 14}')


@pytest.mark.parametrize(
    ("calls", "cost"),
    [
        ([PAGE, call(OPENAI, BODY), SESSION, COUNTED], COST),
        ([call(OPENAI, base64.b64encode(BODY.encode()).decode(), encoding="base64")], COST),
        ([call(OPENAI, UNNAMED)], COST),
        ([call(ANTHROPIC, STREAM)], STREAMED),
        ([call(OPENAI, BODY), call(f"{OPENAI}/c1", BODY, "GET"), call(OPENAI, '{"error": {}}', status=400)], COST),
    ],
    ids=["among others", "base64", "the model that was asked", "a stream", "fetched again"],
)
def test_answers_in_a_har_file(run: Run, tmp_path: Path, calls: list[Any], cost: str) -> None:
    """Answers of models count once; pages, sessions, counts of tokens and errors cost nothing."""
    assert used(run, tmp_path / "session.har", har(*calls)) == (0, cost, [])


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (har(call(OPENAI, BODY), call(OPENAI, None)), "its answer was not recorded"),
        (har(call(OPENAI, BODY), call(OPENAI, '{"id": ')), "not valid JSON"),
        (har(call(OPENAI, BODY), call(OPENAI, "/w==", encoding="base64")), "neither JSON nor a stream"),
        (har(call(OPENAI, BODY), call(OPENAI, "x", encoding="base64")), "base64 is damaged"),
    ],
)
def test_an_answer_that_cannot_be_read_is_a_problem(run: Run, tmp_path: Path, content: bytes, why: str) -> None:
    """What a model answered and nobody saved cost something: the others are read, and this is told."""
    code, cost, problems = used(run, tmp_path / "session.har", content)
    assert (code, cost, len(problems)) == (2, COST, 1)
    assert why in problems[0]


def cassette(body: str, url: str = OPENAI, before: str = "", more: str = "") -> bytes:
    headers = f"    headers:\n      date:\n      - Fri, 20 Nov 2026 10:00:00 GMT\n{more}"
    request = f"- request:\n    method: POST\n    uri: {url}\n    body: '{ASKED}'\n"
    return f"{before}interactions:\n{request}  response:\n{body}{headers}    status:\n      code: 200\n".encode()


PACKED = base64.b64encode(gzip.compress(BODY.encode())).decode()
PARSED = f"    parsed_body: {UNNAMED}\n"
BLOCK = "    body:\n      string: |\n" + "".join(f"        {line}\n" for line in STREAM.splitlines())
RUBY = {"request": {"method": "post", "uri": OPENAI}, "response": {"body": {"string": BODY}}, "recorded_at": WHEN}
GO = {"request": {"method": "POST", "url": OPENAI}, "response": {"body": BODY, "status": "200 OK"}}


@pytest.mark.parametrize(
    ("name", "content", "cost"),
    [
        ("a.yaml", cassette(f"    body:\n      string: '{BODY}'\n"), COST),
        ("a.yml", cassette(PARSED, before="# by hand\n---\nversion: 1\n"), COST),
        ("a.yaml", cassette(f"    body:\n      string: !!binary |\n        {PACKED}\n"), COST),
        ("a.yaml", cassette(BLOCK, ANTHROPIC), STREAMED),
        ("cassette", cassette(f"    body: !!python/unicode '{BODY}'\n"), COST),
        ("a.json", json.dumps({"http_interactions": [RUBY], "recorded_with": "VCR"}, indent=1).encode(), COST),
        ("a.json", json.dumps({"version": 2, "interactions": [GO]}).encode(), COST),
    ],
    ids=["text", "parsed", "packed", "a stream", "tags", "Ruby", "Go"],
)
def test_answers_in_a_cassette(run: Run, tmp_path: Path, name: str, content: bytes, cost: str) -> None:
    """By their content, not their name: bodies as text, parsed, packed, as events, of several libraries."""
    assert used(run, tmp_path / name, content) == (0, cost, [])


def test_other_yaml_is_no_fault(run: Run, tmp_path: Path) -> None:
    """In a folder it is passed over with a note; named alone it is refused in one line, and so is what is broken."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "compose.yaml").write_text("services:\n  web: 1\n")
    (folder / "a.yaml").write_bytes(cassette(PARSED))
    result = run("usage", folder, "-f", "json")
    assert (result.code, document(result)["totals"]["cost"]) == (0, COST), result.err
    assert "compose.yaml" in result.err
    for content, why in (
        (b"services:\n  web: 1\n", "YAML without recorded calls"),
        (b"interactions:\n- a: [1, 2\n", "not valid YAML"),
        (b"interactions: " + b"[" * 20_000, "not valid YAML"),
        (b"interactions: 5\n", "no usage"),
    ):
        code, _, problems = used(run, tmp_path / "x.yaml", content)
        assert (code, len(problems[0].strip().splitlines())) == (2, 1)
        assert why in problems[0]
    assert "leave --follow out" in run("usage", "--follow", folder / "a.yaml").err
