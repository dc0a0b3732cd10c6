"""What a corpus consists of, cut into parts that are counted apart: (file, from, to), wherever they are counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tokcost.documents.opening import is_compressed, opened, plain_name, size_of
from tokcost.encodings.cuts import Cuts
from tokcost.errors import TokcostError

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
    location: str
    kind: str
    start: int
    end: int | None
    weight: int
    ends: bool = True


def kind_of(location: str, shape: Shape) -> str:
    """text, jsonl, csv or parquet: as said, or by the ending."""
    if shape.kind:
        return shape.kind
    name = plain_name(location)
    return next((kind for ending, kind in _ENDINGS.items() if name.endswith(ending)), TEXT)


def parts_of(number: int, location: str, shape: Shape, splits: bool, cuts: Cuts) -> Iterator[Part]:
    """The parts of a file. ``splits``: a text may be counted in ranges; ``cuts``: where, see ``encodings.cuts``.

    A packed file and a CSV (a quoted cell may hold a line end) cannot be entered midway: one part each.
    """
    kind = kind_of(location, shape)
    size = size_of(location)
    if kind == PARQUET:
        yield from _row_groups(number, location, size)
        return
    utf8 = shape.charset.lower().replace("_", "-") in ("utf-8", "utf8")
    if size <= STEP + STEP // 4 or is_compressed(location) or kind == CSV or not utf8 or (kind == TEXT and not splits):
        yield Part(number, location, kind, 0, None, size)
        return
    from tokcost.documents.ranges import cut_after, line_after

    start = 0
    with opened(location) as file:
        for near in range(STEP, size, STEP):
            end = line_after(file, near, size) if kind == JSONL else cut_after(file, near, size, cuts)
            if start < end:
                yield Part(number, location, kind, start, end, end - start, end == size)
                start = end
    if start < size:
        yield Part(number, location, kind, start, size, size - start)


def _row_groups(number: int, location: str, size: int) -> Iterator[Part]:
    from tokcost.documents.parquet import parquet

    if is_compressed(location):
        raise TokcostError(f"{location}: Parquet is packed inside already: unpack this file first")
    with opened(location) as file, parquet(file, location) as table:
        groups = table.metadata.num_row_groups
    for at in range(groups):
        yield Part(number, location, PARQUET, at, at + 1, size // max(groups, 1))
    if not groups:
        yield Part(number, location, PARQUET, 0, 0, size)
