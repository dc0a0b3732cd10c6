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
    "atomic": set(),
    "masking": set(),
    "phrases": {"masking"},
    "errors": {"phrases"},
    "usage": set(),
    "rates": {"usage"},
    "rules": set(),
    "units": {"catalog", "rates"},
    "cache": set(),
    "naming": set(),
    "catalog": {"inputs", "naming", "rates", "rules"},
    "imports": {"catalog", "inputs", "naming", "rates"},
    "linting": {"catalog", "rates"},
    "inputs": set(),
    "encodings": {"cache"},
    "requests": {"inputs", "rates"},
    "counting": {"catalog", "encodings", "inputs", "requests", "rules"},
    "pricing": {"usage", "rates", "catalog", "counting", "rules"},
    "modalities": {"catalog", "pricing", "rates", "usage"},
    "quoting": {"catalog", "counting", "modalities", "pricing", "rates", "usage"},
    "prefixes": {"catalog", "counting", "quoting", "requests"},
    "currency": {"pricing", "rates"},
    "report": {"catalog", "counting", "currency", "inputs", "pricing", "rates", "units"},
    "limits": {"counting", "currency", "pricing", "rates", "report"},
    "remedies": {"catalog", "rates"},
    "documents": {
        "catalog", "counting", "currency", "encodings", "inputs", "limits", "pricing", "quoting", "rates",
        "remedies", "report", "units", "usage",
    },
    "inspection": {
        "catalog", "counting", "currency", "documents", "encodings", "imports", "inputs", "linting", "pricing", "rates",
        "report", "rules",
    },
    "batch": {
        "catalog", "counting", "currency", "inputs", "limits", "logs", "metering", "naming", "prefixes", "pricing",
        "quoting", "rates", "report", "requests", "rules", "usage",
    },
    "logs": {"inputs", "rates", "usage"},
    "metering": {
        "catalog", "currency", "inputs", "limits", "logs", "modalities", "naming", "pricing", "rates", "report",
        "rules", "units", "usage",
    },
    "audit": {"catalog", "currency", "inputs", "logs", "metering", "pricing", "rates", "report", "usage"},
    "whatif": {
        "catalog", "counting", "currency", "inputs", "logs", "metering", "pricing", "rates", "report", "usage",
    },
    "budgets": {
        "cache", "catalog", "counting", "currency", "encodings", "inputs", "limits", "naming", "prefixes", "pricing",
        "quoting", "rates", "remedies", "report", "requests",
    },
    "render": {"encodings", "metering", "report"},
    "action": {"inputs", "render"},
    "library": {"catalog", "counting", "encodings", "prefixes", "pricing", "quoting", "rates", "report", "requests"},
}  # fmt: skip
# What every room may know.
GROUND = {"amounts", "atomic", "errors", "masking", "phrases"}
# Free to know everything: it turns flags into calls.
OPEN = {"cli", "__main__", "__init__"}
# What the command line leaves to the rooms: rows, columns, findings, exact sums, patterns of a domain.
NOT_IN_CLI = {
    "Column", "EXACT", "Finding", "Row", "Table", "a product", "cost_of", "cost_under", "plain", "price_count",
    "quantize", "re", "scaleb",
}  # fmt: skip
TESTS = Path(__file__).resolve().parent
# Money passes through every file but these: what they have floats for, which no amount touches.
FLOATS = {
    "batch/files.py": "seconds of sound and film",
    "cache.py": "seconds to wait for another process",
    "catalog/overlays.py": "how alike two names are",
    "catalog/suggest.py": "how alike two names or families are",
    "cli/follow.py": "seconds of the clock",
    "cli/progress.py": "seconds of the clock",
    "cli/usage.py": "seconds between two looks at a log",
    "cli/waiting.py": "seconds between two looks at a log",
    "counting/claude/attached.py": "tokens of attachments by their size",
    "counting/claude/provided.py": "tokens of thinking that is not shown",
    "counting/gemini.py": "shares of tokens that a count may be off",
    "counting/gemini_rules.py": "shares of tokens that a count may be off",
    "counting/gemini_schema.py": "shares of tokens that a count may be off",
    "counting/media.py": "seconds of sound and film, and tokens for them",
    "counting/openai_images.py": "pixels and patches of pictures",
    "counting/pictures.py": "pixels and patches of pictures",
    "counting/scales.py": "tokens of one vocabulary for those of another",
    "counting/scripts.py": "tokens for a character of a script",
    "counting/tally.py": "tokens before they are rounded",
    "encodings/counter.py": "how alike two names are",
    "logs/entry.py": "counts that a log writes with a point",
    "metering/following.py": "seconds of the clock",
    "phrases.py": "how alike two names are",
    "render/lengths.py": "places in a drawing",
    "requests/files.py": "seconds of sound and film",
    "requests/gemini.py": "seconds of film",
    "requests/media.py": "seconds of sound and film",
    "requests/model.py": "seconds of sound and film",
    "requests/sound_frames.py": "places in a file, and seconds of sound",
    "requests/wave_head.py": "seconds of sound",
    "requests/webm_head.py": "seconds of film",
    "rules/media.py": "tokens for a second",
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


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_knows_only_what_it_may(path: Path) -> None:
    """Data flows one way: inputs, requests, counting, pricing, report, render."""
    room = room_of(path)
    if room not in OPEN:
        assert imported_rooms(path) - {room} <= MAY_IMPORT[room] | (set() if room in GROUND else GROUND)


def imported_files() -> dict[str, set[str]]:
    """The modules of the package that each module imports, wherever in it the import stands."""
    files = {".".join(path.relative_to(ROOT.parent).with_suffix("").parts): path for path in ROOT.rglob("*.py")}
    found: dict[str, set[str]] = {}
    for name, path in files.items():
        found[name] = set()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                full = {f"{node.module}.{alias.name}" for alias in node.names}
                found[name] |= {each if each in files else node.module for each in full} & files.keys()
    return found


def circles(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """What is left of a graph when all that leads nowhere is taken away: nothing, where there is no circle."""
    while ends := {name for name, others in graph.items() if not others & graph.keys() - {name}}:
        graph = {name: others for name, others in graph.items() if name not in ends}
    return graph


def test_no_two_files_import_each_other() -> None:
    """Within a room data flows one way, too, and through any number of files."""
    assert circles(imported_files()) == {}


def test_no_two_rooms_import_each_other() -> None:
    """The table of rooms allows no circle, so that nobody can build one without changing it."""
    assert circles({room: set(others) for room, others in MAY_IMPORT.items()}) == {}


def test_each_class_name_is_used_once() -> None:
    """Whoever reads a name knows what is meant."""
    names: dict[str, list[str]] = {}
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                names.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    assert {name: files for name, files in names.items() if len(files) > 1} == {}


@pytest.mark.parametrize("path", sorted((ROOT / "cli").glob("*.py")), ids=lambda path: path.stem)
def test_the_command_line_builds_no_rows_and_knows_no_formula(path: Path) -> None:
    """It turns words and flags into typed values, makes one call, and ends with one exit code."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        used: set[str] = set()
        if isinstance(node, ast.Import):
            used = {alias.name for alias in node.names}
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            used = {node.func.id}
        elif isinstance(node, ast.Attribute):
            used = {node.attr} & {"quantize", "scaleb"}
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            used = {"a product"}
        elif isinstance(node, ast.Name):
            used = {node.id} & {"EXACT"}
        found += [(getattr(node, "lineno", 0), name) for name in used & NOT_IN_CLI]
    assert found == []


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
    assert {name: lines for name, lines in lengths.items() if lines > 250} == {}


COUNTED_FROM_DATA = (
    "metering/*.py", "audit/*.py", "batch/*.py", "counting/**/*.py", "catalog/*.py", "linting/*.py", "documents/*.py",
    "rules/*.py", "pricing.py", "rates.py", "units.py",
)  # fmt: skip


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


def test_no_seller_is_known_by_name_in_the_catalog() -> None:
    """How one seller writes its ids is said where names are read; what it charges is data."""
    sellers = {"azure", "bedrock", "databricks", "fireworks", "openrouter", "vertex"}
    for path in (ROOT / "catalog").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant):
                assert node.value not in sellers, (path, node.lineno)


def test_what_is_not_known_is_never_nothing() -> None:
    """An amount that is None is told apart, never taken for 0."""
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
                assert "Decimal(0)" not in map(ast.unparse, node.values), (path, node.lineno)
