"""The counts of many files, on all cores: small files in batches, large ones in ranges."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from tokcost.counting.count import Count
from tokcost.counting.text import Method, count_text, with_margin
from tokcost.encodings.counter import counter
from tokcost.encodings.edges import Edges
from tokcost.encodings.engines import AUTO, TIKTOKEN, serves
from tokcost.encodings.names import common_cuts
from tokcost.errors import TokcostError
from tokcost.sources import Reading, Source

# Bytes in one task: enough to outweigh handing it over, small enough to keep all cores busy to the end.
STEP = 8 << 20
# Bytes from which a second process pays for its start and for loading a vocabulary of its own.
_PAYS_TIKTOKEN = 2 << 20
_PAYS_FAST = 80 << 20

Counts = dict[Method, Count]


class Plan(NamedTuple):
    """How sources are to be counted. ``jobs`` 0: as many processes as pay."""

    methods: tuple[Method, ...]
    reading: Reading
    engine: str = AUTO
    jobs: int = 0


class _Task(NamedTuple):
    """Parts of files for one worker; ``whole`` is how much all workers are to count."""

    parts: tuple[Source, ...]
    plan: Plan
    whole: int


def counts_of(
    sources: Sequence[Source], plan: Plan, seen: Callable[[int], None] = lambda size: None
) -> Iterator[Counts | TokcostError]:
    """The counts of every source in order, or why it could not be counted.

    The numbers are the same for any engine and number of jobs. ``seen`` is told how many bytes more are done.
    """
    sizes = [_size(source) for source in sources]
    whole = sum(sizes)
    jobs = plan.jobs or _worth(whole, plan, sizes)
    if plan.jobs:
        from tokcost.encodings.stream import use_threads

        use_threads(plan.jobs)
    if jobs <= 1 or any(source.path is None for source in sources):
        yield from (_count(source, plan, whole, seen) for source in sources)
        return
    from tokcost.documents.processes import in_order

    load(plan.methods, plan.engine, whole)
    yield from _joined(in_order(_work, _tasks(sources, sizes, plan), jobs), seen)


def load(methods: Iterable[Method], engine: str, expected: int) -> None:
    """Load the vocabularies before there are several processes, so that these share them."""
    for name in dict.fromkeys(method.encoding for method in methods):
        one = counter(name, engine)
        one.expect(expected)
        one.build()


def _worth(whole: int, plan: Plan, sizes: Sequence[int]) -> int:
    """The number of processes that pays for so many bytes."""
    if whole < _PAYS_TIKTOKEN:
        return 1
    from tokcost.encodings.stream import cores

    quick = plan.engine != TIKTOKEN and all(serves(method.encoding) for method in plan.methods)
    if whole < (_PAYS_FAST if quick else _PAYS_TIKTOKEN):
        return 1
    splits = _splits(plan)
    pieces = sum(1 if not splits else -(-size // STEP) for size in sizes)
    return min(cores(), pieces)


def _splits(plan: Plan) -> bool:
    """Whether a file may be counted in ranges: an estimate looks at the text as a whole."""
    utf8 = plan.reading.charset.lower().replace("_", "-") in ("utf-8", "utf8")
    return utf8 and not any(method.scale for method in plan.methods)


def _tasks(sources: Sequence[Source], sizes: Sequence[int], plan: Plan) -> Iterator[_Task]:
    """Consecutive parts of files, about STEP bytes together."""
    from tokcost.documents.ranges import ranges

    whole = sum(sizes)
    cuts = common_cuts([method.encoding for method in plan.methods])
    splits = _splits(plan)
    batch: list[Source] = []
    held = 0
    for source, size in zip(sources, sizes, strict=True):
        assert source.path is not None
        parts = [source]
        if splits and size > STEP + STEP // 4:
            try:
                with source.path.open("rb") as file:
                    parts = [
                        source._replace(start=start, end=end, ends=end == size)
                        for start, end in ranges(file, size, STEP, cuts)
                    ]
            except OSError:
                pass  # the worker will say it
        for part in parts:
            batch.append(part)
            held += size if part.end is None else part.end - part.start
            if held >= STEP // 2:
                yield _Task(tuple(batch), plan, whole)
                batch, held = [], 0
    if batch:
        yield _Task(tuple(batch), plan, whole)


def _work(task: _Task) -> list[tuple[Source, Counts | TokcostError]]:
    return [(part, _count(part, task.plan, task.whole)) for part in task.parts]


def _count(
    source: Source, plan: Plan, whole: int, seen: Callable[[int], None] = lambda size: None
) -> Counts | TokcostError:
    def watched() -> Iterator[str]:
        for block in source.blocks(plan.reading):
            yield block
            seen(len(block))  # characters: near enough to bytes for a bar

    try:
        return count_text(watched(), plan.methods, plan.engine, whole, Edges(not source.start, source.ends))
    except TokcostError as error:
        return error


def _joined(
    results: Iterable[list[tuple[Source, Counts | TokcostError]]], seen: Callable[[int], None]
) -> Iterator[Counts | TokcostError]:
    """One result a source: the ranges of a file, which follow each other, added up."""
    held: Counts | TokcostError | None = None
    name: tuple[str, object] | None = None
    parts = 0
    for batch in results:
        for part, outcome in batch:
            seen(_size(part) if part.end is None else part.end - part.start)
            key = (part.name, part.path)
            continues = held is not None and part.start > 0 and key == name
            if held is not None and not continues:
                yield _whole(held, parts)
            parts = parts + 1 if continues else 1
            if not continues:
                held, name = outcome, key
            elif isinstance(outcome, TokcostError):
                held = held if isinstance(held, TokcostError) else outcome
            elif isinstance(held, dict):
                held = {method: held[method] + count for method, count in outcome.items()}
    if held is not None:
        yield _whole(held, parts)


def _whole(held: Counts | TokcostError, parts: int) -> Counts | TokcostError:
    """What is not sure of a text, for the sum of its parts."""
    if isinstance(held, TokcostError) or parts == 1:
        return held
    return {method: with_margin(count, method) for method, count in held.items()}


def size_of(sources: Sequence[Source]) -> int | None:
    """The bytes of all sources, None when one of them does not tell before it is read."""
    sizes = [_size(source) for source in sources if source.stream is None]
    return sum(sizes) if all(source.stream is None for source in sources) else None


def _size(source: Source) -> int:
    if source.text is not None:
        return len(source.text)
    try:
        return os.stat(source.path).st_size if source.path is not None else 0
    except OSError:
        return 0
