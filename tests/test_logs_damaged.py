"""Logs that are damaged, rotated, cut off or too large: read, or said of the file and the line; never passed over."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run, document

LINE: dict[str, Any] = {"model": "gpt-5.4", "usage": {"prompt_tokens": 1000, "completion_tokens": 100}}
TEXT = json.dumps(LINE).encode() + b"\n"


def used(run: Run, name: object, content: bytes | None = None, *options: object) -> tuple[int, int, list[str]]:
    """The exit code, the requests that were read, and the problems as 'where: why'."""
    if content is not None:
        Path(str(name)).write_bytes(content)
    result = run("usage", name, "-f", "json", *options)
    if not result.out:
        return result.code, 0, [result.err]
    found = document(result)
    return result.code, found["totals"]["requests"], [f"{each['where']}: {each['why']}" for each in found["problems"]]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress], ids=["gzip", "bzip2", "xz"])
def test_what_follows_a_frame_is_read_or_said(run: Run, pack: Callable[[bytes], bytes]) -> None:
    """Frames after each other and zeros at the end are read; a frame cut off, or anything else, is a problem."""
    one, other = pack(TEXT * 3), pack(TEXT * 4)
    assert used(run, "a.jsonl", one + other) == (0, 7, [])
    assert used(run, "a.jsonl", one + other + b"\0" * 512) == (0, 7, [])
    for rest in (b"garbage and more", other[:-9], other[:2], b"\0" * 8 + b"garbage"):
        code, requests, problems = used(run, "a.jsonl", one + rest, "--max-cost", "100")
        assert (code, requests >= 3, len(problems)) == (2, True, 2), rest
        assert "fetch it again" in problems[0]


def test_rotated_logs_of_a_folder_are_read_and_others_named(run: Run) -> None:
    """A number or a day after the suffix is a rotation; whatever else lies there is named in a note."""
    Path("logs").mkdir()
    rotated = ["u.jsonl", "u.jsonl.1", "u.jsonl-20261101", "u.log.2026-11-01T10", "u.jsonl.2026-11-01", "u.jsonl.12.gz"]
    for name in rotated:
        Path("logs", name).write_bytes(gzip.compress(TEXT) if name.endswith("gz") else TEXT)
    others = ["README.md", "notes.1", "table.parquet", "u.jsonl.bak", "u.jsonl~"]
    for name in others:
        Path("logs", name).write_bytes(TEXT)
    result = run("usage", "logs", "-f", "json")
    assert (result.code, document(result)["totals"]["requests"]) == (0, len(rotated))
    assert all(f"logs/{name}" in result.err for name in others)


@pytest.mark.parametrize(
    ("name", "content", "why", "beside"),
    [
        ("long.jsonl", b"x" * 200_000 + b"\n", "not a known usage log", "no usage in its 1 line"),
        ("long.csv", b'model,"' + b"x" * 200_000 + b'"\n1,2\n', "unknown columns", ""),
        ("cr.csv", b"model,input\rgpt-5.4,1\r", "unknown columns", ""),
        ("nul.log", b"\0\1\2" * 1000, "a binary file", "skipped: a binary file"),
        ("p.parquet", b"PAR1" + bytes(range(256)) * 20 + b"PAR1", "a binary file", "skipped: a binary file"),
        ("e.zip", b"PK\3\4" + b"\1" * 60, "zip", ""),
    ],
)
def test_what_is_no_log_is_one_sentence(run: Run, name: str, content: bytes, why: str, beside: str) -> None:
    """Exit 2 and the name, whatever the bytes are; beside a good log the good one is read, and the other is named.

    What holds no counts that anybody can see is no fault there; under a limit one that could not be read is.
    """
    code, _, problems = used(run, name, content)
    assert (code, name in problems[0], why in problems[0]) == (2, True, True)
    assert "bug" not in problems[0]
    Path("d").mkdir()
    os.rename(name, f"d/{name}.log" if not name.endswith("zip") else f"d/{name}")
    Path("d/good.jsonl").write_bytes(TEXT)
    result = run("usage", "d", "-f", "json")
    found = document(result)
    assert (result.code, found["totals"]["requests"]) == (0 if beside else 2, 1)
    assert beside in str(found["warnings"])
    assert name in str(found["warnings"] if beside else found["problems"])
    assert run("usage", "d", "--max-cost", "9").code == (0 if beside.startswith("no usage") else 2)


@pytest.mark.parametrize("broken", [b"not json\n", b"{bad\n{worse\n", b"2026-11-01 INFO began\n" * 5, b'{"a":\n'])
def test_broken_first_lines_do_not_hide_the_others(run: Run, broken: bytes) -> None:
    """They are problems with their numbers, and the lines after them are read."""
    code, requests, problems = used(run, "a.jsonl", broken + TEXT * 3)
    assert (code, requests) == (2, 3)
    assert [each.startswith(f"a.jsonl:{at}: not valid JSON") for at, each in enumerate(problems, 1)] == [True] * len(
        broken.splitlines()
    )


@pytest.mark.parametrize(
    ("name", "content", "options"),
    [
        ("a.jsonl", TEXT + json.dumps({**LINE, "client": "cafX"}).encode().replace(b"X", b"\xe9") + b"\n", ()),
        ("first.jsonl", json.dumps({**LINE, "client": "cafX"}).encode().replace(b"X", b"\xe9") + b"\n" + TEXT, ()),
        (
            "a.csv", b"m,i,o,c\ngpt-5.4,1,1,caf\xe9\ngpt-5.4,1,1,a\n",
            ("--map", "model=m,input=i,output=o,client=c"),
        ),
        (
            "a.log",
            b"".join(b"[API USAGE LOG]\nCLIENT: %s\nMODEL: gpt-5.4\nINPUT: 1\n" % each for each in (b"caf\xe9", b"a")),
            (),
        ),
    ],
)  # fmt: skip
def test_bytes_that_are_no_utf8_are_a_problem_of_their_line(
    run: Run, name: str, content: bytes, options: tuple[str, ...]
) -> None:
    """No name is read with a letter in place of another: the line is not counted, and --charset reads it."""
    code, requests, problems = used(run, name, content, *options)
    assert (code, requests, len(problems)) == (2, 1, 1)
    assert "not UTF-8 text at byte" in problems[0]
    code, requests, problems = used(run, name, None, *options, "--charset", "latin-1")
    assert (code, requests, problems) == (0, 2, [])


@pytest.mark.parametrize("kind", [{}, [], 5, None, [[]]], ids=str)
def test_a_field_of_another_type_is_a_problem_of_its_line(run: Run, kind: Any) -> None:
    """An object where a word belongs, in a line that looks like one of a session or of a response."""
    session = {"sessionId": "s", "uuid": "u", "message": {"usage": {"input_tokens": 1, "output_tokens": 1}}}
    for broken in ({**session, "type": kind}, {**LINE, "model": kind}, {**LINE, "usage": kind}, {**LINE, "id": kind}):
        code, requests, _ = used(run, "a.jsonl", TEXT * 2 + json.dumps(broken).encode() + b"\n" + TEXT)
        assert (code in (0, 2), requests >= 3) == (True, True)


def test_a_line_too_long_is_told_by_its_number(run: Run) -> None:
    """One endless line in a few packed bytes: it is not kept, and the lines around it are read."""
    packed = gzip.compress(TEXT + b'{"a":"' + b"x" * (40 << 20) + b'"}\n' + TEXT, 1)
    code, requests, problems = used(run, "a.jsonl.gz", packed)
    assert (code, requests, problems) == (2, 2, ["a.jsonl.gz:2: a line of more than 32 MB"])


def test_blank_lines_are_counted_not_kept(run: Run) -> None:
    """Thirty million of them in a few packed bytes take no time, and the line after them has its number."""
    packed = gzip.compress(b"\n" * 30_000_000 + b"{broken\n" + TEXT, 1)
    assert used(run, "a.jsonl.gz", packed)[1:] == (
        1,
        ["a.jsonl.gz:30000001: not valid JSON: Expecting property name enclosed in double quotes"],
    )


@pytest.mark.parametrize("command", ["count", "corpus"])
def test_a_file_that_is_cut_while_it_is_read_is_no_answer(run: Run, monkeypatch: Any, command: str) -> None:
    """Truncated, or written over, after it was cut into parts for two processes: exit 2, and no partial sum passes."""
    from tokcost.inputs.open import as_seen

    text = Path("text.txt")
    whole = b"All of it is to be read. " * 40_000

    def cut(file: Any) -> Any:
        seen = as_seen(file)
        text.write_bytes(whole[: len(whole) // 2])
        return seen

    for module in ("tokcost.documents.many", "tokcost.documents.parts"):
        monkeypatch.setattr(f"{module}.as_seen", cut)
        monkeypatch.setattr(f"{module}.STEP", 1 << 16)
    text.write_bytes(whole)
    result = run(command, text, "-m", "gpt-5.4", "--jobs", "2", "--max-tokens", "99999999")
    assert result.code == 2
    assert "text.txt: was changed while it was read: read it again" in result.err


def test_a_log_that_shrinks_while_it_is_read_is_a_problem(run: Run, monkeypatch: Any) -> None:
    """What grows meanwhile is a log at work; what shrinks or is written over was not read as it is."""
    log = Path("a.jsonl")
    from tokcost.logs.read import Reader

    line = Reader.line

    def truncating(self: Reader, name: str, number: int, raw: bytes) -> Any:
        os.truncate(log, 10)
        return line(self, name, number, raw)

    def growing(self: Reader, name: str, number: int, raw: bytes) -> Any:
        with log.open("ab") as more:
            more.write(TEXT)
        return line(self, name, number, raw)

    monkeypatch.setattr(Reader, "line", growing)
    assert used(run, log, TEXT * 2 + b"{}\n")[1] >= 2
    monkeypatch.setattr(Reader, "line", truncating)
    code, _, problems = used(run, log, TEXT * 2 + b"{}\n")
    assert (code, problems[-1]) == (2, "a.jsonl: was changed while it was read: read it again")


def test_two_columns_of_one_name_are_refused(run: Run) -> None:
    """It is not known which of them is meant: a limit is not kept by the cheaper one."""
    table = b"model,in,in,out\ngpt-4o,900000,1,1\n"
    Path("a.csv").write_bytes(table)
    result = run("usage", "a.csv", "--map", "input=in,output=out,model=model", "--max-cost", "1")
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert "a.csv: two columns are named 'in': leave one of them out" in result.err


@pytest.mark.parametrize("amount", ["9" * 30 + "e999970", "-" + "9" * 30 + "e999970"])
def test_an_amount_of_any_size_is_looked_at_before_it_is_reckoned_with(run: Run, amount: str) -> None:
    """Rounded, it would be more than a number can be: the line is told, and no fault of the tool."""
    table = f"model,in,charged\ngpt-4o,5,{amount}\n".encode()
    result = run("usage", "--map", "input=in,charged=charged,model=model", stdin=table)
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert "an amount is at most 10^15" in result.err


@pytest.mark.parametrize("field", ["prompt_tokens", "cost"])
def test_an_exponent_that_no_number_has_is_one_line(run: Run, field: str) -> None:
    """Of a log that is one document, too: its reader makes no number of it."""
    text = f'{{"model": "gpt-4o",\n "usage": {{"completion_tokens": 5, "{field}": 1e1000000000000000000}}}}\n'
    result = run("usage", stdin=text.encode())
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert "a number past all bounds" in result.err
