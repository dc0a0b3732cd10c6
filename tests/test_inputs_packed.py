"""One way in for every command: packed files, archives, charsets, folders, pipes; and what is left out is named."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Result
from tests.repos import Repo

zstd = pytest.importorskip("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")

pytestmark = pytest.mark.usefixtures("before_notes")
Run = Callable[..., Result]

COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "zst": zstd.compress,
    "xz": lzma.compress,
    "bz2": bz2.compress,
}
KINDS = {"gz": "gzip", "zst": "zstd", "xz": "xz", "bz2": "bzip2"}


def _json_lines(*values: object) -> bytes:
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values).encode()


def _call(number: int) -> dict[str, object]:
    """A call of gpt-4.1 with 1,000,000 input tokens at $2 a million, and the $2 that it was charged."""
    usage = {"prompt_tokens": 1_000_000, "completion_tokens": 0}
    return {"id": f"r{number}", "timestamp": "2025-07-16T10:00:00Z", "model": "gpt-4.1", "usage": usage, "cost": "2"}


def _calls(file: int) -> bytes:
    return _json_lines(*(_call(500 * file + number) for number in range(500)))


def _requests(file: int) -> bytes:
    bodies = ({"model": "gpt-4o", "messages": [{"role": "user", "content": f"Hi {n}"}]} for n in range(500))
    return _json_lines(*bodies)


def _documents(file: int) -> bytes:
    return _json_lines(*({"text": f"안녕하세요 {number}"} for number in range(500)))


# command -> (suffix of its files, the content of file number n, the arguments before the file, what stdout holds)
COMMANDS: dict[str, tuple[str, Callable[[int], bytes], tuple[str, ...], str]] = {
    "count": ("txt", lambda file: "안녕하세요 ".encode() * 2000, ("count", "-m", "gpt-4o", "-f", "csv"), "gpt-4o"),
    "corpus": ("jsonl", _documents, ("corpus", "-m", "gpt-4o", "-f", "csv"), ",500,"),
    "batch": ("jsonl", _requests, ("batch", "--output", "5", "-f", "csv"), "gpt-4o"),
    "usage": ("jsonl", _calls, ("usage", "-f", "csv"), "1000"),
    "audit": ("jsonl", _calls, ("audit", "-f", "csv"), "matched"),
}


@pytest.fixture(params=list(COMMANDS))
def command(request: pytest.FixtureRequest) -> str:
    """Every command that reads files of the user."""
    return str(request.param)


@pytest.mark.parametrize("suffix", list(COMPRESS))
@pytest.mark.parametrize("called", ["as it is", "otherwise"])
def test_a_packed_file_is_read_as_the_plain_one(run: Run, command: str, suffix: str, called: str) -> None:
    """By its first bytes, whatever it is called: the same report, but for the name."""
    ending, content, argv, held = COMMANDS[command]
    Path(f"d.{ending}").write_bytes(content(1))
    plain = run(*argv, f"d.{ending}")
    assert (plain.code, plain.err) == (0, "")
    assert held in plain.out
    packed = f"p.{ending}.{suffix}" if called == "as it is" else f"p.{ending}"
    Path(packed).write_bytes(COMPRESS[suffix](content(1)))
    result = run(*argv, packed)
    assert result == Result(0, plain.out.replace(f"d.{ending}", packed), "")
    piped = run(*argv, "-", *(("--as", ending) if command == "corpus" else ()), stdin=COMPRESS[suffix](content(1)))
    assert (piped.code, piped.err) == (0, "")
    assert held in piped.out


@pytest.mark.parametrize("suffix", list(COMPRESS))
@pytest.mark.parametrize("left", ["half", "2 bytes", "nothing"])
def test_a_cut_off_file_is_no_answer_in_any_command(run: Run, command: str, suffix: str, left: str) -> None:
    """Exit 2, with the name and what it is packed with; never the cost of the first half."""
    ending, content, argv, _ = COMMANDS[command]
    whole = COMPRESS[suffix](content(1))
    name = f"p.{ending}.{suffix}"
    Path(name).write_bytes(whole[: {"half": len(whole) // 2, "2 bytes": 2, "nothing": 0}[left]])
    result = run(*argv, name, *(["-q"] if command == "usage" else []))
    assert result.code == 2
    assert f"{name}: the {KINDS[suffix]} data ends too early: the file is cut off, fetch it again" in result.err


@pytest.mark.parametrize("suffix", ["gz", "zst"])
def test_a_log_flushed_line_by_line_and_cut_passes_no_limit(run: Run, suffix: str) -> None:
    """The lines before the cut are whole: what they cost, $2 each, is under the limit, and is no answer."""
    packer = zstd.ZstdCompressor() if suffix == "zst" else zlib.compressobj(wbits=31)
    flush = zstd.ZstdCompressor.FLUSH_BLOCK if suffix == "zst" else zlib.Z_SYNC_FLUSH
    parts = [packer.compress(_json_lines(_call(number))) + packer.flush(flush) for number in range(4)]
    name = f"log.jsonl.{suffix}"
    Path(name).write_bytes(b"".join(parts[:2]))
    result = run("usage", name, "--max-cost", "100")
    assert result.code == 2
    assert f"{name}: the {KINDS[suffix]} data ends too early" in result.err


@pytest.mark.parametrize("suffix", list(COMPRESS))
def test_damaged_data_is_one_line(run: Run, suffix: str) -> None:
    """Bytes in the middle are turned over: exit 2, the name, no traceback."""
    data = os.urandom(3000).hex().encode()
    summed = zstd.compress(data, options={zstd.CompressionParameter.checksum_flag: 1})
    whole = bytearray(summed if suffix == "zst" else COMPRESS[suffix](data))
    whole[1000:1020] = bytes(byte ^ 0xFF for byte in whole[1000:1020])
    Path(f"d.txt.{suffix}").write_bytes(whole)
    result = run("count", f"d.txt.{suffix}")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"tokcost: error: d.txt.{suffix}: the {KINDS[suffix]} data is damaged, fetch it again")
    assert result.err.count("\n") == 1


def test_every_member_of_an_archive_is_an_input(run: Run, command: str) -> None:
    """Two members, one of them packed again, count as two files; a document without text is named and left out."""
    ending, content, argv, _ = COMMANDS[command]
    with zipfile.ZipFile("a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"one.{ending}", content(1))
        archive.writestr(f"sub/two.{ending}.gz", gzip.compress(content(2)))
        archive.writestr("inner.zip", b"PK\x03\x04")
    result = run(*argv, "a.zip")
    if command == "audit":  # which is a gate, and did not read it
        told = (2, "tokcost: a.zip/inner.zip: an archive inside an archive: unpack it first\n")
    else:
        told = (0, "note: a.zip/inner.zip: skipped: an archive inside an archive: unpack it first\n")
    assert (result.code, result.err) == told
    Path(f"one.{ending}").write_bytes(content(1))
    Path(f"two.{ending}").write_bytes(content(2))
    plain = run(*argv, f"one.{ending}", f"two.{ending}").out
    shown = result.out.replace("a.zip/", "").replace("sub/", "").replace(f"{ending}.gz", ending)
    assert shown == plain


def test_a_broken_archive_is_one_line(run: Run, command: str) -> None:
    """Cut off and named, or piped in: exit 2 with its name and what to do."""
    ending, content, argv, _ = COMMANDS[command]
    with zipfile.ZipFile("a.zip", "w") as archive:
        archive.writestr(f"one.{ending}", content(1))
    Path("a.zip").write_bytes(Path("a.zip").read_bytes()[:-30])
    piped = run(*argv, "-", stdin=Path("a.zip").read_bytes())
    assert (piped.code, piped.out) == (2, "")
    assert "stdin: a zip archive, which cannot be read from a pipe: save it as a file and name that" in piped.err
    result = run(*argv, "a.zip")
    assert (result.code, result.out) == (2, "")
    assert "a.zip: the zip archive cannot be read: File is not a zip file" in result.err


def test_a_document_that_is_a_zip_file_inside_is_binary(run: Run) -> None:
    """Word's: its parts are no texts of the user."""
    with zipfile.ZipFile("a.docx", "w") as archive:
        archive.writestr("word/document.xml", "<w>Hello</w>" * 100)
    result = run("count", "a.docx")
    assert (result.code, result.out) == (2, "")
    assert "a.docx: binary file, a NUL at byte" in result.err


