"""What a report shows of a forecast held against its results: columns, tables, sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from tokcost.amounts import money, percent, tokens
from tokcost.batch.comparison import BillComparison, Side, outside
from tokcost.batch.learnt import RATIOS, LearntRatio, ratios_table
from tokcost.batch.row import BILLED, FAILED, MISSING, BatchRow
from tokcost.errors import Problem
from tokcost.phrases import plural, quote, quote_value, some_of
from tokcost.rates import EXACT
from tokcost.report import Column, Kind, Report, Table
from tokcost.report.row import count_columns
from tokcost.usage import Usage

RESULTS = "results"
"""The name of the table of forecasts against bills in the details of a report."""


def _used(row: BatchRow) -> Usage | None:
    return row.billed.usage if row.billed else None


def _less(billed: Decimal | None, forecast: Decimal | None) -> Decimal | None:
    return None if billed is None or forecast is None else EXACT.subtract(billed, forecast)


def _output_difference(row: BatchRow) -> int | None:
    used = _used(row)
    known = row.output.likely if row.output else None
    return None if used is None or known is None else used.output_tokens - known


def _cost_difference(row: BatchRow) -> Decimal | None:
    known = row.output is not None and row.output.likely is not None
    return _less(row.billed.money, row.quote.likely) if known and row.billed and row.quote else None


ROWS_BILLED: tuple[Column, ...] = (
    Column("result", lambda row: row.billed.status if row.billed else None),
    Column("result_note", lambda row: (row.billed.why if row.billed else None) or None),
    Column("input_tokens_billed", lambda row: used.input_tokens if (used := _used(row)) else None),
    Column("cached_tokens_billed", lambda row: used.cached_tokens if (used := _used(row)) else None),
    Column(
        "cache_write_tokens_billed",
        lambda row: used.cache_write_tokens + used.cache_write_long_tokens if (used := _used(row)) else None,
    ),
    Column("output_tokens_billed", lambda row: used.output_tokens if (used := _used(row)) else None),
    Column("reasoning_tokens_billed", lambda row: used.reasoning_tokens if (used := _used(row)) else None),
    Column("cost_billed", lambda row: row.billed.money if row.billed else None),
    Column("input_outside", outside),
    Column("output_difference", _output_difference),
    Column("cost_difference", _cost_difference),
)
"""What a row has beside its forecast; ``input_outside`` is the distance of the bill from the forecast's range."""

_SIDES: tuple[Column, ...] = (
    Column("model", lambda each: each.model.name if each.model else None, "model", shrinks=True),
    Column("requests", lambda each: each.requests, "results", Kind.NUMBER),
    *(column._replace(heading="in" if column.key == "input_tokens" else "")
      for column in count_columns(lambda each: each.input)),
    Column("input_tokens_billed", lambda each: each.usage.input_tokens, "in billed", Kind.NUMBER),
    Column("cached_tokens_billed", lambda each: each.usage.cached_tokens),
    Column("output_tokens", lambda each: each.output, "out", Kind.NUMBER),
    Column("output_tokens_billed", lambda each: each.usage.output_tokens, "out billed", Kind.NUMBER),
    Column("reasoning_tokens_billed", lambda each: each.usage.reasoning_tokens),
    Column("cost_low", lambda each: each.low),
    Column("cost", lambda each: each.likely, "cost", Kind.MONEY),
    Column("cost_high", lambda each: each.high),
    Column("cost_billed", lambda each: each.money, "billed", Kind.MONEY),
    Column("cost_difference", lambda each: each.difference),
)  # fmt: skip

_MISSED: tuple[Column, ...] = (
    Column("name", lambda row: row.name, "name", shrinks=True),
    Column("file", lambda row: row.file),
    Column("line", lambda row: row.line),
    *count_columns(lambda row: row.input),
    Column("input_tokens_billed", lambda row: row.billed.usage.input_tokens, "in billed", Kind.NUMBER),
    Column("input_outside", outside, "outside", Kind.SIGNED),
)


