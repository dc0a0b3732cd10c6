"""``tokcost prices diff`` and ``prices import``: price lists that others keep, beside the book and into a file."""

from __future__ import annotations

from typing import Annotated

import typer

from tokcost.cli import options as shared
from tokcost.rates import STANDARD

Source = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help="A litellm JSON, models.dev's api.json, the data of genai-prices, or a wheel or gzip of one; "
        "or an installed package: litellm, genai-prices. Read as data, offline.",
    ),
]
SellerOption = Annotated[str | None, typer.Option("--provider", help="Only this provider's.")]


def diff(
    source: Source,
    provider: SellerOption = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also list what only one of both has, and what was rounded.")
    ] = False,
    as_of: shared.AsOf = None,
    prices: shared.Prices = None,
    form: shared.Format = "table",
    file: shared.Output = None,
    reports: shared.Reports = None,
    keep_going: shared.KeepGoing = False,
    exit_zero: shared.ExitZero = False,
) -> None:
    """Show where a price list of others has another rate than the book. Exit 1 when one differs.

    Models are compared by seller and id, in every mode, past every cliff. A difference that a note of the book
    tells of, with the source and its number, is shown and breaks nothing.

    Examples:

        tokcost prices diff litellm --provider openai

        tokcost prices diff genai_prices-0.2.3-py3-none-any.whl --format json
    """
    from tokcost.cli.options import price_book, terms
    from tokcost.cli.output import answer, output_options
    from tokcost.imports.opening import price_source
    from tokcost.inspection.price_diff import diff_report

    how = output_options(form, file, reports, False, keep_going, exit_zero)
    found = price_source(source)
    answer(diff_report(price_book(prices), found, terms(as_of, STANDARD).day, provider, everything), how)
