"""Claude's packs, and the law that neither cutting nor the quick way ever changes a count of Claude's."""

from __future__ import annotations

import hashlib
import json
import re
import time
import zlib
from functools import cache
from pathlib import Path

import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.test_claude_text import TEXTS
from tokcost.encodings import cuts, stream
from tokcost.encodings.claude.characters import classes_of, normal
from tokcost.encodings.claude.counter import ClaudeCounter
from tokcost.encodings.claude.marks import _NEW_PAIRS, marked, shown
from tokcost.encodings.claude.pack import (
    ATOMS,
    BEGIN,
    CAPS,
    END,
    HELD_BEGIN,
    SHIFT,
    Pieces,
    character_classes,
    open_pieces,
)
from tokcost.encodings.claude.packing import main
from tokcost.encodings.claude.specs import CLAUDE_SPECS
from tokcost.encodings.claude.units import Units
from tokcost.encodings.counter import counter
from tokcost.encodings.edges import Edges
from tokcost.encodings.names import ENCODINGS
from tokcost.encodings.pack import packs_folder
from tokcost.encodings.stream import StreamCount
from tokcost.errors import TokcostError

PACKS = {spec.pack: spec for spec in CLAUDE_SPECS.values()}
# Words, numbers and signs beside each other, as often as not with a place to cut between them.
PARTS = st.lists(
    st.sampled_from(
        ("harbour", "Ships", "NASA", "don't", "'s", " ", " ", " ", "\n", "1", "42.", ", ", ".", "한국", "가", "港",
         "みなと", "порт", "é", "e\u0301", "𐍈", "😀", "。", "، ", "٣", "½", "=" * 40, "  ", "\t", "\u00a0", "'")
    ),
    max_size=30,
).map("".join)  # fmt: skip
MIXED = st.one_of(TEXTS, PARTS)


def expanded(pack: Pieces) -> bytes:
    """The piece list that a pack came from, byte for byte."""
    named = {mark: atom for atom, mark in ATOMS.items()}
    pieces = ("".join(named.get(char, char) for char in piece) for piece in pack.pieces)
    ordered = sorted(pieces, key=str.encode)
    return ("[\n" + ",\n".join(json.dumps(piece, ensure_ascii=False) for piece in ordered) + "\n]\n").encode()


def slow(stream: str, pieces: Pieces) -> int:
    """The fewest tiles of a marked stream, by trying every piece at every place of the whole."""
    best = [0]
    for end in range(1, len(stream) + 1):
        ways = [best[end - 1] + pieces.price(stream[end - 1])]
        ways += [best[at] + 1 for at in range(max(0, end - 128), end - 1) if stream[at:end] in pieces.pieces]
        best.append(min(ways))
    return best[-1]


@cache
def units(pack: str) -> Units:
    """One memory a vocabulary, as a process has it."""
    return Units(open_pieces(pack), PACKS[pack].caps)


def folded(text: str) -> str:
    """A text without what pieces do not say: white space, and capitals."""
    pairs: dict[int, str] = {ord(upper): lower for upper, lower in _NEW_PAIRS.items()}
    return re.sub("[ \t\n]", "", text).translate(pairs).casefold()


# Packs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("pack", PACKS)
def test_every_pack_expands_to_the_published_list(pack: str) -> None:
    """Packed without loss: the hash is that of the piece list, one entry a line, sorted by its bytes."""
    data = expanded(open_pieces(pack))
    assert hashlib.sha256(data).hexdigest() == PACKS[pack].source_sha256
    assert len(json.loads(data)) == PACKS[pack].size


