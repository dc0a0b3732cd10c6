"""``tokcost whatif``: what a change would do to what was spent."""

from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tokcost.cli.log_options import Currency, FxRate, Logs, MapFields, Provider, Vat, quote, sum_of, within
from tokcost.cli.options import Format, Output, Prices
from tokcost.errors import TokcostError

if TYPE_CHECKING:
    from tokcost.currency import Exchange
    from tokcost.logs.entry import Entry
    from tokcost.metering.ledger import Ledger
    from tokcost.metering.meter import Meter
    from tokcost.metering.metered import Faults
    from tokcost.whatif.scenario import Change, Scenario, Who

_FORMULA = "Constant elasticity e: q1/q0 = (p1/p0)^-e, so that spend changes by (p1/p0)^(1-e)."


def whatif(
    logs: Logs = None,
    spend: Annotated[str | None, typer.Option("--spend", help="What was spent, instead of logs.")] = None,
    price: Annotated[
        list[str] | None,
        typer.Option("--price", help="Rates times this: x0.1, a grid x1..x0.1, or one model's: gpt-5.4=x0.5."),
    ] = None,
    usage: Annotated[str | None, typer.Option("--usage", help="Volume times this: x30, or a grid x1..x30.")] = None,
    elasticity: Annotated[
        str | None, typer.Option("--elasticity", help=f"Let the volume follow the price. {_FORMULA}")
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option("--model", "-m", help="Swap a model: gpt-5.4=gpt-5.4-mini; or the model of lines that name none."),
    ] = None,
    mode: Annotated[str | None, typer.Option("--mode", help="Serve everything in this mode, as batch.")] = None,
    cached: Annotated[str | None, typer.Option("--cached", help="Share of the input read from cache: 60%.")] = None,
    output_length: Annotated[
        str | None, typer.Option("--output-length", help="Output tokens times this: x0.5.")
    ] = None,
    text: Annotated[
        str, typer.Option("--text", help="What the prompts are, for model swaps: english, code, json, korean.")
    ] = "english",
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Price it all at the rates of this day, past or to come.")
    ] = None,
    budget: Annotated[
        list[str] | None, typer.Option("--budget", help="A client's budget: acme=100; or everyone's: 100. Repeatable.")
    ] = None,
    steps: Annotated[int, typer.Option("--steps", min=2, max=100, help="Points of a grid.")] = 10,
    provider: Provider = None,
    fields: MapFields = None,
    prices: Prices = None,
    currency: Currency = None,
    fx: FxRate = None,
    vat: Vat = None,
    form: Format = "table",
    file: Output = None,
) -> None:
    """Project what a change of price, volume, model or habit does to the spend of logs or a saved report.

    Constant elasticity e: q1/q0 = (p1/p0)^-e. Given a price and a volume, the elasticity that they
    imply is reported; given --elasticity, the volume follows. Break-even is the volume at which as
    much is spent as before. Model swaps recount tokens by measured ratios: an estimate with a range.

    Examples:

        tokcost whatif usage.jsonl --price x0.1 --usage x30

        tokcost whatif --spend 17264.59 --price x0.1 --elasticity 1.11

        tokcost whatif usage.jsonl --model gpt-5.4=gpt-5.4-mini --mode batch --cached 60%

        tokcost whatif usage.jsonl --price x1..x0.1 --usage x1..x30 --format csv
    """
    from tokcost.cli.log_options import exchange_of, meter, outcome, undated
    from tokcost.cli.options import price_book, terms
    from tokcost.cli.output_old import check_format, put, say
    from tokcost.rates import STANDARD
    from tokcost.render_old.whatif import render_forecast
    from tokcost.whatif.forecast import forecast
    from tokcost.whatif.scenario import ONE, Scenario, unknown_clients
    from tokcost.whatif.swaps import TEXTS

    check_format(form)
    if text not in TEXTS:
        raise TokcostError(f"--text {quote(text)} is none: say one of {', '.join(TEXTS)}")
    every, own = _prices(price or [], steps)
    volumes = _span("--usage", usage, steps) if usage else [ONE]
    bend = _number("--elasticity", elasticity) if elasticity is not None else None
    if bend is not None and usage:
        raise TokcostError("--usage and --elasticity both say what the volume does: leave one out")
    swaps, default = _swaps(model or [])
    scenario = Scenario(
        prices=own,
        models=swaps,
        mode=_mode(mode),
        cached=_share(cached) if cached is not None else None,
        output=_factor("--output-length", output_length) if output_length else ONE,
        as_of=terms(as_of, STANDARD).day if as_of else None,
        text=text,
    )
    exchange = exchange_of(currency, fx, vat)
    measure = meter(price_book(prices), None, default, provider)
    limits = _budgets(budget or [])
    changes, notes = _changes(logs, sum_of("--spend", spend), scenario, measure, exchange, fields)
    unknown_clients(changes, limits)
    found = forecast(changes, every, volumes, bend, limits, exchange.currency)
    found.warnings.extend([*notes, *(undated(measure, as_of) if spend is None else [])])
    if form == "json":
        found = found._replace(pricing=measure.book.stamp())
    put(render_forecast(found, form, outcome(file)), file)
    say(f"note: {line}" for line in found.warnings)


