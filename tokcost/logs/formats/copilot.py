"""Copilot's command line: events of a session, and at its shutdown the sums by model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tokcost.errors import Problem
from tokcost.logs.counts import OPEN, CountFields, counted
from tokcost.logs.entry import Entry, Read, whole
from tokcost.logs.format import Format, FormatReader, Inner, Json
from tokcost.logs.formats.agents import falls, summed, used
from tokcost.logs.formats.entries import inside
from tokcost.logs.told import Told
from tokcost.phrases import plural

_CLIENT = "Copilot"
_USAGE = CountFields(
    input=("inputTokens",),
    output=("outputTokens",),
    cached=("cacheReadTokens",),
    write=("cacheWriteTokens",),
    reasoning=("reasoningTokens",),
    total=("totalTokens",),
    parts=OPEN,
)
_KINDS = ("session.", "assistant.", "user.", "tool.", "subagent.", "hook.", "system.", "skill.", "abort", "permission.")
_ANSWERS = "answers in the sums of a shutdown"


def _owns(value: Json) -> bool:
    kind = value.get("type")
    if not isinstance(kind, str) or not kind.startswith(_KINDS) or not isinstance(value.get("data"), Mapping):
        return False
    return "parentId" in value or "timestamp" in value


class _Copilot(FormatReader):
    """The sums of a file: a later shutdown includes those before it, unless it has less and so began anew.

    Answers after the last shutdown have their output alone, unless an event of usage tells all of it.
    """

    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._begin()

    def _begin(self) -> None:
        self._project: object = None
        self._sums: dict[str, Entry] = {}
        self._usages: list[Entry] = []
        self._answers = 0
        self._output = 0
        self._where = ""

    @property
    def holding(self) -> bool:
        return bool(self._sums or self._usages or self._answers)

    def value(self, where: str, value: Json) -> Iterator[Read]:
        kind, data = value["type"], value["data"]
        if kind in ("session.start", "session.resume"):
            self._project = inside(data, "context").get("cwd") or self._project
        elif kind == "session.shutdown":
            yield from self._shutdown(where, value, inside(data, "modelMetrics"))
        elif kind == "assistant.usage":
            usage = {name: held for name, held in data.items() if name.endswith("Tokens")}
            if any(usage.values()) and (entry := self._entry(where, value, usage, data.get("model"))) is not None:
                self._usages.append(entry)
        elif kind == "assistant.message" and (output := whole(data.get("outputTokens"), "outputTokens")):
            self._where = self._where or where
            self._answers += 1
            self._output += output

    def _shutdown(self, where: str, value: Json, metrics: Json) -> Iterator[Read]:
        found: dict[str, Entry] = {}
        for model, held in metrics.items():
            usage = inside(held, "usage")
            if any(usage.values()) and (entry := self._entry(where, value, usage, model)) is not None:
                requests = whole(inside(held, "requests").get("count"), "count")
                found[str(model)] = summed(entry, requests)
        if not found:
            return
        if any(name not in found or falls(found[name], before) for name, before in self._sums.items()):
            yield from self._sums.values()
        else:
            self.told.repeat("sums of a session that a later shutdown includes", len(self._sums))
        self._sums = found
        self.told.repeat(_ANSWERS, self._answers + len(self._usages))
        self._usages, self._answers, self._output, self._where = [], 0, 0, ""

    def _entry(self, where: str, value: Json, usage: Json, model: object) -> Entry | None:
        return used(where, _CLIENT, counted(usage, _USAGE), model, value.get("timestamp"), project=self._project)

    def end_of_file(self) -> Iterator[Read]:
        yield from self._sums.values()
        yield from self._usages
        if self._usages:
            self.told.repeat("answers beside their events of usage", self._answers)
        elif self._answers:
            yield Problem(
                self._where,
                f"{plural(self._answers, 'answer')} of {self._output:,} output tokens since the last session.shutdown: "
                "their input is told only when the session ends, and none of it was counted",
            )
        self._begin()

    def quiet(self) -> Iterator[Read]:
        return iter(())


FORMAT = Format(
    "Copilot CLI session",
    "~/.copilot/session-state/*/events.jsonl",
    "sums of a session by model: input includes cache reads and writes; premium requests are no money",
    frozenset({"data"}),
    _owns,
    _Copilot,
)
