"""A gate of every command that reads files: what it was given and did not read, it does not pass."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Run

REQUEST = {"model": "gpt-4o", "max_tokens": 5, "messages": [{"role": "user", "content": "hi"}]}
RESPONSE = {"model": "gpt-4o", "usage": {"prompt_tokens": 5, "completion_tokens": 5}}
COMMANDS = {
    "batch": (["batch"], REQUEST),
    "count": (["count", "-m", "gpt-4o"], REQUEST),
    "corpus": (["corpus", "-m", "gpt-4o"], {"text": "hi"}),
    "usage": (["usage"], RESPONSE),
}


def _linked_folder(folder: Path, line: str) -> str:
    (folder.parent / "elsewhere").mkdir()
    (folder.parent / "elsewhere" / "more.jsonl").write_text(line)
    (folder / "linked").symlink_to(folder.parent / "elsewhere")
    return f"{folder}/linked/: a linked folder, not followed"


def _pipe(folder: Path, line: str) -> str:
    os.mkfifo(folder / "pipe.jsonl")
    return f"{folder}/pipe.jsonl: not a regular file"


def _broken_link(folder: Path, line: str) -> str:
    (folder / "gone.jsonl").symlink_to("nowhere")
    return f"{folder}/gone.jsonl: broken symlink"


def _archive_in_archive(folder: Path, line: str) -> str:
    with zipfile.ZipFile(folder / "inner.zip", "w") as inner:
        inner.writestr("more.jsonl", line)
    with zipfile.ZipFile(folder / "outer.zip", "w") as outer:
        outer.write(folder / "inner.zip", "inner.zip")
    (folder / "inner.zip").unlink()
    return f"{folder}/outer.zip/inner.zip: an archive inside an archive: unpack it first"


@pytest.mark.parametrize("hidden", [_linked_folder, _pipe, _broken_link, _archive_in_archive])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_limit_is_not_kept_by_not_looking(
    run: Run, tmp_path: Path, command: str, hidden: Callable[[Path, str], str]
) -> None:
    """What a folder holds and is not read: a note without a limit, exit 2 with its name under one."""
    words, value = COMMANDS[command]
    folder = tmp_path / "given"
    folder.mkdir()
    (folder / "a.jsonl").write_text(json.dumps(value) + "\n")
    problem = hidden(folder, json.dumps(value) + "\n")
    free = run(*words, folder)
    assert free.code == 0, free
    assert problem.replace(": ", ": skipped: ", 1) in free.err
    held = run(*words, folder, "--max-cost", "1")
    assert held.code == 2, held
    assert problem in held.err, held.err


def test_an_audit_does_not_pass_what_it_did_not_read(run: Run, tmp_path: Path) -> None:
    """An audit is a gate by nature: a linked folder beside its logs is exit 2."""
    (tmp_path / "given").mkdir()
    line = json.dumps({**RESPONSE, "created": 1764000000, "cost": "0.0000625"})
    (tmp_path / "given" / "a.jsonl").write_text(line + "\n")
    assert run("audit", tmp_path / "given").code == 0
    problem = _linked_folder(tmp_path / "given", line)
    result = run("audit", tmp_path / "given", "--keep-going")
    assert (result.code, problem in result.err) == (2, True), result


def test_a_batch_that_was_not_read_whole_is_not_split(run: Run, tmp_path: Path) -> None:
    """A limit that could not be checked holds the parts back."""
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "a.jsonl").write_text((json.dumps(REQUEST) + "\n") * 2)
    problem = _linked_folder(tmp_path / "given", json.dumps(REQUEST))
    result = run("batch", tmp_path / "given", "--split-lines", "1", "--max-cost", "1")
    assert (result.code, problem in result.err) == (2, True), result
    assert sorted(os.listdir(tmp_path / "given")) == ["a.jsonl", "linked"]
