"""litellm's model_prices_and_context_window.json: one object a model, money per token."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tokcost.imports.amounts import AmountReader, day_of, tokens_of
from tokcost.imports.sellers import seller_named
from tokcost.imports.source import SourceModel
from tokcost.rates import STANDARD, Modes, Price, Rates, Tier

_KINDS_OF_TOKENS = {
    "input_cost_per_token": "input",
    "output_cost_per_token": "output",
    "cache_read_input_token_cost": "cached",
    "input_cost_per_token_cache_hit": "cached",
    "cache_creation_input_token_cost": "cache_write",
    "cache_creation_input_token_cost_above_1hr": "cache_write_long",
    "cache_creation_input_token_cost_above_12hr": "cache_write_long",
}
_MODALITIES = {
    "input_cost_per_audio_token": "audio_input",
    "output_cost_per_audio_token": "audio_output",
    "cache_read_input_audio_token_cost": "audio_cached",
    "input_cost_per_image_token": "image_input",
    "output_cost_per_image_token": "image_output",
    "cache_read_input_image_token_cost": "image_cached",
}
_MODES = {
    "": STANDARD, "batches": "batch", "batch_requests": "batch", "flex": "flex", "priority": "priority",
    "ultrafast": "ultrafast",
}  # fmt: skip
_TOKEN_RATE = re.compile(
    rf"(?P<kind>{'|'.join(sorted(_KINDS_OF_TOKENS, key=len, reverse=True))})"
    r"(?:_above_(?P<thousands>\d{1,6})k_tokens)?"
    rf"(?:_(?P<mode>{'|'.join(filter(None, _MODES))}))?"
)
# Key -> (unit of a row, power of ten, factor, the modes of use that it is said of; () is any).
_UNITS: dict[str, tuple[str, int, int, tuple[str, ...]]] = {
    **{key: (unit, 6, 1, ()) for key, unit in _MODALITIES.items()},
    "input_cost_per_second": ("per_minute", 0, 60, ("audio_transcription",)),
    "input_cost_per_character": ("per_million_characters", 6, 1, ("audio_speech",)),
    "ocr_cost_per_page": ("per_page", 0, 1, ("ocr",)),
    "input_cost_per_query": ("per_query", 0, 1, ("rerank",)),
}
_KINDS = {
    "embedding": "embedding", "image_generation": "image", "image_edit": "image", "audio_transcription": "audio",
    "audio_speech": "audio",
}  # fmt: skip
_MONEY = re.compile(r"cost|price|pricing|multiplier|uplift|_dbu_|\bfee|provider_specific_entry")
_EXAMPLE = "sample_spec"


def is_litellm(data: object) -> bool:
    """Whether it is a table of models of which one states its provider or a rate as litellm does."""
    own = {"litellm_provider", *_KINDS_OF_TOKENS}
    return isinstance(data, Mapping) and any(isinstance(each, Mapping) and own & each.keys() for each in data.values())


def litellm_models(data: Mapping[str, Any], reader: AmountReader) -> Iterator[SourceModel]:
    """Every model of the list; one that is another's alias is its name."""
    aliases: dict[str, list[str]] = {}
    for name, entry in data.items():
        if isinstance(entry, Mapping) and isinstance(entry.get("alias_of"), str):
            aliases.setdefault(entry["alias_of"], []).append(name)
    for name, entry in data.items():
        if name == _EXAMPLE or not isinstance(entry, Mapping) or "alias_of" in entry:
            continue
        word = entry.get("litellm_provider") or name.partition("/")[0]
        if not isinstance(word, str):
            continue
        seller = seller_named(word)
        use = entry.get("mode")
        yield SourceModel(
            name,
            seller,
            _own_id(name, word),
            tuple(_own_id(alias, word) for alias in aliases.get(name, ())),
            _KINDS.get(use, "chat") if isinstance(use, str) else "chat",
            _prices(name, entry, reader),
            max_input=tokens_of(entry.get("max_input_tokens", entry.get("max_tokens"))),
            max_output=tokens_of(entry.get("max_output_tokens")),
            retires=day_of(entry.get("deprecation_date")),
        )


def _own_id(name: str, word: str) -> str:
    """The id without the provider before it: ``gemini/gemini-3-pro`` is sold as gemini-3-pro."""
    first, slash, rest = name.partition("/")
    return rest if slash and rest and first in (word, word.split("-")[0], word.removesuffix("_converse")) else name


def _prices(name: str, entry: Mapping[str, Any], reader: AmountReader) -> tuple[Price, ...]:
    base: dict[str, dict[str, Decimal]] = {}
    above: dict[int, dict[str, dict[str, Decimal]]] = {}
    other: dict[str, Decimal] = {}
    for key, value in entry.items():
        if not _MONEY.search(key) or key == "tiered_pricing":
            continue
        found = _TOKEN_RATE.fullmatch(key)
        unit = _UNITS.get(key)
        if found:
            rate = reader.amount(name, key, value, 6)
            into = above.setdefault(int(found["thousands"]) * 1000, {}) if found["thousands"] else base
            if rate is not None:
                into.setdefault(_MODES[found["mode"] or ""], {}).setdefault(_KINDS_OF_TOKENS[found["kind"]], rate)
        elif unit and (not unit[3] or entry.get("mode") in unit[3]):
            rate = reader.amount(name, key, value, unit[1], unit[2])
            if rate is not None and (rate or unit[0] not in _MODALITIES.values()):
                other[unit[0]] = rate
        elif key != "output_cost_per_reasoning_token" or value != entry.get("output_cost_per_token"):
            reader.leave(name, key, value)
    _tiered(name, entry.get("tiered_pricing"), base, above, reader)
    modes = _rates(base)
    if not modes and not other:
        return ()
    tiers = tuple(Tier(size, False, _past(base, above[size])) for size in sorted(above) if above[size])
    return (Price(date.min, None, modes, tiers, other=other),)


def _tiered(
    name: str, spans: object, base: dict[str, dict[str, Decimal]], above: dict[int, dict[str, dict[str, Decimal]]],
    reader: AmountReader,
) -> None:  # fmt: skip
    """Prices by spans of the prompt's size: the first is the plain one, each other a cliff."""
    for span in spans if isinstance(spans, list) else ():
        if not isinstance(span, Mapping) or not isinstance(span.get("range"), list) or not span["range"]:
            reader.leave(name, "tiered_pricing", span)
            continue
        begins = tokens_of(span["range"][0])
        into = above.setdefault(begins, {}) if begins else base
        for key, value in span.items():
            if key in _KINDS_OF_TOKENS and (rate := reader.amount(name, f"tiered_pricing.{key}", value, 6)) is not None:
                into.setdefault(STANDARD, {}).setdefault(_KINDS_OF_TOKENS[key], rate)
            elif key != "range":
                reader.leave(name, f"tiered_pricing.{key}", value)


def _past(base: Mapping[str, Mapping[str, Decimal]], past: Mapping[str, Mapping[str, Decimal]]) -> Modes:
    """The rates past a cliff: a kind that none is stated for keeps its own, in the modes that have any."""
    return _rates({mode: {**base.get(mode, {}), **kinds} for mode, kinds in past.items()})


def _rates(modes: Mapping[str, Mapping[str, Decimal]]) -> Modes:
    return {mode: Rates(**kinds) for mode, kinds in modes.items() if kinds}
