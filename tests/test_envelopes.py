"""What stands around a request: the lines of every seller, inline batches, arrays, and what nobody takes."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.bodies import lawful
from tests.conftest import Result, Run, document

Body = dict[str, Any]
CHAT = "/v1/chat/completions"
CLAUDE, LLAMA = "anthropic.claude-haiku-4-5-20251001-v1:0", "meta.llama3-3-70b-instruct-v1:0"


def said(**more: object) -> Body:
    """A body of one message: 8 tokens to gpt-4o and to Claude, 7 to gpt-5.4."""
    return {"messages": [{"role": "user", "content": "Hello"}], **more}


def line(body: Body, url: str = CHAT, name: str = "a") -> Body:
    """A line with a method and an endpoint."""
    return {"custom_id": name, "method": "POST", "url": url, "body": body}


def short(body: Body, name: str = "a") -> Body:
    """A line of those whose job has the endpoint."""
    return {"custom_id": name, "body": body}


def params(model: object = "claude-haiku-4-5", name: str = "a") -> Body:
    """A request of a Message Batch."""
    return {"custom_id": name, "params": said(model=model, max_tokens=5)}


def record(body: object, name: str = "a") -> Body:
    """A line of Amazon Bedrock."""
    return {"recordId": name, "modelInput": body}


def part(text: str = "Hi") -> Body:
    """A Gemini body: 2 tokens, the one of the text and one for the request."""
    return {"contents": [{"parts": [{"text": text}]}]}


def inline(*requests: Body, **more: object) -> Body:
    """The body that makes an inline batch of Gemini's."""
    return {"batch": {"input_config": {"requests": {"requests": list(requests)}}, **more}}


def converse(**more: object) -> Body:
    """What Converse takes, with one message."""
    return {"messages": [{"role": "user", "content": [{"text": "Hello"}]}], **more}


INVOKE = said(anthropic_version="bedrock-2023-05-31", max_tokens=5)
GEMINI = ("-m", "gemini-2.5-flash")


def asked(run: Run, *requests: object, options: tuple[str, ...] = (), whole: bool = False) -> Result:
    """What ``batch`` says of lines, or of one document."""
    text = json.dumps(requests[0], indent=1) if whole else "".join(json.dumps(each) + "\n" for each in requests)
    Path("r.jsonl").write_text(text)
    return run("batch", "r.jsonl", "-f", "json", *options)


TAKEN = [
    (line(said(model="llama-3.1-8b-instant")), (), "groq/llama-3.1-8b-instant", None, None),
    (short(said(model="mistral-small-latest")), (), "mistral-small-latest", None, None),
    (short({"model": "mistral-embed", "input": ["a", "b"]}), (), "mistral-embed", 2, None),
    (short(said()), ("-m", "mistral-small-latest"), "mistral-small-latest", None, None),
    (short(said(model="meta-llama/Llama-3.3-70B-Instruct-Turbo")),
     ("-m", "together/meta-llama/Llama-3.3-70B-Instruct-Turbo"), "together/meta-llama/Llama-3.3-70B-Instruct-Turbo",
     None, None),
    (short(said(max_tokens=9)), ("-m", "accounts/fireworks/models/gpt-oss-120b"), "fireworks/gpt-oss-120b", None, 9),
    (line(said(model="gemini-2.5-flash")), (), "gemini-2.5-flash", None, None),
    (line(said(model="own"), "/chat/completions"), ("-m", "azure/gpt-4o"), "azure/gpt-4o", 8, None),
    (line(said(model="own"), "/chat/completions"), ("-m", "own=azure/gpt-4o"), "azure/gpt-4o", 8, None),
    (line(said(model="gpt-4o"), "/chat/completions"), (), "azure/gpt-4o", 8, None),
    (line(said(), "/openai/deployments/gpt-4o/chat/completions?api-version=1"), (), "azure/gpt-4o", 8, None),
    (line({"model": "own", "input": "Hello"}, "/embeddings"), ("-m", "azure/text-embedding-3-small"),
     "azure/text-embedding-3-small", 1, 0),
    ({"key": "a", "request": {**part(), "model": "models/gemini-2.5-flash"}}, (), "gemini-2.5-flash", 2, None),
    ({"custom_id": "a", "request": said(anthropic_version="vertex-2023-10-16", max_tokens=9)},
     ("-m", "vertex/claude-haiku-4-5"), "vertex/claude-haiku-4-5", 8, 9),
    (record(INVOKE), ("-m", CLAUDE), f"bedrock/{CLAUDE}", 8, 5),
    (record(converse(inferenceConfig={"maxTokens": 7})), ("-m", CLAUDE), f"bedrock/{CLAUDE}", 8, 7),
    (record(converse(inferenceConfig={"max_new_tokens": 7})), ("-m", "amazon.nova-lite-v1:0"),
     "bedrock/amazon.nova-lite-v1:0", None, 7),
    (record({"prompt": "<|begin_of_text|>Hello<|eot_id|>", "max_gen_len": 7}), ("-m", LLAMA), f"bedrock/{LLAMA}", 3, 7),
    (record({"inputText": "Hello", "textGenerationConfig": {"maxTokenCount": 7}}),
     ("-m", "amazon.titan-text-express-v1"), "bedrock/amazon.titan-text-express-v1", None, 7),
    (record({"inputText": "Hello"}), ("-m", "amazon.titan-embed-text-v2:0"), "bedrock/amazon.titan-embed-text-v2:0",
     None, 0),
    (record({"texts": ["a", "b"], "input_type": "classification"}), ("-m", "cohere.embed-english-v3"),
     "bedrock/cohere.embed-english-v3", None, 0),
    (record(said(max_tokens=7)), ("-m", "openai.gpt-oss-120b-1:0"), "bedrock/openai.gpt-oss-120b-1:0", None, 7),
    (converse(modelId=CLAUDE), (), f"bedrock/{CLAUDE}", 8, None),
    ({"modelId": CLAUDE, "body": json.dumps(INVOKE), "accept": "application/json"}, (), f"bedrock/{CLAUDE}", 8, 5),
]  # fmt: skip


