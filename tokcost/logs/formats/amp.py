"""Amp threads: the usage stands with each message, and again, without its cache, in a ledger of credits."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tokcost.logs.counts import BESIDE, CountedUsage, CountFields, counted
from tokcost.logs.entry import Entry, Read
from tokcost.logs.format import Format, FormatReader, Inner, Json
from tokcost.logs.formats.agents import guarded, numbers, silent, used
from tokcost.logs.formats.entries import inside, objects
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
        told: list[str] = []
        for at, message in enumerate(value["messages"]):
            usage = inside({"": message}, "", "usage")
            if any(usage.get(name) for name in (*_PARTS, "outputTokens")):
                told.append(str(message.get("messageId", at)))
                when = usage.get("timestamp") or inside(message, "meta").get("sentAt") or value.get("created")
                yield from guarded(where, partial(self._message, where, value, told[-1], usage, when))
            elif not usage:
                yield from guarded(where, partial(silent, inside({"": message}, "")))
        for event in objects(inside(value, "usageLedger").get("events")):
            if any(inside(event, "tokens").values()):
                if str(event.get("toMessageId")) in told:
                    self.told.repeat("events of a ledger beside the messages")
                else:
                    yield from guarded(where, partial(self._event, where, value, event))

    def _message(self, where: str, thread: Json, name: object, usage: Json, when: object) -> Entry | None:
        return self._once(thread, name, used(where, _CLIENT, _counted(usage), usage.get("model"), when))

    def _event(self, where: str, thread: Json, event: Json) -> Entry | None:
        tokens = inside(event, "tokens")
        entry = used(where, _CLIENT, counted(tokens, _LEDGER), event.get("model"), event.get("timestamp"))
        if entry is not None and not {"cacheReadInputTokens", "cacheCreationInputTokens"} & set(tokens):
            entry = entry._replace(remarks=(*entry.remarks, _NO_CACHE))
        return self._once(thread, event.get("id"), entry)

    def _once(self, thread: Json, name: object, entry: Entry | None) -> Entry | None:
        """The entry, unless it was in a copy of its thread."""
        if entry is None or name is None or not thread.get("id"):
            return entry
        if self._kept.add((str(thread["id"]), str(name), entry.when)):
            return entry
        self.told.repeat("copies of a thread")
        return None


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
