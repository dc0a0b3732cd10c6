"""What a provider's cache may do to the cost of requests: marked, unasked, too short, at every rate."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Result, Run, document
from tokcost import estimate_request
from tokcost.pricing import Priced

DAY = "2026-11-25"
SHORT = {"type": "ephemeral"}
LONG = {"type": "ephemeral", "ttl": "1h"}
WORDS = "The crates arrived two days late and four of them were damaged. "
GPT = "gpt-5.6-sol"
# Of a model of one's own every token has a round rate: 10 read 1, written 12 or 20, half of it all in a batch.
BOOK = """\
[tokcost]
schema = 1
[acme."mine"]
encoding = "o200k_base"
standing = "exact"
context_window = 1000000
framing = "gpt-4"
caching = "{caching}"
cache_min = {least}
cache_step = 1
[[acme."mine".rates]]
from = 2026-01-01
input = "10"
cached = "1"
{writes}output = "0"
batch = {{ input = "5", output = "0" }}
"""
WRITES = 'cache_write = "12"\ncache_write_long = "20"\n'


def part(tokens: int, mark: object = None) -> dict[str, object]:
    """A text of so many tokens, with a mark of the cache."""
    return {"type": "text", "text": " a" * tokens, **({"cache_control": mark} if mark else {})}


def body(*messages: list[dict[str, object]], **more: object) -> dict[str, object]:
    """A chat body to the model of one's own; 3 tokens of framing, 4 a message."""
    return {"model": "mine", "messages": [{"role": "user", "content": parts} for parts in messages], **more}


def batch(run: Run, *bodies: object, args: tuple[str, ...] = (), book: str = "") -> Result:
    """The requests of a file, priced."""
    Path("r.jsonl").write_text("".join(json.dumps(each) + "\n" for each in bodies))
    if book:
        Path("mine.toml").write_text(book)
        args = (*args, "--prices", "mine.toml")
    return run("batch", "r.jsonl", "--as-of", DAY, "-f", "json", *args)


def costs(result: Result) -> list[tuple[str, str, str]]:
    """Of each request the least, likely and most it may cost, in a millionth of the currency."""
    keys = ("cost_low", "cost", "cost_high")
    return [
        tuple(f"{Decimal(row[key]) * 10**6:f}".rstrip("0").rstrip(".") for key in keys)  # type: ignore[misc]
        for row in document(result)["rows"]
    ]


def own(caching: str, least: int = 100, writes: str = WRITES) -> str:
    """A price file with the model of one's own."""
    return BOOK.format(caching=caching, least=least, writes=writes)


@pytest.mark.parametrize(
    ("caching", "bodies", "expected"),
    [
        # 257 tokens, 207 of them marked: read 207 x 1 + 50 x 10, written 207 x 12 + 500
        ("marked", [body([part(200, SHORT), part(50)])], [("707", "2984", "2984")]),
        # the first writes, the second reads
        ("marked", [body([part(200, SHORT), part(50)])] * 2, [("707", "2984", "2984"), ("707", "707", "2984")]),
        # 207 x 20 + 500
        ("marked", [body([part(200, LONG), part(50)])], [("707", "4640", "4640")]),
        # 207 x 20 + 50 x 12, or all 257 read
        ("marked", [body([part(200, LONG), part(50, SHORT)])], [("257", "4740", "4740")]),
        # what an earlier request wrote is read without a mark at its end: 207 x 1 + 54 x 12
        (
            "marked",
            [body([part(200, SHORT)]), body([part(200)], [part(50, SHORT)])],
            [("207", "2484", "2484"), ("261", "855", "3132")],
        ),
        # what nothing marks is not read, although it was written
        ("marked", [body([part(200, SHORT)]), body([part(200)])], [("207", "2484", "2484"), ("2070", "2070", "2070")]),
        # cached unasked: perhaps read, perhaps written, which may be billed
        ("free", [body([part(257 - 7)])], [("257", "2570", "2570")]),
        ("billed", [body([part(257 - 7)])], [("257", "2570", "3084")]),
        ("billed", [body([part(257 - 7)], prompt_cache_options={"mode": "explicit"})], [("2570", "2570", "2570")]),
        ("billed", [body([part(257 - 7)], prompt_cache_options={"ttl": "12h"})], [("257", "5140", "5140")]),
        # 99 tokens are too few for any cache
        ("marked", [body([part(92, SHORT)])], [("990", "990", "990")]),
        ("billed", [body([part(92)])], [("990", "990", "990")]),
    ],
)
def test_a_cost_reaches_from_what_is_read_to_what_is_written(
    run: Run, caching: str, bodies: list[dict[str, Any]], expected: list[tuple[str, str, str]]
) -> None:
    """At the low end all that may be read is read, at the high end all that may be written is; likely by the order."""
    result = batch(run, *({**each, "max_tokens": 1} for each in bodies), book=own(caching))
    assert (result.code, costs(result)) == (0, expected)


