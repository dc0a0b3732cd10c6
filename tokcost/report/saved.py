"""The one way back in: a report that was saved as JSON, read and checked."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from tokcost.amounts import is_whole
from tokcost.errors import TokcostError
from tokcost.phrases import quote
from tokcost.report.report import SCHEMA_VERSION, Report
from tokcost.report.table import Column, Table

# Version 1 had the same rows of count, batch, check, diff and usage.
READABLE = (1, SCHEMA_VERSION)
MAX_BYTES = 256 << 20
_MONEY = re.compile(r"^(cost|charged|before|after|difference|implied_rate|value|limit|excess)(_|$)|_rate$")
_TOKENS = re.compile(r"_tokens(_low|_high)?$|^(requests|documents|failed|unpriced)$")


def load(path: str | Path) -> Report:
    """The report in a file. Raises TokcostError for a file that cannot be read or is not a report."""
    import json

    shown = quote(str(path))
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise TokcostError(f"{shown}: cannot be read: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise TokcostError(f"{shown}: a report of more than {MAX_BYTES >> 20} MB: save one with fewer rows")
    try:
        document = json.loads(data.decode("utf-8-sig"), parse_float=Decimal)
    except RecursionError:
        raise TokcostError(f"{shown}: not a report saved with --format json: nested too deeply to be read") from None
    except (ValueError, ArithmeticError) as error:  # the latter of an exponent past all bounds
        why = " ".join(str(error).split())[:120]
        raise TokcostError(f"{shown}: not a report saved with --format json: {why}") from None
    return from_dict(document, shown)


def from_dict(document: object, where: str = "the report") -> Report:
    """A report out of what ``to_dict`` made of it: rows with exact money, totals, problems, warnings.

    Raises TokcostError, with the place, for anything else.

    >>> from_dict({"schema_version": 2, "command": "count", "rows": [{"name": "a", "cost": "0.5"}]}).table.rows
    [{'name': 'a', 'cost': Decimal('0.5')}]
    """
    if not isinstance(document, dict) or document.get("schema_version") not in READABLE:
        raise TokcostError(f"{where}: not a report of this version: save one with --format json")
    command, rows = document.get("command"), document.get("rows")
    if not isinstance(command, str) or not isinstance(rows, list):
        raise TokcostError(f"{where}: not a report: it has no command or no rows: save one with --format json")
    read = [_row(row, f"{where}: row {number}") for number, row in enumerate(rows, 1)]
    report = Report(command, Table(_columns(read)))
    report.table.rows = read
    currency = document.get("currency")
    report.currency = currency if isinstance(currency, str) else None
    totals = document.get("totals")
    report.totals = _row(totals, f"{where}: totals") if isinstance(totals, dict) else {}
    for problem in _listed(document.get("problems")):
        lines = problem.get("lines")
        report.fail(str(problem.get("where", "")), str(problem.get("why", "")), lines if isinstance(lines, int) else 1)
    if isinstance(pricing := document.get("pricing"), dict):
        report.extra["pricing"] = pricing  # as it was told: the book itself is not known any more
    if isinstance(details := document.get("details"), dict):
        report.details = details  # as JSON has them
    report.headlines = _sentences(document.get("headlines"))
    report.warn(_sentences(document.get("warnings")))
    return report


def _sentences(value: object) -> list[str]:
    return [line for line in value if isinstance(line, str)] if isinstance(value, list) else []


def _columns(rows: list[dict[str, Any]]) -> list[Column]:
    """The columns that the rows have, in the order they first come."""
    return [Column(key, _unknown) for key in dict.fromkeys(key for row in rows for key in row)]


def _unknown(item: object) -> None:
    """What a saved report was made of is not known any more."""


def _row(row: object, where: str) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise TokcostError(f"{where} is not an object: save the report again")
    return {key: _value(key, value, where) for key, value in row.items()}


def _value(key: str, value: object, where: str) -> Any:
    if value is None:
        return value
    if _MONEY.search(key):
        return _decimal(key, value, where)
    if _TOKENS.search(key) and not is_whole(value):
        raise TokcostError(f"{where}: {key} is {quote(str(value))}: a number of tokens is whole, and 0 or more")
    return value


def _decimal(key: str, value: object, where: str) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not -40 <= number.adjusted() <= 40 or int(number.as_tuple().exponent) < -80:
        raise TokcostError(f"{where}: {key} is {quote(str(value))}: not an amount of money")
    return number


def _listed(value: object) -> list[dict[str, Any]]:
    if isinstance(value, dict):  # version 1 told of many problems as one, with the first of them
        return [value] if value.get("lines") else []
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
