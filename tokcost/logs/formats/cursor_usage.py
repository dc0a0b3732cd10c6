"""Cursor's usage events, as its dashboard exports them: a row for each request, some of them in the subscription."""

from __future__ import annotations

import re

from tokcost.logs.entry import Entry, money, usage_of, whole
from tokcost.logs.fields import model_name, text
from tokcost.logs.format import Row, TableFormat
from tokcost.logs.formats.columns import NamedCells, has
from tokcost.logs.times import moment
from tokcost.logs.unread import counts_beside
from tokcost.usage import Usage

_FREE = re.compile(r"no charge|not charged", re.IGNORECASE)
_COUNTS = re.compile(r"(?:total|output) tokens|tokens")
_AMOUNT = re.compile(r"\d")


def _owns(names: frozenset[str]) -> bool:
    return has(names, "date", "model") and (
        has(names, "inputwocachewrite", "outputtokens") or has(names, "kind", "maxmode", "tokens")
    )


def _row(where: str, row: Row) -> Entry:
    cells = NamedCells(row)
    kind, cost = cells.get("kind"), cells.get("cost", "costtoyou")
    entry = Entry(
        where,
        model=model_name(cells.get("model")),
        when=moment(cells.get("date"), "Date"),
        client=text(cells.get("user")),
        # "Included", "Free" and "-" are no amounts: a part of a subscription has no price
        charged=money(cost, "Cost") if _AMOUNT.search(cost) and not _FREE.search(kind) else None,
        not_billed_because=f"'{text(kind)}'" if _FREE.search(f"{kind} {cost}") else "",
    )
    if not cells.has("inputwocachewrite"):
        return entry._replace(usage=Usage(whole(cells.get("tokens"), "Tokens")), split_known=False)
    names = ("inputwcachewrite", "inputwocachewrite", "cacheread", "outputtokens")
    written, fresh, read, output = (whole(cells.get(name), name) for name in names)
    total = whole(cells.get("totaltokens"), "Total Tokens")
    if total and total == written + read + output and fresh and written >= fresh:
        written -= fresh  # as older exports count it: with what was not written
    told = written + fresh + read + output
    doubts = counts_beside(row, _COUNTS) if not total else ()
    if total not in (0, told):
        doubts = (f"'Total Tokens' is {total:,}, its parts are {told:,}",)
    return entry._replace(usage=usage_of(written + fresh + read, read, written, 0, output, 0), doubts=doubts)


TABLES = (
    TableFormat(
        "Cursor usage",
        "the export of cursor.com/dashboard",
        "input written to the cache, other input, cache reads and output apart",
        _owns,
        _row,
    ),
)
