"""The counts of many files, on all cores: small files in batches, large ones in ranges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from tokcost.counting.count import Count
from tokcost.counting.text import Method, count_text
from tokcost.documents.job import STEP, CountJob, Counts, add_ranges, processes_for, whole_text
from tokcost.encodings.edges import Edges
from tokcost.errors import InputError, TokcostError
from tokcost.inputs.files import STDIN
from tokcost.inputs.open import as_seen, is_packed, open_packed, size_of
from tokcost.inputs.text import TextSource


class _TextBatch(NamedTuple):
    """Parts of files for one worker."""

    parts: tuple[TextSource, ...]
    job: CountJob


def counts_of(
    sources: Sequence[TextSource], job: CountJob, jobs: int = 0, seen: Callable[[int], None] = lambda size: None
) -> Iterator[Counts | TokcostError]:
    """The counts of every source in order, or why it could not be counted.

    The numbers are the same for any engine and number of ``jobs`` (processes; 0: as many as pay).
    ``seen`` is called with the number of bytes done since.
    """
    sizes = [_size(source) for source in sources]
    job = job._replace(expected=sum(sizes))
    in_one = any(source.file is None or source.file.location == STDIN for source in sources)
    pieces = 1 if in_one else sum(-(-size // STEP) if job.splits else 1 for size in sizes)
    jobs = processes_for(job, jobs, pieces)
    if jobs <= 1 or in_one:
        yield from (_count(source, job, seen) for source in sources)
        return
    from tokcost.documents.processes import in_order

    yield from _joined(in_order(_work, _batches(sources, sizes, job), jobs), seen)


def _batches(sources: Sequence[TextSource], sizes: Sequence[int], job: CountJob) -> Iterator[_TextBatch]:
    """Consecutive parts of files, about STEP bytes together."""
    from tokcost.documents.ranges import ranges

    batch: list[TextSource] = []
    held = 0
    for source, size in zip(sources, sizes, strict=True):
        assert source.file is not None
        parts = [source]
        if job.splits and size > STEP + STEP // 4:
            try:
                if not is_packed(source.file):
                    source = source._replace(file=as_seen(source.file))
                    assert source.file is not None
                    with open_packed(source.file) as file:
                        parts = [
                            source._replace(start=start, end=end, ends=end == size)
                            for start, end in ranges(file, size, STEP, job.cuts)
                        ]
            except InputError:
                pass  # the worker will say it
        for part in parts:
            batch.append(part)
            held += size if part.end is None else part.end - part.start
            if held >= STEP // 2:
                yield _TextBatch(tuple(batch), job)
                batch, held = [], 0
    if batch:
        yield _TextBatch(tuple(batch), job)


def _work(batch: _TextBatch) -> list[tuple[TextSource, Counts | TokcostError]]:
    return [(part, _count(part, batch.job)) for part in batch.parts]


class BlankCounts(dict[Method, Count]):
    """The counts of a whole text without a character to be seen in it."""


def _count(source: TextSource, job: CountJob, seen: Callable[[int], None] = lambda size: None) -> Counts | TokcostError:
    blank = source.end is None

    def watched() -> Iterator[str]:
        nonlocal blank
        for block in source.blocks(job.reading):
            blank = blank and (not block or block.isspace())
            yield block
            seen(len(block))  # characters: near enough to bytes for a bar

    try:
        counts = count_text(watched(), job.methods, job.engine, job.expected, Edges(not source.start, source.ends))
        return BlankCounts(counts) if blank else counts
    except TokcostError as error:
        return error


def _joined(
    results: Iterable[list[tuple[TextSource, Counts | TokcostError]]], seen: Callable[[int], None]
) -> Iterator[Counts | TokcostError]:
    """One result a source: the ranges of a file, which follow each other, added up."""
    held: Counts | TokcostError | None = None
    name: tuple[str, object] | None = None
    parts = 0
    for batch in results:
        for part, outcome in batch:
            seen(_size(part) if part.end is None else part.end - part.start)
            key = (part.name, part.file)
            continues = held is not None and part.start > 0 and key == name
            if held is not None and not continues:
                yield _whole(held, parts)
            parts = parts + 1 if continues else 1
            if not continues:
                held, name = outcome, key
            elif isinstance(outcome, TokcostError):
                held = held if isinstance(held, TokcostError) else outcome
            elif isinstance(held, dict):
                held = add_ranges(held, outcome)
    if held is not None:
        yield _whole(held, parts)


def _whole(held: Counts | TokcostError, parts: int) -> Counts | TokcostError:
    return held if isinstance(held, TokcostError) else whole_text(held, parts)


def size_of_all(sources: Sequence[TextSource]) -> int | None:
    """The bytes of all sources, None when one of them is not known before it is read."""
    sizes = [_size(source) for source in sources if source.stream is None]
    return sum(sizes) if all(source.stream is None for source in sources) else None


def _size(source: TextSource) -> int:
    if source.text is not None:
        return len(source.text)
    try:
        return size_of(source.file) if source.file is not None else 0
    except InputError:
        return 0
