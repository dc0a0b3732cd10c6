"""What a log does not say is unknown, and what it says twice is counted once: neither is taken for nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run, document
from tokcost.logs.growing import Grown
from tokcost.logs.kept import Kept
from tokcost.logs.tail import Tail

CHAT = {"prompt_tokens": 1000, "completion_tokens": 100}


def lines(*values: Any) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def answer(usage: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"model": "gpt-5.4", "usage": usage, **more}


UNKNOWN = [
    answer({"prompt_tokens": None, "completion_tokens": 100}),
    answer({"completion_tokens": 100}),
    answer({"prompt_tokens": 1000, "completion_tokens": None}),
    answer({"prompt_tokens": 1000, "total_tokens": 1100}),
    answer({"input_tokens": None, "output_tokens": 5}),
    answer({"input_tokens": 5, "output_tokens": None, "output_tokens_details": {}}),
    {"type": "message", "model": "claude-sonnet-4-5", "usage": {"input_tokens": None, "output_tokens": 5}},
    {"type": "message", "model": "claude-sonnet-4-5", "usage": {"output_tokens": 5}},
    {"modelVersion": "gemini-2.5-pro", "usageMetadata": {"promptTokenCount": None, "candidatesTokenCount": 5}},
    {"modelVersion": "gemini-2.5-pro", "usageMetadata": {"promptTokenCount": 5, "totalTokenCount": 50}},
    {"gen_ai.request.model": "gpt-5.4", "gen_ai.usage.output_tokens": 5},
    {"gen_ai.request.model": "gpt-5.4", "gen_ai.usage.input_tokens": 5, "gen_ai.usage.output_tokens": None},
]


@pytest.mark.parametrize("line", UNKNOWN, ids=str)
def test_tokens_that_are_null_are_unknown(run: Run, line: dict[str, Any]) -> None:
    """After many whole lines, alone, and followed: a problem of the line, and no limit passes."""
    whole = answer(CHAT)
    result = run("usage", "-", "-f", "json", "--max-cost", "100", stdin=lines(*[whole] * 50, line))
    assert (result.code, document(result)["totals"]["requests"]) == (2, 50)
    assert any("stated" in each["why"] for each in document(result)["problems"])
    assert run("usage", "-", stdin=lines(line)).code == 2
    assert run("usage", "-", "--follow", stdin=lines(whole, line)).code == 2


def test_an_embedding_and_a_failure_have_no_output(run: Run) -> None:
    """Nothing is said of the output, or the total says that there was none; an error is not billed."""
    known = [
        answer({"prompt_tokens": 10}),
        answer({"prompt_tokens": 10, "completion_tokens": None, "total_tokens": 10}),
        answer({"prompt_tokens": None, "completion_tokens": None}, error={"code": "timeout"}),
    ]
    result = run("usage", "-", "-f", "json", stdin=lines(*known))
    totals = document(result)["totals"]
    assert (result.code, totals["requests"], totals["failed"], totals["input_tokens"]) == (0, 3, 1, 20)


@pytest.mark.parametrize("content", [b"m,i,o\ngpt-5.4,,5\n", b"m,i,o\ngpt-5.4,5,\n"])
def test_an_empty_cell_of_a_mapped_table_is_unknown(run: Run, content: bytes) -> None:
    """A blank under a column that was named as input or output is a problem of its line."""
    result = run("usage", "-", "--map", "model=m,input=i,output=o", "--max-cost", "1", stdin=content)
    assert (result.code, result.out) == (2, "")
    assert "stdin:2" in result.err and "is not stated" in result.err


@pytest.mark.parametrize("content", [b"", b"\n\n", b"{broken\n"])
def test_a_followed_log_without_usage_passes_no_limit(run: Run, content: bytes) -> None:
    """`false | tokcost usage - --follow --max-cost 1`: nothing was checked, and that is 2 with every option."""
    for options in ((), ("--max-cost", "1"), ("--max-cost-per", "client=1"), ("--keep-going",), ("--exit-zero",)):
        result = run("usage", "-", "--follow", *options, stdin=content)
        assert result.code == 2, options
        assert "no usage was found" in result.err
    assert "--max-cost cannot be checked" in run("usage", "-", "--follow", "--max-cost", "1", stdin=content).err


@pytest.mark.parametrize("form", ["json", "jsonl", "csv", "markdown"])
def test_a_followed_log_is_reported_where_it_was_asked_for(run: Run, form: str) -> None:
    """-f and -o hold with --follow as they do without: the same document at its end."""
    log = lines(*[answer(CHAT)] * 3)
    plain = run("usage", "-", "-f", form, stdin=log)
    followed = run("usage", "-", "--follow", "-f", form, stdin=log)
    assert (followed.code, followed.out) == (0, plain.out)
    filed = run("usage", "-", "--follow", "-f", form, "-o", "out", stdin=log)
    assert (filed.code, filed.out, Path("out").read_text()) == (0, "", plain.out)


def parts(*outputs: int, **more: Any) -> list[dict[str, Any]]:
    return [answer({"prompt_tokens": 1000, "completion_tokens": each}, id="a", **more) for each in outputs]


@pytest.mark.parametrize("by", ["model", "client", "file"])
@pytest.mark.parametrize("more", [{}, {"cost": "0.5"}, {"user": "ann"}], ids=str)
def test_the_largest_part_of_a_response_counts(run: Run, more: dict[str, Any], by: str) -> None:
    """Of parts logged while an answer grew the last one counts, in any order, on the fast path and off it."""
    others = [answer(CHAT, id=f"b{at}", **more) for at in range(20)]
    once = document(run("usage", "-", "-f", "json", "--by", by, stdin=lines(*others, *parts(700, **more))))
    for outputs in ((1, 300, 700), (700, 1, 300), (1, 700, 700, 2)):
        stream = lines(*others[:10], *parts(*outputs, **more), *others[10:])
        result = run("usage", "-", "-f", "json", "--by", by, "--unique", stdin=stream)
        found = document(result)
        assert (result.code, found["rows"], found["totals"]) == (0, once["rows"], once["totals"])
        top = [(each["id"], each["output_tokens"]) for each in found["details"]["costliest"]]
        assert top[0] == ("a", 700) and top.count(("a", 700)) == 1 and len({name for name, _ in top}) == len(top)
        assert f"{len(outputs) - 1} repeated response id" in result.err


def test_an_id_is_remembered_however_long_ago_it_came() -> None:
    """Past what memory holds, ids and the newest of their records are found again, and none that never came."""
    kept = Kept(8, most=1000)
    for at in range(10_000):
        kept.put(f"id{at}", b"%d" % at)
    kept.put("id5", b"new")
    for at in range(10_000, 12_000):
        kept.put(f"id{at}", b"%d" % at)
    assert [(kept.get(f"id{at}") or b"").strip() for at in (0, 4, 5, 9999, 11_999)] == [
        b"0", b"4", b"new", b"9999", b"11999",
    ]  # fmt: skip
    assert all(kept.get(f"other{at}") is None for at in range(5000))
    ids = Kept(most=100)
    assert [ids.add(at % 700) for at in range(1400)] == [True] * 700 + [False] * 700


def test_without_a_temporary_folder_it_is_one_sentence(run: Run, monkeypatch: Any) -> None:
    """What cannot be kept is not forgotten: exit 2, and where it may go."""
    with monkeypatch.context() as patched:
        patched.setattr("tempfile.tempdir", "/nowhere")
        result = run("usage", "-", "--unique", stdin=lines(*parts(1, 2, cost="0.5")))
    assert result.code == 2
    assert "temporary file" in result.err and "TMPDIR" in result.err


def test_more_logs_are_followed_than_may_be_open(tmp_path: Path) -> None:
    """Of 200 logs with 100 open files all lines are read, also those written just before a rotation."""
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100));"
        "from tests.test_usage_unknown import follow_many; follow_many(sys.argv[1])"
    )
    done = subprocess.run([sys.executable, "-c", program, tmp_path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "200 200 200 1\n", "")


def follow_many(folder: str) -> None:
    """Look at 200 logs as they grow, are moved away and one of them is deleted: the new lines of each look."""
    paths = [Path(folder, f"{at}.jsonl") for at in range(200)]
    for path in paths:
        path.write_text('{"one": 1}\n')
    tail = Tail([folder])
    counted = [sum(len(each.lines) for each in tail.look() if isinstance(each, Grown))]
    for path in paths:
        with path.open("a") as log:
            log.write('{"two": 1}\n')
        os.rename(path, f"{path}.1")
    counted.append(sum(len(each.lines) for each in tail.look() if isinstance(each, Grown)))
    for path in paths:
        path.write_text('{"three": 1}\n')
    counted.append(sum(len(each.lines) for each in tail.look() if isinstance(each, Grown)))
    Path(folder, "new").write_text('{"four": 1}\n')
    os.replace(Path(folder, "new"), max(paths, key=str))
    counted.append(sum(not isinstance(each, Grown) for each in tail.look()))
    tail.close()
    print(*counted)
