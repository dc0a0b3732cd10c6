"""OpenAI's older activity export: buckets of requests of one model, and the older usage endpoint."""

from __future__ import annotations

import re
from datetime import time, timedelta

from tokcost.logs.entry import Entry, stated, usage_of, whole
from tokcost.logs.fields import model_name, text
from tokcost.logs.format import Row, TableFormat
from tokcost.logs.formats.key_names import key_name
from tokcost.logs.times import moment
from tokcost.logs.unread import counts_beside

_COUNTS = re.compile(r"n_(?:cached_)?context_tokens_total|n_generated_tokens_total")


def _row(where: str, row: Row) -> Entry:
    when = moment(row.get("timestamp") or row.get("aggregation_timestamp"), "timestamp")
    cached = whole(row.get("n_cached_context_tokens_total"), "n_cached_context_tokens_total")
    name = "num_requests" if "num_requests" in row else "n_requests"
    batch = "batch" in f"{row.get('usage_type') or ''} {row.get('operation') or ''}".lower()
    return Entry(
        where,
        usage_of(stated(row, "n_context_tokens_total"), cached, 0, 0, stated(row, "n_generated_tokens_total"), 0),
        model=model_name(row.get("model") or row.get("snapshot_id")),
        when=when,
        until=when + timedelta(days=1) if when is not None and when.time() == time() else None,
        mode="batch" if batch else "standard",
        client=text(row.get("user") or row.get("user_id")),
        key=key_name(row.get("api_key_name")) or text(row.get("api_key_id")),
        project=text(row.get("project_name") or row.get("project_id")),
        requests=whole(row.get(name), name),
        is_aggregate=True,
        doubts=counts_beside(row, _COUNTS),
    )


TABLES = (
    TableFormat(
        "OpenAI activity, older",
        "the activity export of OpenAI's dashboard until 2024",
        "context tokens include what was cached",
        lambda names: {"n_context_tokens_total", "n_generated_tokens_total"} <= names,
        _row,
    ),
)
