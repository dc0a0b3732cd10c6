"""Periods of time: those that a bill charges for, and which of them a request of the log falls into."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from tokcost.logs.entry import Entry

_DAY = timedelta(days=1)
# A line of a bill for an hour is one of its day; a day where clocks are set is of 23 or 25 hours.
_PART_OF_A_DAY, _LONGEST_DAY = timedelta(hours=12), timedelta(hours=26)


class BilledPeriod(NamedTuple):
    """From ``start`` until before ``end``, in UTC."""

    start: datetime
    end: datetime

    @property
    def name(self) -> str:
        """What reports call it: '2026-02-24', '2026-02-01 to 2026-02-28'."""
        if self == EVER:
            return "all days"
        if self.end - self.start <= _LONGEST_DAY:
            return self.start.date().isoformat()
        begins = self.start - datetime.combine(self.start.date(), time.min)  # that of the days of another zone
        return f"{self.start.date()} to {(self.end - begins - timedelta(microseconds=1)).date()}"


EVER = BilledPeriod(datetime.min, datetime.max)


def day_period(day: date) -> BilledPeriod:
    """A day of UTC."""
    start = datetime.combine(day, time.min)
    return BilledPeriod(start, start + _DAY if start < datetime.max - _DAY else datetime.max)


def period_of(entry: Entry) -> BilledPeriod:
    """What an entry tells of: the period that it sums, else its day; all days where it has no time."""
    if entry.when is None:
        return EVER
    if entry.until is not None and sums_a_period(entry):
        return BilledPeriod(entry.when, entry.until)
    return day_period(entry.when.date())


def sums_a_period(entry: Entry) -> bool:
    """Whether an entry sums more than a part of one day, so that no shorter period can be told of it."""
    if entry.when is None:
        return True
    return entry.until is not None and entry.until - entry.when > _PART_OF_A_DAY


class BilledPeriods:
    """Periods without an overlap: those that overlap are one."""

    def __init__(self, periods: Iterable[BilledPeriod]) -> None:
        self._apart: list[BilledPeriod] = []
        for period in sorted(set(periods)):
            if self._apart and period.start < self._apart[-1].end:
                last = self._apart[-1]
                self._apart[-1] = BilledPeriod(last.start, max(last.end, period.end))
            else:
                self._apart.append(period)

    def around(self, period: BilledPeriod) -> BilledPeriod | None:
        """The one that a period lies in; None where none holds all of it."""
        at = bisect_right(self._apart, (period.start, datetime.max)) - 1
        found = self._apart[at] if at >= 0 else None
        return found if found is not None and period.end <= found.end else None

    def at(self, when: datetime) -> BilledPeriod | None:
        """The one that a moment lies in."""
        found = self.around(BilledPeriod(when, when))
        return found if found is not None and when < found.end else None
