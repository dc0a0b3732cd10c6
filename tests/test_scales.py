"""Estimates by kind of text: honest ranges, and the same answer however a text is fed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokcost.counting.scales import SCALES, estimate, scale_names
from tokcost.counting.scripts import KINDS, Profile
from tokcost.encodings.counter import counter
from tokcost.errors import UnknownName

ENGLISH = "The harbour master wrote down every ship that left before noon, and then went home for lunch. "
KOREAN = "항구 관리인은 정오 전에 떠난 모든 배를 적어 두고 점심을 먹으러 집으로 갔다. "
JAPANESE = "港の管理人は正午前に出港したすべての船を書き留め、昼食のために家に帰った。"
CHINESE = "港口管理员记下了中午之前离开的每一艘船，然后回家吃午饭。"
RUSSIAN = "Начальник порта записал каждый корабль, который ушёл до полудня, и пошёл домой обедать. "
GERMAN = "Der Hafenmeister schrieb jedes Schiff auf, das früh ablegte, und ging dann zum Mittagessen über die Straße. "
ARABIC = "كتب مدير الميناء كل سفينة غادرت قبل الظهر ثم ذهب إلى البيت. "
HINDI = "बंदरगाह के मालिक ने दोपहर से पहले निकलने वाले हर जहाज को लिखा। "
CODE = "def leave(ships, noon):\n    return [ship for ship in ships if ship.time < noon and not ship.docked()]\n\n"
JSON = '{"ships": [{"name": "Anna", "left": "11:40", "crew": 12}, {"name": "Bo", "left": null, "crew": 3}]}\n'


def profile_of(text: str) -> Profile:
    """The profile of a text at hand."""
    profile = Profile()
    profile.feed(text)
    return profile


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (ENGLISH, "english"),
        (KOREAN, "korean"),
        (JAPANESE, "japanese"),
        (CHINESE, "chinese"),
        (RUSSIAN, "cyrillic"),
        (GERMAN, "european"),
        (ARABIC, "arabic"),
        (HINDI, "hindi"),
        (CODE, "code"),
        (JSON, "json"),
        ("QUJDRA" * 500, "dense"),
        ("b" * 3000, "run"),
        ("2026-11-24,harbour,14,0.5\n" * 40, "json"),
        ("สวัสดีครับ", "other"),
    ],
)
def test_a_text_of_one_kind_is_of_that_kind(text: str, kind: str) -> None:
    """At least 85 % of its tokens are of that kind, and of no other more."""
    shares = profile_of(text).shares()
    assert max(shares, key=shares.__getitem__) == kind
    assert shares[kind] > 0.85


def test_a_mixed_text_has_both_kinds() -> None:
    """English and Korean in the shares of their tokens in o200k_base, within a tenth."""
    shares = profile_of(ENGLISH * 200 + KOREAN * 200).shares()
    english, korean = counter("o200k_base").count(ENGLISH), counter("o200k_base").count(KOREAN)
    assert shares["english"] == pytest.approx(english / (english + korean), abs=0.1)
    assert shares["korean"] == pytest.approx(korean / (english + korean), abs=0.1)


def test_korean_is_not_scaled_like_english() -> None:
    """GLM takes 30 % more for Korean, and nothing more for English; a Korean model 5 % more for English."""
    assert estimate(1000, profile_of(KOREAN), "glm").tokens > 1300
    assert estimate(1000, profile_of(ENGLISH), "glm").tokens == 1000
    assert estimate(1000, profile_of(ENGLISH), "korean").tokens == 1050


def test_grok_counts_as_o200k_and_unmeasured_is_wide() -> None:
    """Grok has the same number; of what nothing was measured for, 20 % less to half as much again is possible."""
    assert estimate(500, profile_of(ENGLISH), "grok").tokens == 500
    wide = estimate(10_000, profile_of(ENGLISH), "unmeasured")
    assert wide.tokens == 10_000 and wide.low <= 8_000 and wide.high >= 15_000
    assert "nothing measured" in wide.note


def test_every_scale_knows_every_kind() -> None:
    """And each factor lies in its range, above 0."""
    for scale in SCALES.values():
        assert set(scale.factors) == set(KINDS)
        assert all(0 < low <= likely <= high for likely, low, high in scale.factors.values())


def test_an_empty_text_has_no_tokens() -> None:
    """Neither likely nor at most."""
    assert estimate(0, Profile(), "grok") == estimate(0, profile_of(""), "grok")
    assert estimate(0, Profile(), "grok").high == 0


def test_an_unknown_scale_is_named_with_the_nearest() -> None:
    """'lama3' is met with 'llama3'."""
    with pytest.raises(UnknownName, match="llama3"):
        estimate(1, Profile(), "lama3")


@given(st.integers(1, 10**7), st.text(min_size=1, max_size=60), st.sampled_from(scale_names()))
def test_more_tokens_are_never_fewer(tokens: int, text: str, scale: str) -> None:
    """A token more in the known vocabulary lowers neither the number nor an end of its range, whatever the text."""
    profile = profile_of(text)
    one, next_one = estimate(tokens, profile, scale), estimate(tokens + 1, profile, scale)
    assert 1 <= one.low <= one.tokens <= one.high
    assert one.low <= next_one.low and one.tokens <= next_one.tokens and one.high <= next_one.high


@given(st.lists(st.text(max_size=50), max_size=8), st.sampled_from([ENGLISH, KOREAN, CODE, JSON]), st.integers(0, 100))
def test_feeding_in_parts_is_feeding_at_once(parts: list[str], filler: str, times: int) -> None:
    """A text cut anywhere has the shares of the whole."""
    parts = [*parts, filler * times, *parts]
    in_parts = Profile()
    for part in parts:
        in_parts.feed(part)
    assert in_parts.shares() == profile_of("".join(parts)).shares()


def test_a_long_text_is_the_same_in_parts() -> None:
    """Over two million characters, fed in pieces that no window lines up with."""
    text = (ENGLISH * 4_000 + KOREAN * 4_000) * 4
    in_parts = Profile()
    for at in range(0, len(text), 70_001):
        in_parts.feed(text[at : at + 70_001])
    assert in_parts.shares() == profile_of(text).shares()
