"""Raw tables of rules to typed, checked values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, NoReturn

from tokcost.catalog.values import Fail, checked, known_keys, listed_names, money, one_of, plain_day, whole
from tokcost.phrases import join_or, nearest
from tokcost.rules import (
    CACHING,
    PER,
    Cells,
    Charge,
    ClaudeFrame,
    Crops,
    Flat,
    GeminiFrame,
    HiddenPrompt,
    MediaRule,
    Mosaic,
    OpenAIFrame,
    Patches,
    TemplateFrame,
    Tiles,
)  # fmt: skip

FileFail = Callable[..., NoReturn]
"""Raises PriceFileError: what is wrong, the table, and where one is meant, the row and the key."""

KINDS = ("provider", "seller", "encoding", "scale", "image", "framing", "media", "batch", "hint")
PICTURES: Mapping[str, type] = {
    "tiles": Tiles, "patches": Patches, "cells": Cells, "flat": Flat, "crops": Crops, "mosaic": Mosaic,
}  # fmt: skip
FRAMES: Mapping[str, type] = {
    "openai": OpenAIFrame, "template": TemplateFrame, "gemini": GeminiFrame, "claude": ClaudeFrame,
}  # fmt: skip
# The keys of a model, or of defaults, that name or are rules.
DEFAULT_KEYS = (
    "framing", "framing_like", "image", "image_like", "caching", "cache_min", "cache_step", "as_text", "batch_share",
    "past_window", "past_input", "past_output", "served_at",
)  # fmt: skip
ABOUT = {"source", "checked", "confidence", "note"}
# What a rule of a kind may be, by its way.
WAYS = {"image": PICTURES, "framing": FRAMES, "media": {"": MediaRule}}
_CHOICES = {
    "caching": CACHING,
    "style": ("early", "plain", "reasoning"),
    "tools_as": ("json", "typescript"),
    "prompt": ("leaves", "lines", "markup"),
    "frame": ("text", "turns"),
    "thinks": ("loop", "kept"),
    "past_window": ("refused", "cut", "apart", "unknown"),
    "past_input": ("refused", "cut", "unknown"),
    "past_output": ("refused", "cut", "unknown"),
    "served_at": ("any", "responses", "completions"),
}
_FLAGS = {"even", "reads", "known", "o_series", "retired", "later", "keeps_schema", "silent", "strips", "recorded"}
_TEXTS = {"assumes", "bill", "request", "media"}
_AMOUNTS = {"times", "vague", "sound", "sound_least", "sound_most", "scene", "scene_least", "scene_most"}
_ABOVE_ZERO = {
    "side", "fit", "short", "edge", "cap", "small", "least", "most", "low", "medium", "high", "ultra_high",
    "requests", "bytes", "embedded", "name",
}  # fmt: skip
_CONFIDENCES = ("high", "medium", "low")


def rule_tables(data: Mapping[str, Any], fail: FileFail) -> dict[str, dict[str, dict[str, Any]]]:
    """The rules of a file by kind and name: [rules.kind."name"]."""
    rules = data.get("rules", {})
    for kind, named in rules.items() if isinstance(rules, dict) else [("", None)]:
        if kind not in KINDS or not isinstance(named, dict):
            fail(f'a rule is [rules.kind."name"], the kinds are {", ".join(KINDS)}', ("rules", kind))
        for name, table in named.items():
            if not isinstance(table, dict):
                fail(f'a rule is a table: [rules.{kind}."name"]', ("rules", kind), None, name)
    return dict(rules)


def charge_rows(data: Mapping[str, Any], group: str, fail: FileFail) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """The rows of fees or factors by provider and name: [[fees.provider.call]]."""
    charges = data.get(group, {})
    problem = f"'{group}' are rows of their own: [[{group}.provider.name]]"
    for provider, named in charges.items() if isinstance(charges, dict) else [("", None)]:
        if not isinstance(named, dict):
            fail(problem, (group, provider))
        for name, rows in named.items():
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                fail(problem, (group, provider, name))
    return dict(charges)


def rule_fields(raw: Mapping[str, Any], fail: Fail, whole_table: bool = False) -> dict[str, Any]:
    """The keys of a table that name rules or are rules, as ModelRules takes them; of defaults there are no others."""
    if whole_table:
        known_keys(raw, {*DEFAULT_KEYS, *ABOUT}, fail)
    fields: dict[str, Any] = {}
    for kind in ("framing", "image"):
        if kind in raw and f"{kind}_like" in raw:
            fail(f"'{kind}' and '{kind}_like' cannot both hold: leave one out", f"{kind}_like")
        for key in (kind, f"{kind}_like"):
            if key in raw:
                fields[kind] = checked(key, raw[key], str, "the name of a rule in quotes", fail)
                fields[f"{kind}_measured"] = key == kind
    for key in ("cache_min", "cache_step", "search_tokens", "hidden_prompt", "least_seconds"):
        if key in raw:
            fields[key] = whole(key, raw[key], fail, unit="" if key == "least_seconds" else "of tokens ")
    for key in ("caching", "past_window", "past_input", "past_output", "served_at"):
        if key in raw:
            fields[key] = one_of(key, raw[key], _CHOICES[key], fail)
    if "as_text" in raw:
        fields["as_text"] = listed_names("as_text", raw["as_text"], fail)
    if "batch_share" in raw:
        fields["batch_share"] = money("batch_share", raw["batch_share"], fail)
    return fields


def nearest_rule(name: str, known: Collection[str]) -> str:
    """The end of a sentence about a name that is not known: which one is meant, or which there are."""
    alike = nearest(name, known, most=1)
    return f", did you mean '{alike[0]}'?" if alike else f": choose {join_or(known)}"


def values_of(shape: type, raw: Mapping[str, Any], fail: Fail) -> dict[str, Any]:
    """The values of one table of a rule, each checked; an overlay may give a few of them."""
    names = _fields_of(shape)
    known_keys(raw, {*names, *ABOUT, "way"}, fail)
    return {key: _value(key, value, fail) for key, value in raw.items() if key in names}


def completed(shape: type, values: Mapping[str, Any], fail: Fail) -> Any:
    """The rule of all its values; a missing one is refused."""
    defaults = shape._field_defaults  # type: ignore[attr-defined]  # as below
    for name in _fields_of(shape):
        if name not in values and name not in defaults:
            fail(f"'{name}' is missing", None)
    return shape(**values)


def _fields_of(shape: type) -> tuple[str, ...]:
    names: tuple[str, ...] = shape._fields  # type: ignore[attr-defined]  # a NamedTuple, which mypy has no type for
    return names


def charge(group: str, raw: Mapping[str, Any], fail: Fail) -> Charge:
    """One dated row of a fee (``amount``) or of a factor (``times``)."""
    fee = group == "fees"
    amount, others = ("amount", ("per", "reasoning", "free")) if fee else ("times", ("released_from",))
    known_keys(raw, {"from", amount, *others, "models", *ABOUT}, fail)
    for name in ("from", amount):
        if name not in raw:
            fail(f"a row of '{group}' needs '{name}'", None)
    models = listed_names("models", raw["models"], fail) if "models" in raw else ()
    if "models" in raw and not models:
        fail("'models' names none: leave it out for all", "models")
    return Charge(
        start=plain_day("from", raw["from"], fail),
        amount=money(amount, raw[amount], fail),
        per=one_of("per", raw.get("per", PER[0]), PER, fail),
        reasoning=money("reasoning", raw["reasoning"], fail) if "reasoning" in raw else None,
        models=tuple(sorted({name.casefold() for name in models})),
        free=checked("free", raw.get("free", ""), str, "text in quotes: what is free, and for whom", fail),
        released_from=plain_day("released_from", raw["released_from"], fail) if "released_from" in raw else None,
        source=checked("source", raw.get("source", ""), str, "text in quotes", fail),
        checked=plain_day("checked", raw["checked"], fail) if "checked" in raw else None,
        confidence=one_of("confidence", raw["confidence"], _CONFIDENCES, fail) if "confidence" in raw else "",
        note=checked("note", raw.get("note", ""), str, "text in quotes", fail),
    )


def _value(key: str, value: object, fail: Fail) -> Any:
    if key in _CHOICES:
        return one_of(key, value, _CHOICES[key], fail)
    if key in _FLAGS:
        return checked(key, value, bool, "true or false", fail)
    if key in _TEXTS:
        return checked(key, value, str, "text in quotes", fail)
    if key in _AMOUNTS:
        return money(key, value, fail)
    if key == "tools":
        rows = checked(key, value, list, 'rows of their own: [[rules.framing."name".tools]]', fail)
        if not rows:
            fail("'tools' needs at least one row", key)
        return tuple(_prompt(checked(key, row, dict, "a table", fail), fail) for row in rows)
    return whole(key, value, fail, least=1 if key in _ABOVE_ZERO else 0, unit="")


def _prompt(raw: Mapping[str, Any], fail: Fail) -> HiddenPrompt:
    """One dated row of the prompt that comes with tools; ``alone`` may take tokens off, too."""
    known_keys(raw, {"from", "auto", "any", "alone", "recordings", "first", "last", "off", "note"}, fail)
    for name in ("from", "auto", "recordings"):
        if name not in raw:
            fail(f"a row of 'tools' needs '{name}'", "tools")
    alone = checked("alone", raw.get("alone", {}), dict, "a table of choice = tokens", fail)
    off = checked("off", raw.get("off", []), list, "a list of two numbers of tokens", fail)
    return HiddenPrompt(
        start=plain_day("from", raw["from"], fail),
        auto=whole("auto", raw["auto"], fail, least=0),
        recordings=whole("recordings", raw["recordings"], fail, least=0),
        any=whole("any", raw["any"], fail, least=0) if "any" in raw else None,
        alone={str(choice): checked("alone", tokens, int, "whole numbers", fail) for choice, tokens in alone.items()},
        first=plain_day("first", raw["first"], fail) if "first" in raw else None,
        last=plain_day("last", raw["last"], fail) if "last" in raw else None,
        off=tuple(whole("off", tokens, fail, least=0) for tokens in off),
    )
