"""Where ratios of output are learnt: a results file of an earlier batch, or a report that compared one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from tokcost.batch.learnt import RATIOS, LearntRatio, LearntRatios, Samples
from tokcost.catalog import Model, PriceBook
from tokcost.errors import TokcostError
from tokcost.phrases import quote

_REMEDY = "give the results of a batch, or a report saved by 'tokcost batch FILE --results RESULTS -f json'"
_MOST_RATIO = 10**6


def learn(path: str, book: PriceBook, day: date, charset: str) -> LearntRatios:
    """The ratios in a file. Raises TokcostError where it cannot be read, or nothing can be learnt of it."""
    return LearntRatios(_saved(path), quote(path)) if _is_report(path) else _of_results(path, book, day, charset)


def _is_report(path: str) -> bool:
    try:
        if not Path(path).is_file():  # what a pipe was asked for once is gone
            return False
        with Path(path).open("rb") as file:
            return b'"schema_version"' in file.read(200)
    except (OSError, ValueError):  # an address, stdin, or nothing: the reader of results says which
        return False


def _of_results(path: str, book: PriceBook, day: date, charset: str) -> LearntRatios:
    from tokcost.batch.results import read_results
    from tokcost.metering.meter import Meter

    results, samples, meter = read_results([path], charset), Samples(), Meter(book, day)
    unknown: dict[str, None] = {}
    for result in results.left():
        if result.failed:
            continue
        named = result.entries[0].model
        model = meter.model(named, result.entries[0].provider) if named else "the results name no model"
        if isinstance(model, Model):
            usage = result.usage
            samples.add(model, result.line.effort, usage.input_tokens, usage.output_tokens, result.line.answers or 1)
        else:
            unknown[model] = None
    learnt = samples.learnt()
    if not learnt:
        why = next(iter(unknown), "no request in it was answered with output")
        raise TokcostError(f"--output-ratio {quote(path)}: nothing can be learnt of it: {why}: {_REMEDY}")
    return LearntRatios(learnt, results.source, (*results.problems,), tuple(unknown))


def _saved(path: str) -> Iterator[LearntRatio]:
    from tokcost.report.saved import load

    rows = load(path).details.get(RATIOS)
    if not isinstance(rows, list) or not rows:
        raise TokcostError(f"--output-ratio {quote(path)}: a report without ratios of output: {_REMEDY}")
    for row in rows:
        yield _ratio(row if isinstance(row, dict) else {}, path)


def _ratio(row: dict[str, Any], path: str) -> LearntRatio:
    full_id, model, effort, results = (row.get(key) for key in ("full_id", "model", "effort", "results"))
    try:
        numbers = [Decimal(str(row.get(key))) for key in ("low", "likely", "high", "median", "p90")]
    except InvalidOperation:
        numbers = []
    known = isinstance(full_id, str) and isinstance(model, str)
    ordered = bool(numbers) and all(n.is_finite() for n in numbers) and 0 <= numbers[0] <= numbers[1] <= numbers[2]
    if not known or not isinstance(results, int) or not ordered or numbers[2] > _MOST_RATIO:
        raise TokcostError(f"--output-ratio {quote(path)}: a report with a broken ratio of output: save it again")
    return LearntRatio(str(full_id), str(model), effort if isinstance(effort, str) else None, results, *numbers)
