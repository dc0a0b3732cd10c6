"""The report of ``audit``: charges of logs checked on their own, or logs compared with a bill."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from tokcost.audit.bill import against_bill
from tokcost.audit.findings import findings_of
from tokcost.audit.judge import Audit
from tokcost.audit.lines import IMPOSSIBLE, MATCHED, STATUSES, UNPRICED
from tokcost.currency import same_currency
from tokcost.errors import TokcostError
from tokcost.inputs.files import left_out_lines
from tokcost.logs.entry import Read
from tokcost.logs.read import Reader
from tokcost.metering.entries import entries_of, tell_of_logs
from tokcost.phrases import plural
from tokcost.pricing import weak_rates
from tokcost.report import UNPRICED as NO_PRICE
from tokcost.report import Report
from tokcost.report.report import Provenance

# So many lines are shown to people; JSON and CSV have all of them.
_SHOWN = 50


class LogFiles(NamedTuple):
    """Logs or a bill: their names, the reader, and what it makes of them, read as it is asked for."""

    names: tuple[str, ...]
    reader: Reader
    reads: Iterable[Read]


def audit_logs(audit: Audit, logs: LogFiles, bill: LogFiles | None) -> Report:
    """Every line that states a charge against its cost; with a bill, each day, model and kind of token against it.

    Raises TokcostError when no charge was found, or amounts are in two currencies and no rate is given.
    """
    report = Report("audit", audit.table)
    report.limited = True  # an audit is a gate by nature: what could not be checked does not pass
    if bill is None:
        audit.check(entries_of(report, logs.reads))
        if audit.silent:
            lines = f"{plural(audit.silent, 'line')} {'states' if audit.silent == 1 else 'state'} no charge"
            report.warn([f"{lines} and cannot be checked alone: --bill FILE compares them with a bill"])
    elif not against_bill(audit, entries_of(report, logs.reads), entries_of(report, bill.reads)):
        raise TokcostError(
            f"nothing to compare with: {_no_charge(report, bill)}; "
            "--bill takes a provider's cost export or lines with a charge"
        )
    if not audit.lines:
        raise TokcostError(f"nothing to audit: {_nothing(report, bill)}")
    for files in (bill, logs) if bill else (logs,):
        tell_of_logs(report, files.reader, report.limited)
    _conclude(report, audit)
    return report


def _no_charge(report: Report, bill: LogFiles) -> str:
    """Why the bill charges nothing, whatever the logs say: it is read before them."""
    problems = [f"{each.where}: {each.why}" for each in report.problems.first]
    names = ", ".join(bill.names)
    return next(iter([*left_out_lines(bill.reader.left_out), *problems]), f"{names}: it states no charge")


def _nothing(report: Report, bill: LogFiles | None) -> str:
    first = next(iter(report.problems.first), None)
    if first is not None:
        return f"{first.where}: {first.why}"
    remedy = "" if bill else ": --bill FILE compares them with a bill"
    return f"the logs state no charge{remedy}"


def _conclude(report: Report, audit: Audit) -> None:
    """Sums, findings and with what it was priced, once every line was read."""
    report.currency = audit.exchange.currency or "USD"
    same_currency("--tolerance", audit.tolerance.amount, report.currency)
    report.provenance = Provenance(audit.meter.book, exchange=audit.exchange)
    report.warn([*weak_rates(audit.meter.weak_models()), *audit.meter.fee_notes()])
    report.unpriced = audit.counts[UNPRICED]
    report.findings += findings_of(audit)
    counted = ", ".join(_counts(audit))
    report.scope = f"{plural(audit.lines, 'line')} ({counted})"
    known = report.complete and not audit.counts[IMPOSSIBLE]
    report.totals = {
        "lines": audit.lines,
        **{status.replace(" ", "_"): number for status, number in audit.counts.items()},
        "total_tokens": audit.tokens,
        "charged": audit.charged,
        "cost": audit.computed.likely if known else None,
        "cost_priced": audit.computed.likely,
        "without_charge": audit.silent,
    }
    table = audit.table
    mismatched = [row for row in table.rows if row["status"] != MATCHED]
    table.excerpt = (mismatched or table.rows)[:_SHOWN]
    table.footer = [{"name": counted} for counted in _counts(audit)] + [_total(audit)]


def _counts(audit: Audit) -> list[str]:
    """'3 matched', '1 over': how many there are of each status that there is."""
    return [f"{audit.counts[status]:,} {status}" for status in STATUSES if audit.counts[status]]


def _total(audit: Audit) -> dict[str, Any]:
    """The sums for people: of what has a charge, and of what has a price."""
    computed = audit.computed
    priced = computed.currency is not None
    return {
        "name": "total",
        "total_tokens": audit.tokens,
        "charged": audit.charged,
        "standing": NO_PRICE if audit.counts[UNPRICED] else None,
        "cost": computed.likely if priced and not audit.counts[UNPRICED] else None,
        "cost_priced": computed.likely if priced else None,
        "cost_low": computed.low if computed.ranged else None,
        "cost_high": computed.high if computed.ranged else None,
    }
