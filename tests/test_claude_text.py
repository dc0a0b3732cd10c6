"""The three Claude vocabularies against recorded numbers, and against the reference where it is installed."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from itertools import product, takewhile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.conftest import Result, Run
from tokcost import count_tokens
from tokcost.encodings.claude.specs import CLAUDE_SPECS

HERE = Path(__file__).parent / "claude"
FAMILIES = {"v3": ("3.0", 7), "v4.7": ("4.7", 11), "v4.8": ("4.8", 6)}
"""Of each family: the version to ask the reference for, and the tokens of an empty frame."""

Reference = Callable[[str, str], int]


# What the reference is not asked about.
NEW_CASE_PAIRS = "\u1c89\u1c8a\ua7cb\u0264"
VANISHES = re.compile("[\x01-\x08\x0b-\x1f\x7f-\x9f\ue000-\uf8ff]")
BLANK = "\x00 \u00a0\u1680\u2028\u2029\u202f\u205f" + "".join(map(chr, range(0x2000, 0x200B)))


def _is_unassigned(char: str) -> bool:
    """Of no category in this Python, though a later Unicode may name it. Noncharacters stay that way."""
    if unicodedata.category(char) != "Cn" or char in NEW_CASE_PAIRS:
        return False
    return not (0xFDD0 <= ord(char) <= 0xFDEF or ord(char) & 0xFFFE == 0xFFFE)


def _has_unassigned(text: str) -> bool:
    """Some character is unassigned."""
    return any(map(_is_unassigned, text))


def _begins_with_two_kinds_of_numbers(text: str) -> bool:
    """A digit that is not ASCII, in its run a fraction, a superscript or a selector, and at most one blank before."""
    text = VANISHES.sub("", text)
    kinds = [_number_kind(char) for char in text[text[:1] in BLANK :]]
    run = set(takewhile(bool, kinds))
    return len(run) > 1 and kinds[0] == "Nd"


def _number_kind(char: str) -> str:
    """What a character is in a run of numbers that are not ASCII; nothing where it ends the run."""
    if "\ufe00" <= char <= "\ufe0f":
        return "selector"
    category = unicodedata.category(char)
    return category if category in ("Nd", "No") and "\x7f" < char <= "\uffff" else ""


def _is_nothing(text: str) -> bool:
    """The text has no character at all."""
    return not text


def _has_new_case_before_apostrophe(text: str) -> bool:
    """A letter that the reference knows by name alone, and an apostrophe behind it."""
    return re.search("[\u1c89\u1c8a\ua7cb]['‘’]", VANISHES.sub("", text)) is not None


def _has_surrogate_pair(text: str) -> bool:
    """A high half and a low half of one character, side by side."""
    return re.search("[\ud800-\udbff][\udc00-\udfff]", text) is not None


UNASSIGNED = """\
The reference goes by the Unicode of the running Python (14 or later), our tables are of a newer one: what has been
assigned between the two is a sign there and a letter or a mark here. The four letters that the reference knows by name,
and the noncharacters, are compared."""
TWO_KINDS = """\
A message that begins with '१½' or '१\ufe0f': the reference puts a border of the frame and the digit into one piece, one
token fewer than the rules give for the message as one text. Further in, such a run is compared."""
NOTHING = """\
An empty text is not sent, and counts nothing; the reference gives the frame of a message with a word begun in it."""
APOSTROPHES = """\
'Ɤ's' where Python's Unicode does not know the capital: to the reference, which knows that it is a letter, it is a sign
all the same when it stands before an apostrophe, so that the s is a word of its own. 'ɤ's' is compared."""
HALVES = "JSON and UTF-16 join them to the character; the reference takes each for U+FFFD. A lone half is compared."
EXCLUDED: dict[str, tuple[Callable[[str], bool], str]] = {
    "unassigned": (_has_unassigned, UNASSIGNED),
    "two kinds of numbers at the head": (_begins_with_two_kinds_of_numbers, TWO_KINDS),
    "nothing": (_is_nothing, NOTHING),
    "new case pairs before an apostrophe": (_has_new_case_before_apostrophe, APOSTROPHES),
    "two halves of a character": (_has_surrogate_pair, HALVES),
}
"""What is left out of the comparison: the test of a text, and why."""


def comparable(text: str) -> bool:
    """No reason to leave the text out."""
    return not any(excluded(text) for excluded, _ in EXCLUDED.values())


@cache
def rows(name: str) -> list[dict[str, str | int]]:
    """The recorded rows of a file."""
    found: list[dict[str, str | int]] = json.loads((HERE / name).read_text("utf-8"))
    return found


def counted(text: str, family: str) -> int:
    """What the library says that the text adds to a request."""
    return count_tokens(text, encoding=f"claude_{family}").tokens


