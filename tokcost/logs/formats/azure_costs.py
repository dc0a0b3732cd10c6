"""Cost details of Azure, as exported, with a line for each meter of each resource and day."""

from __future__ import annotations

import re
from datetime import timedelta

from tokcost.logs.cloud_lines import CloudLine, charge_of
from tokcost.logs.entry import Entry
from tokcost.logs.format import Row, TableFormat
from tokcost.logs.formats.columns import NamedCells, has
from tokcost.logs.times import month_first

_COSTS = (
    "costinbillingcurrency",
    "pretaxcost",
    "costinpricingcurrency",
    "cost",
    "costinusd",
    "paygcostinbillingcurrency",
)
# Words of "Azure OpenAI GPT5" and the like that name no family of models.
_NO_FAMILY = frozenset({"azure", "openai", "models", "model", "service", "reasoning", "media", "foundry"})


def _owns(names: frozenset[str]) -> bool:
    metered = has(names, "metername") or has(names, "meterdetailsmetername")
    counted = has(names, "quantity") or has(names, "usagequantity")
    return metered and counted and any(has(names, cost) for cost in _COSTS)


def _row(where: str, row: Row) -> Entry | None:
    cells = NamedCells(row)
    day = month_first(cells.get("date", "usagedatetime", "usagedate"), "date")
    category = cells.get("metercategory", "meterdetailsmetercategory")
    kind = cells.get("metersubcategory", "meterdetailsmetersubcategory")
    dollars = cells.get("costinusd") and not cells.get(*_COSTS[:4])
    return charge_of(
        where,
        CloudLine(
            service=f"{category} {kind} {cells.get('productname', 'product')} {cells.get('consumedservice')}",
            names=(cells.get("metername", "meterdetailsmetername"),),
            charged=cells.get(*_COSTS),
            currency="USD" if dollars else cells.get("billingcurrency", "billingcurrencycode", "currency"),
            when=day,
            until=day + timedelta(days=1) if day else None,
            seller="azure",
            quantity=cells.get("quantity", "usagequantity"),
            unit=cells.get("unitofmeasure", "meterdetailsunitofmeasure"),
            family=family_of(kind),
            project=cells.get("resourcegroupname", "resourcegroup"),
            category=cells.get("chargetype"),
        ),
    )


def family_of(kind: str) -> str:
    """The family of models that a category of meters is of, whose meters may name the version alone."""
    words = [word for word in re.findall(r"[a-z]+", kind.lower()) if word not in _NO_FAMILY]
    return words[-1] if words else ""


TABLES = (
    TableFormat(
        "Azure cost details",
        "exports of Azure's Cost Management",
        "a charge for each meter: a model, a kind of token, a place",
        _owns,
        _row,
    ),
)