@pytest.mark.parametrize(("request_", "options", "model", "tokens", "limit"), TAKEN)
def test_the_lines_of_every_seller_are_taken(
    run: Run, request_: Body, options: tuple[str, ...], model: str, tokens: int | None, limit: int | None
) -> None:
    """Exit 0, the model of the seller, and its own limit of output; ``tokens`` where a rule gives the number."""
    result = asked(run, request_, options=options)
    (row,) = document(result)["rows"]
    assert (result.code, row["model"], row["problem"]) == (0, model, None), result.err
    assert row["name"] == ("a" if "modelId" not in request_ else "line 1")
    assert row["input_tokens"] == tokens if tokens is not None else row["input_tokens"] > 0
    assert limit is None or row["output_limit"] == limit


DOCUMENTS = [
    (inline({"request": part(), "metadata": {"key": "r0"}}, {"request": part()}), GEMINI, ["r0", "request 2"]),
    (inline({"request": part(), "metadata": {"key": "r0"}}, model="models/gemini-2.5-flash"), (), ["r0"]),
    ({"inputConfig": {"requests": {"requests": [{"request": part()}]}}}, GEMINI, ["request 1"]),
    ({"model": "gemini-2.5-flash", "src": [{"contents": "Hi", "config": {"max_output_tokens": 9}}]}, (), ["request 1"]),
    ({"model": "gemini-2.5-flash", "src": {"inlined_requests": [{**part(), "metadata": {"key": "k"}}]}}, (), ["k"]),
    ([{"contents": "Hi", "config": None}], GEMINI, ["request 1"]),
    ({"model": "mistral-small-latest", "endpoint": CHAT, "requests": [short(said()), short(said(), "b")]}, (),
     ["a", "b"]),
    ([params(), params(name="b")], (), ["a", "b"]),
    ([said(model="gpt-4o")], (), ["request 1"]),
]  # fmt: skip


@pytest.mark.parametrize(("whole", "options", "names"), DOCUMENTS)
def test_one_document_holds_many_requests(run: Run, whole: object, options: tuple[str, ...], names: list[str]) -> None:
    """The body that makes a batch, as the API or its SDK has it, on one line or on many; its model is that of all."""
    for lines in (False, True):
        result = asked(run, whole, options=options, whole=lines)
        rows = document(result)["rows"]
        assert (result.code, [row["name"] for row in rows]) == (0, names), result.err
        assert all(row["input_tokens"] and row["problem"] is None for row in rows)


