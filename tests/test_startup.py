"""What stays out of the way: modules that a command does not need are not loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("tiktoken", "regex", "rich", "pathspec", "hypothesis", "urllib.request", "http.client", "ssl", "socket")


def loaded(code: str) -> set[str]:
    """The modules in a fresh interpreter after running the code."""
    script = f"import sys\n{code}\nprint(chr(10).join(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stderr.splitlines())


def command(*argv: str) -> str:
    """Code that runs a command."""
    return f"from tokcost.cli import main\nmain({list(argv)!r})"


def test_importing_the_library_loads_next_to_nothing() -> None:
    """``import tokcost`` is free until something is asked of it."""
    assert not loaded("import tokcost").intersection({*HEAVY, "typer", "decimal", "tokcost.catalog"})


@pytest.mark.parametrize(
    "argv",
    [("--version",), ("models", "list"), ("models", "show", "gpt-4o"), ("prices", "lint"), ("encodings", "-f", "json")],
    ids=" ".join,
)
def test_commands_that_count_nothing_load_no_tiktoken(argv: tuple[str, ...]) -> None:
    """Asking which encoding a model uses never loads it."""
    modules = loaded(command(*argv))
    assert not modules.intersection({"tiktoken", "regex", "rich", "socket", "ssl"})


def test_a_check_of_unchanged_prompts_counts_nothing(bare: Path) -> None:
    """The second run loads no vocabulary, no YAML and no drawing."""
    (bare / "p.md").write_text("Hello")
    (bare / ".gitignore").write_text("*.pyc\nbuild/\n")
    (bare / "tokcost.toml").write_text('model = "gpt-4o"\n[[budget]]\npaths = ["*.md"]\nmax-input-tokens = 9\n')
    assert "tiktoken" in loaded(command("check"))
    assert not loaded(command("check")).intersection({*HEAVY, "yaml"} - {"pathspec"})


@pytest.mark.parametrize("argv", [("--help",), ("count", "--help")], ids=" ".join)
def test_help_loads_no_tiktoken(argv: tuple[str, ...]) -> None:
    """Help is drawn, not counted."""
    assert not loaded(command(*argv)).intersection({"tiktoken", "regex"})


def test_a_count_of_claude_loads_neither_engine() -> None:
    """Its pieces are a set of text: no tiktoken, no regular expressions but those of Python, no drawing."""
    modules = loaded(command("count", "-t", "hello, 안녕 world", "-m", "claude-sonnet-4-5", "-m", "claude-sonnet-5-5"))
    assert "tokcost.encodings.claude.units" in modules
    assert not modules.intersection({*HEAVY, "json", "hashlib", "tokcost.encodings.claude.packing"})


def test_a_count_loads_only_what_it_needs() -> None:
    """No drawing, no ignore rules, no network, no other command for a plain count."""
    modules = loaded(command("count", "-t", "hello world", "-m", "gpt-4o"))
    assert "tiktoken" in modules
    assert not modules.intersection({"rich", "pathspec", "json", "hashlib", "socket", "ssl", "tokcost.cli.models"})
