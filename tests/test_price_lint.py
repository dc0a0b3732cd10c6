"""The price book checks itself: every fault of a file at once, each with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.conftest import Run
from tokcost.catalog.builtin import builtin_path
from tokcost.errors import PriceFileError
from tokcost.linting.files import lint
from tokcost.linting.issue import LintIssue

TODAY = date(2026, 11, 25)
HEAD = "[tokcost]\nschema = 1\n"
MODEL = '[acme."m"]\n'  # line 3 of a file
ROW = '[[acme."m".rates]]\nfrom = 2026-01-01\n'  # lines 4 and 5 after MODEL
ENCODINGS = {
    "o200k_base", "o200k_harmony", "cl100k_base", "p50k_base", "p50k_edit", "r50k_base", "gpt2",
    "gemma3", "qwen", "deepseek", "tekken", "claude_v3", "claude_v4.7", "claude_v4.8", "claude_opus_5",
}  # fmt: skip
SCALES = {"grok", "llama3", "llama4", "glm", "qwen3.5", "korean", "unmeasured"}


def problems(tmp_path: Path, text: str, head: str = HEAD) -> list[tuple[int | None, str, str]]:
    path = tmp_path / "own.toml"
    path.write_text(head + text, encoding="utf-8")
    found = lint(path, encodings=ENCODINGS, scales=SCALES, today=TODAY)
    assert all(problem.path == str(path) for problem in found)
    return [(problem.line, problem.severity, problem.message) for problem in found]


def test_a_clean_file(tmp_path: Path) -> None:
    """A file of one's own needs no source, and correcting a built-in model is no repeated name."""
    assert problems(tmp_path, '[[openai."gpt-4o".rates]]\nfrom = 2026-01-01\ninput = "1"\n') == []


@pytest.mark.parametrize(
    ("text", "line", "severity", "says"),
    [
        (MODEL + 'encoding = "o20k_base"\n', 4, "error", "unknown encoding 'o20k_base'"),
        (MODEL + 'scale = "claude"\n', 4, "error", "unknown scale 'claude'"),
        (MODEL + 'standing = "assumed"\n', 4, "error", "an assumed count says what it 'assumes'"),
        (MODEL + 'scale = "grok"\nmargin = 5\n', 5, "error", "'margin' goes with an assumed count, or an estimate"),
        (MODEL + 'standing = "exact"\nmargin = 5\n', 5, "error", "'margin' goes with an assumed count"),
        (MODEL + 'margin = "5"\n', 4, "error", "'margin' must be whole per cent from 0 (none) to 100"),
        (MODEL + "margin = 101\n", 4, "error", "'margin' must be whole per cent from 0 (none) to 100"),
        (MODEL + "margin = -1\n", 4, "error", "'margin' must be whole per cent from 0 (none) to 100"),
        (MODEL + "released = 2026-05-02\nretires = 2026-05-01\n", 5, "error", "'retires' (2026-05-01) is before"),
        (MODEL + ROW + 'input = "1"\ncached = "1.01"\n', 7, "error", "standard 'cached' (1.01) is above 'input' (1)"),
        (MODEL + ROW + 'input = "2"\nbatch = { input = "2.1" }\n', 7, "error", "batch 'input' (2.1) is above"),
        (MODEL + ROW + 'input = "2"\nflex = { input = "3" }\n', 7, "error", "flex 'input' (3) is above"),
        (MODEL + ROW + 'input = "2"\nlong = [{ prompt = ">9", input = "4", cached = "5" }]\n', 7, "error", "above"),
        (MODEL + ROW + 'input = "2"\nlong = [{ prompt = ">9", input = "1" }]\n', 7, "warning", "1 past the cliff"),
        (MODEL + ROW + 'input = "2"\nchecked = 2026-11-26\n', 7, "error", "'checked' (2026-11-26) lies in the future"),
        (
            MODEL + ROW + 'input = "2"\nguaranteed_until = 2025-12-31\n',
            7,
            "error",
            "'guaranteed_until' is before 'from'",
        ),
        (MODEL + ROW + 'input = "2"\n' + ROW + 'input = "3"\n', 8, "error", "rows overlap"),
        (MODEL + 'aliases = ["gpt-4o"]\n', 4, "error", "the name 'gpt-4o' is already that of openai/gpt-4o"),
        (MODEL + '[acme."n"]\naliases = ["m"]\n', 5, "error", "the name 'm' is already that of acme/m"),
        (MODEL + "rates = 1\n", 4, "error", "rates are rows of their own"),
        (MODEL + MODEL, 4, "error", "not valid TOML"),
    ],
)
def test_one_fault(tmp_path: Path, text: str, line: int, severity: str, says: str) -> None:
    """Each fault is reported with its line and how bad it is, and nothing else is."""
    ((found_line, found_severity, message),) = problems(tmp_path, text)
    assert (found_line, found_severity) == (line, severity)
    assert says in message


def test_rates_that_only_look_odd_are_left_alone(tmp_path: Path) -> None:
    """Batch at the standard rate, a free cache read and a dearer priority are all sold somewhere."""
    row = 'input = "2"\ncached = "0"\nbatch = { input = "2" }\npriority = { input = "4" }\n'
    assert problems(tmp_path, MODEL + ROW + row) == []


