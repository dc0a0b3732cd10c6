"""A model on a day as ``models list`` and ``models show`` have it: its units, its rates, whether it is retired."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tokcost.catalog import Model
from tokcost.catalog.model import SOON
from tokcost.currency import Exchange
from tokcost.phrases import plural
from tokcost.rates import STANDARD, Price
from tokcost.report import Column, Kind

# What a model may be billed by beside tokens, as people say it.
UNITS = {
    "per_minute": "minute", "per_hour": "hour", "per_million_characters": "1M characters", "per_page": "page",
    "per_query": "query",
}  # fmt: skip
CAPABILITIES = ("reasoning", "batch", "flex", "priority", "fast", "caching", "audio", "image")


class DatedModel(NamedTuple):
    """A model on a day (UTC), with the rates in force then, listed as the exchange says."""

    model: Model
    day: date
    exchange: Exchange

    @property
    def price(self) -> Price | None:
        """The row in force; None before the release and where no rate is known."""
        released = self.model.released is None or self.model.released <= self.day
        return self.model.price_on(self.day) if released else None

    def rate(self, kind: str) -> Decimal | None:
        """The standard rate of a kind of token, None where there is none."""
        price = self.price
        amount = getattr(price.modes.get(STANDARD), kind, None) if price else None
        return amount if price is None or amount is None else self.exchange.listed(amount, price.currency)

    @property
    def currency(self) -> str | None:
        """In what the rates are, None without any."""
        return self.exchange.listed_in(self.price.currency) if self.price else None

    @property
    def billed_by(self) -> str:
        """token, other units, or unpriced."""
        price = self.price
        if price is None:
            return "unpriced"
        by_token = price.modes or price.other.keys() - UNITS.keys()
        units = [unit for name, unit in UNITS.items() if name in price.other]
        return ", ".join([*(["token"] if by_token else []), *units, *(["image"] if price.per_image else [])])

    @property
    def unit_rate(self) -> Decimal | None:
        """Money for one unit that is no token; None where there are several of them, or none."""
        price = self.price
        if price is None:
            return None
        amounts = {price.other[name] for name in UNITS if name in price.other} | set(price.per_image.values())
        return self.exchange.listed(amounts.pop(), price.currency) if len(amounts) == 1 else None

    @property
    def is_weak(self) -> bool:
        """Whether the rates in force rest on one weak source."""
        return self.price is not None and self.price.is_weak

    @property
    def is_retired(self) -> bool:
        """Whether nobody answers for it any more: one that is routed is answered by another model."""
        return self.model.retired_on(self.day) and not self.model.routed_to

    @property
    def status(self) -> list[str]:
        """What is unusual about it: retired or about to be, routed to another model, priced by a weak source."""
        found = []
        model, day = self.model, self.day
        if model.retires is not None and model.routed_to:
            found.append(f"routed to {model.routed_to} from {model.retires}")
        elif model.retires is not None:
            soon = " soon" if (model.retires - day).days <= SOON else ""
            found.append(f"retired {model.retires}" if self.is_retired else f"retires{soon}: {model.retires}")
        return [*found, "low confidence"] if self.is_weak else found

    @property
    def capabilities(self) -> list[str]:
        """What the model is known to do or to be sold with, as far as its rates tell."""
        price = self.price
        found = {"reasoning"} if self.model.reasoning else set()
        if price is not None:
            found |= price.modes.keys()
            found |= {"caching"} if self.rate("cached") is not None else set()
            found |= {name.partition("_")[0] for name in price.other}
            found |= {"audio"} if price.other.keys() & {"per_minute", "per_hour", "per_million_characters"} else set()
            found |= {"image"} if price.per_image else set()
        return [name for name in CAPABILITIES if name in found | {self.model.kind}]


def _rate(kind: str, heading: str = "", spare: int = 0) -> Column:
    def of(each: DatedModel) -> object:
        return each.rate(kind)

    return Column(f"{kind}_rate", of, heading, Kind.RATE, spare=spare)


MODEL_COLUMNS: tuple[Column, ...] = (
    Column("name", lambda each: each.model.full_id),
    Column("provider", lambda each: each.model.provider, "provider", shrinks=True),
    Column("model", lambda each: each.model.id, "model", shrinks=True),
    Column("kind", lambda each: each.model.kind),
    Column("encoding", lambda each: each.model.encoding, "encoding", shrinks=True, spare=7),
    Column("standing", lambda each: each.model.standing if each.model.encoding else None, "standing", spare=6),
    Column("margin_percent", lambda each: each.model.margin or None, "+- %", Kind.NUMBER, spare=8),
    Column("assumes", lambda each: each.model.assumes or None),
    Column("billed_by", lambda each: each.billed_by, "billed by", shrinks=True),
    Column("unit_rate", lambda each: each.unit_rate, "unit rate", Kind.RATE, spare=1),
    _rate("input", "input"),
    _rate("cached", "cached", spare=5),
    _rate("cache_write"),
    _rate("cache_write_long"),
    _rate("output", "output"),
    Column("currency", lambda each: each.currency, "currency"),
    Column("context_window", lambda each: each.model.context_window, "window", Kind.NUMBER, spare=2),
    Column("max_input", lambda each: each.model.max_input),
    Column("max_output", lambda each: each.model.max_output),
    Column("max_inputs", lambda each: each.model.max_inputs),
    Column("max_request_tokens", lambda each: each.model.max_request_tokens),
    Column("reasoning", lambda each: each.model.reasoning),
    Column("capabilities", lambda each: each.capabilities),
    Column("released", lambda each: each.model.released),
    Column("retires", lambda each: each.model.retires),
    Column("retired", lambda each: each.is_retired),
    Column("routed_to", lambda each: each.model.routed_to or None),
    Column("status", lambda each: each.status, "status", shrinks=True),
    Column("confidence", lambda each: each.price.confidence or None if each.price else None),
    Column("checked", lambda each: each.price.checked if each.price else None),
    Column("sells", lambda each: each.model.sells or None),
    Column("same_as", lambda each: each.price.same_as or None if each.price else None),
    Column("place", lambda each: each.model.place or None),
    Column("aliases", lambda each: list(each.model.aliases)),
    Column("snapshots", lambda each: list(each.model.snapshots)),
    Column("note", lambda each: each.model.note or None),
)


def left_as_listed(exchange: Exchange, currencies: Iterable[str]) -> list[str]:
    """What is to be said of prices that stay in a currency of their own."""
    if exchange.currency is None:
        return []
    own = Counter(each for each in currencies if not exchange.can(each))
    return [f"{plural(number, 'price')} in {each} left as listed: no rate leads to {exchange.currency}"
            for each, number in own.items()]  # fmt: skip
