"""Amazon's Cost and Usage Report, both versions, with a line for each kind of token of each model of Bedrock."""

from __future__ import annotations

import json
import re

from tokcost.logs.cloud_lines import UNKNOWN_UNIT, CloudLine, charge_of
from tokcost.logs.entry import Entry
from tokcost.logs.format import Row, TableFormat
from tokcost.logs.formats.columns import Cells, has
from tokcost.logs.times import moment

_UNIT = re.compile(r"\b(1K|1M|million|thousand)\b", re.IGNORECASE)


def _owns(names: frozenset[str]) -> bool:
    return has(names, "lineitemusagetype", "lineitemunblendedcost")


def _row(where: str, row: Row) -> Entry | None:
    cells = Cells(row)
    usage_type = cells.get("lineitemusagetype")
    described = cells.get("lineitemlineitemdescription")
    told = _UNIT.search(f"{cells.get('pricingunit')} {described}")
    return charge_of(
        where,
        CloudLine(
            service=f"{cells.get('lineitemproductcode')} {cells.get('productservicecode')}",
            names=(usage_type, described, _product(cells)),
            charged=cells.get("lineitemunblendedcost"),
            currency=cells.get("lineitemcurrencycode"),
            when=moment(cells.get("lineitemusagestartdate"), "lineItem/UsageStartDate"),
            until=moment(cells.get("lineitemusageenddate"), "lineItem/UsageEndDate"),
            seller="bedrock",
            quantity=cells.get("lineitemusageamount"),
            # tokens are billed by the thousand, those of AWS Marketplace by what the line alone tells
            unit=told[1] if told else UNKNOWN_UNIT if ":" in usage_type else "1K",
            project=cells.get("lineitemusageaccountid"),
            category=cells.get("lineitemlineitemtype"),
        ),
    )


def _product(cells: Cells) -> str:
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
