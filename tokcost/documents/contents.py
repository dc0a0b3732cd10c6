"""The documents of a part of a corpus, in order, a batch at a time."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from tokcost.documents.layout import CSV, JSONL, PARQUET, FileLayout, no_column
from tokcost.documents.opening import opened
from tokcost.documents.parts import CorpusPart
from tokcost.errors import Problem, TokcostError
from tokcost.phrases import plural, quote

# A line longer than this is taken for a file without lines.
_LONGEST = 64 << 20
_BATCH = 256
_BATCH_SIZE = 1 << 20


# A text, None for an empty cell or field, or why the document could not be read.
Document = str | Problem | None


def documents(part: CorpusPart, layout: FileLayout, charset: str) -> Iterator[Sequence[Document]]:
    """Batches of the documents of a part of JSON lines, CSV or Parquet."""
    if part.kind == PARQUET:
        from tokcost.documents.parquet import parquet, texts_of

        assert part.end is not None
        with opened(part.location) as file, parquet(file, part.location) as table:
            yield from texts_of(table, part.location, layout.column, list(range(part.start, part.end)))
        return
    with opened(part.location) as file:
        one_by_one = _jsonl(file, part, layout, charset) if part.kind == JSONL else _csv(file, part, layout, charset)
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


def _jsonl(file: BinaryIO, part: CorpusPart, layout: FileLayout, charset: str) -> Iterator[Document]:
    if part.start:
        file.seek(part.start)
    at = part.start
    path = layout.field.split(".")
    while part.end is None or at < part.end:
        line = file.readline(_LONGEST)
        if not line:
            return
        if len(line) == _LONGEST:
            raise TokcostError(
                f"{part.location}: a line of more than {_LONGEST >> 20} MB at byte {at}: is this JSON lines?"
            )
        where, at = at, at + len(line)
        if line.strip():
            yield _field(line, path, where, part.location, charset)


def _field(line: bytes, path: list[str], at: int, location: str, charset: str) -> Document:
    try:
        value: Any = json.loads(line.decode(charset) if charset != "utf-8" else line)
    except ValueError as error:
        return Problem(location, f"the line at byte {at} is not valid JSON: {str(error).split(':')[0]}")
    except RecursionError:
        return Problem(location, f"the line at byte {at} is nested too deeply to be read")
    for key in path:
        if not isinstance(value, dict) or key not in value:
            return Problem(location, f"the line at byte {at} has no field {quote('.'.join(path))}: give --field")
        value = value[key]
    if value is not None and not isinstance(value, str):
        return Problem(location, f"field {quote('.'.join(path))} of the line at byte {at} is not text")
    return value


def _csv(file: BinaryIO, part: CorpusPart, layout: FileLayout, charset: str) -> Iterator[Document]:
    assert part.kind == CSV
    import csv

    csv.field_size_limit(_LONGEST)
    text = io.TextIOWrapper(file, encoding="utf-8-sig" if charset == "utf-8" else charset, newline="")
    delimiter = "\t" if ".tsv" in part.location.lower() else ","
    reader = csv.reader(text, delimiter=delimiter)
    try:
        heads = next(reader, [])
        if layout.column not in heads:
            raise TokcostError(f"{part.location}: {no_column(layout.column, heads)}")
        at = heads.index(layout.column)
        for row in reader:
            if row:
                yield row[at] if at < len(row) else _short_row(part.location, reader.line_num, len(row))
    except (csv.Error, UnicodeDecodeError) as error:
        raise TokcostError(f"{part.location}:{reader.line_num + 1}: cannot be read as CSV: {error}") from error
    finally:
        text.detach()  # the file is closed by who opened it


def _short_row(location: str, line: int, cells: int) -> Problem:
    return Problem(f"{location}:{line}", f"a row of {plural(cells, 'cell')}: the column is not there")
