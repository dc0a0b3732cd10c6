"""``tokcost usage``: logs in, what they cost out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tokcost.cli.log_options import (
    Currency,
    FxRate,
    LogAsOf,
    LogModel,
    Logs,
    MapFields,
    Provider,
    Rate,
    Regional,
    Vat,
)
from tokcost.cli.options import Charset, Format, Output, Prices
from tokcost.errors import ANSWERED, NO_ANSWER, RULE_BROKEN, TokcostError

if TYPE_CHECKING:
    from tokcost.logs.read import Reader
    from tokcost.metering.ceilings import Ceilings
    from tokcost.metering.ledger import Ledger
    from tokcost.metering.metered import Faults, Metered


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
    model: LogModel = None,
    provider: Provider = None,
    regional: Regional = False,
    rate: Rate = None,
    fields: MapFields = None,
    charset: Charset = "utf-8",
    as_of: LogAsOf = None,
    prices: Prices = None,
    currency: Currency = None,
    fx: FxRate = None,
    vat: Vat = None,
    unique: Annotated[
        bool, typer.Option("--unique", help="Count a response once, however often its id is in the logs.")
    ] = False,
    top: Annotated[int, typer.Option("--top", min=0, help="How many of the costliest requests to list.")] = 5,
    max_cost: Annotated[str | None, typer.Option("--max-cost", help="Exit 1 when it all cost more.")] = None,
    max_cost_per: Annotated[
        list[str] | None, typer.Option("--max-cost-per", help="Exit 1 when one key cost more: key=50; repeatable.")
    ] = None,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Report a broken limit, but exit 0.")] = False,
    follow: Annotated[
        bool, typer.Option("--follow", help="Keep reading as the log grows; --max-cost then holds for today.")
    ] = False,
    every: Annotated[float, typer.Option("--every", min=0.05, help="Seconds between looks at a followed log.")] = 1.0,
    form: Format = "table",
    file: Output = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the cost and nothing else.")] = False,
) -> None:
    """Price usage logs at the rates in force when each request was made, and add them up.

    Reads API responses and batch results (OpenAI, Anthropic, Gemini and who answers like them),
    the providers' usage and cost exports, Claude Code and Codex sessions, OpenTelemetry spans,
    [API USAGE LOG] blocks, and with --map any CSV or JSON lines; plain, gzip, zstd, xz, bzip2 or zip. A
    format is recognised by its shape. Keys are shown as fingerprints.

    Examples:

        tokcost usage logs/ --by day,model

        tokcost usage ~/.claude/projects --by project --max-cost 50

        zcat requests.jsonl.gz | tokcost usage - --format json
    """
    from tokcost.cli.log_options import (
        ceilings_per,
        exchange_of,
        grouping,
        meter,
        named,
        outcome,
        reader,
        sum_of,
        undated,
    )
    from tokcost.cli.options import price_book
    from tokcost.cli.output_old import check_format, put, say
    from tokcost.metering.ceilings import Ceilings
    from tokcost.metering.ledger import DEFAULT_BY, Ledger
    from tokcost.render_old.usage import render_usage

    check_format(form)
    ceilings = Ceilings(sum_of("--max-cost", max_cost), ceilings_per(max_cost_per))
    wanted = grouping(by)
    shown_by = wanted or list(DEFAULT_BY)
    kept = wanted if not ceilings.per else list(dict.fromkeys([*shown_by, *ceilings.per]))
    book = price_book(prices)
    arguments = named(logs)
    exchange = exchange_of(currency, fx, vat)
    measure = meter(book, as_of, model, provider, regional, rate)
    measure.takes_charges = True
    if follow and charset != "utf-8":
        raise TokcostError("--follow reads logs in UTF-8: leave out --charset, or --follow")
    if follow:
        from tokcost.cli.follow import follow_log

        live_by = kept or list(DEFAULT_BY)
        code = follow_log(
            arguments,
            reader(fields),
            lambda: Ledger(measure, exchange, live_by, unique=unique),
            ceilings,
            exit_zero,
            every,
        )
        raise typer.Exit(code)
    ledger = Ledger(measure, exchange, kept, top, unique)
    source = reader(fields, ledger, charset)
    report = _metered(ledger, source, arguments, shown_by, unique)
    report.warnings.extend(undated(measure, as_of))
    if not quiet:
        say(told_faults(report.faults))  # before a limit that cannot be checked because of them
    _hold(report, ledger, ceilings)
    if form == "json":
        report = report._replace(pricing=book.stamp())
    say(f"tokcost: {each.message}" for each in report.findings)
    if quiet:
        put(_short(report), file)
    else:
        say(f"note: {line}" for line in report.warnings)
        put(render_usage(report, form, outcome(file)), file)
    if quiet and not report.complete:
        raise typer.Exit(NO_ANSWER)
    raise typer.Exit(RULE_BROKEN if report.findings and not exit_zero else ANSWERED)


def _metered(ledger: Ledger, source: Reader, arguments: list[str], by: list[str], unique: bool) -> Metered:
    from tokcost.logs.entry import Problem
    from tokcost.metering.metered import Faults, measured, reasons

    faults = Faults()
    for read in source.read(arguments):
        if isinstance(read, Problem):
            faults.add(read)
        else:
            ledger.add(read)
    groups = ledger.groups()
    if not groups:
        first = faults.first[0] if faults.first else None
        told = (
            f"{first.where}: {first.why}" if first else (source.skipped[0] if source.skipped else "the logs are empty")
        )
        raise TokcostError(f"no usage was found: {told}")
    warnings = list(source.skipped)
    failed = sum(group.failed for group in groups.values())
    if failed:
        warnings.append(f"{failed} request{'s' if failed > 1 else ''} failed and cost nothing")
    for group in groups.values():
        if group.unpriced:
            warnings.append(f"{group.unpriced} unpriced: {reasons(group)}")
    if repeated := ledger.repeats.number:
        counted = "left out" if unique else "counted again: --unique counts each response once"
        warnings.append(f"{repeated} repeated response id{'s' if repeated > 1 else ''}, {counted}")
    warnings += [f"{number} {what}" for what, number in source.shapes.ignored.items()]
    if ledger.collapsed:
        warnings.append("too many clients and keys to list: --by model,client,key lists them all")
    return measured(
        ledger, by if not ledger.collapsed else ledger.by, faults, list(dict.fromkeys(warnings)), ledger.exchange
    )


def _hold(report: Metered, ledger: Ledger, ceilings: Ceilings) -> None:
    """Add a finding for every ceiling that is broken."""
    from tokcost.amounts import money, money_in_full
    from tokcost.metering.ceilings import overruns
    from tokcost.report import Finding

    if ceilings.total is None and not ceilings.per:
        return
    currency = ledger.exchange.currency
    for each in overruns(ledger, ceilings, report.complete):
        alike = money(each.spent, currency) == money(each.limit, currency)
        show = money_in_full if alike else money
        whose = f" for {each.what} {each.name}" if each.what else ""
        message = (
            f"a cost of {show(each.spent, currency)}{whose} exceeds the limit of {show(each.limit, currency)} "
            f"by {money(each.spent - each.limit, currency)}"
        )
        rule = f"max-cost-per {each.what}" if each.what else "max-cost"
        report.findings.append(Finding(rule, message, "", each.name))


def told_faults(faults: Faults) -> list[str]:
    """The bad lines in a few words, the first of them located."""
    if not faults.number:
        return []
    lines = [
        f"tokcost: {faults.number} bad lines, left out:" if faults.number > 1 else "tokcost: 1 bad line, left out:"
    ]
    lines += [f"  {each.where}: {each.why}" for each in faults.first[:5]]
    return [*lines, f"  and {faults.number - 5} more: --format json lists 100"] if faults.number > 5 else lines


def _short(report: Metered) -> str:
    from tokcost.report import money_text

    if not report.complete:
        told = [f"{each.where}: {each.why}" for each in report.faults.first]
        raise TokcostError("the cost is not known: " + next(iter([*told, *report.warnings])))
    return f"{money_text(report.total.likely)}\n"
