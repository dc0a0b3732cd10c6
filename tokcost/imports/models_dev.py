"""models.dev's api.json: providers with their models, dollars per million tokens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tokcost.imports.amounts import AmountReader, day_of, tokens_of
from tokcost.imports.sellers import seller_named
from tokcost.imports.source import SourceModel
from tokcost.rates import STANDARD, Modes, Price, Rates, Tier

_KINDS = {"input": "input", "output": "output", "cache_read": "cached", "cache_write": "cache_write"}
_MODALITIES = {"input_audio": "audio_input", "output_audio": "audio_output"}
# The one cliff that older lists know by name.
_OVER_200K = "context_over_200k"


def is_models_dev(data: object) -> bool:
    """Whether it is a table of providers, each with a table of models of which some have a cost or a limit."""
    return isinstance(data, Mapping) and any(
        isinstance(model, Mapping) and ("cost" in model or "limit" in model)
        for provider in data.values()
        if isinstance(provider, Mapping) and isinstance(provider.get("models"), Mapping)
        for model in provider["models"].values()
    )


def models_dev_models(data: Mapping[str, Any], reader: AmountReader) -> Iterator[SourceModel]:
    """Every model of every provider."""
    for word, provider in data.items():
        models = provider.get("models") if isinstance(provider, Mapping) else None
        seller = seller_named(word)
        for own_id, entry in models.items() if isinstance(models, Mapping) else ():
            if not isinstance(entry, Mapping):
                continue
            limit = entry.get("limit")
            limits: Mapping[str, Any] = limit if isinstance(limit, Mapping) else {}
            name = f"{word}/{own_id}"
            yield SourceModel(
                name,
                seller,
                own_id,
                prices=_prices(name, entry, reader),
                context_window=tokens_of(limits.get("context")),
                max_input=tokens_of(limits.get("input")),
                max_output=tokens_of(limits.get("output")),
                released=day_of(entry.get("release_date")),
            )


def _prices(name: str, entry: Mapping[str, Any], reader: AmountReader) -> tuple[Price, ...]:
    cost = entry.get("cost")
    if not isinstance(cost, Mapping):
        return ()
    base = _kinds(name, "cost", cost, reader)
    modes: Modes = {STANDARD: Rates(**base)} if base else {}
    other: dict[str, Decimal] = {}
    above: dict[int, dict[str, Decimal]] = {}
    for key, value in cost.items():
        if key in _MODALITIES:
            rate = reader.amount(name, f"cost.{key}", value)
            other |= {_MODALITIES[key]: rate} if rate else {}
        elif key == _OVER_200K and isinstance(value, Mapping):
            above.setdefault(200_000, _kinds(name, f"cost.{key}", value, reader))
        elif key == "tiers" and isinstance(value, list):
            above |= _tiers(name, value, reader)
        elif key not in _KINDS and not (key == "reasoning" and value == cost.get("output")):
            reader.leave(name, f"cost.{key}", value)
    modes |= _served(name, entry.get("experimental"), reader)
    if not modes and not other:
        return ()
    tiers = tuple(
        Tier(size, False, {STANDARD: Rates(**{**base, **kinds})}) for size, kinds in sorted(above.items()) if kinds
    )
    return (Price(date.min, None, modes, tiers, other=other),)


def _kinds(name: str, where: str, table: Mapping[str, Any], reader: AmountReader) -> dict[str, Decimal]:
    read = {kind: reader.amount(name, f"{where}.{key}", table[key]) for key, kind in _KINDS.items() if key in table}
    return {kind: rate for kind, rate in read.items() if rate is not None}


def _tiers(name: str, tables: list[Any], reader: AmountReader) -> dict[int, dict[str, Decimal]]:
    found = {}
    for table in tables:
        tier = table.get("tier") if isinstance(table, Mapping) else None
        size = tokens_of(tier.get("size")) if isinstance(tier, Mapping) and tier.get("type") == "context" else None
        if size is None:
            reader.leave(name, "cost.tiers", table)
        else:
            found[size] = _kinds(name, f"cost.tiers.{size}", table, reader)
    return found


def _served(name: str, experimental: object, reader: AmountReader) -> Modes:
    """The rates of a faster service, where they are listed."""
    modes = experimental.get("modes") if isinstance(experimental, Mapping) else None
    found: Modes = {}
    for mode, table in modes.items() if isinstance(modes, Mapping) else ():
        cost = table.get("cost") if isinstance(table, Mapping) else None
        if mode == "fast" and isinstance(cost, Mapping):
            found[mode] = Rates(**_kinds(name, "experimental.modes.fast", cost, reader))
        else:
            reader.leave(name, f"experimental.modes.{mode}", cost)
    return {mode: rates for mode, rates in found.items() if rates.items()}
