"""A short hunt with the project's own fuzzer; ``python tests/fuzz/run.py`` is the long one, by hand."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fuzz import laws
from tests.fuzz.cases import COMMANDS, Case, case_of
from tests.fuzz.laws import answer_of, broken_law
from tests.fuzz.run import hunt
from tests.fuzz.samples import BILLS, LOGS, PROJECT, REQUESTS, TEXTS, Files


@pytest.fixture(autouse=True)
def _quiet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of the test's own, and no repository above its folders."""
    monkeypatch.setenv("TOKCOST_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))


@pytest.mark.parametrize("command", COMMANDS)
@settings(
    max_examples=8, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(random=st.randoms(use_true_random=False))
def test_no_input_breaks_a_law(command: str, tmp_path: Path, random: Random) -> None:
    """An exit code, lines that begin as ours, a report that fits its schema, no key, nothing changed, in good time."""
    case = case_of(command, random)
    assert broken_law(case, tmp_path / "fuzz") is None, case.argv


def test_the_long_run_saves_what_falls_and_runs_it_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once for each kind, with its files; how many runs there were is told."""
    monkeypatch.setattr(laws, "main", lambda argv: 7)
    counts = hunt("count", 0.2, 1, tmp_path / "saved", tmp_path / "top")
    assert counts["code-exit"] == counts["runs"] >= 1
    (saved,) = (tmp_path / "saved" / "count").iterdir()
    assert broken_law(Case.load(saved), tmp_path / "fuzz") == "code: exit 7"


WHOLE: list[tuple[str, Files]] = [
    ("check", PROJECT), ("lock", PROJECT), ("diff saved.json", PROJECT), ("check --from saved.json", PROJECT),
    ("prices lint own.toml", PROJECT), ("whatif one.json --price x2", PROJECT), ("corpus docs.jsonl docs.csv", TEXTS),
    ("count a.md b.txt code.py a.txt.gz texts.zip", TEXTS),
    *((f"batch {name}", REQUESTS) for name in REQUESTS),
    *((f"usage {name} -m gpt-4o --provider openai --rate 1", LOGS) for name in LOGS if name != "own.csv"),
    *((f"audit openai.jsonl --bill {name} --exit-zero", {**LOGS, **BILLS}) for name in BILLS),
]  # fmt: skip


@pytest.mark.parametrize(("command", "files"), WHOLE, ids=[command for command, _ in WHOLE])
def test_the_samples_are_whole(tmp_path: Path, command: str, files: Files) -> None:
    """Unchanged, each is read to its end: a mutation of what is refused anyway would find nothing."""
    answer = answer_of(Case(tuple(command.split()), files), tmp_path / "fuzz")
    assert answer.code == 0, answer


def _says(out: str = "", err: str = "", code: int = 0) -> Callable[[Sequence[str]], int]:
    def main(argv: Sequence[str]) -> int:
        sys.stdout.write(out)
        sys.stderr.write(err)
        return code

    return main


def _fails(argv: Sequence[str]) -> int:
    raise ValueError(argv)


def _hangs(argv: Sequence[str]) -> int:
    while True:
        pass


def _spoils(argv: Sequence[str]) -> int:
    Path("a.md").write_text("gone")
    return 0


@pytest.mark.parametrize(
    ("main", "law"),
    [
        (_says(code=3), "code"),
        (_says(code=2), "silent"),
        (_says(err="tokcost: bug: KeyError: 'x'\n", code=2), "bug"),
        (_says(err="a.md: ::error::\n"), "stderr"),
        (_says(err="tokcost: \x1b[31m\n"), "stderr"),
        (_says(out="\u202e"), "stdout"),
        (_says(out="xoxb-17653672481-19874698323-pdFZKVe"), "secret"),
        (_fails, "escaped"),
        (_hangs, "slow"),
        (_spoils, "input"),
    ],
)
def test_a_broken_law_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, main: Callable[[Sequence[str]], int], law: str
) -> None:
    """Each law speaks when it is broken, on a command that does so."""
    monkeypatch.setattr(laws, "main", main)
    monkeypatch.setattr(laws, "MAX_SECONDS", 0.1)
    found = broken_law(Case(("count", "a.md"), TEXTS), tmp_path / "fuzz")
    assert found is not None and found.startswith(law)


@pytest.mark.parametrize(("out", "law"), [("{", "json"), ('{"command": 1}', "schema"), ("[]", "schema")])
def test_a_broken_document_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str, law: str) -> None:
    """JSON that does not parse, and JSON that is no report."""
    monkeypatch.setattr(laws, "main", _says(out))
    found = broken_law(Case(("count", "a.md", "--format", "json"), TEXTS), tmp_path / "fuzz")
    assert found is not None and found.startswith(law)
