"""Kimi's command line (``wire.jsonl``, ``context.jsonl``), and Kimi Code's ``wire.jsonl`` of each agent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.logs.counts import BESIDE, CountFields, counted
from tokcost.logs.entry import BadLine, Entry, Read
from tokcost.logs.format import Format, FormatReader, Inner, Json, file_of
from tokcost.logs.formats.agents import silent, used
from tokcost.logs.formats.entries import inside
from tokcost.logs.held import HeldBack
from tokcost.logs.told import Told

_WIRE = CountFields(
    input=("input_other",),
    output=("output",),
    cached=("input_cache_read",),
    write=("input_cache_creation",),
    parts=BESIDE,
    bare=True,
)
_CODE = CountFields(
    input=("inputOther",),
    output=("output",),
    cached=("inputCacheRead",),
    write=("inputCacheCreation",),
    parts=BESIDE,
    bare=True,
)


def _owns_wire(value: Json) -> bool:
    message = value.get("message")
    if isinstance(message, Mapping):
        return "timestamp" in value and "type" in message and "payload" in message
    return value.get("role") == "_usage"  # the size of the context, beside the wire


class _Wire(FormatReader):
    """The status after each answer; an agent's own stands in the wire of its parent, too."""

    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._held = HeldBack(told, "statuses of the same answer")

    @property
    def holding(self) -> bool:
        return bool(self._held)

    def value(self, where: str, value: Json) -> Iterator[Read]:
        message = inside(value, "message")
        while message.get("type") == "SubagentEvent":
            message = inside(message, "payload", "event")
        payload = inside(message, "payload")
        usage = inside(payload, "token_usage")
        if message.get("type") != "StatusUpdate":
            return
        if not any(usage.values()):
            silent({name: held for name, held in payload.items() if not name.startswith(("context", "max_"))})
            return
        when, identity = value.get("timestamp"), payload.get("message_id")
        entry = used(where, "Kimi", counted(usage, _WIRE), payload.get("model"), when, identity=identity)
        if entry is None:
            return
        if entry.identity is None:
            yield entry
        else:
            yield from self._held.put(entry.identity, entry)

    def end_of_file(self) -> Iterator[Read]:
        yield from self._held.release()


def _owns_code(value: Json) -> bool:
    return value.get("type") in ("llm.request", "usage.record", "context.append_loop_event")


class _Code(FormatReader):
    """The records of a file; steps tell the same, and count where there are no records."""

    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._begin("")

    def _begin(self, file: str) -> None:
        self._file = file
        self._models: dict[str, object] = {}
        self._model: object = None
        self._records = 0
        self._steps: list[Entry] = []

    @property
    def holding(self) -> bool:
        return bool(self._steps)

    def value(self, where: str, value: Json) -> Iterator[Read]:
        if file_of(where) != self._file:
            self._begin(file_of(where))
        kind = value["type"]
        if kind == "llm.request":
            self._model = value.get("model")
            self._models[str(value.get("modelAlias"))] = value.get("model")
        elif kind == "usage.record":
            entry = self._entry(where, value, value.get("usage"))
            if entry is not None:
                self._records += 1
                yield entry
        elif (entry := self._entry(where, value, inside(value, "event").get("usage"))) is not None:
            self._steps.append(entry)

    def _entry(self, where: str, value: Json, usage: Any) -> Entry | None:
        if value["type"] == "usage.record" and not isinstance(usage, Mapping):
            raise BadLine("a usage.record without a usage")
        if not isinstance(usage, Mapping) or not any(usage.values()):
            return None
        model = self._models.get(str(value.get("model"))) or self._model or value.get("model")
        return used(where, "Kimi Code", counted(usage, _CODE), model, value.get("time"))

    def end_of_file(self) -> Iterator[Read]:
        steps, self._steps = self._steps, []
        if self._records:
            self.told.repeat("steps beside the records of their usage", len(steps))
        else:
            yield from steps


FORMATS = (
    Format(
        "Kimi session",
        "~/.kimi/sessions/*/*/wire.jsonl",
        "input, cache reads and writes apart; no model: -m names it",
        frozenset({"timestamp", "token_count"}),
        _owns_wire,
        _Wire,
    ),
    Format(
        "Kimi Code session",
        "~/.kimi-code/sessions/**/agents/*/wire.jsonl",
        "input, cache reads and writes apart",
        frozenset({"type"}),
        _owns_code,
        _Code,
    ),
)
