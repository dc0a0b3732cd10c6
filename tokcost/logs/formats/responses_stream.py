"""Events of a stream of OpenAI's Responses: the answer stands in the one that ends it, with its usage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tokcost.errors import Problem
from tokcost.logs.entry import Read
from tokcost.logs.format import Format, FormatReader, Inner, Json
from tokcost.logs.held import HeldBack
from tokcost.logs.responses import response
from tokcost.logs.told import Told
from tokcost.logs.unread import WITHOUT_USAGE

_PREFIX = "response."
_LAST = ("response.completed", "response.incomplete", "response.failed", "response.cancelled", "response.done")
_UNFINISHED = ("in_progress", "queued")


def _owns(value: Json) -> bool:
    if value.get("object") == "response":  # asked for while it was made
        return value.get("status") in _UNFINISHED and not value.get("usage")
    return str(value.get("type", "")).startswith(_PREFIX)


class _Events(FormatReader):
    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._held = HeldBack(told, "events of a stream")
        self._begun: dict[str, str] = {}

    @property
    def holding(self) -> bool:
        return bool(self._held) or bool(self._begun)

    def value(self, where: str, value: Json) -> Iterator[Read]:
        """The answer of the last event. One that never came leaves its usage unknown."""
        body, kind = value.get("response"), value.get("type")
        if not isinstance(body, Mapping):
            return
        identity = str(body.get("id") or "")
        if kind in _LAST:
            self._begun.pop(identity, None)
            if body.get("usage"):
                yield from self._held.last(identity, response(where, body, value))
                return
            self._held.drop(identity)
            if kind in ("response.completed", "response.done"):
                yield Problem(where, WITHOUT_USAGE)
            elif body.get("error"):
                yield response(where, {"error": body["error"]}, value)
            else:
                self.told.remark(f"a {kind.removeprefix(_PREFIX)} answer without usage, taken for one of none", where)
        elif body.get("usage"):
            yield from self._held.put(identity, response(where, body, value))
        elif identity:
            self._begun.setdefault(identity, where)

    def quiet(self) -> Iterator[Read]:
        """What answers told so far; those without usage go on."""
        return self._held.release()

    def end_of_file(self) -> Iterator[Read]:
        for identity, where in self._begun.items():
            if self._held.get(identity) is None:
                yield Problem(where, f"{WITHOUT_USAGE}: its stream ends before it")
        self._begun = {}
        yield from self._held.release()


FORMAT = Format(
    "events of Responses",
    "streams of OpenAI's Responses API, and of its realtime API, as server-sent events or JSON lines",
    "input includes what was cached; the event that ends an answer holds",
    frozenset({"type", "object"}),
    _owns,
    _Events,
)
