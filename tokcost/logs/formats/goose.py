"""Goose: a ledger of requests, and in older databases only the sums of sessions. Names: the tables of sessions.db."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tokcost.logs.counts import OPEN, CountFields, counted
from tokcost.logs.entry import Entry, Read
from tokcost.logs.format import Format, FormatReader, Inner, Json
from tokcost.logs.formats.agents import paid, summed, used
from tokcost.logs.told import Told

_REQUEST = CountFields(
    input=("input_tokens",),
    output=("output_tokens",),
    cached=("cache_read_tokens",),
    write=("cache_write_tokens",),
    total=("total_tokens",),
    parts=OPEN,
)
_SESSION = CountFields(
    input=("accumulated_input_tokens",),
    output=("accumulated_output_tokens",),
    cached=("accumulated_cache_read_tokens",),
    write=("accumulated_cache_write_tokens",),
    total=("accumulated_total_tokens",),
    parts=OPEN,
)


def _owns(value: Json) -> bool:
    if "accumulated_input_tokens" in value:
        return "working_dir" in value or "model_config_json" in value
    return "cost_source" in value and "session_id" in value


class _Goose(FormatReader):
    """The rows of a database: a session's sum counts where the ledger has none of its requests."""

    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._sessions: dict[str, tuple[str, Json]] = {}
        self._requests: dict[str, list[tuple[str, Json]]] = {}

    @property
    def holding(self) -> bool:
        return bool(self._sessions or self._requests)

    def value(self, where: str, value: Json) -> Iterator[Read]:
        if "accumulated_input_tokens" in value:
            self._sessions[str(value.get("id"))] = where, value
        else:
            self._requests.setdefault(str(value["session_id"]), []).append((where, value))
        return iter(())

    def end_of_file(self) -> Iterator[Read]:
        sessions, self._sessions = self._sessions, {}
        requests, self._requests = self._requests, {}
        for session, rows in requests.items():
            self.told.repeat("sums of sessions beside their ledger", session in sessions)
            _, row = sessions.pop(session, ("", {}))
            for where, request in rows:
                model = request.get("model") or _model(row)
                entry = _entry(where, request, _REQUEST, model, request.get("created_timestamp"), row, "cost")
                if entry is not None:
                    yield entry
        for where, row in sessions.values():
            when = row.get("created_at") or row.get("updated_at")
            sums = {name: held for name, held in row.items() if name.startswith("accumulated_")}
            entry = _entry(where, sums, _SESSION, _model(row), when, row, "accumulated_cost")
            if entry is not None:
                yield summed(entry)


def _entry(
    where: str, row: Json, fields: CountFields, model: object, when: object, session: Json, cost: str
) -> Entry | None:
    usage = {name: held for name, held in row.items() if name.endswith("_tokens") and held is not None}
    if not any(usage.values()):
        return None
    charged, project, seller = paid(row.get(cost)), session.get("working_dir"), session.get("provider_name")
    return used(where, "Goose", counted(usage, fields), model, when, charged, project, provider=seller)


def _model(session: Json) -> str | None:
    """The model that a session is set to, which stands in the JSON of its configuration."""
    try:
        found = json.loads(str(session.get("model_config_json") or "{}"))
    except ValueError:
        return None
    return found.get("model_name") if isinstance(found, dict) else None


FORMAT = Format(
    "Goose sessions",
    "~/.local/share/goose/sessions/sessions.db (SQLite), older *.jsonl",
    "input includes cache reads and writes, unless they are more than it",
    frozenset({"accumulated_input_tokens", "cost_source"}),
    _owns,
    _Goose,
)
