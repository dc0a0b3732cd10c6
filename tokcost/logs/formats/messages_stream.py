"""Events of a stream of Anthropic's Messages: the input stands in the first, the output in the last but one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tokcost.errors import Problem
from tokcost.logs.entry import Entry, Read
from tokcost.logs.format import Format, FormatReader, Inner, Json, file_of
from tokcost.logs.responses import response
from tokcost.logs.told import Told
from tokcost.logs.unread import WITHOUT_USAGE

_KINDS = frozenset(
    {
        "message_start", "message_delta", "message_stop", "ping",
        "content_block_start", "content_block_delta", "content_block_stop",
    }
)  # fmt: skip
_METRICS = "amazon-bedrock-invocationMetrics"
_CUT = "a stream that was cut off: the output is the least that it can have been"
_CREATION, _PARTS = "cache_creation_input_tokens", "cache_creation"


class _Begun(NamedTuple):
    """A message whose stream is not over: as its first event has it, and the usage so far."""

    where: str
    event: Json
    usage: dict[str, Any]
    has_ended: bool = False


def _owns(value: Json) -> bool:
    kind = value.get("type")
    if kind == "error":  # what such a stream may end with; OpenAI's has no object in it
        return isinstance(value.get("error"), Mapping) and set(value) <= {"type", "error", "request_id"}
    return kind in _KINDS


class _Messages(FormatReader):
    """Joins the events of each file in their order: a message is over when it stops, or another begins."""

    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._begun: dict[str, _Begun] = {}

    @property
    def holding(self) -> bool:
        return bool(self._begun)

    def value(self, where: str, value: Json) -> Iterator[Read]:
        file, kind = file_of(where), value["type"]
        if kind == "message_start":
            yield from self._over(file)
            message = value.get("message")
            if isinstance(message, Mapping):
                self._begun[file] = _Begun(where, value, dict(message.get("usage") or {}))
        elif kind == "message_delta":
            yield from self._grown(where, file, value)
        elif kind == "message_stop":
            if file in self._begun and _METRICS in value:
                self.told.repeat("metrics of an invocation")
            yield from self._over(file)
        elif kind == "error":
            begun = file in self._begun
            yield from self._over(file)
            if not begun:
                yield response(where, value)

    def _grown(self, where: str, file: str, value: Json) -> Iterator[Read]:
        """The counts of a delta are those so far; what it does not name stays as it was."""
        usage = value.get("usage")
        more = {name: number for name, number in usage.items() if number is not None} if usage else {}
        if (begun := self._begun.get(file)) is None:
            if more:
                yield Problem(
                    where, "the end of a stream whose beginning is not there: its model and input are unknown"
                )
            return
        if _CREATION in more and _PARTS not in more and more[_CREATION] != begun.usage.get(_CREATION):
            more[_PARTS] = None  # of other writes: how long they live was told of the first alone
        self._begun[file] = begun._replace(usage={**begun.usage, **more}, has_ended=begun.has_ended or bool(more))

    def _over(self, file: str) -> Iterator[Read]:
        if (begun := self._begun.pop(file, None)) is None:
            return
        if not begun.usage:
            yield Problem(begun.where, WITHOUT_USAGE)
            return
        around = {name: held for name, held in begun.event.items() if name not in ("type", "message")}
        entry = response(begun.where, {**begun.event["message"], "usage": begun.usage}, around)
        yield entry if begun.has_ended else _cut(entry)

    def quiet(self) -> Iterator[Read]:
        """A message that was begun is not over: its last event tells what it came to."""
        return iter(())

    def end_of_file(self) -> Iterator[Read]:
        for file in list(self._begun):
            yield from self._over(file)


def _cut(entry: Entry) -> Entry:
    return entry._replace(remarks=(*entry.remarks, _CUT))


FORMAT = Format(
    "events of Messages",
    "streams of Anthropic's API, also through Bedrock, as server-sent events or JSON lines",
    "input leaves out what was read from and written to the cache; first and last event are one request",
    frozenset({"type"}),
    _owns,
    _Messages,
)
