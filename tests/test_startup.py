"""What stays out of the way: modules that a command does not need are not loaded."""

from __future__ import annotations

import subprocess
import sys

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


@pytest.mark.parametrize("argv", [("--help",), ("count", "--help")], ids=" ".join)
def test_help_loads_no_tiktoken(argv: tuple[str, ...]) -> None:
    """Help is drawn, not counted."""
    assert not loaded(command(*argv)).intersection({"tiktoken", "regex"})


def test_a_count_loads_only_what_it_needs() -> None:
    """No drawing, no ignore rules, no network, no other command for a plain count."""
    modules = loaded(command("count", "-t", "hello world", "-m", "gpt-4o"))
    assert "tiktoken" in modules
    assert not modules.intersection({"rich", "pathspec", "json", "hashlib", "socket", "ssl", "tokcost.cli.models"})