def test_a_charset_is_read_by_every_command(run: Run, command: str) -> None:
    """UTF-16 and CP949 with --charset come to what UTF-8 comes to; without it nothing is guessed.

    Logs and tables are read by the mark that UTF-16 begins with.
    """
    ending, content, argv, _ = COMMANDS[command]
    Path(f"d.{ending}").write_bytes(content(1))
    plain = run(*argv, f"d.{ending}")
    for charset in ("utf-16", "cp949"):
        Path(f"w.{ending}").write_bytes(content(1).decode().encode(charset))
        result = run(*argv, f"w.{ending}", "--charset", charset)
        assert result == Result(0, plain.out.replace(f"d.{ending}", f"w.{ending}"), "")
    Path(f"w.{ending}").write_bytes(content(1).decode().encode("utf-16"))
    result = run(*argv, f"w.{ending}")
    if command in ("usage", "audit"):
        assert result == Result(0, plain.out.replace(f"d.{ending}", f"w.{ending}"), "")
    else:
        assert result.code == 2
    result = run(*argv, f"w.{ending}", "--charset", "klingon")
    assert (result.code, result.out) == (2, "")
    assert "unknown charset 'klingon'" in result.err


def test_folders_and_quoted_globs_are_walked_by_every_command(run: Run, command: str) -> None:
    """The same files in the same order, none twice, as if they were named one by one."""
    ending, content, argv, _ = COMMANDS[command]
    Path("d/sub").mkdir(parents=True)
    names = [f"d/a.{ending}", f"d/b.{ending}", f"d/sub/c.{ending}"]
    for number, name in enumerate(names):
        Path(name).write_bytes(content(number))
    named = run(*argv, *names)
    assert (named.code, named.err) == (0, "")
    assert run(*argv, "d") == named
    assert run(*argv, f"d/**/*.{ending}") == named
    again = run(*argv, "d", names[0])
    assert again == Result(0, named.out, f"note: {names[0]}: skipped: the same file again, counted once\n")
    missing = run(*argv, "no-such-file")
    assert missing == Result(2, "", "tokcost: error: 'no-such-file': no such file or directory\n")