@pytest.mark.parametrize("pack", PACKS)
def test_packing_is_the_inverse_of_expanding(pack: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The program makes the shipped file, byte for byte, of the list that it expands to and its byte beginnings."""
    shipped = (packs_folder() / PACKS[pack].file).read_bytes()
    (tmp_path / "pieces.json").write_bytes(expanded(open_pieces(pack)))
    (tmp_path / "bytes.json").write_text(json.dumps(shipped.split(b"\0")[1].decode().split()))
    assert main([str(tmp_path / name) for name in ("pieces.json", "bytes.json", "made.pieces")]) == 0
    assert (tmp_path / "made.pieces").read_bytes() == shipped
    assert capsys.readouterr().out == (
        f"made.pieces: {len(shipped):,} bytes, SHA-256 {hashlib.sha256(shipped).hexdigest()}\n"
    )


@pytest.mark.parametrize(("pack", "published"), [("claude_v3", "pieces_v3"), ("claude_v4.7", "pieces_v4_7")])
def test_the_packs_are_made_of_the_published_files(pack: str, published: str, tmp_path: Path) -> None:
    """Anybody can rebuild them, byte for byte, of the wheel that they come from."""
    reason = "the origin is no dependency: pip install --ignore-requires-python ctok==1.3.0"
    ctok = pytest.importorskip("ctok", reason=reason)
    source = Path(ctok.__file__).parent / "data" / f"{published}.json"
    assert main([str(source), str(tmp_path / "made.pieces")]) == 0
    assert (tmp_path / "made.pieces").read_bytes() == (packs_folder() / PACKS[pack].file).read_bytes()


def test_the_classes_are_those_of_the_unicode_tables(tmp_path: Path) -> None:
    """The table of classes can be made again with the version of ``regex`` that it was made with."""
    if regex.__version__ != "2026.11.19":
        pytest.skip("another version of regex has other tables: pip install regex==2026.11.19")
    assert main(["--classes", str(tmp_path / "made.classes")]) == 0
    assert zlib.decompress((tmp_path / "made.classes").read_bytes()).decode() == character_classes()


def test_the_notice_names_every_file_with_its_hash() -> None:
    """What is shipped comes with its origin, its hash and, for Claude's pieces, the whole licence."""
    notice = (packs_folder() / "NOTICE.md").read_text("utf-8")
    for spec in ENCODINGS.values():
        assert f"| `{spec.file}`" in notice
        assert spec.source_sha256 in notice
    assert "Copyright (c) 2026 Sander Land" in notice
    assert "The above copyright notice and this permission notice shall be included in all" in notice
    assert "affiliated with Anthropic" in notice


def test_a_file_that_is_no_pack_is_refused() -> None:
    """A damaged installation does not count wrong, it does not count."""
    with pytest.raises(ValueError, match="not a packed vocabulary of pieces"):
        Pieces(b"nonsense\0\0a")


@pytest.mark.parametrize("pack", PACKS)
def test_marks_stand_at_the_borders_of_pieces(pack: str) -> None:
    """The law that streams are cut by: case marks and a beginning first, an end last, nothing of it within."""
    form = re.compile(f"[{SHIFT}{CAPS}]?{BEGIN}?[^{BEGIN}-{HELD_BEGIN}]*{END}?")
    assert [piece for piece in open_pieces(pack).pieces if not form.fullmatch(piece)] == []


@pytest.mark.parametrize("pack", PACKS)
def test_what_is_counted_apart_shares_no_piece(pack: str) -> None:
    """Digits stand with digits, space with space; Han, Hangul and what is beyond the basic plane stands alone."""
    pieces = open_pieces(pack).pieces
    for kind in (re.compile("[0-9]"), re.compile("[ \t\n\u3000]")):
        held = [piece for piece in pieces if kind.search(piece)]
        assert held
        assert [piece for piece in held if not all(map(kind.fullmatch, piece))] == []
    lone = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00010000-\U0010ffff]")
    assert [piece for piece in pieces if lone.search(piece) and len(piece) > 1] == []


@pytest.mark.parametrize("pack", PACKS)
def test_what_the_quick_way_takes_for_granted(pack: str) -> None:
    """Every number of three digits is one piece, "a" is one as a word, and long pieces hold no letter."""
    pieces = open_pieces(pack).pieces
    assert {f"{number:0{size}}" for size in (1, 2, 3) for number in range(10**size)} < pieces
    assert BEGIN + "a" + END in pieces
    assert [piece for piece in pieces if len(piece) > 20 and any(kind in "wm" for kind in classes_of(piece))] == []


# Ways ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("pack", PACKS)
def test_the_quick_way_costs_what_the_whole_stream_costs(pack: str) -> None:
    """By units that are priced once, or by one table over the whole marked stream: the same number."""

    @given(MIXED)
    @settings(max_examples=400, deadline=None, database=None)
    @example("½" + "=" * 40)
    @example("=" * 130 + "。's")
    @example("a ²" + "#" * 64 + " b")
    @example("港" * 3 + "-" * 130 + "가")
    def holds(text: str) -> None:
        text = normal(text, PACKS[pack].caps)
        assert units(pack).cost(text) == slow(marked(text, PACKS[pack].caps), open_pieces(pack)), ascii(text)

    holds()


@pytest.mark.parametrize("name", CLAUDE_SPECS)
def test_a_count_is_the_same_however_the_text_comes(name: str) -> None:
    """In one part, or in blocks of any size that are cut into small parts."""

    @given(MIXED, st.integers(1, 40), st.integers(2, 30))
    @settings(max_examples=300, deadline=None, database=None)
    def holds(text: str, block: int, part: int) -> None:
        running = StreamCount(counter(name))
        running._wanted = part  # small parts, so that a short text is cut at all
        for at in range(0, len(text), block):
            running.feed(text[at : at + block])
            running._wanted = min(running._wanted, part)
        assert running.finish() == counter(name).count(text) == counter(name).count_part(text)

    holds()


