"""The fast path from a log into a ledger: lines with the fields of lines seen before, added without an entry of each.

What comes out is what the full parser and ``Ledger.add`` make of the same lines, in their order; a
test holds them together. Whatever is out of the ordinary in a line leaves it to them.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from datetime import UTC
from itertools import islice
from typing import Any, cast

from tokcost.logs.anthropic import SYNTHETIC
from tokcost.logs.claude_code import ClaudeCode, FastMessage, FullMessage
from tokcost.logs.entry import MOST, Entry, Read
from tokcost.logs.line_plan import LinePlan, learn
from tokcost.logs.read import Reader, decoded
from tokcost.logs.shapes import Shapes
from tokcost.metering.ledger import Cell, Ledger
from tokcost.usage import Usage

_MOST_PLANS = 6
_TRIES = 200
_TRIES_PER_BLOCK = 3
_DAY, _HOUR = 86_400, 3_600
_MILLISECONDS = 100_000_000_000
Place = tuple[Cell, int, int, int, int]
"""A cell, the size of prompt that it ends below, its rates for fresh and cached input and for output."""

# No prompt is below 0: every such line is left to the full parser.
_NOWHERE: Place = (cast(Cell, None), 0, 0, 0, 0)
_SESSIONS = "Claude Code sessions"
"""Stands among the plans; ``ClaudeCode`` knows how their lines are decoded."""


class _Unlike(Exception):
    """The line has to be read by the full parser."""


class FastReader(Reader):
    """Reads logs into a ledger. What it yields the ledger was not given yet: add it before going on."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__()
        self._ledger = ledger
        self._plans: list[LinePlan | str] = []
        self._tries = _TRIES
        self._places: dict[int, dict[tuple[Any, ...], Place]] = {}
        self._under: tuple[str, tuple[str, ...]] = ("", ())
        self._hourly = "hour" in ledger.by

    def block(self, name: str, number: int, part: list[bytes]) -> Iterator[Read]:
        """The entries and problems of the lines that are left to the full parser."""
        by = self._ledger.by
        if self._under != (name, by):  # another file, or the groups have collapsed
            if "file" in by or self._under[1] != by:
                self._places.clear()
            self._under = (name, by)
        at, tries = 0, _TRIES_PER_BLOCK
        while at < len(part):
            for plan in self._plans:
                if isinstance(plan, str):
                    end = yield from self._take_session(name, number, part, at)
                else:
                    end = self._take(plan, name, part, at)
                if end > at:
                    at = end
                    if plan is not self._plans[0]:
                        self._plans.remove(plan)
                        self._plans.insert(0, plan)
                    break
            else:
                if tries > 0 and self._tries > 0 and len(self._plans) < _MOST_PLANS:
                    tries -= 1
                    if self._learn(part, at):
                        continue
                yield from self.line(name, number + at + 1, part[at])
                at += 1

    def _learn(self, part: list[bytes], at: int) -> bool:
        """Whether there is a new plan for the line. It must read another line of the block, too."""
        raw = part[at]
        if any(not isinstance(plan, str) and _reads(plan, raw) for plan in self._plans):
            return False  # left for what its fields say
        self._tries -= 1
        try:
            line = decoded(raw)
        except ValueError:
            return False
        if isinstance(line, Mapping) and ClaudeCode.owns(line):
            if _SESSIONS in self._plans:
                return False
            self._plans.append(_SESSIONS)
            return True
        plan = learn(line)
        if plan is None or not _reads(plan, raw):
            return False
        if len(part) > 1 and not any(_reads(plan, other) for other in islice(part, at + 1, None)):
            return False
        self._plans.append(plan)
        return True

    def _take(  # noqa: C901 - a million lines go through this loop, and every call in it costs
        self, plan: LinePlan, name: str, part: list[bytes], at: int
    ) -> int:
        """Add lines from ``at`` on, up to one that is unlike the plan or may be the costliest: the index of it."""
        ledger = self._ledger
        decode, nested, flat, counts_of, when_of = plan.decode, plan.nested, plan.flat, plan.counts, plan.when
        client_of = plan.client if "client" in ledger.by else None
        key_of = plan.key if "key" in ledger.by else None
        project_of = plan.project if "project" in ledger.by else None
        hourly, span = self._hourly, _HOUR if self._hourly else _DAY
        places, skip_if_contains = self._places.setdefault(id(plan), {}), plan.skip_if_contains
        unique, seen, again = ledger.unique, ledger.repeats.seen, ledger.repeats.again
        floor = ledger.least_rank()
        new_place, end = at - 1, len(part)
        for index, raw in enumerate(islice(part, at, None), at):
            try:
                line = decode(raw)
                body = line if not nested else line.body if nested == 1 else line.middle.body
                if not raw.isascii():
                    raw.decode()
                when = None
                if when_of is not None:
                    when = when_of(line)
                    if type(when) is int:
                        if not 0 < when < _MILLISECONDS:
                            raise _Unlike
                        when //= span
                    else:
                        if (zone := when.tzinfo) is not None and zone is not UTC:
                            when = when.astimezone(UTC)
                        when = when.toordinal() * 24 + when.hour if hourly else when.toordinal()
                counts = counts_of(body if flat else body.usage)
                if counts is None:
                    raise _Unlike
                given, cached, written, long, output, reasoning, served = counts
                fresh = given - cached - written - long
                if fresh < 0 or cached < 0 or written < 0 or long < 0 or reasoning < 0 or reasoning > output:
                    raise _Unlike
                if output > MOST or given > MOST or (skip_if_contains and skip_if_contains in raw):
                    raise _Unlike
                if (model := body.model) is None or model == SYNTHETIC:
                    raise _Unlike
                identity = body.identity or (line.batch_identity if nested == 2 else None)
                if unique and identity and again(identity):
                    continue
                where = (
                    model,
                    body.tier,
                    served,
                    when,
                    client_of and client_of(line),
                    key_of and key_of(line),
                    project_of and project_of(line),
                )
                place = places.get(where)
                if place is None:
                    place = places[where] = self._place(self._entry(name, raw))
                    new_place = index
                cell, longest, fresh_rate, cached_rate, output_rate = place
                if given >= longest:
                    raise _Unlike
                rank = fresh * fresh_rate + cached * cached_rate + output * output_rate
                if written or long:
                    rank += written * cell.write + long * cell.long
            except Exception:  # whatever is unlike the line that the plan was learned from
                end = index
                break
            if rank > floor:
                end = index
                break
            if identity:
                seen(identity)
            sums = cell.sums
            sums[0] += 1
            sums[1] += given
            sums[2] += cached
            sums[5] += output
            if written or long:
                sums[3] += written
                sums[4] += long
            if reasoning:
                sums[6] += reasoning
        if end > new_place + 1:
            ledger.settle()
        return end

    def _take_session(self, name: str, number: int, part: list[bytes], at: int) -> Generator[Read, None, int]:
        """Add the messages that are complete, up to a line that the full parser has to read: its index."""
        sessions = self.shapes.claude_code
        read_fast = sessions.fast
        for index, raw in enumerate(islice(part, at, None), at):
            read = read_fast(name, number + index + 1, raw)
            if read is None:
                continue
            if read is False:
                return index
            if (held := sessions.held) is not None:
                if held.message == read.message:
                    if read.output > held.output:
                        sessions.held = read
                    continue
                if not self._add_message(held):
                    yield from sessions.flush()
            sessions.held = read
        return len(part)

    def _add_message(self, fast: FullMessage | FastMessage) -> bool:
        """Add a message that is complete, or leave it out where it was told before; False where its entry is needed."""
        ledger, told = self._ledger, self.shapes.claude_code.told
        if (before := told.get(fast.message)) is not None:
            return fast.output <= before[0][4]
        if isinstance(fast, FullMessage):
            return False
        ledger.settle()
        identity = fast.message[0]
        if ledger.unique and ledger.repeats.again(identity):
            told[fast.message] = (fast.counts[:6], None)
            return True
        project = fast.cwd if "project" in ledger.by else None
        when = fast.when and (fast.when.toordinal(), fast.when.hour if self._hourly else 0)
        where = (fast.model, fast.counts[6], when, project)
        places = self._places.setdefault(0, {})
        place = places.get(where)
        if place is None:
            place = places[where] = self._place(fast.entry())
        cell, longest, fresh_rate, cached_rate, output_rate = place
        given, cached, written, long, output, _, _ = fast.counts
        if given >= longest:
            return False
        rank = (given - cached - written - long) * fresh_rate + cached * cached_rate + output * output_rate
        rank += written * cell.write + long * cell.long
        if rank > ledger.least_rank():
            return False
        ledger.repeats.seen(identity)
        told[fast.message] = (fast.counts[:6], None)
        cell.sums[:] = [total + more for total, more in zip(cell.sums, (1, *fast.counts[:6]), strict=True)]
        return True

    @staticmethod
    def _entry(name: str, raw: bytes) -> Entry | None:
        """The entry that the full parser makes of a line that is no session's; None unless it is one."""
        read = list(Shapes().read(f"{name}:1", decoded(raw)))
        return read[0] if len(read) == 1 and isinstance(read[0], Entry) else None

    def _place(self, entry: Entry | None) -> Place:
        """Where lines like that of the entry are added up."""
        self._ledger.settle()
        if entry is None or entry.free:
            return _NOWHERE
        short = entry._replace(usage=Usage())
        cell = self._ledger.cell(short, self._ledger.key_of(short))
        if cell is None or not (longest := cell.longest_prompt()):
            return _NOWHERE
        return cell, longest, cell.input, cell.cached, cell.output


def _reads(plan: LinePlan, raw: bytes) -> bool:
    """Whether the line has the fields and types of the plan."""
    try:
        plan.decode(raw)
    except Exception:
        return False
    return True
