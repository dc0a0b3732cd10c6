"""Raw TOML tables of one model to typed, checked values.

Every problem is told with the file and line it stands on. The format is described at the top
of pricing.toml.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NoReturn

from tokcost.rates import KINDS, MODES, STANDARD, Modes, Price, Rates, Tier, Window

MODALITY_RATES = ("image_input", "image_cached", "image_output", "audio_input", "audio_cached", "audio_output")
OTHER_RATES = (*MODALITY_RATES, "per_minute", "per_million_characters")
NAMED_MODES = tuple(mode for mode in MODES if mode != STANDARD)
STANDINGS = ("exact", "assumed", "estimate")
MODEL_KINDS = ("chat", "embedding", "image", "audio")
CONFIDENCES = ("high", "medium", "low")
MODEL_KEYS = {
    "encoding", "standing", "assumes", "scale", "margin", "kind", "context_window", "max_output",
    "released", "retires", "aliases", "reasoning", "note", "rates",
}  # fmt: skip
ROW_KEYS = {
    "from", "to", "guaranteed_until", "currency", "long", "windows", "per_image",
    "source", "checked", "confidence", "note", *KINDS, *NAMED_MODES, *OTHER_RATES,
}  # fmt: skip
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

Fail = Callable[[str, str | None], NoReturn]
"""Raises PriceFileError for a problem at a key of the table being read."""


def model_fields(raw: Mapping[str, Any], fail: Fail) -> dict[str, Any]:
    """The keys of a model table, without its rates, as Model takes them."""
    for key, value in raw.items():
        if isinstance(value, dict) and key not in MODEL_KEYS:
            fail(f"unknown table '{key}' in a model: an id with a dot needs quotes", key)
    _known(raw, MODEL_KEYS, fail)
    fields: dict[str, Any] = {}
    for key, value in raw.items():
        if key in ("context_window", "max_output"):
            fields[key] = _whole(key, value, fail)
        elif key == "margin":
            fields[key] = _per_cent(key, value, fail)
        elif key in ("released", "retires"):
            fields[key] = _day(key, value, fail)
        elif key == "aliases":
            fields[key] = _names(key, value, fail)
        elif key == "reasoning":
            fields[key] = _checked(key, value, bool, "true or false", fail)
        elif key == "standing":
            fields[key] = _one_of(key, value, STANDINGS, fail)
        elif key == "kind":
            fields[key] = _one_of(key, value, MODEL_KINDS, fail)
        elif key != "rates":
            fields[key] = _checked(key, value, str, "text in quotes", fail)
    return fields


def price_row(raw: Mapping[str, Any], fail: Fail) -> Price:
    """One dated row."""
    _known(raw, ROW_KEYS, fail)
    if "from" not in raw:
        fail("a row of rates needs 'from = YYYY-MM-DD', the first day it holds", None)
    modes = _modes(raw, fail)
    other = {key: _money(key, raw[key], fail) for key in OTHER_RATES if key in raw}
    per_image = _checked("per_image", raw.get("per_image", {}), dict, "a table of size = price", fail)
    if not (any(rates.items() for rates in modes.values()) or other or per_image):
        fail("a row without any rate: leave it out to say that the price is unknown", "from")
    start = _day("from", raw["from"], fail)
    end = _day("to", raw["to"], fail) if "to" in raw else None
    if end is not None and end <= start:
        fail(f"'to' ({end}) must be after 'from' ({start})", "to")
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
        guaranteed_until=_day("guaranteed_until", raw["guaranteed_until"], fail) if "guaranteed_until" in raw else None,
        other=other,
        per_image={str(size): _money(f"per_image.{size}", amount, fail) for size, amount in per_image.items()},
        source=_checked("source", raw.get("source", ""), str, "text in quotes", fail),
        checked=_day("checked", raw["checked"], fail) if "checked" in raw else None,
        confidence=_one_of("confidence", raw["confidence"], CONFIDENCES, fail) if "confidence" in raw else "",
        note=_checked("note", raw.get("note", ""), str, "text in quotes", fail),
    )


def _modes(raw: Mapping[str, Any], fail: Fail) -> Modes:
    """Rates by mode: the standard ones stand in the table itself, the others in tables of their own."""
    modes: Modes = {}
    standard = {kind: raw[kind] for kind in KINDS if kind in raw}
    if standard:
        modes[STANDARD] = Rates(**{kind: _money(kind, value, fail) for kind, value in standard.items()})
    for mode in NAMED_MODES:
        if mode not in raw:
            continue
        table = _checked(mode, raw[mode], dict, 'a table of rates, as { input = "1" }', fail)
        _known(table, set(KINDS), _all_at(mode, fail))
        modes[mode] = Rates(**{kind: _money(f"{mode}.{kind}", value, fail) for kind, value in table.items()})
    return modes


def _some_modes(name: str, table: Mapping[str, Any], fail: Fail) -> Modes:
    modes = _modes(table, fail)
    if not any(rates.items() for rates in modes.values()):
        fail(f"an entry of '{name}' without any rate", name)
    return modes


def _all_at(name: str, fail: Fail) -> Fail:
    """Problems inside an inline table are told at the line of the key that holds it."""

    def fail_there(problem: str, _: str | None) -> NoReturn:
        fail(problem, name)

    return fail_there


def _tiers(raw: object, fail: Fail) -> tuple[Tier, ...]:
    tiers: list[Tier] = []
    fail = _all_at("long", fail)
    for table in _checked("long", raw, list, "a list of tables", fail):
        table = _checked("long", table, dict, "a list of tables", fail)
        _known(table, {"prompt", *KINDS, *NAMED_MODES}, fail)
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
    fail = _all_at("windows", fail)
    for table in _checked("windows", raw, list, "a list of tables", fail):
        table = _checked("windows", table, dict, "a list of tables", fail)
        _known(table, {"utc", "days", *KINDS, *NAMED_MODES}, fail)
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


def _money(key: str, value: object, fail: Fail) -> Decimal:
    """A rate as Decimal: digits and at most one point, whether in quotes or as a TOML number.

    Signs, exponents, spaces, nan and inf are refused: "1e-3" is more often a slip than a price.
    """
    line_key = key.split(".")[0]
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        fail(f"'{key}' must be an amount, as \"2.50\"", line_key)
    written = format(value, "f") if isinstance(value, Decimal) else str(value)
    whole, point, part = written.partition(".")
    if not (written.isascii() and whole.isdecimal() and (part.isdecimal() if point else True)):
        fail(
            f"'{key}' is {value}: a rate is a plain amount of 0 (free) or more, as \"2.50\"; leave it out when unknown",
            line_key,
        )
    return Decimal(written)


def _known(raw: Mapping[str, Any], keys: set[str], fail: Fail) -> None:
    for key in raw:
        if key not in keys:
            import difflib

            nearest = difflib.get_close_matches(key, keys, n=1)
            hint = f", did you mean '{nearest[0]}'?" if nearest else f": the keys are {', '.join(sorted(keys))}"
            fail(f"unknown key '{key}'{hint}", key)


def _checked(key: str, value: Any, kind: type, wanted: str, fail: Fail) -> Any:
    if not isinstance(value, kind):
        fail(f"'{key}' must be {wanted}", key)
    return value


def _one_of(key: str, value: object, allowed: tuple[str, ...], fail: Fail) -> str:
    if value not in allowed:
        fail(f"'{key}' must be one of {', '.join(allowed)}, not {value!r}", key)
    return str(value)


def _day(key: str, value: object, fail: Fail) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        fail(f"'{key}' must be a plain date, as 2026-11-23 without quotes", key)
    return value


def _whole(key: str, value: object, fail: Fail) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        fail(f"'{key}' must be a whole number of tokens above 0", key)
    return value


def _per_cent(key: str, value: object, fail: Fail) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 100:
        fail(f"'{key}' must be whole per cent from 0 (none) to 100", key)
    return value


def _names(key: str, value: object, fail: Fail) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) and name.strip() == name != "" for name in value):
        fail(f"'{key}' must be a list of names in quotes", key)
    return tuple(value)