@pytest.mark.parametrize(
    ("writes", "mark", "mode", "expected", "says"),
    [
        ("", SHORT, "standard", ("707", "2570", "2570"), "mine has no standard rate for cache writes: they are priced"),
        # written at the other rate: 207 x 12 + 500
        (
            'cache_write = "12"\n', LONG, "standard", ("707", "2984", "2984"),
            "mine has no standard rate for long-lived cache writes: they are priced as the others",
        ),
        (WRITES, SHORT, "batch", ("1285", "1285", "1285"), "mine has no batch rate for cache reads and writes"),
    ],
)  # fmt: skip
def test_what_has_no_rate_of_its_own_is_plain_input(
    run: Run, writes: str, mark: object, mode: str, expected: tuple[str, str, str], says: str
) -> None:
    """A mode without cached rates has its plain ones, and it is said."""
    asked = body([part(200, mark), part(50)], max_tokens=1)
    result = batch(run, asked, args=("--mode", mode), book=own("marked", writes=writes))
    assert costs(result) == [expected]
    assert any(says in warning for warning in document(result)["warnings"])


def test_a_prefix_that_is_too_short_is_not_cached(run: Run) -> None:
    """It costs what it would without the mark, and a note says so."""
    result = batch(run, body([part(200, SHORT), part(50)], max_tokens=1), book=own("marked", least=300))
    assert costs(result) == [("2570", "2570", "2570")]
    says = "mine: fewer than 300 tokens, its minimum, are marked to be cached: they are not, and plain input"
    assert says in document(result)["warnings"]
    assert "caching" not in document(result)["details"]


def claude(**more: object) -> dict[str, object]:
    """A Messages body."""
    return {"model": "claude-sonnet-4-5", "max_tokens": 9, "messages": [{"role": "user", "content": "Hello"}], **more}


def converse(**more: object) -> dict[str, object]:
    """A line of Bedrock around a body of Converse."""
    return {"recordId": "r", "modelInput": {"messages": [{"role": "user", "content": [{"text": "Hello"}]}], **more}}


