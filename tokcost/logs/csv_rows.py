"""Rows of a CSV file with the line each stands on."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from tokcost.errors import Problem, TokcostError
from tokcost.inputs.files import InputFile
from tokcost.logs.entry import BadLine, Entry, Read
from tokcost.logs.mapped import Map, mapped
from tokcost.logs.tables import RowReader, reader_of
from tokcost.logs.text_lines import LONGEST, TextLine
from tokcost.masking import scrub
from tokcost.phrases import plural, quote


def rows(log: InputFile, lines: Iterator[TextLine], by: Map | None) -> Iterator[Read]:
    """The entries of a CSV whose header is known, or whose columns are mapped.

    Raises TokcostError when a log that the user named is neither.
    """
    table = _Table(lines)
    try:
        header = [name.strip() for name in table.next() or ()]
        read, problem = _reader(header, by), _unknown(header)
        if read is not None and (twice := [name for at, name in enumerate(header) if name and name in header[:at]]):
            read, problem = None, f"two columns are named {quote(scrub(twice[0]))}: leave one of them out"
    except (csv.Error, BadLine) as error:
        read, problem = None, f"not a known usage log: no JSON, and as CSV {_of_csv(error)}"
    if read is None:
        if log.named:
            raise TokcostError(f"{log.name}: {problem}")
        yield Problem(log.name, problem)
        return
    while True:
        try:
            cells = table.next()
            if cells is None:
                return
            entry = _row(header, cells, f"{log.name}:{table.began}", read)
        except csv.Error as error:
            yield Problem(f"{log.name}:{table.line}", f"not valid CSV: {_of_csv(error)}")
            continue
        except BadLine as bad:
            yield Problem(f"{log.name}:{table.began}", scrub(str(bad)))
            continue
        if entry is not None:
            yield entry


def _row(header: list[str], cells: list[str], where: str, read: RowReader) -> Entry | None:
    if not any(cells):
        return None
    if len(cells) != len(header):
        raise BadLine(f"{plural(len(cells), 'cell')} under {plural(len(header), 'column')}")
    return read(where, dict(zip(header, cells, strict=True)))


class _Table:
    """Rows of cells; ``began`` is the line on which the last one began, ``line`` the one it ended on."""

    def __init__(self, lines: Iterator[TextLine]) -> None:
        self.line = 0
        self.began = 1
        self._damage = ""
        csv.field_size_limit(LONGEST)  # a prompt may be a cell
        self._rows = csv.reader(self._counted(lines))

    def next(self) -> list[str] | None:
        """The next row; None after the last. Raises csv.Error, and BadLine for a row on a damaged line."""
        self.began, self._damage = self.line + 1, ""
        row = next(self._rows, None)
        if self._damage:
            raise BadLine(self._damage)
        return row

    def _counted(self, lines: Iterator[TextLine]) -> Iterator[str]:
        for number, line, damage in lines:
            self.line = number
            self._damage = self._damage or damage
            yield line + "\n"


def _reader(header: list[str], by: Map | None) -> RowReader | None:
    if by is not None and by.holds(header):
        return lambda where, row: mapped(where, row, by)
    return reader_of(header)


def _of_csv(error: Exception) -> str:
    """What the reader of CSV says, without what it advises its caller to do."""
    return str(error).partition(" - ")[0]


def _unknown(header: list[str]) -> str:
    if len(header) < 2:
        return "not a known usage log: neither JSON, nor CSV, nor an [API USAGE LOG] block"
    shown = scrub(quote(", ".join(header)))
    return f"a CSV with unknown columns ({shown}): '--map input=COLUMN,output=COLUMN,model=COLUMN' names them"
