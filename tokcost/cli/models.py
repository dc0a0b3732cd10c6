"""``tokcost models``: the price book, read."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import typer

from tokcost.catalog.parse import MODEL_KINDS
from tokcost.cli import options as shared
from tokcost.cli.parsers import amount_of, choice, complete, tokens_of
from tokcost.inspection.models import CAPABILITIES
from tokcost.phrases import join_or
from tokcost.rates import STANDARD

app = typer.Typer(no_args_is_help=True, help="The models of the price book.")


@app.command("list")
def list_models(
    provider: shared.Providers = None,
    search: Annotated[
        str, typer.Option("--search", metavar="TEXT", help="Only ids and aliases with all of these words.")
    ] = "",
    kind: Annotated[
        list[str] | None,
        typer.Option(
            "--kind",
            help=f"Only this kind; repeatable: {join_or(MODEL_KINDS)}.",
            metavar="KIND",
            parser=choice("kind", MODEL_KINDS),
            autocompletion=complete(MODEL_KINDS),
        ),
    ] = None,
    capability: Annotated[
        list[str] | None,
        typer.Option(
            "--capability",
            help=f"Only with this, as far as the rates tell; repeatable: {join_or(CAPABILITIES)}.",
            metavar="NAME",
            parser=choice("capability", CAPABILITIES),
            autocompletion=complete(CAPABILITIES),
        ),
    ] = None,
    min_window: Annotated[
        int | None,
        typer.Option(
            "--min-window",
            metavar="TOKENS",
            help="Only a context window of so many: 200000, 200k or 1M.",
            parser=tokens_of("--min-window"),
        ),
    ] = None,
    max_input_price: Annotated[
        Decimal | None,
        typer.Option(
            "--max-input-price",
            metavar="AMOUNT",
            help="Only where 1,000,000 input tokens cost no more.",
            parser=amount_of("--max-input-price"),
        ),
    ] = None,
    max_output_price: Annotated[
        Decimal | None,
        typer.Option(
            "--max-output-price",
            metavar="AMOUNT",
            help="Only where 1,000,000 output tokens cost no more.",
            parser=amount_of("--max-output-price"),
        ),
    ] = None,
    retired: Annotated[
        bool | None,
        typer.Option("--retired/--no-retired", help="Retired models, too. [default: in json, jsonl and csv]"),
    ] = None,
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
    """List the models: by what they are billed, the rates in force, window, what is retired or about to be.

    Rates are money per 1,000,000 tokens. Models of the future are left out.

    Example:

        tokcost models list --min-window 1M --max-input-price 0.50 --capability reasoning
    """
    from tokcost.cli.fallbacks import BelowTheBook
    from tokcost.cli.output import answer, output_options
    from tokcost.cli.values import price_book, terms
    from tokcost.currency import exchange
    from tokcost.inspection.list_models import ModelFilter, list_models

    how = output_options(form, file, reports, False, keep_going, exit_zero)
    day, money = terms(as_of, STANDARD).day, exchange(currency, fx, vat)
    asked = ModelFilter(
        tuple(provider or ()), tuple(kind or ()), tuple(capability or ()), min_window, max_input_price,
        max_output_price, search, retired,
    )  # fmt: skip
    report = list_models(price_book(prices, below=BelowTheBook(fallback, False, gate=False)), day, money, asked)
    report.warn(["a fallback is asked by name: the list is of the book alone"] if fallback else [])
    answer(report, how)


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
    from tokcost.cli.output import answer, output_options
    from tokcost.cli.values import price_book, terms
    from tokcost.currency import exchange
    from tokcost.inspection.show_model import show_model

    how = output_options(form, file, reports, False, keep_going, exit_zero)
    day, money = terms(as_of, STANDARD).day, exchange(currency, fx, vat)
    answer(show_model(price_book(prices, below=BelowTheBook(fallback, False, gate=False)), name, day, money), how)
