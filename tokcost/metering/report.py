"""The report of ``usage``: groups by what was asked for, the most expensive first, compared with the limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from tokcost.catalog.names import WAY_OUT
from tokcost.currency import same_currency
from tokcost.limits import Limits
from tokcost.logs.read import Reader
from tokcost.metering.columns import FIGURES, REQUEST_COLUMNS, GroupRow, group_columns
from tokcost.metering.entries import entries_of, no_usage, tell_of_logs
from tokcost.metering.group import Group, Key, label, total_of
from tokcost.metering.group_by import DEFAULT_BY, IN_TIME
from tokcost.metering.holding import hold, overruns
from tokcost.metering.ledger import Ledger
from tokcost.metering.period import Period
from tokcost.phrases import plural
from tokcost.pricing import weak_rates
from tokcost.rates import EXACT
from tokcost.report import Report, Table
from tokcost.report.report import Provenance
from tokcost.report.table import LateRows

# So many reasons for no price are told to people.
_REASONS = 10


class UsageOptions(NamedTuple):
    """What to group by (None: model, client and key as far as the logs name them), the limits, and the span of time."""

    by: tuple[str, ...] | None = None
    unique: bool = False
    top: int = 5
    limits: Limits = Limits()
    period: Period | None = None

    @property
    def shown_by(self) -> tuple[str, ...]:
        """The names that rows are grouped by."""
        return self.by or DEFAULT_BY

    @property
    def kept_by(self) -> tuple[str, ...] | None:
        """The names that the ledger groups by: those shown, and those that have a limit."""
        if not self.limits.max_cost_per:
            return self.by
        return tuple(dict.fromkeys([*self.shown_by, *self.limits.max_cost_per]))


def meter_logs(reader: Reader, names: Sequence[str], ledger: Ledger, options: UsageOptions) -> Report:
    """Read logs into the ledger, and report what they come to. Raises TokcostError when they hold no usage."""
    report = new_report(options)
    period, by_day = options.period, not set(IN_TIME).isdisjoint(ledger.by)
    entries = entries_of(report, reader.read(names))
    for entry in entries if period is None else period.inside(entries, by_day):
        ledger.add(entry)
    if ledger.is_empty and not (period and period.left_out + period.undated):
        raise no_usage(report, reader)
    conclude(report, ledger, reader, options)
    if period is not None:
        report.warn(period.sentences(by_day))
        report.details["timezone"] = str(period.zone or "UTC")
        if options.limits.given and period.undated:
            report.fail(period.options, "a limit on it cannot be checked: some requests state no time")
    if options.limits.given:
        groups = ledger.groups()
        hold(report, overruns(groups, ledger.by, options.limits, report.currency), groups, options.limits)
    return report


def new_report(options: UsageOptions) -> Report:
    """A report without rows yet, to add problems to."""
    return Report("usage", Table(group_columns(options.shown_by)))


def conclude(report: Report, ledger: Ledger, reader: Reader, options: UsageOptions) -> None:
    """Rows, totals, the most expensive requests and notes of what is in the ledger."""
    groups = _reduced(ledger.groups(), ledger.by, options.shown_by)
    total, ordered = _summed(groups, options.shown_by[0])
    shown = [name for at, name in enumerate(options.shown_by) if at == 0 or any(key[at] for key in groups)]
    number = len(groups)
    report.table.rows = LateRows(
        ordered, lambda key: report.table.row(_row(key, groups[key], options.shown_by, shown, total))
    )
    if number > 1:
        whole = GroupRow("total", {options.shown_by[0]: "total"}, total, _share(total, total))
        report.table.footer = [report.table.row(whole)]
    report.totals = {"rows": number, **Table(FIGURES).row(GroupRow("total", {}, total))}
    most_expensive = ledger.most_expensive()
    report.details["by"] = shown
    report.details["costliest"] = Table(
        REQUEST_COLUMNS, "the most expensive requests", shown=len(most_expensive) > 1
    ).extend(most_expensive)  # fmt: skip
    report.unpriced = total.unpriced
    report.currency = ledger.exchange.currency or "USD"
    if ledger.meter.rate is not None:
        same_currency("--rate", ledger.meter.rate, report.currency)
    report.provenance = Provenance(ledger.meter.book, exchange=ledger.exchange)
    report.scope = plural(total.requests, "request")
    tell_of_logs(report, reader, options.limits.given)
    report.warn(_notes(ledger, reader, total, options.unique))


def short(report: Report) -> str:
    """The cost of it all and nothing else; '' where it is not known."""
    cost = report.totals["cost"]
    return "" if cost is None else f"{cost:f}\n"


def _reduced(groups: Mapping[Key, Group], by: Sequence[str], to: Sequence[str]) -> Mapping[Key, Group]:
    """The groups by fewer names; a name that the ledger does not have is None."""
    if tuple(by) == tuple(to):
        return groups
    at = [by.index(name) if name in by else None for name in to]
    found: dict[Key, Group] = {}
    for key, group in groups.items():
        found.setdefault(tuple(None if each is None else key[each] for each in at), Group()).take(group)
    return found


def _summed(groups: Mapping[Key, Group], first: str) -> tuple[Group, list[Key]]:
    """All together; and the groups in time where time comes ``first``, else the most expensive first."""
    below: dict[Key, Decimal] = {}

    def noted() -> Iterable[Group]:
        for key, group in groups.items():  # there may be many: one by one
            below[key] = -group.likely
            yield group

    total = total_of(noted())
    if first in IN_TIME:
        return total, sorted(groups, key=lambda key: key[0] or "")
    ordered = sorted(groups, key=label)
    ordered.sort(key=below.__getitem__)
    return total, ordered


def _row(key: Key, group: Group, by: Sequence[str], shown: Sequence[str], total: Group) -> GroupRow:
    parts = dict(zip(by, key, strict=True))
    return GroupRow(label(tuple(parts[name] for name in shown)), parts, group, _share(group, total))


def _share(group: Group, total: Group) -> Decimal | None:
    """Of the whole cost, in per cent; None where either is not known."""
    if group.unpriced or not total.likely:
        return None
    return EXACT.divide(group.likely * 100, total.likely).quantize(Decimal(1).scaleb(-2))


def _unpriced(total: Group) -> Iterator[str]:
    """Why requests have no price: a sentence for each reason, the most frequent first; the ways out are said once."""
    reasons = sorted(total.reasons.items(), key=lambda each: -each[1])
    said = False
    for reason, number in reasons[:_REASONS]:
        unknown = reason.endswith(WAY_OUT)
        yield f"{number:,} unpriced: {reason.removesuffix(WAY_OUT).rstrip(': ') if unknown and said else reason}"
        said |= unknown
    if rest := sum(number for _, number in reasons[_REASONS:]):
        yield f"{rest:,} unpriced for {plural(len(reasons) - _REASONS, 'other reason')}: --format json lists them"


def _notes(ledger: Ledger, reader: Reader, total: Group, unique: bool) -> list[str]:
    notes = []
    if total.failed:
        notes.append(f"{plural(total.failed, 'request')} failed and cost nothing")
    notes += _unpriced(total)
    if repeated := ledger.repeats.number:
        counted = "left out" if unique else "counted again: --unique counts each response once"
        notes.append(f"{plural(repeated, 'repeated response id')}, {counted}")
    if ledger.collapsed:
        notes.append("more than 200 groups: grouped by model only; --by model,client,key lists them all")
    return [*notes, *weak_rates(ledger.meter.weak_models()), *ledger.meter.fee_notes()]
