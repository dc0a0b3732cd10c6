"""The house as it is meant to be: which room may know which."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent / "tokcost"

# room -> the rooms it may import. What is not named here, it does not know.
MAY_IMPORT = {
    "amounts": set(),
    "masking": set(),
    "phrases": {"masking"},
    "errors": {"phrases"},
    "usage": set(),
    "rates": {"usage"},
    "catalog": {"errors", "rates"},
    "encodings": {"errors", "cache"},
    "sources": {"errors"},
    "requests": {"errors"},
    "counting": {"errors", "encodings", "requests"},
    "pricing": {"errors", "usage", "rates", "catalog", "counting"},
    "report": {"catalog", "counting", "currency", "pricing", "rates"},
    "report_old": {"counting", "pricing", "report"},
    "limits": {"counting", "pricing", "report"},
    "documents": {
        "catalog", "counting", "currency", "encodings", "limits", "pricing", "rates", "remedies", "report",
        "sources", "usage",
    },
    "config": {"errors", "catalog", "rates"},
    "cache": set(),
    "anatomy": set(),
    "remedies": {"catalog", "rates"},
    "diff": {"pricing", "rates", "report"},
    "prompts": {"errors", "cache", "catalog", "config", "counting", "encodings", "requests", "sources"},
    "lock": {"errors", "catalog", "checks", "counting", "pricing", "report"},
    "checks": {
        "errors", "anatomy", "cache", "catalog", "config", "counting", "diff", "lock", "pricing", "prompts", "rates",
        "report", "sources", "report_old"},
    "currency": {"errors", "pricing", "rates"},
    "logs": {"errors", "rates", "sources", "usage"},
    "metering": {"errors", "usage", "rates", "catalog", "currency", "logs", "pricing", "report", "report_old"},
    "audit": {"errors", "usage", "rates", "catalog", "currency", "logs", "metering", "pricing", "report", "report_old"},
    "whatif": {
        "errors",
        "usage",
        "rates",
        "catalog",
        "counting",
        "currency",
        "logs",
        "metering",
        "pricing",
        "report", "report_old"},
    "render": {"report"},
    "render_old": {
        "errors", "anatomy", "audit", "batch", "catalog", "checks", "counting", "diff", "logs", "metering",
        "pricing", "rates", "report", "whatif", "report_old"},
    "batch": {"errors", "usage", "rates", "catalog", "requests", "counting", "pricing", "report", "report_old"},
    "library": {"errors", "catalog", "counting", "encodings", "pricing", "rates", "report"},
}  # fmt: skip
# What every room may know.
GROUND = {"amounts", "errors", "masking", "phrases"}
# Free to know everything: it turns flags into calls.
OPEN = {"cli", "__main__", "__init__"}
MONEY = (
    "rates.py", "usage.py", "pricing.py", "limits.py", "report/*.py", "documents/*.py",
    "currency.py", "catalog/*.py", "audit/*.py", "whatif/*.py",
    "metering/[a-eg-z]*.py",  # following.py keeps the clock
)  # fmt: skip


def room_of(path: Path) -> str:
    """The top-level module or folder that a file belongs to."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    """The rooms of this project that a file imports, wherever in the file."""
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        rooms |= {name.split(".")[1] for name in names if name.startswith("tokcost.")}
    return rooms


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_knows_only_what_it_may(path: Path) -> None:
    """Data flows one way: sources, requests, counting, pricing, report, render."""
    room = room_of(path)
    if room not in OPEN:
        assert imported_rooms(path) - {room} <= MAY_IMPORT[room] | (set() if room in GROUND else GROUND)


@pytest.mark.parametrize("pattern", MONEY)
def test_no_float_where_money_is_handled(pattern: str) -> None:
    """Money is Decimal from parse to display: no float literal, no call or annotation of float."""
    for path in ROOT.glob(pattern):
        for node in ast.walk(ast.parse(path.read_text())):
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), (path, node.lineno)
            assert not (isinstance(node, ast.Name) and node.id == "float"), (path, node.lineno)


def test_the_script_of_ci_is_one_that_bash_can_read() -> None:
    """A slip in it would show only where it is run."""
    script = ROOT.parent / ".ci" / "run"
    if not script.exists():
        pytest.skip("not a checkout")
    done = subprocess.run(["bash", "-n", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_files_are_short() -> None:
    """No file is longer than a person reads at once."""
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in ROOT.rglob("*.py")}
    assert {name: lines for name, lines in lengths.items() if lines > 350} == {}
