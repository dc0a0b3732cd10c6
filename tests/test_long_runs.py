"""Texts without a place to cut, and characters that the engines see otherwise: counted as tiktoken does, in bounds."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
import tiktoken

from tests.conftest import Run, document
from tokcost.encodings import stream
from tokcost.encodings.counter import TextCounter
from tokcost.encodings.pack import open_pack
from tokcost.encodings.pieces import splitter
from tokcost.encodings.specs import SPECS

HAN = "漢字仮名交文書類型話語言葉世界中国日本的一是不了在人有我他这上们来到时大地为子你说生"
RUNS = (HAN, "가나다라마바사아자차카타파하고노도로모보소오조초코토포호", HAN + "가나다라마바사아")
BETWEEN = ("", "a", "A", "aB", "'s", " ", "\n", "1", "é", "ß", "漢A", "か", "ー", "ไ", "\u0301", "。", "😀", "</b> ")


def reference(encoding: str) -> tiktoken.Encoding:
    """tiktoken itself with the whole vocabulary and the published pattern."""
    spec = SPECS[encoding]
    ranks = open_pack(spec.pack).ranks(spec.size)
    return tiktoken.Encoding(encoding, pat_str=spec.pattern, mergeable_ranks=ranks, special_tokens={})


@pytest.mark.parametrize("encoding", [name for name in SPECS if name not in ("gpt2", "p50k_edit", "o200k_harmony")])
def test_a_cut_inside_a_run_changes_no_count(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of Han and Hangul with anything between them, fed in small parts: tiktoken's own count."""
    monkeypatch.setattr(stream, "PART", 700)
    cuts = []
    counter = TextCounter(encoding, "tiktoken")
    inner = counter.inner_cut

    def watched(text: str, begin: int, end: int) -> int:
        cuts.append(inner(text, begin, end))
        return cuts[-1]

    monkeypatch.setattr(counter, "inner_cut", watched)
    whole = reference(encoding)
    dice = random.Random(f"{encoding}/1")
    for _ in range(12):
        runs = ("".join(dice.choices(dice.choice(RUNS), k=dice.randrange(1, 1500))) for _ in range(6))
        text = "".join(run + dice.choice(BETWEEN) for run in runs)
        count = len(whole.encode_ordinary(text))
        if not SPECS[encoding].byte_fallback:
            assert counter.count(text) == count, text
        else:
            assert counter.count(text) == counter._count_slow(text), text
    assert sum(map(bool, cuts)) > 10


def test_memory_does_not_grow_with_a_line(tmp_path: Path) -> None:
    """Of six million characters of Chinese without a full stop no more is held than of half a million."""
    (tmp_path / "line.txt").write_text(HAN[:5] * 1_200_000)
    argv = ["count", "line.txt", "-m", "gpt-4o", "-q"]
    code = (
        "from tokcost.cli import main\n"
        f"main({argv!r})\nprint(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=200)
    *_, count, memory = ended.stdout.split()
    assert (int(count), int(memory) < 240_000) == (7_200_000, True), ended


def test_a_word_of_millions_of_letters_is_split_for_gemini() -> None:
    """One of 4.2 million letters is one piece, and no lack of memory."""
    (piece,) = splitter("gemma3").findall("a" * 4_200_000)
    assert len(piece) == 4_200_000


def test_the_quick_split_of_gemma_is_the_published_one() -> None:
    """Its pieces, taken without a way back, are those of the pattern, whatever stands between the blanks and tags."""
    import regex

    published = regex.compile(SPECS["gemma3"].pattern, regex.V1)
    dice = random.Random(1)
    parts = [*"ab <>/\n\t가", "<b>", "</b>", "<td>", " </td>", "> </", "<table", "  <", "</"]
    for _ in range(5_000):
        text = "".join(dice.choices(parts, k=dice.randrange(1, 25)))
        assert splitter("gemma3").findall(text) == published.findall(text), text


def test_characters_of_the_newest_unicode_cost_no_more_than_others(run: Run) -> None:
    """2 MB with one that the engines see otherwise on every line, or on every hundredth: tiktoken's count, at once."""
    pytest.importorskip("gigatoken")
    whole = reference("o200k_base")
    for rare, lines in ((1, 90_000), (100, 900)):
        text = ("word some text here\u20c1 more\n" + "word some text here, more\n" * (rare - 1)) * lines
        Path("signs.txt").write_text(text)
        result = run("count", "signs.txt", "-m", "gpt-4o", "-f", "json")
        assert document(result)["rows"][0]["input_tokens"] == len(whole.encode_ordinary(text))
