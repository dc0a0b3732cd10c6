"""Sessions of pi, and of those who keep theirs like it (omp). Field names: the types of pi-ai."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tokcost.logs.counts import BESIDE, CountFields, counted
from tokcost.logs.entry import Entry, Read
from tokcost.logs.fields import text
from tokcost.logs.format import Format, FormatReader, Inner, Json, file_of
from tokcost.logs.formats.agents import paid, silent, used
from tokcost.logs.formats.entries import inside
from tokcost.logs.kept import Kept
from tokcost.logs.told import Told

_USAGE = CountFields(
    input=("input",),
    output=("output",),
    cached=("cacheRead",),
    write=("cacheWrite",),
    write_long=("cacheWrite1h",),
    reasoning=("reasoning", "reasoningTokens"),
    total=("totalTokens",),
    parts=BESIDE,
    known=("premiumRequests", "serverToolUse"),
    bare=True,
)
_SILENT = (
    "session", "title", "model_change", "thinking_level_change", "session_info", "compaction", "branch_summary",
    "custom", "custom_message", "label",
)  # fmt: skip


# What ``--mode json`` prints: the end of a message tells its usage, the others tell it before and again.
_END = "message_end"
_EVENTS = ("message_start", "message_update", "turn_end", "agent_end", _END)


def _owns(value: Json) -> bool:
    kind, message = value.get("type"), value.get("message")
    if "uuid" in value or "sessionId" in value:
        return False
    if kind in _EVENTS:
        if "assistantMessageEvent" in value or (kind == "agent_end" and isinstance(value.get("messages"), list)):
            return True
        return {"input", "output"} <= set(inside(value, "message", "usage"))
    if kind != "message" or not isinstance(message, Mapping):
        return kind in _SILENT and ("parentId" in value or (kind == "session" and "cwd" in value))
    usage = message.get("usage")
    if message.get("role") == "assistant" and isinstance(usage, Mapping):
        return "input" in usage and "output" in usage
    return "parentId" in value


class _Pi(FormatReader):
    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._kept = Kept()
        self._kept_in_sessions = Kept()
        self._printed = Kept()
        self._projects: dict[str, str | None] = {}

    def value(self, where: str, value: Json) -> Iterator[Read]:
        file = file_of(where)
        if value["type"] == "session":
            self._projects[file] = text(value.get("cwd"))
        if value["type"] in _EVENTS and value["type"] != _END:
            return
        message = value.get("message")
        message = message if isinstance(message, Mapping) else value
        usage = message.get("usage")
        if message.get("role", "assistant") != "assistant":
            return
        if not isinstance(usage, Mapping) or not any(usage.values()):
            silent(message if "role" in message else {})
            return
        costs = usage.get("cost")
        entry = used(
            where,
            "pi",
            counted(usage, _USAGE),
            message.get("model"),
            value.get("timestamp") or message.get("timestamp"),
            paid(costs.get("total") if isinstance(costs, Mapping) else costs),
            self._projects.get(file),
            provider=message.get("provider"),
        )
        if entry is None:
            return
        if self._is_told_elsewhere(value, message, entry):
            self.told.repeat("messages that were printed and kept")
            return
        identity = value.get("id")  # of a message in its session; forks keep it, and the time
        if identity and not self._kept.add((str(identity), entry.when, entry.usage)):
            self.told.repeat("messages that forks copied")
        else:
            yield entry

    def _is_told_elsewhere(self, value: Json, message: Json, entry: Entry) -> bool:
        """Whether a message of a session was printed as well, or one that was printed is in a session."""
        if message.get("timestamp") is None:
            return False
        key = str(message["timestamp"]), entry.model, entry.usage
        own, others = self._kept_in_sessions, self._printed
        if value["type"] == _END:
            own, others = others, own
        own.put(key)
        return others.get(key) is not None


FORMAT = Format(
    "pi session",
    "~/.pi/agent/sessions/**/*.jsonl, ~/.omp/agent/sessions/**/*.jsonl, pi --mode json",
    "input, cache reads and writes apart; reasoning inside the output",
    frozenset({"type"}),
    _owns,
    _Pi,
)
