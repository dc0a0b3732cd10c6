"""Amazon's Cost and Usage Report, both versions, with a line for each kind of token of each model of Bedrock."""

from __future__ import annotations

import json
import re

from tokcost.logs.cloud_lines import CloudLine, charge_of
from tokcost.logs.entry import Entry
from tokcost.logs.format import Row, TableFormat
from tokcost.logs.formats.columns import NamedCells, has
from tokcost.logs.times import moment

_ZERO = re.compile(r"(?<=\d)\.0(?!\d)")  # Nova2.0Lite is Nova 2 Lite
_UNIT = re.compile(r"\b(1K|1M|million|thousand)\b", re.IGNORECASE)


def _owns(names: frozenset[str]) -> bool:
    return has(names, "lineitemusagetype", "lineitemunblendedcost")


def _row(where: str, row: Row) -> Entry | None:
    cells = NamedCells(row)
    usage_type = cells.get("lineitemusagetype")
    described = cells.get("lineitemlineitemdescription")
    return charge_of(
        where,
        CloudLine(
            service=f"{cells.get('lineitemproductcode')} {cells.get('productservicecode')}",
            names=(_ZERO.sub("", usage_type), described, _product(cells)),
            charged=cells.get("lineitemunblendedcost"),
            currency=cells.get("lineitemcurrencycode"),
            when=moment(cells.get("lineitemusagestartdate"), "lineItem/UsageStartDate"),
            until=moment(cells.get("lineitemusageenddate"), "lineItem/UsageEndDate"),
            seller="bedrock",
            quantity=cells.get("lineitemusageamount"),
            unit=cells.get("pricingunit") or _unit(usage_type, described),
            project=cells.get("lineitemusageaccountid"),
            category=cells.get("lineitemlineitemtype"),
            prefix="global." if "global" in usage_type.lower() else "",
        ),
    )


def _unit(usage_type: str, described: str) -> str:
    """Tokens are billed by the thousand; those of AWS Marketplace by what the line alone tells."""
    told = _UNIT.search(described)
    return told[1] if told else "unknown" if ":" in usage_type else "1K"


def _product(cells: NamedCells) -> str:
    """The name of the product; the second version has it inside a map."""
    held = cells.get("product")
    if not held.startswith("{"):
        return cells.get("productproductname")
    try:
        found = json.loads(held)
    except ValueError:
        return ""
    return str(found.get("product_name") or "") if isinstance(found, dict) else ""


TABLES = (
    TableFormat(
        "AWS cost and usage report",
        "Data Exports of AWS: CUR 2.0 and the older Cost and Usage Report",
        "a charge for each kind of token, thousands of tokens",
        _owns,
        _row,
    ),
)
