"""Times as logs write them: ISO 8601 in all its spellings, those of web servers and mail, numbers since 1970."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from tokcost.logs.entry import BadLine

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
# What mail allows besides numbers. Other letters mean several zones: a time with them is refused.
_HOURS = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
_ZONE = r"(?P<zone>Z|z|UTC|GMT|UT|[ECMP][SD]T|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?)"
_CLOCK = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?"
    r"(?:\s?(?P<half>[AaPp]\.?[Mm]\.?))?"
)
_DAY = r"(?:[A-Za-z]{3,9},?\s+)?"
_NAMED = r"(?P<month>[A-Za-z]{3,9})\.?"
# 24 Feb 2026 21:19:33 +0000; 24/Feb/2026:21:19:33 +0900; Feb 24, 2026, 9:19 PM; Tue Feb 24 21:19:33 UTC 2026
_BY_NAME = (
    rf"{_DAY}(?P<day>\d{{1,2}})(?P<sep>[ /\-]){_NAMED}(?P=sep)(?P<year>\d{{4}})(?:[:,\s]\s*{_CLOCK})?\s*{_ZONE}?",
    rf"{_DAY}{_NAMED}\s+(?P<day>\d{{1,2}}),?\s+(?P<year>\d{{4}})(?:,?\s+(?:at\s+)?{_CLOCK})?(?:\s*{_ZONE})?",
    rf"{_DAY}{_NAMED}\s+(?P<day>\d{{1,2}})\s+{_CLOCK}(?:\s+{_ZONE})?\s+(?P<year>\d{{4}})",
)
_MONTH_FIRST = rf"(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})/(?P<year>\d{{4}})(?:,?\s+{_CLOCK})?(?:\s*{_ZONE})?"
# A space before the zone, and the name of the place that Java writes after it.
_ISO = (
    r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})"
    rf"(?:[T\s]\s*{_CLOCK})?\.?(?:\s*{_ZONE})?(?:\[[A-Za-z_/+\-0-9]+\])?"
)
_DIGITS = {8: "%Y%m%d", 14: "%Y%m%d%H%M%S"}


class BadTime(BadLine):
    """What is no time, or may be several."""


class WholeDay(datetime):
    """A day of which no clock is told: it is that day in every zone."""


def moment(value: object, field: str = "time") -> datetime | None:
    """A time in UTC without a zone; one that states no zone is UTC. None where there is none.

    Raises BadTime for what is no time, and for a day and month of which either may be the other.
    """
    if value is None or value == "":
        return None
    try:
        return _moment(value)
    except (ValueError, OverflowError, ArithmeticError):
        shown = str(value)[:40]
        why = ": day or month first is not known" if re.fullmatch(r"\d\d?/\d\d?/\d{4}.*", shown, re.DOTALL) else ""
        raise BadTime(f"'{field}' is not a date or time: {shown!r}{why}") from None


def utc_day(value: object, field: str) -> datetime | None:
    """The moment at which a day begins that is said to be one of UTC."""
    found = moment(value, field)
    return found and datetime(found.year, found.month, found.day)


def month_first(value: str | None, field: str) -> datetime | None:
    """A time of a format that writes month/day/year, or of any other spelling."""
    found = re.fullmatch(_MONTH_FIRST, value.strip()) if value else None
    try:
        return _of_parts(found, int(found["month"])) if found else moment(value, field)
    except (ValueError, OverflowError):
        raise BadTime(f"'{field}' is not a date or time: {str(value)[:40]!r}") from None


def _moment(value: object) -> datetime:
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("["):  # as web servers write it
            text = text.removeprefix("[").removesuffix("]").strip()
        if not text.replace(".", "", 1).isdigit():
            return _written(text)
        if text.isdecimal() and (form := _DIGITS.get(len(text))) and text.startswith(("19", "20")):
            found = datetime.strptime(text, form)
            return _whole_day(found) if len(text) == 8 else found
        value = Decimal(text)
    if isinstance(value, Mapping):
        return _of_object(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError
    seconds = Decimal(str(value))
    if not 0 <= seconds < 10**20:
        raise ValueError
    if seconds >= 10**17:
        seconds = seconds / 10**9
    elif seconds >= 10**14:
        seconds = seconds / 10**6
    elif seconds >= 10**11:
        seconds = seconds / 10**3
    return datetime(1970, 1, 1) + timedelta(microseconds=int(seconds * 10**6))


def _of_object(value: Mapping[str, object]) -> datetime:
    """As MongoDB's exports have it, and Google's: a time inside an object of its own."""
    if len(value) == 1:
        for name in ("$date", "$numberLong"):
            if name in value:
                return _moment(value[name])
    for seconds, nanoseconds in (("seconds", "nanos"), ("_seconds", "_nanoseconds")):
        if seconds in value and set(value) <= {seconds, nanoseconds}:
            return _moment(Decimal(str(value[seconds])) + Decimal(str(value.get(nanoseconds) or 0)).scaleb(-9))
    raise ValueError


def _written(text: str) -> datetime:
    try:  # as most are
        found = datetime.fromisoformat(text)
    except ValueError:
        found = _unusual(text)
    if found.tzinfo is not None:
        return found.astimezone(UTC).replace(tzinfo=None)
    return _whole_day(found) if len(text) <= 10 else found


def _unusual(text: str) -> datetime:
    if match := re.fullmatch(_ISO, text):
        return _of_parts(match, int(match["month"]))
    plain = re.sub(r"\s*\([^()]*\)$", "", " ".join(text.split()))
    for pattern in _BY_NAME:
        if match := re.fullmatch(pattern, plain):
            return _of_parts(match, _month(match["month"].lower()))
    raise ValueError


def _month(name: str) -> int:
    """The number of a month by its name or the first letters of it."""
    found = [number for number, each in enumerate(_MONTHS, 1) if each == name or name in (each[:3], each[:4])]
    return found[0] if found else 0


def _of_parts(match: re.Match[str], month: int) -> datetime:
    part = match.groupdict()
    year, day = int(part["year"]), int(part["day"])
    if part["hour"] is None:
        return WholeDay(year, month, day)
    hour = int(part["hour"])
    if part["half"]:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + 12 * (part["half"][0] in "Pp")
    microsecond = int((part["fraction"] or "0").ljust(6, "0")[:6])
    found = datetime(year, month, day, hour, int(part["minute"]), int(part["second"] or 0), microsecond)
    if not part["zone"]:
        return found
    return found.replace(tzinfo=_zone(part["zone"])).astimezone(UTC).replace(tzinfo=None)


def _zone(text: str) -> timezone:
    name = text.upper()
    if name in _HOURS:
        return timezone(timedelta(hours=_HOURS[name]))
    offset = name.removeprefix("UTC").removeprefix("GMT")
    if offset in ("", "Z", "UT"):
        return UTC
    hours, minutes = re.fullmatch(r"[+-](\d{1,2}):?(\d{2})?", offset).groups()  # type: ignore[union-attr]  # as in _ZONE
    away = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(-away if offset[0] == "-" else away)


def _whole_day(found: datetime) -> WholeDay:
    return WholeDay(found.year, found.month, found.day)
