"""The shipped vocabularies, and the law that the way taken never changes a count."""

from __future__ import annotations

import hashlib
import unicodedata
from functools import cache

import pytest
import regex
import tiktoken
from hypothesis import given, settings
from hypothesis import strategies as st

from tokcost.encodings import cuts, stream
from tokcost.encodings.counter import TextCounter, counter
from tokcost.encodings.pack import Pack, open_pack
from tokcost.encodings.packing import expanded, main, read_rank_file
from tokcost.encodings.pieces import settled
from tokcost.encodings.quick import small_vocabulary
from tokcost.encodings.specs import SPECS
from tokcost.encodings.stream import StreamCount
from tokcost.encodings.text import nfc, without_surrogates
from tokcost.errors import TokcostError

PINNED = {
    # tiktoken_ext/openai_public.py, ``expected_hash`` of each vocabulary
    "r50k_base": "306cd27f03c1a714eca7108e03d66b7dc042abe8c258b44c199a7ed9838dd930",
    "p50k_base": "94b5ca7dff4d00767bc256fdd1b27e5b17361d7b8a5f968547f9f23eb70d2069",
    "cl100k_base": "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    "o200k_base": "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
}
# Text that finds the seams: words, runs, marks, scripts, every plane, and what looks like markup.
SEAMS = " \n\r\t\u00a0\u3000aAsS'ſé1٣²!.,<>/|가나힣ᄀ漢字ひカ\u0301\u0361\u200d👩🏽🇰🇷\0\x1c𝔸\U000e0041"
WORDS = (
    "<|endoftext|>", "<table>", "</td>", "> <", "don't", "I'LL", "  ", "\n\n", "\r\n", "안녕하세요", "日本語", " the",
    "http://", "x" * 30, "0123456789", "\t\t", "Ünï", "é" * 5, "؟", "नमस्ते",
)  # fmt: skip
TEXTS = st.text(st.one_of(st.characters(), st.sampled_from(SEAMS)), max_size=120) | st.lists(
    st.sampled_from(WORDS), max_size=20
).map("".join)


@cache
def reference(name: str) -> tiktoken.Encoding:
    """The whole vocabulary in tiktoken, built from the expanded rank file, not from the pack's own look-up."""
    spec = SPECS[name]
    tokens, gap = read_rank_file(expanded(open_pack(spec.pack), spec.size))
    ranks = {token: at + (at >= gap) for at, token in enumerate(tokens)}
    return tiktoken.Encoding(name, pat_str=spec.pattern, mergeable_ranks=ranks, special_tokens={})


def reference_count(name: str, text: str) -> int:
    """What one call to tiktoken gives, with the two rules that stand outside of it."""
    spec = SPECS[name]
    if spec.normalize_nfc:
        text = unicodedata.normalize("NFC", text)
    encoding = reference(name)
    tokens = encoding.encode_ordinary(text)
    if not spec.byte_fallback:
        return len(tokens)
    pieces = [encoding.decode_single_token_bytes(token) for token in tokens]
    return sum(1 if piece.decode(errors="ignore").encode() == piece else len(piece) for piece in pieces)


@cache
def whole(name: str) -> TextCounter:
    """A counter that has built its whole vocabulary."""
    built = TextCounter(name)
    built.build()
    return built


def fresh(name: str, text: str) -> TextCounter:
    """A counter that has counted nothing yet.

    Where a vocabulary of what the text uses will not do, each would build the same whole one: so once is enough.
    """
    one = TextCounter(name)
    return one if small_vocabulary(name, without_surrogates(one.normal(text))) is not None else whole(name)


@pytest.mark.parametrize("name", SPECS)
def test_every_pack_expands_to_the_published_file(name: str) -> None:
    """Packed without loss: the hash is that of the rank file, for OpenAI's four the one that tiktoken pins."""
    spec = SPECS[name]
    digest = hashlib.sha256(expanded(open_pack(spec.pack), spec.size)).hexdigest()
    assert digest == spec.source_sha256
    assert PINNED.get(name, digest) == digest


def test_tiktoken_pins_these_hashes() -> None:
    """The pins above are those of the installed tiktoken, read from its own source."""
    import inspect

    from tiktoken_ext import openai_public

    source = inspect.getsource(openai_public)
    assert all(pin in source for pin in PINNED.values())


