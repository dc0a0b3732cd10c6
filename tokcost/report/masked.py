"""What a report holds as it may be shown: keys in names, ids, URLs and sentences are fingerprints."""

from __future__ import annotations

from copy import copy
from decimal import Decimal
from typing import Any

from tokcost.masking import scrub
from tokcost.report.problems import Problems
from tokcost.report.table import LateRows, Table

_HOLD_NO_KEY = frozenset((int, bool, Decimal, type(None)))


def masked(value: Any) -> Any:
    """The value, or a copy of it where a text in it holds a key: of rows, sentences, findings, whatever there is."""
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, dict):
        found = {
            scrub(name) if isinstance(name, str) else name: each if type(each) in _HOLD_NO_KEY else masked(each)
            for name, each in value.items()
        }
        return value if found == value else found
    if isinstance(value, list | tuple):
        parts = [masked(each) for each in value]
        if all(part is each for part, each in zip(parts, value, strict=True)):
            return value
        if isinstance(value, list):
            return parts
        return value._make(parts) if hasattr(value, "_make") else tuple(parts)
    if isinstance(value, LateRows):
        return value.through(masked)
    if isinstance(value, Table | Problems):
        shown = copy(value)
        for name, each in vars(value).items():
            setattr(shown, name, masked(each))
        return shown
    return value