def test_the_config_of_an_sdk_is_billed_as_the_body_it_becomes(run: Run) -> None:
    """Instructions and the limit of output stand in ``config``; both ways come to the same."""
    beside = {"systemInstruction": {"parts": [{"text": "Hi"}]}, "generationConfig": {"maxOutputTokens": 9}}
    written = {**part(), "config": {"system_instruction": {"parts": [{"text": "Hi"}]}, "max_output_tokens": 9}}
    found = []
    for each in ([{**part(), **beside}], [written]):
        (row,) = document(asked(run, each, options=(*GEMINI, "--gemini-api"), whole=True))["rows"]
        found.append((row["input_tokens"], row["output_limit"]))
    assert found == [(4, 9), (4, 9)]


ARRAYS = [
    ([line(said(model="gpt-4o")), line(said(model="gpt-4o"), name="b")], ()),
    ({"requests": [line(said(model="gpt-4o"))]}, ()),
    ([{"key": "a", "request": part()}], GEMINI),
    ([record(INVOKE)], ("-m", CLAUDE)),
    ([short(said(max_tokens=9))], ("-m", "accounts/fireworks/models/gpt-oss-120b")),
]


@pytest.mark.parametrize(("whole", "options"), ARRAYS)
def test_lines_in_an_array_are_refused_and_priced(
    run: Run, whole: object, options: tuple[str, ...]
) -> None:  # fmt: skip
    """Told once, of the first; all are in the totals."""
    result = asked(run, whole, options=options, whole=True)
    rows = document(result)["rows"]
    assert (result.code, rows[0]["problem"]) == (
        2, "in a JSON array: a batch file is JSON Lines, write one request a line",
    )  # fmt: skip
    assert [row["problem"] for row in rows[1:]] == [None] * (len(rows) - 1)
    assert all(row["cost"] for row in rows)


STRANGERS = [
    (params("gpt-4o"), (), "'params' is of Anthropic batch files, the model is sold by openai: write {custom_id"),
    (params("gemini-2.5-flash"), (), "'params' is of Anthropic batch files, the model is sold by google: write {key,"),
    (params("us." + CLAUDE), (), "the model is sold by bedrock: write {recordId, modelInput}"),
    (line(said(model="claude-haiku-4-5")), (), "'body' is of OpenAI batch files, the model is sold by anthropic: wri"),
    ({"key": "a", "request": {**part(), "model": "gpt-4o"}}, (), "'request' is of Gemini batch files, the model is so"),
]  # fmt: skip


@pytest.mark.parametrize(("request_", "options", "problem"), STRANGERS)
def test_a_model_in_the_envelope_of_another_seller_is_taken_by_nobody(
    run: Run, request_: Body, options: tuple[str, ...], problem: str
) -> None:
    """Told with what to write; counted all the same."""
    result = asked(run, request_, options=options)
    (row,) = document(result)["rows"]
    assert result.code == 2 and problem in row["problem"] and row["input_tokens"] > 0, row


STRAY = [
    (line({"model": "gpt-4o", **part("Hello")}), (), 8, "'contents' is of another api: OpenAI batch lines"),
    ({"key": "a", "request": said()}, GEMINI, 2, "'messages' is of another api: Gemini batch lines hold contents"),
    ({"request": said()}, GEMINI, 2, "'messages' is of another api: Vertex batch lines hold contents, or me"),
    ({"custom_id": "a", "params": {"model": "claude-haiku-4-5", "prompt": "Hello", "max_tokens": 5}}, (), None,
     "'prompt' is of another api: Anthropic batch lines hold messages"),
]  # fmt: skip


@pytest.mark.parametrize(("request_", "options", "tokens", "problem"), STRAY)
def test_a_body_of_another_api_is_refused_and_counted(
    run: Run, request_: Body, options: tuple[str, ...], tokens: int | None, problem: str
) -> None:
    """By the words that are in it."""
    result = asked(run, request_, options=options)
    (row,) = document(result)["rows"]
    assert result.code == 2 and row["problem"].startswith(problem), row
    assert row["input_tokens"] == tokens if tokens is not None else row["input_tokens"] > 0


