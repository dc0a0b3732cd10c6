"""One exit code for every command: 0 answered whole, 1 a rule is broken, 2 something was not answered."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tokcost.cli.app import command_for

CALL = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}
LINE = {"model": "gpt-4o", "usage": {"prompt_tokens": 1000, "completion_tokens": 100}}  # $0.0035
CONFIG = 'model = "gpt-4o"\n[[budget]]\nname = "all"\npaths = ["a.md"]\nmax-input-tokens = {}\n'


def files() -> None:
    """For each command an input that is whole, and one of which a part cannot be read."""
    Path("a.md").write_text("hello world")
    Path("cut.md.gz").write_bytes(gzip.compress(os.urandom(4000))[:-100])
    Path("r.jsonl").write_text(json.dumps(CALL) + "\n")
    Path("bad-r.jsonl").write_text(json.dumps(CALL) + "\n{broken\n")
    Path("d.jsonl").write_text('{"text": "hello world"}\n')
    Path("bad-d.jsonl").write_text('{"text": "hello world"}\n{broken\n')
    Path("u.jsonl").write_text(json.dumps(LINE) + "\n")
    Path("bad-u.jsonl").write_text(json.dumps(LINE) + "\n{broken\n")
    Path("c.jsonl").write_text(json.dumps({**LINE, "cost": "0.0035"}) + "\n")
    Path("bad-c.jsonl").write_text(json.dumps({**LINE, "cost": "0.0035"}) + "\n{broken\n")
    Path("wrong-c.jsonl").write_text(json.dumps({**LINE, "cost": "7"}) + "\n")
    Path("wrong-bad-c.jsonl").write_text(json.dumps({**LINE, "cost": "7"}) + "\n{broken\n")
    Path("ok.toml").write_text(CONFIG.format(2))
    Path("strict.toml").write_text(CONFIG.format(1))


# whole, in part, a limit that is exceeded, a limit that is kept but cannot be checked whole
COMMANDS = {
    "count": ("a.md", "a.md cut.md.gz", "a.md --max-tokens 1", "a.md cut.md.gz --max-tokens 100"),
    "batch": ("r.jsonl", "bad-r.jsonl", "r.jsonl --max-tokens 1", "bad-r.jsonl --max-tokens 100"),
    "corpus": ("d.jsonl", "bad-d.jsonl", "d.jsonl --max-tokens 1", "bad-d.jsonl --max-tokens 100"),
    "usage": ("u.jsonl", "bad-u.jsonl", "u.jsonl --max-cost 0.001", "bad-u.jsonl --max-cost 100"),
    "audit": ("c.jsonl", "bad-c.jsonl", "wrong-c.jsonl", "wrong-bad-c.jsonl"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_part_is_2_and_0_for_who_keeps_going(run: Run, command: str) -> None:
    """What could be answered is printed either way; an audit is a gate by nature, and never kept going."""
    files()
    whole, part, _, _ = COMMANDS[command]
    assert run(command, *whole.split()).code == 0
    result = run(command, *part.split())
    assert (result.code, bool(result.out)) == (2, True)
    assert result.err.startswith("tokcost: ")
    kept = run(command, *part.split(), "--keep-going")
    assert (kept.code, kept.out) == (2 if command == "audit" else 0, result.out)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_broken_rule_is_1_and_0_with_exit_zero(run: Run, command: str) -> None:
    """Exit zero hides the code, not the finding."""
    files()
    broken = COMMANDS[command][2].split()
    result = run(command, *broken)
    assert result.code == 1
    hidden = run(command, *broken, "--exit-zero")
    assert (hidden.code, hidden.out, hidden.err) == (0, result.out, result.err)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_limit_over_a_part_is_2_whatever_is_said(run: Run, command: str) -> None:
    """A gate that could not check never passes: neither --keep-going nor --exit-zero changes that."""
    files()
    for more in ((), ("--keep-going",), ("--exit-zero",), ("--keep-going", "--exit-zero")):
        assert run(command, *COMMANDS[command][3].split(), *more).code == 2


def test_check_has_the_same_codes(run: Run) -> None:
    """0 within the limits, 1 over, 0 with --exit-zero, 2 when a prompt is not there."""
    files()
    assert run("check", "--config", "ok.toml").code == 0
    assert run("check", "--config", "strict.toml").code == 1
    assert run("check", "--config", "strict.toml", "--exit-zero").code == 0
    Path("a.md").unlink()
    for more in ((), ("--keep-going",), ("--exit-zero",)):
        assert run("check", "--config", "ok.toml", *more).code == 2


def test_a_bug_is_one_line_and_2(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never the 1 of a broken rule, never a traceback unless it is asked for."""

    def broken(*_: object) -> None:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr("tokcost.documents.texts.count_texts", broken)
    result = run("count", "-t", "x")
    assert (result.code, result.out) == (2, "")
    assert result.err == "tokcost: bug: RuntimeError: two lines: please report it, TOKCOST_DEBUG=1 shows where\n"


