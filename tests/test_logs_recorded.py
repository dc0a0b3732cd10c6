"""Recorded HTTP: HAR files of browsers and cassettes of tests; the answers of models in it are read."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import Run, document

URL = "https://api.openai.com/v1/chat/completions"
CHAT = {"id": "c1", "model": "gpt-5", "choices": [], "usage": {"prompt_tokens": 1000, "completion_tokens": 100}}
# A stream of Messages: 2,000 in, of which 1,000 from the cache; 30 out.
STREAM = "".join(
    f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"
    for event in (
        {"type": "message_start", "message": {
            "id": "m1", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5",
            "usage": {"input_tokens": 1000, "cache_read_input_tokens": 1000, "output_tokens": 1}}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi"}},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 30}},
        {"type": "message_stop"},
    )
)  # fmt: skip


def har(*contents: dict[str, Any], url: str = URL, status: int = 200) -> dict[str, Any]:
    return {"log": {"version": "1.2", "entries": [
        {"startedDateTime": f"2026-02-2{day}T21:19:33.705Z", "request": {"method": "POST", "url": url},
         "response": {"status": status, "content": content}}
        for day, content in enumerate(contents, 1)
    ]}}  # fmt: skip


def read(run: Run, content: str | bytes, *options: object) -> tuple[int, dict[str, Any]]:
    result = run(
        "usage", "-f", "json", *options, stdin=content.encode() if isinstance(content, str) else content
    )  # fmt: skip
    return result.code, document(result) if result.out else {"error": result.err}


@pytest.mark.parametrize("indent", [None, 2])
def test_answers_in_a_har_are_read_at_their_time(run: Run, indent: int | None) -> None:
    """Plain, in base64, as a stream of events; a page and a script beside them hold no usage."""
    packed = base64.b64encode(json.dumps(CHAT | {"id": "c2"}).encode()).decode()
    texts = [{"text": json.dumps(CHAT)}, {"text": packed, "encoding": "base64"}, {"text": STREAM}]
    pages = [{"text": "<html>"}, {"text": "[1;"}, {"mimeType": "image/png"}, {"text": '{"theme": "dark"}'}]
    recorded = har(*texts)
    recorded["log"]["entries"] += har(*pages, url="https://example.com/")["log"]["entries"]
    code, found = read(run, json.dumps(recorded, indent=indent), "--by", "day,model")
    assert (code, found["problems"]) == (0, [])
    names = {row["name"]: (row["input_tokens"], row["cached_tokens"], row["output_tokens"]) for row in found["rows"]}
    assert names == {
        "2026-02-21 / gpt-5": (1000, 0, 100),
        "2026-02-22 / gpt-5": (1000, 0, 100),
        "2026-02-23 / claude-sonnet-4-5": (2000, 1000, 30),
    }


def test_an_answer_of_a_model_that_was_not_saved_is_told(run: Run) -> None:
    """Nothing is known of its cost; one that failed, and one of another server, cost nothing."""
    recorded = har({"text": json.dumps(CHAT)}, {"size": 900}, {"text": "upstream\nconnect"})
    recorded["log"]["entries"] += har({}, status=500)["log"]["entries"]
    recorded["log"]["entries"] += har({}, url="https://example.com/")["log"]["entries"]
    code, found = read(run, json.dumps(recorded))
    assert (code, found["totals"]["requests"]) == (2, 1)
    assert [(each["where"], each["why"].partition(":")[0]) for each in found["problems"]] == [
        ("stdin:1[2]", "the answer was not saved with it"),
        ("stdin:1[3]", "the answer is neither JSON nor a stream of events"),
    ]


def cassette(body: Any, **response: Any) -> dict[str, Any]:
    answer = {"status": {"code": 200, "message": "OK"}, "headers": {"Date": ["Tue, 24 Feb 2026 21:19:33 GMT"]}}
    return {"request": {"uri": URL, "method": "POST", "body": "{}"}, "response": {**answer, "body": body, **response}}


@pytest.mark.parametrize(
    "recorded",
    [
        cassette({"string": json.dumps(CHAT)}),
        cassette({"string": gzip.compress(json.dumps(CHAT).encode())}),
        cassette(json.dumps(CHAT)),
        cassette({"base64_string": base64.b64encode(json.dumps(CHAT).encode()).decode()}),
        cassette(None, parsed_body=CHAT),
        {**cassette({"string": json.dumps(CHAT)}, headers=None), "recorded_at": "Tue, 24 Feb 2026 21:19:33 GMT"},
    ],
)
@pytest.mark.parametrize("name", ["interactions", "http_interactions"])
def test_answers_in_a_cassette_are_read(run: Run, tmp_path: Path, recorded: dict[str, Any], name: str) -> None:
    """As text, packed, in base64, parsed; by vcrpy and by Ruby's VCR; in a folder by its suffix, or piped in."""
    folder = tmp_path / "cassettes"
    folder.mkdir()
    (folder / "test_x.yaml").write_text(yaml.safe_dump({name: [recorded], "version": 1}))
    (folder / "compose.yml").write_text("services:\n  db: {image: postgres}\n")
    result = run("usage", folder, "--by", "day", "-f", "json")
    found = document(result)
    assert (result.code, found["problems"]) == (0, [])
    assert found["warnings"] == [f"{folder}/compose.yml: no usage in its 2 lines"]
    assert [(row["name"], row["input_tokens"], row["output_tokens"]) for row in found["rows"]] == [
        ("2026-02-24", 1000, 100)
    ]
    if not isinstance(recorded["response"]["body"], dict) or not isinstance(
        recorded["response"]["body"].get("string"), bytes
    ):
        assert read(run, json.dumps({name: [recorded]}))[1]["totals"]["input_tokens"] == 1000


def test_a_broken_cassette_is_a_problem_with_its_line(run: Run) -> None:
    """What is no YAML, and what is nested too deeply: one line."""
    code, found = read(run, "interactions:\n- request: {\n  response: [\n")
    assert (code, "stdin:4: not valid YAML" in found["error"]) == (2, True)
    code, found = read(run, "interactions:\n" + "- " * 20_000 + "1\n")
    assert (code, found["error"].count("\n")) == (2, 1)
    code, found = read(run, "interactions:\n- response: 5\n- 7\n")
    assert (code, found["error"].count("\n")) == (2, 1)
