"""Counts the parts of a corpus, here or on a cluster, and puts the files together again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial, reduce
from typing import NamedTuple

from tokcost.counting.text import Method
from tokcost.documents.job import Counts, add_ranges, processes_for, whole_text
from tokcost.documents.parts import CorpusPart
from tokcost.documents.processes import in_order
from tokcost.documents.work import PROBLEMS_KEPT, CorpusJob, Lengths, PartCount, count_part
from tokcost.errors import Problem, TokcostError
from tokcost.inputs.files import InputFile


class FileCount(NamedTuple):
    """The documents of one file by length, for every method; or what went wrong.

    ``unread`` documents are not among them; ``problems`` are the first of those.
    """

    input: InputFile
    lengths: dict[Method, Lengths]
    problems: tuple[Problem, ...] = ()
    unread: int = 0
    error: TokcostError | None = None


def count_parts(
    job: CorpusJob, parts: Sequence[CorpusPart], jobs: int, cluster: str | None = None
) -> Iterator[PartCount]:
    """The parts counted, in order: by processes on this machine (0: as many as pay), or by a Dask cluster."""
    if cluster:
        from tokcost.documents.cluster import on_cluster

        return on_cluster(job, parts, cluster, jobs)
    return in_order(partial(count_part, job), parts, processes_for(job.counting, jobs, len(parts)))


def files(counted: Iterable[PartCount], watch: Callable[[PartCount], None]) -> Iterator[FileCount]:
    """The files, in order, from their parts, in order. ``watch`` sees every part as it comes."""
    held: list[PartCount] = []
    for each in counted:
        watch(each)
        if held and held[0].part.file != each.part.file:
            yield _file(held)
            held = []
        held.append(each._replace(kept=None))
    if held:
        yield _file(held)


def _file(parts: list[PartCount]) -> FileCount:
    file = parts[0].part.input
    error = next((part.error for part in parts if part.error), None)
    if error is not None:
        return FileCount(file, {}, error=error)
    texts = [part.counts for part in parts if part.counts is not None]
    if texts:
        return FileCount(file, _one_document(texts))
    lengths: dict[Method, Lengths] = {}
    for part in parts:
        for method, counts in (part.lengths or {}).items():
            lengths.setdefault(method, Counter()).update(counts)
    problems = tuple(problem for part in parts for problem in part.problems)[:PROBLEMS_KEPT]
    return FileCount(file, lengths, problems, sum(part.unread for part in parts))


def _one_document(texts: list[Counts]) -> dict[Method, Lengths]:
    whole = whole_text(reduce(add_ranges, texts), len(texts))
    return {method: Counter({(count.tokens, count.low, count.high): 1}) for method, count in whole.items()}
