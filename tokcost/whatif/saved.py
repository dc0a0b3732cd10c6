"""A saved JSON report of ``count`` or ``usage``, read back as entries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tokcost.errors import TokcostError
from tokcost.logs.entry import BadLine, Entry, currency_code, mode_of, money, usage_of, whole
from tokcost.logs.fields import model_name, text
from tokcost.report_old import SCHEMA_VERSION

_LARGEST = 64 << 20
_COMMANDS = ("count", "usage")


def saved_report(path: Path) -> list[Entry] | None:
    """The rows of a report; None for a file that is none. Raises TokcostError for one that cannot be used."""
    try:
        with path.open("rb") as file:
            if b'"schema_version"' not in file.read(200):
                return None
            file.seek(0)
            text = file.read(_LARGEST)
    except OSError:
        return None
    from tokcost.logs.read import decoded

    try:
        document = decoded(text)
    except ValueError as error:
        raise TokcostError(f"{path}: a report that is no JSON: {error}") from None
    if not isinstance(document, dict) or document.get("command") not in _COMMANDS:
        raise TokcostError(f"{path}: a report of 'tokcost {document.get('command')}': what-if takes count and usage")
    if document.get("schema_version") != SCHEMA_VERSION:
        raise TokcostError(f"{path}: a report of schema {document.get('schema_version')}: this is {SCHEMA_VERSION}")
    try:
        return [_entry(f"{path}:{n}", row, document) for n, row in enumerate(document["rows"], 1)]
    except (BadLine, KeyError, TypeError, AttributeError) as error:
        raise TokcostError(f"{path}: a report with a broken row: {error}") from None


def _entry(where: str, row: dict[str, Any], document: dict[str, Any]) -> Entry:
    """A row as the sum of its requests; its cost is what the report says."""
    cost = money(row.get("cost"), "cost")
    counted = document["command"] == "count"
    given = whole(row.get("input_tokens"), "input_tokens")
    return Entry(
        where,
        usage_of(
            given,
            whole(row.get("cached_tokens"), "cached_tokens"),
            whole(row.get("cache_write_tokens"), "cache_write_tokens"),
            whole(row.get("cache_write_long_tokens"), "cache_write_long_tokens"),
            whole(row.get("output_tokens"), "output_tokens"),
            whole(row.get("reasoning_tokens"), "reasoning_tokens"),
        ),
        model=model_name(row.get("model")),
        provider=text(row.get("provider")),
        mode=mode_of(row.get("mode")),
        client=text(row.get("client")),
        key=text(row.get("key")),
        project=text(row.get("project")),
        charged=cost,
        currency=currency_code(document.get("currency")),
        requests=whole(row.get("requests", 1), "requests"),
        bucketed=not counted,
        prompt=(given, given) if counted else None,
        settled=cost is not None,
    )
