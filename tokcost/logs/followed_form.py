"""What can be followed: lines of JSON and blocks grow by what is added; tables, documents and what is packed do not."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tokcost.errors import InputError
from tokcost.inputs.compression import HEAD, compression_of
from tokcost.logs.forms import BINARY, BLOCKS, BOM, CASSETTE, DOCUMENT, LINES, SQLITE, form_of

_LEAVE_OUT = "which cannot be followed: leave --follow out"
# Forms that are read as a whole, and what is said of them.
_WHOLE = {
    BINARY: BINARY,
    DOCUMENT: f"a JSON document, {_LEAVE_OUT}",
    SQLITE: f"a SQLite database, {_LEAVE_OUT}",
    CASSETTE: f"a cassette, {_LEAVE_OUT}",
}
_TEXT = "neither lines of JSON nor [API USAGE LOG] blocks"
PACKED = f"packed, {_LEAVE_OUT}"
TABLE = f"a table, {_LEAVE_OUT}"
_TABLE_NAME = re.compile(r"\.[ct]sv(?![a-z])", re.IGNORECASE)
_DELIMITERS = re.compile(rb"[,;\t|]")
# A name of a column: a line of somebody's log has blanks after its commas, and begins with a time.
_COLUMN = re.compile(rb'"?[a-z_][^"]{0,80}"?', re.IGNORECASE)


def form_to_follow(name: str, lines: Sequence[bytes], named: bool, over: bool = False) -> str | None:
    """LINES or BLOCKS by the first lines of a log; None while they do not tell, unless they are all (``over``).

    Raises InputError for a log that does not grow by lines, and for a text that nobody ``named``.
    """
    said = [line for line in lines if line.strip()]
    if not said:
        return None
    first = said[0].removeprefix(BOM).strip()
    form = form_of(said[:1])
    if form == DOCUMENT and len(said) == 1:
        # the first line of a document, or a broken one, which the next line tells
        if over and first not in (b"{", b"[", b"[{"):
            return LINES
        if not over:
            return None
    if form not in (LINES, BLOCKS):
        form = form_of(said)
    if form in _WHOLE:
        raise InputError(name, _WHOLE[form])
    if form in (LINES, BLOCKS):
        return form
    if is_table_name(name) or _is_header(first):
        raise InputError(name, TABLE)
    if over and not named:
        raise InputError(name, _TEXT)
    return LINES if over else None


def refuse_packed(name: str, head: bytes) -> None:
    """Raises InputError where a log begins as one that is packed does."""
    if compression_of(head[:HEAD], ""):
        raise InputError(name, PACKED)


def is_table_name(name: str) -> bool:
    """Whether a file is named like a table."""
    return bool(_TABLE_NAME.search(name))


def _is_header(line: bytes) -> bool:
    """Whether a line names columns."""
    cells = _DELIMITERS.split(line)
    return len(cells) > 1 and all(_COLUMN.fullmatch(cell) for cell in cells)