def test_a_model_that_is_only_given_does_not_make_the_file_wrong(run: Run) -> None:
    """What the files of others would cost at OpenAI: 8 tokens at $2.50 a million."""
    llama = short(said(model="meta-llama/Llama-3.3-70B-Instruct-Turbo"))
    for each in (params(), {"key": "a", "request": part("Hello")}, llama, record(INVOKE)):
        result = asked(run, each, options=("-m", "gpt-4o"))
        (row,) = document(result)["rows"]
        assert (result.code, row["cost"], row["problem"]) == (0, "0.00002", None), each


def test_lines_of_two_sellers_are_no_file(run: Run) -> None:
    """The first says whose file it is; Gemini's key may be left out; bare bodies are sent by code, one by one."""
    mixed = asked(run, line(said(model="gpt-4o")), params(name="b"), said(model="gpt-4o"))
    problems = [row["problem"] for row in document(mixed)["rows"]]
    told = "among OpenAI batch lines: nobody takes both, make it a file of its own"
    assert (mixed.code, problems) == (2, [None, f"Anthropic batch {told}", f"request {told}"])
    assert document(mixed)["totals"]["rows"] == 3
    assert asked(run, {"key": "a", "request": part()}, {"request": part()}, options=GEMINI).code == 0
    assert asked(run, said(model="gpt-4o"), params()).code == 0


TWO_SELLERS = [
    (line, "gpt-4o", "llama-3.1-8b-instant", "its model is sold by groq, that of line 1 by openai: a file goes to one"),
    (line, "llama-3.1-8b-instant", "gpt-4o", "its model is sold by openai, that of line 1 by groq: a file goes to one"),
    (
        line,
        "gpt-4o",
        "gemini-2.5-flash",
        "its model is sold by google, that of line 1 by openai: a file goes to one of",
    ),
    (line, "gpt-4o", "grok-4.7", "model grok-4.7, but gpt-4o on line 1: OpenAI takes one model per file"),
    (short, "mistral-small-latest", "mistral-large-latest", None),
    (line, "llama-3.1-8b-instant", "llama-3.3-70b-versatile", None),
]


@pytest.mark.parametrize(("written", "first", "second", "problem"), TWO_SELLERS)
def test_a_file_goes_to_one_seller(run: Run, written: Any, first: str, second: str, problem: str | None) -> None:
    """Whichever comes first; two models of one are for it to take or not."""
    rows = document(asked(run, written(said(model=first)), written(said(model=second), name="b"),
                          options=("--as-of", "2026-06-15")))["rows"]  # fmt: skip
    assert rows[0]["problem"] is None and rows[1]["input_tokens"] > 0
    assert rows[1]["problem"] is None if problem is None else problem in rows[1]["problem"], rows[1]


def test_a_byte_order_mark_is_told_of_a_line_that_is_priced(run: Run) -> None:
    """A file of one line or an array: counted, refused, and a limit can be held."""
    Path("r.jsonl").write_bytes(b"\xef\xbb\xbf" + json.dumps(line(said(model="gpt-4o"))).encode() + b"\r\n")
    result = run("batch", "r.jsonl", "--max-tokens", "8")
    assert result.code == 2
    assert result.err.startswith("tokcost: r.jsonl:1: a: a byte order mark: providers refuse it, save as UTF-8 without")
    assert "gpt-4o         1      8" in result.out


JUNK = [
    (record(None), "modelInput: null where an object belongs"),
    (record([]), "modelInput: a list where an object belongs"),
    (record({}), "modelInput: no messages, prompt or inputText"),
    (record({"inputText": 5}), "inputText: a number where a string belongs"),
    (record({"texts": [None]}), "texts[0]: null where a string belongs"),
    (record({"messages": [5], "toolConfig": 5}), "messages[0]: a number where an object belongs"),
    (record(converse(toolConfig={"tools": [5]})), "toolConfig.tools[0]: a number where an object belongs"),
    (record(converse(inferenceConfig={"maxTokens": "5"})), "inferenceConfig.maxTokens: '5' where a whole number"),
    ({"modelId": CLAUDE, "body": "{"}, "body: ends before its JSON does"),
    (inline(model=None), "there is no request in it"),
    ({"batch": {"input_config": {"file_name": "files/1"}}}, "it makes a batch of a file: give that file"),
    ({"input_file_id": "file-1", "endpoint": CHAT}, "it makes a batch of a file: give that file"),
    ({"requests": [None]}, "not a JSON object"),
]


