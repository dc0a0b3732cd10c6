"""Estimates for vocabularies that are private or not shipped, from o200k_base counts.

A scale gives, for every kind of text, the tokens of a model's vocabulary in units of o200k_base
tokens of the same text: the likely factor and the range that single texts were seen in. Where nothing
was measured the range is wide, and the note says so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tokcost.counting.count import ESTIMATE, Count
from tokcost.counting.scripts import KINDS, Profile
from tokcost.errors import UnknownName
from tokcost.phrases import nearest


class Factor(NamedTuple):
    """Tokens in units of o200k_base tokens of the same text: likely, lowest and highest."""

    likely: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Scale:
    """The factors of one vocabulary by kind of text, and one sentence on where they come from.

    ``noise``: what short texts deviate beyond the factors, in tokens for one token of text; it grows
    with the square root of the length.
    """

    name: str
    note: str
    factors: Mapping[str, Factor]
    noise: float


def _scale(
    name: str, note: str, rest: tuple[float, float, float], noise: float = 0.5, **known: tuple[float, float, float]
) -> Scale:
    """A scale of named kinds, the same factor for all the others."""
    return Scale(name, note, {kind: Factor(*known.get(kind, rest)) for kind in KINDS}, noise)


def _measured(name: str, english: float, european: float, code: float, json: float, *asian: float) -> Scale:
    """A scale from the means over 371 parallel paragraphs and source files (facts measured 2026-11)."""
    korean, japanese, chinese, cyrillic = asian
    around = {
        "english": (english, 0.04),
        "european": (european, 0.08),
        "code": (code, 0.05),
        "json": (json, 0.06),
        "dense": (json, 0.25),
        "korean": (korean, 0.08),
        "japanese": (japanese, 0.10),
        "chinese": (chinese, 0.10),
        "cyrillic": (cyrillic, 0.10),
    }
    known = {kind: (mean, mean * (1 - off), mean * (1 + off)) for kind, (mean, off) in around.items()}
    return _scale(name, "o200k_base tokens times the ratio measured per kind of text", (1.05, 0.8, 1.6), 0.5, **known)


SCALES: Mapping[str, Scale] = {
    scale.name: scale
    for scale in (
        # Recorded grok-3 requests fit a factor of 1; Grok's vocabulary itself is private.
        _scale(
            "grok",
            "Grok's vocabulary is private: as many tokens as o200k_base fits recorded grok-3 requests",
            (1.0, 0.8, 1.3),
            english=(1.0, 0.95, 1.06),
            code=(1.0, 0.92, 1.1),
            json=(1.0, 0.92, 1.1),
        ),
        _measured("llama3", 1.00, 1.17, 1.00, 1.00, 1.03, 0.93, 1.03, 1.16),
        _measured("llama4", 0.99, 1.00, 1.00, 1.00, 0.88, 0.74, 0.84, 0.89),
        _measured("glm", 1.00, 1.10, 1.00, 1.01, 1.37, 0.92, 0.86, 1.02),
        _measured("qwen3.5", 1.00, 1.02, 1.11, 1.21, 0.86, 0.69, 0.82, 0.97),
        # Nothing measured; vocabularies made for Korean take fewer tokens for it than o200k_base, and more for others.
        _scale(
            "korean",
            "nothing measured: a vocabulary made for Korean, guessed from o200k_base within a wide range",
            (1.2, 0.8, 2.0),
            english=(1.05, 0.9, 1.3),
            code=(1.1, 0.9, 1.4),
            json=(1.1, 0.9, 1.4),
            korean=(0.9, 0.65, 1.2),
        ),
        _scale(
            "unmeasured",
            "nothing measured for this vocabulary: o200k_base tokens with a wide range",
            (1.0, 0.8, 1.5),
        ),
    )
}


class TokenSpan(NamedTuple):
    """Tokens before rounding. Spans of several texts add up; ``rounded`` is for their sum."""

    likely: float
    low: float
    high: float

    def plus(self, other: TokenSpan) -> TokenSpan:
        """Both texts together."""
        return TokenSpan(self.likely + other.likely, self.low + other.low, self.high + other.high)


def scale_names() -> list[str]:
    """The names of all scales."""
    return list(SCALES)


def scale_named(name: str) -> Scale:
    """The scale of a name. Raises UnknownName with the nearest ones."""
    if name not in SCALES:
        raise UnknownName("scale", name, nearest(name, SCALES), f"known: {', '.join(SCALES)}")
    return SCALES[name]


def span_of(o200k_tokens: int, shares: Mapping[str, float], scale: Scale) -> TokenSpan:
    """Tokens of a text of so many o200k_base tokens whose kinds have these shares, without short-text noise."""
    factors = [(scale.factors[kind], share) for kind, share in shares.items()]
    return TokenSpan(
        o200k_tokens * sum(share * factor.likely for factor, share in factors),
        o200k_tokens * sum(share * factor.low for factor, share in factors),
        o200k_tokens * sum(share * factor.high for factor, share in factors),
    )


def rounded(span: TokenSpan, o200k_tokens: int, scale: Scale) -> tuple[int, int, int]:
    """Whole tokens (likely, low, high) of a span over so many o200k_base tokens, with the noise of short texts."""
    if not o200k_tokens:
        return 0, 0, 0
    noise = scale.noise * math.sqrt(o200k_tokens)
    tokens = max(1, round(span.likely))
    low = max(1, math.floor(span.low - noise))
    return tokens, min(low, tokens), max(tokens, math.ceil(span.high + noise))


def estimate(o200k_tokens: int, profile: Profile, scale: str) -> Count:
    """The tokens of a text in the vocabulary of a scale, as an estimate with its range and reason.

    ``o200k_tokens`` is the count of the same text that the profile was fed. Raises UnknownName.
    """
    known = scale_named(scale)
    tokens, low, high = rounded(span_of(o200k_tokens, profile.shares(), known), o200k_tokens, known)
    return Count(tokens, low, high, ESTIMATE, known.note)
