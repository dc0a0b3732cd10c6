"""Crush: a session has the sum of what it cost, and the tokens of its last request alone. Names: its migrations."""

from __future__ import annotations

from tokcost.logs.entry import Entry
from tokcost.logs.format import Format, Json, each
from tokcost.logs.formats.agents import paid
from tokcost.logs.times import moment

_ONE = "Crush keeps the tokens of a session's last request alone, which do not tell what it cost: {:,} and {:,}"


def _owns(value: Json) -> bool:
    return "parent_session_id" in value and "prompt_tokens" in value and "message_count" in value


def _read(where: str, row: Json) -> Entry | None:
    charged = paid(row.get("cost"))
    given, output = (row.get(name) or 0 for name in ("prompt_tokens", "completion_tokens"))
    if row.get("parent_session_id") or not (charged or given or output):
        return None  # what a session of a session cost is in the sum of that
    when = moment(row.get("updated_at") or row.get("created_at"))
    doubt = _ONE.format(given, output)
    return Entry(where, client="Crush", when=when, charged=charged, tokens_known=False, doubts=(doubt,))


FORMAT = Format(
    "Crush sessions",
    ".crush/crush.db (SQLite)",
    "what a session cost; its tokens are those of the last request, and not counted",
    frozenset({"parent_session_id"}),
    _owns,
    each(_read),
)
