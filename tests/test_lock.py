"""The lock: deterministic, mergeable, and able to tell a grown prompt from a moved price."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import AS_OF, Run
from tests.repos import CONFIG, Repo, words
from tokcost.budgets.lock import read_lock

DAY = ("--as-of", "2026-11-24")
OWN = '[tokcost]\nschema = 1\n[[openai."gpt-4o".rates]]\nfrom = 2026-01-01\ninput = "{}"\noutput = "10"\n'


def test_the_lock_records_tokens_cost_rates_encoding_version_and_hash(run: Run, repo: Repo) -> None:
    """100 tokens at 2.50 a million are 0.00025. It is the same however often it is written."""
    result = run("lock", *DAY)
    assert (result.code, result.out, result.err) == (0, "", "tokcost: tokcost.lock: 2 prompts\n")
    text = (repo.path / "tokcost.lock").read_text()
    data = json.loads(text)
    assert data["tokcost"] == "0.1.0"
    assert data["models"]["openai/gpt-4o"]["encoding"] == "o200k_base"
    assert data["models"]["openai/gpt-4o"]["input"] == "2.5"
    prompt = data["prompts"]["prompts/a.md"]
    assert prompt["openai/gpt-4o"] == {"input": 100, "output": 0, "cost": "0.00025"}
    assert len(prompt["sha256"]) == 64
    assert list(data["prompts"]) == sorted(data["prompts"])
    assert sum("prompts/" in line for line in text.splitlines()) == 2
    run("lock", *DAY, "--no-cache")
    assert (repo.path / "tokcost.lock").read_text() == text
    assert [path.name for path in repo.path.iterdir() if "part" in path.name] == []


def test_growth_against_the_lock_fails_and_locking_accepts_it(run: Run, repo: Repo) -> None:
    """A budget without a limit of growth lets nothing grow; shrinking is free."""
    repo.write("tokcost.toml", CONFIG.replace('max-increase = "10%"\n', ""))
    run("lock")
    assert run("check", "--locked").code == 0
    repo.write("prompts/a.md", words(99))
    assert run("check", "--locked").code == 0
    repo.write("prompts/a.md", words(101))
    result = run("check", "--locked", "-q")
    assert result.code == 1
    assert result.out == (
        "prompts/a.md: grew from 100 to 101 input tokens for gpt-4o, by 1 (1.0 %); the lock allows 100\n"
    )
    assert "accept it with 'tokcost lock'" in run("check", "--locked").out
    run("lock")
    assert run("check", "--locked").code == 0


def test_a_limit_of_growth_holds_against_the_lock(run: Run, repo: Repo) -> None:
    """10 % of 100 is 110, with --locked and, the lock being there, without."""
    run("lock")
    for tokens, code in ((110, 0), (111, 1)):
        repo.write("prompts/a.md", words(tokens))
        assert run("check", "--locked").code == code
        assert run("check").code == code


def test_a_prompt_that_is_not_in_the_lock_is_a_finding(run: Run, repo: Repo) -> None:
    """A new file is no way around it."""
    run("lock")
    repo.write("prompts/c.md", words(5))
    result = run("check", "--locked", "-q")
    assert (result.code, result.out) == (1, "prompts/c.md: 5 input tokens for gpt-4o are not in tokcost.lock\n")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "tokcost.lock: there is no lock yet: 'tokcost lock' writes it"),
        ("{", "tokcost.lock:1: not valid JSON"),
        ('{\n<<<<<<< HEAD\n"a": 1\n=======\n', "tokcost.lock:2: a merge conflict"),
        ('{"version": 9}', "not a lock of version 1"),
        ('{"version": 1, "tokcost": "1", "models": {}, "prompts": {"a": {}}}', "an incomplete lock"),
    ],
)
def test_a_lock_that_is_not_whole_is_no_pass(run: Run, repo: Repo, text: str | None, says: str) -> None:
    """Exit 2 with the line and the command that mends it."""
    if text is not None:
        repo.write("tokcost.lock", text)
    result = run("check", "--locked")
    assert (result.code, result.out) == (2, "")
    assert says in result.err


def test_a_moved_price_is_reported_as_such_and_is_no_growth(run: Run, repo: Repo) -> None:
    """2.50 became 3: the prompts are the same, so nothing moved, and the rates are named."""
    repo.write("own.toml", OWN.format("2.50"))
    run("lock", "--prices", "own.toml", *DAY)
    repo.write("own.toml", OWN.format("3"))
    result = run("check", "--locked", "--prices", "own.toml", *DAY)
    assert result.code == 0
    assert "nothing moved since tokcost.lock" in result.out
    assert "note: the price of gpt-4o moved since tokcost.lock: input 2.5 -> 3" in result.err
    repo.write("prompts/a.md", words(110))
    result = run("diff", "tokcost.lock", "--prices", "own.toml", *DAY)
    assert "+$0.00003\n" in result.out  # 10 tokens at 3 a million: the price of today on both sides


def test_line_ends_of_a_checkout_do_not_unlock(run: Run, repo: Repo) -> None:
    """The hash is that of the text with the line ends it was locked with."""
    repo.write("tokcost.toml", CONFIG.replace('max-increase = "10%"\n', ""))
    repo.write("prompts/a.md", "a***\n" * 9)
    run("lock")
    repo.write("prompts/a.md", "a***\r\n" * 9)
    assert run("check", "--locked").code == 0


def test_branches_that_touch_different_prompts_merge(run: Run, repo: Repo) -> None:
    """One line a prompt: git needs no help."""
    for name in "cdefgh":
        repo.write(f"prompts/{name}.md", words(50))
    run("lock")
    repo.commit()
    repo.git("switch", "-q", "-c", "work")
    repo.write("prompts/a.md", words(101))
    run("lock")
    repo.commit()
    repo.git("switch", "-q", "main")
    repo.write("prompts/g.md", words(51))
    run("lock")
    repo.commit()
    repo.git("merge", "-q", "--no-edit", "work")
    assert run("check", "--locked").code == 0


@pytest.mark.parametrize("model", ["moonshot/kimi-k3", "anthropic/claude-sonnet-5-5"])
def test_a_range_is_kept(run: Run, repo: Repo, model: str) -> None:
    """The high end is what growth is measured from."""
    repo.write("tokcost.toml", CONFIG.replace("gpt-4o", model))
    run("lock")
    data = json.loads((repo.path / "tokcost.lock").read_text())
    record = data["prompts"]["prompts/a.md"][model]
    assert record["low"] < record["input"] < record["high"]
    assert run("check", "--locked").code == 0


def test_another_margin_is_no_moved_price(run: Run, repo: Repo) -> None:
    """A model that has been recorded meanwhile is counted more surely: that is what the lock says has changed."""
    repo.write("tokcost.toml", CONFIG.replace("gpt-4o", "anthropic/claude-sonnet-5-5"))
    run("lock")
    repo.write("own.toml", '[tokcost]\nschema = 1\n[anthropic."claude-sonnet-5-5"]\nmargin = 0\n')
    result = run("check", "--locked", "--prices", "own.toml")
    assert "claude-sonnet-5-5 is counted with claude_v4.8 now, with claude_v4.8 within 5 % in" in result.err
    assert "the price of" not in result.err


@given(st.text(max_size=300))
def test_no_lock_however_broken_is_a_traceback(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """It is read, or refused with a sentence."""
    from tokcost.errors import ConfigError

    path: Path = tmp_path_factory.mktemp("lock") / "tokcost.lock"
    path.write_text(
        '{"version": 1, "tokcost": "1", "models": {}, "prompts": ' + text, encoding="utf-8", errors="replace"
    )
    with contextlib.suppress(ConfigError):
        read_lock(str(path), "tokcost.lock")


def test_a_lock_for_another_model_lets_nothing_pass(run: Run, repo: Repo) -> None:
    """What the prompt was under the new model is not known; with --locked it is a finding, and locking mends it."""
    assert run("lock").code == 0
    repo.write("tokcost.toml", CONFIG.replace("gpt-4o", "gpt-4o-mini"))
    repo.write("prompts/a.md", words(900))
    result = run("check", "--exit-zero")
    assert (result.code, result.out) == (2, "")
    assert "tokcost.toml:7: max-increase cannot be checked: tokcost.lock has prompts/a.md for gpt-4o" in result.err
    assert "not for gpt-4o-mini: run 'tokcost lock'" in result.err
    assert run("check", "--locked").code == 1
    assert run("lock").code == 0
    assert run("check").code == 0


def test_growth_alone_without_a_base_is_no_pass(run: Run, repo: Repo) -> None:
    """A rule that was not checked was not checked; what is said of the others beside it is no pass either."""
    result = run("check", "--keep-going", "--exit-zero")
    assert result.code == 2
    assert "support  gpt-4o" in result.out
    line = "tokcost.toml:7: max-increase cannot be checked: there is neither a base nor a lock: name a ref with --base"
    assert line in result.err
    assert json.loads(run("check", "-f", "json").out)["totals"]["complete"] is False
    for rule in ("max-increase", "max-total-increase"):
        config = CONFIG.replace("max-input-tokens = 1000\n", "").replace("max-increase", rule)
        repo.write("tokcost.toml", config)
        result = run("check")
        assert (result.code, result.out) == (2, "")
        assert f"tokcost.toml:6: {rule} cannot be checked: there is neither a base nor a lock" in result.err
    assert run("check", "--base", "main").code == 0


def test_a_lock_nested_without_end_is_refused(run: Run, repo: Repo) -> None:
    """One line, as for any file that is no lock."""
    repo.write("tokcost.lock", '{"a":' * 20_000)
    result = run("check")
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert "tokcost.lock: not a lock file: run 'tokcost lock' again" in result.err


def test_a_lock_also_answers_with_the_report(run: Run, repo: Repo) -> None:
    """The lock goes where it always goes, or where -o says; stdout has what was locked."""
    checked = run("check", *DAY, "-f", "csv").out
    assert run("lock", *DAY).code == 0
    text = (repo.path / "tokcost.lock").read_text()
    (repo.path / "tokcost.lock").unlink()
    result = run("lock", *DAY, "-f", "json")
    held = "note: gpt-4o retires on 2027-01-14\n"
    held += f"note: held to tokcost.toml; amounts in USD; prices: built-in of {AS_OF}\n"
    assert (result.code, result.err) == (0, f"tokcost: tokcost.lock: 2 prompts\n{held}")
    assert (repo.path / "tokcost.lock").read_text() == text
    document = json.loads(result.out)
    assert (document["schema_version"], document["command"]) == (2, "lock")
    assert [(row["name"], row["input_tokens"], row["cost"]) for row in document["rows"]] == [
        ("prompts/a.md", 100, "0.00025"), ("prompts/b.md", 200, "0.0005"),
    ]  # fmt: skip
    assert document["totals"]["cost"] == "0.00075"
    result = run("lock", *DAY, "-o", "other.lock", "--report", "csv=locked.csv")
    assert (result.code, result.out, result.err) == (0, "", "tokcost: other.lock: 2 prompts\n")
    assert (repo.path / "other.lock").read_text() == text
    assert (repo.path / "locked.csv").read_text() == checked
