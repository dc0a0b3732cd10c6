"""The analytics log of aider: one event for each message sent."""

from __future__ import annotations

from collections.abc import Mapping

from tokcost.logs.counts import OPEN, CountFields, counted
from tokcost.logs.entry import Entry
from tokcost.logs.format import Format, Json, each
from tokcost.logs.formats.agents import paid, used

# ``total_cost`` is the sum of the session so far.
_USAGE = CountFields(
    input=("prompt_tokens",),
    output=("completion_tokens",),
    cached=("cache_hit_tokens", "cached_tokens"),
    write=("cache_write_tokens",),
    total=("total_tokens",),
    parts=OPEN,
)


def _owns(value: Json) -> bool:
    sent = value.get("properties")
    return value.get("event") == "message_send" and isinstance(sent, Mapping) and "main_model" in sent


def _read(where: str, value: Json) -> Entry | None:
    sent = value["properties"]
    if not (sent.get("prompt_tokens") or sent.get("completion_tokens")):
        return None
    usage = {name: held for name, held in sent.items() if name.endswith("_tokens")}
    model = sent.get("main_model")
    return used(where, "aider", counted(usage, _USAGE), model, value.get("time"), paid(sent.get("cost")))


FORMAT = Format(
    "aider analytics",
    "the file of --analytics-log",
    "input includes what was cached",
    frozenset({"properties"}),
    _owns,
    each(_read),
)
