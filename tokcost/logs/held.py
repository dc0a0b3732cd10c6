"""Entries that are held back since lines to come may tell the same again, with more in it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from tokcost.logs.entry import Entry
from tokcost.logs.reported import ReportedMessages, growth
from tokcost.logs.told import Told

_MOST = 10_000


class HeldBack:
    """Of entries with one identity the last holds; each that it takes the place of is a repeat.

    What was released once and comes again is released with what it has more. Of more than 10,000 identities at a
    time the oldest is released first. ``repeats`` says what the others are, in the plural.
    """

    def __init__(self, told: Told, repeats: str) -> None:
        self._told = told
        self._repeats = repeats
        self._entries: dict[Hashable, Entry] = {}
        self._reported = ReportedMessages()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, identity: Hashable) -> Entry | None:
        """The entry that is held under an identity."""
        return self._entries.get(identity)

    def put(self, identity: Hashable, entry: Entry) -> Iterator[Entry]:
        """Hold an entry back, in place of the one of its identity; yields what there is no more room for."""
        if identity in self._entries:
            self._told.repeat(self._repeats)
        self._entries[identity] = entry
        if len(self._entries) > _MOST:
            oldest = next(iter(self._entries))
            yield from self._grown(oldest, self._entries.pop(oldest))

    def last(self, identity: Hashable, entry: Entry) -> Iterator[Entry]:
        """An entry of which no more will come, in place of what is held."""
        self.drop(identity)
        if self._reported.get(identity) is None:
            yield entry
        else:
            yield from self._grown(identity, entry)

    def drop(self, identity: Hashable) -> None:
        """What is held under an identity is told elsewhere."""
        if self._entries.pop(identity, None) is not None:
            self._told.repeat(self._repeats)

    def release(self) -> Iterator[Entry]:
        """All that is held, each with what it has more than when it was released before."""
        held, self._entries = self._entries, {}
        for identity, entry in held.items():
            yield from self._grown(identity, entry)

    def _grown(self, identity: Hashable, entry: Entry) -> Iterator[Entry]:
        before = self._reported.get(identity)
        self._reported.put(identity, entry.usage.parts(), entry.charged, sum(call.number for call in entry.calls))
        if before is None:
            yield entry
            return
        self._told.repeat(self._repeats)
        if (more := growth(entry, before)) is not None:
            yield more
