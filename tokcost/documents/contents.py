"""The documents of a part of a corpus, in order, a batch at a time."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from tokcost.documents.opening import opened
from tokcost.documents.parts import CSV, JSONL, PARQUET, Part, Shape
from tokcost.errors import TokcostError
from tokcost.phrases import join_or

# A line longer than this is taken for a file without lines.
_LONGEST = 64 << 20
_BATCH = 256
_BATCH_SIZE = 1 << 20


class Bad(str):
    """Stands for a document that could not be read: what is wrong with it, and where."""

    __slots__ = ()


def documents(part: Part, shape: Shape) -> Iterator[list[str | None]]:
    """Batches of documents of a part of JSON lines, CSV or Parquet; None is an empty cell."""
    if part.kind == PARQUET:
        from tokcost.documents.parquet import parquet, texts_of

        assert part.end is not None
        with opened(part.location) as file, parquet(file, part.location) as table:
            yield from texts_of(table, part.location, shape.column, list(range(part.start, part.end)))
        return
    with opened(part.location) as file:
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
        line = file.readline(_LONGEST)
        if not line:
            return
        if len(line) == _LONGEST:
            raise TokcostError(f"{part.location}: a line of more than {_LONGEST >> 20} MB at byte {at}: no JSON lines?")
        where, at = at, at + len(line)
        if line.strip():
            yield _field(line, path, where, part, shape)


def _field(line: bytes, path: list[str], at: int, part: Part, shape: Shape) -> str | None:
    try:
        value: Any = json.loads(line.decode(shape.charset) if shape.charset != "utf-8" else line)
    except ValueError as error:
        return Bad(f"{part.location}: the line at byte {at} is no JSON: {str(error).split(':')[0]}")
    except RecursionError:
        return Bad(f"{part.location}: the line at byte {at} is nested too deeply to be read")
    for key in path:
        if not isinstance(value, dict) or key not in value:
            return Bad(f"{part.location}: the line at byte {at} has no field '{shape.field}': say --field")
        value = value[key]
    if value is not None and not isinstance(value, str):
        return Bad(f"{part.location}: field '{shape.field}' of the line at byte {at} is no text")
    return value


def _csv(file: BinaryIO, part: Part, shape: Shape) -> Iterator[str | None]:
    assert part.kind == CSV
    import csv

    csv.field_size_limit(_LONGEST)
    text = io.TextIOWrapper(file, encoding="utf-8-sig" if shape.charset == "utf-8" else shape.charset, newline="")
    delimiter = "\t" if ".tsv" in part.location.lower() else ","
    reader = csv.reader(text, delimiter=delimiter)
    try:
        heads = next(reader, [])
        if shape.column not in heads:
            named = join_or(heads[:12]) or "nothing: it is empty"
            raise TokcostError(f"{part.location}: no column '{shape.column}': it has {named}; say --column")
        at = heads.index(shape.column)
        for row in reader:
            if row:
                yield (
                    row[at] if at < len(row) else Bad(f"{part.location}:{reader.line_num}: a row of {len(row)} cells")
                )
    except (csv.Error, UnicodeDecodeError) as error:
        raise TokcostError(f"{part.location}:{reader.line_num + 1}: cannot be read as CSV: {error}") from error
    finally:
        text.detach()  # the file is closed by who opened it
