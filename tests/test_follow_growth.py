"""``usage --follow`` step by step: what is printed as logs of every form grow, and what is not printed twice.

Nobody waits here: a step of the test stands where the command would sleep, and its clock runs by itself.
"""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Callable
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.conftest import Result, Run
from tokcost.cli.waiting import Waiting

Step = Callable[[], object]
Follow = Callable[..., Result]


@pytest.fixture
def follow(run: Run, monkeypatch: pytest.MonkeyPatch) -> Follow:
    """Follow files; between two looks a step, and at last nobody reads on."""

    def followed(*argv: object, steps: list[Step]) -> Result:
        todo = iter(steps)

        def wait(waiting: Waiting, stdin: object = None) -> bool:
            step = next(todo, None)
            waiting.abandoned = step is None
            if step is not None:
                step()
            return False

        clock = count()
        with monkeypatch.context() as patched:
            patched.setattr("tokcost.cli.follow.time", SimpleNamespace(monotonic=lambda: next(clock) / 10))
            patched.setattr(Waiting, "wait", wait)
            return run("usage", "--follow", "--every", "0.05", *argv)

    return followed


def line(**fields: Any) -> str:
    """A line of JSON."""
    return json.dumps(fields) + "\n"


def add(path: Path, text: str) -> Step:
    """A step in which a log grows."""

    def grow() -> None:
        with path.open("a") as log:
            log.write(text)

    return grow


def quiet() -> None:
    """A step in which nothing happens."""


def sums(result: Result) -> list[tuple[str, str, str]]:
    """Requests, input and output of every line that was printed."""
    return re.findall(r"([\d,]+) requests?  ([\d,]+) in  ([\d,]+) out", result.out)


def openai(given: int, output: int, **fields: Any) -> str:
    return line(model="gpt-5.4", usage={"prompt_tokens": given, "completion_tokens": output}, **fields)


def claude(message: str, output: int) -> str:
    usage = {"input_tokens": 10, "output_tokens": output}
    body = {"id": message, "type": "message", "role": "assistant", "model": "claude-opus-4-6", "usage": usage}
    return line(type="assistant", uuid="u", sessionId="s", requestId="r", message={**body, "stop_reason": "end_turn"})


def codex(kind: str, **payload: Any) -> str:
    return line(timestamp="2026-06-21T10:00:00.000Z", type=kind, payload=payload)


def running(so_far: int, last: int) -> str:
    """Codex's running counts: ``last`` of ``so_far``."""
    total, own = ({"input_tokens": n, "output_tokens": n} for n in (so_far, last))
    return codex("event_msg", type="token_count", info={"total_token_usage": total, "last_token_usage": own})


def started(kind: str, **usage: int) -> str:
    return line(type=kind, message={"id": "m", "type": "message", "model": "claude-opus-4-6", "usage": usage})


def chunk(output: int, **fields: Any) -> str:
    usage = {"prompt_tokens": 7, "completion_tokens": output}
    return line(id="c", object="chat.completion.chunk", model="gpt-5.4", choices=[{"delta": {}}], usage=usage, **fields)


def answer(status: str, **usage: int) -> str:
    body = {"id": "r", "object": "response", "model": "gpt-5.4", "status": status, "usage": usage or None}
    return line(type=f"response.{status}", response=body)


def gemini(output: int, **candidate: str) -> str:
    usage = {"promptTokenCount": 7, "candidatesTokenCount": output, "totalTokenCount": 7 + output}
    return line(responseId="g", modelVersion="gemini-2.5-pro", candidates=[candidate], usageMetadata=usage)


def span(own: str, above: str, what: str, given: int) -> str:
    held = {"gen_ai.operation.name": what, "gen_ai.response.model": "gpt-5.4", "gen_ai.usage.input_tokens": given}
    return line(traceId="t", spanId=own, parentSpanId=above, attributes={**held, "gen_ai.usage.output_tokens": 1})


