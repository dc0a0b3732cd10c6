"""How documents lie in a file: a text is one document; JSON lines, CSV and Parquet hold many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tokcost.phrases import join_or, quote

TEXT = "text"
JSONL = "jsonl"
CSV = "csv"
PARQUET = "parquet"
KINDS = (TEXT, JSONL, CSV, PARQUET)


class FileLayout(NamedTuple):
    """Where in a file the text is: ``field`` of a JSON line (dotted), ``column`` of CSV and Parquet.

    ``kind`` is one of KINDS whatever a file is called, '' to go by its name.
    """

    field: str = "text"
    column: str = "text"
    kind: str = ""


def not_one_column(column: str, names: Sequence[str]) -> str:
    """The sentence about a column that is not among those of a file, or is there twice; '' where it is clear."""
    if names.count(column) == 1:
        return ""
    if column in names:
        return f"two columns {quote(column)}: rename one, it is not known which is meant"
    if not names:
        return f"no column {quote(column)}: there are no columns in it"
    return f"no column {quote(column)}: choose {join_or(names[:12])} with --column"
