"""Google Cloud's bill: reports and cost tables of the console, rows of the export to BigQuery, in Pacific time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tokcost.logs.cloud_lines import CloudLine, charge_of
from tokcost.logs.entry import BadLine, Entry
from tokcost.logs.format import Row, TableFormat
from tokcost.logs.formats.columns import NamedCells, has
from tokcost.logs.stated_money import currency_of
from tokcost.logs.times import WholeDay, moment

_PLACE = "America/Los_Angeles"
# The unrounded ones first: a line of a cent may be one of tenths of it.
_COSTS = ("unroundedsubtotal", "unroundedcost", "subtotal", "cost")


def _owns(names: frozenset[str]) -> bool:
    if not has(names, "servicedescription"):
        return False
    bare = {name.partition("(")[0].strip() for name in names}
    return any(has(bare, cost) for cost in _COSTS)


def _row(where: str, row: Row) -> Entry | None:
    cells = NamedCells(row)
    service, sku = cells.get("servicedescription"), cells.get("skudescription")
    if not service:
        return None  # the sums below a report
    if cells.get("credittype"):
        return None
    charged, mark, column = cells.in_currency(*_COSTS)
    when, until = _span(cells)
    return charge_of(
        where,
        CloudLine(
            service=service,
            names=(sku,),
            charged=charged,
            currency=cells.get("currency") or _currency(mark, column),
            when=when,
            until=until,
            seller="vertex" if "vertex" in service.lower() else "google",
            quantity=cells.get("usageamount"),
            unit=cells.get("usageunit"),
            project=cells.get("projectid", "projectname"),
            category=cells.get("costtype"),
        ),
    )


def _span(cells: NamedCells) -> tuple[datetime | None, datetime | None]:
    """The days of Pacific time that a line is of: one, or those up to the last, that is among them."""
    starts = ("date", "usagestartdate", "usagestarttime", "usagestarttimevalue", "usagedate", "day")
    first = moment(cells.get(*starts), "date")
    last = moment(cells.get("usageenddate", "usageendtime", "usageendtimevalue"), "end date")
    return pacific_days(first, last)


def pacific_days(first: datetime | None, last: datetime | None) -> tuple[datetime | None, datetime | None]:
    """The borders, in UTC, of the days in California from the one to the other; a last day without a clock is one."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    if first is None:
        return None, None
    try:
        zone = ZoneInfo(_PLACE)
    except ZoneInfoNotFoundError:
        raise BadLine(
            "days of this bill are Pacific time, and this system knows no time zones: install tzdata"
        ) from None

    def day(when: datetime) -> datetime:
        local = when if isinstance(when, WholeDay) else when.replace(tzinfo=UTC).astimezone(zone)
        return datetime(local.year, local.month, local.day)

    start = end = day(first)
    if last is not None:
        end = max(start, day(last if isinstance(last, WholeDay) else last - timedelta(microseconds=1)))
    borders = (
        each.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None) for each in (start, end + timedelta(days=1))
    )
    return next(borders), next(borders)


def _currency(mark: str, column: str) -> str:
    found = currency_of(mark) if mark else ""
    if found is None:
        raise BadLine(f"the currency of {column!r} is not known: write it as (USD)")
    return found


TABLES = (
    TableFormat(
        "Google Cloud billing",
        "reports and cost tables of the console, rows of the export to BigQuery",
        "a charge for each SKU: a model, a kind of token",
        _owns,
        _row,
    ),
)
