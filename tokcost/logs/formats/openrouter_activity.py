"""OpenRouter's activity: a row for each generation (CSV of the page), or for each day and model (/activity)."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from tokcost.logs.entry import BadLine, Entry, money, stated, usage_of, whole
from tokcost.logs.fields import model_name, text
from tokcost.logs.format import Row, TableFormat
from tokcost.logs.formats.key_names import key_name
from tokcost.logs.times import moment
from tokcost.logs.unread import counts_beside
from tokcost.rates import EXACT

_BESIDE = ("cost_web_search", "cost_file_processing")
_COUNTS = re.compile(r"tokens_(?:prompt|completion|reasoning|cached)|(?:prompt|completion|reasoning)_tokens")
_OWN_KEY = "byok_usage_inference"


def _generation(where: str, row: Row) -> Entry:
    """One generation: the prompt with what was cached, the completion with the reasoning."""
    charged = money(row.get("cost_total"), "cost_total")
    output = stated(row, "tokens_completion")
    cached = whole(row.get("tokens_cached"), "tokens_cached")
    reasoning = whole(row.get("tokens_reasoning"), "tokens_reasoning")
    entry = Entry(
        where,
        usage_of(stated(row, "tokens_prompt"), cached, 0, 0, output, reasoning),
        model=_model(row.get("model_permaslug"), row.get("variant")),
        when=moment(row.get("created_at"), "created_at"),
        client=text(row.get("user")),
        key=key_name(row.get("api_key_name")),
        project=text(row.get("app_name")),
        charged=charged,
        identity=text(row.get("generation_id")),
    )
    return _with_own_key(entry, row, charged)


def _day(where: str, row: Row) -> Entry:
    """A day of one model at one endpoint; ``usage`` is the charge in dollars."""
    charged = money(row.get("usage"), "usage")
    if charged is None:
        raise BadLine("'usage' is missing")
    day = moment(row.get("date"), "date")
    output = stated(row, "completion_tokens")
    reasoning = whole(row.get("reasoning_tokens"), "reasoning_tokens")
    entry = Entry(
        where,
        usage_of(stated(row, "prompt_tokens"), 0, 0, 0, output, reasoning),
        model=_model(row.get("model_permaslug") or row.get("model"), None),
        when=day,
        until=day + timedelta(days=1) if day else None,
        key=key_name(row.get("api_key_name")),
        charged=charged,
        requests=whole(row.get("requests"), "requests"),
        is_aggregate=True,
    )
    return _with_own_key(entry, row, charged)


def _with_own_key(entry: Entry, row: Row, charged: Decimal | None) -> Entry:
    """With a key of one's own the maker charges for the tokens, and OpenRouter a fee; both are what it cost."""
    remarks = [f"'{name}' is in the charge, and no price of tokens" for name in _BESIDE if money(row.get(name), name)]
    own = money(row.get(_OWN_KEY), _OWN_KEY)
    if own:
        remarks.append(f"'{_OWN_KEY}' is what the maker charged to a key of one's own: it is in the charge")
        charged = own if charged is None else EXACT.add(charged, own)
    return entry._replace(charged=charged, remarks=tuple(remarks), doubts=counts_beside(row, _COUNTS))


def _model(name: str | None, variant: str | None) -> str | None:
    return model_name(
        f"{name}:{variant}" if name and variant and variant not in ("standard", name.rpartition(":")[2]) else name
    )


TABLES = (
    TableFormat(
        "OpenRouter activity",
        "the export of openrouter.ai/activity",
        "the prompt includes what was cached, the completion the reasoning",
        lambda names: {"model_permaslug", "tokens_prompt", "tokens_completion"} <= names,
        _generation,
    ),
    TableFormat(
        "OpenRouter activity by day",
        "openrouter.ai/api/v1/activity",
        "the completion includes the reasoning; what was cached is not told",
        lambda names: {"model", "date", "usage", "prompt_tokens", "completion_tokens"} <= names,
        _day,
    ),
)
