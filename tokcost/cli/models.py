"""``tokcost models``: the price book, read."""

from __future__ import annotations

from typing import Annotated

import typer

from tokcost.cli import options as shared
from tokcost.rates import STANDARD

app = typer.Typer(no_args_is_help=True, help="The models of the price book.")


@app.command("list")
def list_models(
    provider: Annotated[str | None, typer.Option("--provider", help="Only this provider's.")] = None,
    as_of: shared.AsOf = None,
    prices: shared.Prices = None,
    fallback: shared.FallbackFile = None,
    form: shared.Format = "table",
    file: shared.Output = None,
    reports: shared.Reports = None,
    currency: shared.Currency = None,
    fx: shared.FxRate = None,
    vat: shared.Vat = None,
    keep_going: shared.KeepGoing = False,
    exit_zero: shared.ExitZero = False,
) -> None:
    """List every model: encoding and standing, the rates in force, window, retirement.

    Rates are money per 1,000,000 tokens. Models of the future are left out.
    """
    from tokcost.cli.fallbacks import BelowTheBook
    from tokcost.cli.options import price_book, terms
    from tokcost.cli.output import answer, output_options
    from tokcost.currency import exchange
    from tokcost.inspection.models import list_models

    how = output_options(form, file, reports, False, keep_going, exit_zero)
    day, money = terms(as_of, STANDARD).day, exchange(currency, fx, vat)
    answer(list_models(price_book(prices, below=BelowTheBook(fallback, False, gate=False)), day, provider, money), how)


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(help="Id, alias, or provider/id.", autocompletion=shared.complete_model)],
    as_of: shared.AsOf = None,
    prices: shared.Prices = None,
    fallback: shared.FallbackFile = None,
    form: shared.Format = "table",
    file: shared.Output = None,
    reports: shared.Reports = None,
    currency: shared.Currency = None,
    fx: shared.FxRate = None,
    vat: shared.Vat = None,
    keep_going: shared.KeepGoing = False,
    exit_zero: shared.ExitZero = False,
) -> None:
    """Show a model: its dated rates, modes, cliffs, aliases, and where each came from.

    Example:

        tokcost models show gpt-5.4
    """
    from tokcost.cli.fallbacks import BelowTheBook
    from tokcost.cli.options import price_book, terms
    from tokcost.cli.output import answer, output_options
    from tokcost.currency import exchange
    from tokcost.inspection.models import show_model

    how = output_options(form, file, reports, False, keep_going, exit_zero)
    day, money = terms(as_of, STANDARD).day, exchange(currency, fx, vat)
    answer(show_model(price_book(prices, below=BelowTheBook(fallback, False, gate=False)), name, day, money), how)
