"""``tokcost batch``: whole requests and files of them."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.bodies import data_url as png
from tests.conftest import Result, Run, document

CHAT = "/v1/chat/completions"


def chat(content: object = "Hello", model: str = "gpt-4o", **more: object) -> dict[str, object]:
    """A chat body of one user message; "Hello" to gpt-4o is 3 + 1 + 1 + 3 = 8 tokens."""
    return {"model": model, "messages": [{"role": "user", "content": content}], **more}


def line(name: str | None, body: object, url: str = CHAT, **more: object) -> dict[str, object]:
    """A line of an OpenAI batch file."""
    named = {"custom_id": name} if name is not None else {}
    return {**named, "method": "POST", "url": url, "body": body, **more}


def write(name: str, *requests: object) -> bytes:
    """A JSONL file of the requests; returns its bytes."""
    data = "".join(json.dumps(request, ensure_ascii=False) + "\n" for request in requests).encode()
    Path(name).write_bytes(data)
    return data


def rows(result: Result) -> list[dict[str, Any]]:
    """The rows of a JSONL report."""
    return [json.loads(text) for text in result.out.splitlines()]


def test_three_costs_are_named(run: Run) -> None:
    """Two requests of 8 tokens: input 16 x 2.50; with 100 each 200 x 10 more; at the limits 10 + 16,384."""
    write("r.jsonl", line("a", chat(max_tokens=10)), line("b", chat()))
    result = run("batch", "r.jsonl", "--output", "100")
    # 16 x 2.5 = 0.00004; output is capped by the request's own limit: (10 + 100) x 10 = 0.0011;
    # (10 + 16,384) x 10 = 0.16394; a batch is half of it all
    assert result == Result(
        0,
        "model   requests  input  standing  output       low    likely    high\n"
        "gpt-4o         2     16  exact        110  $0.00004  $0.00114  $0.164\n"
        "as a batch: $0.00057, $0.00057 less than sent one by one (50.0 %)\n",
        "note: gpt-4o retires on 2027-01-14\n",
    )


def test_sums_do_not_depend_on_how_many_are_added_at_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five requests of 8 tokens, added two at a time or all together."""
    write("r.jsonl", *(line(str(at), chat(max_tokens=at)) for at in range(1, 6)))
    together = run("batch", "r.jsonl", "-f", "json")
    monkeypatch.setattr("tokcost.batch.summary._TOGETHER", 2)
    # 5 x 8 x 2.5 = 0.0001; at the limits 15 x 10 more = 0.00025
    assert (document(together)["totals"]["cost_low"], document(together)["totals"]["cost_high"]) == (
        "0.0001",
        "0.00025",
    )
    assert run("batch", "r.jsonl", "-f", "json") == together


def test_batch_mode_takes_the_models_own_batch_rates(run: Run) -> None:
    """grok-4.7 gives 20 % in a batch, not half: 1.6 for 2, 4.8 for 6."""
    write("r.jsonl", line("a", chat(model="grok-4.7", max_tokens=1000)))
    result = run("batch", "r.jsonl", "--mode", "batch", "--output", "1000", "-f", "json")
    row = document(result)["rows"][0]
    tokens = row["input_tokens"]
    assert row["cost"] == f"{(tokens * 16 + 1000 * 48) / 10**7:.7f}".rstrip("0")
    assert "(20.0 %)" in run("batch", "r.jsonl", "--mode", "batch", "--output", "1000").out


def test_a_mode_that_a_model_lacks_is_an_error(run: Run) -> None:
    """Never the standard rate in silence."""
    write("r.jsonl", line("a", chat(model="gpt-5.3-codex")))
    result = run("batch", "r.jsonl", "--mode", "batch")
    assert (result.code, result.out) == (2, "")
    assert "gpt-5.3-codex has no batch rates here" in result.err


def test_rows_carry_their_names(run: Run) -> None:
    """A row is named by its custom_id or key, else by its line."""
    write("g.jsonl", {"key": "k1", "request": {"contents": [{"parts": [{"text": "Hi"}]}]}})
    write("o.jsonl", line("c1", chat()))
    write("b.jsonl", chat())
    result = run("batch", "g.jsonl", "o.jsonl", "b.jsonl", "-m", "gemini-2.5-flash", "-f", "jsonl")
    assert [(row["name"], row["file"], row["line"]) for row in rows(result)] == [
        ("k1", "g.jsonl", 1),
        ("c1", "o.jsonl", 1),
        ("line 1", "b.jsonl", 1),
    ]
    assert result.code == 0