TEXT = WORDS * 120
BLOCK = {"type": "text", "text": TEXT, "cache_control": SHORT}
INVOKED = {key: value for key, value in claude(system=[BLOCK]).items() if key != "model"}
POINT = {"cachePoint": {"type": "default"}}
TOOL = {"name": "f", "description": TEXT, "input_schema": {"type": "object"}}
USE = {"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "f", "input": {}}]}


def said(*blocks: object) -> dict[str, object]:
    """A message of the user."""
    return {"role": "user", "content": list(blocks)}


@pytest.mark.parametrize(
    ("asked", "args"),
    [
        (claude(tools=[{**TOOL, "cache_control": SHORT}]), ()),
        (claude(system=[BLOCK]), ()),
        (claude(messages=[said(BLOCK, {"type": "text", "text": "Hello"})]), ()),
        (claude(messages=[said({"type": "text", "text": TEXT})], cache_control=SHORT), ()),
        (claude(messages=[said({**BLOCK, "cache_control": {"type": "ephemeral", "ttl": None}})]), ()),
        (
            claude(messages=[said({"type": "document", "source": {"type": "text", "media_type": "text/plain",
                                                                  "data": TEXT}, "cache_control": SHORT})]),
            (),
        ),
        (
            claude(tools=[{**TOOL, "description": "d"}],
                   messages=[said({"type": "text", "text": "Hello"}), USE,
                             said({"type": "tool_result", "tool_use_id": "t", "content": [BLOCK]})]),
            (),
        ),
        ({"custom_id": "a", "params": claude(system=[BLOCK])}, ("--mode", "batch")),
        ({"model": "anthropic/claude-sonnet-4.5", "messages": [{"role": "system", "content": [BLOCK]}, said(BLOCK)]},
         ("--output", "9")),
        (converse(system=[{"text": TEXT}, POINT]), ("-m", "anthropic.claude-sonnet-4-5-20250929-v1:0")),
        (converse(system=[{"text": TEXT}], messages=[{"role": "user", "content": [POINT, {"text": "Hello"}]}]),
         ("-m", "anthropic.claude-sonnet-4-5-20250929-v1:0")),
        (converse(toolConfig={"tools": [{"toolSpec": {"name": "f", "description": TEXT, "inputSchema": {"json": {}}}},
                                        POINT]}), ("-m", "anthropic.claude-sonnet-4-5-20250929-v1:0")),
        ({"recordId": "r", "modelInput": {**INVOKED, "anthropic_version": "bedrock-2023-05-31"}},
         ("-m", "anthropic.claude-sonnet-4-5-20250929-v1:0")),
        (
            {"model": GPT, "instructions": "Hello", "prompt_cache_options": {"mode": "explicit"},
             "input": [said({"type": "input_text", "text": TEXT, "prompt_cache_breakpoint": {"mode": "explicit"}})]},
            (),
        ),
        (
            {"model": GPT, "prompt_cache_options": {"mode": "explicit"},
             "messages": [said({"type": "text", "text": TEXT, "prompt_cache_breakpoint": {"mode": "explicit"}})]},
            (),
        ),
    ],
)  # fmt: skip
def test_marks_are_found_wherever_they_may_stand(run: Run, asked: dict[str, Any], args: tuple[str, ...]) -> None:
    """In every provider's body; of two alike the first is written, the second read."""
    other = (
        {**asked, "custom_id": "b"}
        if "custom_id" in asked
        else {**asked, "recordId": "q"}
        if "recordId" in asked
        else asked
    )
    result = batch(run, asked, other, args=args)
    assert result.code == 0, result.err
    found = document(result)
    (line,) = found["details"]["caching"]
    assert 0 < line["marked"] == line["read"] * 2 == line["written"] * 2
    assert line["marked"] > 0.9 * found["totals"]["input_tokens"]
    first, second = found["rows"]
    assert Decimal(second["cost"]) * 5 < Decimal(first["cost"])


def test_the_ends_hold_a_prefix_of_unknown_length(run: Run) -> None:
    """A picture whose size nobody knows is written for an hour, the words after it are not marked and known."""
    picture = {"type": "image", "source": {"type": "url", "url": "https://a.example/one.png"}, "cache_control": LONG}
    words = {"type": "text", "text": TEXT}
    (whole,) = document(batch(run, claude(messages=[said(picture, words)])))["rows"]
    (after,) = document(batch(run, claude(messages=[said(words)])))["rows"]
    low, high = (whole[f"input_tokens_{end}"] - after["input_tokens"] for end in ("low", "high"))
    # 3 a million, 6 written and 0.3 read, 15 for the 9 tokens of the answer; the margin of the count is 4 tokens
    rest = after["input_tokens"] * 3
    assert Decimal(whole["cost_high"]) * 10**6 >= high * 6 + rest + 9 * 15 - 30
    assert Decimal(whole["cost_low"]) * 10**6 <= low * Decimal("0.3") + rest + 30


@pytest.mark.parametrize(
    ("model", "unasked"),
    [
        ("claude-haiku-4-5", False),
        ("bedrock/anthropic.claude-haiku-4-5-20251001-v1:0", False),
        ("vertex/claude-haiku-4-5", False),
        ("azure/claude-haiku-4-5", False),
        ("openrouter/anthropic/claude-haiku-4.5", False),
        ("google/gemini-2.0-flash", False),
        ("google/gemini-2.5-flash", True),
        ("openai/gpt-4o", True),
        ("azure/gpt-5.6-sol", True),
        ("deepseek/deepseek-chat", True),
    ],
)
def test_who_caches_what_nobody_marks(run: Run, model: str, unasked: bool) -> None:
    """No seller of a Claude does; who does has the rate of what is read at the low end of every long prompt."""
    words = WORDS * 400
    asked = {"messages": [{"role": "user", "content": words}], "max_tokens": 1}
    if "gemini" in model:
        asked = {"contents": [{"parts": [{"text": words}]}], "generationConfig": {"maxOutputTokens": 1}}
    (row,) = document(batch(run, asked, args=("-m", model)))["rows"]
    low, likely = (Decimal(row[key]) for key in ("cost_low", "cost"))
    assert (low < likely * Decimal("0.6")) is unasked


def test_another_picture_is_another_prefix(run: Run) -> None:
    """Two pictures of one size are told apart by what was sent; the same one again is read."""
    pictures = [
        {"type": "image", "source": {"type": "url", "url": f"https://a.example/{name}.png"}, "cache_control": SHORT}
        for name in ("one", "two", "one")
    ]
    words = {"type": "text", "text": TEXT}
    result = batch(run, *(claude(messages=[said(picture, words, BLOCK)]) for picture in pictures))
    first, second, third = (Decimal(row["cost"]) for row in document(result)["rows"])
    assert first == second > 5 * third


def test_a_mark_that_the_provider_does_not_know_is_none(run: Run) -> None:
    """OpenAI caches unasked, and knows no cache_control: its likely cost is plain."""
    asked = body([part(200, SHORT), part(50)], max_tokens=1)
    result = batch(run, asked, asked, book=own("billed"))
    assert [each[1] for each in costs(result)] == ["2570", "2570"]
    assert "caching" not in document(result)["details"]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (claude(system=[BLOCK] * 5), "5 marks of the cache (cache_control): 4 are the most"),
        (claude(system=[BLOCK] * 4, cache_control=SHORT), "5 marks of the cache (cache_control): 4 are the most"),
        (claude(system=[BLOCK], messages=[said({**BLOCK, "cache_control": LONG})]), "ttl '1h' stands after"),
        (claude(system=[{**BLOCK, "cache_control": {"type": "ephemeral", "ttl": "2h"}}]),
         "system[0].cache_control.ttl is '2h': it must be '5m' or '1h'"),
        (claude(tools=[{**TOOL, "cache_control": {"type": "persistent"}}]),
         "tools[0].cache_control.type is 'persistent': it must be 'ephemeral'"),
        (claude(messages=[said(BLOCK)], cache_control=LONG), "has another ttl than the last block: write the same"),
        (converse(system=[{"text": TEXT}, POINT] * 5), "5 marks of the cache"),
    ],
)  # fmt: skip
def test_marks_that_are_refused(run: Run, asked: dict[str, Any], says: str) -> None:
    """Too many, out of order, of another life: told by line, and the request is priced."""
    args = ("-m", "anthropic.claude-sonnet-4-5-20250929-v1:0") if "recordId" in asked else ()
    result = batch(run, asked, args=args)
    (row,) = document(result)["rows"]
    assert result.code == 2
    assert says in row["problem"]
    assert row["cost"] is not None


