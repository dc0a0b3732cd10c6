"""From the arguments of ``corpus`` to what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, TypeGuard

from tokcost.catalog import Model, PriceBook
from tokcost.cli.progress import Progress
from tokcost.counting.text import Method, method_of, note_of
from tokcost.documents.costs import price_lengths, sum_of
from tokcost.documents.finding import locations
from tokcost.documents.found import CorpusRow, Found
from tokcost.documents.lengths import distribution
from tokcost.documents.parts import Part, Shape, parts_of
from tokcost.documents.run import FileCount, files, here
from tokcost.documents.work import Done, Job, Lengths
from tokcost.encodings.counter import counter
from tokcost.encodings.engines import GIGATOKEN, demand
from tokcost.encodings.names import common_cuts
from tokcost.errors import NotText, TokcostError
from tokcost.pricing import Terms, notes_on
from tokcost.report import Row
from tokcost.sources import Skipped


class Asked(NamedTuple):
    """What is to be counted, how and where."""

    encodings: tuple[str, ...]
    models: tuple[str, ...]
    terms: Terms
    output_tokens: int
    shape: Shape
    engine: str
    jobs: int
    cluster: str | None
    write_counts: Path | None
    force: bool


def count_corpus(paths: Sequence[str], ignore: bool, asked: Asked, book: PriceBook | None) -> Found:
    """Count every document of every file for every model or encoding."""
    found = Found()
    models: dict[str, Model] = {}
    methods: dict[str, Method] = {}
    for name in asked.encodings:
        methods[name] = Method(counter(name).spec.name)
    if book is not None:
        for model in map(book.find, asked.models):
            models[model.full_id], methods[model.full_id] = model, method_of(model)
            found.warnings += notes_on(model, asked.terms.day)
        from tokcost.cli.counting import currency_of

        found.currency = currency_of(models.values(), asked.terms)
        found.pricing = book.stamp()
    if asked.engine == GIGATOKEN:
        for method in methods.values():
            demand(method.encoding)
    parts, unnamed = _parts(paths, ignore, asked, methods, found)
    job = Job(
        tuple(dict.fromkeys(methods.values())),
        asked.shape,
        asked.engine,
        sum(part.weight for part in parts),
        asked.write_counts is not None,
        asked.force,
    )
    whole: dict[str, Lengths] = {name: Counter() for name in methods}
    for each in _counted(job, parts, unnamed, asked, methods, found):
        if _is_skipped(each.error, each.location, unnamed):
            found.warnings.append(f"{each.location}: skipped: {each.error.problem} at byte {each.error.offset}")
        else:
            _add(each, methods, models, asked, found, whole)
    if not found.rows:
        why = found.warnings[-1] if found.warnings else "no documents were found"
        raise TokcostError(found.errors[0] if found.errors else f"nothing was counted: {why}")
    for name, lengths in whole.items():
        chosen = models.get(name)
        found.totals.append(_row("", name, methods[name], lengths, chosen, asked))
        label = chosen.id if chosen else name
        found.lengths[label] = distribution(lengths, chosen.context_window if chosen else None, asked.output_tokens)
    found.warnings += dict.fromkeys(
        f"{row.row.model}: {row.row.input.standing}: {row.row.input.note}"
        for row in found.totals
        if row.row.model and row.row.input.note
    )
    return found


def _is_skipped(error: TokcostError | None, location: str, unnamed: Container[str]) -> TypeGuard[NotText]:
    """Whether it only means that a folder or a glob holds a file that is no text."""
    return isinstance(error, NotText) and location in unnamed


def _parts(
    paths: Sequence[str], ignore: bool, asked: Asked, methods: dict[str, Method], found: Found
) -> tuple[list[Part], set[str]]:
    """The parts of all files, and the files that nobody named: they come from a folder or a glob."""
    splits = not any(method.scale for method in methods.values())
    cuts = common_cuts([method.encoding for method in methods.values()])
    parts: list[Part] = []
    unnamed: set[str] = set()
    number = 0
    for item in locations(paths, ignore):
        if isinstance(item, Skipped):
            found.warnings.append(f"{item.name}: skipped: {item.reason}")
            found.complete &= not item.failed
            continue
        if not item.named:
            unnamed.add(item.location)
        try:
            parts += list(parts_of(number, item.location, asked.shape, splits, cuts))
        except TokcostError as error:
            found.fail(str(error))
        number += 1
    return parts, unnamed


def _counted(
    job: Job, parts: Sequence[Part], unnamed: Container[str], asked: Asked, methods: dict[str, Method], found: Found
) -> Iterable[FileCount]:
    if asked.cluster:
        from tokcost.documents.cluster import on_cluster

        dones = on_cluster(job, parts, asked.cluster, asked.jobs)
    else:
        dones = here(job, parts, asked.jobs)
    with Progress(sum(part.weight for part in parts), "") as bar:
        if asked.write_counts is None:
            yield from files(dones, lambda done: bar.seen(done.part.weight))
            return
        from tokcost.documents.writing import CountsWriter

        names = [name.rpartition("/")[2] for name in methods]
        heads = ["tokens"] if len(names) == 1 else [f"tokens_{name}" for name in names]
        columns = dict(zip(heads, methods.values(), strict=True))
        writer = CountsWriter(asked.write_counts, asked.shape, columns)

        def watch(done: Done) -> None:
            if _is_skipped(done.error, done.part.location, unnamed):
                writer.skip(done.part)
            else:
                writer.add(done)
            bar.seen(done.part.weight)

        try:
            yield from files(dones, watch)
        except BaseException:
            writer.discard()
            raise
        writer.close()
        if writer.problem is not None:
            found.fail(str(writer.problem))


def _add(
    each: FileCount,
    methods: dict[str, Method],
    models: dict[str, Model],
    asked: Asked,
    found: Found,
    whole: dict[str, Lengths],
) -> None:
    if each.error is not None:
        found.fail(str(each.error))
        return
    if each.bad_count:
        more = f" (and {each.bad_count - 1:,} more documents like it)" if each.bad_count > 1 else ""
        found.fail(each.bad[0] + more)
    for name, method in methods.items():
        lengths = each.lengths.get(method, Counter())
        whole[name].update(lengths)
        found.rows.append(_row(each.location, name, method, lengths, models.get(name), asked))


def _row(location: str, name: str, method: Method, lengths: Lengths, model: Model | None, asked: Asked) -> CorpusRow:
    documents = sum(lengths.values())
    count = sum_of(lengths, method.standing, note_of(method))
    if model is None:
        return CorpusRow(documents, Row(location, count, encoding=name))
    cost = price_lengths(lengths, model, asked.terms, asked.output_tokens)
    row = Row(
        location,
        count,
        provider=model.provider,
        model=model.id,
        encoding=method.encoding,
        output_tokens=asked.output_tokens * documents,
        cost=cost,
    )
    return CorpusRow(documents, row)