def _changes(
    logs: list[str] | None,
    spend: Decimal | None,
    scenario: Scenario,
    measure: Meter,
    exchange: Exchange,
    fields: list[str] | None,
) -> tuple[dict[Who, Change], list[str]]:
    """Before and after by model and client, price and volume not yet multiplied."""
    from tokcost.metering.ledger import Ledger
    from tokcost.metering.metered import Faults
    from tokcost.rates import EXACT
    from tokcost.whatif.scenario import Change, Projector, changed

    if spend is not None:
        if logs:
            raise TokcostError("--spend stands for logs: leave one of them out")
        if not scenario.factors_alone:
            raise TokcostError("--spend is a sum alone: model, mode, cached, output length and day need logs")
        taxed = exchange.convert(EXACT.multiply(spend, 1 + exchange.vat), exchange.currency or "USD")
        return {(None, None): Change(taxed, taxed, taxed, taxed)}, []
    faults = Faults()
    projector = Projector(measure, exchange, scenario)
    ledger = Ledger(measure, exchange, ["model", "client"], top=0) if scenario.factors_alone else None
    notes: list[str] = []
    entries = _entries(logs, fields, faults, ledger, notes)
    if ledger is not None:
        for entry in entries:
            ledger.add(entry)
        found = {(key[0], key[1]): changed(group) for key, group in ledger.groups().items()}
    else:
        found = projector.project(entries)
        projector.check_names()
    if not found:
        first = faults.first[0] if faults.first else None
        raise TokcostError(f"no usage was found: {first.where}: {first.why}" if first else "no usage was found")
    notes += projector.notes
    if faults.number:
        notes.append(f"{faults.number} bad lines left out, the first is {faults.first[0].where}: {faults.first[0].why}")
    return found, notes


def _entries(
    logs: list[str] | None, fields: list[str] | None, faults: Faults, ledger: Ledger | None, notes: list[str]
) -> Iterator[Entry]:
    """The entries of logs and saved reports, less those that the reader adds to the ledger; problems are counted."""
    from tokcost.cli.log_options import named, reader
    from tokcost.logs.entry import Problem
    from tokcost.masking import scrub
    from tokcost.whatif.saved import saved_report

    arguments, stdin = named(logs)
    source = reader(fields, ledger)
    for argument in arguments:
        rows = saved_report(Path(argument)) if argument != "-" else None
        if rows is not None:
            if (real := os.path.realpath(argument)) in source.seen:
                notes.append(f"{scrub(argument)}: the same file again, counted once")
                continue
            source.seen.add(real)
            yield from rows
            continue
        for read in source.read([argument], stdin):
            if isinstance(read, Problem):
                faults.add(read)
            else:
                yield read
    notes += source.skipped


def _prices(texts: list[str], steps: int) -> tuple[list[Decimal], dict[str, Decimal]]:
    every: list[Decimal] | None = None
    own = {}
    for text in texts:
        name, equals, factor = text.rpartition("=")
        if equals:
            own[name] = _factor("--price", factor)
        elif every is not None:
            raise TokcostError("--price is given twice: once for all, and MODEL=xN for single models")
        else:
            every = _span("--price", text, steps)
    return every or [Decimal(1)], own


def _span(option: str, text: str, steps: int) -> list[Decimal]:
    """'x30' as one factor, 'x1..x30' as points evenly apart."""
    from tokcost.rates import plain

    first, dots, last = text.partition("..")
    if not dots:
        return [_factor(option, text)]
    start, end = _factor(option, first), _factor(option, last)
    return [start, *(plain((start * (steps - 1 - at) + end * at) / (steps - 1)) for at in range(1, steps - 1)), end]


def _factor(option: str, text: str) -> Decimal:
    value = _number(option, text.strip().removeprefix("x").removeprefix("×"))
    if value < 0:
        raise TokcostError(f"{option} {quote(text)}: a factor is 0 or more, as x0.1")
    return value


def _number(option: str, text: str) -> Decimal:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        raise TokcostError(f"{option} {quote(text)} is no number: write it as x0.1 or 1.5") from None
    if not value.is_finite():
        raise TokcostError(f"{option} {quote(text)} is no number: write it as x0.1 or 1.5")
    within(option, value)
    return value


def _share(text: str) -> Decimal:
    bare, percent, _ = text.strip().partition("%")
    value = _number("--cached", bare)
    value = value.scaleb(-2) if percent else value
    if not 0 <= value <= 1:
        raise TokcostError(f"--cached {quote(text)}: a share of the input, as 60% or 0.6")
    return value


def _mode(mode: str | None) -> str | None:
    from tokcost.rates import MODES

    if mode is not None and mode not in MODES:
        raise TokcostError(f"--mode {quote(mode)} is none: say one of {', '.join(MODES)}")
    return mode


def _swaps(texts: list[str]) -> tuple[dict[str, str], str | None]:
    swaps, default = {}, None
    for text in texts:
        old, equals, new = text.partition("=")
        if equals:
            swaps[old.strip()] = new.strip()
        else:
            default = text
    return swaps, default


def _budgets(texts: list[str]) -> dict[str, Decimal]:
    found = {}
    for text in texts:
        name, _, limit = text.rpartition("=")
        value = sum_of("--budget", limit)
        assert value is not None
        found[name or "*"] = value
    return found
