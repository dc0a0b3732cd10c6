"""A saved JSON report whose rows have tokens, read back as entries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from tokcost.errors import TokcostError
from tokcost.logs.entry import BadLine, Entry, currency_code, mode_of, money, stated, usage_of, whole
from tokcost.logs.fields import model_name, text
from tokcost.phrases import quote
from tokcost.report import Report

_COMMANDS = ("count", "batch", "corpus", "check", "usage")
# A row of these may be one text under one of several models: choices, of which no sum is spent.
_OF_TEXTS = ("count", "corpus", "check")
_DAY = timedelta(days=1)


class SavedUsage(NamedTuple):
    """The rows of a report as entries; ``unanswered`` where the report says that something is missing from it.

    ``unwritten`` of them may be answered, and no output was expected of them.
    """

    entries: list[Entry]
    unanswered: bool
    unwritten: int = 0


def saved_report(path: Path) -> SavedUsage | None:
    """The rows of a report; None for a file that is not a report. Raises TokcostError for one that cannot be used."""
    try:
        if not path.is_file():  # what a pipe was asked for once is gone
            return None
        with path.open("rb") as file:
            if b'"schema_version"' not in file.read(200):
                return None
    except OSError:
        return None
    from tokcost.report.saved import load

    report = load(path)
    shown, rows = quote(str(path)), report.table.rows
    if report.command not in _COMMANDS:
        raise TokcostError(
            f"{shown}: a report of {quote(report.command)} has no usage: "
            "what-if takes count, batch, corpus, check and usage"
        )
    try:
        entries = [_entry(f"{path}:{number}", row, report) for number, row in enumerate(rows, 1) if _counted(row)]
    except (BadLine, KeyError, ValueError) as error:
        reason = f"it has no {error}" if isinstance(error, KeyError) else str(error)
        raise TokcostError(f"{shown}: a report with a broken row: {reason}") from None
    if report.command in _OF_TEXTS and (name := _under_two_models(rows)) is not None:
        raise TokcostError(
            f"{shown}: {quote(name)} has rows of several models, which are alternatives and no sum: "
            "save a report of one"
        )
    unwritten = sum(_counted(row) and not row.get("output_tokens") and bool(row.get("output_limit")) for row in rows)
    return SavedUsage(entries, bool(report.problems.number) or len(entries) < len(rows), unwritten)


def _counted(row: dict[str, Any]) -> bool:
    """Whether the tokens of the row are known; those of a request that could not be counted are not."""
    return row["input_tokens"] is not None


def _under_two_models(rows: Iterable[dict[str, Any]]) -> str | None:
    """The first text that has rows of several models."""
    seen: dict[str, Any] = {}
    for row in rows:
        model = (row.get("provider"), row.get("model"))
        if seen.setdefault(str(row.get("name")), model) != model:
            return str(row.get("name"))
    return None


def _entry(where: str, row: dict[str, Any], report: Report) -> Entry:
    """A row as the sum of its requests; its cost is what the report says. Mode and day are those of the report."""
    pricing = report.extra.get("pricing") or {}
    cost = money(row.get("cost"), "cost")
    summed = report.command in ("usage", "corpus")
    given = whole(row["input_tokens"], "input_tokens")
    requests = whole(row.get("requests", row.get("documents", 1)), "requests")
    day = text(pricing.get("day")) if report.command != "usage" else None
    when = datetime.combine(date.fromisoformat(day), datetime.min.time()) if day else None
    return Entry(
        where,
        usage_of(
            given,
            whole(row.get("cached_tokens"), "cached_tokens"),
            whole(row.get("cache_write_tokens"), "cache_write_tokens"),
            whole(row.get("cache_write_long_tokens"), "cache_write_long_tokens"),
            stated(row, "output_tokens") if "output_tokens" in row else 0,
            whole(row.get("reasoning_tokens"), "reasoning_tokens"),
        ),
        model=model_name(row.get("model")),
        provider=text(row.get("provider")),
        when=when,
        until=when + _DAY if when and when < datetime.max - _DAY else None,
        mode=mode_of(row.get("mode") or pricing.get("mode")),
        client=text(row.get("client")),
        key=text(row.get("key")),
        project=text(row.get("project")),
        charged=cost,
        currency=currency_code(report.currency),
        requests=requests,
        is_aggregate=summed,
        prompt=None if summed else (given, given),
        cost_is_final=cost is not None,
    )
