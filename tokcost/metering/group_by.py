"""What entries of a log can be grouped by; days, months and hours are those of a zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from tokcost.logs.entry import Entry
from tokcost.logs.times import WholeDay

DEFAULT_BY = ("model", "client", "key")
IN_TIME = ("day", "month", "hour")

Name = Callable[[Entry], str | None]


def _when(name: Callable[[datetime], str], zone: tzinfo | None = None) -> Name:
    if zone is None:
        return lambda entry: name(entry.when) if entry.when else None
    return lambda entry: name(local(entry.when, zone)) if entry.when else None


def local(when: datetime, zone: tzinfo) -> datetime:
    """A moment (UTC) by the clocks of a zone. A day of which the log tells no clock is that day everywhere."""
    if isinstance(when, WholeDay):
        return when
    try:
        return when.replace(tzinfo=UTC).astimezone(zone)
    except OverflowError:  # in the first or the last hours of all time
        return when


def _day(when: datetime) -> str:
    return when.date().isoformat()


def _month(when: datetime) -> str:
    return when.strftime("%Y-%m")


def _hour(when: datetime) -> str:
    """The hour; where clocks are put back one has two of the same name, and each says its distance from UTC."""
    text = when.strftime("%Y-%m-%dT%H")
    twice = when.tzinfo is not None and when.replace(fold=1 - when.fold).utcoffset() != when.utcoffset()
    return text + when.isoformat()[-6:] if twice else text


_IN_TIME = {"day": _day, "month": _month, "hour": _hour}
BY: dict[str, Name] = {
    "model": lambda entry: entry.model,
    "provider": lambda entry: entry.provider,
    "client": lambda entry: entry.client,
    "key": lambda entry: entry.key,
    "project": lambda entry: entry.project,
    "day": _when(_day),
    "month": _when(_month),
    "hour": _when(_hour),
    "mode": lambda entry: entry.mode,
    "file": lambda entry: entry.where.rpartition(":")[0] or entry.where,
}


def names_in(zone: tzinfo | None) -> dict[str, Name]:
    """What gives the names of groups where days are those of a zone; None: of UTC."""
    return BY if zone is None else {**BY, **{what: _when(name, zone) for what, name in _IN_TIME.items()}}


def spans_days(entry: Entry, zone: tzinfo) -> bool:
    """Whether a sum goes over a border of days in a zone, so that a part of it belongs to another day."""
    if entry.when is None or entry.until is None or entry.until <= entry.when:
        return False
    last: Any = entry.until - timedelta(microseconds=1)
    return local(entry.when, zone).date() != local(last, zone).date()
