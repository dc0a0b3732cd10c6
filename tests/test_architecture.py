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
    "counting": {"errors", "catalog", "encodings", "requests"},
    "pricing": {"errors", "usage", "rates", "catalog", "counting"},
    "report": {"catalog", "counting", "currency", "pricing", "rates"},
    "report_old": {"counting", "pricing", "report"},
    "limits": {"counting", "pricing", "rates", "report"},
    "inspection": {"catalog", "counting", "encodings", "parallel", "rates", "report", "sources"},
    "documents": {
        "catalog", "counting", "currency", "encodings", "limits", "parallel", "pricing", "rates", "remedies", "report",
        "sources",
    },
    "cache": set(),
    "remedies": {"catalog", "rates"},
    "prompts": {"sources"},
    "budgets": {
        "cache", "catalog", "counting", "currency", "encodings", "limits", "pricing", "prompts", "rates", "remedies",
        "report", "requests", "sources",
    },
    "currency": {"errors", "pricing", "rates"},
    "logs": {"errors", "rates", "sources", "usage"},
    "metering": {"errors", "usage", "rates", "catalog", "currency", "logs", "pricing", "report", "report_old"},
    "audit": {"errors", "usage", "rates", "catalog", "currency", "logs", "metering", "pricing", "report"},
    "whatif": {
        "errors", "usage", "rates", "catalog", "counting", "currency", "logs", "metering", "pricing", "report",
    },
    "render": {"encodings", "report"},
    "render_old": {
        "audit", "batch", "catalog", "corpus", "counting", "logs", "metering", "pricing", "rates", "render",
        "report", "report_old"},
    "parallel": {"errors", "encodings", "sources", "counting"},
    "corpus": {
        "usage", "rates", "catalog", "encodings", "sources", "counting", "parallel", "pricing", "report", "report_old",
    },
    "batch": {"errors", "usage", "rates", "catalog", "requests", "counting", "pricing", "report", "report_old"},
    "library": {"errors", "catalog", "counting", "encodings", "pricing", "rates", "report", "requests"},
}  # fmt: skip
# What every room may know.
GROUND = {"amounts", "errors", "masking", "phrases"}
# Free to know everything: it turns flags into calls.
OPEN = {"cli", "__main__", "__init__"}
# Rooms whose files do not import each other in a circle.
NO_CIRCLES = ("budgets",)
MONEY = (
    "rates.py", "usage.py", "pricing.py", "limits.py", "report/*.py", "documents/*.py", "inspection/*.py",
    "budgets/*.py", "currency.py", "catalog/*.py", "audit/*.py", "whatif/*.py",
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


def imported_modules(path: Path, room: str) -> set[str]:
    """The files of its own room that a file imports, by their names."""
    named = [node.module for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
    lead = f"tokcost.{room}."
    return {module.removeprefix(lead).split(".")[0] for module in named if module and module.startswith(lead)}


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_knows_only_what_it_may(path: Path) -> None:
    """Data flows one way: sources, requests, counting, pricing, report, render."""
    room = room_of(path)
    if room not in OPEN:
        assert imported_rooms(path) - {room} <= MAY_IMPORT[room] | (set() if room in GROUND else GROUND)


@pytest.mark.parametrize("room", NO_CIRCLES)
def test_no_files_of_a_room_import_each_other(room: str) -> None:
    """Within a room data flows one way, too, wherever in a file the import stands."""
    files = {path.stem: path for path in (ROOT / room).glob("*.py")}
    imports = {name: imported_modules(path, room) & files.keys() for name, path in files.items()}
    while ends := {name for name, others in imports.items() if not others & imports.keys() - {name}}:
        imports = {name: others for name, others in imports.items() if name not in ends}
    assert imports == {}


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