def differences(name: str, label: str, family: str, count: Callable[[str], int]) -> str:
    """A line for each row of the file that does not come out as recorded."""
    lines = []
    for row in rows(name):
        got = count(str(row["text"]))
        if got != row[family]:
            lines.append(f"{row[label]}: {ascii(row['text'])[:90]}: {got}, not {row[family]}")
    return "\n".join(lines)


@pytest.mark.parametrize("family", FAMILIES)
def test_each_rule_counts_as_recorded(family: str) -> None:
    """Each short text, on either side of a rule, costs what the reference has recorded."""
    wrong = differences("vectors.json", "rule", family, lambda text: counted(text, family))
    assert not wrong, f"{wrong.count(chr(10)) + 1} of {len(rows('vectors.json'))} differ:\n{wrong}"


@pytest.mark.parametrize("family", FAMILIES)
def test_each_language_counts_as_recorded(family: str) -> None:
    """A text in each of many languages and scripts costs what the reference has recorded."""
    wrong = differences("languages.json", "language", family, lambda text: counted(text, family))
    assert not wrong, f"{wrong.count(chr(10)) + 1} of {len(rows('languages.json'))} differ:\n{wrong}"


@pytest.mark.parametrize("family", FAMILIES)
def test_the_command_counts_as_recorded(family: str, run: Run) -> None:
    """Through the command line the texts of standard input cost the same: every language, and one text of each rule."""
    short = {row["rule"]: row for row in reversed(rows("vectors.json")) if _is_text_of_stdin(str(row["text"]))}
    wrong = []
    for row in [*rows("languages.json"), *short.values()]:
        result = run("count", "-q", "--encoding", f"claude_{family}", stdin=str(row["text"]).encode())
        if (result.code, result.out.strip()) != (0, str(row[family])):
            wrong.append(f"{ascii(row['text'])[:90]}: {result}, not {row[family]}")
    assert not wrong, "\n".join(wrong)


def _is_text_of_stdin(text: str) -> bool:
    """What a pipe brings unchanged: no half of a character, and no byte order mark, which the command takes off."""
    return not re.search("^\ufeff|[\ud800-\udfff]", text)


@pytest.mark.parametrize("encoding", CLAUDE_SPECS)
def test_nothing_is_sent_for_an_empty_text(encoding: str, run: Run) -> None:
    """No text, no tokens, by whatever door; but nothing is no input for a limit."""
    assert count_tokens("", encoding=encoding).tokens == 0
    assert run("count", "-q", "-t", "", "--encoding", encoding) == Result(0, "0\n", "")
    assert run("count", "-q", "-t", "", "--encoding", encoding, "--max-tokens", "0").code == 2
    assert run("tokens", "", "--encoding", encoding, "-f", "csv") == Result(0, "name,position,id,text,bytes\n", "")


def test_opus_5_drops_white_space_at_the_end() -> None:
    """Blanks, tabs and line ends of ASCII are free there, a no-break space is not; the rest is as in its family."""
    for row in rows("languages.json") + rows("vectors.json"):
        text = str(row["text"])
        bare = text.rstrip(" \t\n\r\x0b\x0c")
        if bare or not text:
            assert counted(text, "opus_5") == counted(bare, "v4.8"), ascii(text)
    assert [counted(text, "opus_5") for text in ("a", "a \t\r\n\n", "a\u00a0", " \n ")] == [1, 1, 2, 0]
    assert [counted(text, "v4.8") for text in ("a", "a \t\r\n\n", "a\u00a0", " \n ")] == [1, 3, 2, 3]


def test_nothing_recorded_is_excluded() -> None:
    """The recorded numbers do not depend on the Unicode version, nor on what the reference is known to miss."""
    texts = [str(row["text"]) for name in ("vectors.json", "languages.json") for row in rows(name)]
    assert [text for text in texts if not comparable(text)] == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a\u1c8b", "unassigned"),
        ("१½", "two kinds of numbers at the head"),
        (" \x01१²१ a", "two kinds of numbers at the head"),
        ("१\ufe0f", "two kinds of numbers at the head"),
        ("", "nothing"),
        ("\ua7cb's", "new case pairs before an apostrophe"),
        ("a \u1c8a\x07’s", "new case pairs before an apostrophe"),
        ("\ud83d\ude00", "two halves of a character"),
    ],
)
def test_an_exclusion_takes_what_it_names(text: str, name: str) -> None:
    """Each reason to leave a text out applies to its example, and no other reason does."""
    assert [reason for reason, (excluded, _) in EXCLUDED.items() if excluded(text)] == [name]


@pytest.mark.parametrize(
    "text",
    [
        "123 a",
        "1٣",
        "٣۴",
        "a १½",
        "  १½",
        "½²",
        " " * 16,
        "\u00a0\x07" * 32 + "a",
        "\u0264's \ua7cb s'",
        "\n" + " " * 16,
        "\ufdd0 \U0001fffe",
        "\ud83d \ude00",
        "\ude00\ud83d",
        NEW_CASE_PAIRS,
        "1½",
        "\x07",
        " ",
    ],
)
def test_the_exclusions_are_narrow(text: str) -> None:
    """What only resembles an excluded text is compared."""
    assert comparable(text)