@pytest.mark.parametrize(("request_", "problem"), JUNK)
def test_what_cannot_be_read_is_told_in_a_line(run: Run, request_: Body, problem: str) -> None:
    """Exit 2, one line, and the path of what is wrong."""
    result = asked(run, request_, options=("-m", CLAUDE))
    assert result.code == 2
    assert problem in result.err.split("\n")[0], result.err


def test_a_profile_of_a_region_costs_a_tenth_more(run: Run) -> None:
    """8 tokens at $1 a million by a global profile, at $1.10 by that of a region, from Claude 4.5 on."""
    costs = []
    for place in ("global.", "us.", ""):
        (row,) = document(asked(run, record(INVOKE), options=("-m", place + CLAUDE)))["rows"]
        costs.append(Decimal(row["cost"]))
    assert costs == [Decimal("0.000008"), Decimal("0.0000088"), Decimal("0.0000088")]


def test_converse_says_what_messages_say(run: Run) -> None:
    """Instructions, tools, a call and its result come to the same tokens in Anthropic's words and in Converse's."""
    schema = {"type": "object", "properties": {"city": {"type": "string"}}}
    use, result = {"city": "Oslo"}, "4 degrees"
    messages = said(
        anthropic_version="bedrock-2023-05-31", max_tokens=5, system="Be brief",
        tools=[{"name": "weather", "description": "Now", "input_schema": schema}], tool_choice={"type": "any"},
    )  # fmt: skip
    messages["messages"] += [
        {"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "weather", "input": use}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": result}]},
    ]
    spec = {"name": "weather", "description": "Now", "inputSchema": {"json": schema}}
    body = converse(
        inferenceConfig={"maxTokens": 5}, system=[{"text": "Be brief"}, {"cachePoint": {"type": "default"}}],
        toolConfig={"tools": [{"toolSpec": spec}, {"cachePoint": {"type": "default"}}], "toolChoice": {"any": {}}},
    )  # fmt: skip
    body["messages"] += [
        {"role": "assistant", "content": [{"toolUse": {"toolUseId": "t", "name": "weather", "input": use}}]},
        {"role": "user", "content": [{"toolResult": {"toolUseId": "t", "content": [{"text": result}]}}]},
    ]
    rows = document(asked(run, record(messages), record(body, "b"), options=("-m", CLAUDE)))["rows"]
    assert rows[0]["input_tokens"] == rows[1]["input_tokens"] > 600
    assert rows[0]["output_limit"] == rows[1]["output_limit"] == 5


def test_what_a_template_writes_is_in_the_range(run: Run) -> None:
    """Llama 3.3 is framed by 10, and by 25 more where a server keeps the two dates of its template; Llama 4 is not."""
    for model, least, most in (
        ("llama-3.3-70b-versatile", 36, 42), ("meta-llama/llama-4-scout-17b-16e-instruct", 11, 15),
    ):  # fmt: skip
        (row,) = document(asked(run, said(), options=("-m", f"groq/{model}")))["rows"]
        assert row["input_tokens_low"] <= 11 == row["input_tokens"]
        assert least <= row["input_tokens_high"] <= most


BODIES: list[object] = [
    said(), converse(), INVOKE, {"prompt": "\n\nHuman: hi\n\nAssistant:", "max_tokens_to_sample": 9}, {"prompt": ["a"]},
    {"inputText": "a"}, {"texts": ["a"]}, {"message": "a", "chat_history": None}, part(), {"input": ["a", [1, 2]]},
    {"contents": "Hi", "config": {"tools": [{"functionDeclarations": [{"name": "f"}]}]}}, {"messages": None}, None, 5,
]  # fmt: skip
ENVELOPES: list[dict[str, object]] = [
    {}, {"custom_id": "a", "method": "POST", "url": CHAT, "body": 0}, {"custom_id": "a", "params": 0},
    {"key": "a", "request": 0}, {"request": 0, "metadata": None}, {"recordId": 5, "modelInput": 0},
    {"modelId": "x", "body": 0},
]  # fmt: skip


@pytest.mark.parametrize("model", ["gpt-4o", LLAMA, "gemini-2.5-flash"])
def test_any_body_in_any_envelope_is_counted_or_told(run: Run, model: str) -> None:
    """Each for itself, whatever the model that it is priced as."""
    for around in ENVELOPES:
        wrapped = [{key: body if held == 0 else held for key, held in around.items()} or body for body in BODIES]
        lawful(run, wrapped, "-m", model)