def test_the_patterns_are_those_of_tiktoken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each OpenAI pattern is, character for character, the one that tiktoken would use."""
    from tiktoken_ext import openai_public

    monkeypatch.setattr(openai_public, "load_tiktoken_bpe", lambda *_, **__: {})
    monkeypatch.setattr(openai_public, "data_gym_to_mergeable_bpe_ranks", lambda **_: {})
    for name, construct in openai_public.ENCODING_CONSTRUCTORS.items():
        published = openai_public.r50k_pat_str if name == "gpt2" else construct()["pat_str"]
        assert SPECS[name].pattern == published, name


def test_packing_is_the_inverse_of_expanding(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A rank file packed by the program gives a pack that expands to the same bytes, gap and all."""
    folder = tmp_path_factory.mktemp("pack")
    source = folder / "x.tiktoken"
    source.write_bytes(b"YQ== 0\nYg== 1\nYWI= 3\n")  # a, b, then a rank left out, ab
    assert main([str(source), str(folder / "x.vocab")]) == 0
    pack = Pack(folder / "x.vocab")
    assert expanded(pack, pack.count) == source.read_bytes()
    assert (pack.rank(b"ab"), pack.rank(b"ba"), pack.token_of_rank(3)) == (3, None, b"ab")


def test_a_file_that_is_no_pack_is_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A damaged installation does not count wrong, it does not count."""
    path = tmp_path_factory.mktemp("pack") / "bad.vocab"
    path.write_bytes(b"nonsense" * 20)
    with pytest.raises(ValueError, match=r"bad\.vocab is not a packed vocabulary"):
        Pack(path)


@pytest.mark.parametrize(
    ("encoding", "tokens"),
    [("r50k_base", 14), ("p50k_base", 14), ("cl100k_base", 5), ("o200k_base", 2), ("gemma3", 1), ("tekken", 4),
     ("deepseek", 5), ("qwen", 3)],
)  # fmt: skip
def test_the_greeting_in_every_vocabulary(encoding: str, tokens: int) -> None:
    """안녕하세요, from two tokens to fourteen."""
    assert counter(encoding).count("안녕하세요") == tokens


@pytest.mark.parametrize("name", SPECS)
def test_the_quick_way_counts_like_the_whole_vocabulary(name: str) -> None:
    """Over arbitrary text, the vocabulary of only what a text can use gives tiktoken's own tokens."""

    @given(TEXTS)
    @settings(max_examples=50, deadline=None, database=None)
    def holds(text: str) -> None:
        spec = SPECS[name]
        normal = TextCounter(name).normal(without_surrogates(text))  # as the counter does where encoding fails
        vocabulary = small_vocabulary(name, normal)
        if vocabulary is None:
            assert not settled(normal)
            return
        quick = tiktoken.Encoding(name, pat_str=spec.pattern, mergeable_ranks=vocabulary, special_tokens={})
        assert quick.encode_ordinary(normal) == reference(name).encode_ordinary(normal)

    holds()


@pytest.mark.parametrize("name", SPECS)
def test_a_count_is_that_of_one_call_to_tiktoken(name: str) -> None:
    """Whatever way the counter takes, and however the text is cut into blocks."""

    @given(TEXTS, st.integers(1, 40), st.integers(2, 30))
    @settings(max_examples=50, deadline=None, database=None)
    def holds(text: str, block: int, part: int) -> None:
        expected = reference_count(name, text)
        assert fresh(name, text).count(text) == expected
        running = StreamCount(counter(name))
        running._wanted = part  # small parts, so that a short text is cut at all
        for at in range(0, len(text), block):
            running.feed(text[at : at + block])
            running._wanted = min(running._wanted, part)
        assert running.finish() == expected

    holds()


@pytest.mark.parametrize("name", SPECS)
def test_a_text_may_be_cut_wherever_a_cut_is_found(name: str) -> None:
    """At every place that ``last_cut`` names, the counts of the two sides add up."""

    @given(TEXTS)
    @settings(max_examples=50, deadline=None, database=None)
    def holds(text: str) -> None:
        free = SPECS[name].cuts
        at = len(text)
        while at := cuts.last_cut(text[:at], free):
            assert reference_count(name, text[:at]) + reference_count(name, text[at:]) == reference_count(name, text)

    holds()


