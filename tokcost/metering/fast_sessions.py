"""The fast path through Claude Code sessions: messages into a ledger once all their lines are there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tokcost.logs.claude_code import ClaudeCode
from tokcost.logs.entry import Read
from tokcost.logs.session_lines import FastMessage
from tokcost.metering.places import Places


def add_messages(messages: Iterable[FastMessage], sessions: ClaudeCode, places: Places, file: str) -> Iterator[Read]:
    """Add messages of a file in their order, the last of them held back. Yields what has to be added as entries."""
    add, told = _Plain(sessions, places).add, sessions.reported.get
    for read in messages:
        read.file = file
        if (held := sessions.held) is not None:
            if held.message == read.message:
                yield from sessions.hold(read)
                continue
            if (before := told(held.message)) is not None:
                if held.size > before.size or not sessions.is_repeat(held, before):
                    yield from sessions.flush()
            elif type(held) is not FastMessage or not add(held):
                yield from sessions.flush()
        sessions.held = read


class _Plain:
    """Adds messages that were not reported before, of which there may be millions."""

    def __init__(self, sessions: ClaudeCode, places: Places) -> None:
        ledger = places.ledger
        self._report = sessions.report
        self._ledger, self._places = ledger, places
        self._known = places.of(sessions)
        self._by_project = "project" in ledger.by
        self._hourly = places.hourly
        self._note = ledger.repeats.note

    def add(self, held: FastMessage) -> bool:
        """Whether a message that is complete was added, or left out since its id was there; else it needs an entry."""
        ledger = self._ledger
        ledger.settle()
        given, cached, written, long, output, reasoning = counts = held.counts
        if ledger.unique and (larger := ledger.repeats.is_larger(held.message, given, output)) is not None:
            if larger:
                return False
            ledger.repeats.leave_out()
            self._report(held, counts)
            return True
        when = held.when
        hour = when.hour if self._hourly and when is not None else 0
        day = 0 if when is None else when.toordinal()
        where = (held.model, held.served, day, hour, held.cwd if self._by_project else None)
        alike = self._known.get(where)
        cell = self._places.find(self._known, where, None, held.entry) if alike is None else alike.cells[None]
        rates = cell.rates
        if given >= rates.longest:
            return False
        rank = (given - cached - written - long) * rates.input + cached * rates.cached + output * rates.output
        if written or long:
            rank += written * rates.write + long * rates.long
        if rank > ledger.least_rank():
            return False
        if ledger.unique:
            ledger.repeats.count(held.message, cell.number, counts)
        else:
            self._note(held.message)
        self._report(held, counts)
        cell.requests += 1
        cell.input += given
        cell.cached += cached
        cell.output += output
        if written or long:
            cell.write += written
            cell.long += long
        if reasoning:
            cell.reasoning += reasoning
        return True
