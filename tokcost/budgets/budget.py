"""What the configuration may say, as typed values that know their line."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from tokcost.naming.aliases import Alias

GATES = ("floor", "likely", "ceiling")


class Output(NamedTuple):
    """Output tokens of a request: at least, likely, at most."""

    low: int = 0
    likely: int = 0
    high: int = 0


class Increase(NamedTuple):
    """How much more input is allowed: a share in percent, or a number of tokens."""

    percent: Decimal | None = None
    tokens: int | None = None

    def __str__(self) -> str:
        return f"{self.percent:f}%" if self.percent is not None else f"{self.tokens:,}"

    def allows(self, before: int, after: int) -> bool:
        """Whether so much growth is within it; exact, nothing is rounded."""
        if self.percent is not None:
            return (after - before) * 100 <= self.percent * before
        return after - before <= (self.tokens or 0)


class Budget(NamedTuple):
    """One budget. Limits are inclusive: exactly as much is within it. None is no limit.

    ``max_input_tokens``, ``max_cost`` and ``max_increase`` hold for each prompt, the ``total``
    ones for all of the budget's together, ``max_cost_per_month`` for all at ``runs_per_month``
    requests of each. ``models``, ``mode``, ``gate`` and ``output`` are None where the budget
    leaves them to the defaults; ``allow_new`` False lets no new prompts in.
    ``extra_input`` tokens are filled in at run time, ``cached_share`` (0 to 1) of the input is read from the cache.
    ``lines`` has the line of each key; "" is the budget itself.
    """

    name: str
    paths: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    models: tuple[str, ...] | None = None
    allowed_models: tuple[str, ...] | None = None
    output: Output | None = None
    mode: str | None = None
    gate: str | None = None
    max_input_tokens: int | None = None
    max_total_tokens: int | None = None
    max_cost: Decimal | None = None
    max_total_cost: Decimal | None = None
    max_increase: Increase | None = None
    max_total_increase: Increase | None = None
    allow_new: bool | None = None
    extra_input: int | None = None
    cached_share: Decimal | None = None
    runs_per_month: int | None = None
    max_cost_per_month: Decimal | None = None
    message: str = ""
    lines: Mapping[str, int] = {}

    def line(self, key: str = "") -> int:
        """The line where the key stands, else the line of the budget."""
        return self.lines.get(key) or self.lines.get("", 1)

    @property
    def limits_money(self) -> bool:
        """Whether a price is needed to judge it."""
        return any(each is not None for each in (self.max_cost, self.max_total_cost, self.max_cost_per_month))

    @property
    def limits_growth(self) -> bool:
        """Whether a base or a lock is needed to judge it."""
        return self.max_increase is not None or self.max_total_increase is not None or self.allow_new is False

    @property
    def limits_more(self) -> bool:
        """Whether it limits tokens or money without needing a base or a lock."""
        return self.limits_money or self.max_input_tokens is not None or self.max_total_tokens is not None


class Config(NamedTuple):
    """The whole file. ``folder`` is what its paths are relative to; None and () leave it to the defaults."""

    path: str
    folder: str
    models: tuple[str, ...] | None = None
    allowed_models: tuple[str, ...] | None = None
    output: Output | None = None
    mode: str | None = None
    gate: str | None = None
    allow_new: bool | None = None
    extra_input: int | None = None
    cached_share: Decimal | None = None
    locked: bool | None = None
    base: str | None = None
    lock: str | None = None
    prices: tuple[str, ...] = ()
    fallback: tuple[str, ...] = ()  # files, or packages, that are asked for names which no price file knows
    allow_fallback: bool = False
    max_price_age: int | None = None
    retires_within: int | None = None
    protect_rules: bool = False
    aliases: Mapping[str, str] = {}
    own_names: tuple[Alias, ...] = ()  # the same, with their places
    map: str = ""  # the fields of a log in no known format, as --map has them
    maps: Mapping[str, str] = {}  # such maps by their name
    budgets: tuple[Budget, ...] = ()
    lines: Mapping[str, int] = {}

    def line(self, key: str) -> int | None:
        """The line where a key stands."""
        return self.lines.get(key)
