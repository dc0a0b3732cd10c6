"""Parquet, through pyarrow (extra ``tokcost[parquet]``), in batches of bounded size."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

from tokcost.documents.layout import not_one_column
from tokcost.errors import TokcostError
from tokcost.phrases import quote

if TYPE_CHECKING:
    import pyarrow.parquet as pq

# Rows read at once: a thousand long documents fit in memory, and short ones amortise the call.
ROWS = 1024


def arrow() -> Any:
    """pyarrow. Raises TokcostError where it is not installed."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise TokcostError("Parquet needs pyarrow: pip install 'tokcost[parquet]'") from error
    return pyarrow


@contextmanager
def parquet(file: BinaryIO, name: str) -> Iterator[pq.ParquetFile]:
    """The Parquet file in a stream. Raises TokcostError with the name."""
    pa = arrow()
    try:
        # Without a buffer pyarrow reads a column of a row group, which may be a gigabyte, at once.
        with pa.parquet.ParquetFile(file, buffer_size=1 << 20, pre_buffer=False) as table:
            yield table
    except (pa.ArrowException, UnicodeDecodeError) as error:  # the latter of a text that is none
        raise TokcostError(f"{name}: cannot be read as Parquet: {' '.join(str(error).split())[:160]}") from error


def texts_of(table: pq.ParquetFile, name: str, column: str, groups: list[int]) -> Iterator[list[str | None]]:
    """The texts of a column, some rows at a time; None where the cell is empty."""
    check_column(table, name, column)
    for batch in table.iter_batches(ROWS, row_groups=groups, columns=[column], use_threads=False):
        values: list[str | None] = batch.column(0).to_pylist()
        yield values


def check_column(table: pq.ParquetFile, name: str, column: str) -> None:
    """Raise TokcostError unless there is such a column of text."""
    pa = arrow()
    schema = table.schema_arrow
    if problem := not_one_column(column, schema.names):
        raise TokcostError(f"{name}: {problem}")
    kind = schema.field(column).type
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)):
        raise TokcostError(f"{name}: column {quote(column)} holds {kind}, not text: name one that does with --column")
