"""A span of time that entries are cut to, and the zone of its days; what is left out is counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from tokcost.logs.entry import Entry
from tokcost.logs.times import WholeDay
from tokcost.metering.group_by import spans_days


class Border(NamedTuple):
    """An option as it was given, and the moment (UTC, without a zone) that it means."""

    said: str
    moment: datetime


class Period:
    """Keeps entries from ``since`` until before ``until``. Days are those of ``zone``, None for UTC."""

    def __init__(self, zone: tzinfo | None = None, since: Border | None = None, until: Border | None = None) -> None:
        self.zone = zone
        self.undated = 0
        self.left_out = 0
        self._since, self._until = since, until
        self._crossing = self._over_days = 0

    @property
    def cuts(self) -> bool:
        """Whether entries may be left out at all."""
        return self._since is not None or self._until is not None

    @property
    def options(self) -> str:
        """What it was asked for with."""
        return " ".join(border.said for border in (self._since, self._until) if border is not None)

    def inside(self, entries: Iterable[Entry], by_day: bool) -> Iterator[Entry]:
        """The entries that belong to the span; ``by_day``: their days are told apart."""
        for entry in entries:
            if self.cuts and not self._keeps(entry):
                continue
            self._over_days += by_day and self.zone is not None and spans_days(entry, self.zone)
            yield entry

    def sentences(self, by_day: bool) -> Iterator[str]:
        """What there is to say of the cut and of days that are not those of a sum."""
        if self.left_out:
            yield f"{self.options} left out {_entries(self.left_out)} of other times"
        if self.undated:
            yield f"{self.options} left out {_entries(self.undated)} without a time, which may belong to it"
        if self._crossing:
            yield (
                f"{_sums(self._crossing)} over the border of {self.options}, and in it as a whole: "
                "what it was before or after is not known"
            )
        if self._over_days and by_day:
            yield f"{_sums(self._over_days)} over midnight of {self.zone}, and on the day that it begins"

    def _keeps(self, entry: Entry) -> bool:
        if entry.when is None:
            self.undated += 1
            return False
        begin, end = self._span(entry.when, entry.until)
        since = self._since.moment if self._since else datetime.min
        until = self._until.moment if self._until else datetime.max
        if begin >= until or (end <= since and begin < since):
            self.left_out += 1
            return False
        self._crossing += begin < since or end > until
        return True

    def _span(self, when: datetime, until: datetime | None) -> tuple[datetime, datetime]:
        """When it began and was over; of a day without a clock that is the day in the zone."""
        if not isinstance(when, WholeDay):
            return when, max(when, until) if until is not None else when
        day = datetime(when.year, when.month, when.day, tzinfo=self.zone or UTC)
        return in_utc(day), in_utc(day + timedelta(days=1))


def in_utc(when: datetime) -> datetime:
    """A moment of a zone as all others are kept: in UTC, without saying so. Raises OverflowError."""
    return when.astimezone(UTC).replace(tzinfo=None)


def _entries(number: int) -> str:
    return f"{number:,} {'entry' if number == 1 else 'entries'}"


def _sums(number: int) -> str:
    return "1 sum of requests goes" if number == 1 else f"{number:,} sums of requests go"
