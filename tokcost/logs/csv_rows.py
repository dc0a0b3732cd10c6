"""Rows of a table with the line each stands on: its header is looked for, and tells what stands between the cells."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

from tokcost.errors import Problem, TokcostError
from tokcost.inputs.files import InputFile
from tokcost.logs.decimal_commas import Commas
from tokcost.logs.entry import BadLine, Read
from tokcost.logs.fields import MODELS
from tokcost.logs.format import Inner, Row
from tokcost.logs.formats import flat_table
from tokcost.logs.json_rows import COUNT_IN_CELL, are_values, whole_value_of
from tokcost.logs.mapped import Map
from tokcost.logs.tables import RowReader, reader_of
from tokcost.logs.text_lines import LONGEST, TextLine
from tokcost.masking import scrub
from tokcost.phrases import join_or, plural, quote

DELIMITERS = (",", "\t", ";", "|")
# A header stands among so many lines: exports of consoles have a title, an account and a span of time before it.
_LOOK_AT = 30


def rows(log: InputFile, lines: Iterator[TextLine], by: Map | None, inner: Inner) -> Iterator[Read]:
    """The entries of a table whose header is known, whose columns are mapped, or whose rows are values of JSON.

    Raises TokcostError when a log that the user named is neither. Another one is a problem where it may count tokens.
    """
    first = list(islice(lines, _LOOK_AT))
    csv.field_size_limit(LONGEST)  # a prompt may be a cell
    found = _header(first, by)
    if isinstance(found, str):
        if log.named:
            raise TokcostError(f"{log.name}: {found}")
        if _counts_tokens(first):
            yield Problem(log.name, found)
        return
    table = _Table(chain(first[found.at + 1 :], lines), found.delimiter, first[found.at].number)
    commas = Commas(found.delimiter, _cells(first[found.at + 1 :], found.delimiter))
    table.skip(found.lines - 1)
    while True:
        try:
            cells = table.next()
            if cells is None:
                return
            where = f"{log.name}:{table.began}"
            row = _row(found.names, commas, cells)
            if row and found.read is None:
                yield from inner(where, whole_value_of(row))
                continue
            entry = found.read(where, row) if row and found.read is not None else None
        except csv.Error as error:
            yield Problem(f"{log.name}:{table.line}", f"not valid CSV: {_of_csv(error)}")
            continue
        except BadLine as bad:
            yield Problem(f"{log.name}:{table.began}", scrub(str(bad)))
            continue
        if entry is not None:
            yield entry


class _Header(NamedTuple):
    """The names of columns, in the ``at``-th line and perhaps the next ones, and what reads the rows below them.

    They are values of JSON where ``read`` is None.
    """

    at: int
    lines: int
    delimiter: str
    names: list[str]
    read: RowReader | None


def _header(lines: Sequence[TextLine], by: Map | None) -> _Header | str:
    """The first line whose columns are known, or why there is none."""
    error = ""
    for at, line in enumerate(lines):
        for delimiter in _between(line.text):
            table = _Table(iter(lines[at:]), delimiter, line.number - 1)
            try:
                names = [name.strip() for name in table.next() or ()]
                lines_of_it = table.line - line.number + 1
            except (csv.Error, BadLine) as bad:
                error = error or (_of_csv(bad) if at == 0 else "")
                continue
            read = _reader(names, by)
            if read in (None, flat_table.TABLES[0].row) and by is None and are_values(_rows(names, table)):
                read = None
            elif read is None:
                continue
            if twice := [name for place, name in enumerate(names) if name and name in names[:place]]:
                return f"two columns are named {quote(scrub(twice[0]))}: leave one of them out"
            return _Header(at, lines_of_it, delimiter, names, read)
    return f"not a known usage log: no JSON, and as CSV {error}" if error else _unknown(lines, by)


def _rows(names: list[str], table: _Table) -> Iterator[Row]:
    """Rows below a header, as far as they are any: what is cut off among them is left out."""
    return (dict(zip(names, cells, strict=True)) for cells in _sound(table) if len(cells) == len(names))


def _between(text: str) -> list[str]:
    """What may stand between the cells of a line."""
    return [each for each in DELIMITERS if each in text] or [","]


def _row(names: list[str], commas: Commas, cells: list[str]) -> Row:
    """The cells of a row under their names; an empty one of a row of blanks."""
    if not any(cells):
        return {}
    if len(cells) > len(names) and not any(cells[len(names) :]):
        del cells[len(names) :]  # delimiters at the end of each row
    if len(cells) != len(names):
        raise BadLine(f"{plural(len(cells), 'cell')} under {plural(len(names), 'column')}")
    return dict(zip(names, commas.resolved(cells), strict=True))


class _Table:
    """Rows of cells; ``began`` is the line on which the last one began, ``line`` the one it ended on."""

    def __init__(self, lines: Iterable[TextLine], delimiter: str, before: int) -> None:
        self.line = before
        self.began = before + 1
        self._damage = ""
        self._lines = iter(lines)
        self._rows = csv.reader(self._counted(), delimiter=delimiter, skipinitialspace=True)

    def next(self) -> list[str] | None:
        """The next row; None after the last. Raises csv.Error, and BadLine for a row on a damaged line."""
        self.began, self._damage = self.line + 1, ""
        row = next(self._rows, None)
        if self._damage:
            raise BadLine(self._damage)
        return row

    def skip(self, lines: int) -> None:
        """Leave out the lines that a name of a column takes besides the first."""
        for _ in range(lines):
            self.line = next(self._lines).number

    def _counted(self) -> Iterator[str]:
        for number, line, damage in self._lines:
            self.line = number
            self._damage = self._damage or damage
            yield line + "\n"


def _reader(header: list[str], by: Map | None) -> RowReader | None:
    if by is not None and not by.missing_in(header):
        return by.entry
    return reader_of(header)


def _of_csv(error: Exception) -> str:
    """What the reader of CSV says, without what it advises its caller to do."""
    return str(error).partition(" - ")[0]


def _cells(lines: Sequence[TextLine], delimiter: str) -> Iterator[str]:
    """The cells of lines, as far as they are any."""
    table = _Table(lines, delimiter, 0)
    yield from (cell for cells in _sound(table) for cell in cells)


def _sound(table: _Table) -> Iterator[list[str]]:
    """The rows of a table that can be read."""
    while True:
        try:
            cells = table.next()
        except (csv.Error, BadLine):
            continue
        if cells is None:
            return
        yield cells


def _columns(lines: Sequence[TextLine]) -> tuple[list[str], list[str]]:
    """The line with the most columns, and the one below it: the header of an unknown table, where it is one."""
    best: list[str] = []
    below: list[str] = []
    for at, line in enumerate(lines):
        for delimiter in _between(line.text):
            found = line.text.split(delimiter)
            if len(found) > len(best):
                best = found
                below = lines[at + 1].text.split(delimiter) if at + 1 < len(lines) else []
    return best, below


def _counts_tokens(lines: Sequence[TextLine]) -> bool:
    """Whether a row stands under names that speak of models, or a number under one that speaks of tokens."""
    if any(COUNT_IN_CELL.search(line.text) for line in lines):
        return True
    names, below = _columns(lines)
    for name, cell in zip(names, below, strict=False) if len(names) == len(below) > 1 else ():
        plain = name.strip().strip('"').lower()
        if plain in MODELS or ("token" in plain and any("1" <= char <= "9" for char in cell)):
            return True
    return False


def _unknown(lines: Sequence[TextLine], by: Map | None) -> str:
    header, _ = _columns(lines)
    if by is not None and len(header) > 1:
        missing = by.missing_in(names := [cell.strip().strip('"') for cell in header])
        return f"no column {join_or(missing)} among {scrub(quote(', '.join(names)))}: --map names the columns"
    if len(header) < 2:
        return "not a known usage log: neither JSON, nor CSV, nor an [API USAGE LOG] block"
    shown = scrub(quote(", ".join(cell.strip().strip('"') for cell in header)))
    return f"a CSV with unknown columns ({shown}): '--map input=COLUMN,output=COLUMN,model=COLUMN' names them"
