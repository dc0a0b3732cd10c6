"""Lines of a log into the ledger in bulk: those that a plan can read, at the rates of requests like them.

What comes out is what the whole recogniser and ``Ledger.add`` make of the same lines; a test holds
them together. Whatever is out of the ordinary in a line hands it back to them.
"""

from __future__ import annotations

from heapq import heapreplace
from typing import Any, cast

from tokcost.inputs.json import decoded
from tokcost.logs.entry import MOST, Entry
from tokcost.logs.plans import Plan, learn
from tokcost.logs.shapes import Shapes
from tokcost.metering.ledger import Cell, Ledger
from tokcost.usage import Usage

_PLANS = 6
_TRIES = 200
_NO_CLIFF = MOST
_DAY = 86_400
_MILLISECONDS = 100_000_000_000
Place = tuple[Cell, int, int, int, int]
"""A cell, the size of prompt it goes up to, its rates for fresh and cached input and for output."""

# A cliff at 0 hands every line back.
_NOWHERE: Place = (cast(Cell, None), 0, 0, 0, 0)


class _Unlike(Exception):
    """The line says something in another way than the one that the plan was learned from."""


class Bulk:
    """Takes blocks of lines, and hands back those it leaves to the whole recogniser."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._shapes = Shapes()
        self._plans: list[Plan] = []
        self._tries = _TRIES
        self._cells: dict[int, dict[tuple[Any, ...], Place]] = {}
        self._under: tuple[str, tuple[str, ...]] = ("", ())

    def __call__(self, name: str, number: int, part: list[bytes]) -> list[tuple[int, bytes]]:
        """The numbered lines of the block that are left."""
        ledger = self._ledger
        ledger.settle()
        if "hour" in ledger.by or ledger.meter.rate is not None:
            return list(enumerate(part, number + 1))
        if self._under != (name, ledger.by):  # another file, or the groups have collapsed
            if "file" in ledger.by or self._under[1] != ledger.by:
                self._cells.clear()
            self._under = (name, ledger.by)
        numbered = list(enumerate(part, number + 1))
        for plan in self._plans:
            if not numbered:
                break
            numbered = self._take(plan, name, numbered)
        if numbered and self._tries > 0 and len(self._plans) < _PLANS:
            numbered = self._learn(name, numbered)
        return numbered

    def _learn(self, name: str, numbered: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
        for _, raw in numbered[:3]:
            self._tries -= 1
            try:
                plan = learn(decoded(raw))
            except ValueError:
                continue
            if plan is not None:
                left = self._take(plan, name, numbered)
                if len(left) < len(numbered):
                    self._plans.append(plan)
                    return left
        return numbered

    def _take(  # noqa: C901 - a million lines go through this loop, and every call in it costs
        self, plan: Plan, name: str, numbered: list[tuple[int, bytes]]
    ) -> list[tuple[int, bytes]]:
        """Add the lines that the plan reads; give back the others, and those that may be the costliest."""
        decode, nested, flat, counts_of, when_of = plan.decode, plan.nested, plan.flat, plan.counts, plan.when
        by = self._ledger.by
        client_of = plan.client if "client" in by else None
        key_of = plan.key if "key" in by else None
        project_of = plan.project if "project" in by else None
        cells, shuns = self._cells.setdefault(id(plan), {}), plan.shuns
        left: list[tuple[int, bytes]] = []
        seen = self._ledger.repeats.seen
        ranks = self._ledger.ranks()
        floor = ranks[0]
        for each in numbered:
            raw = each[1]
            try:
                line = decode(raw)
                body = line if not nested else line.body if nested == 1 else line.middle.body
                day = None
                if when_of is not None:
                    day = when_of(line)
                    if type(day) is int and day < _MILLISECONDS:
                        day //= _DAY
                    elif day[-1] == "Z" and day[10] == "T":
                        day = day[:10]
                    else:
                        raise _Unlike
                counts = counts_of(body if flat else body.usage)
                if counts is None:
                    raise _Unlike
                given, cached, written, long, output, reasoning, served = counts
                if (model := body.model) is None:
                    raise _Unlike
                where = (
                    model,
                    body.tier,
                    served,
                    day,
                    client_of and client_of(line),
                    key_of and key_of(line),
                    project_of and project_of(line),
                )
                found = cells.get(where)
                if found is None:
                    found = cells[where] = self._cell(name, raw)
                cell, cliff, fresh_rate, cached_rate, output_rate = found
                fresh = given - cached - written - long
                rank = fresh * fresh_rate + cached * cached_rate + output * output_rate
                if written or long:
                    rank += written * cell.write + long * cell.long
            except Exception:  # whatever is unlike the line that the plan was learned from
                left.append(each)
                continue
            if given >= cliff or fresh < 0 or reasoning > output or output > MOST or (shuns and shuns in raw):
                left.append(each)
                continue
            if rank > floor:
                left.append(each)
                heapreplace(ranks, rank)
                floor = ranks[0]
                continue
            if cached < 0 or written < 0 or reasoning < 0 or output < 0:
                left.append(each)
                continue
            if (identity := body.identity) is not None:
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
        return left

    def _cell(self, name: str, raw: bytes) -> Place:
        """Where lines like this one are added up, and the size of prompt from which they no longer are."""
        read = list(self._shapes.read(f"{name}:1", decoded(raw)))
        entry = read[0]
        if len(read) != 1 or not isinstance(entry, Entry) or entry.free:
            return _NOWHERE
        short = entry._replace(usage=Usage())
        cell = self._ledger.cell(short, self._ledger.key_of(short))
        if cell is None or cell.ground.price is None or cell.ground.price.windows:
            return _NOWHERE
        cliff = min((tier.threshold for tier in cell.ground.price.tiers), default=_NO_CLIFF)
        return cell, cliff, cell.input, cell.cached, cell.output
