"""The built-in book is written in one way: lint names every line that is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Run
from tokcost.catalog.parse import MODEL_KEYS, ROW_KEYS, SAME_KEYS
from tokcost.linting.style import MODEL_ORDER, ROW_ORDER

HEAD = '# A book.\n\n[tokcost]\nschema = 1\nas_of = 2026-11-23\nfiles = ["bolt"]\n\n'
PART = "# Prices of Bolt.\n\n[tokcost]\nschema = 1\nas_of = 2026-11-23\n\n"
ABOUT = 'source = "a page"\nchecked = 2026-11-23\nconfidence = "high"\n'
MODEL = '[acme."m"]\n'
ROW = MODEL + '\n[[acme."m".rates]]\nfrom = 2026-01-01\n'
BOLT = '[bolt."m"]\nreasoning = true\n'


@pytest.fixture
def book(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A built-in book of two files; the lines of each begin after HEAD and PART."""
    folder = tmp_path / "prices"
    folder.mkdir()
    for module in ("linting.files", "catalog.builtin"):
        monkeypatch.setattr(f"tokcost.{module}.builtin_path", lambda: tmp_path / "pricing.toml")
        monkeypatch.setattr(f"tokcost.{module}.providers_folder", lambda: folder)
    (tmp_path / "pricing.toml").write_text(HEAD + MODEL)
    (folder / "bolt.toml").write_text(PART + BOLT)
    return tmp_path


def problems(run: Run) -> list[tuple[str, str]]:
    """What lint says of the built-in book: the file and line, and the sentence."""
    result = run("prices", "lint", "-f", "jsonl")
    rows = [json.loads(line) for line in result.out.splitlines()]
    assert (result.code, result.err) == (1 if rows else 0, "")
    return [(f"{Path(row['path']).name}:{row['line']}", row["message"]) for row in rows]


def test_a_book_in_order(run: Run, book: Path) -> None:
    """Nothing is said of it."""
    assert problems(run) == []


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (MODEL + "released = 2026-01-01\nmax_output = 9\n", 10, "'max_output' goes before 'released'"),
        (MODEL + 'note = "n"\nreasoning = true\n', 10, "'reasoning' goes before 'note'"),
        (ROW + 'output = "2"\ninput = "1"\n' + ABOUT, 13, "'input' goes before 'output'"),
        (ROW + 'input = "1"\nchecked = 2026-11-23\nsource = "a"\nconfidence = "high"\n', 14, "'source' goes before"),
        (ROW + 'input = "2"\nbatch = { output = "1", input = "1" }\n' + ABOUT, 13, "before 'output': keys have one"),
        (
            ROW + 'input = "2"\nlong = [{ input = "4", prompt = ">9" }]\n' + ABOUT,
            13,
            "'prompt' goes before 'input': keys have one order in every table in 'long'",
        ),
        (ROW + 'input = "2.50"\n' + ABOUT, 12, "'input' is '2.50': an amount is written without zeros"),
        (ROW + 'input = "02"\n' + ABOUT, 12, "'input' is '02'"),
        (ROW + "input = 2\n" + ABOUT, 12, "'input': an amount stands in quotes"),
        (ROW + 'input = "2"\nbatch = { input = "1.0" }\n' + ABOUT, 13, "'batch' is '1.0'"),
        (ROW + 'per_image = { small = "0.10" }\n' + ABOUT, 12, "'per_image' is '0.10'"),
        ('[acme."m"]\n\nreasoning = true\n', 10, "a blank line within a table"),
        ('[acme."m"]\n[acme."n"]\n', 9, "a blank line goes before a table"),
        ('[acme."m"]\n\n\n[acme."n"]\n', 10, "two blank lines"),
        ('[acme."m"]\nreasoning = true \n', 9, "a line has no tabs, and no blanks at its end"),
        ("[acme.\"m\"]\nnote = 'a\tb'\n", 9, "a line has no tabs"),
        ('[acme."m"]\n\n', 10, "the file ends with one line end"),
        ('[acme."m"]', 8, "the file ends with one line end"),
        ('[bolt."n"]\n', 8, "the models of bolt have a file of their own: prices/bolt.toml"),
    ],
)
def test_the_form_of_the_head(run: Run, book: Path, text: str, line: int, says: str) -> None:
    """Order of keys, amounts, blank lines, models that stand in the wrong file: each with its line."""
    (book / "pricing.toml").write_text(HEAD + text)
    assert [where for where, message in problems(run) if says in message] == [f"pricing.toml:{line}"]


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ("[]", "'files' leaves out bolt: nobody would be told their prices"),
        ('["bolt", "coil"]', "'files' leaves out dyno"),
        ('["dyno", "bolt"]', "'files' is sorted, and names each once"),
        ('["bolt", "bolt", "dyno"]', "'files' is sorted, and names each once"),
    ],
)
def test_the_head_names_its_files(run: Run, book: Path, files: str, says: str) -> None:
    """All that are there, in order."""
    names = ("bolt", "coil") if "coil" in files else ("bolt",)
    for name in (*names, "dyno"):
        (book / "prices" / f"{name}.toml").write_text((PART + BOLT).replace("bolt", name))
    if "dyno" not in files and "coil" not in files:
        (book / "prices" / "dyno.toml").unlink()
    (book / "pricing.toml").write_text(HEAD.replace('["bolt"]', files) + MODEL)
    assert [where for where, message in problems(run) if says in message] == ["pricing.toml:6"]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (PART + BOLT + '\n[coil."n"]\n', 10, "'coil' has no place here: this file holds the models of bolt"),
        (
            PART + '[[fees.bolt.search]]\nfrom = 2026-01-01\namount = "1"\n' + ABOUT + "\n" + BOLT,
            7,
            "'fees' has no place here",
        ),
        (PART.removeprefix("# Prices of Bolt.\n\n") + BOLT, 1, "the file begins with a comment"),
        (PART + "\n" + BOLT, 7, "two blank lines"),
    ],
)
def test_the_form_of_a_file_of_a_provider(run: Run, book: Path, text: str, line: int, says: str) -> None:
    """Its models alone, under a comment; the layout is that of the head."""
    (book / "prices" / "bolt.toml").write_text(text)
    assert [where for where, message in problems(run) if says in message] == [f"bolt.toml:{line}"]


def test_a_file_of_ones_own_is_written_as_one_likes(run: Run) -> None:
    """What users write is held to the format, not to a style."""
    Path("own.toml").write_text(
        '[tokcost]\nschema = 1\n\n\n[acme.m]\n[[acme.m.rates]]\noutput = "2.50"\nfrom = 2026-01-01\n'
    )
    assert run("prices", "lint", "own.toml") == (0, "own.toml: no problems\n", "")


def test_every_key_has_its_place() -> None:
    """A key that the format takes and the order does not know would stand anywhere."""
    assert set(MODEL_ORDER) == MODEL_KEYS
    assert set(ROW_ORDER) == ROW_KEYS | SAME_KEYS
