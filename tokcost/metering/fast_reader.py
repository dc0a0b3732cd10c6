"""The fast path from a log into a ledger: lines with the fields of lines seen before, added without an entry of each.

What comes out is what the full parser and ``Ledger.add`` make of the same lines, in their order; a
test holds them together. Whatever is out of the ordinary in a line leaves it to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from tokcost.inputs.files import InputFile, LeftOut
from tokcost.inputs.json import decoded
from tokcost.logs.ahead import ReadAhead
from tokcost.logs.entry import Read
from tokcost.logs.read import Reader
from tokcost.logs.session_lines import is_session, messages_of
from tokcost.metering.fast_lines import take_lines
from tokcost.metering.fast_sessions import add_messages
from tokcost.metering.ledger import Ledger
from tokcost.metering.places import Places

if TYPE_CHECKING:
    from tokcost.logs.line_plan import LinePlan

_MOST_PLANS = 6
_TRIES = 200
_TRIES_PER_BLOCK = 3
_SESSIONS = "Claude Code sessions"
"""Stands among the plans; ``session_lines`` knows how their lines are decoded."""


class FastReader(Reader):
    """Reads logs into a ledger. What it yields the ledger was not given yet: add it before going on."""

    def __init__(self, ledger: Ledger, charset: str = "utf-8", ahead: ReadAhead | None = None) -> None:
        super().__init__(charset=charset)
        self._ahead = ahead
        self._places = Places(ledger)
        self._plans: list[LinePlan | str] = []
        self._tries = _TRIES

    def _found(self, arguments: Sequence[str]) -> Iterator[InputFile | LeftOut]:
        yield from super()._found(arguments) if self._ahead is None else self._ahead.files()

    def _reads(self, item: InputFile) -> Iterator[Read]:
        read = self._ahead.take(item) if self._ahead is not None else None
        if read is None or self.shapes.holding:
            yield from super()._reads(item)
            return
        self._places.enter(item.name)
        self.has_read, self._lines = True, read.lines
        for each in read.in_order():
            if isinstance(each, list):
                yield from add_messages(each, self.shapes.claude_code, self._places, item.name)
            else:
                yield from self.line(item.name, *each)
        yield from self._last_event(item.name)

    def block(self, name: str, number: int, part: list[bytes]) -> Iterator[Read]:
        """The entries and problems of the lines that are left to the full parser."""
        self._places.enter(name)
        at, tries = 0, _TRIES_PER_BLOCK
        while at < len(part):
            if self.shapes.holding:  # what comes may tell the same again
                yield from self.line(name, number + at + 1, part[at])
                at += 1
                continue
            for plan in self._plans:
                if isinstance(plan, str):
                    messages, end = messages_of(part, number, at)
                    yield from add_messages(messages, self.shapes.claude_code, self._places, name)
                else:
                    end = take_lines(plan, self._places, name, part, at)
                if end > at:
                    at, self.has_read = end, True
                    if plan is not self._plans[0]:
                        self._plans.remove(plan)
                        self._plans.insert(0, plan)
                    break
            else:
                if tries > 0 and self._may_learn(part[at]):
                    tries -= 1
                    if self._learn(part, at):
                        continue
                yield from self.line(name, number + at + 1, part[at])
                at += 1

    def _may_learn(self, raw: bytes) -> bool:
        """Whether a plan may be tried for the line; not for one that is left for what its fields say."""
        if self._tries <= 0 or len(self._plans) >= _MOST_PLANS:
            return False
        return not any(not isinstance(plan, str) and _reads(plan, raw) for plan in self._plans)

    def _learn(self, part: list[bytes], at: int) -> bool:
        """Whether there is a new plan for the line. It must read another line of the block, too."""
        raw = part[at]
        self._tries -= 1
        try:
            line = decoded(raw)
            owned = isinstance(line, Mapping) and is_session(line)
            plan = None if owned else _plan_for(line)
        except (ValueError, TypeError, AttributeError):
            return False  # no JSON, or a field of another type than anywhere: the full parser says which
        if owned:
            if _SESSIONS in self._plans:
                return False
            self._plans.append(_SESSIONS)
            return True
        if plan is None or not _reads(plan, raw):
            return False
        if len(part) > 1 and not any(_reads(plan, other) for other in islice(part, at + 1, None)):
            return False
        self._plans.append(plan)
        return True


def _plan_for(line: object) -> LinePlan | None:
    from tokcost.logs.line_plan import learn  # sessions need no plan

    return learn(line)


def _reads(plan: LinePlan, raw: bytes) -> bool:
    """Whether the line has the fields and types of the plan."""
    try:
        plan.decode(raw)
    except Exception:
        return False
    return True
