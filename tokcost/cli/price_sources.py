"""``tokcost prices diff`` and ``prices import``: price lists that others keep, beside the book and into a file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from tokcost.cli import options as shared
from tokcost.cli.parsers import choice, complete
from tokcost.errors import TokcostError
from tokcost.phrases import join_or, quote
from tokcost.rates import STANDARD

Source = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help="A litellm JSON, models.dev's api.json, the data of genai-prices, or a wheel or gzip of one, - for stdin; "
        "or an installed package: litellm, genai-prices. Read as data, offline.",
    ),
]
SellerOption = Annotated[
    str | None,
    typer.Option("--provider", metavar="NAME", help="Only this provider's.", autocompletion=shared.complete_provider),
]


def diff(
    source: Source,
    provider: shared.Providers = None,
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
    from tokcost.cli.output import answer, output_options
    from tokcost.cli.values import price_book, terms
    from tokcost.imports.opening import price_source
    from tokcost.inspection.price_diff import diff_report

    how = output_options(form, file, reports, False, keep_going, exit_zero)
    found = price_source(source)
    answer(
        diff_report(price_book(prices, own_names=()), found, terms(as_of, STANDARD).day, provider or (), everything),
        how,
    )


def import_prices(
    source: Source,
    file: Annotated[
        Path | None,
        typer.Option("--output-file", "-o", metavar="FILE", help="The price file to write; stdout when left out."),
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(
            "--model", "-m", metavar="NAME", help="Only this model, as the source or a price file names it; repeatable."
        ),
    ] = None,
    provider: SellerOption = None,
    missing: Annotated[bool, typer.Option("--missing", help="Only models that the book does not know.")] = False,
    allow_zero: Annotated[bool, typer.Option("--allow-zero", help="Take rates of 0: free, not unknown.")] = False,
    allow_jumps: Annotated[
        bool, typer.Option("--allow-jumps", help="Take rates that are tenfold those of the book, or a tenth.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="DAY",
            help="The first day of rates without one. [default: TOKCOST_AS_OF, else the day of the source]",
        ),
    ] = None,
    prices: shared.Prices = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format", "-f", help=f"Also print what was imported: {join_or(shared.FORMATS)}.", metavar="FORMAT",
            parser=choice("format", shared.FORMATS), autocompletion=complete(shared.FORMATS),
        ),
    ] = None,
    reports: shared.Reports = None,
    keep_going: shared.KeepGoing = False,
) -> None:  # fmt: skip
    """Write models of a price list of others as a price file, for --prices or --fallback.

    Amounts are exact and per million; float dust is rounded, and said. Rates of 0 and moves of tenfold against the
    book are refused unless asked for. What a price file cannot carry, as fees and factors, is listed.

    Examples:

        tokcost prices import litellm --missing --provider groq -o groq.toml

        tokcost prices import api.json -m deepseek/deepseek-chat
    """
    from tokcost.cli.output import answer, output_options, put, refuse_one_file, say
    from tokcost.cli.values import price_book, terms
    from tokcost.imports.importing import ImportRules
    from tokcost.imports.opening import price_source
    from tokcost.inspection.price_import import Selection, import_models

    how = output_options(form or "table", None, reports, quiet=form is None, keep_going=keep_going)
    refuse_one_file(how, file)
    if form and file is None:
        raise TokcostError("--format: the price file goes to stdout: name a file for it with -o")
    if file is not None and file.is_file() and not force:
        raise TokcostError(f"{quote(str(file))} already exists: --force overwrites it")
    found = price_source(source)
    today = terms(as_of, STANDARD).day
    first = today if as_of or os.environ.get("TOKCOST_AS_OF") else found.day or today
    rules = ImportRules(first, today, allow_zero, allow_jumps)
    text, report = import_models(
        price_book(prices, own_names=()), found, Selection(model or (), provider, missing), rules
    )
    if not text:
        report.fail(quote(source), "no model of it was taken, so no price file was written")
    else:
        put(text, file)
    if form is None:
        say([f"tokcost: {file}: {report.scope}"] if file and text else [])
        say(f"note: {line}" for line in report.warnings)
    answer(report, how, short="")
