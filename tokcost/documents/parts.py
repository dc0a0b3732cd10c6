"""What a corpus consists of, cut into parts that are counted apart: (file, from, to), wherever they are counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tokcost.documents.job import STEP, CountJob
from tokcost.documents.layout import CSV, JSONL, PARQUET, TEXT, FileLayout
from tokcost.errors import InputError
from tokcost.inputs.compression import without_compression
from tokcost.inputs.files import InputFile
from tokcost.inputs.open import as_seen, is_packed, open_packed, size_of

_ENDINGS = {".jsonl": JSONL, ".ndjson": JSONL, ".csv": CSV, ".tsv": CSV, ".parquet": PARQUET}


class CorpusPart(NamedTuple):
    """A piece of one file. ``start`` and ``end``: bytes, or row groups of Parquet; ``end`` None: to the end.

    ``file`` numbers the files, ``weight`` is its size in bytes, for progress. ``ends``: it is
    the last part of a text.
    """

    file: int
    input: InputFile
    kind: str
    start: int
    end: int | None
    weight: int
    ends: bool = True

    @property
    def name(self) -> str:
        """The file as the user sees it."""
        return self.input.name


def kind_of(file: InputFile, layout: FileLayout) -> str:
    """text, jsonl, csv or parquet: as said, or by the ending."""
    if layout.kind:
        return layout.kind
    name = without_compression(file.name)
    return next((kind for ending, kind in _ENDINGS.items() if name.endswith(ending)), TEXT)


def parts_of(number: int, file: InputFile, layout: FileLayout, job: CountJob) -> Iterator[CorpusPart]:
    """The parts of a file. Raises InputError when it cannot be read.

    A packed file and a CSV (a quoted cell may hold a line end) cannot be entered midway: one part each.
    """
    kind = kind_of(file, layout)
    size = size_of(file)
    if kind == PARQUET:
        yield from _row_groups(number, file, size)
        return
    enters = (kind == JSONL and job.reading.is_utf8) or (kind == TEXT and job.splits)
    if size <= STEP + STEP // 4 or not enters or is_packed(file):
        yield CorpusPart(number, file, kind, 0, None, size)
        return
    from tokcost.documents.ranges import line_ranges, ranges

    file = as_seen(file)
    with open_packed(file) as raw:
        found = line_ranges(raw, size, STEP) if kind == JSONL else ranges(raw, size, STEP, job.cuts)
        for start, end in found:
            yield CorpusPart(number, file, kind, start, end, end - start, end == size)


def _row_groups(number: int, file: InputFile, size: int) -> Iterator[CorpusPart]:
    from tokcost.documents.parquet import parquet

    if is_packed(file):
        raise InputError(file.name, "Parquet is packed inside already: unpack this file first")
    with open_packed(file) as raw, parquet(raw, file.name) as table:
        groups = table.metadata.num_row_groups
    for at in range(groups):
        yield CorpusPart(number, file, PARQUET, at, at + 1, size // max(groups, 1))
    if not groups:
        yield CorpusPart(number, file, PARQUET, 0, 0, size)
