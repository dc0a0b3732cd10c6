"""Large trees of sessions are read by other processes ahead of their turn: what comes out is as if one had."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Result
from tokcost.cli import main
from tokcost.inputs.files import InputFile
from tokcost.inputs.open import open_input
from tokcost.logs import ahead


def answer(number: int, output: int, session: str = "s", **more: Any) -> dict[str, Any]:
    """A line of a message."""
    usage = {"input_tokens": 4, "output_tokens": output, "cache_read_input_tokens": 1000 * number}
    message = {"id": f"msg_{number}", "model": "claude-opus-4-8", "stop_reason": "end_turn", "usage": usage}
    clock = {"timestamp": f"2026-11-{1 + number % 20:02}T0{number % 7}:00:00.000Z", "cwd": f"/home/u/p{number % 3}"}
    line = {"type": "assistant", "uuid": f"u{number}", "sessionId": session, "requestId": f"req_{number}"}
    return {**line, **clock, "message": message, **more}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Sessions that repeat and resume each other, among what is no session, or not whole."""
    search = {"type": "user", "uuid": "w", "sessionId": "s", "toolUseResult": {"query": "q", "searchCount": 2}}
    search["message"] = {"content": [{"type": "tool_result", "tool_use_id": "t1"}]}
    asked = answer(50, 9)
    asked["message"]["content"] = [{"type": "tool_use", "id": "t1", "name": "WebSearch"}]
    files: dict[str, list[Any]] = {
        "a/1.jsonl": [answer(n, output) for n in range(30) for output in (1, 40 + n, 40 + n)],
        "a/2.jsonl": [answer(n, 40 + n, "resumed") for n in range(20)]
        + [answer(n, 7, "resumed") for n in range(30, 40)],
        "a/2/subagents/agent-1.jsonl": [answer(n, 90, requestId="replay") for n in range(15, 25)],
        "b/1.jsonl": [{"type": "mode", "sessionId": "s"}, asked, search, "", "{", answer(51, 5), "\ufeff"],
        "b/2.jsonl": [
            answer(60, -1),
            answer(61, 10**16),
            answer(62, 5, costUSD=0.5),
            {"type": "new-kind", "uuid": "n"},
        ],
        "b/3.jsonl": [{"id": "c", "model": "gpt-5.4", "usage": {"prompt_tokens": 5, "completion_tokens": 7}}] * 3,
        "b/4.jsonl": [],
        "b/5.jsonl": ["model,input_tokens,output_tokens", "gpt-5.4,5,7"],
        "c/1.jsonl": [answer(n, 3) for n in range(70, 75)],
        "c/2.jsonl": [answer(n, 6, "twin") for n in range(70, 76)],
    }
    for name, lines in files.items():
        path = tmp_path / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    (tmp_path / "tree/c/3.jsonl").write_bytes(json.dumps(answer(80, 3)).encode()[:-1] + b', "note": "\xff"}\n')
    return tmp_path / "tree"


@pytest.fixture
def spread(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets the number of processes, however small the logs are; a process gets few files at a time."""
    monkeypatch.setattr(ahead, "_BATCH", 4000)
    return lambda jobs: monkeypatch.setattr(ahead, "_jobs", lambda found: jobs)


def alone() -> bool:
    """Whether no other process is left over."""
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return True
    return False


@pytest.mark.parametrize(
    "options",
    [
        [], ["--unique"], ["--by", "file,hour"], ["--by", "project,day", "--unique"], ["--rate", "3", "--top", "0"],
        ["--max-cost-per", "project=0.01", "--top", "99"], ["missing.jsonl"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_many_processes_find_what_one_finds(
    run: Callable[..., Result], tree: Path, spread: Callable[[int], None], options: list[str]
) -> None:
    """Exit code, report and every sentence are the same, whatever the files are; no process is left."""
    spread(0)
    one = run("usage", str(tree), "-f", "json", *options)
    spread(3)
    many = run("usage", str(tree), "-f", "json", *options)
    assert (many.code, many.out, many.err) == (one.code, one.out, one.err)
    assert (one.code, one.err.count("b/1.jsonl") > 0) == (2, "missing.jsonl" not in options)
    assert alone()


def test_what_others_read_is_used(
    run: Callable[..., Result], tree: Path, spread: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of sessions only lines that are out of the ordinary are read here."""
    here: list[str] = []

    def opened(file: InputFile) -> Any:
        here.append(file.name)
        return open_input(file)

    monkeypatch.setattr("tokcost.logs.read.open_input", opened)
    spread(2)
    run("usage", str(tree))
    names = {Path(name).relative_to(tree).as_posix() for name in here}
    assert names == {"b/2.jsonl", "b/3.jsonl", "b/4.jsonl", "b/5.jsonl", "c/3.jsonl"}


@pytest.mark.parametrize("fate", ["dies", "fails", "vanishes"])
def test_a_process_that_fails_changes_nothing(
    run: Callable[..., Result], tree: Path, spread: Callable[[int], None], monkeypatch: pytest.MonkeyPatch, fate: str
) -> None:
    """What a process could not read, or did not live to tell, is read here; a file that is gone by then is told."""
    read, own = ahead._read, os.getpid()

    def fateful(file: InputFile) -> Any:
        assert os.getpid() != own
        if file.name.endswith("a/2.jsonl"):
            if fate == "dies":
                os._exit(1)
            if fate == "vanishes":
                os.unlink(file.location)
            raise MemoryError
        return read(file)

    monkeypatch.setattr(ahead, "_read", fateful)
    spread(0)
    one = run("usage", str(tree), "-f", "json")
    spread(2)
    many = run("usage", str(tree), "-f", "json")
    if fate == "vanishes":
        assert (many.code, "a/2.jsonl: cannot be read: No such file or directory" in many.err) == (2, True)
    else:
        assert (many.code, many.out, many.err) == (one.code, one.out, one.err)
    assert alone()


def test_an_interrupt_ends_the_processes(
    tree: Path, spread: Callable[[int], None], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C in the midst of it: one line, 130, and nothing goes on."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    spread(2)
    monkeypatch.setattr("tokcost.metering.fast_reader.add_messages", interrupted)
    code = main(["usage", str(tree)])
    assert (code, *capfd.readouterr()) == (130, "", "tokcost: interrupted\n")
    assert alone()


def test_small_logs_and_one_core_start_no_process(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Below some megabytes, and where there is nothing to share, a fork is not worth its while."""
    found = [InputFile(str(path), str(path)) for path in sorted(tree.rglob("*.jsonl"))]
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1, 2, 3, 4, 5}, raising=False)
    assert ahead._jobs(found) == 0
    monkeypatch.setattr(ahead, "_SMALLEST", 1000)
    assert ahead._jobs(found) == 4
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0}, raising=False)
    assert ahead._jobs(found) == 0
