"""The documents of ``corpus``: counted for every model, one row per file, compared with the limits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tokcost.catalog import Model
from tokcost.counting.text import note_of
from tokcost.documents.costs import price_lengths, sum_of
from tokcost.documents.failures import NOTHING_TO_CHECK, Failures, is_left_out, nothing_counted, problem_of
from tokcost.documents.job import CountJob
from tokcost.documents.layout import FileLayout
from tokcost.documents.lengths import distribution
from tokcost.documents.models import Pricing, Target, introduce, labels, sum_up, targets_of
from tokcost.documents.parts import CorpusPart, parts_of
from tokcost.documents.run import FileCount, count_parts, files
from tokcost.documents.work import CorpusJob, Lengths, PartCount
from tokcost.encodings.engines import AUTO, check_serves
from tokcost.errors import TokcostError
from tokcost.inputs.files import InputFile, LeftOut
from tokcost.inputs.text import Reading
from tokcost.phrases import plural
from tokcost.pricing import Cost, Unpriced
from tokcost.report import Report, Row, Table
from tokcost.report.distribution import Distribution
from tokcost.report.row import ROW_COLUMNS, with_documents, with_heading
from tokcost.report.totals import TOTAL_COLUMNS, totals_by_model

if TYPE_CHECKING:
    from tokcost.limits import Limits

_COLUMNS = with_documents(ROW_COLUMNS)
_TOTALS = with_documents(TOTAL_COLUMNS)


class CorpusOptions(NamedTuple):
    """What to count with: models by name, or encodings; output tokens to price with each document; how and where.

    ``jobs`` 0: as many processes as pay. ``cluster`` is the address of a Dask scheduler, or "local".
    """

    models: tuple[str, ...]
    encodings: tuple[str, ...]
    output_tokens: int = 0
    layout: FileLayout = FileLayout()
    reading: Reading = Reading()
    engine: str = AUTO
    jobs: int = 0
    cluster: str | None = None
    write_counts: Path | None = None
    limits: Limits | None = None


class CorpusAnswer(NamedTuple):
    """The report, and how long the documents are for each model or encoding."""

    report: Report
    lengths: dict[str, Distribution]


def count_corpus(
    found: Iterable[InputFile | LeftOut], options: CorpusOptions, pricing: Pricing | None,
    seen: Callable[[int, int], None],
) -> CorpusAnswer:  # fmt: skip
    """The report of ``corpus``. ``seen`` is called with the bytes done since, and the total.

    Raises TokcostError when nothing could be counted, NotPriced for a mode that a model does not have.
    """
    report = Report("corpus", Table(_COLUMNS if pricing else with_heading(_COLUMNS, "encoding", "encoding")))
    targets = targets_of(options.models, options.encodings, pricing)
    introduce(report, targets, pricing)
    whole = [Lengths() for _ in targets]
    rows: list[Row] = []
    for one in _counted(found, options, targets, pricing, seen, report):
        for target, lengths in zip(targets, whole, strict=True):
            own = one.lengths.get(target.method, Lengths())
            lengths.update(own)
            rows.append(_row(one.input.name, target, own, options.output_tokens, pricing))
        if options.limits is not None and one.input.named and not rows[-1].input.high:
            report.fail(one.input.name, NOTHING_TO_CHECK)
    if not rows:
        raise nothing_counted(report)
    sum_up(report, rows, pricing, _TOTALS)
    first = report.totals["by_model"][0]
    report.scope = f"{plural(first['documents'], 'document')} in {plural(first['rows'], 'file')}"
    if options.limits is not None:
        _hold(report, rows, targets, whole, options, options.limits, pricing)
    shown = {
        label: distribution(lengths, target.model, options.output_tokens)
        for label, target, lengths in zip(labels(targets), targets, whole, strict=True)
    }
    report.details["lengths"] = {label: each.to_dict() for label, each in shown.items()}
    return CorpusAnswer(report, shown)


def _counted(
    found: Iterable[InputFile | LeftOut], options: CorpusOptions, targets: Sequence[Target], pricing: Pricing | None,
    seen: Callable[[int, int], None], report: Report,
) -> Iterator[FileCount]:  # fmt: skip
    """The files that could be counted; the others are problems of the report."""
    methods = tuple(dict.fromkeys(target.method for target in targets))
    for target in targets:
        _cost(Lengths({(1, 1, 1): 1}), target.model, options.output_tokens, pricing)  # refused now, not after hours
    for method in methods:
        check_serves(method.encoding, options.engine)
    job = CountJob(methods, options.reading, options.engine)
    failures = Failures(report, options.limits is not None)
    parts = _parts(found, options.layout, job, failures)
    job = job._replace(expected=sum(part.weight for part in parts))
    for each in _files(CorpusJob(job, options.layout, options.write_counts is not None), parts, options, targets,
                       seen, report):  # fmt: skip
        if each.error is None:
            for problem in each.problems:
                report.problems.add(problem)
            if more := each.unread - len(each.problems):
                report.fail(each.input.name, f"{plural(more, 'more document')} could not be read", more)
            yield each
        else:
            failures.not_counted(each.input.name, each.input.named, each.error)
    failures.tell()


def _parts(
    found: Iterable[InputFile | LeftOut], layout: FileLayout, job: CountJob, failures: Failures
) -> list[CorpusPart]:
    parts: list[CorpusPart] = []
    for number, item in enumerate(found):
        if isinstance(item, LeftOut):
            failures.left_out(item)
            continue
        try:
            parts += list(parts_of(number, item, layout, job))
        except TokcostError as error:
            failures.not_counted(item.name, True, error)
    return parts


def _files(
    job: CorpusJob, parts: Sequence[CorpusPart], options: CorpusOptions, targets: Sequence[Target],
    seen: Callable[[int, int], None], report: Report,
) -> Iterator[FileCount]:  # fmt: skip
    """The files as they are counted, their documents written with their tokens where that is asked for."""
    counted = count_parts(job, parts, options.jobs, options.cluster)

    def progress(one: PartCount) -> None:
        seen(one.part.weight, job.counting.expected)

    if options.write_counts is None:
        yield from files(counted, progress)
        return
    from tokcost.documents.writing import CountsWriter

    names = ["tokens"] if len(targets) == 1 else [f"tokens_{label}" for label in labels(targets)]
    columns = {name: target.method for name, target in zip(names, targets, strict=True)}
    writer = CountsWriter(options.write_counts, options.layout, options.reading.charset, columns)

    def write(one: PartCount) -> None:
        if is_left_out(one.error, one.part.input.named):
            writer.skip(one.part)
        else:
            writer.add(one)
        progress(one)

    try:
        yield from files(counted, write)
    except BaseException:
        writer.discard()
        raise
    writer.close()
    if writer.problem is not None:
        report.problems.add(problem_of(str(options.write_counts), writer.problem))


def _row(name: str, target: Target, lengths: Lengths, output_tokens: int, pricing: Pricing | None) -> Row:
    documents = lengths.total()
    count = sum_of(lengths, target.method.standing, note_of(target.method))
    model = target.model
    if model is None:
        return Row(name, count, encoding=target.name, documents=documents)
    return Row(
        name, count, model.provider, model.name, target.method.encoding, output_tokens * documents,
        cost=_cost(lengths, model, output_tokens, pricing), documents=documents,
    )  # fmt: skip


def _cost(lengths: Lengths, model: Model | None, output_tokens: int, pricing: Pricing | None) -> Cost | None:
    """In the report's currency; None where no price was asked for."""
    if model is None or pricing is None:
        return None
    return pricing.exchange.cost(price_lengths(lengths, model, pricing.terms, output_tokens))


def _hold(
    report: Report, rows: Sequence[Row], targets: Sequence[Target], whole: Sequence[Lengths], options: CorpusOptions,
    limits: Limits, pricing: Pricing | None,
) -> None:  # fmt: skip
    from tokcost.documents.holding import hold_rows

    by_model = {target.model.full_id: lengths for target, lengths in zip(targets, whole, strict=True) if target.model}

    def reprice(own: Sequence[Row], model: Model) -> Cost:
        cost = _cost(by_model[own[0].full_id or ""], model, options.output_tokens, pricing)
        return cost if cost is not None else Unpriced("no price was asked for")

    hold_rows(report, totals_by_model(rows), rows, targets, pricing, limits, reprice)
