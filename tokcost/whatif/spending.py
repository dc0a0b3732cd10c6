"""What was spent and would be, before price and volume are multiplied: from logs, saved reports, or a sum alone."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from tokcost.amounts import MarkedAmount
from tokcost.currency import BASE, Exchange
from tokcost.errors import TokcostError
from tokcost.inputs.find import identity
from tokcost.logs.entry import Entry
from tokcost.logs.read import Reader
from tokcost.metering.entries import entries_of, no_usage, tell_of_logs
from tokcost.metering.ledger import Ledger
from tokcost.metering.meter import Meter
from tokcost.phrases import plural
from tokcost.pricing import sure, weak_rates
from tokcost.rates import EXACT
from tokcost.report import Report
from tokcost.whatif.change import CostChange, ModelAndClient, change_of, unchanged
from tokcost.whatif.project import Projector
from tokcost.whatif.saved import saved_report
from tokcost.whatif.scenario import Scenario


class SpendLogs(NamedTuple):
    """Logs and saved reports by name, and what reads them.

    ``ledger`` adds requests up where they are only multiplied; None where each is priced again.
    """

    names: tuple[str, ...]
    reader: Reader
    ledger: Ledger | None


def spent(amount: Decimal, scenario: Scenario, exchange: Exchange) -> dict[ModelAndClient, CostChange]:
    """A sum alone. Raises TokcostError for a scenario that needs to know the requests."""
    if not scenario.factors_alone:
        raise TokcostError("--spend is only a sum: model, mode, cached, output length and day need logs")
    taxed = EXACT.multiply(amount, EXACT.add(Decimal(1), exchange.vat))
    written = amount.currency if isinstance(amount, MarkedAmount) else None
    converted = exchange.convert(taxed, written or exchange.currency or BASE)
    return {(None, None): unchanged(sure(converted, exchange.currency))}


def spent_in_logs(
    report: Report, logs: SpendLogs, scenario: Scenario, meter: Meter, exchange: Exchange
) -> dict[ModelAndClient, CostChange]:
    """Before and after by model and client. What could not be read becomes a problem of the report.

    Raises TokcostError where there is no usage, or a model named in the scenario is not in the logs.
    """
    projector = Projector(meter, exchange, scenario)
    entries = _entries(report, logs)
    if logs.ledger is None:
        changes = projector.project(entries)
        projector.check_names()
    else:
        for entry in entries:
            logs.ledger.add(entry)
        groups = logs.ledger.groups()
        changes = {(key[0], key[1]): change_of(group, exchange.currency) for key, group in groups.items()}
    if not changes:
        raise no_usage(report, logs.reader)
    tell_of_logs(report, logs.reader, report.limited)
    report.warn([*projector.notes, *weak_rates(meter.weak_models()), *meter.fee_notes()])
    return changes


def _entries(report: Report, logs: SpendLogs) -> Iterator[Entry]:
    """The entries of logs and saved reports, less those that go to the ledger in bulk."""
    for name in logs.names:
        saved = saved_report(Path(name)) if name != "-" else None
        if saved is None:
            yield from entries_of(report, logs.reader.read([name]))
            continue
        if (real := identity(name)) in logs.reader.seen:
            report.warn([f"{name}: the same file again, counted once"])
            continue
        logs.reader.seen.add(real)
        if saved.unanswered:
            report.fail(name, "the saved report is incomplete: what it could not read is missing here too")
        if saved.unwritten:
            number = plural(saved.unwritten, "request")
            report.warn([f"{name}: no output was expected of {number}: their input alone is here; --output says it"])
        yield from saved.entries
