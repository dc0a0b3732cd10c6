"""CSV exports of the consoles, recognised by their header; and any CSV by a map of its columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal

from tokcost.logs import anthropic, exports
from tokcost.logs.entry import BadLine, Calls, Entry, money, stated, usage_of, whole
from tokcost.logs.fields import model_name, text
from tokcost.logs.formats.registry import TABLES
from tokcost.logs.items import by_item, item_of
from tokcost.logs.times import moment
from tokcost.masking import fingerprint, scrub
from tokcost.rates import EXACT

Row = Mapping[str, str]
RowReader = Callable[[str, Row], "Entry | None"]


def reader_of(header: list[str]) -> RowReader | None:
    """The reader of rows under such a header, None for that of no known export."""
    names = frozenset(name.strip().lower() for name in header)
    if (known := next((table for table in TABLES if table.owns(names)), None)) is not None:
        return known.row
    if {"usage_date_utc", "usage_input_tokens_no_cache"} <= names:
        return anthropic_tokens
    if {"usage_date_utc", "cost_usd"} <= names:
        return anthropic_cost
    if {"start_time_iso", "type", "amount", "price"} <= names:
        return deepseek_amount
    if {"start_time", "end_time", "input_tokens"} <= names:
        return openai_usage
    if {"start_time", "end_time"} <= names and {"amount_value", "line_item"} & names:
        return openai_cost
    return None


def anthropic_tokens(where: str, row: Row) -> Entry:
    """A day of one model: tokens by kind. ``usage_type`` names a batch."""
    read = whole(row.get("usage_input_tokens_cache_read"), "usage_input_tokens_cache_read")
    short = whole(row.get("usage_input_tokens_cache_write_5m"), "usage_input_tokens_cache_write_5m")
    long = whole(row.get("usage_input_tokens_cache_write_1h"), "usage_input_tokens_cache_write_1h")
    fresh = stated(row, "usage_input_tokens_no_cache")
    searches = whole(row.get("web_search_count"), "web_search_count")
    output = stated(row, "usage_output_tokens")
    return _anthropic(where, row, row.get("model_version"))._replace(
        usage=usage_of(fresh + read + short + long, read, short, long, output, 0),
        calls=(Calls("web_search", searches),) if searches else (),
    )


def anthropic_cost(where: str, row: Row) -> Entry:
    """A day's charge for one kind of token of one model, named by its display name."""
    entry = _anthropic(where, row, _id_of(row.get("model") or ""))
    charged = money(row.get("cost_usd"), "cost_usd")
    if charged is None:
        raise BadLine("'cost_usd' is missing")
    kind = row.get("token_type") or row.get("cost_type") or ""
    return by_item(entry._replace(charged=charged), text(item_of(kind)) or "", None)


def _anthropic(where: str, row: Row, model: str | None) -> Entry:
    day = moment(row.get("usage_date_utc"), "usage_date_utc")
    batch = "batch" in (row.get("usage_type") or "").lower()
    return Entry(
        where,
        model=model_name(model),
        provider="anthropic",
        when=day,
        until=day + timedelta(days=1) if day else None,
        mode=anthropic.served("batch" if batch else "standard", row.get("speed")),
        key=key_name(row.get("api_key")) or text(row.get("api_key_id")),
        project=text(row.get("workspace")),
        geo=anthropic.geo(row.get("inference_geo")),
        requests=0,
        is_aggregate=True,
        prompt=exports.context(row.get("context_window")),
    )


def _id_of(display: str) -> str:
    """'Claude Sonnet 5.5' -> 'claude-sonnet-5-5'."""
    return display.strip().lower().replace(" ", "-").replace(".", "-")


def openai_usage(where: str, row: Row) -> Entry | None:
    """A bucket of the console's usage CSV: the columns of the API. An empty bucket is a row of blanks."""
    if not any(value for name, value in row.items() if not name.startswith(("start_time", "end_time"))):
        return None
    start = moment(row.get("start_time") or row.get("start_time_iso"), "start_time")
    end = moment(row.get("end_time") or row.get("end_time_iso"), "end_time")
    cells = {name: value for name, value in row.items() if value != ""}
    return exports.openai_usage(where, cells, start, end)


def openai_cost(where: str, row: Row) -> Entry | None:
    """A bucket of the console's cost CSV. One in which nothing was charged names no item."""
    if not row.get("amount_value") and not row.get("line_item"):
        return None
    amount = {"value": row.get("amount_value"), "currency": row.get("amount_currency")}
    start = moment(row.get("start_time") or row.get("start_time_iso"), "start_time")
    end = moment(row.get("end_time") or row.get("end_time_iso"), "end_time")
    cells = {**{name: value for name, value in row.items() if value != ""}, "amount": amount}
    return exports.openai_cost(where, cells, start, end)


def deepseek_amount(where: str, row: Row) -> Entry | None:
    """A row of DeepSeek's ``amount-*.csv``: so many tokens of one type, at the price of one token."""
    kind = text(item_of(row.get("type") or "")) or ""
    if kind in ("request_count", "requests", "request"):
        return None
    start = moment(row.get("start_time_iso"), "start_time_iso")
    price = money(row.get("price"), "price")
    tokens = stated(row, "amount")
    return by_item(
        Entry(
            where,
            model=model_name(row.get("model")),
            provider="deepseek",
            when=start,
            until=moment(row.get("end_time_iso"), "end_time_iso"),
            client=text(row.get("user_id")),
            key=key_name(row.get("api_key_name")) or (fingerprint(row["api_key"]) if row.get("api_key") else None),
            charged=EXACT.multiply(price, Decimal(tokens)) if price is not None else None,
            requests=0,
            is_aggregate=True,
        ),
        kind,
        tokens,
    )


def key_name(name: str | None) -> str | None:
    """The name given to a key; its fingerprint where that name is the key itself."""
    if not name:
        return None
    looks_random = len(name) >= 20 and " " not in name and any(char.isdigit() for char in name)
    return fingerprint(name) if looks_random or scrub(name) != name else name
