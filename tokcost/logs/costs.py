"""What OpenAI and Anthropic charge an organisation for, one line of their bills each.

Fields: OpenAI's ``/v1/organization/costs``; Anthropic's ``cost_report``. A day that is not grouped names nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tokcost.logs import anthropic
from tokcost.logs.entry import BadLine, Entry, currency_code, mode_of, money, whole
from tokcost.logs.fields import model_name, text
from tokcost.logs.items import by_item, is_fee, item_of
from tokcost.rates import EXACT, MODES, STANDARD

Json = Mapping[str, Any]


def openai_cost(where: str, result: Json, start: datetime | None, end: datetime | None) -> Entry:
    """One line of a bill: ``"priority | gpt-6-astra, input_tokens"``, a quantity with its unit, an amount."""
    amount = result["amount"]
    charged = money(amount.get("value"), "amount.value")
    if charged is None:
        raise BadLine("'amount.value' is missing")
    mode, model, kind = _line_item(str(result.get("line_item") or ""))
    unit = {"tokens": 1, "1000_tokens": 1000}.get(str(result.get("quantity_unit") or "tokens"))
    quantity = money(result.get("quantity"), "quantity")
    tokens = whole(quantity * unit, "quantity") if quantity is not None and unit else None
    return by_item(
        Entry(
            where,
            model=model_name(model),
            when=start,
            until=end,
            mode=mode,
            project=text(result.get("project_id")),
            key=text(result.get("api_key_id")),
            charged=charged,
            currency=currency_code(amount.get("currency")),
            requests=0,
            is_aggregate=True,
        ),
        text(item_of(kind)) or "",
        tokens,
    )


def _line_item(name: str) -> tuple[str, str, str]:
    """Mode, model and kind of ``[tier | ]model, kind[, long context]``; calls of a tool name no model."""
    before, bar, item = name.rpartition("|")
    mode = mode_of(before.strip()) if bar else STANDARD
    model, comma, kind = item.strip().partition(",")
    kind = kind.strip().removesuffix("long context").rstrip(", ")
    if not comma and is_fee(item_of(model)):
        return STANDARD, "", model.strip()
    return mode if mode in MODES else STANDARD, model.strip(), kind


def anthropic_cost(where: str, result: Json, start: datetime | None, end: datetime | None) -> Entry:
    """One result of the cost report: ``amount`` is text, in cents."""
    cents = money(result["amount"], "amount")
    if cents is None:
        raise BadLine("'amount' is missing")
    model = result.get("model")
    return by_item(
        Entry(
            where,
            model=model_name(model),
            provider="anthropic",
            when=start,
            until=end,
            project=text(result.get("workspace_id")),
            charged=cents.scaleb(-2, EXACT),
            currency=currency_code(result.get("currency")),
            mode=anthropic.served(result.get("service_tier"), result.get("speed")),
            geo=anthropic.geo(result.get("inference_geo")),
            requests=0,
            is_aggregate=True,
            prompt=context(result.get("context_window")),
        ),
        text(item_of(str(result.get("token_type") or result.get("cost_type") or ""))) or "",
        None,
    )


def context(value: object) -> tuple[int, int] | None:
    """The sizes of prompt behind '0-200k', '≤ 200k', '200k-1M' or '> 200k'; None where it is not stated."""
    name = str(value or "").lower().replace(" ", "").replace(",", "")
    if not name:
        return None
    if name in ("0-200k", "≤200k", "<=200k", "<200k"):
        return (0, 200_000)
    if name in ("200k-1m", ">200k", "≥200k", "200k+", ">=200k"):
        return (200_001, 1_000_000)
    return None
