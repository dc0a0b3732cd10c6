"""Time zones by their names."""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone, tzinfo

from tokcost.errors import TokcostError
from tokcost.phrases import join_or, nearest, quote_value


def zone_of(name: str) -> tzinfo:
    """A time zone by its name, or an offset from UTC. Raises TokcostError with the nearest name."""
    name = name.strip()
    if offset := re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d\d)?", name, re.ASCII | re.IGNORECASE):
        away = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        if away < timedelta(hours=24):
            return timezone(-away if offset[1] == "-" else away)
    if name.upper() in ("UTC", "Z"):
        return UTC
    from zoneinfo import ZoneInfo, available_timezones

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # a name that is none, that no file may have, or of a folder
        pass
    known = available_timezones()
    if not known:
        raise TokcostError(
            f"--timezone {quote_value(name)}: this machine has no time zones: 'pip install tzdata' adds them, "
            "and an offset as +09:00 needs none"
        )
    cities = [each for each in sorted(known) if each.rpartition("/")[2].lower() == name.replace(" ", "_").lower()]
    alike = cities[:3] or nearest(name, known, most=2)
    hint = f"did you mean {join_or(alike)}?" if alike else "write it as Asia/Seoul, or as an offset, +09:00"
    raise TokcostError(f"--timezone: there is no zone {quote_value(name)}: {hint}")
