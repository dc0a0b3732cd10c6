"""CSV exports of OpenAI's console: usage and costs in buckets of a day, with the fields of its API."""

from __future__ import annotations

from tokcost.logs import costs, exports
from tokcost.logs.entry import Entry
from tokcost.logs.format import Row, TableFormat
from tokcost.logs.times import moment


def _usage(where: str, row: Row) -> Entry | None:
    """A bucket of the console's usage CSV: the columns of the API. An empty bucket is a row of blanks."""
    if not any(value for name, value in row.items() if not name.startswith(("start_time", "end_time"))):
        return None
    start = moment(row.get("start_time") or row.get("start_time_iso"), "start_time")
    end = moment(row.get("end_time") or row.get("end_time_iso"), "end_time")
    cells = {name: value for name, value in row.items() if value != ""}
    return exports.openai_usage(where, cells, start, end)


def _cost(where: str, row: Row) -> Entry | None:
    """A bucket of the console's cost CSV. One in which nothing was charged names no item."""
    if not row.get("amount_value") and not row.get("line_item"):
        return None
    amount = {"value": row.get("amount_value"), "currency": row.get("amount_currency")}
    start = moment(row.get("start_time") or row.get("start_time_iso"), "start_time")
    end = moment(row.get("end_time") or row.get("end_time_iso"), "end_time")
    cells = {**{name: value for name, value in row.items() if value != ""}, "amount": amount}
    return costs.openai_cost(where, cells, start, end)


TABLES = (
    TableFormat(
        "OpenAI usage",
        "the usage export of OpenAI's console",
        "input includes what was cached and written",
        lambda names: {"start_time", "end_time", "input_tokens"} <= names,
        _usage,
    ),
    TableFormat(
        "OpenAI costs",
        "the cost export of OpenAI's console",
        "a charge for each line item, or for the day",
        lambda names: {"start_time", "end_time"} <= names and bool({"amount_value", "line_item"} & names),
        _cost,
    ),
)
