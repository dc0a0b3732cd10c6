"""gigatoken counts as tiktoken does, wherever it is taken at all."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import Run

pytest.importorskip("gigatoken")

from tokcost.encodings import rank_files
from tokcost.encodings.counter import TextCounter, counter
from tokcost.encodings.gigatoken_engine import NEWER, Gigatoken
from tokcost.encodings.schemes import SCHEMES
from tokcost.encodings.specs import SPECS

# Pieces on which patterns of encodings turn: contractions, runs of blanks, digits, marks, titlecase, scripts.
PIECES = [
    " ", "  ", "\n", "\r\n", "\t", "\u3000", "\xa0", "a", "B", "ab", "'s", "'S", "'ll", "'ſ", "1", "1234", "é",
    "e\u0301", "가", "각", "漢", "か", "カ", "。", "！", "ǅ", "ʰ", "²", "Ⅷ", "_", "/", "//", "...", "!", "\0",
    "\ufeff", "\u200b", "\u0900\u093e", "ا", "😀", "👩\u200d👩\u200d👧", "<|endoftext|>", "<|im_start|>",
    "<｜end▁of▁sentence｜>", "\U00016ebb", "\ua7ce", "\U0001fa8a", "\ud800", "\udfff", "\U000e0001", "\U0010ffff",
]  # fmt: skip
TEXTS = st.one_of(
    st.text(st.characters(codec=None), max_size=80), st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
)
DISTINCT = ["o200k_base", "cl100k_base", "p50k_base", "r50k_base", "qwen", "deepseek"]


@pytest.mark.parametrize("encoding", DISTINCT)
@settings(max_examples=150, deadline=None)
@given(text=TEXTS)
def test_both_engines_come_to_the_same_number(encoding: str, text: str) -> None:
    """On arbitrary text: every plane, lone surrogates, NULs, what looks like a special token."""
    assert counter(encoding, "gigatoken").count(text) == counter(encoding, "tiktoken").count(text)


@pytest.mark.parametrize("encoding", ["o200k_base", "deepseek"])
def test_they_agree_on_every_code_point_or_it_is_known(encoding: str) -> None:
    """All characters of Unicode in context, a few hundred a text; those on which the tables differ are left out."""
    newer = {point for first, last in NEWER for point in range(first, last + 1)}
    points = [at for at in range(0x110000) if not 0xD800 <= at < 0xE000 and at not in newer]
    fast, slow = counter(encoding, "gigatoken").fast, TextCounter(encoding, "tiktoken")
    slow.build()
    assert fast is not None
    for at in range(0, len(points), 512):
        text = "".join(f"w{chr(each)}W {chr(each)}1\n" for each in points[at : at + 512])
        assert fast.count(text) == slow.count_part(text), hex(points[at])


def test_a_character_that_only_one_of_them_knows_is_left_to_tiktoken() -> None:
    """U+16EBB became a letter in Unicode 17, so that for gigatoken alone the 's belongs to it."""
    text = "one " * 50 + "\U00016ebb's " + "two " * 50
    fast = Gigatoken("o200k_base")
    assert fast.doubtful(text) == [200]
    assert fast.count(text) != counter("o200k_base", "tiktoken").count(text)
    assert counter("o200k_base", "gigatoken").count(text) == counter("o200k_base", "tiktoken").count(text)


@pytest.mark.parametrize("text", [" " * 1_000_000, "\n" * 300_000 + "a", "x" * 400_000, "\0" * 100_000])
def test_long_runs_agree(text: str) -> None:
    """A million spaces overflow tiktoken when handed over at once."""
    assert counter("o200k_base", "gigatoken").count(text) == counter("o200k_base", "tiktoken").count(text)


def test_the_encodings_that_it_does_not_serve_are_refused_by_name(run: Run) -> None:
    """gemma3's byte fallback is not in it, nor tekken's pattern; auto counts them with tiktoken."""
    assert set(SPECS) - set(SCHEMES) == {"gemma3", "tekken"}
    result = run("count", "-t", "안녕하세요", "--encoding", "gemma3", "--engine", "gigatoken")
    assert result.code == 2
    assert result.out == ""
    assert result.err.startswith("tokcost: error: --engine gigatoken does not count gemma3 exactly")
    assert run("count", "-q", "-t", "안녕하세요", "--encoding", "gemma3").out == "1\n"


