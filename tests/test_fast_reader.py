"""The fast path through logs finds what the full parser finds."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokcost.catalog import PriceBook
from tokcost.currency import Exchange
from tokcost.errors import Problem
from tokcost.logs.entry import Entry
from tokcost.logs.read import Reader
from tokcost.metering.fast_reader import FastReader
from tokcost.metering.ledger import Ledger
from tokcost.metering.meter import Meter

BOOK = PriceBook.load()
DAY = date(2026, 11, 24)


Outcome = tuple[Any, list[Problem], int]


def added(
    paths: list[Path], by: list[str] | None, fast: bool, unique: bool = False, rate: Decimal | None = None
) -> Outcome:
    """The figures of every group, the problems, and how many entries the full parser made."""
    ledger = Ledger(Meter(BOOK, DAY, provider="openai", rate=rate), Exchange(), by, top=3, unique=unique)
    read, problems = 0, []
    reader = FastReader(ledger) if fast else Reader()
    for each in reader.read([str(path) for path in paths]):
        if isinstance(each, Entry):
            ledger.add(each)
            read += 1
        else:
            problems.append(each)
    figures = [
        (
            *(key, group.requests, group.failed, group.tokens, group.likely),
            *(group.low, group.high, group.charged, group.unpriced, group.reasons),
        )
        for key, group in ledger.groups().items()
    ]
    top = [(each.cost, each.entry.where) for each in ledger.most_expensive()]
    said = (ledger.repeats.number, ledger.collapsed, ledger.meter.undated, reader.shapes.told.sentences())
    return (figures, top, *said), problems, read


TIMES = (1783500000, "2026-11-23T04:00:00Z", "2026-11-23T04:61:00Z", 0, None)


def chat_usage(draw: Any) -> dict[str, Any]:
    given = draw(st.integers(0, 300_000))
    output = draw(st.integers(0, 5000))
    inside = st.fixed_dictionaries(
        {},
        optional={
            "cached_tokens": st.integers(0, 300_000) | st.none(),
            "cache_write_tokens": st.integers(-1, 1000),
            "audio_tokens": st.sampled_from([0, 0, 7]),
            "novel_tokens": st.just(0),
        },
    )
    return {
        "prompt_tokens": given,
        "completion_tokens": output,
        "total_tokens": given + output + draw(st.sampled_from([0, 0, 5])),
        "prompt_tokens_details": draw(inside),
        "completion_tokens_details": {"reasoning_tokens": draw(st.sampled_from([0, 0, 5]))},
    }


def gemini_usage(draw: Any) -> dict[str, Any]:
    kinds = st.sampled_from(["TEXT", "TEXT", "VIDEO", "AUDIO"])
    return {
        "promptTokenCount": draw(st.integers(100, 300_000)),
        "cachedContentTokenCount": draw(st.integers(0, 200)),
        "thoughtsTokenCount": draw(st.integers(0, 50)),
        "promptTokensDetails": [{"modality": draw(kinds), "tokenCount": 100}],
        **draw(st.fixed_dictionaries({}, optional={"trafficType": st.sampled_from(["ON_DEMAND", "ON_DEMAND_FLEX"])})),
    }


def anthropic_usage(draw: Any) -> dict[str, Any]:
    short, long = draw(st.integers(0, 900)), draw(st.integers(0, 900))
    return {
        "input_tokens": draw(st.integers(0, 9000)),
        "output_tokens": draw(st.integers(0, 9000)),
        "cache_read_input_tokens": draw(st.integers(0, 120_000)),
        "cache_creation_input_tokens": short + long,
        "cache_creation": {"ephemeral_5m_input_tokens": short, "ephemeral_1h_input_tokens": long},
        "inference_geo": draw(st.sampled_from(["us", "global", None])),
        "speed": draw(st.sampled_from(["standard", "standard", "fast"])),
        "service_tier": draw(st.sampled_from(["standard", "batch"])),
        "server_tool_use": {"web_search_requests": draw(st.sampled_from([0, 0, 3]))},
    }


@st.composite
def log_lines(draw: Any) -> list[Any]:
    """Lines of one log: mostly of one shape, with much that is out of the ordinary."""
    made = []
    shapes = ["flat", "inside", "openai batch", "anthropic", "anthropic batch", "gemini", "beside"]
    mixed = draw(st.lists(st.sampled_from(shapes), min_size=1, max_size=2))
    for number in range(draw(st.integers(1, 12))):
        shape = draw(st.sampled_from(mixed))
        if shape == "gemini":
            body: dict[str, Any] = {
                "modelVersion": draw(st.sampled_from(["gemini-2.5-flash", "gemini-2.5-pro"])),
                "responseId": str(number),
                "usageMetadata": gemini_usage(draw),
            }
        elif shape.startswith("anthropic"):
            body = {
                "id": f"msg_{number}",
                "type": "message",
                "model": draw(st.sampled_from(["claude-sonnet-5-5", "claude-haiku-5-5", "claude-none-1"])),
                "usage": anthropic_usage(draw),
            }
        else:
            body = {
                "id": f"chatcmpl-{number}",
                "object": draw(st.sampled_from(["chat.completion", "chat.completion", "text_completion"])),
                "created": draw(st.sampled_from([1795392000, 1795391999, *TIMES])),
                "model": draw(st.sampled_from(["gpt-5.4", "gpt-5.6-terra", "deepseek-v4-pro", "gpt-99-nova"])),
                "usage": chat_usage(draw),
                "service_tier": draw(st.sampled_from(["default", "flex", "scale", None])),
            }
        words = st.fixed_dictionaries(
            {},
            optional={
                "client": st.sampled_from(["a", "b", None, ""]),
                "api_key": st.sampled_from(["sk-aaaaaaaaaaaa", "sk-bbbbbbbbbbbb", None]),
                "project": st.sampled_from(["p", None]),
                "cost": st.sampled_from([None, 0.25]),
                "metadata": st.sampled_from([{}, {"client": "c"}, {"run": 1}, "x", None]),
                "request": st.sampled_from([{"model": "m"}, {"headers": {"Authorization": "Bearer sk-cccccccccccc"}}]),
                "timestamp": st.sampled_from(
                    ["2026-11-22T23:59:59Z", "2026-11-22T23:59:59+09:00", "2026-11-22 23:59:59", 1795300000123]
                ),
                "surprise": st.sampled_from([1, {"a": [1]}]),
            },
        )
        line: Any = {**body, **draw(words)}
        if shape == "beside":
            counts = draw(
                st.sampled_from([{"prompt_tokens": 9, "cached_tokens": 4}, {"input_tokens": 9, "output_tokens": 5}])
            )
            line = {"model": draw(st.sampled_from(["gpt-5.4", "claude-opus-5-5"])), **counts, **draw(words)}
        elif shape == "inside":
            line = {**draw(words), "response": body}
        elif shape == "openai batch":
            status = draw(st.sampled_from([200, 200, 200, 400]))
            line = {
                "id": "b",
                "custom_id": f"r{number}",
                "response": {"status_code": status, "body": body},
                "error": None,
            }
        elif shape == "anthropic batch":
            result = draw(st.sampled_from(["succeeded", "succeeded", "errored"]))
            line = {"custom_id": f"r{number}", "result": {"type": result, "message": body}}
        made.append(line)
    return made


GROUPINGS = [None, ["model"], ["day", "client"], ["key", "mode", "project"], ["month", "hour"], ["file", "hour"]]


@settings(deadline=None, max_examples=200)
@given(
    log_lines(), st.sampled_from(GROUPINGS), st.booleans(), st.sampled_from([None, None, Decimal("2.5"), Decimal(0)])
)
def test_the_fast_path_finds_what_the_full_parser_finds(
    tmp_path_factory: Any, lines: list[Any], by: list[str] | None, unique: bool, rate: Decimal | None
) -> None:
    """Groups in their order, most expensive requests, repeats and problems are alike, whatever the lines hold."""
    path = tmp_path_factory.mktemp("log") / "log.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines * 2))
    fast, full = added([path], by, True, unique, rate), added([path], by, False, unique, rate)
    assert fast[:2] == full[:2]


def iteration(kind: str, usage: dict[str, Any]) -> dict[str, Any]:
    names = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
    more = {"model": "claude-haiku-5-5"} if kind == "advisor_message" else {}
    return {"type": kind, **{name: usage[name] for name in names}, **more}


def session_usage(draw: Any) -> dict[str, Any]:
    usage: dict[str, Any] = anthropic_usage(draw)
    usage["output_tokens"] = draw(st.sampled_from([1, 1, 5, 900, -1]))
    more = st.fixed_dictionaries(
        {},
        optional={
            "iterations": st.sampled_from(
                [
                    *(None, [], [None], [{"type": "message", "input_tokens": 9, "output_tokens": 9}]),
                    [iteration("message", usage), {"type": "compaction", "input_tokens": 900, "output_tokens": 40}],
                    [iteration("advisor_message", usage), iteration("message", usage)],
                    [iteration("message", usage)],
                ]
            ),
            "output_tokens_details": st.sampled_from([None, {"thinking_tokens": 1}, {"thinking_tokens": 50}]),
            "cache_creation_input_tokens": st.sampled_from([0, 10**16, 70]),
            "surprise": st.just(1),
        },
    )
    return {**usage, **draw(more)}


def session_line(draw: Any, kind: str, line: dict[str, Any], message: dict[str, Any], use: str) -> dict[str, Any]:
    """A line of a session as one of another kind."""
    if kind == "user":
        content = draw(st.sampled_from(["go", None, [{"type": "tool_result"}]]))
        line |= {
            "type": "user",
            "message": {"role": "user", "content": content},
            "toolUseResult": {"usage": message["usage"]},
        }
        line |= draw(st.sampled_from([{}, {"usage": message["usage"]}, {"message": {"usage": message["usage"]}}]))
    elif kind == "progress":
        line |= {"type": "progress", "message": draw(st.sampled_from(["text", 5, None])), "data": message}
    elif kind == "copy":
        copy = {"type": "assistant", "requestId": "req_2", "uuid": "v", "message": message}
        line |= {"type": "progress", "message": None, "data": {"type": "agent_progress", "message": copy}}
    elif kind == "answer":
        result = {"query": "q", "results": [], "searchCount": draw(st.sampled_from([None, 0, 3, -1]))}
        if draw(st.booleans()):
            result = {"agentId": "x", "totalTokens": 9, "usage": message["usage"]}
        line |= {"type": "user", "toolUseResult": result}
        line["message"] = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": use}]}
    elif kind == "silent":
        message["usage"] = draw(st.sampled_from([None, 7]))
    elif kind == "printed":
        line["session_id"] = "s"
    elif kind == "summary":
        line = {"type": "summary", "summary": "x", "leafUuid": None}
    elif kind == "unowned":
        del line["sessionId"], line["uuid"]
    elif kind == "plain":
        line = {"model": "gpt-5.4", "id": "msg_1", "usage": {"input_tokens": 9, "output_tokens": 5}}
    return line


@st.composite
def session_lines(draw: Any) -> list[bytes]:
    """Lines of a session: few messages, each in several lines and requests, with all that stands between them."""
    made: list[bytes] = []
    for _ in range(draw(st.integers(1, 14))):
        line: dict[str, Any] = {"sessionId": "s", "uuid": "u", "isSidechain": draw(st.booleans())}
        others = ["user", "progress", "copy", "answer", "summary", "unowned", "broken", "plain", "silent", "printed"]
        kind = draw(st.sampled_from(["assistant"] * 9 + others))
        usage = session_usage(draw)
        message = {
            "id": draw(st.sampled_from(["msg_1", "msg_1", "msg_2", "msg_3", "", None, 7])),
            "model": draw(
                st.sampled_from(["claude-opus-5-5", "claude-haiku-5-5", "claude-none-1", "<synthetic>", None])
            ),
            "content": [{"type": "text", "text": draw(st.sampled_from(["a", "µ", "\ud800", '"usage": {}']))}],
            "usage": usage,
            **draw(st.fixed_dictionaries({}, optional={"stop_reason": st.sampled_from([None, None, "end_turn"])})),
        }
        use = {"type": "tool_use", "name": "WebSearch", "id": draw(st.sampled_from(["t1", "t2"]))}
        if draw(st.sampled_from([False] * 5 + [True])):
            message["content"].append(use)
        words = st.fixed_dictionaries(
            {},
            optional={
                "requestId": st.sampled_from(["req_1", "req_1", "req_2", None, 5]),
                "cwd": st.sampled_from(["/home/u/a", "/home/u/b", "", None, 7, ["x"]]),
                "timestamp": st.sampled_from(
                    [
                        *("2026-11-22T23:59:59.999Z", "2026-11-23T00:00:00z", "2026-11-23T04:00:00+09:00", "noon"),
                        *("2026-11-22T25:00:00Z", "2026-11-22T23:99:00Z", "0001-01-01T00:00:00+09:00", 1, None),
                    ]
                ),
                "costUSD": st.sampled_from([None, None, 0.25, "x"]),
                "type": st.sampled_from(["assistant", "assistant", "system", 5]),
            },
        )
        line |= {"type": "assistant", "message": message, **draw(words)}
        line = session_line(draw, kind, line, message, use["id"])
        raw = json.dumps(line).encode()
        if kind == "broken":
            raw = draw(st.sampled_from([raw[:-1], raw.replace(b'"text"', b'"\xff"'), b"", b"\r", b"data: " + raw]))
        made += [raw] * draw(st.sampled_from([1, 1, 2]))
    return made


@settings(deadline=None, max_examples=150)
@given(
    st.lists(session_lines(), min_size=1, max_size=3),
    st.sampled_from(GROUPINGS),
    st.booleans(),
    st.sampled_from([None, None, Decimal("2.5")]),
)
def test_sessions_on_the_fast_path_are_those_of_the_full_parser(
    tmp_path_factory: Any, files: list[list[bytes]], by: list[str] | None, unique: bool, rate: Decimal | None
) -> None:
    """Messages in several lines, requests and files add up alike: partial, growing, resumed, replayed, broken."""
    folder = tmp_path_factory.mktemp("sessions")
    paths = [folder / f"{at}.jsonl" for at in range(len(files) + 1)]
    for path, lines in zip(paths, [*files, files[0]], strict=True):
        path.write_bytes(b'{"type": "user", "uuid": "u"}\n' * 2 + b"\n".join(lines) + b"\n")
    fast, full = added(paths, by, True, unique, rate), added(paths, by, False, unique, rate)
    assert fast[:2] == full[:2]


@pytest.mark.parametrize("shape", ["flat", "inside", "openai batch", "anthropic batch"])
def test_similar_lines_take_the_fast_path(tmp_path: Path, shape: str) -> None:
    """Of a thousand lines of one shape, the full parser reads only the most expensive and the first."""
    usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
    body: dict[str, Any] = {"object": "chat.completion", "created": 1795392000, "model": "gpt-5.4", "usage": usage}
    line: dict[str, Any] = {**body, "client": "a", "api_key": "sk-aaaaaaaaaaaa"}
    if shape == "inside":
        line = {"timestamp": "2026-11-22T10:00:00Z", "user": "a", "response": body}
    elif shape == "openai batch":
        response = {"status_code": 200, "request_id": "x", "body": body}
        line = {"id": "b", "custom_id": "r", "response": response, "error": None}
    elif shape == "anthropic batch":
        message = {
            "type": "message",
            "model": "claude-sonnet-5-5",
            "usage": {"input_tokens": 100, "output_tokens": 10, "cache_read_input_tokens": 0, "service_tier": "batch"},
        }
        line = {"custom_id": "r", "result": {"type": "succeeded", "message": message}}
    path = tmp_path / "log.jsonl"
    path.write_text((json.dumps(line) + "\n") * 1000)
    (figures, *_), problems, read = added([path], None, True)
    assert not problems
    assert sum(group[1] for group in figures) == 1000
    assert read <= 30
    # 100 x 2.5 + 10 x 15 (batch: half); Anthropic 100 x 1 + 10 x 5, per million and a thousand times
    each = {"flat": "0.4", "inside": "0.4", "openai batch": "0.2", "anthropic batch": "0.15"}[shape]
    assert [group[4] for group in figures] == [Decimal(each)]
