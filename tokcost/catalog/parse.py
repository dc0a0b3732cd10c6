"""Raw TOML tables of one model to typed, checked values.

Every problem is reported with its file and line. The format is described at the top
of pricing.toml.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from tokcost.catalog.values import (
    Fail,
    all_at,
    checked,
    known_keys,
    listed_days,
    listed_names,
    money,
    one_of,
    per_cent,
    plain_day,
    whole,
)
from tokcost.rates import KINDS, MODES, STANDARD, Modes, Price, Rates, Tier, Window

MODALITY_RATES = ("image_input", "image_cached", "image_output", "audio_input", "audio_cached", "audio_output")
OTHER_RATES = (*MODALITY_RATES, "per_minute", "per_hour", "per_million_characters", "per_page", "per_query")
NAMED_MODES = tuple(mode for mode in MODES if mode != STANDARD)
STANDINGS = ("exact", "assumed", "estimate")
MODEL_KINDS = ("chat", "embedding", "image", "audio")
CONFIDENCES = ("high", "medium", "low")
RULE_KEYS = (
    "framing", "framing_like", "image", "image_like", "caching", "cache_min", "cache_step", "as_text", "batch_share",
    "search_tokens", "hidden_prompt", "least_seconds", "past_window", "past_input", "past_output",
    "served_at",
)  # fmt: skip
SIZES = ("context_window", "max_input", "max_output", "max_inputs", "max_request_tokens")
MODEL_KEYS = {
    "sells", "encoding", "standing", "assumes", "scale", "margin", "kind", "reasoning", "released", "retires",
    "routed_to", "aliases", "snapshots", "note", "rates", *SIZES, *RULE_KEYS,
}  # fmt: skip
ABOUT = ("source", "checked", "confidence", "note")
# A row whose rates are those of another model.
SAME_KEYS = {"from", "to", "same_as", "modes", *ABOUT}
ROW_KEYS = {
    "from", "to", "guaranteed_until", "currency", "long", "windows", "per_image",
    *ABOUT, *KINDS, *NAMED_MODES, *OTHER_RATES,
}  # fmt: skip
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def model_fields(raw: Mapping[str, Any], fail: Fail) -> dict[str, Any]:
    """The keys of a model table, without its rates, as Model takes them."""
    strange = next((key for key, value in raw.items() if isinstance(value, dict) and key not in MODEL_KEYS), None)
    if strange is not None:
        fail(f"unknown table '{strange}' in a model: an id with a dot needs quotes", strange)
    known_keys(raw, MODEL_KEYS, fail)
    fields: dict[str, Any] = {}
    for key, value in raw.items():
        if key in SIZES:
            fields[key] = whole(key, value, fail)
        elif key == "margin":
            fields[key] = per_cent(key, value, fail)
        elif key in ("released", "retires"):
            fields[key] = plain_day(key, value, fail)
        elif key == "aliases":
            fields[key] = listed_names(key, value, fail)
        elif key == "snapshots":
            fields[key] = listed_days(key, value, fail)
        elif key == "reasoning":
            fields[key] = checked(key, value, bool, "true or false", fail)
        elif key == "standing":
            fields[key] = one_of(key, value, STANDINGS, fail)
        elif key == "kind":
            fields[key] = one_of(key, value, MODEL_KINDS, fail)
        elif key != "rates" and key not in RULE_KEYS:
            fields[key] = checked(key, value, str, "text in quotes", fail)
    return fields


def laid_rules(below: Mapping[str, Any], raw: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of a model that are rules, as written, over those of the files below."""
    found = dict(below)
    for kind in ("framing", "image"):
        if kind in raw or f"{kind}_like" in raw:
            found.pop(kind, None)
            found.pop(f"{kind}_like", None)
    return found | {key: raw[key] for key in RULE_KEYS if key in raw}


def price_row(raw: Mapping[str, Any], fail: Fail) -> Price:
    """One dated row."""
    if "same_as" in raw:
        return _same_row(raw, fail)
    known_keys(raw, ROW_KEYS, fail)
    start, end = _span(raw, fail)
    modes = _modes(raw, fail)
    other = {key: money(key, raw[key], fail) for key in OTHER_RATES if key in raw}
    per_image = checked("per_image", raw.get("per_image", {}), dict, "a table of size = price", fail)
    if not (any(rates.items() for rates in modes.values()) or other or per_image):
        fail("a row without any rate: leave it out to say that the price is unknown", "from")
    currency = raw.get("currency", "USD")
    if not (
        isinstance(currency, str)
        and len(currency) == 3
        and currency.isascii()
        and currency.isalpha()
        and currency.isupper()
    ):
        fail("'currency' is a code of three capitals, as \"KRW\"", "currency")
    return Price(
        start=start,
        end=end,
        modes=modes,
        tiers=_tiers(raw.get("long", []), fail),
        windows=_windows(raw.get("windows", []), fail),
        currency=currency,
        guaranteed_until=plain_day("guaranteed_until", raw["guaranteed_until"], fail)
        if "guaranteed_until" in raw
        else None,
        other=other,
        per_image={str(size): money(f"per_image.{size}", amount, fail) for size, amount in per_image.items()},
        **_about(raw, fail),
    )


