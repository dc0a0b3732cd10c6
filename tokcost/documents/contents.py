"""The documents of a part of a corpus, in order, a batch at a time."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import BinaryIO

from tokcost.documents.layout import CSV, JSONL, PARQUET, FileLayout, not_one_column
from tokcost.documents.parts import CorpusPart
from tokcost.errors import InputError, Problem, TokcostError
from tokcost.inputs.files import CHANGED
from tokcost.inputs.json import decoded
from tokcost.inputs.lines import LONGEST_LINE
from tokcost.inputs.open import open_input, open_packed
from tokcost.inputs.text import Reading, in_utf8
from tokcost.phrases import plural, quote

_BATCH = 256
_BATCH_SIZE = 1 << 20


# A text, None for an empty cell or field, or why the document could not be read.
Document = str | Problem | None


def opened_part(part: CorpusPart) -> AbstractContextManager[BinaryIO]:
    """The file of a part: unpacked where it is read from its start to its end, else to be entered anywhere."""
    return open_input(part.input) if part.end is None else open_packed(part.input)


def documents(part: CorpusPart, layout: FileLayout, charset: str) -> Iterator[Sequence[Document]]:
    """Batches of the documents of a part of JSON lines, CSV or Parquet."""
    if part.kind == PARQUET:
        from tokcost.documents.parquet import parquet, texts_of

        assert part.end is not None
        with opened_part(part) as file, parquet(file, part.name) as table:
            yield from texts_of(table, part.name, layout.column, list(range(part.start, part.end)))
        return
    with opened_part(part) as packed:
        file = in_utf8(packed, part.name, Reading(charset))
        one_by_one = _jsonl(file, part, layout) if part.kind == JSONL else _csv(file, part, layout)
        batch: list[Document] = []
        size = 0
        for document in one_by_one:
            batch.append(document)
            size += len(document) if isinstance(document, str) else 0
            if len(batch) >= _BATCH or size >= _BATCH_SIZE:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch


def _jsonl(file: BinaryIO, part: CorpusPart, layout: FileLayout) -> Iterator[Document]:
    if part.start:
        file.seek(part.start)
    at = part.start
    path = layout.field.split(".")
    while part.end is None or at < part.end:
        line = file.readline(LONGEST_LINE)
        if not line:
            if part.end is not None:
                raise InputError(part.name, CHANGED)
            return
        if len(line) == LONGEST_LINE:
            raise TokcostError(
                f"{part.name}: a line of more than {LONGEST_LINE >> 20} MB at byte {at}: is this JSON lines?"
            )
        where, at = at, at + len(line)
        if line.strip():
            yield _field(line, path, where, part.name)


def _field(line: bytes, path: list[str], at: int, name: str) -> Document:
    try:
        value = decoded(line)
    except ValueError as error:
        return Problem(name, f"the line at byte {at} is not valid JSON: {str(error).split(':')[0]}")
    for key in path:
        if not isinstance(value, dict) or key not in value:
            return Problem(name, f"the line at byte {at} has no field {quote('.'.join(path))}: give --field")
        value = value[key]
    if value is not None and not isinstance(value, str):
        return Problem(name, f"field {quote('.'.join(path))} of the line at byte {at} is not text")
    return value


def _csv(file: BinaryIO, part: CorpusPart, layout: FileLayout) -> Iterator[Document]:
    assert part.kind == CSV
    import csv

    csv.field_size_limit(LONGEST_LINE)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    delimiter = "\t" if ".tsv" in part.name.lower() else ","
    reader = csv.reader(text, delimiter=delimiter)
    try:
        heads = next(reader, [])
        if problem := not_one_column(layout.column, heads):
            raise TokcostError(f"{part.name}: {problem}")
        at = heads.index(layout.column)
        for row in reader:
            if row:
                yield row[at] if at < len(row) else _short_row(part.name, reader.line_num, len(row))
    except (csv.Error, UnicodeDecodeError) as error:
        raise TokcostError(f"{part.name}:{reader.line_num + 1}: cannot be read as CSV: {error}") from error
    finally:
        text.detach()  # the file is closed by who opened it


def _short_row(name: str, line: int, cells: int) -> Problem:
    return Problem(f"{name}:{line}", f"a row of {plural(cells, 'cell')}: the column is missing")
