"""``tokcost models``: the price book, read."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from tokcost.cli.options import AsOf, Format, Output, Prices, complete_model
from tokcost.rates import STANDARD

app = typer.Typer(no_args_is_help=True, help="The models of the price book.")


@app.command("list")
def list_models(
    provider: Annotated[str | None, typer.Option("--provider", help="Only this provider's.")] = None,
    as_of: AsOf = None,
    prices: Prices = None,
    form: Format = "table",
    file: Output = None,
) -> None:
    """List every model: encoding and standing, the rates in force, window, retirement.

    Rates are money per 1,000,000 tokens. Models of the future are left out.
    """
    from tokcost.cli.options import price_book, terms
    from tokcost.cli.output_old import check_format, draws, put
    from tokcost.errors import TokcostError
    from tokcost.render_old.catalog import render_models

    check_format(form)
    day = terms(as_of, STANDARD).day
    models = price_book(prices).models()
    if provider:
        known = list(dict.fromkeys(model.provider for model in models))
        if provider.casefold() not in known:
            raise TokcostError(f"no provider '{provider}' in the price book: it has {', '.join(known)}")
        models = [model for model in models if model.provider == provider.casefold()]
    models = [model for model in models if model.released is None or model.released <= day]
    put(render_models(models, day, form, draws(file, sys.stdout.isatty())), file)


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(help="Id, alias, or provider/id.", autocompletion=complete_model)],
    as_of: AsOf = None,
    prices: Prices = None,
    form: Format = "table",
    file: Output = None,
) -> None:
    """Show a model: its dated rates, modes, cliffs, aliases, and where each came from.

    Example:

        tokcost models show gpt-5.4
    """
    from tokcost.cli.options import price_book, terms
    from tokcost.cli.output_old import check_format, draws, put
    from tokcost.render_old.catalog import render_model

    check_format(form)
    model = price_book(prices).find(name)
    put(render_model(model, terms(as_of, STANDARD).day, form, draws(file, sys.stdout.isatty())), file)
