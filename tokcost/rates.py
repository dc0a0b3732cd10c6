"""Rates and the one formula of the tool: tokens x rate.

Money is Decimal, a rate is money per 1,000,000 tokens of one kind, and a missing rate is None:
never 0, because 0 means free. ``scaleb`` moves the decimal point, so nothing here is rounded.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal
from types import MappingProxyType
from typing import NamedTuple

from tokcost.usage import Usage

# Wide enough that tokens x rate never rounds: the default 28 digits would, at 10^18 tokens.
EXACT = Context(prec=60)
STANDARD = "standard"
MODES = (STANDARD, "batch", "flex", "priority", "fast", "ultrafast")
# Those that are sold for less than the standard rate, because the answer may wait.
DISCOUNTED = ("batch", "flex")
# The tier of a request that asks for a speed, as Anthropic calls it: beside the tiers, one of which OpenAI calls fast.
FAST_SPEED = "speed: fast"
# What providers call their tiers of service -> the mode whose rates hold. Any other name that is a mode is that mode.
_MODES_OF_TIERS = {
    "default": STANDARD,
    "on_demand": STANDARD,
    "on-demand": STANDARD,
    "standard_only": STANDARD,
    "fast": "priority",
    FAST_SPEED: "fast",
    "on_demand_priority": "priority",
    "on_demand_flex": "flex",
}
KINDS = ("input", "cached", "cache_write", "cache_write_long", "output")
KIND_NAMES = {
    "input": "input",
    "cached": "cached input",
    "cache_write": "cache writes",
    "cache_write_long": "long-lived cache writes",
    "output": "output",
}


class MissingRate(LookupError):
    """Tokens of a kind that these rates do not price."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class Rates(NamedTuple):
    """Money per million tokens of each kind; None is unknown or not offered."""

    input: Decimal | None = None
    cached: Decimal | None = None
    cache_write: Decimal | None = None
    cache_write_long: Decimal | None = None
    output: Decimal | None = None

    def items(self) -> list[tuple[str, Decimal]]:
        """The kinds that have a rate, in the fixed order of KINDS."""
        return [(kind, rate) for kind in KINDS if (rate := getattr(self, kind)) is not None]


Modes = dict[str, Rates]


def mode_of_tier(tier: str, otherwise: str = STANDARD) -> str:
    """The mode that a service tier is billed at, in a request or in its answer.

    "" and "auto" leave it open: ``otherwise``. An unknown tier stays as it is, and has no rates.
    """
    name = tier.strip().lower()
    return otherwise if name in ("", "auto") else _MODES_OF_TIERS.get(name, name)


class Tier(NamedTuple):
    """A long-context cliff: past it, every token of the request has these rates."""

    threshold: int
    inclusive: bool
    modes: Modes

    @property
    def prompt(self) -> str:
        """'>200000', as price files have it."""
        return f"{'>=' if self.inclusive else '>'}{self.threshold}"

    def holds(self, prompt_tokens: int) -> bool:
        """Whether a prompt of this many tokens (cached and written ones included) is past the cliff."""
        return prompt_tokens >= self.threshold if self.inclusive else prompt_tokens > self.threshold


class Window(NamedTuple):
    """Hours of the day (UTC) with rates of their own; ``end`` before ``start`` wraps midnight."""

    start: time
    end: time
    days: frozenset[int]
    modes: Modes

    @property
    def utc(self) -> str:
        """'00:30-16:30', as price files have it."""
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    def holds(self, moment: datetime) -> bool:
        """Whether the moment (UTC) lies inside; the end is exclusive."""
        clock = moment.time()
        if self.start < self.end:
            return moment.weekday() in self.days and self.start <= clock < self.end
        if clock >= self.start:
            return moment.weekday() in self.days
        return clock < self.end and (moment.weekday() - 1) % 7 in self.days


