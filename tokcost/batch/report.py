"""The report of a batch: every request counted and priced, summed, compared with the limits, split into parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from tokcost.batch.caching import caching_notes, caching_sentences, caching_table
from tokcost.batch.columns import ROWS, SUMS, models_table, parts_table
from tokcost.batch.holding import hold_batch
from tokcost.batch.opening import RequestFiles
from tokcost.batch.part_files import check_splittable, write_parts
from tokcost.batch.row import BatchRow
from tokcost.batch.run import BatchOptions, Runner
from tokcost.batch.sentences import (
    batch_saving,
    model_notes,
    reasoning_notes,
    renamed_note,
    saving_sentence,
    unlimited_note,
)
from tokcost.batch.split import SplitOptions
from tokcost.batch.summary import RequestSum, Summary
from tokcost.catalog import PriceBook
from tokcost.errors import InputError, NotText, TokcostError
from tokcost.inputs.files import STDIN, InputFile
from tokcost.limits import Limits
from tokcost.phrases import plural
from tokcost.report import Column, Report, Table
from tokcost.report.left_out import tell_left_out
from tokcost.report.report import Provenance

if TYPE_CHECKING:
    from tokcost.batch.comparison import BillComparison


class ReportOptions(NamedTuple):
    """What is wanted of a batch: a row for every request, the parts of the prompts, limits held, files split.

    ``keep_going``: split although there are requests that the provider would refuse. ``comparison``: with results.
    """

    keep_rows: bool = False
    keep_parts: bool = False
    limits: Limits = Limits()
    split: SplitOptions | None = None
    keep_going: bool = False
    comparison: BillComparison | None = None


def price_requests(
    requests: RequestFiles, book: PriceBook, options: BatchOptions, wanted: ReportOptions, seen: Callable[[int], None]
) -> Report:
    """The report of ``batch``; ``seen`` is called with the number of bytes done since.

    Raises TokcostError when there is no request at all, or none that names a model where none was given, and for
    two currencies.
    """
    if wanted.split is not None:
        check_splittable(requests.files)
    report = Report("batch", Table(_columns(wanted), shown=False))
    runner = Runner(book, options, wanted.comparison, requests.size)
    summary = Summary(options.expected, keep_costs=wanted.split is not None, keep_parts=wanted.keep_parts)
    files = [file for file in requests.files if _read(file, requests, report, runner, summary, wanted.keep_rows, seen)]
    tell_left_out(report, requests.left_out, wanted.limits.given)
    if not summary.by_model and not summary.uncounted:
        why = f": {report.warnings[0]}" if report.warnings else ""
        raise TokcostError(next(report.problems.sentences(), f"nothing was priced: there is no request in it{why}"))
    if runner.unnamed and len(report.problems) == runner.unnamed and not summary.by_model:
        raise TokcostError(runner.first_unnamed)  # there is nothing to show, and one word mends it all
    total = summary.total()
    _sum_up(report, summary, total, options)
    _introduce(report, runner, summary, total, options, book)
    report.scope = plural(total.requests, "request")
    only = files[0].name if len(files) == 1 and files[0].location != STDIN else ""
    hold_batch(report, summary, total, wanted.limits, options.terms.mode, only)
    if wanted.limits.max_cost is None:  # else the limit says it
        report.warn(unlimited_note(list(summary.by_model.values())))
    if wanted.comparison is not None:
        from tokcost.batch.compared import tell_results

        tell_results(report, wanted.comparison)
    if wanted.keep_parts and summary.parts:
        report.details["parts"] = parts_table(summary, total.requests)
    if wanted.split is not None:
        write_parts(report, summary, total, files, wanted.split, wanted.keep_going)
    return report


def _columns(wanted: ReportOptions) -> tuple[Column, ...]:
    """What a row has: with results, what was billed beside the forecast."""
    if wanted.comparison is None:
        return ROWS
    from tokcost.batch.compared import ROWS_BILLED

    return (*ROWS, *ROWS_BILLED)


def _read(
    file: InputFile, requests: RequestFiles, report: Report, runner: Runner, summary: Summary, keep_rows: bool,
    seen: Callable[[int], None],
) -> bool:  # fmt: skip
    """Take in the requests of a file; False, and a problem, where it cannot be read to its end."""
    try:
        with requests.opened(file) as stream:
            for row in runner.rows(file.name, stream, seen):
                summary.take(row)
                if row.problems:
                    report.fail(f"{row.file}:{row.line}", _named(row) + "; ".join(row.problems))
                if keep_rows:
                    report.table.add(row)
    except (InputError, NotText) as error:
        report.fail(file.name, str(error).removeprefix(f"{file.name}: "))
        return False
    return True


def _named(row: BatchRow) -> str:
    """The name of a request that has one of its own."""
    return "" if row.name == f"line {row.line}" else f"{row.name}: "


def _sum_up(report: Report, summary: Summary, total: RequestSum, options: BatchOptions) -> None:
    sums = Table(SUMS)
    saved = batch_saving(total.quote, options.terms.mode)
    report.totals = {
        **sums.row(total),
        "by_model": sums.extend(summary.by_model.values()).rows,
        "batch_saving": saved,
    }
    report.details["models"] = models_table(summary, total)
    report.unpriced = summary.unpriced()
    report.answered = total.requests > 0
    report.currency = options.exchange.currency or "USD"


def _introduce(
    report: Report, runner: Runner, summary: Summary, total: RequestSum, options: BatchOptions, book: PriceBook
) -> None:
    """With what it is priced, what is to be known of that, and what caching or batching saves."""
    terms, exchange = options.terms, options.exchange
    report.provenance = Provenance(book, terms.day, terms.mode, exchange)
    if runner.given is not None:
        report.warn(renamed_note(list(runner.renamed), runner.given))
    report.warn(summary.notes)
    sentences = [saving_sentence(total.quote, terms.mode, report.currency)]
    models = [one.model for one in summary.by_model.values() if one.model is not None]
    report.warn(model_notes(models, terms.day))
    if summary.expected.learnt is not None:
        report.warn(summary.expected.learnt.sentences())
        for problem in summary.expected.learnt.problems:
            report.problems.add(problem)
    report.warn(reasoning_notes(list(summary.by_model.values()), summary.expected.tokens))
    followed = runner.caches.by_model.values()
    for prefixes in followed:
        price = prefixes.model.price_on(terms.day)
        sentences += caching_sentences(prefixes, price, terms.mode, exchange)
        report.warn(caching_notes(prefixes, price, terms.mode))
    if any(prefixes.marked for prefixes in followed):
        report.details["caching"] = caching_table(followed)
    report.sentences += filter(None, sentences)
