"""Counts one part of a corpus. This is all that a worker does, in a process here or on a cluster."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from tokcost.counting.text import Method, count_text
from tokcost.documents.contents import documents, opened_part
from tokcost.documents.job import CountJob, Counts
from tokcost.documents.layout import TEXT, FileLayout
from tokcost.documents.parts import CorpusPart
from tokcost.encodings.counter import counter
from tokcost.encodings.edges import Edges
from tokcost.errors import Problem, TokcostError
from tokcost.inputs.text import Span, decoded

# (tokens, low, high) of a document -> how many there are. As few keys as there are different lengths:
# with n tokens in all no more than the square root of 2 n, so that exact lengths stay small in memory.
Lengths = Counter[tuple[int, int, int]]
# In the list of counts: a document that could not be counted.
NOT_COUNTED = -1
# Of the documents of a file that cannot be read so many are reported with their place.
PROBLEMS_KEPT = 5


class CorpusJob(NamedTuple):
    """How every part is counted. ``keeps``: the tokens of each document are wanted, in order."""

    counting: CountJob
    layout: FileLayout
    keeps: bool = False


class PartCount(NamedTuple):
    """The count of a part: of one document in part (``counts``), or documents by length.

    ``kept`` has the tokens of every document in order, by method, when that was asked for.
    ``unread`` documents are not among them; ``problems`` are the first of those.
    """

    part: CorpusPart
    counts: Counts | None = None
    lengths: dict[Method, Lengths] | None = None
    kept: dict[Method, array[int]] | None = None
    problems: tuple[Problem, ...] = ()
    unread: int = 0
    error: TokcostError | None = None


def count_part(job: CorpusJob, part: CorpusPart) -> PartCount:
    """Count a part; what is wrong with it comes back in ``error`` rather than as an exception."""
    try:
        return _text(job.counting, part) if part.kind == TEXT else _documents(job, part)
    except TokcostError as error:
        return PartCount(part, error=error)


def _text(job: CountJob, part: CorpusPart) -> PartCount:
    edges = Edges(not part.start, part.ends)
    with opened_part(part) as file:
        span = file if part.end is None else Span(file, part.name, part.start, part.end)
        blocks = decoded(span, part.name, job.reading, binary=not part.start, offset=part.start)
        return PartCount(part, count_text(blocks, job.methods, job.engine, job.expected, edges))


def _documents(job: CorpusJob, part: CorpusPart) -> PartCount:
    methods = job.counting.methods
    lengths: dict[Method, Lengths] = {method: Counter() for method in methods}
    kept = {method: array("q") for method in methods} if job.keeps else None
    problems: list[Problem] = []
    unread = 0
    for method in methods:
        counter(method.encoding, job.counting.engine).expect(job.counting.expected)
    for batch in documents(part, job.layout, job.counting.reading.charset):
        wrong = [document for document in batch if isinstance(document, Problem)]
        unread += len(wrong)
        problems += wrong[: PROBLEMS_KEPT - len(problems)]
        texts = [None if isinstance(document, Problem) else document or "" for document in batch]
        for method in methods:
            tokens = _count(texts, method, job.counting.engine, lengths[method])
            if kept is not None:
                kept[method].extend(tokens)
    return PartCount(part, None, lengths, kept, tuple(problems), unread)


def _count(texts: Sequence[str | None], method: Method, engine: str, lengths: Lengths) -> list[int]:
    """Add the lengths of the documents; their tokens, NOT_COUNTED for one that could not be read."""
    if method.scale or method.margin:
        counts = [None if text is None else count_text([text], [method], engine)[method] for text in texts]
        lengths.update((count.tokens, count.low, count.high) for count in counts if count is not None)
        return [NOT_COUNTED if count is None else count.tokens for count in counts]
    count_one = counter(method.encoding, engine).count
    tokens = [NOT_COUNTED if text is None else count_one(text) for text in texts]
    lengths.update((number, number, number) for number in tokens if number != NOT_COUNTED)
    return tokens
