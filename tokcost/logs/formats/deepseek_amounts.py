"""DeepSeek's usage export: tokens of one type, with the price of one."""

from __future__ import annotations

from decimal import Decimal

from tokcost.logs.entry import Entry, money, stated
from tokcost.logs.fields import model_name, text
from tokcost.logs.format import Row, TableFormat
from tokcost.logs.formats.key_names import key_name
from tokcost.logs.items import by_item, item_of
from tokcost.logs.times import moment
from tokcost.masking import fingerprint
from tokcost.rates import EXACT


def _row(where: str, row: Row) -> Entry | None:
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


TABLES = (
    TableFormat(
        "DeepSeek amounts",
        "amount-*.csv of DeepSeek's platform",
        "cache hits, misses and output apart",
        lambda names: {"start_time_iso", "type", "amount", "price"} <= names,
        _row,
    ),
)