@pytest.mark.parametrize("name", CLAUDE_SPECS)
def test_a_text_may_be_cut_wherever_a_cut_is_found(name: str) -> None:
    """At every place that ``last_cut`` names, the counts of the two sides add up, each framed at its own end."""
    one = counter(name)

    @given(MIXED)
    @settings(max_examples=300, deadline=None, database=None)
    def holds(text: str) -> None:
        at = len(text)
        while at := cuts.last_cut(text[:at], one.spec.cuts):
            before = one.count_part(text[:at], Edges(ends=False))
            assert before + one.count_part(text[at:], Edges(begins=False)) == one.count_part(text), (text, at)

    holds()


@pytest.mark.parametrize("name", CLAUDE_SPECS)
def test_a_middle_part_has_no_frame(name: str) -> None:
    """Three parts of one text: only the first begins a message, only the last ends it."""
    one = counter(name)
    parts = ["5 ships", " left the harbour", " at noon\n\n"]
    edges = [Edges(ends=False), Edges(False, False), Edges(begins=False)]
    assert sum(map(one.count_part, parts, edges)) == one.count("".join(parts))


@pytest.mark.parametrize("name", CLAUDE_SPECS)
def test_there_are_as_many_pieces_as_tokens(name: str) -> None:
    """What is shown is what is counted, whatever the text; and no byte of the text is lost."""

    @given(MIXED)
    @settings(max_examples=200, deadline=None, database=None)
    @example("")
    @example(" ")
    @example("   a")
    @example("a \n\n")
    def holds(text: str) -> None:
        one = counter(name)
        assert isinstance(one, ClaudeCounter)
        found = one.tokens(text)
        assert len(found) == one.count(text), ascii(text)
        assert folded(b"".join(token.data for token in found).decode()) == folded(normal(text, one.spec.caps))

    holds()


# Runs ----------------------------------------------------------------------------------------

# Whole cycles of every longest piece: after so many characters the cost of a run grows by the same number.
CYCLE = 384


@pytest.mark.parametrize("name", ["claude_v3", "claude_v4.8"])
@pytest.mark.parametrize(
    "unit",
    [" ", "a", "=", "-", "가", "中", "あ", "\n", "\t", "😀", "7", "½", "\u0301", "=-", "-=+", "½=", "港。", "()"],
)
def test_a_million_of_anything_has_the_right_count(name: str, unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run costs what the slow way gives for a short one of the same remainder, and is counted in good time.

    Cut into parts, here of a quarter of their size, it has the count of the whole.
    """
    spec = CLAUDE_SPECS[name]
    size = 1_000_000 // len(unit)
    few = size % CYCLE + 2 * CYCLE
    short, longer = (
        slow(marked("q" + unit * times, spec.caps), open_pieces(spec.pack)) for times in (few, few + CYCLE)
    )
    began = time.monotonic()
    million = counter(name).bare("q" + unit * size)
    assert million == short + (longer - short) * (size - few) // CYCLE
    assert time.monotonic() - began < 20
    monkeypatch.setattr(stream, "PART", stream.PART // 4)
    quarter = "q" + unit * (size // 4) + "\nend"
    assert counter(name).count(quarter) == counter(name).bare(quarter)


def test_an_unbroken_text_beyond_all_bounds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that offers no place to cut is an error, not a full memory."""
    monkeypatch.setattr(stream, "MAX_UNCUT", 4096)
    running = StreamCount(counter("claude_v3"))
    running._wanted = 1024
    with pytest.raises(TokcostError, match="an unbroken run of more than 4,096 characters"):
        running.feed("x" * 10_000)


def test_a_memory_that_is_full_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Text after text of words never seen before: bounded memory, the same counts."""
    from tokcost.encodings.claude import units as module

    monkeypatch.setattr(module, "_MAX_ENTRIES", 50)
    small = Units(open_pieces("claude_v3"), caps=True)
    for at in range(300):
        text = f"wörd{at}x{at % 7} Ship{'s' * (at % 90)}, {chr(0xAC00 + at)}"
        assert small.cost(text) == units("claude_v3").cost(text)
    assert len(small._units) <= 50


def test_a_stream_is_shown_with_signs() -> None:
    """The marks are control characters; people see arrows and angles."""
    assert shown(marked("Hello, WORLD isn't 5", caps=True)) == "↑‹hello›,›⇑‹world›‹isn›'t› 5"
