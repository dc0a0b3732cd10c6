"""--timezone, --since and --until: whose days are meant, and from when to when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Annotated

import typer

from tokcost.errors import TokcostError
from tokcost.phrases import quote_value

if TYPE_CHECKING:
    from tokcost.metering.period import Border, Period

TimeZone = Annotated[
    str | None,
    typer.Option(
        "--timezone",
        "--tz",
        metavar="ZONE",
        help="Whose days, months and hours are meant: Asia/Seoul, or +09:00; rates stay those of UTC days. "
        "[default: UTC]",
        show_default=False,
    ),
]
Since = Annotated[
    str | None,
    typer.Option("--since", metavar="DAY", help="Leave out what was before this day, or time: 2026-11-24T09:00."),
]
Until = Annotated[
    str | None,
    typer.Option("--until", metavar="DAY", help="Leave out what was after this day, or from this time on."),
]


def period_of(zone: str | None, since: str | None, until: str | None) -> Period | None:
    """The span and the zone that the options mean; None where none was given. Raises TokcostError."""
    if zone is None and since is None and until is None:
        return None
    from tokcost.metering.period import Period
    from tokcost.metering.zones import zone_of

    place = None if zone is None else zone_of(zone)
    begin, end = _border("--since", since, place), _border("--until", until, place)
    if begin and end and begin.moment >= end.moment:
        raise TokcostError(f"nothing lies in {begin.said} {end.said}: the second one must be later")
    return Period(place, begin, end)


def _border(option: str, given: str | None, zone: tzinfo | None) -> Border | None:
    if given is None:
        return None
    from tokcost.metering.period import Border, in_utc

    text = given.strip()
    try:
        found = datetime.fromisoformat(text)
        if option == "--until" and len(text) <= 10 and ":" not in text:
            found += timedelta(days=1)
        return Border(f"{option} {text}", in_utc(found if found.tzinfo else found.replace(tzinfo=zone or UTC)))
    except (ValueError, OverflowError):
        raise TokcostError(
            f"{option} {quote_value(given)}: invalid: write a day as 2026-11-24, or a time as 2026-11-24T09:00"
        ) from None