def _same_row(raw: Mapping[str, Any], fail: Fail) -> Price:
    """A row whose rates are those of another model, which the book puts in its place."""
    known_keys(raw, SAME_KEYS, fail)
    start, end = _span(raw, fail)
    named = listed_names("modes", raw.get("modes", []), fail)
    for mode in named:
        one_of("modes", mode, NAMED_MODES, fail)
    other = checked("same_as", raw["same_as"], str, "the provider/id of a model in quotes", fail)
    return Price(start, end, {}, same_as=other, same_modes=named, **_about(raw, fail))


def _span(raw: Mapping[str, Any], fail: Fail) -> tuple[date, date | None]:
    """The first day of a row, and the first one on which it holds no longer."""
    if "from" not in raw:
        fail("a row of rates needs 'from = YYYY-MM-DD', the first day it holds", None)
    start = plain_day("from", raw["from"], fail)
    end = plain_day("to", raw["to"], fail) if "to" in raw else None
    if end is not None and end <= start:
        fail(f"'to' ({end}) must be after 'from' ({start})", "to")
    return start, end


def _about(raw: Mapping[str, Any], fail: Fail) -> dict[str, Any]:
    """Where a row comes from."""
    return {
        "source": checked("source", raw.get("source", ""), str, "text in quotes", fail),
        "checked": plain_day("checked", raw["checked"], fail) if "checked" in raw else None,
        "confidence": one_of("confidence", raw["confidence"], CONFIDENCES, fail) if "confidence" in raw else "",
        "note": checked("note", raw.get("note", ""), str, "text in quotes", fail),
    }


def _modes(raw: Mapping[str, Any], fail: Fail) -> Modes:
    """Rates by mode: the standard ones stand in the table itself, the others in tables of their own."""
    modes: Modes = {}
    standard = {kind: raw[kind] for kind in KINDS if kind in raw}
    if standard:
        modes[STANDARD] = Rates(**{kind: money(kind, value, fail) for kind, value in standard.items()})
    for mode in NAMED_MODES:
        if mode not in raw:
            continue
        table = checked(mode, raw[mode], dict, 'a table of rates, as { input = "1" }', fail)
        known_keys(table, set(KINDS), all_at(mode, fail))
        modes[mode] = Rates(**{kind: money(f"{mode}.{kind}", value, fail) for kind, value in table.items()})
    return modes


def _some_modes(name: str, table: Mapping[str, Any], fail: Fail) -> Modes:
    modes = _modes(table, fail)
    if not any(rates.items() for rates in modes.values()):
        fail(f"an entry of '{name}' without any rate", name)
    return modes


def _tiers(raw: object, fail: Fail) -> tuple[Tier, ...]:
    tiers: list[Tier] = []
    fail = all_at("long", fail)
    for table in checked("long", raw, list, "a list of tables", fail):
        table = checked("long", table, dict, "a list of tables", fail)
        known_keys(table, {"prompt", *KINDS, *NAMED_MODES}, fail)
        match = re.fullmatch(r"(>=?) *(\d+)", str(table.get("prompt", "")))
        if not match:
            fail('\'long\' needs prompt = ">N" or ">=N", the size of prompt past which its rates hold', "long")
        tier = Tier(int(match[2]), match[1] == ">=", _some_modes("long", table, fail))
        if tiers and tier.threshold <= tiers[-1].threshold:
            fail("the thresholds of 'long' must ascend", "long")
        tiers.append(tier)
    return tuple(tiers)


def _windows(raw: object, fail: Fail) -> tuple[Window, ...]:
    windows = []
    fail = all_at("windows", fail)
    for table in checked("windows", raw, list, "a list of tables", fail):
        table = checked("windows", table, dict, "a list of tables", fail)
        known_keys(table, {"utc", "days", *KINDS, *NAMED_MODES}, fail)
        match = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", str(table.get("utc", "")))
        if not match:
            fail("'windows' needs utc = \"HH:MM-HH:MM\"", "windows")
        hours = [int(part) for part in match.groups()]
        windows.append(
            Window(
                start=time(hours[0], hours[1]),
                end=time(hours[2], hours[3]),
                days=_days(str(table.get("days", "Mon-Sun")), fail),
                modes=_some_modes("windows", table, fail),
            )
        )
    return tuple(windows)


def _days(span: str, fail: Fail) -> frozenset[int]:
    first, _, last = span.partition("-")
    if first not in DAYS or (last or first) not in DAYS:
        fail(f"'days' is a span as Mon-Fri or one of {' '.join(DAYS)}, not {span!r}", "windows")
    start, end = DAYS.index(first), DAYS.index(last or first)
    return frozenset((start + step) % 7 for step in range((end - start) % 7 + 1))
