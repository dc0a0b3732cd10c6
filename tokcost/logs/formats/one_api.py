"""Requests as one-api, new-api and their kin log them: a quota of 500,000 is a dollar."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tokcost.logs.batch import failed
from tokcost.logs.counts import BESIDE, OPEN, CountFields, counted
from tokcost.logs.entry import Calls, Read, money, whole
from tokcost.logs.fields import model_name, read_context
from tokcost.logs.format import Format, Json, each
from tokcost.logs.plain import opened, plain
from tokcost.logs.unread import token_fields
from tokcost.rates import EXACT

_A_DOLLAR = Decimal(500_000)
_CONSUMED, _FAILED = 2, 5
_FIELDS = CountFields(
    input=("prompt_tokens",),
    output=("completion_tokens",),
    cached=("other.cache_tokens",),
    write=("other.cache_creation_tokens", "other.cache_write_tokens"),
    write_short=("other.cache_creation_tokens_5m", "other.tokens_cache_creation_5m"),
    write_long=("other.cache_creation_tokens_1h", "other.tokens_cache_creation_1h"),
    reasoning=("other.reasoning_tokens",),
    parts=OPEN,
    known=("other.text_input", "other.text_output", "other.input_tokens_total"),
    embeds=True,
)
# How many calls of a tool are in the sum, and the fee they have.
_CALLS = {"web_search_call_count": "web_search", "file_search_call_count": "file_search"}


def _owns(value: Json) -> bool:
    return "quota" in value and "model_name" in value and "prompt_tokens" in value


def _read(where: str, value: Json) -> Iterator[Read]:
    """What was consumed; to top up, to manage and the like is no use. Claude's own counts leave out what was cached."""
    kind = value.get("type")
    if kind is not None and whole(kind, "type") != _CONSUMED:
        if whole(kind, "type") == _FAILED:
            yield failed(where, {"code": opened(value.get("other")).get("error_code")})
        return
    other = opened(value.get("other"))
    fields = _FIELDS._replace(parts=BESIDE) if other.get("claude") is True else _FIELDS
    known = read_context(value)
    if (quota := money(value.get("quota"), "quota")) is not None:
        known = known._replace(charged=EXACT.divide(quota, _A_DOLLAR))
    numbers = {name: value.get(name) for name in ("prompt_tokens", "completion_tokens")}
    found = counted({**token_fields(value), **numbers, "other": other}, fields)
    model = other.get("upstream_model_name") or value["model_name"]
    identity = value.get("request_id") or other.get("request_id")
    entry = plain(where, found, known, model_name(model), identity)
    calls = tuple(Calls(fee, number) for name, fee in _CALLS.items() if (number := whole(other.get(name), name)))
    yield entry._replace(calls=calls) if calls else entry


FORMAT = Format(
    "one-api and new-api logs",
    "the table 'logs' and the API of one-api, new-api and their kin",
    "input includes what was cached, but Claude's; the cached part stands in 'other'",
    frozenset({"quota"}),
    _owns,
    each(_read),
)