@pytest.mark.parametrize(
    ("request_", "options", "model", "tokens"),
    [
        (line("a", chat()), (), "gpt-4o", 8),
        (line("a", {"model": "gpt-5-nano", "input": "Hello"}, "/v1/responses"), (), "gpt-5-nano", 7),
        (line("a", {"model": "text-embedding-3-small", "input": ["Hello", "Hello"]}, "/v1/embeddings"), (),
         "text-embedding-3-small", 2),
        ({"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}, (), "gpt-4o", 8),
        ({"messages": [{"role": "user", "content": "Hello"}]}, ("-m", "gpt-4o"), "gpt-4o", 8),
        ({"custom_id": "a", "params": {"model": "claude-haiku-4-5", "max_tokens": 5,
          "messages": [{"role": "user", "content": "Hello"}]}}, (), "claude-haiku-4-5", 8),
        ({"requests": [{"custom_id": "a", "params": {"model": "claude-haiku-4-5", "max_tokens": 5,
          "messages": [{"role": "user", "content": "Hello"}]}}]}, (), "claude-haiku-4-5", 8),
        ({"messages": [{"role": "user", "content": "Hello"}]}, ("-m", "claude-haiku-4-5"), "claude-haiku-4-5", 8),
        ({"key": "a", "request": {"contents": [{"role": "user", "parts": [{"text": "Hello"}]}]}},
         ("-m", "gemini-2.5-flash"), "gemini-2.5-flash", 2),
        ({"request": {"contents": [{"role": "user", "parts": [{"text": "Hello"}]}]}},
         ("-m", "gemini-2.0-flash"), "gemini-2.0-flash", 1),
        ({"model": "models/gemini-2.5-flash", "contents": [{"parts": [{"text": "Hello"}]}]}, (), "gemini-2.5-flash", 2),
    ],
)  # fmt: skip
def test_every_format_is_recognised_by_its_shape(
    run: Run, request_: object, options: tuple[str, ...], model: str, tokens: int
) -> None:
    """Batch lines, create bodies and bare bodies of every provider, as JSONL and as one document."""
    for form in (json.dumps(request_), json.dumps(request_, indent=2)):
        result = run("batch", "-f", "json", *options, stdin=form.encode())
        found = document(result)
        assert result.code == 0, result.err
        assert [(row["model"], row["input_tokens"]) for row in found["rows"]] == [(model, tokens)]


def test_a_request_without_a_model_asks_for_one(run: Run) -> None:
    """Which line, and the flag that helps."""
    write("g.jsonl", {"key": "k", "request": {"contents": [{"parts": [{"text": "Hi"}]}]}})
    assert run("batch", "g.jsonl") == Result(
        2, "", "tokcost: error: g.jsonl:1: the request names no model: name one with -m\n"
    )


BAD = [
    (line("a", chat()), line("a", chat()), "r.jsonl:2: a: the custom_id 'a' was used on line 1 already"),
    (line(None, chat()), None, "r.jsonl:1: no custom_id"),
    (line("a", chat()), line("b", chat(model="gpt-4o-mini")), "r.jsonl:2: b: model gpt-4o-mini, but gpt-4o on line 1"),
    (line("a", chat()), line("b", {"model": "gpt-4o", "input": "Hello"}, "/v1/responses"),
     "r.jsonl:2: b: url /v1/responses, but /v1/chat/completions on line 1"),
    (line("a", chat(stream=True)), None, "r.jsonl:1: a: stream: true: a batch cannot stream"),
    (line("a", chat(), method="GET"), None, "r.jsonl:1: a: method is 'GET': it must be 'POST'"),
    (line("a", chat("Hello " * 9000, model="gpt-4")), None, "exceed the context window of gpt-4, 8,192"),
    (line("a", chat(model="gpt-99")), None, "r.jsonl:1: a: unknown model 'gpt-99'"),
    (line("a", chat(5)), None, "r.jsonl:1: a: messages[0].content: a number where text"),
    (line("a", "no body"), None, "r.jsonl:1: a: body: a string where an object belongs"),
    ([1, 2], None, "r.jsonl:1: request 1: not a JSON object"),
    ("text", None, "r.jsonl:1: not a JSON object"),
    ({"custom_id": "x" * 65, "params": {"model": "claude-haiku-4-5", "max_tokens": 5, "messages": []}}, None,
     "a custom_id of 65 characters: Anthropic takes 64 at most"),
    ({"custom_id": "x", "params": {"model": "claude-haiku-4-5", "messages": []}}, None, "max_tokens is missing"),
    (line("a", chat(max_tokens=-5)), None, "r.jsonl:1: a: max_tokens: -5 where a whole number of 1 or more belongs"),
    (line("a", chat(max_tokens="x")), None, "max_tokens: 'x' where a whole number of 1 or more belongs"),
    (line("a", chat(max_tokens=99_999)), None, "99,999 tokens of output, gpt-4o writes at most 16,384: lower"),
    (line("a", {"model": "gpt-4o", "messages": []}), None, "messages is empty: there is nothing to answer"),
    (line("a", chat(max_tokens=float("nan"))), None, "r.jsonl:1: not valid JSON: NaN is not a number of JSON"),
    (line("a", chat(model="sk-proj-abcdefghijklmnop")), None, "unknown model 'sk-…nop #88ea'"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second", "problem"), BAD, ids=[str(number) for number in range(len(BAD))])
def test_what_a_provider_refuses_is_told_with_its_line(run: Run, first: object, second: object, problem: str) -> None:
    """The rest is still priced, ``complete`` is false, exit 2 unless --keep-going."""
    write("r.jsonl", first, *([second] if second else []), line("good", chat()))
    result = run("batch", "r.jsonl", "-f", "json")
    found = document(result)
    assert result.code == 2
    assert problem in result.err
    assert found["totals"]["complete"] is False
    good = found["rows"][-1]
    assert (good["name"], good["input_tokens"]) == ("good", 8)
    assert any(row["problem"] for row in found["rows"])
    assert run("batch", "r.jsonl", "-f", "json", "--keep-going").code == 0


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"not json\n", "r.jsonl:1: not valid JSON: Expecting value at column 1"),
        (b'{"custom_id": "a"\n{"a": 1}\n', "neither one JSON document nor one request per line"),
        (b"\xff\xfe\x00\n", "not UTF-8 text at byte 0 of the line"),
        (b"[" * 100_000 + b"\n", "nested too deeply to be read"),
        (b'{"a": 1}\n', "no messages, input or prompt"),
        (b"\xef\xbb\xbf" + json.dumps(chat()).encode(), "a byte order mark: providers refuse it"),
    ],
)
def test_a_malformed_file_is_told_in_a_line(run: Run, data: bytes, problem: str) -> None:
    """No traceback, exit 2."""
    Path("r.jsonl").write_bytes(data)
    result = run("batch", "r.jsonl")
    assert result.code == 2
    assert problem in result.err
    assert "Traceback" not in result.err


def test_too_many_requests_are_told_once(run: Run) -> None:
    """Past the provider's limit of requests and of bytes, which a price file may change."""
    Path("own.toml").write_text("[tokcost]\nschema = 1\n[rules.batch.openai]\nrequests = 2\nbytes = 400\n")
    write("r.jsonl", *(line(str(number), chat()) for number in range(6)))
    result = run("batch", "r.jsonl", "--prices", "own.toml")
    assert result.code == 2
    assert result.err.count("more than 2 requests in a file: --split-lines 2 makes parts") == 1
    assert result.err.count("more than 0 MB in a file") == 1


def test_nothing_at_all_is_no_answer(run: Run) -> None:
    """An empty pipe, a missing file."""
    assert run("batch") == Result(2, "", "tokcost: error: nothing was priced: there is no request in it\n")
    assert run("batch", "no.jsonl") == Result(2, "", "tokcost: error: 'no.jsonl': no such file or directory\n")


def test_why_tells_where_the_tokens_are(run: Run) -> None:
    """By message, tool, schema and framing; the parts come to the whole."""
    tool = {"type": "function", "function": {"name": "look_up", "parameters": {"type": "object", "properties": {}}}}
    result = run("batch", "--why", "-f", "json", stdin=json.dumps(chat(tools=[tool])).encode())
    found = document(result)
    parts = {part["part"]: part["tokens"] for part in found["details"]["parts"]}
    assert sum(parts.values()) == found["totals"]["input_tokens"]
    assert {"message 1 (user)", "tool look_up", "framing"} <= set(parts)
    assert "tool look_up" in run("batch", "--why", stdin=json.dumps(chat(tools=[tool])).encode()).out


def test_a_picture_is_measured_where_it_is(run: Run) -> None:
    """1024 x 1024 at high detail on gpt-4o: 85 + 4 tiles x 170 = 765 tokens, in a data URL and in a local file."""
    without = document(run("batch", "-f", "json", stdin=json.dumps(chat([{"type": "text", "text": "Hello"}])).encode()))

    def more(url: str, *options: str) -> dict[str, Any]:
        part = {"type": "image_url", "image_url": {"url": url}}
        body = chat([{"type": "text", "text": "Hello"}, part])
        found = document(run("batch", "-f", "json", *options, stdin=json.dumps(body).encode()))
        return {**found["rows"][0], "extra": found["rows"][0]["input_tokens"] - without["rows"][0]["input_tokens"]}

    assert more(png(1024, 1024))["extra"] == 765
    Path("p.png").write_bytes(base64.b64decode(png(1024, 1024).partition(",")[2]))
    assert more("p.png")["extra"] == 765
    assert more("https://example.org/p.png", "--image-size", "1024x1024")["extra"] == 765
    unknown = more("https://example.org/p.png")
    assert unknown["standing"] == "estimate"
    assert unknown["input_tokens_low"] <= 8 + 85 + 170
    assert unknown["input_tokens_high"] >= 8 + 765


def test_the_gate_holds_what_it_can(run: Run) -> None:
    """With an expected output the likely cost, else the limit; two kinds of exit."""
    write("r.jsonl", line("a", chat(max_tokens=1000)))  # 8 x 2.5 + 1000 x 10 = 0.01002
    assert run("batch", "r.jsonl", "--max-cost", "0.01002").code == 0
    over = run("batch", "r.jsonl", "--max-cost", "0.01")
    assert over.code == 1
    assert "a cost of $0.01002 (at the limits of output) exceeds the limit of $0.01 by $0.00002" in over.err
    expected = run("batch", "r.jsonl", "--max-cost", "0.01", "--output", "500")
    assert expected.code == 0
    assert run("batch", "r.jsonl", "--max-tokens", "7").code == 1
    write("c.jsonl", {"custom_id": "a", "params": {"model": "claude-fable-5-2", "max_tokens": 5, "messages": []}})
    write("n.jsonl", {"contents": [{"parts": [{"text": "Hi"}]}]})
    unknown = run("batch", "n.jsonl", "-m", "HCX-005", "--max-cost", "5")
    assert unknown.code == 2
    assert "--max-cost cannot be checked: the total is unpriced: no rate: third parties disagree" in unknown.err


def test_several_answers_have_several_outputs(run: Run) -> None:
    """n = 3 answers of at most 100 tokens: 8 x 2.5 + 300 x 10 a million; Gemini calls it candidateCount."""
    found = document(run("batch", "-f", "json", stdin=json.dumps(chat(max_tokens=100, n=3)).encode()))
    assert found["rows"][0]["cost_high"] == "0.00302"
    expected = document(
        run("batch", "-f", "json", "--output", "50", stdin=json.dumps(chat(max_tokens=100, n=3)).encode())
    )
    assert expected["rows"][0]["output_tokens"] == 150
    body = {"contents": [{"parts": [{"text": "Hi"}]}], "generationConfig": {"maxOutputTokens": 10, "candidateCount": 4}}
    gemini = document(run("batch", "-m", "gemini-2.5-flash", "-f", "json", stdin=json.dumps(body).encode()))
    assert gemini["rows"][0]["output_limit"] == 40
    prompts = {"model": "gpt-3.5-turbo", "prompt": ["a", "b", "c"], "n": 2, "max_tokens": 100}
    completions = document(run("batch", "-f", "json", stdin=json.dumps(prompts).encode()))
    assert completions["rows"][0]["cost_high"] == "0.0009015"  # 3 x 0.5 + 600 x 1.5 a million


def test_a_ratio_stands_for_the_output(run: Run) -> None:
    """0.4 of 8 tokens is 3.2, so 4."""
    found = document(run("batch", "-f", "json", "--output-ratio", "0.4", stdin=json.dumps(chat()).encode()))
    assert found["rows"][0]["output_tokens"] == 4
    result = run("batch", "--output-ratio", "0.4", "--output", "3", stdin=b"{}")
    assert (result.code, result.out) == (2, "")
    assert "--output-ratio" in result.err


def test_a_cliff_is_decided_request_by_request(run: Run) -> None:
    """Two prompts of 150,000 tokens are below gpt-5.4's cliff, however much they are together."""
    text = "a" + " a" * 149_999
    write("r.jsonl", line("a", chat(text, model="gpt-5.4")), line("b", chat(text, model="gpt-5.4")))
    found = document(run("batch", "r.jsonl", "-f", "json", "--output", "0"))
    tokens = found["totals"]["input_tokens"]
    assert tokens == 2 * 150_006  # 3 + 1 + n + 2
    assert found["totals"]["cost"] == "0.75003"  # x 2.5 a million


def test_repeated_beginnings_can_be_cached(run: Run) -> None:
    """Three requests with the same long system prompt: two of them could read it from the cache."""
    prompt = "a" + " a" * 1999
    bodies = [
        {"model": "gpt-4o", "messages": [{"role": "system", "content": prompt}, {"role": "user", "content": str(n)}]}
        for n in range(3)
    ]
    write("r.jsonl", *(line(str(n), body) for n, body in enumerate(bodies)))
    result = run("batch", "r.jsonl")
    # 15 steps of 128 = 1,920 of the 2,004 tokens, twice; 3,840 x (2.50 - 1.25) = 0.0048
    assert (
        "gpt-4o: 3,840 input tokens repeat the beginning of earlier requests: cached unasked, which may save $0.0048"
        in result.out
    )


def test_reasoning_is_said_to_be_output(run: Run) -> None:
    """What a reasoning model thinks is billed as output."""
    result = run("batch", stdin=json.dumps(chat(model="gpt-5.4")).encode())
    assert "note: gpt-5.4 reasons before it answers: reasoning counts as output" in result.err


def test_a_name_that_several_sell_takes_the_one_given(run: Run) -> None:
    """``-m`` decides between the providers of an ambiguous name."""
    body = json.dumps(chat(model="gpt-oss-120b")).encode()
    result = run("batch", "-f", "jsonl", stdin=body)
    assert result.code == 2
    assert "groq/openai/gpt-oss-120b" in result.err
    result = run("batch", "-f", "jsonl", "-m", "groq/openai/gpt-oss-120b", stdin=body)
    assert (result.code, rows(result)[0]["provider"]) == (0, "groq")


def test_two_currencies_are_not_added(run: Run) -> None:
    """One report has one currency."""
    write("r.jsonl", chat(), chat(model="HCX-007"))
    result = run("batch", "r.jsonl")
    assert (result.code, result.out) == (2, "")
    assert "one report has one currency" in result.err


def parts_of(name: str) -> list[bytes]:
    """The part files of a split, in order."""
    return [path.read_bytes() for path in sorted(Path().glob(f"{name}.part-*.jsonl"))]


def test_parts_hold_every_line_once_and_stay_within(run: Run) -> None:
    """Five requests of 0.01002 each at the limit; a part within 0.025 holds two."""
    data = write("r.jsonl", *(line(str(number), chat(max_tokens=1000)) for number in range(5)))
    result = run("batch", "r.jsonl", "--split-at", "0.025")
    parts = parts_of("r")
    assert result.code == 0
    assert [part.count(b"\n") for part in parts] == [2, 2, 1]
    assert b"".join(parts) == data
    assert "r.part-001.jsonl: 2 lines" in result.err
    again = run("batch", "r.jsonl", "--split-at", "0.025")
    assert (again.code, again.out) == (2, "")
    assert "r.part-001.jsonl: already exists: --force overwrites the part files" in again.err
    assert run("batch", "r.jsonl", "--split-at", "0.025", "--force").code == 0


def test_parts_by_lines_and_by_size(run: Run) -> None:
    """So many lines, so many bytes; the file's own last line may lack its newline."""
    data = write("r.jsonl", *(line(str(number), chat()) for number in range(5)))[:-1]
    Path("r.jsonl").write_bytes(data)
    assert run("batch", "r.jsonl", "--split-lines", "2").code == 0
    assert [part.count(b"custom_id") for part in parts_of("r")] == [2, 2, 1]
    assert b"".join(parts_of("r")) == data
    for path in Path().glob("r.part-*"):
        path.unlink()
    assert run("batch", "r.jsonl", "--split-mb", "0.0003").code == 0
    assert max(len(part) for part in parts_of("r")) <= 300
    assert b"".join(parts_of("r")) == data


def test_a_line_that_alone_is_too_much_stops_the_split(run: Run) -> None:
    """No part can hold it; nothing is written."""
    write("r.jsonl", line("a", chat(max_tokens=1000)))
    result = run("batch", "r.jsonl", "--split-at", "0.01")
    assert result.code == 2
    assert "r.jsonl:1: costs 0.01002 alone, more than the 0.01 a part may cost" in result.err
    assert parts_of("r") == []


def test_what_cannot_be_split_is_said(run: Run) -> None:
    """Standard input, one document, a file with problems."""
    assert "only a file can be split" in run("batch", "--split-lines", "1", stdin=json.dumps(chat()).encode()).err
    Path("d.json").write_text(json.dumps(chat(), indent=1))
    assert "one JSON document cannot be split" in run("batch", "d.json", "--split-lines", "1").err
    write("r.jsonl", line("a", chat()), line("a", chat()))
    assert "not split: correct these lines" in run("batch", "r.jsonl", "--split-lines", "1").err
    assert run("batch", "r.jsonl", "--split-lines", "1", "--keep-going").code == 0
    assert len(parts_of("r")) == 2


@given(st.lists(st.tuples(st.integers(1, 30), st.booleans()), min_size=1, max_size=12), st.integers(1, 5))
@settings(max_examples=25, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_split_is_the_file_again(run: Run, shape: list[tuple[int, bool]], most: int) -> None:
    """Whatever the lines, blank ones included, the parts in order are the file, and none has more requests."""
    texts = [
        ("\n" if blank else "") + json.dumps(line(str(n), chat("x" * size))) for n, (size, blank) in enumerate(shape)
    ]
    data = "\n".join(texts).encode()
    Path("r.jsonl").write_bytes(data)
    for path in Path().glob("r.part-*"):
        path.unlink()
    assert run("batch", "r.jsonl", "--split-lines", str(most)).code == 0
    assert b"".join(parts_of("r")) == data
    assert max(sum(bool(text.strip()) for text in part.splitlines()) for part in parts_of("r")) <= most


def test_a_gate_does_not_pass_over_what_it_never_counted(run: Run) -> None:
    """--keep-going forgives a bad line, a limit of money or tokens does not; the rest is still told."""
    write("r.jsonl", line("a", chat()), line("b", chat(model="gpt-99")))
    for option in ("--max-cost", "--max-tokens"):
        result = run("batch", "r.jsonl", "--keep-going", option, "1000")
        assert result.code == 2
        assert result.out.startswith("model   requests  input  standing       low     high\ngpt-4o         1      8")
        assert "tokcost: r.jsonl:2: b: unknown model 'gpt-99'" in result.err
        assert (
            f"tokcost: {option} cannot be checked: 1 request could not be counted, the first is r.jsonl:2\n"
            in result.err
        )


def test_a_line_past_the_cliff_of_a_mode_is_its_own_problem(run: Run) -> None:
    """gpt-5.4 priority is not sold past 272,000 tokens: that line is told, the others are priced."""
    write("r.jsonl", line("a", chat(model="gpt-5.4")), line("b", chat("a" + " a" * 272_000, model="gpt-5.4")))
    result = run("batch", "r.jsonl", "--mode", "priority", "-f", "json")
    found = document(result)
    assert result.code == 2
    assert [row["cost"] is None for row in found["rows"]] == [False, True]
    assert "r.jsonl:2: b: gpt-5.4 has no priority rates here" in result.err


def test_cheap_hours_are_the_low_end(run: Run) -> None:
    """deepseek-chat in July 2025: 0.135 a million at night, 0.27 by day; the hour is not known."""
    body = chat(model="deepseek-chat")
    row = document(run("batch", "-f", "json", "--as-of", "2025-07-16", stdin=json.dumps(body).encode()))["rows"][0]
    tokens = row["input_tokens"]
    assert float(row["cost_low"]) == pytest.approx(tokens * 0.135e-6)
    assert float(row["cost"]) == pytest.approx(tokens * 0.27e-6)


def test_a_refused_request_is_a_row_and_a_problem(run: Run) -> None:
    """Two lines of three cannot be counted: null numbers, the reason in the row and under ``problems``."""
    write("r.jsonl", line("a", chat()), line("b", chat(5)), [1, 2])
    result = run("batch", "r.jsonl", "-f", "json")
    found = document(result)
    assert (result.code, found["schema_version"], found["totals"]["complete"]) == (2, 2, False)
    assert found["problems"] == [
        {"where": "r.jsonl:2", "why": f"b: {found['rows'][1]['problem']}", "lines": 1},
        {"where": "r.jsonl:3", "why": "not a JSON object", "lines": 1},
    ]
    bad = found["rows"][1]
    assert (bad["name"], bad["line"], bad["standing"], bad["input_tokens"], bad["cost"]) == (
        "b",
        2,
        "invalid",
        None,
        None,
    )
    assert (found["totals"]["rows"], found["totals"]["input_tokens"], found["warnings"]) == (
        1, 8, ["gpt-4o retires on 2027-01-14"],
    )  # fmt: skip


def test_nothing_counted_costs_nothing_that_is_known(run: Run) -> None:
    """No request could be counted: the cost is unknown, not 0, and --keep-going has no part to go on with."""
    write("r.jsonl", line("a", chat(5)))
    result = run("batch", "r.jsonl", "--keep-going", "-f", "json")
    totals = document(result)["totals"]
    assert (result.code, totals["rows"], totals["cost"], totals["cost_high"], totals["by_model"]) == (
        2,
        0,
        None,
        None,
        [],
    )
    assert run("batch", "r.jsonl").out == ""


def test_an_unread_file_is_a_problem_of_its_own(run: Run) -> None:
    """The other file is still priced; --keep-going takes it for the answer."""
    write("r.jsonl", line("a", chat()))
    Path("cut.jsonl").write_bytes(gzip.compress(Path("r.jsonl").read_bytes())[:-12])
    result = run("batch", "r.jsonl", "cut.jsonl")
    told = "tokcost: cut.jsonl: the gzip data ends too early: the file is cut off, fetch it again\n"
    assert (result.code, result.err) == (2, told + "note: gpt-4o retires on 2027-01-14\n")
    assert "gpt-4o         1      8" in result.out
    assert run("batch", "r.jsonl", "cut.jsonl", "--keep-going").code == 0


def test_a_line_a_model_and_the_total_below(run: Run) -> None:
    """8 tokens each: $2.50 and $0.15 a million, the limit of output 10 tokens at $10 and $0.60."""
    write("r.jsonl", chat(max_tokens=10), chat(model="gpt-4o-mini", max_tokens=10))
    result = run("batch", "r.jsonl")
    assert result == Result(
        0,
        "model        requests  input  standing         low        high\n"
        "gpt-4o              1      8  exact       $0.00002    $0.00012\n"
        "gpt-4o-mini         1      8  exact     $0.0000012  $0.0000072\n"
        "total               2     16  exact     $0.0000212  $0.0001272\n"
        "as a batch: $0.0000106, $0.0000106 less than sent one by one (50.0 %)\n",
        "note: gpt-4o retires on 2027-01-14\nnote: gpt-4o-mini retires on 2027-01-14\n",
    )
    found = document(run("batch", "r.jsonl", "-f", "json"))
    assert (found["totals"]["model"], found["totals"]["cost"], found["totals"]["cost_high"]) == (
        None,
        "0.0000212",
        "0.0001272",
    )
    assert [(each["model"], each["cost"]) for each in found["totals"]["by_model"]] == [
        ("gpt-4o", "0.00002"),
        ("gpt-4o-mini", "0.0000012"),
    ]
    assert found["totals"]["batch_saving"] == "0.0000106"
    assert [each["requests"] for each in found["details"]["models"]] == [1, 1]


def test_an_unpriced_request_is_not_answered(run: Run) -> None:
    """HCX-005 has no public price here: exit 2 with its tokens, 0 when told to keep going."""
    write("r.jsonl", chat(max_tokens=10), chat("Hi", model="HCX-005"))
    result = run("batch", "r.jsonl", "-f", "json")
    found = document(result)
    assert result.code == 2
    assert [(row["standing"], row["cost"] is None) for row in found["rows"]] == [("exact", False), ("unpriced", True)]
    assert (found["totals"]["standing"], found["totals"]["cost"]) == ("unpriced", None)
    assert run("batch", "r.jsonl", "--keep-going").code == 0
    table = run("batch", "r.jsonl")
    assert (table.code, table.out.count("unpriced")) == (2, 4)  # standing and cost, of the model and of the total


def test_csv_has_one_header_with_and_without_rows(run: Run) -> None:
    """A row for every request, refused ones too; a name that a spreadsheet would run is kept from it."""
    write("r.jsonl", line("=a", chat()), line("b", chat(5)))
    write("one.jsonl", line("b", chat()))
    header, first, second = run("batch", "r.jsonl", "-f", "csv").out.splitlines()
    assert run("batch", "one.jsonl", "-f", "csv").out.splitlines()[0] == header
    assert header == (
        "name,file,line,model,provider,encoding,input_tokens,input_tokens_low,input_tokens_high,output_tokens,"
        "output_tokens_low,output_tokens_high,output_limit,effort,mode,standing,note,cost,cost_low,cost_high,problem"
    )
    assert (
        first == "'=a,r.jsonl,1,gpt-4o,openai,o200k_base,8,,,0,0,16384,16384,,standard,exact,,0.00002,0.00002,0.16386,"
    )
    assert second.startswith("b,r.jsonl,2,")


def test_another_currency_with_tax(run: Run) -> None:
    """8 x $2.50 a million = $0.00002, x 1,390.5 = 0.02781 won, x 1.1 = 0.030591; the limit is in won, too."""
    write("r.jsonl", chat(max_tokens=10))
    won = ("--currency", "KRW", "--fx", "1390.5@2026-11-20", "--vat", "10%")
    found = document(run("batch", "r.jsonl", "-f", "json", *won))
    assert (found["currency"], found["totals"]["cost"]) == ("KRW", "0.030591")
    assert found["totals"]["cost_high"] == "0.183546"  # (8 x 2.5 + 10 x 10) a million x 1,390.5 x 1.1
    assert found["pricing"]["conversion"] == {"fx": "1 USD = 1390.5 KRW", "fx_day": "2026-11-20", "vat": "0.10"}
    assert run("batch", "r.jsonl", "--max-cost", "0.183546", *won).code == 0
    broken = run("batch", "r.jsonl", "--max-cost", "0.18", *won)
    assert broken.code == 1
    assert "a cost of ₩0.1835 (at the limits of output) exceeds the limit of ₩0.18 by ₩0.003546" in broken.err


def test_two_currencies_are_added_at_the_rate_given(run: Run) -> None:
    """HCX-007 is billed in won: with a rate both stand in one report."""
    write("r.jsonl", chat(), chat(model="HCX-007"))
    result = run("batch", "r.jsonl", "-f", "json", "--currency", "KRW", "--fx", "1390.5@2026-11-20")
    found = document(result)
    assert (result.code, found["currency"]) == (0, "KRW")
    assert found["rows"][0]["cost"] == "0.02781"
    alone = document(run("batch", "-f", "json", stdin=json.dumps(chat(model="HCX-007")).encode()))
    assert (alone["currency"], found["rows"][1]["cost"]) == ("KRW", alone["totals"]["cost"])


def test_findings_reach_every_format(run: Run) -> None:
    """8 tokens against 7: the rule, the numbers and the file in each."""
    write("r.jsonl", line("a", chat(max_tokens=10)))
    result = run(
        "batch", "r.jsonl", "--max-tokens", "7", "--report", "sarif=o.sarif", "--report", "junit=o.xml",
        "--report", "gitlab=o.json", "-f", "github",
    )  # fmt: skip
    message = "8 input tokens exceed the limit of 7 by 1"
    assert result.code == 1
    assert f"::error file=r.jsonl,line=1,title=tokcost max-tokens%3A gpt-4o::{message}" in result.out
    refused = f"tokcost: {message}: split the batch, or shorten what repeats\n"
    assert result.err == refused + "note: gpt-4o retires on 2027-01-14\n"
    found = json.loads(Path("o.sarif").read_text())["runs"][0]["results"][0]
    assert (found["ruleId"], found["message"]["text"].startswith(message)) == ("max-tokens", True)
    place = found["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "r.jsonl"
    assert json.loads(Path("o.json").read_text())[0]["location"] == {"path": "r.jsonl", "lines": {"begin": 1}}
    suite = Path("o.xml").read_text()
    assert '<testcase name="a [gpt-4o]"' in suite
    assert f'<failure type="max-tokens" message="{message}"' in suite
    assert run("batch", "r.jsonl", "--max-tokens", "7", "--exit-zero").code == 0


def test_a_finding_in_json_has_its_numbers(run: Run) -> None:
    """0.01002 against 0.01: value, limit and excess as plain decimals, with the file."""
    write("r.jsonl", line("a", chat(max_tokens=1000)))
    found = document(run("batch", "r.jsonl", "--max-cost", "0.01", "-f", "json"))["findings"][0]
    assert (found["rule"], found["value"], found["limit"], found["excess"], found["file"]) == (
        "max-cost",
        "0.01002",
        "0.01",
        "0.00002",
        "r.jsonl",
    )


OWN = """
[tokcost]
schema = 1

[own."own-model"]
encoding = "o200k_base"

[[own."own-model".rates]]
from = 2026-01-01
input = "1"
output = "2"
"""


def test_a_limit_of_output_that_is_not_known_is_asked_for(run: Run) -> None:
    """A model of a price file without a limit of output: the limit of money asks for --output."""
    Path("own.toml").write_text(OWN)
    write("r.jsonl", chat(model="own-model"))
    result = run("batch", "r.jsonl", "--prices", "own.toml", "--max-cost", "1")
    assert result.code == 2
    assert "--max-cost cannot be checked: the total is unpriced: the limit of output of own-model is not known" in (
        result.err
    )
    assert run("batch", "r.jsonl", "--prices", "own.toml", "--max-cost", "1", "--output", "10").code == 0
    told = run("batch", "r.jsonl", "--prices", "own.toml")
    assert told.code == 0
    assert (
        "note: the limit of output of own-model is not known, so the high cost is not: a limit in the req" in told.err
    )


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (
            ("--format", "xml"),
            "unknown format 'xml': choose table, json, jsonl, csv, markdown, github, gitlab, sarif or",
        ),
        (("--image-size", "big"), "--image-size 'big': not a size: write it as 1024x768"),
        (("--output-ratio", "half"), "--output-ratio 'half': neither a number, as 0.4, nor a file"),
        (("--split-mb", "-1"), "--split-mb '-1': an amount is 0 or more"),
        (("--output", "1", "--output-ratio", "1"), "use --output or --output-ratio, not both"),
    ],
)
def test_an_option_that_means_nothing_is_told(run: Run, options: tuple[str, ...], problem: str) -> None:
    """One line, exit 2, nothing counted."""
    result = run("batch", *options, stdin=json.dumps(chat()).encode())
    assert (result.code, result.out) == (2, "")
    assert problem in result.err