# Texts that find the seams. Characters of one alphabet meet each other in every order.
ALPHABETS = {
    "controls and blanks": "ab1!\x00\x01\x07\t\n\r\x0b\x7f\x85 \u00a0\u1680\u2003\u2028\u205f\u3000\ue000\uf8ff",
    "apostrophes": "stdmlrevSTa1' ''’‘\"“”港½©٣\u0301\n",
    "case": "aBCDÉéİıIiẞßΣςσǅǆǄϴϒℂªʻカⅣⓐ ",
    "marks": "aक1 \u0301\u0338\u0345\u094d\u093e\u0903\u05b0א\u064eب\u20dd\u0711\u0730\u0740ܐ\ufe0f!港",
    "numbers": "0123٣۴१५½²①〇Ⅷ𝟏\ufe0f a.,-港",
    "hard": "港龘々가뷁𠀀😀𝐡。？「〒©→）¿\u200b\u200d\u00ad\ufdd0\ufe0f\u3000 a1½",
    "Hangul, kana": "\u1112\u1161\u11abㄱ한ーカねｶ\u3099\u309b、 a",
    "Thai, Lao": "กานํ\u0e4d\u0e32\u0e33\u0e48\u0e31ກ\u0ecd\u0eb2\u0eb3 1",
    "emoji": "😀👩👍🏽🏻🚀☠⚖❤\ufe0f\ufe0e\u200d🇳🇴\u20e3#1 a\U000e0067\U000e007f",
    "punctuation": "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~—–−»«•°„£§€…√→（№†└│·─═█ a1\n",
    "surrogates": "a \ud83d\ude00\udfff\ufffd!",
}
PARTS = (
    "harbour", "Harbour", "HARBOUR", "USA", "McGull", "getElementById", "don't", "it's", "it’s", "o'clock", "'s", "'",
    " ", "  ", "   ", "\n", "\n\n", "\t", "\r\n", "\u3000", "\u00a0", ", ", ". ", "! ", " (", ") ", "==", "});", "->",
    "1", "42", "1234567", "3.14", "٣٤", "१२", "½", "²", "Ⅷ", "港口", "항구", "みなと", "ミナト", "。", "「",
    "порт", "ПОРТ", "λιμάνι", "ΛΙΜΑΝΙ", "ميناء", "مِيناء", "נָמֵל", "बंदरगाह", "ท่าเรือ", "នៅ", "İzmir", "STRAẞE",
    "😀", "👩‍🚀", "⚖️",
    " ½\ufe0f", " १\ufe0e", "\ufe0f² ", "。's",
    "\u0301", "\u064e", "\u094d", "\u200b", "\ufe0f", "\x07", "\x00", "\ue000", "=" * 40, "-" * 17, " " * 33, "\n" * 29,
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=40),
    st.text(st.characters(max_codepoint=0xFFFF, categories=("L", "M", "N", "P", "S", "Z", "C")), max_size=12),
    *(st.text(alphabet, max_size=24) for alphabet in ALPHABETS.values()),
    st.lists(st.sampled_from(PARTS), max_size=14).map("".join),
    st.lists(st.one_of(st.sampled_from(PARTS), st.text("".join(ALPHABETS.values()), max_size=3)), max_size=12).map(
        "".join
    ),
).filter(comparable)


@pytest.fixture(scope="module")
def reference() -> Reference:
    """The count of a message by the public reference, where somebody has installed it."""
    reason = "the reference is no dependency: pip install --ignore-requires-python ctok==1.3.0"
    found: Reference = pytest.importorskip("ctok", reason=reason).token_count
    return found


@settings(max_examples=1500, deadline=None, database=None)
@given(TEXTS)
@example("\x07")
@example(" 'boat\u0301 1\u0345NASA  ½ 港\n\n")
def test_arbitrary_unicode_equals_the_reference(reference: Reference, text: str) -> None:
    """Any text costs in each family what the reference counts, less the frame."""
    for family, (version, frame) in FAMILIES.items():
        assert counted(text, family) + frame == reference(text, version), family


# A character of each class, and what else turns a rule: the apostrophe, the letter of a suffix, a line end.
KINDS = "7\u0663\u0966²»•!'\u6e2fas\u064e\u0301☠\ufe0f \n"


def test_every_order_of_classes_equals_the_reference(reference: Reference) -> None:
    """Three characters of any classes inside a text cost in each family what the reference counts."""
    wrong = []
    for middle in map("".join, product(KINDS, repeat=3)):
        text = f"x{middle} a"
        wrong += [
            (family, text)
            for family, (version, frame) in FAMILIES.items()
            if counted(text, family) + frame != reference(text, version)
        ]
    assert wrong == []
