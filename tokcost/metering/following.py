"""A growing log metered as it grows: all of it, today's part of it, and what the last minute cost."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from tokcost.errors import Problem
from tokcost.limits import Limits
from tokcost.logs.block import HEAD, blocks
from tokcost.logs.entry import Entry, Read
from tokcost.logs.read import Reader
from tokcost.logs.tail import Grown
from tokcost.logs.text_lines import TextLine, text_lines
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
        self._pending: dict[str, list[TextLine]] = {}
        self._spent: deque[tuple[float, Decimal]] = deque()

    def take(self, grown: Grown | Problem) -> None:
        """Add new lines."""
        self._turn_day()
        if isinstance(grown, Problem):
            self.report.problems.add(grown)
            return
        pending = self._pending.get(grown.name)
        if pending is not None or (grown.number == 0 and _begins_block(grown.lines)):
            self._pending[grown.name] = [*(pending or []), *text_lines([(grown.number, grown.lines)])]
            heads = [at for at, line in enumerate(self._pending[grown.name]) if line.text.strip().startswith(HEAD)]
            if len(heads) > 1:
                self._add(blocks(grown.name, self._pending[grown.name][: heads[-1]]))
                self._pending[grown.name] = self._pending[grown.name][heads[-1] :]
            return
        for at, raw in enumerate(grown.lines, grown.number + 1):
            self._add(self.reader.line(grown.name, at, raw))

    def flush(self) -> None:
        """Nothing new came: what was held back for a line to follow is complete."""
        self._turn_day()
        self._add(self.reader.shapes.quiet())
        for name, lines in self._pending.items():
            if lines:
                self._add(blocks(name, lines))
                self._pending[name] = []

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


def _begins_block(lines: list[bytes]) -> bool:
    first = next((line for line in lines if line.strip()), b"")
    return first.strip().startswith(HEAD.encode())
