"""Corpora: every shape of input, bounded, exact, and nothing lost when something is wrong."""

from __future__ import annotations

import csv
import gzip
import json
import resource
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.conftest import Run

pytestmark = pytest.mark.usefixtures("before_notes")

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
zstd = pytest.importorskip("backports.zstd" if sys.version_info < (3, 14) else "compression.zstd")

# o200k_base: 2, 1 and 3 tokens; with one empty document a file has 6 tokens in 4 documents.
DOCUMENTS = ["안녕하세요", "a", "안녕하세요.", ""]


@pytest.fixture
def shapes(tmp_path: Path) -> dict[str, Path]:
    """The same documents in every shape there is."""
    found = {
        name: tmp_path / f"d.{name}" for name in ("jsonl", "csv", "tsv", "parquet", "jsonl.gz", "jsonl.zst", "csv.gz")
    }
    lines = "".join(json.dumps({"id": at, "text": text, "a": {"b": text}}) + "\n" for at, text in enumerate(DOCUMENTS))
    found["jsonl"].write_text(lines)
    with gzip.open(found["jsonl.gz"], "wt") as file:
        file.write(lines)
    half = len(lines) // 2
    found["jsonl.zst"].write_bytes(b"".join(zstd.compress(part.encode()) for part in (lines[:half], lines[half:])))
    for name, delimiter in (("csv", ","), ("tsv", "\t")):
        with found[name].open("w", newline="") as file:
            csv.writer(file, delimiter=delimiter).writerows([["id", "text"], *enumerate(DOCUMENTS)])
    found["csv.gz"].write_bytes(gzip.compress(found["csv"].read_bytes()))
    pq.write_table(pa.table({"id": range(4), "text": DOCUMENTS}), found["parquet"], row_group_size=3)
    return found


def test_every_shape_has_the_same_documents(run: Run, shapes: dict[str, Path]) -> None:
    """7 files of 4 documents and 6 tokens; 42 tokens at $2.50 a million are $0.000105."""
    result = run("corpus", *shapes.values(), "-m", "gpt-4o", "-f", "json")
    assert (result.code, result.err) == (0, "")
    found = json.loads(result.out)
    assert [row["name"] for row in found["rows"]] == [str(path) for path in shapes.values()]
    assert {(row["documents"], row["input_tokens"], row["cost"]) for row in found["rows"]} == {(4, 6, "0.000015")}
    (total,) = found["totals"]["by_model"]
    assert found["totals"] == {**total, "by_model": [total], "complete": True}
    assert (total["documents"], total["input_tokens"], total["cost"]) == (28, 42, "0.000105")
    assert found["details"]["lengths"]["gpt-4o"] == {
        "documents": 28,
        "tokens": 42,
        "quantiles": {"p0": 0, "p50": 1, "p90": 3, "p99": 3, "p100": 3},
        "histogram": [{"from": 0, "to": 0, "documents": 7}, {"from": 1, "to": 1, "documents": 7},
                      {"from": 2, "to": 3, "documents": 14}],
        "context_window": 128000,
        "too_long": 0,
    }  # fmt: skip


def test_a_dotted_field_and_another_column(run: Run, shapes: dict[str, Path], tmp_path: Path) -> None:
    """As they are nested."""
    pq.write_table(pa.table({"body": DOCUMENTS}), tmp_path / "e.parquet")
    argv = ["corpus", shapes["jsonl"], tmp_path / "e.parquet", "--field", "a.b", "--column", "body"]
    result = run(*argv, "--encoding", "o200k_base", "-f", "csv")
    assert (result.code, result.err) == (0, "")
    assert [row["documents"] for row in csv.DictReader(result.out.splitlines())] == ["4", "4"]


def test_a_cliff_is_passed_by_a_document_and_not_by_their_sum(run: Run, tmp_path: Path) -> None:
    """gemini-2.5-pro doubles its rate past 200,000 tokens: three documents of 100,000 stay at $1.25 a million."""
    (tmp_path / "d.jsonl").write_text((json.dumps({"text": "a " * 50_000 + "b " * 50_000}) + "\n") * 3)
    argv = ["corpus", tmp_path / "d.jsonl", "-m", "gemini-2.5-pro", "-f", "json", "--as-of", "2026-11-24"]
    found = json.loads(run(*argv).out)
    row = found["rows"][0]
    assert row["input_tokens"] > 200_000
    assert Decimal(row["cost"]) == row["input_tokens"] * Decimal("0.00000125")


