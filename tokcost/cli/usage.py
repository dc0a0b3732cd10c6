"""``tokcost usage``: logs in, what they cost out."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Annotated

import typer

from tokcost.cli import options as shared
from tokcost.cli.log_options import LogAsOf, Logs, MapFields, MaxCostPer, Provider, Rate, Regional
from tokcost.cli.parsers import bounded
from tokcost.cli.times import Since, TimeZone, Until, period_of
from tokcost.errors import TokcostError


def usage(
    logs: Logs = None,
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            help="Group by some of model, provider, client, key, project, day, month, hour, mode, file. "
            "[default: model, and client and key where the logs name them]",
        ),
    ] = None,
    model: shared.DefaultModel = None,
    provider: Provider = None,
    regional: Regional = False,
    rate: Rate = None,
    fields: MapFields = None,
    charset: shared.Charset = "utf-8",
    as_of: LogAsOf = None,
    zone: TimeZone = None,
    since: Since = None,
    until: Until = None,
    prices: shared.Prices = None,
    fallback: shared.FallbackFile = None,
    allow_fallback: shared.AllowFallback = False,
    currency: shared.Currency = None,
    fx: shared.FxRate = None,
    vat: shared.Vat = None,
    unique: Annotated[
        bool, typer.Option("--unique", help="Count a response once, however often its id is in the logs.")
    ] = False,
    top: Annotated[
        int,
        typer.Option(
            "--top", min=0, metavar="N", callback=bounded, help="How many of the most expensive requests to list."
        ),
    ] = 5,
    max_cost: shared.MaxCost = None,
    max_cost_per: MaxCostPer = None,
    exit_zero: shared.ExitZero = False,
    keep_going: shared.KeepGoing = False,
    follow: Annotated[
        bool, typer.Option("--follow", help="Keep reading as the log grows; the limits then hold for today.")
    ] = False,
    every: Annotated[float, typer.Option("--every", min=0.05, help="Seconds between looks at a followed log.")] = 1.0,
    formats: Annotated[bool, typer.Option("--formats", help="List every format of logs that is read.")] = False,
    form: shared.Format = "table",
    file: shared.Output = None,
    reports: shared.Reports = None,
    quiet: shared.Quiet = False,
) -> None:
    """Price usage logs at the rates in force when each request was made, and add them up.

    Reads API responses, streams and batch results, the sessions of coding agents, the logs of gateways,
    frameworks and traces, the providers' exports and bills (--formats lists them all), [API USAGE LOG]
    blocks, and with --map any CSV or JSON; plain, gzip, zstd, xz, bzip2 or zip. A format is recognised
    by its shape. Keys are shown as fingerprints.

    Examples:

        tokcost usage logs/ --by day,model

        tokcost usage ~/.claude/projects --by project --max-cost 50

        zcat requests.jsonl.gz | tokcost usage - --format json
    """
    from tokcost.cli.log_options import named
    from tokcost.logs.ahead import reading_ahead

    if formats:
        if logs or max_cost is not None or max_cost_per or follow:
            raise TokcostError("--formats lists what is read, and reads nothing: leave logs and limits out")
        from tokcost.cli.output import answer, output_options
        from tokcost.metering.known_formats import list_formats

        answer(list_formats(), output_options(form, file, reports, quiet, keep_going, exit_zero))
        return
    names = named(logs)
    unlike = follow or fields or charset != "utf-8" or zone or since or until
    with nullcontext() if unlike else reading_ahead(names) as ahead:
        from tokcost.cli.fallbacks import BelowTheBook
        from tokcost.cli.log_options import grouping, meter, reader, undated
        from tokcost.cli.output import answer, output_options
        from tokcost.cli.own_names import default_model
        from tokcost.cli.values import price_book
        from tokcost.currency import exchange
        from tokcost.limits import Limits
        from tokcost.metering.group_by import IN_TIME
        from tokcost.metering.ledger import Ledger
        from tokcost.metering.report import UsageOptions, meter_logs, short

        how = output_options(form, file, reports, quiet, keep_going, exit_zero)
        limits = Limits(max_cost=max_cost, max_cost_per={each.what: each.most for each in max_cost_per or ()})
        period = period_of(zone, since, until)
        options = UsageOptions(grouping(by), unique, top, limits, period)
        money = exchange(currency, fx, vat)
        below = BelowTheBook(fallback, allow_fallback, gate=max_cost is not None or bool(max_cost_per))
        book = price_book(prices, named=model, below=below)
        measure = meter(book, as_of, default_model(model), provider, regional, rate)
        measure.falls_back_to_charge = True
        ledger = Ledger(measure, money, options.kept_by, top, unique, period.zone if period else None)
        if follow:
            from tokcost.cli.follow import follow_log

            if charset != "utf-8":
                raise TokcostError("--charset: a log that is followed is read as UTF-8: leave it out")
            if period is not None:
                raise TokcostError("--timezone, --since, --until: a followed log is told by UTC days: leave them out")
            follow_log(names, reader(fields), ledger, options, every, how)
        # the fast way knows UTC days alone, and leaves nothing out
        fast = period is None or not (period.cuts or set(IN_TIME) & set(ledger.by))
        report = meter_logs(reader(fields, ledger if fast else None, charset, ahead), names, ledger, options)
    report.warn(undated(measure, as_of))
    answer(report, how, short(report))