class Price(NamedTuple):
    """The rates of a model from ``start`` (a day, UTC) until ``end`` (exclusive) or the next row.

    ``same_as``: the model (provider/id) whose list price they are, in the standard mode and ``same_modes``.
    """

    start: date
    end: date | None
    modes: Modes
    tiers: tuple[Tier, ...] = ()
    windows: tuple[Window, ...] = ()
    currency: str = "USD"
    guaranteed_until: date | None = None
    other: Mapping[str, Decimal] = MappingProxyType({})
    per_image: Mapping[str, Decimal] = MappingProxyType({})
    source: str = ""
    checked: date | None = None
    confidence: str = ""
    note: str = ""
    same_as: str = ""
    same_modes: tuple[str, ...] = ()

    @property
    def is_weak(self) -> bool:
        """Whether no second source bears the rates out."""
        return self.confidence == "low"

    def tier_for(self, prompt_tokens: int) -> Tier | None:
        """The highest cliff that the prompt is past, or None below all of them."""
        past = [tier for tier in self.tiers if tier.holds(prompt_tokens)]
        return max(past, key=lambda tier: tier.threshold) if past else None

    def possible(
        self, least: int, most: int, when: datetime | None = None, until: datetime | None = None
    ) -> list[Modes]:
        """The rates that may hold for a prompt of ``least`` to ``most`` tokens, the most likely first.

        One, unless a cliff lies between the two, or the hour (UTC) is unknown or a span from ``when`` to
        ``until`` (exclusive). The most likely are those of short prompts and plain hours.
        """
        first = self.tier_for(least)
        past = [tier for tier in self.tiers if not tier.holds(least) and tier.holds(most)]
        short = self._hours(when, until) if first is None else [first.modes]
        return [*short, *(tier.modes for tier in past)]

    def _hours(self, when: datetime | None, until: datetime | None) -> list[Modes]:
        """The rates of the hour, or of every hour that the span touches."""
        if when is None or not self.windows:
            return [self.modes, *(window.modes for window in self.windows)]
        moments = [when]
        if until is not None:
            day = when.replace(hour=0, minute=0, second=0, microsecond=0)
            while day < until and (day - when).days < 8:
                clocks = [clock for window in self.windows for clock in (window.start, window.end)]
                moments += sorted(datetime.combine(day.date(), clock) for clock in clocks)
                day += timedelta(days=1)
            moments = [each for each in moments if when <= each < until] or [when]
        found: list[Modes] = []
        for each in moments:
            modes = next((window.modes for window in self.windows if window.holds(each)), self.modes)
            if modes not in found:
                found.append(modes)
        return sorted(found, key=lambda modes: modes is not self.modes)


def cost_of(usage: Usage, rates: Rates) -> Decimal:
    """The exact price of the usage, in the currency of the rates.

    Raises MissingRate when tokens of a kind were used that the rates do not price.

    >>> cost_of(Usage(input_tokens=2), Rates(input=Decimal("2.50")))
    Decimal('0.000005')
    """
    counts = (
        usage.uncached_tokens,
        usage.cached_tokens,
        usage.cache_write_tokens,
        usage.cache_write_long_tokens,
        usage.output_tokens,
    )
    total = Decimal(0)
    for kind, tokens in zip(KINDS, counts, strict=True):
        if not tokens:
            continue
        rate: Decimal | None = getattr(rates, kind)
        if rate is None:
            raise MissingRate(kind)
        total = EXACT.add(total, EXACT.multiply(rate, Decimal(tokens)))
    return plain(total.scaleb(-6, EXACT))


def plain(amount: Decimal) -> Decimal:
    """The same amount without trailing zeros or an exponent."""
    amount = amount.normalize(EXACT)
    if amount.adjusted() < 1:
        return amount  # below 10 there are no tens to write out, and most amounts are
    exponent = amount.as_tuple().exponent
    return amount.quantize(Decimal(1), context=EXACT) if isinstance(exponent, int) and exponent > 0 else amount
