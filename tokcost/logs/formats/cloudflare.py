"""Requests as Cloudflare's AI gateway logs them."""

from __future__ import annotations

from collections.abc import Iterator

from tokcost.logs.batch import failed
from tokcost.logs.counts import OPEN, CountFields, counted
from tokcost.logs.entry import Entry, Read
from tokcost.logs.fields import model_in, read_context, text
from tokcost.logs.format import Format, Json, each
from tokcost.logs.plain import FROM_ITS_CACHE, SAID_OF_IT, is_true, plain

_FIELDS = CountFields(
    input=("tokens_in",),
    output=("tokens_out",),
    cached=("tokens_cached_read", "cached_tokens"),
    write=("tokens_cached_write",),
    parts=OPEN,
    embeds=True,
)


def _owns(value: Json) -> bool:
    return "tokens_in" in value and "tokens_out" in value and ("cached" in value or "provider" in value)


def _read(where: str, value: Json) -> Iterator[Read]:
    model = model_in(value)
    if is_true(value.get("cached")):
        yield Entry(where, model=model, not_billed_because=FROM_ITS_CACHE, remarks=(SAID_OF_IT,))
    elif value.get("success") is False and not (value.get("tokens_in") or value.get("tokens_out")):
        yield failed(where, {"code": value.get("status_code")})
    else:
        entry = plain(where, counted(value, _FIELDS), read_context(value), model, value.get("id"))
        yield entry._replace(provider=text(value.get("provider")))


FORMAT = Format(
    "Cloudflare AI gateway logs",
    "logs of an AI gateway, by its API, alone or in 'result'",
    "two sums; an answer from the gateway's cache costs nothing",
    frozenset({"tokens_in"}),
    _owns,
    each(_read),
)
