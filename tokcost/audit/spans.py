"""Spans of time: those that a bill charges for, and which of them a request of the log falls into."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from tokcost.logs.entry import Entry

_DAY = timedelta(days=1)
# A line of a bill for an hour is one of its day; a day where clocks are set is of 23 or 25 hours.
_PART_OF_A_DAY, _LONGEST_DAY = timedelta(hours=12), timedelta(hours=26)


class Span(NamedTuple):
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
        return f"{self.start.date()} to {(self.end - timedelta(microseconds=1)).date()}"


EVER = Span(datetime.min, datetime.max)


def day_span(day: date) -> Span:
    """A day of UTC."""
    start = datetime.combine(day, time.min)
    return Span(start, start + _DAY if start < datetime.max - _DAY else datetime.max)


def span_of(entry: Entry) -> Span:
    """What an entry tells of: the span that it sums, else its day; all days where it has no time."""
    if entry.when is None:
        return EVER
    if entry.until is not None and sums_a_span(entry):
        return Span(entry.when, entry.until)
    return day_span(entry.when.date())


def sums_a_span(entry: Entry) -> bool:
    """Whether an entry sums more than a part of one day, so that no shorter span can be told of it."""
    if entry.when is None:
        return True
    return entry.until is not None and entry.until - entry.when > _PART_OF_A_DAY


class Spans:
    """Spans without an overlap: those that overlap are one."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans: list[Span] = []
        for span in sorted(set(spans)):
            if self._spans and span.start < self._spans[-1].end:
                last = self._spans[-1]
                self._spans[-1] = Span(last.start, max(last.end, span.end))
            else:
                self._spans.append(span)

    def around(self, span: Span) -> Span | None:
        """The one that a span lies in; None where none holds all of it."""
        at = bisect_right(self._spans, (span.start, datetime.max)) - 1
        found = self._spans[at] if at >= 0 else None
        return found if found is not None and span.end <= found.end else None

    def at(self, when: datetime) -> Span | None:
        """The one that a moment lies in."""
        found = self.around(Span(when, when))
        return found if found is not None and when < found.end else None