def test_what_is_left_out_of_a_folder_is_named_by_every_command(run: Run, command: str) -> None:
    """A broken symlink, a linked folder, a pipe: a line each with the reason; many alike share one."""
    ending, content, argv, _ = COMMANDS[command]
    Path("d/sub").mkdir(parents=True)
    Path(f"d/a.{ending}").write_bytes(content(1))
    for number in range(5):
        Path(f"d/link{number}").symlink_to("nowhere")
    Path("d/back").symlink_to(".")
    os.mkfifo("d/pipe")
    result = run(*argv, "d")
    if command == "audit":  # which is a gate, and did not read them
        links = [f"tokcost: d/link{number}: broken symlink" for number in range(5)]
        told = [*links, "tokcost: d/pipe: not a regular file", "note: d/back/: skipped: a linked folder, not followed"]
        assert (result.code, result.err.splitlines()) == (2, told)
        return
    assert result.code == 0
    assert result.err.splitlines() == [
        "note: d/back/: skipped: a linked folder, not followed",
        "note: 5 files skipped: broken symlink: d/link0, d/link1, d/link2 and 2 more",
        "note: d/pipe: skipped: not a regular file",
    ]


@pytest.mark.parametrize("command", ["usage", "audit", "batch"], indirect=True)
def test_a_file_that_is_not_called_as_wanted_is_left_out_of_a_folder_only(run: Run, command: str) -> None:
    """A picture beside the logs is named in one line; a log called otherwise is read when it is named."""
    _, content, argv, held = COMMANDS[command]
    Path("d").mkdir()
    Path("d/a.jsonl").write_bytes(content(1))
    Path("d/picture.png").write_bytes(b"\x89PNG")
    Path("d/all.tar.gz").write_bytes(gzip.compress(b"all\0"))
    result = run(*argv, "d")
    assert result.code == 0
    assert result.err.startswith("note: 2 files skipped: not named like a ")
    assert result.err.endswith("): name it to read it: d/all.tar.gz, d/picture.png\n")
    Path("d/a.dat").write_bytes(content(1))
    result = run(*argv, "d/a.dat")
    assert (result.code, result.err) == (0, "")
    assert held in result.out


