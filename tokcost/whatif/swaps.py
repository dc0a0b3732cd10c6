"""How many tokens a text has for another model, from ratios measured per vocabulary: an estimate with a range."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from tokcost.catalog import Model
from tokcost.counting.scales import SCALES

TEXTS = ("english", "code", "json", "korean")
# Tokens in units of o200k_base tokens of the same text: 80 kB of English documentation, 240 kB of Python,
# 14 kB of JSON, 250 tokens of Korean prose, counted with the packed vocabularies (2026-11-24).
_RATIOS: Mapping[str, Mapping[str, str]] = {
    "o200k_base": {"english": "1", "code": "1", "json": "1", "korean": "1"},
    "cl100k_base": {"english": "1.00", "code": "1.00", "json": "1.00", "korean": "1.67"},
    "p50k_base": {"english": "1.04", "code": "1.22", "json": "1.25", "korean": "3.55"},
    "deepseek": {"english": "1.02", "code": "1.06", "json": "1.08", "korean": "1.16"},
    "gemma3": {"english": "1.11", "code": "1.15", "json": "1.28", "korean": "0.98"},
    "qwen": {"english": "1.08", "code": "1.01", "json": "1.13", "korean": "1.18"},
    "tekken": {"english": "1.10", "code": "1.05", "json": "1.17", "korean": "0.91"},
}


class Ratio(NamedTuple):
    """Tokens of the new model for one of the old: likely, and the range over kinds of text."""

    likely: Decimal
    low: Decimal
    high: Decimal


def ratio(old: Model, new: Model, text: str) -> Ratio | None:
    """The ratio for a kind of text; exactly 1 within one vocabulary, None where a model has none."""
    if old.encoding is None or new.encoding is None:
        return None
    if (old.encoding, old.scale) == (new.encoding, new.scale):
        return Ratio(Decimal(1), Decimal(1), Decimal(1))
    likely = _of(new, text)[0] / _of(old, text)[0]
    kinds = [text] if text == "korean" else ["english", "code", "json"]
    ends = [(_of(new, kind), _of(old, kind)) for kind in kinds]
    low = min(one[1] / other[2] for one, other in ends)
    high = max(one[2] / other[1] for one, other in ends)
    return Ratio(*(value.quantize(Decimal("0.001")) for value in (likely, min(low, likely), max(high, likely))))


def _of(model: Model, text: str) -> tuple[Decimal, Decimal, Decimal]:
    """Tokens of the model for one of o200k_base: likely, low, high."""
    if model.scale:
        factor = SCALES[model.scale].factors[text]
        return Decimal(str(factor.likely)), Decimal(str(factor.low)), Decimal(str(factor.high))
    known = Decimal(_RATIOS.get(model.encoding or "", _RATIOS["o200k_base"])[text])
    return known, known, known
