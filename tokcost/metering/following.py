"""A growing log metered as it grows: all of it, today's part of it, and what the last minute cost."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from tokcost.errors import Problem
from tokcost.limits import Limits
from tokcost.logs.entry import Entry, Read
from tokcost.logs.forms import BLOCKS
from tokcost.logs.growing import Grown
from tokcost.logs.growing_blocks import GrowingBlocks
from tokcost.logs.read import Reader
from tokcost.logs.turns import Turns
from tokcost.metering.group import total_of
from tokcost.metering.holding import overruns
from tokcost.metering.ledger import Ledger
from tokcost.rates import EXACT
from tokcost.report import Finding, Report

_MINUTE = 60


class Following:
    """Takes new lines, keeps the sums; problems go to the report.

    ``today`` gives the day (UTC) that the limits hold for; ``alarms`` are those exceeded so far.
    """

    def __init__(
        self, reader: Reader, ledger: Ledger, limits: Limits, today: Callable[[], date], report: Report
    ) -> None:
        self.all = ledger
        self.report = report
        self.limits = limits
        self.alarms: list[Finding] = []
        self.reader = reader
        self._today_is = today
        self._day = today()
        self.today = ledger.fresh()
        self._known: set[tuple[str, str]] = set()
        self._blocks = GrowingBlocks()
        self._turns = Turns(reader.shapes)
        self._new = False
        self._spent: deque[tuple[float, Decimal]] = deque()

    def take(self, grown: Grown | Problem) -> None:
        """Add new lines."""
        self._turn_day()
        if isinstance(grown, Problem):
            self._add([grown])
        elif grown.form == BLOCKS:
            self._add(self._blocks.take(grown))
        else:
            self._add(self._turns.turn(grown.log))
            for at, raw in enumerate(grown.lines, grown.number + 1):
                self._add(self.reader.line(grown.name, at, raw))

    def quiet(self) -> None:
        """Nothing new came for a while: what was held back for lines to follow is told as far as it is known."""
        self._turn_day()
        self._add(self.reader.shapes.quiet())
        self._add(self._blocks.quiet())

    def over(self) -> None:
        """Nothing more will come."""
        self._turn_day()
        self._add(self._turns.over())
        self._add(self._blocks.over())

    def news(self) -> bool:
        """Whether something was added since this was last asked for."""
        new, self._new = self._new, False
        return new

    def per_minute(self, now: float) -> Decimal:
        """What was added to the spend within the last minute; ``now`` in seconds."""
        total = total_of(self.all.groups().values()).likely
        self._spent.append((now, total))
        while self._spent[0][0] < now - _MINUTE:
            self._spent.popleft()
        return EXACT.subtract(total, self._spent[0][1])

    def new_alarms(self) -> list[Finding]:
        """The limits that today's spend has exceeded since they were last asked for."""
        found = []
        currency = self.all.exchange.currency
        for each in overruns(self.today.groups(), self.today.by, self.limits, currency, "today"):
            if (each.rule, each.name) not in self._known:
                self._known.add((each.rule, each.name))
                found.append(each)
        self.alarms += found
        return found

    def _add(self, reads: Iterable[Read]) -> None:
        for read in reads:
            self._new = True
            if not isinstance(read, Entry):
                self.report.problems.add(read)
                continue
            self.all.add(read)
            if self._is_today(read):
                self.today.add(read)

    def _is_today(self, entry: Entry) -> bool:
        return entry.when is None or entry.when.date() == self._day

    def _turn_day(self) -> None:
        """At midnight UTC today's sums begin anew, and the alarms with them."""
        if self._today_is() != self._day:
            self._day = self._today_is()
            self.today = self.all.fresh()
            self._known.clear()
