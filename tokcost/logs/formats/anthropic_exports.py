"""CSV exports of Anthropic's console: tokens and costs by day."""

from __future__ import annotations

import re
from datetime import timedelta

from tokcost.logs import anthropic, costs
from tokcost.logs.entry import BadLine, Calls, Entry, money, stated, usage_of, whole
from tokcost.logs.fields import model_name, text
from tokcost.logs.format import Row, TableFormat
from tokcost.logs.formats.key_names import key_name
from tokcost.logs.items import by_item, item_of
from tokcost.logs.times import utc_day
from tokcost.logs.unread import counts_beside

_COUNTS = re.compile(r"usage_input_tokens_(?:no_cache|cache_read|cache_write_(?:5m|1h))|usage_output_tokens")


def _tokens(where: str, row: Row) -> Entry:
    """A day of one model: tokens by kind. ``usage_type`` names a batch."""
    read = whole(row.get("usage_input_tokens_cache_read"), "usage_input_tokens_cache_read")
    short = whole(row.get("usage_input_tokens_cache_write_5m"), "usage_input_tokens_cache_write_5m")
    long = whole(row.get("usage_input_tokens_cache_write_1h"), "usage_input_tokens_cache_write_1h")
    fresh = stated(row, "usage_input_tokens_no_cache")
    searches = whole(row.get("web_search_count"), "web_search_count")
    output = stated(row, "usage_output_tokens")
    return _entry(where, row, row.get("model_version"))._replace(
        usage=usage_of(fresh + read + short + long, read, short, long, output, 0),
        calls=(Calls("web_search", searches),) if searches else (),
        doubts=counts_beside(row, _COUNTS),
    )


def _cost(where: str, row: Row) -> Entry:
    """A day's charge for one kind of token of one model, named by its display name."""
    entry = _entry(where, row, _id_of(row.get("model") or ""))
    charged = money(row.get("cost_usd"), "cost_usd")
    if charged is None:
        raise BadLine("'cost_usd' is missing")
    kind = row.get("token_type") or row.get("cost_type") or ""
    return by_item(entry._replace(charged=charged), text(item_of(kind)) or "", None)


def _entry(where: str, row: Row, model: str | None) -> Entry:
    day = utc_day(row.get("usage_date_utc"), "usage_date_utc")
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
        prompt=costs.context(row.get("context_window")),
    )


def _id_of(display: str) -> str:
    """'Claude Sonnet 5.5' -> 'claude-sonnet-5-5'."""
    return display.strip().lower().replace(" ", "-").replace(".", "-")


TABLES = (
    TableFormat(
        "Anthropic tokens by day",
        "the usage export of Anthropic's console",
        "input, cache reads and writes of either life apart",
        lambda names: {"usage_date_utc", "usage_input_tokens_no_cache"} <= names,
        _tokens,
    ),
    TableFormat(
        "Anthropic costs by day",
        "the cost export of Anthropic's console",
        "a charge for each kind of token, in dollars",
        lambda names: {"usage_date_utc", "cost_usd"} <= names,
        _cost,
    ),
)
