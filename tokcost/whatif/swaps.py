"""How many tokens a text has for another model, from ratios measured per vocabulary: an estimate with a range."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from tokcost.catalog import Model
from tokcost.counting.scales import SCALES

# Tokens in units of o200k_base tokens of the same text, as tests/bench/ratios.py measures them (with Python 3.11 on
# 2026-11-25): docstrings of the standard library (308 kB), its source (1.6 MB), 17 kB of JSON, 240 tokens of Korean.
RATIOS: Mapping[str, Mapping[str, str]] = {
    "r50k_base": {"english": "1.25", "code": "1.95", "json": "1.21", "korean": "3.52"},
    "gpt2": {"english": "1.25", "code": "1.95", "json": "1.21", "korean": "3.52"},
    "p50k_base": {"english": "1.15", "code": "1.22", "json": "1.14", "korean": "3.52"},
    "p50k_edit": {"english": "1.15", "code": "1.22", "json": "1.14", "korean": "3.52"},
    "cl100k_base": {"english": "1.00", "code": "0.99", "json": "1.00", "korean": "1.57"},
    "o200k_base": {"english": "1.00", "code": "1.00", "json": "1.00", "korean": "1.00"},
    "o200k_harmony": {"english": "1.00", "code": "1.00", "json": "1.00", "korean": "1.00"},
    "gemma3": {"english": "1.10", "code": "1.16", "json": "1.23", "korean": "0.96"},
    "qwen": {"english": "1.02", "code": "1.01", "json": "1.10", "korean": "1.15"},
    "deepseek": {"english": "1.03", "code": "1.05", "json": "1.01", "korean": "1.17"},
    "tekken": {"english": "1.04", "code": "1.05", "json": "1.13", "korean": "0.95"},
    "claude_v3": {"english": "1.14", "code": "1.22", "json": "1.15", "korean": "1.80"},
    "claude_v4.7": {"english": "1.52", "code": "1.53", "json": "1.29", "korean": "1.80"},
    "claude_v4.8": {"english": "1.52", "code": "1.53", "json": "1.29", "korean": "1.79"},
    "claude_opus_5": {"english": "1.52", "code": "1.53", "json": "1.29", "korean": "1.79"},
}


class Ratio(NamedTuple):
    """Tokens of the new model for one of the old: likely, and the range over kinds of text. Never rounded."""

    likely: Fraction
    low: Fraction
    high: Fraction

    @property
    def shown(self) -> str:
        """The three to a thousandth, the ends outwards: 'x1.163 (1.148 to 1.195)'."""
        likely, low, high = round(self.likely * 1000), floor(self.low * 1000), ceil(self.high * 1000)
        return "x{} ({} to {})".format(*(Decimal(number).scaleb(-3) for number in (likely, low, high)))


def ratio(old: Model, new: Model, text: str) -> Ratio | None:
    """The ratio for a kind of text; exactly 1 within one vocabulary, as sure of both; None where a model has none."""
    if old.encoding is None or new.encoding is None:
        return None
    if (old.encoding, old.scale, old.margin) == (new.encoding, new.scale, new.margin):
        return Ratio(Fraction(1), Fraction(1), Fraction(1))
    likely = _of(new, text)[0] / _of(old, text)[0]
    kinds = [text] if text == "korean" else ["english", "code", "json"]
    ends = [(_of(new, kind), _of(old, kind)) for kind in kinds]
    low = min(one[1] / other[2] for one, other in ends)
    high = max(one[2] / other[1] for one, other in ends)
    return Ratio(likely, min(low, likely), max(high, likely))


def _of(model: Model, text: str) -> tuple[Fraction, Fraction, Fraction]:
    """Tokens of the model for one of o200k_base: likely, low, high."""
    if model.scale:
        factor = SCALES[model.scale].factors[text]
        return Fraction(str(factor.likely)), Fraction(str(factor.low)), Fraction(str(factor.high))
    known = Fraction(RATIOS.get(model.encoding or "", RATIOS["o200k_base"])[text])
    off = known * model.margin / 100
    return known, known - off, known + off
