"""A table before it is drawn: what its columns mean, and rows of exact values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from tokcost.rates import plain

Value = Any
"""str, int, bool, Decimal or date; a list or dict of them where JSON has one; None is unknown or does not apply."""


class Kind:
    """How people read a value. Tokens and requests are NUMBER, per-cent shares PERCENT.

    Plain names: an Enum of as many takes a two-hundredth of the tool's start.
    """

    TEXT = "text"
    NUMBER = "number"
    DIGITS = "number that is not a quantity"
    PIECE = "piece of a text, None where it is part of a character"
    HASH = "hash, of which people see the beginning"
    SIGNED = "signed number"
    MONEY = "money"
    SIGNED_MONEY = "signed money"
    COST = "cost, or that there is none"
    RATE = "rate"
    FACTOR = "factor"
    SHORT = "number in few digits"
    PERCENT = "percent"
    TOKEN_RANGE = "low-high of tokens"
    MONEY_RANGE = "low-high of money"


class Column(NamedTuple):
    """``key`` is the name in JSON and CSV, ``of`` takes the value from what a row is about.

    ``heading`` is for people; a column without one is left out of what they see. A range is drawn from
    ``key`` (that ends in ``_low``) and its ``_high``. ``shrinks``: folded first on a narrow terminal; of those that
    are ``spare`` the highest is left out first there, before anything is folded to shreds; 1 goes last of all.
    """

    key: str
    of: Callable[[Any], Value]
    heading: str = ""
    kind: str = Kind.TEXT
    shrinks: bool = False
    spare: int = 0


class LateRows:
    """Rows that are each made when they are asked for, of what they are about: there may be a million of them."""

    def __init__(self, items: Sequence[Any], make: Callable[[Any], dict[str, Value]]) -> None:
        self._items = items
        self._make = make

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[dict[str, Value]]:
        return map(self._make, self._items)

    def __getitem__(self, part: slice) -> LateRows:
        return LateRows(self._items[part], self._make)

    def through(self, change: Callable[[dict[str, Value]], dict[str, Value]]) -> LateRows:
        """The same rows, each changed when it is made."""
        make = self._make
        return LateRows(self._items, lambda item: change(make(item)))


class Table:
    """Rows under columns; ``footer`` rows are sums, for people. ``shown`` is False for rows that only machines get.

    ``excerpt`` are the rows that people are shown where these are not all of them, ``most`` how many of them a
    terminal shows, with the number of the others.
    """

    def __init__(
        self, columns: Iterable[Column], title: str = "", shown: bool = True, most: int | None = None
    ) -> None:  # fmt: skip
        self.columns = tuple(columns)
        self.title = title
        self.shown = shown
        self.most = most
        self.rows: list[dict[str, Value]] | LateRows = []
        self.footer: list[dict[str, Value]] = []
        self.excerpt: list[dict[str, Value]] | LateRows | None = None

    def add(self, item: object) -> None:
        """A row of what the columns take from the item."""
        self.extend([item])

    def extend(self, items: Iterable[object]) -> Table:
        """A row of each item."""
        assert isinstance(self.rows, list)
        self.rows.extend(map(self.row, items))
        return self

    def row(self, item: object) -> dict[str, Value]:
        """What the columns take from the item."""
        return {column.key: column.of(item) for column in self.columns}

    @property
    def shown_rows(self) -> list[dict[str, Value]] | LateRows:
        """The rows that people are shown."""
        return self.rows if self.excerpt is None else self.excerpt

    def cut(self, most: int) -> Table:
        """The first rows that people are shown, with the sums of all."""
        found = Table(self.columns, self.title)
        found.rows, found.footer = self.shown_rows[:most], self.footer
        return found

    def to_list(self) -> list[dict[str, Any]]:
        """The rows as JSON has them."""
        return [to_json(row) for row in self.rows]


def to_json(value: Value) -> Any:
    """A value as JSON has it: money and other decimals as plain text, days as ISO 8601."""
    if isinstance(value, Decimal):
        return money_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: to_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(each) for each in value]
    return value


def money_text(amount: Decimal | None) -> str | None:
    """Money as JSON has it: a plain decimal, never an exponent, null when unknown."""
    return None if amount is None else format(plain(amount), "f")


def keys(columns: Sequence[Column]) -> list[str]:
    """The names of the columns in JSON and CSV."""
    return [column.key for column in columns]
