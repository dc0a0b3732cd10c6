"""The documents of a part of a corpus, in order, a batch at a time."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import BinaryIO

from tokcost.corpus.parts import CSV, JSONL, PARQUET, Part, Shape
from tokcost.errors import TokcostError
from tokcost.inputs.json import decoded
from tokcost.inputs.lines import LONGEST_LINE
from tokcost.inputs.open import open_input, open_packed
from tokcost.inputs.text import Reading, in_utf8
from tokcost.phrases import join_or

_BATCH = 256
_BATCH_SIZE = 1 << 20


class Bad(str):
    """Stands for a document that could not be read: what is wrong with it, and where."""

    __slots__ = ()


def opened_part(part: Part) -> AbstractContextManager[BinaryIO]:
    """The file of a part: unpacked where it is read from its start to its end, else to be entered anywhere."""
    return open_input(part.input) if part.end is None else open_packed(part.input)


def documents(part: Part, shape: Shape) -> Iterator[list[str | None]]:
    """Batches of documents of a part of JSON lines, CSV or Parquet; None is an empty cell."""
    if part.kind == PARQUET:
        from tokcost.corpus.tables import parquet, texts_of

        assert part.end is not None
        with opened_part(part) as file, parquet(file, part.name) as table:
            yield from texts_of(table, part.name, shape.column, list(range(part.start, part.end)))
        return
    with opened_part(part) as packed:
        file = in_utf8(packed, part.name, Reading(shape.charset))
        one_by_one = _jsonl(file, part, shape) if part.kind == JSONL else _csv(file, part, shape)
        batch: list[str | None] = []
        size = 0
        for document in one_by_one:
            batch.append(document)
            size += len(document or "")
            if len(batch) >= _BATCH or size >= _BATCH_SIZE:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch


def _jsonl(file: BinaryIO, part: Part, shape: Shape) -> Iterator[str | None]:
    if part.start:
        file.seek(part.start)
    at = part.start
    path = shape.field.split(".")
    while part.end is None or at < part.end:
        line = file.readline(LONGEST_LINE)
        if not line:
            return
        if len(line) == LONGEST_LINE:
            raise TokcostError(f"{part.name}: a line of more than {LONGEST_LINE >> 20} MB at byte {at}: no JSON lines?")
        where, at = at, at + len(line)
        if line.strip():
            yield _field(line, path, where, part, shape)


def _field(line: bytes, path: list[str], at: int, part: Part, shape: Shape) -> str | None:
    try:
        value = decoded(line)
    except ValueError as error:
        return Bad(f"{part.name}: the line at byte {at} is not valid JSON: {str(error).split(':')[0]}")
    for key in path:
        if not isinstance(value, dict) or key not in value:
            return Bad(f"{part.name}: the line at byte {at} has no field '{shape.field}': say --field")
        value = value[key]
    if value is not None and not isinstance(value, str):
        return Bad(f"{part.name}: field '{shape.field}' of the line at byte {at} is not text")
    return value


def _csv(file: BinaryIO, part: Part, shape: Shape) -> Iterator[str | None]:
    assert part.kind == CSV
    import csv

    csv.field_size_limit(LONGEST_LINE)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    delimiter = "\t" if ".tsv" in part.name.lower() else ","
    reader = csv.reader(text, delimiter=delimiter)
    try:
        heads = next(reader, [])
        if shape.column not in heads:
            named = join_or(heads[:12]) or "nothing: it is empty"
            raise TokcostError(f"{part.name}: no column '{shape.column}': it has {named}; say --column")
        at = heads.index(shape.column)
        for row in reader:
            if row:
                yield (row[at] if at < len(row) else Bad(f"{part.name}:{reader.line_num}: a row of {len(row)} cells"))
    except (csv.Error, UnicodeDecodeError) as error:
        raise TokcostError(f"{part.name}:{reader.line_num + 1}: cannot be read as CSV: {error}") from error
    finally:
        text.detach()  # the file is closed by who opened it
