"""NamedCells of a row under names that exports spell in several ways: lineItem/UsageType, line_item_usage_type."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from tokcost.logs.format import Row


@lru_cache(maxsize=4096)  # a report has a million rows of two hundred columns
def plain_name(name: str) -> str:
    """The name of a column in letters and digits alone, in lower case."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def has(names: Iterable[str], *wanted: str) -> bool:
    """Whether there is a column of each of these plain names."""
    return set(wanted) <= {plain_name(name) for name in names}


class NamedCells:
    """The cells of a row by their plain names."""

    def __init__(self, row: Row) -> None:
        self._row = row
        self._by_name = {plain_name(name): value.strip() for name, value in row.items()}

    def get(self, *names: str) -> str:
        """The first that says something; "" where none does."""
        return next((value for name in names if (value := self._by_name.get(name))), "")

    def has(self, name: str) -> bool:
        """Whether there is such a column."""
        return name in self._by_name

    def in_currency(self, *names: str) -> tuple[str, str, str]:
        """The amount under the first of these names that has one, its currency as the name says it, and the name.

        ``Subtotal ($)`` and ``Cost (EUR)`` say it; "" for a name that does not.
        """
        for name in names:
            for column, value in self._row.items():
                bare, _, mark = column.strip().partition("(")
                if plain_name(bare) == name and value.strip():
                    return value.strip(), mark.removesuffix(")").strip(), column.strip()
        return "", "", names[0]
