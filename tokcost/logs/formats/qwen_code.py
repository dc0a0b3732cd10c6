"""Qwen Code sessions: lines like those of Claude Code, with the usage of Gemini's API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.logs.counts import counted
from tokcost.logs.entry import Entry, Read
from tokcost.logs.format import Format, FormatReader, Inner, Json
from tokcost.logs.formats.agents import used
from tokcost.logs.formats.entries import inside
from tokcost.logs.formats.gemini_telemetry import response
from tokcost.logs.gemini import GEMINI
from tokcost.logs.kept import Kept
from tokcost.logs.told import Told

_CLIENT = "Qwen Code"
_REPEATS = "events of telemetry beside the messages"


def _owns(value: Json) -> bool:
    if "sessionId" not in value or "type" not in value:
        return False
    if "usageMetadata" in value or "systemPayload" in value:
        return True
    return isinstance(inside(value, "message").get("parts"), list)


class _QwenCode(FormatReader):
    """The messages of a file; an event of telemetry counts where no message tells the same usage."""

    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._kept = Kept()
        self._events: dict[tuple[Any, ...], list[Entry]] = {}
        self._told_first: dict[tuple[Any, ...], int] = {}

    @property
    def holding(self) -> bool:
        return bool(self._events)

    def value(self, where: str, value: Json) -> Iterator[Read]:
        event = inside(value, "systemPayload", "uiEvent")
        if str(event.get("event.name", "")).endswith(".api_response"):
            entry = response(where, {"event.timestamp": value.get("timestamp"), **event})
            if entry is None or not self._is_new(value):
                return
            key = _key(value, entry)
            if self._told_first.get(key):
                self._told_first[key] -= 1
                self.told.repeat(_REPEATS)
            else:
                project = value.get("cwd")
                self._events.setdefault(key, []).append(entry._replace(project=str(project) if project else None))
            return
        usage = value.get("usageMetadata")
        if value.get("type") != "assistant" or not isinstance(usage, Mapping) or not any(usage.values()):
            return
        found = counted(usage, GEMINI)
        model, when, project = value.get("model"), value.get("timestamp"), value.get("cwd")
        message = used(where, _CLIENT, found, model, when, project=project, identity=value.get("uuid"))
        if message is None or not self._is_new(value):
            return
        key = _key(value, message)
        if events := self._events.get(key):
            events.pop()
            self.told.repeat(_REPEATS)
            if not events:
                del self._events[key]
        else:
            self._told_first[key] = self._told_first.get(key, 0) + 1
        yield message

    def _is_new(self, value: Json) -> bool:
        if value.get("uuid") is None or self._kept.add((str(value["uuid"]), str(value.get("timestamp")))):
            return True
        self.told.repeat("copies of a session")
        return False

    def end_of_file(self) -> Iterator[Read]:
        events, self._events = self._events, {}
        self._told_first.clear()
        for each in events.values():
            yield from each


def _key(value: Json, entry: Entry) -> tuple[Any, ...]:
    return str(value.get("sessionId")), entry.model, entry.usage.input_tokens, entry.usage.output_tokens


FORMAT = Format(
    "Qwen Code session",
    "~/.qwen/projects/*/chats/*.jsonl",
    "input includes what was cached; thoughts beside the output, unless the total has them inside",
    frozenset({"sessionId"}),
    _owns,
    _QwenCode,
)
