"""What a corpus consists of, cut into parts that are counted apart: (file, from, to), wherever they are counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tokcost.encodings.cuts import Cuts
from tokcost.errors import TokcostError
from tokcost.inputs.compression import without_compression
from tokcost.inputs.files import InputFile
from tokcost.inputs.open import is_packed, open_packed, size_of
from tokcost.inputs.text import Reading

TEXT = "text"
JSONL = "jsonl"
CSV = "csv"
PARQUET = "parquet"
KINDS = (TEXT, JSONL, CSV, PARQUET)
_ENDINGS = {".jsonl": JSONL, ".ndjson": JSONL, ".csv": CSV, ".tsv": CSV, ".parquet": PARQUET}
# Bytes of a part: enough to outweigh handing it out, few enough to keep everybody busy to the end.
STEP = 8 << 20


class Shape(NamedTuple):
    """Where in a file the text is: ``field`` of a JSON line (dotted), ``column`` of CSV and Parquet."""

    field: str = "text"
    column: str = "text"
    charset: str = "utf-8"
    kind: str = ""


class Part(NamedTuple):
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


def kind_of(file: InputFile, shape: Shape) -> str:
    """text, jsonl, csv or parquet: as said, or by the ending."""
    if shape.kind:
        return shape.kind
    name = without_compression(file.name)
    return next((kind for ending, kind in _ENDINGS.items() if name.endswith(ending)), TEXT)


def parts_of(number: int, file: InputFile, shape: Shape, splits: bool, cuts: Cuts) -> Iterator[Part]:
    """The parts of a file. ``splits``: a text may be counted in ranges; ``cuts``: where, see ``encodings.cuts``.

    A packed file and a CSV (a quoted cell may hold a line end) cannot be entered midway: one part each.
    """
    kind = kind_of(file, shape)
    size = size_of(file)
    if kind == PARQUET:
        yield from _row_groups(number, file, size)
        return
    small = size <= STEP + STEP // 4
    whole = small or kind == CSV or not Reading(shape.charset).is_utf8 or (kind == TEXT and not splits)
    if whole or is_packed(file):
        yield Part(number, file, kind, 0, None, size)
        return
    from tokcost.parallel.ranges import cut_after, line_after

    start = 0
    with open_packed(file) as raw:
        for near in range(STEP, size, STEP):
            end = line_after(raw, near, size) if kind == JSONL else cut_after(raw, near, size, cuts)
            if start < end:
                yield Part(number, file, kind, start, end, end - start, end == size)
                start = end
    if start < size:
        yield Part(number, file, kind, start, size, size - start)


def _row_groups(number: int, file: InputFile, size: int) -> Iterator[Part]:
    from tokcost.corpus.tables import parquet

    if is_packed(file):
        raise TokcostError(f"{file.name}: Parquet is packed inside already: unpack this file first")
    with open_packed(file) as raw, parquet(raw, file.name) as table:
        groups = table.metadata.num_row_groups
    for at in range(groups):
        yield Part(number, file, PARQUET, at, at + 1, size // max(groups, 1))
    if not groups:
        yield Part(number, file, PARQUET, 0, 0, size)