def test_as_many_marks_as_are_taken(run: Run) -> None:
    """Four, the longer-lived first, one of them at the end twice."""
    asked = claude(system=[{**BLOCK, "cache_control": LONG}, BLOCK], messages=[said(BLOCK, BLOCK)], cache_control=SHORT)
    assert batch(run, asked).code == 0


def test_what_caching_saves_is_said_of_what_is_not_marked(run: Run) -> None:
    """Nothing of what is marked, less than nothing never; what is cached unasked is no advice."""
    plain = [body([part(200)], [part(n)], max_tokens=1) for n in (1, 2, 3)]
    marked = [body([part(200, SHORT)], [part(n)], max_tokens=1) for n in (1, 2, 3)]
    Path("r.jsonl").write_text("".join(json.dumps(each) + "\n" for each in plain))
    Path("m.jsonl").write_text("".join(json.dumps(each) + "\n" for each in marked))
    Path("mine.toml").write_text(own("marked"))
    args = ("--as-of", DAY, "--prices", "mine.toml")
    # twice 207 tokens at 1 for 10, written once at 12: 414 x 9 - 207 x 2 = 3,312
    said_of_plain = "mine: 414 input tokens repeat the beginning of earlier requests, caching saves about $0.003312\n"
    assert said_of_plain in run("batch", "r.jsonl", *args).out
    out = run("batch", "m.jsonl", *args).out
    assert "repeat the beginning" not in out
    assert "mine: 621 input tokens are marked to be cached, likely 414 of them read and 207 written\n" in out
    Path("m.jsonl").write_text(json.dumps(body([part(200, SHORT)], [part(5)], max_tokens=1)) + "\n")
    assert (
        "207 input tokens are marked to be cached, likely all of them written\n" in run("batch", "m.jsonl", *args).out
    )
    twice = Path("m.jsonl").read_text() * 2  # the same question of 9 tokens is not worth a mark of its own
    Path("m.jsonl").write_text(twice)
    assert "repeat the beginning" not in run("batch", "m.jsonl", *args).out
    Path("m.jsonl").write_text(twice.replace('"text": "', '"text": "a b c d e f g h i j k l m n o p '))
    assert "more input tokens repeat the beginning" in run("batch", "m.jsonl", *args).out
    Path("mine.toml").write_text(own("marked", writes='cache_write = "90"\n'))
    assert "mine: 414 input tokens repeat the beginning of earlier requests\n" in run("batch", "r.jsonl", *args).out
    Path("mine.toml").write_text(own("free"))
    assert "earlier requests: cached unasked, which may save $0.003726\n" in run("batch", "r.jsonl", *args).out


