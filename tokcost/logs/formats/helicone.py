"""Helicone's requests: flat counts beside the response; the response itself holds.

Names: Helicone's documentation of its export and its query API.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tokcost.logs.counts import OPEN, CountFields, counted
from tokcost.logs.entry import Entry
from tokcost.logs.fields import read_context, text
from tokcost.logs.format import Format, Row, TableFormat, each
from tokcost.logs.formats.entries import EMPTY, charge, entry_of, first, name_of
from tokcost.logs.responses import NoUsage, response
from tokcost.logs.times import moment

Json = Mapping[str, Any]
FLAT = CountFields(
    input=("prompt_tokens",),
    output=("completion_tokens",),
    cached=("prompt_cache_read_tokens",),
    write=("prompt_cache_write_tokens",),
    reasoning=("reasoning_tokens",),
    total=("total_tokens",),
    parts=OPEN,
    known=("prompt_audio_tokens", "completion_audio_tokens"),
)
_COUNTS = frozenset(name for group in (*FLAT[:8], FLAT.known) for name in group)
# What stands for no reference to an answer that the gateway had kept.
_NO_REFERENCE = ("", "00000000-0000-0000-0000-000000000000")


def _body(row: Json) -> Json:
    """The response, also one that is text; an empty object for none, and for a stream that was not put together."""
    for name in ("response_body", "response"):
        held = row.get(name)
        if isinstance(held, str) and held[:1] == "{":
            try:
                held = json.loads(held)
            except ValueError:
                continue
        if isinstance(held, Mapping):
            return held
    return EMPTY


def _read(where: str, row: Json) -> Entry | None:
    body = _body(row)
    model = first(row.get("response_model"), row.get("model_override"), row.get("request_model"), row.get("model"))
    when = first(row.get("request_created_at"), row.get("response_created_at"))
    known = read_context({name: held for name, held in row.items() if name not in ("response_body", "request_body")})
    try:
        entry = response(where, body, {"timestamp": when})
    except NoUsage:
        counts = {name: row[name] for name in _COUNTS if row.get(name) not in (None, "")}
        if not any(number not in (0, "0") for number in counts.values()):
            return None
        entry = entry_of(where, counted(counts, FLAT), model, when, identity=name_of(row.get("response_id")))
    kept = str(row.get("cache_reference_id") or "") not in _NO_REFERENCE or row.get("cache_hit") in (True, "true")
    return entry._replace(
        model=entry.model or text(model),
        when=moment(when, "request_created_at") or entry.when,
        client=text(first(row.get("request_user_id"), row.get("user_id"))) or known.client,
        key=entry.key or known.key,
        charged=charge(row.get("costUSD"), row.get("cost_usd"), row.get("cost"), entry.charged),
        not_billed_because="the gateway answered from its own cache" if kept else entry.not_billed_because,
    )


def _row(where: str, row: Row) -> Entry | None:
    return _read(where, {name.strip().lower().replace("costusd", "costUSD"): cell for name, cell in row.items()})


def _owns(value: Json) -> bool:
    return "request_created_at" in value and ("request_path" in value or "response_body" in value or "costUSD" in value
                                              or "prompt_tokens" in value)  # fmt: skip


_COUNTING = "the response holds; flat counts include what was cached unless the numbers say otherwise"
FORMAT = Format(
    "Helicone requests",
    "the export and the query API, as JSON or JSON lines",
    _COUNTING,
    frozenset({"request_created_at"}),
    _owns,
    each(_read),
)
TABLES = (
    TableFormat(
        "Helicone tables",
        "the export as CSV",
        _COUNTING,
        lambda names: {"request_created_at", "prompt_tokens", "completion_tokens"} <= names,
        _row,
    ),
)
