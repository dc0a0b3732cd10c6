"""Chunks of a stream of chat completions: the usage stands on the last, or, so far, on every one."""

from __future__ import annotations

from collections.abc import Iterator

from tokcost.logs.entry import Read
from tokcost.logs.format import Format, FormatReader, Inner, Json
from tokcost.logs.held import HeldBack
from tokcost.logs.responses import response
from tokcost.logs.told import Told


def _owns(value: Json) -> bool:
    return value.get("object") == "chat.completion.chunk"


class _Chunks(FormatReader):
    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._held = HeldBack(told, "chunks of a stream")

    @property
    def holding(self) -> bool:
        return bool(self._held)

    def value(self, where: str, value: Json) -> Iterator[Read]:
        """Of one id the last usage holds."""
        if value.get("usage"):
            entry = response(where, value)
            if entry.identity is None:
                yield entry
            else:
                yield from self._held.put(entry.identity, entry)

    def end_of_file(self) -> Iterator[Read]:
        yield from self._held.release()


FORMAT = Format(
    "chunks of chat completions",
    "streams of OpenAI's API and of those who answer like it, as server-sent events or JSON lines",
    "input includes what was cached; the last usage of an id holds",
    frozenset({"object"}),
    _owns,
    _Chunks,
)
