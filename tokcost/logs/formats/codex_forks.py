"""Which counts of Codex's files are told in others: copies of a session, and the history that a fork begins with.

Equal numbers in sessions of other ids are other requests, unless one is a fork of the other.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from tokcost.logs.entry import Entry, Read
from tokcost.logs.formats.entries import inside
from tokcost.logs.kept import Kept
from tokcost.logs.told import Told

Json = Mapping[str, Any]
_LEFT_OUT = "the history that this fork copied from its parent, which is not among the inputs, was left out"
_INSIDE = "a fork whose parent is not among the inputs: what it copied of its history may be in the sum"
_OF_FORKS = "counts that forks copied from their parents"


class RunningCount(NamedTuple):
    """One count of a file: ``burst`` is whether it was written in one go with the beginning of the file."""

    entry: Entry
    key: tuple[Any, ...]
    burst: bool


class _Lineage(NamedTuple):
    """Of which session a file is: ``has_history`` where it says that it begins with that of its parent."""

    own: str | None = None
    parent: str | None = None
    has_history: bool = False
    started: datetime | None = None


class CodexSessions:
    """Remembers the counts of every session, for its copies and its forks."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._kept = Kept()
        self._of_sessions = Kept(40)
        self._read: set[str] = set()
        self._others: dict[str, str] = {}
        self._totals: dict[str, dict[str, int]] = {}
        self._waiting: list[tuple[_Lineage, list[RunningCount]]] = []
        self._session = _Lineage()
        self._copying = True

    def next_file(self) -> None:
        """The lines to come are of another session."""
        if self._session.own:
            self._read.add(self._session.own)
        self._session = _Lineage()
        self._copying = True

    def meta(self, payload: Json, when: datetime | None) -> bool:
        """A session_meta: the first is that of the file (True), a second one was copied with a history."""
        own = str(payload.get("id") or payload.get("session_id") or "")
        if self._session.own is None:
            spawned = inside(payload, "source", "subagent", "thread_spawn").get("parent_thread_id")
            forked = payload.get("forked_from_id")
            parent = forked or payload.get("parent_thread_id") or spawned
            self._session = _Lineage(own, str(parent) if parent else None, bool(forked), when)
            return True
        if own and own != self._session.own:
            self._session = self._session._replace(parent=self._session.parent or own, has_history=True)
        return False

    def keep_total(self, total: dict[str, int] | None) -> None:
        """The last running total of the file, from which another file may go on with the session."""
        if self._session.own and total:
            self._totals[self._session.own] = total

    def total_before(self, now: dict[str, int]) -> dict[str, int]:
        """The total that a session had in the file before, where the first of this one is beyond it."""
        before = self._totals.get(self._session.own or "", {})
        return before if all(now.get(name, 0) >= number for name, number in before.items()) else {}

    def is_new_record(self, where: str, record: Json, when: object, usage: Json) -> bool:
        """Whether a record is of this file's thread, and was in no file before."""
        thread = record.get("thread_id")
        own = self._session.own
        if thread is not None and own is not None and str(thread) != own:
            self._told.repeat("records of other threads")
            self._others.setdefault(str(thread), where)
            return False
        identity = record.get("response_id") or record.get("id")
        key = identity or (when, tuple(sorted(map(str, usage.items()))) if when is not None else object())
        if self._kept.add(("record", str(thread or own), key)):
            return True
        self._told.repeat("copies of a session")
        return False

    def release(self, held: list[RunningCount], waits: bool = True) -> Iterator[Read]:
        """Those of the counts that are told here first. A fork waits for its parent, if it ``waits``."""
        session = self._session
        if not held:
            return
        if waits and session.parent and session.parent not in self._read and session.parent != session.own:
            self._note(session, held)
            self._waiting.append((session, held))
            return
        self._copying = yield from self._own(session, held, self._copying)
        self._note(session, held)

    def end(self) -> Iterator[Read]:
        """The counts of the forks that waited."""
        waiting, self._waiting = self._waiting, []
        for session, held in waiting:
            yield from self._own(session, held, True)
        for thread, where in self._others.items():
            if thread not in self._read:
                self._told.remark(_LEFT_OUT, where)
        self._others = {}

    def _note(self, session: _Lineage, held: list[RunningCount]) -> None:
        """Remember the counts of a session for its forks: the first time that each was told."""
        for each in held:
            key = session.own, each.key
            if session.own and self._of_sessions.get(key) is None:
                self._of_sessions.put(key, str(each.entry.when or "").encode())

    def _own(self, session: _Lineage, held: list[RunningCount], copying: bool) -> Generator[Read, None, bool]:
        """The counts that a file has of its own; returns whether those to come may still be copies."""
        known = session.parent in self._read
        left_out = 0
        for each in held:
            copying = copying and session.parent is not None and self._is_copied(session, each)
            if copying:
                left_out += 1
            elif self._is_new(session, each):
                yield each.entry
        self._told.repeat(_OF_FORKS, left_out)
        if session.has_history and not known and held:
            self._told.remark(_LEFT_OUT if left_out else _INSIDE, held[0].entry.where)
        return copying

    def _is_copied(self, session: _Lineage, count: RunningCount) -> bool:
        """Whether a count at the head of a fork is its parent's: told by it, or from before the fork was."""
        when, started = count.entry.when, session.started
        told = self._of_sessions.get((session.parent, count.key))
        if told is not None and (not started or not told.strip() or told.strip().decode() <= str(started)):
            return True
        before = when is not None and started is not None and when < started
        return session.has_history and (count.burst or before)

    def _is_new(self, session: _Lineage, count: RunningCount) -> bool:
        """Whether a count was in no file before, by its session and time."""
        when = count.entry.when
        if (when is None and session.own is None) or self._kept.add((session.own, when, count.key)):
            return True
        self._told.repeat("copies of a session")
        return False
