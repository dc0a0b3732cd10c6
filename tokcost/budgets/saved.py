"""The prompts of a report that was saved with ``--format json``."""

from __future__ import annotations

import os
from decimal import Decimal
from typing import Any, NamedTuple

from tokcost.budgets.budget import Output
from tokcost.budgets.changes import REMOVED
from tokcost.counting.count import ESTIMATE, EXACT, Count
from tokcost.errors import TokcostError
from tokcost.phrases import quote


class SavedRow(NamedTuple):
    """A row of a saved report; ``cost`` is what it was then, ``mode`` None where the report does not say it.

    ``input`` is the text alone, without what was filled in at run time.
    """

    name: str
    model: str
    input: Count
    output: Output
    cost: Decimal | None
    currency: str | None
    cached_tokens: int
    mode: str | None
    extra_input: int = 0


def is_report(name: str) -> bool:
    """Whether a base is a saved report rather than a ref: a JSON file that is there."""
    return name.endswith(".json") and os.path.isfile(name)


def read_report(path: str, purpose: str = "be a base") -> list[SavedRow]:
    """The rows of a report that was saved as JSON. Raises TokcostError, with the reason, for one without prompts."""
    from tokcost.report.saved import load

    report = load(path)
    rows = [row for row in report.table.rows if row.get("status") != REMOVED]
    if not rows:
        raise TokcostError(f"{quote(path)}: a report without rows: there is nothing to compare with")
    for row in rows:
        if not {"name", "provider", "model", "input_tokens"} <= row.keys():
            raise TokcostError(
                f"{quote(path)}: a report of {quote(report.command)} has no prompts: it cannot {purpose}"
            )
        if row["model"] is None or row["input_tokens"] is None:
            raise TokcostError(
                f"{quote(path)}: {quote(str(row['name']))} was not counted for a model: the report cannot {purpose}"
            )
    return [_saved(row, report.currency) for row in rows]


def _saved(row: dict[str, Any], currency: str | None) -> SavedRow:
    extra = row.get("extra_input_tokens") or 0
    tokens, low, high = (
        None if (number := row.get(f"input_tokens{end}")) is None else max(0, number - extra)
        for end in ("", "_low", "_high")
    )
    assert tokens is not None
    count = Count(tokens, tokens, tokens, EXACT)
    if low is not None and high is not None:
        count = Count(tokens, low, high, ESTIMATE)
    output = row.get("output_tokens") or 0
    least, most = (row.get(f"output_tokens_{end}") for end in ("low", "high"))
    return SavedRow(
        name=str(row["name"]),
        model=f"{row['provider']}/{row['model']}",
        input=count,
        output=Output(output if least is None else least, output, output if most is None else most),
        cost=row.get("cost"),
        currency=currency,
        cached_tokens=row.get("cached_tokens") or 0,
        mode=None if row.get("mode") is None else str(row["mode"]),
        extra_input=extra,
    )
