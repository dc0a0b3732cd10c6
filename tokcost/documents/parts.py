"""What a corpus consists of, cut into parts that are counted apart: (file, from, to), wherever they are counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tokcost.documents.job import STEP, CountJob, is_utf8
from tokcost.documents.layout import CSV, JSONL, PARQUET, TEXT, FileLayout
from tokcost.documents.opening import is_compressed, opened, plain_name, size_of
from tokcost.errors import TokcostError

_ENDINGS = {".jsonl": JSONL, ".ndjson": JSONL, ".csv": CSV, ".tsv": CSV, ".parquet": PARQUET}


class CorpusPart(NamedTuple):
    """A piece of one file. ``start`` and ``end``: bytes, or row groups of Parquet; ``end`` None: to the end.

    ``file`` numbers the files, ``weight`` is its size in bytes, for progress. ``ends``: it is
    the last part of a text.
    """

    file: int
    location: str
    kind: str
    start: int
    end: int | None
    weight: int
    ends: bool = True


def kind_of(location: str, layout: FileLayout) -> str:
    """text, jsonl, csv or parquet: as said, or by the ending."""
    if layout.kind:
        return layout.kind
    name = plain_name(location)
    return next((kind for ending, kind in _ENDINGS.items() if name.endswith(ending)), TEXT)


def parts_of(number: int, location: str, layout: FileLayout, job: CountJob) -> Iterator[CorpusPart]:
    """The parts of a file. Raises TokcostError when it cannot be read.

    A packed file and a CSV (a quoted cell may hold a line end) cannot be entered midway: one part each.
    """
    kind = kind_of(location, layout)
    size = size_of(location)
    if kind == PARQUET:
        yield from _row_groups(number, location, size)
        return
    enters = (kind == JSONL and is_utf8(job.reading.charset)) or (kind == TEXT and job.splits)
    if size <= STEP + STEP // 4 or is_compressed(location) or not enters:
        yield CorpusPart(number, location, kind, 0, None, size)
        return
    from tokcost.documents.ranges import line_ranges, ranges

    with opened(location) as file:
        found = line_ranges(file, size, STEP) if kind == JSONL else ranges(file, size, STEP, job.cuts)
        for start, end in found:
            yield CorpusPart(number, location, kind, start, end, end - start, end == size)


def _row_groups(number: int, location: str, size: int) -> Iterator[CorpusPart]:
    from tokcost.documents.parquet import parquet

    if is_compressed(location):
        raise TokcostError(f"{location}: Parquet is packed inside already: unpack this file first")
    with opened(location) as file, parquet(file, location) as table:
        groups = table.metadata.num_row_groups
    for at in range(groups):
        yield CorpusPart(number, location, PARQUET, at, at + 1, size // max(groups, 1))
    if not groups:
        yield CorpusPart(number, location, PARQUET, 0, 0, size)