def test_a_gate_holds_what_is_written(run: Run) -> None:
    """207 x 12 + 500 = 2,984 millionths may be due: more than 2,983 are, and the plain price of 2,570 is not enough."""
    asked = body([part(200, SHORT), part(50)], max_tokens=1)
    codes = [
        batch(run, asked, args=("--max-cost", limit), book=own("marked")).code for limit in ("0.002984", "0.002983")
    ]
    assert codes == [0, 1]


def test_every_door_has_the_same_cost(run: Run) -> None:
    """Batch, a budget at its ceiling and the library."""
    asked = claude(system=[BLOCK])
    (of_batch,) = document(batch(run, asked, args=("--output", "9")))["rows"]
    Path("tokcost.toml").write_text(
        '[[budget]]\nname = "b"\npaths = ["r.jsonl"]\nmodel = "claude-sonnet-4-5"\ngate = "ceiling"\n'
        'max-cost = "1"\noutput-tokens = 9\n'
    )
    (of_check,) = document(run("check", "--as-of", DAY, "-f", "json"))["rows"]
    of_library = estimate_request(asked, output_tokens=9, as_of=DAY).cost
    keys = ("cost_low", "cost", "cost_high")
    assert isinstance(of_library, Priced)
    assert Decimal(of_check["cost_high"]) == Decimal(of_batch["cost_high"]) == of_library.high
    assert Decimal(of_batch["cost"]) == of_library.likely
    assert [of_check[key] for key in keys[1:]] == [of_batch[key] for key in keys[1:]]


def test_a_stored_cache_may_hold_as_much_as_the_model_takes(run: Run) -> None:
    """Gemini bills what cachedContent holds: the range is open to the limit of input, and a gate is not passed."""
    asked = {"cachedContent": "cachedContents/a", "contents": [{"role": "user", "parts": [{"text": "Hello"}]}]}
    result = batch(run, asked, args=("-m", "gemini-2.5-flash", "--max-tokens", "1000"))
    (row,) = document(result)["rows"]
    assert (result.code, row["input_tokens_high"], row["standing"]) == (1, 1_048_576, "estimate")
    assert "cachedContent is billed too" in row["note"]
