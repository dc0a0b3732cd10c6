"""Counts one part of a corpus. This is all that a worker does, in a process here or on a cluster."""

from __future__ import annotations

from array import array
from collections import Counter
from typing import NamedTuple

from tokcost.counting.count import Count
from tokcost.counting.text import Method, count_text
from tokcost.documents.contents import Bad, documents
from tokcost.documents.opening import opened
from tokcost.documents.parts import TEXT, Part, Shape
from tokcost.encodings.counter import counter
from tokcost.encodings.edges import Edges
from tokcost.errors import TokcostError
from tokcost.sources.reading import Reading, Span, decoded

# (tokens, low, high) of a document -> how many there are. As few keys as there are different lengths:
# with n tokens in all no more than the square root of 2 n, so that exact lengths stay small in memory.
Lengths = Counter[tuple[int, int, int]]
# In the list of counts: there is no document that could be counted.
NONE = -1


class Job(NamedTuple):
    """How every part is counted. ``expected``: bytes in all, for choosing the engine."""

    methods: tuple[Method, ...]
    shape: Shape
    engine: str
    expected: int
    keep: bool = False
    force: bool = False


class Done(NamedTuple):
    """The count of a part: the text of one document in part, or documents by length.

    ``kept`` has the tokens of every document in order, by method, when that was asked for.
    """

    part: Part
    partial: dict[Method, Count] | None = None
    lengths: dict[Method, Lengths] | None = None
    kept: dict[Method, array[int]] | None = None
    bad: tuple[str, ...] = ()
    bad_count: int = 0
    error: TokcostError | None = None


def work(job: Job, part: Part) -> Done:
    """Count a part; what is wrong with it comes back in ``error`` rather than as an exception."""
    try:
        return _text(job, part) if part.kind == TEXT else _documents(job, part)
    except TokcostError as error:
        return Done(part, error=error)


def _text(job: Job, part: Part) -> Done:
    reading = Reading(job.shape.charset, job.force)
    with opened(part.location) as file:
        span = file if part.end is None else Span(file, part.start, part.end)
        blocks = decoded(span, part.location, reading, binary=not part.start, offset=part.start)
        return Done(
            part, partial=count_text(blocks, job.methods, job.engine, job.expected, Edges(not part.start, part.ends))
        )


def _documents(job: Job, part: Part) -> Done:
    done = Done(
        part,
        lengths={method: Counter() for method in job.methods},
        kept={method: array("q") for method in job.methods} if job.keep else None,
    )
    bad: list[str] = []
    bad_count = 0
    for method in job.methods:
        counter(method.encoding, job.engine).expect(job.expected)
    for batch in documents(part, job.shape):
        wrong = [document for document in batch if isinstance(document, Bad)]
        bad_count += len(wrong)
        bad += map(str, wrong[: 5 - len(bad)])
        texts = [None if isinstance(document, Bad) else document or "" for document in batch]
        for method in job.methods:
            _count(texts, method, job, done)
    return done._replace(bad=tuple(bad), bad_count=bad_count)


def _count(texts: list[str | None], method: Method, job: Job, done: Done) -> None:
    assert done.lengths is not None
    lengths = done.lengths[method]
    if method.scale or method.margin:
        counts = [None if text is None else count_text([text], [method], job.engine)[method] for text in texts]
        lengths.update((count.tokens, count.low, count.high) for count in counts if count is not None)
        tokens = [NONE if count is None else count.tokens for count in counts]
    else:
        count_one = counter(method.encoding, job.engine).count
        tokens = [NONE if text is None else count_one(text) for text in texts]
        lengths.update((number, number, number) for number in tokens if number != NONE)
    if done.kept is not None:
        done.kept[method].extend(tokens)
