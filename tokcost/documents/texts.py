"""The texts of ``count``: each counted for every model, one row each, compared with the limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from tokcost.catalog import Model
from tokcost.counting.count import Count
from tokcost.counting.text import CHARACTERS, Method
from tokcost.documents.failures import NOTHING_TO_CHECK, Failures, nothing_counted
from tokcost.documents.job import CountJob
from tokcost.documents.many import BlankCounts, counts_of
from tokcost.documents.models import Pricing, Target, introduce, sum_up, targets_of
from tokcost.documents.windows import check_windows
from tokcost.encodings.engines import AUTO, check_serves
from tokcost.errors import TokcostError
from tokcost.inputs.files import LeftOut
from tokcost.inputs.text import Reading, TextSource
from tokcost.phrases import plural
from tokcost.pricing import Cost, Unpriced
from tokcost.quoting import as_text, price_count
from tokcost.report import Report, Row, Table
from tokcost.report.row import ROW_COLUMNS, with_heading, with_quantity
from tokcost.report.totals import TOTAL_COLUMNS, totals_by_model

if TYPE_CHECKING:
    from tokcost.limits import Limits


class CountOptions(NamedTuple):
    """What to count with: models by name, or encodings; tokens to price with each text; engine and processes."""

    models: tuple[str, ...]
    encodings: tuple[str, ...]
    output_tokens: int = 0
    cached_tokens: int = 0
    engine: str = AUTO
    jobs: int = 0
    fit: bool = False
    limits: Limits | None = None
    quantities: Mapping[str, Decimal] = {}


class CountPlan(NamedTuple):
    """For what texts are counted, and the models whose cost an option states, whatever the texts."""

    targets: list[Target]
    stated: list[Target]


def plan_of(options: CountOptions, pricing: Pricing | None) -> CountPlan:
    """The models and encodings of the options. Raises TokcostError for one that is unknown, or lacks its option."""
    targets = targets_of(options.models, options.encodings, pricing, by_unit=True)
    if pricing is None:
        return CountPlan(targets, [])
    from tokcost.documents.quantities import check_stated

    check_stated(targets, options.quantities, options.output_tokens or options.cached_tokens)
    return CountPlan([each for each in targets if not each.is_stated], [each for each in targets if each.is_stated])


def count_texts(
    items: Sequence[TextSource | LeftOut], plan: CountPlan, options: CountOptions, pricing: Pricing | None,
    reading: Reading, seen: Callable[[int], None],
) -> Report:  # fmt: skip
    """The report of ``count``. ``seen`` is called with the number of bytes done since.

    Raises TokcostError when nothing could be counted, NotPriced for a mode that a model does not have.
    """
    report = Report("count", Table(ROW_COLUMNS if pricing else with_heading(ROW_COLUMNS, "encoding", "encoding")))
    targets = [*plan.targets, *plan.stated]
    introduce(report, targets, pricing)
    rows = list(_rows(items, plan.targets, options, pricing, reading, seen, report))
    if pricing:
        rows += [_of_unit("", each, options.quantities[each.unit], pricing) for each in plan.stated]
    if not rows:
        raise nothing_counted(report)
    by_unit = any(row.quantity for row in rows)
    report.table.columns = with_quantity(report.table.columns) if by_unit else report.table.columns
    sum_up(report, rows, pricing, with_quantity(TOTAL_COLUMNS) if by_unit else TOTAL_COLUMNS)
    report.scope = plural(len({row.name for row in rows}), "text")
    check_windows(report, rows, targets, options.fit)
    if options.limits is not None:
        from tokcost.documents.holding import hold_rows, price_texts

        def reprice(own: Sequence[Row], model: Model) -> Cost:
            return price_texts(own, model, pricing) if pricing else Unpriced("no price was asked for")

        hold_rows(report, totals_by_model(rows), rows, targets, pricing, options.limits, reprice)
    return report


def _rows(
    items: Sequence[TextSource | LeftOut], targets: Sequence[Target], options: CountOptions, pricing: Pricing | None,
    reading: Reading, seen: Callable[[int], None], report: Report,
) -> Iterator[Row]:  # fmt: skip
    limited = options.limits is not None or options.fit
    failures = Failures(report, limited)
    methods = tuple(dict.fromkeys(target.method for target in targets))
    for method in methods:
        if method.encoding != CHARACTERS:
            check_serves(method.encoding, options.engine)
    sources = [item for item in items if isinstance(item, TextSource)]
    counted = counts_of(sources, CountJob(methods, reading, options.engine), options.jobs, seen)
    for item in items:
        if isinstance(item, LeftOut):
            failures.left_out(item)
            continue
        counts = next(counted)
        if isinstance(counts, TokcostError):
            failures.not_counted(item.name, item.named, counts)
        else:
            if limited and item.named and isinstance(counts, BlankCounts):
                report.fail(item.name, NOTHING_TO_CHECK)
            yield from _of_one(item.name, counts, targets, options, pricing)
    failures.tell()


def _of_one(
    name: str, counts: dict[Method, Count], targets: Sequence[Target], options: CountOptions, pricing: Pricing | None
) -> Iterator[Row]:
    for target in targets:
        count, model = counts[target.method], target.model
        if model is None or pricing is None:
            yield Row(name, count, encoding=target.name)
            continue
        if target.unit:
            yield _of_unit(name, target, Decimal(count.tokens), pricing)
            continue
        if options.cached_tokens > count.high:
            raise TokcostError(f"{name}: --cached {options.cached_tokens} is more than its {count.high} input tokens")
        cost = price_count(count, model, pricing.terms, options.cached_tokens, options.output_tokens)
        cost = as_text(cost, model, pricing.terms.day)
        yield Row(
            name, count, model.provider, model.name, target.method.encoding,
            options.output_tokens, options.cached_tokens, pricing.exchange.cost(cost),
        )  # fmt: skip


def _of_unit(name: str, target: Target, number: Decimal, pricing: Pricing) -> Row:
    """The row of a model that is not billed by token; its name is the quantity where no text has one."""
    from tokcost.documents.quantities import quantity_row

    return quantity_row(name, target, number, pricing)