def test_parts_and_jobs_change_nothing(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut every few kilobytes, counted by two processes: the same report, the same rows written."""
    lines = [json.dumps({"text": f"안녕하세요 {'x ' * (at % 300)}\n\n {at}"}, ensure_ascii=False) for at in range(900)]
    (tmp_path / "d.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "e.txt").write_text("\n".join(lines), encoding="utf-8")
    argv = [
        "corpus",
        tmp_path / "d.jsonl",
        tmp_path / "e.txt",
        "--encoding",
        "o200k_base",
        "--encoding",
        "gemma3",
        "-f",
        "json",
    ]
    plain = run(*argv, "-j", "1")
    monkeypatch.setattr("tokcost.documents.parts.STEP", 5000)
    assert plain.code == 0
    assert run(*argv, "-j", "2") == plain
    out = tmp_path / "out.parquet"
    assert run("corpus", tmp_path / "d.jsonl", "-m", "gpt-4o", "-j", "2", "--write-counts", out).code == 0
    table = pq.read_table(out).to_pydict()
    assert table["row"] == list(range(900))
    assert table["text"][7] == json.loads(lines[7])["text"]
    assert sum(table["tokens"]) == json.loads(plain.out)["rows"][0]["input_tokens"]


def test_an_estimate_has_a_range_for_every_document(run: Run, shapes: dict[str, Path]) -> None:
    """A private vocabulary: low < high, and no number without them."""
    found = json.loads(run("corpus", shapes["jsonl"], "-m", "kimi-k3", "-f", "json").out)
    row = found["rows"][0]
    assert row["standing"] == "estimate"
    assert row["input_tokens_low"] < row["input_tokens"] < row["input_tokens_high"]


def test_write_counts_keeps_the_columns_of_a_parquet_file(run: Run, shapes: dict[str, Path], tmp_path: Path) -> None:
    """And adds one for each model."""
    out = tmp_path / "out.parquet"
    argv = ["corpus", shapes["parquet"], "-m", "gpt-4o", "-m", "text-embedding-3-small", "--write-counts", out]
    result = run(*argv)
    assert (result.code, result.err) == (0, "")
    assert pq.read_table(out).to_pydict() == {
        "id": [0, 1, 2, 3], "text": DOCUMENTS,
        "tokens_gpt-4o": [2, 1, 3, 0], "tokens_text-embedding-3-small": [5, 1, 6, 0],
    }  # fmt: skip


def test_the_picture_is_drawn_and_the_histogram_shown(run: Run, shapes: dict[str, Path], tmp_path: Path) -> None:
    """Well-formed SVG with a bar for every bucket; a window of 8,192 lies beyond them."""
    picture = tmp_path / "out.svg"
    result = run("corpus", shapes["csv"], "-m", "text-embedding-3-small", "--histogram", "--plot", picture)
    assert result.code == 0
    assert "context window 8,192: all fit" in result.out
    root = ElementTree.fromstring(picture.read_text(encoding="utf-8"))
    hovers = [each.text for each in root.iter("{http://www.w3.org/2000/svg}title")]
    assert hovers[0] == "0 to 0 tokens: 1 document"
    assert len(hovers) == 4


def test_documents_longer_than_the_window_are_counted(run: Run, tmp_path: Path) -> None:
    """One of two is past the 8,192 tokens of the model."""
    (tmp_path / "d.jsonl").write_text(json.dumps({"text": "a b " * 5000}) + "\n" + json.dumps({"text": "a"}) + "\n")
    result = run("corpus", tmp_path / "d.jsonl", "-m", "text-embedding-3-small", "--histogram")
    assert "context window 8,192: 1 do not fit" in result.out


@pytest.mark.parametrize(("name", "line"), [
    ("jsonl.gz", "the gzip data ends too early: the file is cut off, fetch it again"),
    ("jsonl.zst", "the zstd data ends too early: the file is cut off, fetch it again"),
])  # fmt: skip
def test_a_cut_off_file_is_one_line_and_the_others_are_counted(
    run: Run, shapes: dict[str, Path], tmp_path: Path, name: str, line: str
) -> None:
    """Exit 2, the row of the whole file is there, the total says that it is not complete."""
    cut = tmp_path / f"cut.{name}"
    cut.write_bytes(shapes[name].read_bytes()[:-9])
    result = run("corpus", cut, shapes["csv"], "-m", "gpt-4o", "-f", "json")
    assert result.code == 2
    assert result.err == f"tokcost: {cut}: {line}\n"
    found = json.loads(result.out)
    assert [row["input_tokens"] for row in found["rows"]] == [6]
    assert found["totals"]["complete"] is False
    assert found["problems"] == [{"where": str(cut), "why": line, "lines": 1}]


@pytest.mark.parametrize("name", ["parquet", "csv"])
def test_a_column_that_is_not_there_is_one_line(run: Run, shapes: dict[str, Path], name: str) -> None:
    """With the columns that there are."""
    line = f"tokcost: error: {shapes[name]}: no column 'body': choose id or text with --column\n"
    assert run("corpus", shapes[name], "--column", "body") == (2, "", line)


def test_a_column_of_numbers_is_no_text(run: Run, shapes: dict[str, Path]) -> None:
    """It says what it holds."""
    result = run("corpus", shapes["parquet"], "--column", "id")
    assert (result.code, result.out) == (2, "")
    assert "column 'id' holds int64, not text" in result.err


def test_bad_lines_are_told_and_the_rest_is_counted(run: Run, tmp_path: Path) -> None:
    """One line for each of two; a null is an empty document."""
    path = tmp_path / "d.jsonl"
    path.write_text('{"text": "a"}\n{"text": nul\n{"body": "b"}\n{"text": null}\n')
    result = run("corpus", path, "--encoding", "o200k_base", "-f", "json")
    assert result.code == 2
    assert result.err == (
        f"tokcost: {path}: the line at byte 14 is not valid JSON: Expecting value\n"
        f"tokcost: {path}: the line at byte 27 has no field 'text': give --field\n"
    )
    assert json.loads(result.out)["rows"][0]["documents"] == 2


def test_a_file_in_another_charset_among_others_is_one_line(run: Run, shapes: dict[str, Path], tmp_path: Path) -> None:
    """Mixed charsets in one run: the one that is not UTF-8 is named with the byte."""
    (tmp_path / "k.txt").write_bytes("가나".encode("cp949"))
    result = run("corpus", tmp_path / "k.txt", shapes["jsonl"], "-f", "json")
    assert result.code == 2
    assert result.err == (
        f"tokcost: {tmp_path / 'k.txt'}: not utf-8 text at byte 0: "
        "--charset names another encoding, --force-text counts it anyway\n"
    )
    assert len(json.loads(result.out)["rows"]) == 1


def test_a_full_disk_costs_the_file_and_not_the_counts() -> None:
    """The size of files is limited to 20 kB, as on a full disk: counts are printed, an older file stays."""
    tmp_path = Path.cwd()
    lines = "".join(json.dumps({"text": f"{at * 7919 % 10007} {at}"}) + "\n" for at in range(20_000))
    (tmp_path / "d.jsonl").write_text(lines)
    out = tmp_path / "out.parquet"
    out.write_bytes(b"the older one")
    argv = [
        sys.executable,
        "-m",
        "tokcost",
        "corpus",
        "d.jsonl",
        "--encoding",
        "o200k_base",
        "--write-counts",
        str(out),
    ]

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, preexec_fn=limit, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == f"tokcost: {out}: cannot be written: File too large: the counts below are whole\n"
    assert "20,000" in done.stdout
    assert out.read_bytes() == b"the older one"
    assert {each.name for each in tmp_path.iterdir()} == {"d.jsonl", "out.parquet"}


def test_stdin_is_a_corpus_like_a_file(run: Run, shapes: dict[str, Path]) -> None:
    """JSON lines, Parquet and a packed file through a pipe, counted by two processes: 4 documents, 6 tokens."""
    for name, kind in (("jsonl", "jsonl"), ("parquet", "parquet"), ("jsonl.zst", "jsonl"), ("jsonl.gz", "jsonl")):
        argv = ["corpus", "--as", kind, "--encoding", "o200k_base", "-f", "csv", "-j", "2"]
        result = run(*argv, stdin=shapes[name].read_bytes())
        assert (result.code, result.err) == (0, ""), name
        row = next(csv.DictReader(result.out.splitlines()))
        assert (row["name"], row["documents"], row["input_tokens"]) == ("stdin", "4", "6"), name


def test_a_line_nested_without_end_is_one_bad_document(run: Run, tmp_path: Path) -> None:
    """The others are counted."""
    file = tmp_path / "d.jsonl"
    file.write_text('{"text": "a"}\n' + '{"text":' * 20_000 + '\n{"text": "a"}\n')
    result = run("corpus", file, "--encoding", "o200k_base", "-f", "csv")
    assert result.code == 2
    assert next(csv.DictReader(result.out.splitlines()))["documents"] == "2"
    assert "the line at byte 14 is not valid JSON: objects or lists nested too deeply" in result.err


def test_a_binary_file_in_a_folder_is_skipped_and_named_it_fails(run: Run, tmp_path: Path) -> None:
    """As count does it, with the counts of the others written too."""
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "a.md").write_text("a")
    (folder / "b.bin").write_bytes(b"ab\x00cd")
    (folder / "c.md").write_text("안녕하세요")
    counts = tmp_path / "counts.parquet"
    argv = ["corpus", "--encoding", "o200k_base", "-f", "json", "--write-counts", counts]
    result = run(*argv, folder)
    assert result.code == 0, result.err
    assert [row["input_tokens"] for row in json.loads(result.out)["rows"]] == [1, 2]
    assert f"{folder / 'b.bin'}: skipped: binary file, a NUL at byte 2" in result.err
    assert pq.read_table(counts).column("tokens").to_pylist() == [1, 2]
    result = run(*argv, folder / "a.md", folder / "b.bin")
    assert result.code == 2
    assert "binary file, a NUL at byte 2: --force-text counts it anyway" in result.err
    for name in ("a.md", "c.md"):
        (folder / name).unlink()
    result = run("corpus", "--encoding", "o200k_base", folder)
    assert (result.code, result.out) == (2, "")
    assert "nothing was counted: " in result.err


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_of_two_columns_of_a_name_none_is_taken(run: Run, tmp_path: Path, kind: str) -> None:
    """The long text may be in the other one: it is not known which is meant, so no limit is kept."""
    path = tmp_path / f"d.{kind}"
    if kind == "csv":
        path.write_text("text,text\na,long long long long\n")
    else:
        pq.write_table(pa.table([["a"], ["long long long long"]], names=["text", "text"]), path)
    result = run("corpus", path, "-m", "gpt-4o", "--max-tokens", "2")
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert f"d.{kind}: two columns 'text': rename one" in result.err
