"""``tokcost audit``: what was charged against what it should have cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tokcost.cli.log_options import Currency, FxRate, LogAsOf, LogModel, Logs, MapFields, Provider, Rate, Regional, Vat
from tokcost.cli.options import Format, Output, Prices
from tokcost.errors import ANSWERED, NO_ANSWER, RULE_BROKEN, TokcostError
from tokcost.phrases import quote

if TYPE_CHECKING:
    from tokcost.audit.lines import Audit, Tolerance
    from tokcost.logs.entry import Entry, Problem


def audit(
    logs: Logs = None,
    bill: Annotated[
        list[Path] | None,
        typer.Option("--bill", help="A provider's cost export to hold the logs against; repeatable."),
    ] = None,
    tolerance: Annotated[
        str, typer.Option("--tolerance", help="By how much a charge may differ: an amount as 0.01, or a share as 1%.")
    ] = "0",
    model: LogModel = None,
    provider: Provider = None,
    regional: Regional = False,
    rate: Rate = None,
    fields: MapFields = None,
    as_of: LogAsOf = None,
    prices: Prices = None,
    currency: Currency = None,
    fx: FxRate = None,
    vat: Vat = None,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Report what does not match, but exit 0.")] = False,
    form: Format = "table",
    file: Output = None,
) -> None:
    """Hold charges against the tokens they are for, at the rates in force on their day.

    Without --bill, every line that states a charge is checked on its own; with it, each day, model
    and kind of token of the logs against the bill. A line is matched (within the rounding of its
    own amount, or --tolerance), over, under, impossible (no rate in force that day explains it),
    duplicate, missing on either side, or unpriced. Exit 1 when one of them is not matched, 2 when
    one could not be checked.

    Examples:

        tokcost audit api_usage.log

        tokcost audit api_usage.log --rate 1000

        tokcost audit logs/ --bill openai_costs.json --tolerance 1%
    """
    from tokcost.audit.lines import Audit
    from tokcost.cli.log_options import exchange_of, meter, named, outcome, reader, undated
    from tokcost.cli.options import price_book
    from tokcost.cli.output_old import check_format, put, say
    from tokcost.cli.usage import told_faults
    from tokcost.render_old.audit import impossible, render_audit, summary
    from tokcost.report import Finding

    check_format(form)
    allowed = _tolerance(tolerance)
    book = price_book(prices)
    arguments, stdin = named(logs)
    found = Audit(meter(book, as_of, model, provider, regional, rate), exchange_of(currency, fx, vat), allowed)
    source = reader(fields)
    if bill:
        from tokcost.audit.bill import against_bill

        charges = reader(fields)
        charged = against_bill(
            found,
            _entries(found, source.read(arguments, stdin)),
            _entries(found, charges.read([str(path) for path in bill], None)),
        )
        if not charged:
            _refuse_bill(found, charges.skipped, bill)
        found.warnings += charges.skipped
    else:
        found.check(_entries(found, source.read(arguments, stdin)))
    found.warnings += source.skipped + undated(found.meter, as_of)
    found.pricing = book.stamp() if form == "json" else None
    _refuse_nothing(found, bool(bill))
    found.findings += [Finding("impossible", told, "", line.where) for line, told in impossible(found)]
    if found.broken:
        found.findings.append(Finding("audit", f"not everything matches: {summary(found)}"))
    say(told_faults(found.faults))
    say(f"note: {line}" for line in found.warnings)
    put(render_audit(found, form, outcome(file)), file)
    say(f"tokcost: {finding.message}" for finding in found.findings)
    if found.broken:
        raise typer.Exit(ANSWERED if exit_zero else RULE_BROKEN)
    raise typer.Exit(ANSWERED if found.complete else NO_ANSWER)


def _entries(found: Audit, reads: Iterable[Entry | Problem]) -> Iterator[Entry]:
    """The entries; problems go to the audit."""
    from tokcost.logs.entry import Problem

    for read in reads:
        if isinstance(read, Problem):
            found.faults.add(read)
        else:
            yield read


def _refuse_nothing(found: Audit, billed: bool) -> None:
    if sum(found.counts.values()):
        return
    if found.faults.number:
        first = found.faults.first[0]
        raise TokcostError(f"nothing to audit: {first.where}: {first.why}")
    remedy = "" if billed else ": --bill FILE holds them against a bill"
    raise TokcostError(f"nothing to audit: the logs state no charge{remedy}")


def _refuse_bill(found: Audit, skipped: list[str], bill: list[Path]) -> None:
    """Nothing was compared, whatever the logs say."""
    from tokcost.masking import scrub

    names = [scrub(str(path)) for path in bill]
    why = [f"{each.where}: {each.why}" for each in found.faults.first if each.where.startswith(tuple(names))]
    told = next(iter([*skipped, *why]), f"{', '.join(names)}: it states no charge")
    raise TokcostError(f"nothing to compare with: {told}; --bill takes a provider's cost export or lines with a charge")


def _tolerance(text: str) -> Tolerance:
    from tokcost.audit.lines import Tolerance

    bare, percent, rest = text.strip().removeprefix("$").partition("%")
    try:
        value = Decimal(bare)
    except InvalidOperation:
        value = Decimal(-1)
    if rest or not value.is_finite() or value < 0:
        raise TokcostError(f"--tolerance {quote(text)}: an amount as 0.01, or a share as 1%")
    return Tolerance(share=value.scaleb(-2)) if percent else Tolerance(amount=value)
