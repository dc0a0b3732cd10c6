"""A line of a cloud's bill: a charge for tokens of one model and kind, as far as its words tell them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from tokcost.logs.entry import BadLine, Entry, currency_code, money, whole
from tokcost.logs.fields import model_name, text
from tokcost.logs.items import by_item, is_fee, usage_of_kind
from tokcost.logs.skus import Sku, edition_of, sku_of
from tokcost.rates import EXACT, KINDS

# Services that sell answers of models and little else, and those that sell much else besides.
_ONLY_MODELS = re.compile(r"bedrock|gemini api|generative language|openai|anthropic", re.IGNORECASE)
_MODELS_TOO = re.compile(r"vertex|foundry|cognitive|azure ai|gemini|claude|model garden|marketplace", re.IGNORECASE)
_SCALE = re.compile(r"\b(1k|1,000|1000|thousand|1m|1,000,000|1000000|million)\b(?!,)", re.IGNORECASE)
# Google's unit of tokens is a count, or requests.
_ONE = re.compile(r"1?|1? ?(?:tokens?|counts?|requests?|each)", re.IGNORECASE)
_DUST = Decimal(1).scaleb(-3)  # of a count that was divided by a thousand and rounded
# What a bill has beside charges for usage: taxes, credits, what was bought ahead. A log knows nothing of them.
_USAGE = ("", "usage", "discountedusage", "regular")


class CloudLine(NamedTuple):
    """What the columns of a bill say. ``names`` are those in which a model and a kind may be told, the best first."""

    service: str
    names: Sequence[str]
    charged: object
    currency: object
    when: datetime | None
    until: datetime | None
    seller: str
    quantity: object = None
    unit: str = ""
    family: str = ""
    project: object = None
    category: str = ""
    prefix: str = ""  # of the name of a model, which says where it is served


def charge_of(where: str, line: CloudLine) -> Entry | None:
    """The entry of a line; None for one that charges for something else than models."""
    if line.category.strip().lower().replace("_", "").replace(" ", "") not in _USAGE:
        return None
    named = [sku_of(name, line.family) for name in line.names if name]
    sku = next((each for each in named if each.kind), next(iter(named), Sku("", "", "standard", False)))
    if not _is_of_models(line, sku):
        return None
    charged = money(line.charged, "cost")
    if charged is None:
        raise BadLine("the cost of the line is missing")
    edition = next(filter(None, (edition_of(name) for name in (line.service, *line.names))), "")
    model = edition or (sku.model if sku.kind in KINDS or sku.tokens else "")
    entry = Entry(
        where,
        model=model_name(model and f"{line.prefix}{model}"),
        provider=line.seller,
        when=line.when,
        until=line.until,
        mode=sku.mode,
        project=text(line.project),
        charged=charged,
        currency=currency_code(line.currency),
        requests=0,
        is_aggregate=True,
    )
    item = sku.kind or ("" if entry.model else next(filter(None, line.names), ""))
    return by_item(entry, text(item) or "", _tokens(line, sku))


def _is_of_models(line: CloudLine, sku: Sku) -> bool:
    said = " ".join((line.service, *line.names))
    if _ONLY_MODELS.search(said) or (sku.kind in KINDS and sku.tokens):
        return True
    return bool(sku.kind) and (sku.kind in KINDS or is_fee(sku.kind)) and _MODELS_TOO.search(said) is not None


def _tokens(line: CloudLine, sku: Sku) -> int | None:
    """How many tokens; None where the line charges for something else, or by a unit that it does not name."""
    number = money(line.quantity, "quantity")
    if number is None or number < 0 or usage_of_kind(sku.kind, 0) is None:
        return None
    scale = _SCALE.search(line.unit) or (None if _ONE.fullmatch(line.unit) else _SCALE.search(" ".join(line.names)))
    if scale is None and not _ONE.fullmatch(line.unit):
        return None
    power = 0 if scale is None else 3 if scale[1].lower() in ("1k", "1,000", "1000", "thousand") else 6
    tokens = number.scaleb(power, EXACT)
    rounded = tokens.to_integral_value(context=EXACT)
    return whole(rounded, "quantity") if abs(tokens - rounded) <= _DUST else None
