"""What surrounds the usage in a logged line: who, with which key, when, for which project, at what charge."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from tokcost.logs.entry import BadLine, currency_code, whole
from tokcost.logs.stated_money import stated_amount
from tokcost.logs.times import moment
from tokcost.masking import KEY_FIELDS, fingerprint, scrub, scrub_name

CLIENTS = ("client", "client_name", "client_id", "customer", "customer_id", "tenant", "end_user", "user", "user_id")
PROJECTS = ("project", "project_id", "project_name", "workspace", "workspace_id", "team", "app", "application")
TIMES = (
    "timestamp",
    "created",
    "created_at",
    "time",
    "ts",
    "date",
    "datetime",
    "createTime",
    "create_time",
    "@timestamp",
    "startTime",
    "start_time",
    "started_at",
    "startedAt",
    "createdAt",
    "datetime_utc",
    "request_created_at",
    "event.timestamp",
)
MODELS = ("model", "model_name", "modelId", "modelID")
KEY_NAMES = ("api_key_id", "api_key_name", "key_id", "key_name", "api_key_alias")
CHARGES = ("cost", "cost_usd", "costUSD", "total_cost", "response_cost", "charged", "charge", "billed", "spend")
CURRENCIES = ("currency", "cost_currency", "currency_code", "currencyCode", "billing_currency")
# xAI's charge: 10^10 of them are a dollar.
_TICKS = "cost_in_usd_ticks"
HEADERS = ("headers", "request_headers", "http_headers")


class LineContext(NamedTuple):
    """The words around a usage; all None where the line has none."""

    client: str | None
    key: str | None
    project: str | None
    when: Any
    charged: Decimal | None
    currency: str = "USD"


def read_context(line: Mapping[str, Any], inner: Mapping[str, Any] | None = None) -> LineContext:
    """What a line says of itself, ``inner`` (its response or request) filling in what it does not."""
    levels = [line] if inner is None else [line, inner]
    for name in ("metadata", "request"):
        if isinstance(found := line.get(name), Mapping):
            levels.append(found)
    charged, currency = _charge(levels[:2] if inner is not None else levels[:1])
    return LineContext(
        client=_first(levels, CLIENTS),
        key=key_in(levels),
        project=_first(levels, PROJECTS),
        when=_time(levels),
        charged=charged,
        currency=currency,
    )


def key_in(levels: list[Mapping[str, Any]]) -> str | None:
    """The fingerprint of the key that a line was made with, or the name of that key."""
    for level in levels:
        holders = [level, *(held for name in HEADERS if isinstance(held := level.get(name), Mapping))]
        for holder in holders:
            for name, value in holder.items():
                if name.lower() in KEY_FIELDS and isinstance(value, str) and value:
                    return fingerprint(value)
            if isinstance(value := holder.get("key"), str) and scrub(value) != value:
                return fingerprint(value)
    return _first(levels, KEY_NAMES)


def _charge(levels: list[Mapping[str, Any]]) -> tuple[Decimal | None, str]:
    """The charge that a line states, where it is an amount, and its currency."""
    for level in levels:
        usage = level.get("usage")
        for holder in (level, usage) if isinstance(usage, Mapping) else (level,):
            if holder.get(_TICKS) is not None:
                return Decimal(whole(holder[_TICKS], _TICKS)).scaleb(-10), "USD"
            for name in CHARGES:
                value = holder.get(name)
                if isinstance(value, Mapping):  # as Perplexity's, with its parts
                    value = value.get("total_cost")
                if isinstance(value, int | float | Decimal | str) and not isinstance(value, bool) and value != "":
                    try:
                        charged, said = stated_amount(value, name)
                    except BadLine:
                        continue
                    if charged is None:
                        return None, "USD"
                    return charged, said or _currency(name, [holder, level, *levels])
    return None, "USD"


def _currency(charge: str, levels: list[Mapping[str, Any]]) -> str:
    """The currency of a charge by that name: what the name says, else what stands beside it."""
    if charge.lower().endswith("usd"):
        return "USD"
    names = (f"{charge}_currency", *CURRENCIES)
    return next((currency_code(level[name]) for level in levels for name in names if level.get(name)), "USD")


def text(value: Any) -> str | None:
    """A name, free of keys; None when there is none."""
    if value is None or value == "" or isinstance(value, Mapping | list):
        return None
    return scrub(str(value))


def model_name(value: object) -> str | None:
    """The name of a model, free of keys; None when there is none."""
    return scrub_name(str(value)) if value else None


def model_in(line: Mapping[str, Any]) -> str | None:
    """The name of the model that a line states, under whichever of its names."""
    return next((model_name(name) for each in MODELS if (name := text(line.get(each)))), None)


def _first(levels: list[Mapping[str, Any]], names: tuple[str, ...]) -> str | None:
    for level in levels:
        for name in names:
            if name in level and (found := text(level[name])) is not None:
                return found
    return None


def _time(levels: list[Mapping[str, Any]]) -> Any:
    for level in levels:
        for name in TIMES:
            if level.get(name):
                return moment(level[name], name)
    return None
