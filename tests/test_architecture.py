"""The house as it is meant to be: which room may know which."""

from __future__ import annotations

import ast
import re
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
    "rules": set(),
    "cache": set(),
    "catalog": {"rates", "rules"},
    "inputs": set(),
    "encodings": {"cache"},
    "requests": {"inputs"},
    "counting": {"catalog", "encodings", "inputs", "requests", "rules"},
    "pricing": {"usage", "rates", "catalog", "counting"},
    "currency": {"pricing", "rates"},
    "report": {"catalog", "counting", "currency", "pricing", "rates"},
    "report_old": {"counting", "pricing", "report"},
    "limits": {"counting", "pricing", "rates", "report"},
    "remedies": {"catalog", "rates"},
    "documents": {
        "catalog", "counting", "currency", "encodings", "inputs", "limits", "pricing", "rates", "remedies",
        "report", "usage",
    },
    "inspection": {"catalog", "counting", "documents", "encodings", "inputs", "rates", "report"},
    "batch": {
        "catalog", "counting", "currency", "inputs", "limits", "pricing", "rates", "report", "report_old", "requests",
        "rules", "usage",
    },
    "logs": {"inputs", "rates", "usage"},
    "metering": {
        "catalog", "currency", "inputs", "limits", "logs", "pricing", "rates", "report", "report_old", "usage",
    },
    "audit": {"catalog", "currency", "logs", "metering", "pricing", "rates", "report", "usage"},
    "whatif": {
        "catalog", "counting", "currency", "inputs", "logs", "metering", "pricing", "rates", "report", "usage",
    },
    "budgets": {
        "cache", "catalog", "counting", "currency", "encodings", "inputs", "limits", "pricing", "rates", "remedies",
        "report", "requests",
    },
    "render": {"encodings", "report"},
    "render_old": {
        "batch", "catalog", "counting", "logs", "metering", "pricing", "rates", "render",
        "report", "report_old",
    },
    "library": {"catalog", "counting", "encodings", "pricing", "rates", "report", "requests"},
}  # fmt: skip
# What every room may know.
GROUND = {"amounts", "errors", "masking", "phrases"}
# Free to know everything: it turns flags into calls.
OPEN = {"cli", "__main__", "__init__"}
# Rooms whose files do not import each other in a circle.
NO_CIRCLES = ("budgets", "documents")
TESTS = Path(__file__).resolve().parent
# Money passes through every file but these: what they have floats for, which no amount touches.
FLOATS = {
    "cache.py": "seconds to wait for another process",
    "cli/follow.py": "seconds of the clock",
    "cli/progress.py": "seconds of the clock",
    "cli/usage.py": "seconds between two looks at a log",
    "counting/claude/attached.py": "tokens of attachments by their size",
    "counting/claude/provided.py": "tokens of thinking that is not shown",
    "counting/gemini.py": "shares of tokens that a count may be off",
    "counting/gemini_rules.py": "shares of tokens that a count may be off",
    "counting/gemini_schema.py": "shares of tokens that a count may be off",
    "counting/openai_images.py": "pixels and patches of pictures",
    "counting/pictures.py": "pixels and patches of pictures",
    "counting/scales.py": "tokens of one vocabulary for those of another",
    "counting/scripts.py": "tokens for a character of a script",
    "counting/tally.py": "tokens before they are rounded",
    "encodings/counter.py": "how alike two names are",
    "logs/entry.py": "moments in seconds, and counts that a log writes with a point",
    "metering/following.py": "seconds of the clock",
    "phrases.py": "how alike two names are",
    "render/lengths.py": "places in a drawing",
}


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
    """Data flows one way: inputs, requests, counting, pricing, report, render."""
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


def floats_of(path: Path) -> list[int]:
    """The lines of a file with a float literal or the name ``float``; a test for a float, to turn it away, is none."""
    tree = ast.parse(path.read_text())
    tested = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance"
        for inner in ast.walk(node.args[1])
    }
    return sorted(
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float" and id(node) not in tested)
    )


def test_no_float_where_money_passes() -> None:
    """Money is Decimal from parse to display: a float only in the files that say what for, and each of them has one."""
    found = {str(path.relative_to(ROOT)): lines for path in ROOT.rglob("*.py") if (lines := floats_of(path))}
    assert {name: lines for name, lines in found.items() if name not in FLOATS} == {}
    assert set(FLOATS) - set(found) == set(), "no float is left there: take them off the list"


@pytest.mark.parametrize("path", sorted(TESTS.glob("test_*.py")), ids=lambda path: path.stem)
def test_every_test_says_what_it_holds(path: Path) -> None:
    """In one sentence or more, as its docstring."""
    tests = [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    assert [node.name for node in tests if len((ast.get_docstring(node) or "").split()) < 3] == []


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


COUNTED_FROM_DATA = ("metering/*.py", "audit/*.py", "batch/*.py", "counting/**/*.py")


@pytest.mark.parametrize("pattern", COUNTED_FROM_DATA)
def test_no_price_or_factor_in_python(pattern: str) -> None:
    """Amounts and factors are rows of pricing.toml: no Decimal is written out here but 0 and 1."""
    for path in ROOT.glob(pattern):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Decimal") and node.args:
                written = node.args[0]
                assert not isinstance(written, ast.Constant) or str(written.value) in ("0", "1"), (path, node.lineno)


MODEL_NAMES = re.compile(r"\b(gpt-\d|o[134](-|$)|gemini-\d|claude-(\d|opus|sonnet|haiku|fable)|grok-\d)")


@pytest.mark.parametrize("pattern", COUNTED_FROM_DATA)
def test_no_model_is_known_by_name(pattern: str) -> None:
    """What holds for one model is chosen by its row in pricing.toml, never by its name in Python."""
    for path in ROOT.glob(pattern):
        tree = ast.parse(path.read_text())
        docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in docs:
                continue
            if " " not in node.value:  # a sentence may name models
                assert not MODEL_NAMES.search(node.value), (path, node.lineno, node.value)
