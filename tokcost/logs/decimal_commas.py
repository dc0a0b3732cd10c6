"""Numbers of tables in which a comma stands before the decimals, as it does where semicolons separate the cells."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tokcost.logs.entry import BadLine

# 0,25; 1234,5; 1.234,56: nothing else than decimals after the comma
_DECIMALS = re.compile(r"[+-]?(?:0|\d{4,}|\d{1,3}(?:\.\d{3})+),\d+|[+-]?\d+,(?:\d{1,2}|\d{4,})", re.ASCII)
# 1,234,567; 1,234.5: thousands
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:(?:,\d{3}){2,}(?:\.\d+)?|,\d{3}\.\d+)", re.ASCII)
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+", re.ASCII)


class Commas:
    """What a comma in a number of a table means: told by the first cells, and never guessed.

    Where commas separate the cells it stands between thousands.
    """

    def __init__(self, delimiter: str, cells: Iterable[str]) -> None:
        self._may_be_decimal = delimiter != ","
        self._is_decimal = self._is_thousands = False
        for cell in cells if self._may_be_decimal else ():
            self._is_decimal |= bool(_DECIMALS.fullmatch(cell))
            self._is_thousands |= bool(_THOUSANDS.fullmatch(cell))

    def resolved(self, cells: list[str]) -> list[str]:
        """The cells of a row, numbers with a point before their decimals. Raises BadLine for one that may be two."""
        return list(map(self._resolved, cells)) if self._may_be_decimal else cells

    def _resolved(self, cell: str) -> str:
        if _DECIMALS.fullmatch(cell) or (self._is_decimal and not self._is_thousands and _EITHER.fullmatch(cell)):
            return cell.replace(".", "").replace(",", ".")
        if self._is_decimal and not self._is_thousands and _GROUPED.fullmatch(cell):
            return cell.replace(".", "")
        if self._is_decimal == self._is_thousands and _EITHER.fullmatch(cell):
            either = f"{cell.replace(',', '.')} or {cell.replace(',', '')}"
            raise BadLine(f"'{cell}' may be {either}: write it with a point before decimals and without groups")
        return cell
