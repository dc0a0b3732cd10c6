"""``models list`` and ``models show``: models, and their dated prices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from tokcost.amounts import tokens
from tokcost.catalog import Model, PriceBook
from tokcost.currency import Exchange
from tokcost.errors import TokcostError
from tokcost.phrases import join_or, plural, quote
from tokcost.rates import KINDS, STANDARD, Modes, Price, Rates
from tokcost.report import Column, Kind, Report, Table
from tokcost.report.report import Provenance
from tokcost.report.table import to_json


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

    def rate(self, kind: str) -> object:
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
        """text token, another unit, or unpriced."""
        if self.price is None:
            return "unpriced"
        return "token" if STANDARD in self.price.modes else "another unit"


def _rate(kind: str, heading: str = "") -> Column:
    def of(each: DatedModel) -> object:
        return each.rate(kind)

    return Column(f"{kind}_rate", of, heading, Kind.RATE)


MODEL_COLUMNS: tuple[Column, ...] = (
    Column("name", lambda each: each.model.full_id),
    Column("provider", lambda each: each.model.provider, "provider", shrinks=True),
    Column("model", lambda each: each.model.id, "model", shrinks=True),
    Column("kind", lambda each: each.model.kind),
    Column("encoding", lambda each: each.model.encoding, "encoding", shrinks=True),
    Column("standing", lambda each: each.model.standing if each.model.encoding else None, "standing"),
    Column("margin_percent", lambda each: each.model.margin or None, "+- %", Kind.NUMBER),
    Column("assumes", lambda each: each.model.assumes or None),
    Column("billed_by", lambda each: each.billed_by, "billed by"),
    _rate("input", "input rate"),
    _rate("cached", "cached rate"),
    _rate("cache_write"),
    _rate("cache_write_long"),
    _rate("output", "output rate"),
    Column("currency", lambda each: each.currency, "currency"),
    Column("context_window", lambda each: each.model.context_window, "window", Kind.NUMBER),
    Column("max_output", lambda each: each.model.max_output),
    Column("reasoning", lambda each: each.model.reasoning),
    Column("released", lambda each: each.model.released),
    Column("retires", lambda each: each.model.retires, "retires"),
    Column("aliases", lambda each: list(each.model.aliases)),
    Column("note", lambda each: each.model.note or None),
)


def list_models(book: PriceBook, day: date, provider: str | None, exchange: Exchange) -> Report:
    """Every model that exists on the day, with the rates in force. Raises TokcostError for an unknown provider."""
    models = book.models()
    if provider:
        known = list(dict.fromkeys(model.provider for model in models))
        if provider.casefold() not in known:
            raise TokcostError(f"unknown provider {quote(provider)}: choose {join_or(known)}")
        models = [model for model in models if model.provider == provider.casefold()]
    report = Report("models list", Table(MODEL_COLUMNS))
    there = [DatedModel(each, day, exchange) for each in models if not (each.released and each.released > day)]
    report.table.extend(there)
    report.provenance = Provenance(book, day, exchange=exchange)
    report.warn(_kept(exchange, [each.price.currency for each in there if each.price]))
    report.totals = {"rows": len(report.table.rows)}
    report.scope = plural(len(report.table.rows), "model")
    return report


def _kept(exchange: Exchange, currencies: list[str]) -> list[str]:
    """What is to be said of prices that stay in a currency of their own."""
    if exchange.currency is None:
        return []
    own = {each: currencies.count(each) for each in currencies if not exchange.can(each)}
    return [f"{plural(number, 'price')} in {each} left as listed: no rate leads to {exchange.currency}"
            for each, number in own.items()]  # fmt: skip


class PriceLine(NamedTuple):
    """The rates of one mode of a dated row; those of a cliff or of hours stand under the row they belong to."""

    model: Model
    price: Price
    mode: str
    rates: Rates
    first: bool
    exchange: Exchange


def _line_rate(kind: str) -> Column:
    def of(each: PriceLine) -> object:
        amount = getattr(each.rates, kind)
        return None if amount is None else each.exchange.listed(amount, each.price.currency)

    return Column(f"{kind}_rate", of, f"{_SHORT.get(kind, kind)} rate", Kind.RATE)


_SHORT = {"cache_write": "cache write", "cache_write_long": "long write"}

PRICE_COLUMNS: tuple[Column, ...] = (
    Column("name", lambda each: each.model.full_id),
    Column("from", lambda each: each.price.start if each.first else None, "from"),
    Column("to", lambda each: _until(each.price) if each.first else None, "until"),
    Column("mode", lambda each: each.mode, "mode"),
    *map(_line_rate, KINDS),
    Column("source", lambda each: _source(each.price) if each.first else None, "source", shrinks=True),
    Column("checked", lambda each: each.price.checked if each.first else None, "checked"),
    Column("confidence", lambda each: each.price.confidence if each.first else None, "confidence"),
)


def show_model(book: PriceBook, name: str, day: date, exchange: Exchange) -> Report:
    """One model with every dated row of its prices. Raises UnknownName and AmbiguousModel."""
    model = book.find(name)
    lines = [line for price in model.prices for line in _lines(model, price, exchange)]
    report = Report("models show", Table(PRICE_COLUMNS).extend(lines))
    report.provenance = Provenance(book, day, exchange=exchange)
    report.warn(_kept(exchange, [price.currency for price in model.prices]))
    report.totals = {"rows": len(lines)}
    report.scope = "1 model"
    report.heading = _heading(DatedModel(model, day, exchange))
    report.details["model"] = Table(MODEL_COLUMNS).row(DatedModel(model, day, exchange))
    report.details["prices"] = [_record(price) for price in model.prices]
    if not model.prices:
        report.sentences.append("unpriced")
    # scripts read a model's own record beside the rows
    report.extra = to_json({**report.details["model"], "prices": report.details["prices"]})
    return report


def _until(price: Price) -> str | None:
    if price.end is not None:
        return str(price.end)
    return f"{price.guaranteed_until} guaranteed" if price.guaranteed_until else None


def _source(price: Price) -> str:
    return price.source + (f" ({price.note})" if price.note else "")


def _lines(model: Model, price: Price, exchange: Exchange) -> Iterator[PriceLine]:
    named = [(mode, rates) for mode, rates in price.modes.items()]
    for tier in price.tiers:
        mark = f"{'>=' if tier.inclusive else '>'}{tokens(tier.threshold)}"
        named += [(f"{mode} {mark}", rates) for mode, rates in tier.modes.items()]
    for window in price.windows:
        mark = f"{window.start:%H:%M}-{window.end:%H:%M} UTC"
        named += [(f"{mode} {mark}", rates) for mode, rates in window.modes.items()]
    other = [*price.other.items(), *((f"image {size}", amount) for size, amount in price.per_image.items())]
    named += [(f"{unit}: {exchange.listed(amount, price.currency):f}", Rates()) for unit, amount in other]
    for at, (mode, rates) in enumerate(named):
        yield PriceLine(model, price, mode, rates, at == 0, exchange)


def _heading(dated: DatedModel) -> list[str]:
    model = dated.model
    lines = [f"{model.full_id}  ({model.kind}{', reasoning' if model.reasoning else ''})"]
    if model.aliases:
        lines.append(f"aliases: {', '.join(model.aliases)}")
    if model.encoding:
        how = f", {model.scale} scale" if model.scale else f" within {model.margin} %" if model.margin else ""
        assumed = f" ({model.assumes})" if model.assumes else ""
        lines.append(f"encoding: {model.encoding}, {model.standing}{how}{assumed}")
    window = "unknown" if model.context_window is None else tokens(model.context_window)
    most = "unknown" if model.max_output is None else tokens(model.max_output)
    lines.append(f"context window: {window}, output at most: {most} tokens")
    if model.released or model.retires:
        lines.append(f"released: {model.released or 'unknown'}, retires: {model.retires or 'not announced'}")
    if model.note:
        lines.append(f"note: {model.note}")
    force = f"those from {dated.price.start}" if dated.price else "none"
    lines.append(f"rates: {dated.currency or 'USD'} per 1,000,000 tokens; in force on {dated.day}: {force}")
    return lines


def _record(price: Price) -> dict[str, Any]:
    """A dated row as JSON has it, whole."""
    return {
        "from": price.start,
        "to": price.end,
        "guaranteed_until": price.guaranteed_until,
        "currency": price.currency,
        "modes": _modes(price.modes),
        "long": [
            {"prompt": f"{'>=' if tier.inclusive else '>'}{tier.threshold}", "modes": _modes(tier.modes)}
            for tier in price.tiers
        ],
        "windows": [
            {
                "utc": f"{window.start:%H:%M}-{window.end:%H:%M}",
                "weekdays": sorted(window.days),
                "modes": _modes(window.modes),
            }
            for window in price.windows
        ],
        "other": dict(price.other),
        "per_image": dict(price.per_image),
        "source": price.source,
        "checked": price.checked,
        "confidence": price.confidence,
        "note": price.note or None,
    }


def _modes(modes: Modes) -> dict[str, dict[str, Any]]:
    return {mode: {kind: getattr(rates, kind) for kind in KINDS} for mode, rates in modes.items()}
