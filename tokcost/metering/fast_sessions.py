"""The fast path through Claude Code sessions: messages into a ledger once all their lines are there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tokcost.logs.claude_code import ClaudeCode
from tokcost.logs.entry import Read
from tokcost.logs.session_lines import FastMessage, FullMessage
from tokcost.metering.places import Places


def add_messages(messages: Iterable[FastMessage], sessions: ClaudeCode, places: Places, file: str) -> Iterator[Read]:
    """Add messages of a file in their order, the last of them held back. Yields what has to be added as entries."""
    for read in messages:
        read.file = file
        if (held := sessions.held) is not None:
            if held.message == read.message:
                yield from sessions.hold(read)
                continue
            if not _add(held, sessions, places):
                yield from sessions.flush()
        sessions.held = read


def _add(held: FullMessage | FastMessage, sessions: ClaudeCode, places: Places) -> bool:
    """Add a message that is complete, or leave it out where it was told before; False where its entry is needed."""
    ledger = places.ledger
    if (before := sessions.reported.get(held.message)) is not None:
        return held.size <= before.size and sessions.is_repeat(held, before)
    if isinstance(held, FullMessage):
        return False
    ledger.settle()
    identity = held.message
    if ledger.unique and (larger := ledger.repeats.is_larger(identity, held.counts[0], held.counts[4])) is not None:
        if larger:
            return False
        ledger.repeats.leave_out()
        sessions.report(held, held.counts[:6])
        return True
    project = held.cwd if "project" in ledger.by else None
    when = held.when and (held.when.toordinal(), held.when.hour if places.hourly else 0)
    known, where = places.of(sessions), (held.model, held.counts[6], when, project)
    alike = known.get(where)
    cell = places.find(known, where, None, held.entry) if alike is None else alike.cells[None]
    rates = cell.rates
    given, cached, written, long, output, _, _ = held.counts
    if given >= rates.longest:
        return False
    rank = (given - cached - written - long) * rates.input + cached * rates.cached + output * rates.output
    rank += written * rates.write + long * rates.long
    if rank > ledger.least_rank():
        return False
    if ledger.unique:
        ledger.repeats.count(identity, cell.number, held.counts[:6])
    else:
        ledger.repeats.note(identity)
    sessions.report(held, held.counts[:6])
    cell.add(1, held.counts[:6])
    return True
