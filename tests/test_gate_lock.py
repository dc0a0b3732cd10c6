"""A lock is held to what it says itself, and lies where it may."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.repos import CONFIG, Repo, words


@pytest.fixture
def locked(run: Run, repo: Repo) -> Repo:
    """A repository with its lock."""
    run("lock")
    return repo


def files_of(folder: Path) -> dict[str, bytes]:
    """What stands in every file below a folder, but for the cache."""
    files = (path for path in folder.rglob("*") if path.is_file() and "cache" not in path.parts)
    return {str(path): path.read_bytes() for path in files}


def edited(repo: Repo, pattern: str, text: str) -> None:
    """Change one place of the lock."""
    lock = (repo.path / "tokcost.lock").read_text()
    found = re.sub(pattern, text, lock, count=1)
    assert found != lock
    repo.write("tokcost.lock", found)


def test_a_count_that_does_not_follow_from_its_hash_is_refused(run: Run, locked: Repo) -> None:
    """The hash of the grown prompt beside the count of the old one: the same bytes cannot count otherwise."""
    locked.write("prompts/a.md", words(900))
    run("lock")
    edited(locked, '"input": 900', '"input": 905')
    for command in (("check",), ("check", "--locked"), ("diff", "tokcost.lock")):
        result = run(*command)
        assert (result.code, result.out) == (2, "")
        assert result.err == (
            "tokcost: error: tokcost.lock: 'prompts/a.md' has 900 tokens for gpt-4o, not the 905 that are locked for "
            "the very same content: run 'tokcost lock' again\n"
        )


@pytest.mark.parametrize("encoding", ['"cl100k_base"', '"nobody_knows"', "null"])
def test_another_vocabulary_in_the_lock_is_no_excuse(run: Run, locked: Repo, encoding: str) -> None:
    """The content is counted with what the lock names; a vocabulary that does not exist is refused, as is none."""
    edited(locked, '"input": 100', '"input": 5000')
    edited(locked, '"encoding": "o200k_base"', f'"encoding": {encoding}')
    assert run("check", "--locked").code == 2
    edited(locked, r'"openai/gpt-4o": \{"enc', '"openai/other": {"enc')
    assert "an incomplete lock" in run("check", "--locked").err


def test_a_checkout_that_turned_the_ends_of_lines_is_none_that_was_edited(run: Run, locked: Repo) -> None:
    """The same text with CRLF may count otherwise, and is the locked one all the same."""
    locked.write("prompts/a.md", "one\n\n two\n\n\n three\n" * 9)
    run("lock")
    locked.write("prompts/a.md", "one\r\n\r\n two\r\n\r\n\r\n three\r\n" * 9)
    assert run("check", "--locked").code == 0


def test_a_key_that_stands_twice_is_refused(run: Run, locked: Repo) -> None:
    """As a merge without a conflict leaves it: which of the two holds is not guessed."""
    lock = (locked.path / "tokcost.lock").read_text()
    line = next(line for line in lock.splitlines() if "prompts/a.md" in line)
    locked.write("tokcost.lock", lock.replace(line, line + "\n" + line.replace('"input": 100', '"input": 900')))
    result = run("check", "--locked")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("tokcost: error: tokcost.lock:9: 'prompts/a.md' stands twice, as after a merge")


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ('"output": 0', '"output": -5'),
        ('"output": 0', '"output": true'),
        ('"input": 100', '"input": 1' + "0" * 70),
        ('"input": 100', '"input": 1e400'),
        ('"input": 100', '"input": 1e999999999999999999999'),
        ('"input": 100', '"input": 1.5'),
        ('"input": 100', '"input": 100, "low": 200, "high": 100'),
        ('"input": 100', '"input": "100"'),
        ('"cost": "[^"]*"', '"cost": "1e999999999999"'),
        ('"cost": "[^"]*"', '"cost": "NaN"'),
        ('"cost": "[^"]*"', '"cost": Infinity'),
        ('"sha256": "[^"]*"', '"sha256": "00"'),
        ('"models": ', '"models": "text", "other": '),
        ('"models": ', '"models": [1], "other": '),
        ('"input": "2.5"', '"input": ["2.5"]'),
        ('"version": 1', '"version": true'),
    ],
)
def test_a_damaged_lock_is_one_line(run: Run, locked: Repo, pattern: str, text: str) -> None:
    """Whether its prompts changed or not, and whether it is the base or looked at by the way."""
    edited(locked, pattern, text)
    for tokens in (100, 150):
        locked.write("prompts/a.md", words(tokens))
        for command in (("check", "--locked"), ("check",), ("diff", "tokcost.lock")):
            result = run(*command)
            assert (result.code, result.out, result.err.count("\n")) == (2, "", 1), result
            assert result.err.startswith("tokcost: error: tokcost.lock: ") and "'tokcost lock' again" in result.err


@pytest.mark.parametrize("number", ["1e400", "Infinity", "1e999999999", "1e999999999999999999999", "1" + "0" * 70])
def test_a_saved_report_with_a_number_past_all_bounds_is_one_line(run: Run, locked: Repo, number: str) -> None:
    """As rows to check, and as base."""
    saved = run("check", "-f", "json").out
    for pattern in ('"input_tokens": 100', '"cost": "0.00025"'):
        text = re.sub(pattern, pattern.partition(":")[0] + ": " + number, saved, count=1)
        assert text != saved
        locked.write("r.json", text)
        for option in ("--from", "--base"):
            result = run("check", option, "r.json")
            assert (result.code, result.out, result.err.count("\n")) == (2, "", 1), result
            assert "r.json" in result.err and "bug" not in result.err


@pytest.mark.parametrize(
    "place", ["../x.lock", "/{}/x.lock", "out/x.lock", "link.lock", ".git/hooks/pre-commit", ".GIT/config", "a\\u0000b"]
)
def test_a_lock_stays_inside_the_repository(run: Run, repo: Repo, tmp_path: Path, place: str) -> None:
    """Not above it, not by an absolute path, not through a link, and not among the files of git."""
    (repo.path / "out").symlink_to(tmp_path)
    (repo.path / "link.lock").symlink_to(tmp_path / "x.lock")
    repo.write("tokcost.toml", f'lock = "{place.format(tmp_path)}"\n' + CONFIG)
    before = files_of(tmp_path)
    for command in ("lock", "check"):
        result = run(command)
        assert (result.code, result.out) == (2, "")
        assert result.err.startswith("tokcost: error: tokcost.toml:1: lock "), result.err
    assert files_of(tmp_path) == before


def test_a_lock_may_lie_above_its_configuration_and_replaces_nothing_but_a_lock(run: Run, repo: Repo) -> None:
    """At the top of the repository it is still inside; a file of source is not written over."""
    repo.write("svc/tokcost.toml", 'lock = "../all.lock"\n' + CONFIG)
    repo.write("svc/prompts/a.md", words(5))
    assert run("lock", "--config", "svc/tokcost.toml").code == 0
    assert "prompts/a.md" in json.loads((repo.path / "all.lock").read_text())["prompts"]
    repo.write("package.json", '{"name": "x"}\n')
    repo.write("svc/tokcost.toml", 'lock = "../package.json"\n' + CONFIG)
    result = run("lock", "--config", "svc/tokcost.toml")
    assert result.code == 2
    assert "lock '../package.json' is there and no lock: name another file" in result.err
    assert (repo.path / "package.json").read_text() == '{"name": "x"}\n'
    repo.write("svc/tokcost.toml", 'lock = "../all.lock"\n' + CONFIG)
    repo.write("all.lock", "<<<<<<< HEAD\n{")
    assert run("lock", "--config", "svc/tokcost.toml").code == 0