BLOCK = "[API USAGE LOG] 2025-07-16 21:12:04 UTC\nCLIENT: a\nMODEL: gpt-4o\nINPUT: 1,000 tokens\nOUTPUT: 10 tokens\n"
GROWTH = {
    "lines, one of them in halves": (
        [openai(5, 1) + openai(5, 1)[:30], openai(5, 1)[30:], openai(5, 1)],
        ["1 5 1", "2 10 2", "3 15 3"],
    ),
    "a message of a session that grows": (
        [claude("a", 4), claude("a", 9), claude("b", 1)],
        ["1 10 4", "1 10 9", "2 20 10"],
    ),
    "running counts": (
        [codex("session_meta", id="s") + codex("turn_context", model="gpt-5.5") + running(9, 9), running(15, 6)],
        ["1 9 9", "2 15 15"],
    ),
    "blocks, one of them in halves": (
        [BLOCK, BLOCK[:45], BLOCK[45:-18], BLOCK[-18:]],
        ["1 1,000 10", "2 2,000 10", "2 2,000 20"],
    ),
    "chunks that tell what there is so far": ([chunk(1), chunk(5), chunk(8)], ["1 7 1", "1 7 5", "1 7 8"]),
    "a message that is streamed": (
        [started("message_start", input_tokens=7), line(type="message_delta", usage={"output_tokens": 8}),
         line(type="message_stop")],
        ["1 7 8"],
    ),
    "an answer that is streamed": (
        [answer("created"), answer("in_progress", input_tokens=7, output_tokens=2),
         answer("completed", input_tokens=7, output_tokens=8)],
        ["1 7 2", "1 7 8"],
    ),
    "chunks of Gemini": ([gemini(1), gemini(5), gemini(8, finishReason="STOP")], ["1 7 1", "1 7 5", "1 7 8"]),
    "an agent, and then a call below it": (
        [span("a", "", "invoke_agent", 7), span("b", "a", "chat", 7), span("c", "", "chat", 3)],
        ["1 7 1", "2 10 2"],
    ),
    "an agent below another": (
        [span("b", "a", "invoke_agent", 7), span("a", "", "invoke_agent", 7), span("c", "", "chat", 3)],
        ["1 7 1", "2 10 2"],
    ),
    "server-sent events": (
        ["event: x\n", "data: " + chunk(1), "\n", "data: " + chunk(8), "data: [DONE]\n"],
        ["1 7 1", "1 7 8"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("parts", "told"), GROWTH.values(), ids=GROWTH.keys())
def test_what_is_held_back_is_told_once_the_log_is_quiet(
    follow: Follow, tmp_path: Path, parts: list[str], told: list[str]
) -> None:
    """Each sum is printed as soon as it is known, and no line twice; what grows counts with what it has more."""
    log = tmp_path / "s.log"
    log.write_text("")
    result = follow(log, steps=[step for part in parts for step in (add(log, part), quiet)])
    assert ([" ".join(each) for each in sums(result)], "problem" in result.err, result.code) == (told, False, 0)


def test_sessions_that_grow_in_turns_keep_their_models(follow: Follow, tmp_path: Path) -> None:
    """What a Codex session said of itself holds for its own lines, whichever session was read in between."""
    a, b = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    a.write_text(codex("session_meta", id="a") + codex("turn_context", model="gpt-5.5") + running(9, 9))
    b.write_text(codex("session_meta", id="b") + codex("turn_context", model="gpt-5.4") + running(4, 4))
    steps = [add(a, running(14, 5)), add(b, running(6, 2)), quiet, add(a, running(15, 1))]
    result = follow(tmp_path, "--by", "model", "-f", "json", steps=steps)
    rows = {row["name"]: (row["requests"], row["input_tokens"]) for row in json.loads(result.out)["rows"]}
    assert (result.code, rows) == (0, {"gpt-5.5": (3, 15), "gpt-5.4": (2, 6)})


def test_a_session_whose_log_is_rotated_begins_anew(follow: Follow, tmp_path: Path) -> None:
    """Its late lines are its own; the log in its place has a session of its own."""
    log = tmp_path / "s.jsonl"
    begin = codex("session_meta", id="a") + codex("turn_context", model="gpt-5.5")
    log.write_text(begin + running(9, 9))

    def rotate() -> None:
        add(log, running(10, 1))()
        log.rename(tmp_path / "s.jsonl.1")
        log.write_text(begin.replace('"a"', '"b"') + running(4, 4))

    result = follow(log, steps=[quiet, rotate])
    assert (result.code, " ".join(sums(result)[-1])) == (0, "3 14 14")


TABLE = "model,input_tokens,output_tokens\ngpt-4o,5,1\n"
PRETTY = json.dumps({"model": "gpt-4o", "usage": {"prompt_tokens": 1, "completion_tokens": 1}}, indent=1)
REFUSED = {
    "x.csv": (TABLE.encode(), "a table"),
    "table.log": (TABLE.encode(), "a table"),
    "tabs.log": (TABLE.replace(",", "\t").encode(), "a table"),
    "pretty.jsonl": (PRETTY.encode(), "a JSON document"),
    "list.json": (f"[\n{PRETTY},\n{PRETTY}\n]".encode(), "a JSON document"),
    "x.jsonl.gz": (gzip.compress(openai(1, 1).encode()), "packed"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_grow_by_lines_is_refused_in_one_line(
    follow: Follow, run: Run, tmp_path: Path, name: str
) -> None:
    """Named or piped in, exit 2; in a folder it is left out, told, and no limit is kept without it."""
    content, what = REFUSED[name]
    (tmp_path / "logs").mkdir()
    path = tmp_path / "logs" / name
    path.write_bytes(content)
    why = f"{what}, which cannot be followed: leave --follow out"
    assert follow(path, steps=[]) == (2, "", f"tokcost: error: {path}: {why}\n")
    assert run("usage", "--follow", "-", stdin=content) == (2, "", f"tokcost: error: stdin: {why}\n")
    (tmp_path / "logs" / "a.jsonl").write_text(openai(1000, 1))
    result = follow(path.parent, steps=[])
    assert (result.code, " ".join(sums(result)[-1])) == (0, "1 1,000 1")
    assert f"note: {path}: skipped: {why}" in result.err
    result = follow(path.parent, "--max-cost", "5", steps=[])
    assert result.code == 2 and f"{path}: {why}" in result.err


def test_what_lies_beside_logs_is_no_fault(follow: Follow, tmp_path: Path) -> None:
    """Texts and documents without a word of tokens: told, and a limit is kept without them."""
    (tmp_path / "a.jsonl").write_text(openai(1000, 1))
    (tmp_path / "saved.txt").write_text("first, a text\nof two lines\n")
    (tmp_path / "meta.json").write_text('{\n "name": "x"\n}\n')
    result = follow(tmp_path, "--max-cost", "5", steps=[add(tmp_path / "saved.txt", "and a third\n"), quiet])
    assert (result.code, " ".join(sums(result)[-1])) == (0, "1 1,000 1")
    assert "meta.json: skipped" in result.err and "saved.txt: skipped" in result.err


def test_a_table_in_the_place_of_a_log_is_a_problem(follow: Follow, tmp_path: Path) -> None:
    """What was counted stays; the exit code is 2."""
    log = tmp_path / "s.log"
    log.write_text(openai(5, 1))
    result = follow(log, steps=[quiet, lambda: log.write_text(TABLE)])
    assert (result.code, " ".join(sums(result)[-1])) == (2, "1 5 1")
    assert f"{log}: a table, which cannot be followed" in result.err


def test_files_of_rotations_count_once(follow: Follow, tmp_path: Path) -> None:
    """What a rotation left before is read; what one leaves later, moved or copied, is not read again."""
    log, old = tmp_path / "s.log", tmp_path / "s.log.1"
    log.write_text(openai(5, 1))
    old.write_text(openai(3, 1))

    def by_copying() -> None:
        old.write_text(log.read_text())
        os.truncate(log, 0)

    def by_moving() -> None:
        log.rename(old)
        log.write_text(openai(7, 1))

    steps = [by_copying, add(log, openai(6, 1)), quiet, by_moving]
    assert [" ".join(each) for each in sums(follow(tmp_path, steps=steps))] == ["2 8 2", "3 14 3", "4 21 4"]


def test_a_writer_that_does_not_append_leaves_zeros(follow: Follow, tmp_path: Path) -> None:
    """After its log was truncated under it, the next line begins where it was."""
    log = tmp_path / "s.log"
    log.write_text("")
    with log.open("r+") as writer:

        def write() -> None:
            writer.write(openai(5, 1))
            writer.flush()

        result = follow(log, steps=[write, lambda: os.truncate(log, 0), write])
    assert (result.code, " ".join(sums(result)[-1]), "problem" in result.err) == (0, "2 10 2", False)


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        ("", 2, "no usage was found"),
        (openai(1000, 1), 0, ""),
        (openai(1000, 1) + "{x\n", 2, "cannot be checked"),
    ],
)
def test_a_limit_that_was_not_checked_was_not_kept(
    follow: Follow, tmp_path: Path, content: str, code: int, said: str
) -> None:
    """Nothing seen, or a line not read: exit 2 under a limit."""
    log = tmp_path / "s.log"
    log.write_text(content)
    result = follow(log, "--max-cost", "5", steps=[quiet])
    assert (result.code, said in result.err) == (code, True)


def test_an_interrupt_takes_what_was_written_last(follow: Follow, tmp_path: Path) -> None:
    """And of a line that is being written nothing; under a limit the code is that of the verdict."""
    log = tmp_path / "s.log"
    log.write_text(openai(5, 1))

    def interrupt() -> None:
        add(log, openai(6, 1) + openai(7, 1) + openai(8, 1)[:20])()
        raise KeyboardInterrupt

    result = follow(log, "--max-cost", "0.00001", "--exit-zero", steps=[quiet, interrupt])
    assert (result.code, " ".join(sums(result)[-1]), "problem" in result.err) == (0, "3 18 3", False)


def test_a_text_before_the_first_line_is_a_problem(follow: Follow, tmp_path: Path) -> None:
    """As where the log is read."""
    log = tmp_path / "s.log"
    log.write_text("2026-01-01 12:00:00,123 INFO starting\n")
    result = follow(log, steps=[add(log, openai(5, 1))])
    assert (result.code, " ".join(sums(result)[-1])) == (2, "1 5 1")
    assert f"{log}:1: not valid JSON" in result.err
