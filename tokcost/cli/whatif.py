"""``tokcost whatif``: what a change would do to what was spent."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from tokcost.cli import options as shared
from tokcost.cli.log_options import Logs, MapFields, Provider
from tokcost.cli.numbers import client_budget, factor_of, factors_of, number_of, price_change, share_of
from tokcost.cli.parsers import amount_of, choice, complete
from tokcost.errors import TokcostError
from tokcost.rates import MODES, STANDARD
from tokcost.whatif.factors import ONE, ClientBudget, FactorSpan, PriceChange, prices_of, swaps_of
from tokcost.whatif.texts import TEXTS

if TYPE_CHECKING:
    from tokcost.currency import Exchange
    from tokcost.metering.meter import Meter
    from tokcost.whatif.scenario import Scenario
    from tokcost.whatif.spending import SpendLogs

_FORMULA = "Constant elasticity e: q1/q0 = (p1/p0)^-e, so that spend changes by (p1/p0)^(1-e)."


def whatif(
    logs: Logs = None,
    spend: Annotated[
        Decimal | None,
        typer.Option("--spend", metavar="AMOUNT", help="What was spent, instead of logs.", parser=amount_of("--spend")),
    ] = None,
    price: Annotated[
        list[PriceChange] | None,
        typer.Option(
            "--price", metavar="FACTOR", parser=price_change,
            help="Rates times this: x0.1, a grid x1..x0.1, or one model's: gpt-5.4=x0.5.",
        ),
    ] = None,
    usage: Annotated[
        FactorSpan | None,
        typer.Option(
            "--usage", metavar="FACTOR", parser=factors_of("--usage"),
            help="Volume times this: x30, or a grid x1..x30.",
        ),
    ] = None,
    elasticity: Annotated[
        Decimal | None,
        typer.Option(
            "--elasticity", metavar="NUMBER", parser=number_of("--elasticity"),
            help=f"Let the volume follow the price. {_FORMULA}",
        ),
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option("--model", "-m", help="Swap a model: gpt-5.4=gpt-5.4-mini; or the model of lines that name none."),
    ] = None,
    mode: Annotated[
        str | None,
        typer.Option(
            "--mode", metavar="MODE", help="Serve everything in this mode, as batch.", parser=choice("mode", MODES),
            autocompletion=complete(MODES),
        ),
    ] = None,
    cached: Annotated[
        Decimal | None,
        typer.Option(
            "--cached", metavar="SHARE", help="Share of the input read from cache: 60%.", parser=share_of("--cached")
        ),
    ] = None,
    output_length: Annotated[
        Decimal | None,
        typer.Option(
            "--output-length", metavar="FACTOR", help="Output tokens times this: x0.5.",
            parser=factor_of("--output-length"),
        ),
    ] = None,
    text: Annotated[
        str,
        typer.Option(
            "--text", metavar="KIND", help="What the prompts are, for model swaps: english, code, json, korean.",
            parser=choice("kind of text", TEXTS), autocompletion=complete(TEXTS),
        ),
    ] = "english",
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Price it all at the rates of this day, past or to come.")
    ] = None,
    budget: Annotated[
        list[ClientBudget] | None,
        typer.Option(
            "--budget", metavar="AMOUNT", parser=client_budget,
            help="A client's budget: acme=100; or everyone's: 100. Repeatable.",
        ),
    ] = None,
    steps: Annotated[int, typer.Option("--steps", min=2, max=100, help="Points of a grid.")] = 10,
    provider: Provider = None,
    fields: MapFields = None,
    charset: shared.Charset = "utf-8",
    prices: shared.Prices = None,
    fallback: shared.FallbackFile = None,
    currency: shared.Currency = None,
    fx: shared.FxRate = None,
    vat: shared.Vat = None,
    exit_zero: shared.ExitZero = False,
    keep_going: shared.KeepGoing = False,
    form: shared.Format = "table",
    file: shared.Output = None,
    reports: shared.Reports = None,
) -> None:  # fmt: skip
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
    from tokcost.cli.fallbacks import BelowTheBook
    from tokcost.cli.log_options import meter, undated
    from tokcost.cli.output import answer, draws, output_options
    from tokcost.cli.values import price_book, terms
    from tokcost.currency import exchange as exchange_from
    from tokcost.render.curve import curve
    from tokcost.whatif.forecast import ScenarioGrid
    from tokcost.whatif.run import WhatIf, what_if
    from tokcost.whatif.scenario import Scenario

    how = output_options(form, file, reports, keep_going=keep_going, exit_zero=exit_zero)
    if elasticity is not None and usage:
        raise TokcostError("--usage and --elasticity both set the volume: leave one out")
    if spend is not None and logs:
        raise TokcostError("--spend replaces the logs: leave one of them out")
    every, own = prices_of(price or [], steps)
    swaps, default = swaps_of(model or [])
    scenario = Scenario(
        prices=own,
        models=swaps,
        mode=mode,
        cached=cached,
        output=ONE if output_length is None else output_length,
        as_of=terms(as_of, STANDARD).day if as_of else None,
        text=text,
    )
    exchange = exchange_from(currency, fx, vat)
    below = BelowTheBook(fallback, False, gate=False)
    measure = meter(price_book(prices, below=below), None, default, provider)
    grid = ScenarioGrid(every, usage.points(steps) if usage else [ONE], elasticity)
    budgets = {each.client: each.amount for each in budget or ()}
    source = spend if spend is not None else _logs(logs, fields, charset, scenario, measure, exchange)
    report = what_if(source, WhatIf(scenario, grid, budgets), measure, exchange)
    report.warn(undated(measure, as_of) if spend is None else [])
    answer(report, how, figure=curve(report) if draws(file) else "")


def _logs(
    logs: list[str] | None,
    fields: list[str] | None,
    charset: str,
    scenario: Scenario,
    measure: Meter,
    exchange: Exchange,
) -> SpendLogs:
    """What reads the logs: in bulk where requests are only multiplied."""
    from tokcost.cli.log_options import named, reader
    from tokcost.metering.ledger import Ledger
    from tokcost.whatif.spending import SpendLogs

    names = named(logs)
    ledger = Ledger(measure, exchange, ["model", "client"], top=0) if scenario.factors_alone else None
    return SpendLogs(tuple(names), reader(fields, ledger, charset), ledger)
