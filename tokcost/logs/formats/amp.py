"""Amp threads: the usage stands with each message, and again, without its cache, in a ledger of credits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tokcost.logs.counts import BESIDE, CountedUsage, CountFields, counted
from tokcost.logs.entry import Entry, Read
from tokcost.logs.format import Format, FormatReader, Inner, Json
from tokcost.logs.formats.agents import numbers, used
from tokcost.logs.formats.entries import inside
from tokcost.logs.kept import Kept
from tokcost.logs.told import Told

_CLIENT = "Amp"
_PARTS = ("inputTokens", "cacheCreationInputTokens", "cacheReadInputTokens")
_MESSAGE = CountFields(
    input=("inputTokens",),
    output=("outputTokens",),
    cached=("cacheReadInputTokens",),
    write=("cacheCreationInputTokens",),
    reasoning=("thinkingTokens",),
    parts=BESIDE,
    known=("totalInputTokens", "maxInputTokens"),
)
_LEDGER = CountFields(
    input=("input",),
    output=("output",),
    cached=("cacheReadInputTokens",),
    write=("cacheCreationInputTokens",),
    parts=BESIDE,
    bare=True,
)
_NO_CACHE = "a request that stands in Amp's ledger alone, which may leave out what was read from the cache"
_TOTAL = "Amp's total of the input is more than its parts: the rest was counted as plain input"


def _owns(value: Json) -> bool:
    if not isinstance(value.get("messages"), list):
        return False
    return "usageLedger" in value or str(value.get("id", "")).startswith("T-")


class _Amp(FormatReader):
    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._kept = Kept()

    def value(self, where: str, value: Json) -> Iterator[Read]:
        told: list[object] = []
        for at, message in enumerate(value["messages"]):
            usage = message.get("usage") if isinstance(message, Mapping) else None
            if isinstance(usage, Mapping) and any(numbers(usage).get(name) for name in (*_PARTS, "outputTokens")):
                told.append(message.get("messageId", at))
                when = usage.get("timestamp") or inside(message, "meta").get("sentAt") or value.get("created")
                yield from self._once(value, told[-1], used(where, _CLIENT, _counted(usage), usage.get("model"), when))
        events = inside(value, "usageLedger").get("events")
        for event in events if isinstance(events, list) else ():
            tokens = inside(event, "tokens")
            if not any(numbers(tokens).values()):
                continue
            if event.get("toMessageId") in told:
                self.told.repeat("events of a ledger beside the messages")
                continue
            entry = used(where, _CLIENT, counted(tokens, _LEDGER), event.get("model"), event.get("timestamp"))
            if entry is not None:
                remarks = () if {"cacheReadInputTokens", "cacheCreationInputTokens"} & set(tokens) else (_NO_CACHE,)
                yield from self._once(value, event.get("id"), entry._replace(remarks=(*entry.remarks, *remarks)))

    def _once(self, thread: Json, identity: object, entry: Entry | None) -> Iterator[Read]:
        if entry is None:
            return
        if identity is not None and thread.get("id") and not self._kept.add((thread["id"], identity, entry.when)):
            self.told.repeat("copies of a thread")
        else:
            yield entry


def _counted(usage: Json) -> CountedUsage:
    """The counts of a message; its total of the input decides where the parts are less."""
    stated = numbers(usage)
    over = stated.get("totalInputTokens", 0) - sum(stated.get(name, 0) for name in _PARTS)
    if over <= 0:
        return counted(usage, _MESSAGE)
    found = counted({**usage, "inputTokens": stated.get("inputTokens", 0) + over}, _MESSAGE)
    return found._replace(remarks=(*found.remarks, _TOTAL))


FORMAT = Format(
    "Amp thread",
    "~/.local/share/amp/threads/T-*.json",
    "input, cache reads and writes apart; credits are no money",
    frozenset({"messages"}),
    _owns,
    _Amp,
)
