"""Tables of SQLite databases that are known, by their columns; each row becomes a value of a format of JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

Json = Mapping[str, Any]


def _as_it_is(row: Json) -> Json | None:
    return row


class DatabaseTable(NamedTuple):
    """A table that tells of usage: ``name`` and ``where`` are what people call it and where it lies.

    It is known by the ``table``'s name and ``columns``, all of which must be there; ``further`` are read where they
    are. ``value`` makes of a row what a format of JSON owns, None of one that tells nothing.
    """

    name: str
    where: str
    table: str
    columns: frozenset[str]
    further: frozenset[str] = frozenset()
    value: Callable[[Json], Json | None] = _as_it_is

    def is_in(self, table: str, columns: Sequence[str]) -> bool:
        """Whether a table of a database is this one."""
        return table.lower() == self.table and self.columns <= set(columns)


KNOWN: tuple[DatabaseTable, ...] = (
    DatabaseTable(
        "llm logs",
        "logs.db of simonw/llm",
        "responses",
        frozenset({"model", "datetime_utc", "input_tokens", "output_tokens"}),
        frozenset({"id", "resolved_model", "token_details"}),
    ),
)