def test_neither_engine_is_asked_about_claude(run: Run) -> None:
    """tokcost counts it, whatever is said of the engine; only gigatoken by name is refused."""
    argv = ["count", "-q", "-t", "안녕하세요", "--encoding", "claude_v3", "--encoding", "claude_v4.8"]
    assert [run(*argv, "--engine", engine).out for engine in ("auto", "tiktoken")] == ["7\n6\n"] * 2
    forced = run(*argv, "--engine", "gigatoken")
    assert (forced.code, forced.out) == (2, "")
    assert forced.err.startswith("tokcost: error: --engine gigatoken does not count claude_v3 exactly: leave out")


def test_mixed_encodings_are_each_counted_by_what_can(run: Run) -> None:
    """2, 1 and 3 tokens, as the table of encodings has it; by force, one line says which cannot be."""
    argv = ["count", "-q", "-t", "안녕하세요", "--encoding", "o200k_base", "--encoding", "gemma3", "--encoding", "qwen"]
    assert run(*argv).out == "2\n1\n3\n"
    forced = run(*argv, "--engine", "gigatoken")
    assert (forced.code, forced.out, forced.err.count("\n")) == (2, "", 1)


def test_an_unknown_engine_is_named(run: Run) -> None:
    """With the ones that there are."""
    result = run("count", "-t", "a", "--engine", "tictoc")
    assert (result.code, result.out) == (2, "")
    assert result.err == "tokcost: error: unknown engine 'tictoc': choose auto, tiktoken or gigatoken\n"


def test_auto_takes_the_faster_engine_from_a_size_on() -> None:
    """Below it the vocabulary of a small text is there sooner."""
    one = TextCounter("o200k_base")
    one.expect(10_000)
    assert one.fast is None
    one.expect(5_000_000)
    assert one.fast is not None


def test_a_spoilt_rank_file_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is checked at every use."""
    tmp_path = tmp_path / "ranks"
    monkeypatch.setenv("TOKCOST_CACHE_DIR", str(tmp_path))
    with rank_files.rank_file("r50k_base") as path:
        good = path.read_bytes()
    path.write_bytes(good[:-10])
    with rank_files.rank_file("r50k_base") as again:
        assert again.read_bytes() == good
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_many_may_make_the_rank_file_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each under a name of its own; all see the whole of it."""
    monkeypatch.setenv("TOKCOST_CACHE_DIR", str(tmp_path / "new" / "place"))
    seen: list[int] = []

    def use() -> None:
        with rank_files.rank_file("r50k_base") as path:
            seen.append(len(path.read_bytes()))

    threads = [threading.Thread(target=use) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(seen) == 4
    assert len(set(seen)) == 1
    assert len(list((tmp_path / "new" / "place").iterdir())) == 1


def test_without_a_place_to_keep_it_a_temporary_file_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache folder that cannot be made: a file stands in its way."""
    (tmp_path / "cache").write_text("in the way")
    monkeypatch.setenv("TOKCOST_CACHE_DIR", str(tmp_path / "cache"))
    assert Gigatoken("r50k_base").count("hello world") == 2


def test_verify_compares_the_engines_on_a_file(run: Run, tmp_path: Path) -> None:
    """'안녕하세요' is 2 tokens of o200k_base and 1 of gemma3, which only tiktoken serves."""
    path = tmp_path / "text.txt"
    path.write_text("안녕하세요", encoding="utf-8")
    result = run("encodings", "verify", path, "--encoding", "o200k_base", "--encoding", "gemma3", "-f", "csv")
    assert (result.code, result.err) == (0, "")
    assert result.out == (
        "name,encoding,tiktoken,own,one_call,gigatoken,verdict,agrees,left_out\n"
        "o200k_base,o200k_base,2,,2,2,agree,True,\n"
        "gemma3,gemma3,1,,1,,agree,True,gigatoken does not serve it\n"
    )


def test_encodings_alone_still_lists_them(run: Run) -> None:
    """With or without a command below."""
    result = run("encodings", "-f", "csv")
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines()[1].startswith("r50k_base,r50k_base,50256,")
