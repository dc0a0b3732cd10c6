"""A table before it is drawn: columns with an alignment, cells as text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Column(NamedTuple):
    """``heading`` is for people, ``key`` the name that CSV uses; ``numeric`` columns align right.

    ``shrinks``: on a narrow terminal this column is the one to be folded.
    """

    heading: str
    key: str
    numeric: bool = False
    shrinks: bool = False


@dataclass(slots=True)
class Grid:
    """Rows of cells under columns; ``footer`` rows are sums, drawn apart."""

    columns: list[Column]
    rows: list[list[str]] = field(default_factory=list)
    footer: list[list[str]] = field(default_factory=list)

    def without_empty(self) -> Grid:
        """The same grid without columns in which no row says anything."""
        used = [
            at
            for at, _ in enumerate(self.columns)
            if any(row[at] not in ("", "-") for row in (*self.rows, *self.footer))
        ]
        return Grid(
            [self.columns[at] for at in used],
            [[row[at] for at in used] for row in self.rows],
            [[row[at] for at in used] for row in self.footer],
        )