def test_both_regular_expression_engines_know_the_same_characters() -> None:
    """Over all planes, every class that a pattern uses holds the same settled characters in both engines."""
    everything = "".join(chr(code) for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF)
    known = "".join(char for char in everything if settled(char))
    assert len(known) > 280_000
    single = {bytes((byte,)): byte for byte in range(256)}
    classes = [rf"\p{{{name}}}" for name in ("L", "N", "M", "P", "S", "Lu", "Ll", "Lt", "Lm", "Lo")]
    classes += [r"\s", *(f"(?i:{letter})" for letter in "sdmtlrev")]
    for pattern in classes:
        rust = tiktoken.Encoding("x", pat_str=pattern, mergeable_ranks=single, special_tokens={})
        assert bytes(rust.encode_ordinary(known)).decode() == "".join(regex.findall(pattern, known)), pattern


@pytest.mark.parametrize("name", sorted({spec.pack for spec in SPECS.values()}))
def test_every_plane_counts_alike_in_context(name: str) -> None:
    """A character of every 211th code point, between letters, blanks and digits, as one call to tiktoken counts it."""
    codes = [code for code in range(0, 0x110000, 211) if not 0xD800 <= code <= 0xDFFF]
    ways = set()
    for start in range(0, len(codes), 150):
        text = "".join(f"a{chr(code)}b {chr(code)}1" for code in codes[start : start + 150])
        one = fresh(name, text)
        assert one.count(text) == reference_count(name, text), start
        ways.add("_whole" in one.__dict__)
    assert ways == {True, False}, "both ways of counting were taken"


# (encoding, unit): one million characters that tiktoken's own patterns overflow on, or nearly.
LONG = [("o200k_base", " "), ("o200k_base", "a"), ("cl100k_base", "\t"), ("p50k_base", "\n"), ("gemma3", "<"),
        ("deepseek", "\0"), ("qwen", " ")]  # fmt: skip


@pytest.mark.parametrize(("name", "unit"), LONG)
def test_a_million_of_anything_has_the_right_count(name: str, unit: str) -> None:
    """Counted past the size at which tiktoken overflows; a run that it can count shows that the rate is the same."""
    whole = reference_count(name, unit * 200_000 + "x")
    million = TextCounter(name).count(unit * 1_000_000 + "x")
    assert abs(million - 5 * whole) <= 8


def test_a_long_run_is_counted_as_tiktoken_counts_it() -> None:
    """At 300,000 blanks both ways still work, and give the same tokens."""
    for name in ("o200k_base", "cl100k_base", "gemma3", "deepseek", "tekken", "qwen", "p50k_base"):
        text = "word" + " " * 300_000 + "\n\n" + "\t" * 250_000 + "end"
        assert TextCounter(name).count(text) == reference_count(name, text), name


def test_lone_surrogates_count_as_the_replacement_character() -> None:
    """What no UTF-8 can hold is counted as tiktoken counts it."""
    assert counter("o200k_base").count("a\ud800b") == reference_count("o200k_base", "a\ufffdb")


def test_an_unbroken_text_beyond_all_bounds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that offers no place to cut is an error, not a full memory."""
    monkeypatch.setattr(stream, "MAX_UNCUT", 4096)
    running = StreamCount(TextCounter("gemma3"))
    running._wanted = 1024
    with pytest.raises(TokcostError, match="an unbroken run of more than 4,096 characters"):
        running.feed("x" * 10_000)


def test_a_process_that_goes_on_asking_builds_the_whole_vocabulary() -> None:
    """The seventeenth text is counted by the whole vocabulary, with the same result as those before it."""
    one = TextCounter("o200k_base")
    assert [one.count("the same text") for _ in range(18)] == [3] * 18
    assert "_whole" in one.__dict__


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text(max_size=60), max_size=6), st.sampled_from(sorted(SPECS)))
def test_texts_that_share_a_vocabulary_count_as_they_do_alone(texts: list[str], encoding: str) -> None:
    """What the texts use together is all that each of them uses."""
    together = TextCounter(encoding)
    together.prepare(texts)
    assert [together.count(text) for text in texts] == [counter(encoding).count(text) for text in texts]


@settings(deadline=None, max_examples=40, database=None)
@given(st.lists(st.tuples(st.text("ab한é\n", max_size=300), st.text("\u0301\u0334\u0323\u05c1\u0f71", max_size=900))))
def test_high_stacks_of_marks_are_put_in_order_as_unicodedata_does(parts: list[tuple[str, str]]) -> None:
    """Whether a text is long enough for the quicker way or not."""
    text = "".join(map("".join, parts))
    for whole in (text, text + "\u0301\u0334" * 150 + "x" * 20_001):
        assert nfc(whole) == unicodedata.normalize("NFC", whole)
