"""How texts are counted, in this process, in several, or on a cluster; and how many processes pay."""

from __future__ import annotations

from typing import NamedTuple

from tokcost.counting.count import Count
from tokcost.counting.text import CHARACTERS, Method, with_margin
from tokcost.encodings.counter import counter
from tokcost.encodings.cuts import Cuts
from tokcost.encodings.engines import AUTO, TIKTOKEN, serves
from tokcost.inputs.text import Reading

# Bytes in one task: enough to outweigh handing it over, small enough to keep all cores busy to the end.
STEP = 8 << 20
# Bytes from which a second process pays for its start and for loading a vocabulary of its own.
_MIN_BYTES = 2 << 20
_MIN_BYTES_FAST_ENGINE = 80 << 20

Counts = dict[Method, Count]


class CountJob(NamedTuple):
    """For which methods, read how and by which engine. ``expected``: bytes in all, for choosing the engine."""

    methods: tuple[Method, ...]
    reading: Reading
    engine: str = AUTO
    expected: int = 0

    @property
    def splits(self) -> bool:
        """Whether a text may be counted in ranges: an estimate looks at it as a whole, characters are counted so."""
        whole = any(method.scale or method.encoding == CHARACTERS for method in self.methods)
        return self.reading.is_utf8 and not whole

    @property
    def cuts(self) -> Cuts:
        """Where a text may be cut so that the counts of its ranges add up."""
        from tokcost.encodings.names import common_cuts

        return common_cuts(self.encodings)

    @property
    def encodings(self) -> list[str]:
        """The vocabularies that are needed."""
        return [method.encoding for method in self.methods if method.encoding != CHARACTERS]


def processes_for(job: CountJob, jobs: int, pieces: int) -> int:
    """How many processes count: ``jobs``, or when that is 0 as many as pay for the bytes in so many pieces.

    With several, the vocabularies are loaded first, so that these share them.
    """
    if jobs:
        from tokcost.encodings.stream import use_threads

        use_threads(jobs)
    else:
        jobs = _worthwhile(job, pieces)
    if jobs > 1:
        for name in dict.fromkeys(job.encodings):
            one = counter(name, job.engine)
            one.expect(job.expected)
            one.build()
    return jobs


def _worthwhile(job: CountJob, pieces: int) -> int:
    if job.expected < _MIN_BYTES or pieces < 2:
        return 1
    quick = job.engine != TIKTOKEN and all(map(serves, job.encodings))
    if job.expected < (_MIN_BYTES_FAST_ENGINE if quick else _MIN_BYTES):
        return 1
    from tokcost.encodings.stream import cores

    return min(cores(), pieces)


def add_ranges(one: Counts, other: Counts) -> Counts:
    """The counts of two ranges of one text together."""
    return {method: one[method] + count for method, count in other.items()}


def whole_text(counts: Counts, ranges: int) -> Counts:
    """The counts of a text that was counted in so many ranges, with what is not sure of it as a whole."""
    return counts if ranges == 1 else {method: with_margin(count, method) for method, count in counts.items()}
