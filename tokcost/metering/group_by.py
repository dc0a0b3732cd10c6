"""What entries of a log can be grouped by."""

from __future__ import annotations

from collections.abc import Callable

from tokcost.logs.entry import Entry

DEFAULT_BY = ("model", "client", "key")


def _day(entry: Entry) -> str | None:
    return entry.when.date().isoformat() if entry.when else None


BY: dict[str, Callable[[Entry], str | None]] = {
    "model": lambda entry: entry.model,
    "provider": lambda entry: entry.provider,
    "client": lambda entry: entry.client,
    "key": lambda entry: entry.key,
    "project": lambda entry: entry.project,
    "day": _day,
    "month": lambda entry: entry.when.strftime("%Y-%m") if entry.when else None,
    "hour": lambda entry: entry.when.strftime("%Y-%m-%dT%H") if entry.when else None,
    "mode": lambda entry: entry.mode,
    "file": lambda entry: entry.where.rpartition(":")[0] or entry.where,
}
