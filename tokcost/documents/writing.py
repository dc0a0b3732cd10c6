"""Writes a Parquet file of the documents with their tokens (``--write-counts``)."""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from tokcost.atomic import file_behind, partial_path, remove, stand_in, write_all
from tokcost.counting.text import Method
from tokcost.documents.contents import Document, documents, opened_part
from tokcost.documents.job import Counts, add_ranges
from tokcost.documents.layout import PARQUET, TEXT, FileLayout
from tokcost.documents.parquet import ROWS, arrow, parquet
from tokcost.documents.parts import CorpusPart
from tokcost.documents.work import NOT_COUNTED, PartCount
from tokcost.errors import TokcostError
from tokcost.masking import scrub
from tokcost.phrases import quote


class CountsWriter:
    """Parts come in order; their rows are read once more and written with a column of tokens each.

    A Parquet input keeps all its columns. JSON lines and CSV give ``file``, ``row`` and the text,
    a text file gives ``file``. A failure to write ends the writing, not the counting: ``problem``.
    """

    def __init__(self, path: Path, layout: FileLayout, charset: str, columns: dict[str, Method]) -> None:
        self._path = path
        self._target: Path | int = path  # what is no regular file is written into by its descriptor, at the end
        self._partial: Path | None = None
        self._layout = layout
        self._charset = charset
        self._columns = columns
        self._file: BinaryIO | None = None
        self._writer: Any = None
        self._row = 0
        self._text: tuple[CorpusPart, Counts] | None = None
        self.problem: TokcostError | None = None
        self._skipped = -1
        arrow()

    def add(self, counted: PartCount) -> None:
        """The next part. One that could not be counted ends the writing."""
        if self.problem is not None or counted.part.file == self._skipped:
            return
        if counted.error is not None:
            self.fail(f"{self._path}: not written: {counted.part.name} could not be counted")
            return
        try:
            self._flush_text(counted.part)
            if counted.counts is not None:
                self._text = (counted.part, add_ranges(self._text[1], counted.counts) if self._text else counted.counts)
            else:
                self._write(counted)
        except (OSError, arrow().ArrowException) as error:
            number = getattr(error, "errno", None)
            reason = os.strerror(number) if number else " ".join(str(error).split())[:160]
            self.fail(f"{self._path}: cannot be written: {reason}: the counts below are whole")

    def skip(self, part: CorpusPart) -> None:
        """Leave out the file of a part, and what was seen of it so far: it is not text."""
        self._skipped = part.file
        if self._text is not None and self._text[0].file == part.file:
            self._text = None

    def fail(self, message: str) -> None:
        """Give up; what was written so far is removed, an older file of that name stays as it was."""
        self.problem = TokcostError(message)
        self._discard()

    def close(self) -> None:
        """Write the last of it and give the file its name."""
        if self.problem is not None:
            return
        try:
            self._flush_text(None)
            if self._writer is None:
                self.fail(f"{self._path}: not written: there are no documents")
                return
            self._writer.close()
            self._close_file()
            self._hand_over()
        except (OSError, arrow().ArrowException) as error:
            number = getattr(error, "errno", None)
            self.fail(f"{self._path}: cannot be written: {os.strerror(number) if number else error}")

    def _discard(self) -> None:
        if self._writer is not None:
            with suppress(Exception):
                self._writer.close()
        with suppress(OSError):
            self._close_file()
        if self._partial is not None:
            remove(self._partial)
        if isinstance(self._target, int):
            os.close(self._target)
            self._target = self._path

    def _close_file(self) -> None:
        if self._file is not None:
            self._file.close()

    def _begin(self) -> Path:
        """The temporary file, beside the one it will be where that is a regular one."""
        self._target = file_behind(self._path)
        if isinstance(self._target, Path):
            self._partial = partial_path(self._target)
            stand_in(self._partial, self._target)
        else:
            import tempfile

            number, name = tempfile.mkstemp(prefix="tokcost-counts-")
            os.close(number)
            self._partial = Path(name)
        return self._partial

    def _hand_over(self) -> None:
        assert self._partial is not None
        if isinstance(self._target, Path):
            self._partial.replace(self._target)
            return
        with self._partial.open("rb") as file, suppress(BrokenPipeError):
            while block := file.read(1 << 20):
                write_all(self._target, block)
        self._discard()

    def discard(self) -> None:
        """Leave nothing behind: the run was interrupted."""
        self.fail("not written")

    def _write(self, counted: PartCount) -> None:
        assert counted.kept is not None
        at = 0
        for table in self._tables(counted.part):
            for name, method in self._columns.items():
                if name in table.schema.names:
                    raise TokcostError(f"{counted.part.name}: it has a column {quote(name)} already: rename that first")
                table = table.append_column(name, _numbers(counted.kept[method][at : at + len(table)]))
            at += len(table)
            self._put(table, counted.part)

    def _tables(self, part: CorpusPart) -> Iterator[Any]:
        pa = arrow()
        if part.kind == PARQUET:
            with opened_part(part) as file, parquet(file, part.name) as source:
                for batch in source.iter_batches(ROWS, row_groups=list(range(part.start, part.end or 0))):
                    yield pa.Table.from_batches([batch])
            return
        if part.start == 0:
            self._row = 0
        name = self._layout.field if part.kind != "csv" else self._layout.column
        for batch in documents(part, self._layout, self._charset):
            rows = pa.array(range(self._row, self._row + len(batch)), pa.int64())
            self._row += len(batch)
            files = pa.array([_name_of(part)] * len(batch), pa.string())
            yield pa.table({"file": files, "row": rows, name: pa.array(_safe(batch), pa.string())})

    def _flush_text(self, part: CorpusPart | None) -> None:
        if self._text is None or (part is not None and part.kind == TEXT and part.file == self._text[0].file):
            return
        pa = arrow()
        last, counts = self._text
        self._text = None
        table = pa.table({"file": pa.array([_name_of(last)], pa.string())})
        for name, method in self._columns.items():
            table = table.append_column(name, pa.array([counts[method].tokens], pa.int64()))
        self._put(table, last)

    def _put(self, table: Any, part: CorpusPart) -> None:
        pa = arrow()
        if self._writer is None:
            self._file = self._begin().open("wb")  # pyarrow itself opens no name that is not UTF-8
            self._writer = pa.parquet.ParquetWriter(self._file, table.schema, compression="zstd")
        if not table.schema.equals(self._writer.schema):
            raise TokcostError(
                f"{part.name}: its columns are not those of the files before it: write their counts apart"
            )
        self._writer.write_table(table)


def _name_of(part: CorpusPart) -> str:
    """Its name as the report shows it: Parquet holds none that is not UTF-8."""
    return scrub(part.name).encode(errors="backslashreplace").decode()


def _numbers(tokens: array[int]) -> Any:
    pa = arrow()
    return pa.array([None if number == NOT_COUNTED else number for number in tokens], pa.int64())


def _safe(batch: Sequence[Document]) -> list[str | None]:
    """The texts, None for one that could not be read: JSON may hold lone surrogates, which Parquet cannot."""
    return [
        text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(text, str) else None
        for text in batch
    ]
