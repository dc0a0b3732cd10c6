"""Counts the parts of a corpus, here or on a cluster, and puts the files together again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from tokcost.counting.count import Count
from tokcost.counting.text import Method, with_margin
from tokcost.documents.many import load
from tokcost.documents.parts import Part
from tokcost.documents.processes import in_order
from tokcost.documents.work import Done, Job, Lengths, work
from tokcost.encodings.engines import TIKTOKEN, serves
from tokcost.encodings.stream import cores
from tokcost.errors import TokcostError

# Bytes from which a second process pays, with tiktoken and with the faster engine.
_PAYS = (2 << 20, 80 << 20)


class FileCount(NamedTuple):
    """The documents of one file by length, for every method; or what went wrong."""

    location: str
    lengths: dict[Method, Lengths]
    bad: tuple[str, ...] = ()
    bad_count: int = 0
    error: TokcostError | None = None


def here(job: Job, parts: Sequence[Part], jobs: int) -> Iterator[Done]:
    """The parts counted by processes on this machine, in order. ``jobs`` 0: as many as pay."""
    if jobs:
        from tokcost.encodings.stream import use_threads

        use_threads(jobs)
    else:
        quick = job.engine != TIKTOKEN and all(serves(method.encoding) for method in job.methods)
        jobs = min(cores(), len(parts)) if sum(part.weight for part in parts) >= _PAYS[quick] else 1
    if jobs > 1:
        load(job.methods, job.engine, job.expected)
    return in_order(partial(work, job), parts, jobs)


def files(dones: Iterable[Done], watch: Callable[[Done], None] = lambda done: None) -> Iterator[FileCount]:
    """The files, in order, from their parts, in order. ``watch`` sees every part as it comes."""
    held: list[Done] = []
    for done in dones:
        watch(done)
        if held and held[0].part.file != done.part.file:
            yield _file(held)
            held = []
        held.append(done._replace(kept=None))
    if held:
        yield _file(held)


def _file(dones: list[Done]) -> FileCount:
    location = dones[0].part.location
    error = next((done.error for done in dones if done.error), None)
    if error is not None:
        return FileCount(location, {}, error=error)
    bad = tuple(line for done in dones for line in done.bad)[:5]
    bad_count = sum(done.bad_count for done in dones)
    if dones[0].partial is not None:
        return FileCount(location, _one_document([done.partial for done in dones if done.partial is not None]))
    lengths: dict[Method, Lengths] = {}
    for done in dones:
        for method, counts in (done.lengths or {}).items():
            lengths.setdefault(method, Counter()).update(counts)
    return FileCount(location, lengths, bad, bad_count)


def _one_document(partials: list[dict[Method, Count]]) -> dict[Method, Lengths]:
    found: dict[Method, Lengths] = {}
    for method in partials[0]:
        whole = partials[0][method]
        for other in partials[1:]:
            whole += other[method]
        whole = with_margin(whole, method) if len(partials) > 1 else whole
        found[method] = Counter({(whole.tokens, whole.low, whole.high): 1})
    return found