def test_ten_thousand_binary_files_are_one_line(run: Run) -> None:
    """Here a hundred: three are named, the others counted."""
    Path("d").mkdir()
    Path("d/a.md").write_text("x")
    for number in range(100):
        Path(f"d/{number:03}.bin").write_bytes(b"x" * number + b"\0")
    result = run("count", "d", "-m", "gpt-4o")
    assert result.code == 0
    assert result.err == "note: 100 files skipped: binary file, a NUL: d/000.bin, d/001.bin, d/002.bin and 97 more\n"


def test_what_a_few_bytes_unfold_to_is_read_in_bounded_memory(tmp_path: Path) -> None:
    """128 MB of blanks, under 120 MB of memory, with every compression."""
    blanks = (b" " * ((1 << 20) - 1) + b"\n") * 16
    for suffix, compress in COMPRESS.items():
        path = tmp_path / f"bomb.jsonl.{suffix}"
        path.write_bytes(compress(blanks) * 8)
        script = (
            "import re, sys\nfrom tokcost.cli import main\n"
            f"code = main(['usage', '-q', {str(path)!r}])\n"
            "print(int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]) // 1024)\nsys.exit(code)"
        )
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
        assert done.returncode == 2, suffix
        assert done.stderr.startswith("tokcost: error: no usage was found"), suffix
        assert int(done.stdout) < 120, suffix


@pytest.mark.parametrize("suffix", list(COMPRESS))
def test_a_packed_prompt_holds_a_budget_here_and_at_the_base(run: Run, bare: Path, suffix: str) -> None:
    """4 tokens of Korean and English in CP949, packed, hold a limit of 4; 5 do not; a cut-off file is exit 2."""
    repo = Repo(bare)
    repo.git("init", "-q", "-b", "main")
    name = f"p.md.{suffix}"
    config = 'model = "gpt-4o"\n[[budget]]\npaths = ["*.md.*"]\nmax-input-tokens = {}\n'
    repo.write("tokcost.toml", config.format(4))
    repo.write(name, COMPRESS[suffix]("hello world 안녕하세요".encode("cp949")))
    repo.commit()
    cp949 = ("--charset", "cp949", "-f", "json")
    held = run("check", *cp949)
    assert held.code == 0, held.err
    assert [(row["name"], row["input_tokens"]) for row in json.loads(held.out)["rows"]] == [(name, 4)]
    repo.write(name, COMPRESS[suffix]("hello world world 안녕하세요".encode("cp949")))
    grown = run("check", *cp949, "--base", "HEAD")
    assert grown.code == 1
    (change,) = json.loads(grown.out)["details"]["changes"]
    assert (change["input_tokens_before"], change["input_tokens"]) == (4, 5)
    repo.write(name, (bare / name).read_bytes()[:-7])
    cut = run("check", *cp949)
    assert (cut.code, cut.out) == (2, "")
    assert f"'{name}': the {KINDS[suffix]} data ends too early: the file is cut off, fetch it again" in cut.err


def test_a_prompt_that_gitignore_names_is_told_by_check(run: Run, bare: Path) -> None:
    """It matches the budget's pattern and is not held to it: one line."""
    (bare / ".gitignore").write_text("draft*\n")
    for name in ("a.md", "draft-1.md", "draft-2.md"):
        (bare / name).write_text("Hello")
    (bare / "tokcost.toml").write_text('model = "gpt-4o"\n[[budget]]\npaths = ["*.md"]\nmax-input-tokens = 9\n')
    result = run("check")
    assert result.code == 0
    assert "note: 2 files skipped: named in .gitignore: draft-1.md, draft-2.md\n" in result.err


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("command", ["count", "corpus", "batch", "usage"])
def test_two_files_of_one_name_in_an_archive_are_refused(run: Run, command: str) -> None:
    """Opened by its name only the last is read: the long one before it would pass every limit."""
    with zipfile.ZipFile("a.zip", "w") as archive:
        archive.writestr("a.txt", "long " * 100)
        archive.writestr("a.txt", "x")
    limit = "--max-cost" if command == "usage" else "--max-tokens"
    result = run(command, "a.zip", limit, "50")
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert "two files in the archive are called 'a.txt'" in result.err