def test_a_bug_shows_where_on_request(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """TOKCOST_DEBUG=1 prints the traceback before the line."""
    from tokcost.cli import main

    monkeypatch.setenv("TOKCOST_DEBUG", "1")
    monkeypatch.setattr("tokcost.documents.texts.count_texts", None)
    assert main(["count", "-t", "x"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("Traceback (most recent call last):")
    assert said.splitlines()[-1].startswith("tokcost: bug: TypeError: ")


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("reader", ["| true", "| head -1 >/dev/null", ">&-"])
def test_who_reads_does_not_change_the_verdict(reader: str, unbuffered: str) -> None:
    """A pipe that is closed before, in the middle, or no stdout at all: 0 stays 0, 1 stays 1."""
    log = "".join(json.dumps({**LINE, "client": f"client {at}"}) + "\n" for at in range(2000))
    Path("u.jsonl").write_text(log)
    tokcost = f"{sys.executable} -m tokcost usage u.jsonl --by client"
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    for options, code in (("", 0), ("--max-cost 0.01", 1), ("--max-cost 0.01 -f json", 1)):
        script = f"{tokcost} {options} 2>/dev/null {reader}; exit ${{PIPESTATUS[0]}}"
        done = subprocess.run(["bash", "-c", script], env=environment, check=False, stdin=subprocess.DEVNULL)
        assert done.returncode == code, script


ANSWERS = (
    *COMMANDS, "check", "diff", "lock", "whatif", "models list", "models show", "prices lint",
    "encodings", "encodings verify", "tokens",
)  # fmt: skip


@pytest.mark.parametrize("command", ANSWERS)
def test_every_answer_has_the_same_options(command: str) -> None:
    """A script can pass them to any command that answers with a report."""
    found: Any = command_for([])
    for word in command.split():
        found = found.commands[word]
    options = {name for each in found.params for name in each.opts}
    assert {"--format", "--report", "--keep-going", "--exit-zero"} <= options


@pytest.mark.parametrize("command", [each for each in ANSWERS if each not in ("prices lint", "encodings verify")])
def test_every_answer_in_money_has_a_currency(command: str) -> None:
    """Amounts can be shown in the currency of the reader wherever there are any."""
    found: Any = command_for([])
    for word in command.split():
        found = found.commands[word]
    options = {name for each in found.params for name in each.opts}
    money = command not in ("encodings", "tokens")
    assert ({"--currency", "--fx", "--vat"} <= options) == money


def test_an_unchecked_limit_is_never_among_the_rest(run: Run) -> None:
    """After more lines that cannot be read than are shown; the rest are counted, and where they are listed is said."""
    unknown = json.dumps({"model": "nobody-9", "usage": {"prompt_tokens": 5}})
    Path("many.jsonl").write_text(unknown + "\n" + "{broken\n" * 30)
    found = run("usage", "many.jsonl", "--max-cost", "1")
    assert found.code == 2
    lines = found.err.splitlines()
    assert lines[20].startswith("tokcost: --max-cost cannot be checked: ")
    assert lines[21] == "tokcost: and 10 more problems: --format json lists them"
    assert "nobody-9" in found.out
