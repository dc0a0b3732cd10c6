"""Tables of SQLite databases that are known, by their columns; each row becomes a value of a format of JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

Json = Mapping[str, Any]


def _as_it_is(row: Json) -> Json | None:
    return row


def _of_opencode(row: Json) -> Json | None:
    """The message that stands as JSON in a row."""
    try:
        message = json.loads(row["data"])
    except (ValueError, TypeError):
        return None
    return {**message, "id": row["id"], "sessionID": row["session_id"]} if isinstance(message, dict) else None


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
    DatabaseTable(
        "opencode messages",
        "opencode.db, kilo.db",
        "message",
        frozenset({"id", "session_id", "data"}),
        value=_of_opencode,
    ),
    DatabaseTable(
        "Goose sessions",
        "sessions.db of Goose",
        "sessions",
        frozenset({"id", "working_dir", "accumulated_input_tokens", "accumulated_output_tokens"}),
        frozenset(
            {
                "accumulated_total_tokens",
                "accumulated_cache_read_tokens",
                "accumulated_cache_write_tokens",
                "accumulated_cost",
                "created_at",
                "updated_at",
                "provider_name",
                "model_config_json",
            }
        ),
    ),
    DatabaseTable(
        "Goose ledger",
        "sessions.db of Goose",
        "usage_ledger",
        frozenset({"session_id", "created_timestamp", "model", "input_tokens", "output_tokens", "cost_source"}),
        frozenset({"total_tokens", "cache_read_tokens", "cache_write_tokens", "cost"}),
    ),
    DatabaseTable(
        "Crush sessions",
        "crush.db",
        "sessions",
        frozenset({"id", "parent_session_id", "message_count", "prompt_tokens", "completion_tokens", "cost"}),
        frozenset({"created_at", "updated_at"}),
    ),
)