def tell_results(report: Report, comparison: BillComparison) -> None:
    """Add the comparison to the report of its forecast, once every request was taken."""
    results = comparison.results
    for problem in results.problems:
        report.problems.add(problem)
    for reason, number in comparison.unpriced.items():
        report.problems.add(Problem("--results", f"{plural(number, 'result')} cannot be priced: {reason}", number))
    report.warn(results.sentences)
    if not comparison.statuses[BILLED] + comparison.statuses[FAILED]:
        report.fail("--results", f"no result in {results.source} is of these requests: name those of the same batch")
        return
    left = list(results.left())
    report.warn(_warnings(comparison, [each.shown for each in left]))
    if results.ordered and (left or comparison.missing):
        report.fail("--results", "the results name no requests, and are not as many: which is whose is not known")
    total = comparison.total()
    table = Table(_SIDES, "forecast against billed").extend(comparison.by_model.values())
    if total is not None and len(table.rows) > 1:
        table.footer = [{**table.row(total), "model": "total"}]
    report.details[RESULTS] = table
    if comparison.outside > 1:
        report.details["missed"] = Table(_MISSED, "input farthest outside the forecast").extend(comparison.worst())
    report.details["result_counts"] = {
        **{status: comparison.statuses[status] for status in (BILLED, FAILED, MISSING)},
        "without_request": len(left),
        "repeated": results.repeated,
        "retried": results.retried,
        "input_outside": comparison.outside,
        "output_over": len(comparison.over),
        "at_output_limit": comparison.cut_off,
        "failures": dict(comparison.failures),
    }
    report.totals |= {key: value for key, value in (table.row(total) if total else {}).items() if "billed" in key}
    learnt = comparison.samples.learnt()
    report.details[RATIOS] = ratios_table(learnt)
    report.sentences += _sentences(comparison, total, learnt, report.currency)


def _warnings(comparison: BillComparison, left: Sequence[str]) -> Iterator[str]:
    """What could not be held against each other, and what failed."""
    if comparison.missing:
        names = some_of([quote(name) for name in comparison.missing])
        yield f"{_has(len(comparison.missing), 'request')} no result: {names}"
    if left:
        yield f"{_has(len(left), 'result')} no request in these files: {some_of(left)}"
    if repeated := comparison.results.repeated:
        yield f"{plural(repeated, 'result')} told twice, counted once"
    if retried := comparison.results.retried:
        yield f"{plural(retried, 'result')} failed where another of the same request did not: left out"
    if failed := comparison.statuses[FAILED]:
        reasons = some_of([f"{why} ({number:,})" for why, number in comparison.failures.most_common()])
        yield f"{plural(failed, 'request')} failed and cost nothing: {reasons}"
    if comparison.uncounted:
        yield f"{plural(comparison.uncounted, 'result')} of requests that could not be counted: not compared"
    for model, number in comparison.other_model.items():
        yield f"{plural(number, 'result')} of {model}, not of the model that the forecast is for: billed as theirs"
    for name, number in comparison.unknown_model.items():
        yield f"{plural(number, 'result')} of {quote_value(name)}, not known: billed as the model of its request"
    if comparison.other_day:
        days = plural(comparison.other_day, "result")
        yield f"{days} of days with other rates: all is priced at those of one day, --as-of DAY names it"
    if comparison.results.ordered:
        yield "the results do not say which request they answer: taken in the order of the requests"


def _has(number: int, noun: str) -> str:
    return f"{plural(number, noun)} {'has' if number == 1 else 'have'}"


def _sentences(
    comparison: BillComparison, total: Side | None, learnt: Sequence[LearntRatio], currency: str | None
) -> Iterator[str]:
    """The answer in words: input, output, money, and the ratio to give next time."""
    if total is None:
        return
    yield _of_input(comparison, total)
    over, number = comparison.over, total.requests
    if total.output:
        most = f", by {tokens(max(over)[0])} at most ({quote(max(over)[1])})" if over else ""
        yield f"output: {tokens(len(over))} of {plural(number, 'result')} longer than expected{most}"
    if comparison.cut_off:
        yield f"output: {plural(comparison.cut_off, 'result')} at the limit of output, and perhaps cut off"
    if total.money is not None:
        least, most = (money(each, currency) if each is not None else "unknown" for each in (total.low, total.high))
        off = ""
        if total.likely and total.difference:
            more = "more" if total.difference > 0 else "less"
            off = f", {percent(abs(total.difference), total.likely)} {more} than likely"
        yield f"billed: {money(total.money, currency)}, the forecast is {least} to {most}{off}"
    for each in learnt:
        if each.effort is None and each.likely:
            of = f" for {each.model}" if len(comparison.by_model) > 1 else ""
            yield (
                f"next time{of}: --output-ratio {each.likely:f} ({plural(each.results, 'result')} together; "
                f"half have at most {each.median:f}, 9 in 10 {each.p90:f})"
            )


def _of_input(comparison: BillComparison, total: Side) -> str:
    number = plural(total.requests, "result")
    cached = total.usage.cached_tokens
    read = f"; {plural(cached, 'token')} of it read from the cache" if cached else ""
    if not comparison.outside:
        return f"input: {f'all {number}' if total.requests > 1 else number} within the forecast{read}"
    worst = comparison.worst()[0]
    by = outside(worst) or 0
    most = f"{'+' if by > 0 else '-'}{plural(abs(by), 'token')} at most ({quote(worst.name)})"
    return f"input: {tokens(comparison.outside)} of {number} outside the forecast, {most}{read}"
