"""Rows of a CSV file with the line each stands on."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from tokcost.errors import Problem, TokcostError
from tokcost.inputs.files import InputFile
from tokcost.logs.entry import BadLine, Entry, Read
from tokcost.logs.mapped import Map, mapped
from tokcost.logs.tables import RowReader, reader_of
from tokcost.masking import scrub
from tokcost.phrases import plural, quote


def rows(log: InputFile, lines: Iterator[tuple[int, str]], by: Map | None) -> Iterator[Read]:
    """The entries of a CSV whose header is known, or whose columns are mapped.

    Raises TokcostError when a log that the user named is neither.
    """
    table = _Table(lines)
    header = [name.strip() for name in table.next() or ()]
    read = _reader(header, by)
    if read is None:
        problem = _unknown(header)
        if log.named:
            raise TokcostError(f"{log.name}: {problem}")
        yield Problem(log.name, problem)
        return
    while True:
        try:
            cells = table.next()
            where = f"{log.name}:{table.began}"
            if cells is None:
                return
            entry = _row(header, cells, where, read)
        except csv.Error as error:
            yield Problem(f"{log.name}:{table.line}", f"not valid CSV: {error}")
            continue
        except BadLine as bad:
            yield Problem(where, scrub(str(bad)))
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

    def __init__(self, lines: Iterator[tuple[int, str]]) -> None:
        self.line = 0
        self.began = 1
        self._rows = csv.reader(self._counted(lines))

    def next(self) -> list[str] | None:
        """The next row; None after the last."""
        self.began = self.line + 1
        return next(self._rows, None)

    def _counted(self, lines: Iterator[tuple[int, str]]) -> Iterator[str]:
        for number, line in lines:
            self.line = number
            yield line + "\n"


def _reader(header: list[str], by: Map | None) -> RowReader | None:
    if by is not None and by.holds(header):
        return lambda where, row: mapped(where, row, by)
    return reader_of(header)


def _unknown(header: list[str]) -> str:
    if len(header) < 2:
        return "not a known usage log: neither JSON, nor CSV, nor an [API USAGE LOG] block"
    shown = scrub(quote(", ".join(header)))
    return f"a CSV with unknown columns ({shown}): '--map input=COLUMN,output=COLUMN,model=COLUMN' names them"
