"""Reads the rows of a report that was saved with ``--format json``."""

from __future__ import annotations

import os
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from tokcost.budgets.budget import Output
from tokcost.counting.count import ESTIMATE, EXACT, Count
from tokcost.errors import TokcostError
from tokcost.phrases import quote


class SavedRow(NamedTuple):
    """A row of a saved report; ``cost`` is what it was then, ``mode`` None where the report does not say it."""

    name: str
    model: str
    input: Count
    output: Output
    cost: Decimal | None
    cached_tokens: int
    mode: str | None


def is_report(name: str) -> bool:
    """Whether a base is a saved report rather than a ref: a JSON file that is there."""
    return name.endswith(".json") and os.path.isfile(name)


def read_report(path: str) -> list[SavedRow]:
    """The rows of a report that was saved as JSON. Raises TokcostError for anything else, or for none."""
    import json

    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file, parse_float=Decimal)
    except OSError as error:
        raise TokcostError(f"{quote(path)}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise TokcostError(f"{quote(path)}: not a report saved with --format json: {error}") from error
    except RecursionError:
        raise TokcostError(
            f"{quote(path)}: not a report saved with --format json: nested too deeply to be read"
        ) from None
    if not isinstance(data, dict) or data.get("schema_version") != 1 or not isinstance(data.get("rows"), list):
        raise TokcostError(f"{quote(path)}: not a report of this version: save one with --format json -o {path}")
    if not data["rows"]:
        raise TokcostError(f"{quote(path)}: a report without rows: there is nothing to compare with")
    try:
        return [_saved(row) for row in data["rows"]]
    except (KeyError, TypeError, ValueError, InvalidOperation):
        raise TokcostError(f"{quote(path)}: a row is not as tokcost writes it: save the report again") from None


def _saved(row: dict[str, Any]) -> SavedRow:
    tokens = int(row["input_tokens"])
    low, high = row.get("input_tokens_low"), row.get("input_tokens_high")
    count = Count(tokens, tokens, tokens, EXACT)
    if low is not None and high is not None:
        count = Count(tokens, int(low), int(high), ESTIMATE)
    output = int(row["output_tokens"])
    return SavedRow(
        name=str(row["name"]),
        model=f"{row['provider']}/{row['model']}",
        input=count,
        output=Output(int(row.get("output_tokens_low", output)), output, int(row.get("output_tokens_high", output))),
        cost=None if row["cost"] is None else Decimal(row["cost"]),
        cached_tokens=int(row.get("cached_tokens") or 0),
        mode=None if row.get("mode") is None else str(row["mode"]),
    )
