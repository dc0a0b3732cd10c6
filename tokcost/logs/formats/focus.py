"""FOCUS, the one form in which clouds and their customers write bills (focus.finops.org)."""

from __future__ import annotations

import re

from tokcost.logs.cloud_lines import CloudLine, charge_of
from tokcost.logs.entry import Entry
from tokcost.logs.format import Row, TableFormat
from tokcost.logs.formats.azure_costs import family_of
from tokcost.logs.formats.columns import NamedCells, has
from tokcost.logs.formats.google_billing import pacific_days
from tokcost.logs.times import moment

_SELLERS = (
    (re.compile(r"microsoft|azure", re.IGNORECASE), "azure"),
    (re.compile(r"amazon|aws|bedrock", re.IGNORECASE), "bedrock"),
    (re.compile(r"vertex", re.IGNORECASE), "vertex"),
    (re.compile(r"google|gemini", re.IGNORECASE), "google"),
)


def _owns(names: frozenset[str]) -> bool:
    return has(names, "billedcost", "chargeperiodstart")


def _row(where: str, row: Row) -> Entry | None:
    cells = NamedCells(row)
    service = cells.get("servicename")
    said = f"{service} {cells.get('providername', 'serviceprovidername')} {cells.get('publishername')}"
    seller = next((seller for pattern, seller in _SELLERS if pattern.search(said)), "")
    when = moment(cells.get("chargeperiodstart"), "ChargePeriodStart")
    until = moment(cells.get("chargeperiodend"), "ChargePeriodEnd")
    if seller in ("google", "vertex"):
        when, until = pacific_days(when, until)
    return charge_of(
        where,
        CloudLine(
            service=said,
            names=(
                cells.get("xusagetype", "xskumetername", "skumeter", "xskudescription"),
                cells.get("chargedescription"),
                service,
            ),
            charged=cells.get("billedcost"),
            currency=cells.get("billingcurrency"),
            when=when,
            until=until,
            seller=seller,
            quantity=cells.get("consumedquantity", "pricingquantity"),
            unit=cells.get("consumedunit", "pricingunit"),
            family=family_of(cells.get("xskumetersubcategory")),
            project=cells.get("subaccountname", "subaccountid"),
            category=cells.get("chargecategory"),
        ),
    )


TABLES = (
    TableFormat(
        "FOCUS",
        "bills of any cloud in the FinOps form",
        "a charge for each SKU, with the quantity that was consumed",
        _owns,
        _row,
    ),
)
