"""``tokcost audit``: what was charged compared with what it should have cost."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tokcost.audit.tolerance import Tolerance
from tokcost.cli import options as shared
from tokcost.cli.log_options import LogAsOf, Logs, MapFields, Provider, Rate, Regional
from tokcost.cli.numbers import tolerance as parse_tolerance


def audit(
    logs: Logs = None,
    bill: Annotated[
        list[Path] | None,
        typer.Option("--bill", help="A provider's or a cloud's cost export to compare the logs with; repeatable."),
    ] = None,
    tolerance: Annotated[
        Tolerance | None,
        typer.Option(
            "--tolerance", metavar="AMOUNT", parser=parse_tolerance,
            help="By how much a charge may differ: an amount as 0.01, or a share as 1%; their sum by as much for each. "
            "[default: 0]",
        ),
    ] = None,
    model: shared.DefaultModel = None,
    provider: Provider = None,
    regional: Regional = False,
    rate: Rate = None,
    fields: MapFields = None,
    charset: shared.Charset = "utf-8",
    as_of: LogAsOf = None,
    prices: shared.Prices = None,
    fallback: shared.FallbackFile = None,
    allow_fallback: shared.AllowFallback = False,
    currency: shared.Currency = None,
    fx: shared.FxRate = None,
    vat: shared.Vat = None,
    exit_zero: shared.ExitZero = False,
    keep_going: shared.KeepGoing = False,
    form: shared.Format = "table",
    file: shared.Output = None,
    reports: shared.Reports = None,
) -> None:  # fmt: skip
    """Compare charges with the cost of their tokens, at the rates in force on their day.

    Without --bill, every line that states a charge is checked on its own; with it, each day, model
    and kind of token of the logs against the bill. A line is matched (within the rounding of its
    own amount, or --tolerance), over, under, impossible (no rate in force that day explains it),
    duplicate, missing on either side, or unpriced. Exit 2 when a line could not be read or checked,
    with --keep-going too; else 1 when one does not match.

    Examples:

        tokcost audit api_usage.log

        tokcost audit api_usage.log --rate 1000

        tokcost audit logs/ --bill openai_costs.json --tolerance 1%
    """
    from tokcost.audit.judge import Audit
    from tokcost.audit.run import LogFiles, audit_logs
    from tokcost.cli.fallbacks import BelowTheBook
    from tokcost.cli.log_options import meter, named, reader, undated
    from tokcost.cli.output import answer, output_options
    from tokcost.cli.own_names import default_model
    from tokcost.cli.values import price_book
    from tokcost.currency import exchange

    how = output_options(form, file, reports, keep_going=keep_going, exit_zero=exit_zero)
    below = BelowTheBook(fallback, allow_fallback, gate=True)
    book = price_book(prices, named=model, below=below)
    measure = meter(book, as_of, default_model(model), provider, regional, rate)
    arguments = named(logs)
    source, charges = reader(fields, charset=charset), reader(fields, charset=charset)
    billed = tuple(map(str, bill or ()))
    report = audit_logs(
        Audit(measure, exchange(currency, fx, vat), tolerance or Tolerance()),
        LogFiles(tuple(arguments), source, source.read(arguments)),
        LogFiles(billed, charges, charges.read(billed)) if billed else None,
    )
    report.warn(undated(measure, as_of))
    answer(report, how)
