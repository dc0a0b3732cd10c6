"""The fast path through lines of one set of fields: into the cells of a ledger, without an entry of each."""

from __future__ import annotations

from datetime import UTC
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from tokcost.inputs.json import decoded
from tokcost.logs.anthropic import SYNTHETIC
from tokcost.logs.entry import MOST, Entry
from tokcost.logs.shapes import Shapes
from tokcost.metering.places import Places

if TYPE_CHECKING:
    from tokcost.logs.line_plan import LinePlan

_DAY, _HOUR = 86_400, 3_600
_MILLISECONDS = 100_000_000_000


class _Unlike(Exception):
    """The line has to be read by the full parser."""


def take_lines(  # noqa: C901 - a million lines go through this loop, and every call in it costs
    plan: LinePlan, places: Places, name: str, part: list[bytes], at: int
) -> int:
    """Add lines from ``at`` on, up to one that is unlike the plan or may be the most expensive: its index."""
    ledger = places.ledger
    decode, nested, flat, counts_of, when_of = plan.decode, plan.nested, plan.flat, plan.counts, plan.when
    client_of = plan.client if "client" in ledger.by else None
    key_of = plan.key if "key" in ledger.by else None
    project_of = plan.project if "project" in ledger.by else None
    hourly, span = places.hourly, _HOUR if places.hourly else _DAY
    several = key_of is not None or project_of is not None
    known, skip_if_contains, must_contain = places.of(plan), plan.skip_if_contains, plan.must_contain
    unique, note, repeats = ledger.unique, ledger.repeats.note, ledger.repeats
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
            if fresh < 0 or cached < 0 or reasoning < 0 or reasoning > output or output > MOST:
                raise _Unlike
            if (written or long) and (written < 0 or long < 0):
                raise _Unlike
            if (model := body.model) is None:
                raise _Unlike
            if must_contain not in raw:
                raise _Unlike
            for tells in skip_if_contains:
                if tells in raw:
                    raise _Unlike
            identity = body.identity or (line.batch_identity if nested == 2 else None)
            if unique and identity and given <= MOST and model != SYNTHETIC:
                larger = repeats.is_larger(identity, given, output)
                if larger:
                    raise _Unlike
                if larger is False:
                    repeats.leave_out()
                    continue
            where = (model, body.tier, served, when)
            who = client_of and client_of(line)
            if several:
                who = (who, key_of and key_of(line), project_of and project_of(line))
            alike = known.get(where)
            cell = None if alike is None else alike.cells.get(who)
            if cell is None:
                cell = places.find(known, where, who, partial(_entry, name, raw))
                new_place = index
            rates = cell.rates
            if given >= rates.longest:
                raise _Unlike
            rank = fresh * rates.input + cached * rates.cached + output * rates.output
            if written or long:
                rank += written * rates.write + long * rates.long
        except Exception:  # whatever is unlike the line that the plan was learned from
            end = index
            break
        if rank > floor:
            end = index
            break
        if unique and identity:
            repeats.count(identity, cell.number, (given, cached, written, long, output, reasoning))
        elif identity:
            note(identity)
        cell.requests += 1
        cell.input += given
        cell.cached += cached
        cell.output += output
        if written or long:
            cell.write += written
            cell.long += long
        if reasoning:
            cell.reasoning += reasoning
    if end > new_place + 1:
        ledger.settle()
    return end


def _entry(name: str, raw: bytes) -> Entry | None:
    """The entry that the full parser makes of a line that is not of a session; None unless it is one."""
    read = list(Shapes().read(f"{name}:1", decoded(raw)))
    return read[0] if len(read) == 1 and isinstance(read[0], Entry) else None
