"""``models show``: one model, every dated row of its prices, and what is charged beside them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from tokcost.amounts import tokens
from tokcost.catalog import Model, PriceBook
from tokcost.currency import Exchange
from tokcost.inspection.models import MODEL_COLUMNS, UNITS, DatedModel, left_as_listed
from tokcost.phrases import join_and, plural
from tokcost.pricing import unpriced_reason, weak_rates
from tokcost.rates import KINDS, Modes, Price, Rates
from tokcost.report import Column, Kind, Report, Table
from tokcost.report.report import Provenance
from tokcost.report.table import to_json
from tokcost.rules import Charge

_LIMITS = ("context window", "input at most", "output at most")
# What the window holds, by what becomes of a request whose input and output limit exceed it together.
_WINDOWS = {
    "refused": "input and output limit together must fit the window",
    "cut": "input and output share the window: an answer ends there",
    "apart": "the window is that of the input alone",
}


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

    return Column(f"{kind}_rate", of, _SHORT.get(kind, kind), Kind.RATE)


_SHORT = {"cache_write": "cache write", "cache_write_long": "long write"}

PRICE_COLUMNS: tuple[Column, ...] = (
    Column("name", lambda each: each.model.full_id),
    Column("from", lambda each: _since(each.price) if each.first else None, "from"),
    Column("to", lambda each: _until(each.price) if each.first else None, "until"),
    Column("mode", lambda each: each.mode, "mode"),
    *map(_line_rate, KINDS),
    Column("source", lambda each: _source(each.price) if each.first else None, "source", shrinks=True, spare=2),
    Column("checked", lambda each: each.price.checked if each.first else None, "checked", spare=3),
    Column("confidence", lambda each: each.price.confidence if each.first else None, "confidence", spare=1),
)


class Fee(NamedTuple):
    """What a provider charges for a tool, beside the rates; the row in force."""

    name: str
    row: Charge


FEE_COLUMNS: tuple[Column, ...] = (
    Column("name", lambda each: each.name, "fee"),
    Column("amount", lambda each: each.row.amount, "amount", Kind.RATE),
    Column("per", lambda each: each.row.per.replace("_", " "), "per"),
    Column("free", lambda each: each.row.free or None, "free", shrinks=True),
    Column("from", lambda each: each.row.start, "since"),
    Column("source", lambda each: each.row.source, "source", shrinks=True, spare=2),
    Column("checked", lambda each: each.row.checked, "checked", spare=3),
    Column("confidence", lambda each: each.row.confidence or None, "confidence", spare=1),
    Column("note", lambda each: each.row.note or None),
)


def show_model(book: PriceBook, name: str, day: date, exchange: Exchange) -> Report:
    """One model with every dated row of its prices. Raises UnknownName and AmbiguousModel."""
    model, reasons = book.read(name)
    dated = DatedModel(model, day, exchange)
    lines = [line for price in model.prices for line in _lines(model, price, exchange)]
    report = Report("models show", Table(PRICE_COLUMNS).extend(lines))
    report.provenance = Provenance(book, day, exchange=exchange)
    report.warn(left_as_listed(exchange, [price.currency for price in model.prices]))
    report.totals = {"rows": len(lines)}
    report.scope = "1 model"
    why = "; ".join(reasons) or None
    read_as = [f"read as: {model.full_id} ({why})"] if why else []
    report.heading = [*_about(dated), *read_as, *_limits(model), *_life(dated), *_pricing(book, dated)]
    report.details["model"] = Table(MODEL_COLUMNS).row(dated)
    report.details["prices"] = [_record(price) for price in model.prices]
    report.details["fees"] = Table(FEE_COLUMNS, f"fees of {model.provider} beside the rates").extend(_fees(book, dated))
    if not model.prices:
        report.sentences.append(f"unpriced: {unpriced_reason(model, day)}")
    report.sentences += weak_rates([model.name] if dated.is_weak else [])
    # scripts read a model's own record beside the rows
    read = {"read_as": model.full_id, "read_why": why}
    report.extra = to_json({**report.details["model"], **read, "prices": report.details["prices"]})
    return report


def _fees(book: PriceBook, dated: DatedModel) -> Iterator[Fee]:
    """The fees in force that the model can come to: those that name it, and those for all where it calls tools."""
    model = dated.model
    for name, row in book.rules.fees(model.provider, model.id, model.reasoning, dated.day):
        if row.models or model.kind == "chat":
            yield Fee(name, row)


def _since(price: Price) -> date | None:
    """The first day of a row, None where a source of others does not say it."""
    return None if price.start == date.min else price.start


def _until(price: Price) -> str | None:
    if price.end is not None:
        return str(price.end)
    return f"{price.guaranteed_until} guaranteed" if price.guaranteed_until else None


def _source(price: Price) -> str:
    same = f"list price of {price.same_as}: " if price.same_as else ""
    return same + price.source + (f" ({price.note})" if price.note else "")


def _lines(model: Model, price: Price, exchange: Exchange) -> Iterator[PriceLine]:
    named = [(mode, rates) for mode, rates in price.modes.items()]
    for tier in price.tiers:
        mark = f"{'>=' if tier.inclusive else '>'}{tokens(tier.threshold)}"
        named += [(f"{mode} {mark}", rates) for mode, rates in tier.modes.items()]
    for window in price.windows:
        named += [(f"{mode} {window.utc} UTC", rates) for mode, rates in window.modes.items()]
    other = [(_unit(name), amount) for name, amount in price.other.items()]
    other += [(f"per image {size}", amount) for size, amount in price.per_image.items()]
    named += [(f"{unit}: {exchange.listed(amount, price.currency):f}", Rates()) for unit, amount in other]
    for at, (mode, rates) in enumerate(named):
        yield PriceLine(model, price, mode, rates, at == 0, exchange)


def _unit(name: str) -> str:
    """'per minute'; of a rate for tokens of another kind than text, 'audio input'."""
    return f"per {UNITS[name]}" if name in UNITS else name.replace("_", " ")


def _about(dated: DatedModel) -> Iterator[str]:
    """What it is, under which names, and how its text is counted."""
    model = dated.model
    yield f"{model.full_id}  ({model.kind}{', reasoning' if model.reasoning else ''})"
    if model.aliases:
        yield f"aliases: {', '.join(model.aliases)}"
    if model.snapshots:
        yield f"snapshots: {', '.join(map(str, model.snapshots))}"
    if model.sells:
        word = "made from" if model.sells.startswith(f"{model.provider}/") else "sells"
        yield f"{word}: {model.sells}, and is like it in all that is not stated here"
    if model.encoding:
        how = f", {model.scale} scale" if model.scale else f" within {model.margin} %" if model.margin else ""
        assumed = f" ({model.assumes})" if model.assumes else ""
        yield f"encoding: {model.encoding}, {model.standing}{how}{assumed}"


def _limits(model: Model) -> Iterator[str]:
    """How much goes in and comes out, as far as it is known."""
    named = zip(_LIMITS, (model.context_window, model.max_input, model.max_output), strict=True)
    if known := [f"{what}: {tokens(most)}" for what, most in named if most is not None]:
        yield f"{', '.join(known)} tokens"
        if model.context_window is not None and model.rules.past_window in _WINDOWS and model.kind == "chat":
            yield _WINDOWS[model.rules.past_window]
    elif model.kind == "chat":
        yield "context window: unknown"
    together = [plural(model.max_inputs, "input")] if model.max_inputs is not None else []
    together += [f"{plural(model.max_request_tokens, 'token')} in all"] if model.max_request_tokens is not None else []
    if together:
        yield f"one request: at most {', '.join(together)}"


def _life(dated: DatedModel) -> Iterator[str]:
    """From when to when it is there, and who answers for it then."""
    model = dated.model
    if model.released or model.retires:
        begin = f"released: {model.released}, " if model.released else ""
        end = "retired" if dated.is_retired else "retires"
        yield f"{begin}{end}: {model.retires or 'not announced'}"
    if model.routed_to:
        yield (
            f"routed to {model.routed_to} from {model.retires}: from then on requests are answered by that model "
            "and billed at its rates"
        )
    if model.note and model.prices:  # without rates it says why, below
        yield f"note: {model.note}"


def _pricing(book: PriceBook, dated: DatedModel) -> Iterator[str]:
    """What the rates are: the row in force, the place that a name says, the model whose list price it is."""
    model, price = dated.model, dated.price
    if model.place:
        times = book.rules.factor(model.provider, [model.place], dated.day, book.released(model), model.id)
        beside = "those of the model elsewhere, too" if times == 1 else f"{times:f} times those of the model elsewhere"
        yield f"place: {model.place}: the rates below are {beside}"
    if price is not None and price.same_as:
        yield f"list price is that of {price.same_as}"
    if model.prices:
        first = (
            f"those from {_since(price)}" if price and _since(price) else "those of a source that names no first day"
        )
        force = first if price else "none"
        yield f"rates: {dated.currency or 'USD'} per {_billed_by(dated)}; in force on {dated.day}: {force}"


def _billed_by(dated: DatedModel) -> str:
    """'1,000,000 tokens', unless no token is billed: 'minute', 'page and image'."""
    units = dated.billed_by.split(", ")
    return "1,000,000 tokens" if {"token", "unpriced"} & set(units) else join_and(units)


def _record(price: Price) -> dict[str, Any]:
    """A dated row as JSON has it, whole."""
    return {
        "from": price.start,
        "to": price.end,
        "guaranteed_until": price.guaranteed_until,
        "currency": price.currency,
        "modes": _modes(price.modes),
        "long": [{"prompt": tier.prompt, "modes": _modes(tier.modes)} for tier in price.tiers],
        "windows": [
            {
                "utc": window.utc,
                "weekdays": sorted(window.days),
                "modes": _modes(window.modes),
            }
            for window in price.windows
        ],
        "other": dict(price.other),
        "per_image": dict(price.per_image),
        "source": price.source,
        "same_as": price.same_as or None,
        "checked": price.checked,
        "confidence": price.confidence,
        "note": price.note or None,
    }


def _modes(modes: Modes) -> dict[str, dict[str, Any]]:
    return {mode: {kind: getattr(rates, kind) for kind in KINDS} for mode, rates in modes.items()}