def test_all_faults_at_once(tmp_path: Path) -> None:
    """All faults of a file, in its model, in both rows and in its names, are reported in order."""
    text = (
        MODEL
        + 'encodin = "x"\naliases = ["gpt-4o"]\n'
        + ROW
        + 'input = "-1"\noutputt = "2"\ncurrency = "won"\n'
        + ROW.replace("2026", "2025")
        + 'input = "1e3"\n'
    )
    assert [line for line, _, _ in problems(tmp_path, text)] == [4, 5, 8, 9, 10, 12, 13]


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing file is an error of its own: there is nothing to list."""
    with pytest.raises(PriceFileError, match="cannot read the price file"):
        lint(tmp_path / "none.toml")


def shipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> list[LintIssue]:
    """What lint says of this text as the built-in book."""
    path = tmp_path / "pricing.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    monkeypatch.setattr("tokcost.linting.files.builtin_path", lambda: path)
    return lint(today=TODAY)


FULL = 'input = "1"\nsource = "s"\nchecked = 2026-11-23\nconfidence = "high"\n'


@pytest.mark.parametrize("key", ["source", "checked", "confidence"])
def test_the_built_in_book_names_its_sources(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key: str) -> None:
    """Every shipped row says where it comes from, when that was compared and how sure it is."""
    row = "".join(line for line in FULL.splitlines(keepends=True) if not line.startswith(key))
    (problem,) = shipped(monkeypatch, tmp_path, MODEL + ROW + row)
    assert (problem.line, problem.message) == (4, f"a row of the built-in book needs '{key}'")


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('[b."m"]\n[a."m"]\n', 4, "out of order: a/m comes before b/m"),
        ('[a."n"]\n[a."M"]\n', 4, "out of order: a/M comes before a/n"),
        ("[a.m]\n", 3, 'the header must stand as [a."m"]'),
        ("[a.'m']\n", 3, 'the header must stand as [a."m"]'),
        ('[a."m"] # new\n', 3, 'the header must stand as [a."m"]'),
        ('[a."m"]\naliases = [\n"x",\n]\n', 3, "its aliases on one line"),
        ('[a."m"]\naliases=["x"]\n', 3, "its aliases on one line"),
        ('[a."m"]\nkind = "chat"\naliases = ["x"]\n', 3, "its aliases on one line below it"),
    ],
)
def test_the_built_in_book_is_indexed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, line: int, says: str
) -> None:
    """A header that the index would miss, or one out of order, does not get shipped."""
    (problem,) = shipped(monkeypatch, tmp_path, text)
    assert problem.line == line
    assert says in problem.message


def test_the_shipped_file_by_its_path() -> None:
    """Naming the built-in file is the same check as naming none."""
    assert lint(builtin_path(), encodings=ENCODINGS, scales=SCALES, today=TODAY) == []


CHARGE = (
    '[[fees.acme.search]]\nfrom = 2026-01-01\namount = "1"\nsource = "s"\nchecked = 2026-11-23\nconfidence = "low"\n'
)
FLAT = '[rules.image."m"]\nway = "flat"\ntokens = 1\nsource = "s"\n'


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (CHARGE.replace('source = "s"\n', ""), 3, "this table of the built-in book needs 'source'"),
        (CHARGE.replace("checked = 2026-11-23\n", ""), 3, "this table of the built-in book needs 'checked'"),
        (CHARGE.replace('confidence = "low"\n', ""), 3, "this table of the built-in book needs 'confidence'"),
        (FLAT.replace('source = "s"\n', ""), 3, "this table of the built-in book needs 'source'"),
        (FLAT.replace('."m"', ".m"), 3, 'a rule must stand as [rules.image."m"]'),
        ('[a."m"]\n' + FLAT, 4, 'a rule must stand as [rules.image."m"] before the first model'),
    ],
)
def test_the_rules_of_the_built_in_book(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, line: int, says: str
) -> None:
    """Shipped rules and fees say where they come from, and stand where the index finds them."""
    (problem,) = [each for each in shipped(monkeypatch, tmp_path, text) if says in each.message]
    assert problem.line == line


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (CHARGE + CHARGE, 10, "rows overlap: 2026-01-01 is not after 2026-01-01"),
        (
            CHARGE.replace("checked = 2026-11-23", "checked = 2026-11-26"),
            7,
            "'checked' (2026-11-26) lies in the future",
        ),
        ("[rules.encoding.o20k]\ncache_min = 1\n", 3, "unknown encoding 'o20k': choose"),
        ("[rules.scale.grokk]\ncache_min = 1\n", 3, "unknown scale 'grokk': choose"),
        ('[rules.provider.acme]\ncaching = "some"\n', 4, "'caching' must be marked, free or billed"),
        ("[rules.provider.acme]\ncache_min = -1\n", 4, "'cache_min' must be a whole number of tokens above 0"),
        ('[acme."m"]\nframing = "gpt-4p"\n', 4, "unknown rule 'gpt-4p' for 'framing'"),
    ],
)
def test_rules_of_ones_own(tmp_path: Path, text: str, line: int, says: str) -> None:
    """Days twice or in the future, defaults of what does not exist, names of no rule: each with its line."""
    ((at, severity, message),) = problems(tmp_path, text)
    assert (at, severity) == (line, "error")
    assert says in message


def test_every_fault_of_the_rules_is_told(tmp_path: Path) -> None:
    """One fault does not hide those of other tables."""
    text = '[rules.image.a]\nway = "flat"\n[rules.image.b]\nway = "x"\n[[fees.a.b]]\nfrom = 2026-01-01\n'
    assert [line for line, _, _ in problems(tmp_path, text)] == [3, 6, 7]


@pytest.mark.parametrize("name", ["loop", "loop/own.toml"])
def test_a_link_that_leads_to_itself_is_one_line(run: Run, name: str) -> None:
    """It cannot be read, and that is what is said of it."""
    Path("loop").symlink_to("loop")
    code, out, err = run("prices", "lint", name)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"tokcost: error: {name}: cannot read the price file: ")
