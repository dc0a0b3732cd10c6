"""Copilot's command line: events of a session, and at its shutdown the sums by model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from tokcost.errors import Problem
from tokcost.logs.counts import OPEN, CountFields, counted
from tokcost.logs.entry import Entry, Read, whole
from tokcost.logs.format import Format, FormatReader, Inner, Json, file_of
from tokcost.logs.formats.agents import falls, guarded, summed, used
from tokcost.logs.formats.entries import inside
from tokcost.logs.held import HeldBack
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
_READ = ("session.start", "session.resume", "session.shutdown", "assistant.usage", "assistant.message")
_ANSWERS = "answers in the sums of a shutdown"


def _owns(value: Json) -> bool:
    kind = value.get("type")
    if not isinstance(kind, str) or "." not in kind or not isinstance(value.get("data"), Mapping):
        return False
    return kind in _READ or ("parentId" in value and "id" in value)


class _Copilot(FormatReader):
    """The sums of a session: a later shutdown includes those before it, unless it has less and so began anew.

    Answers after the last shutdown have their output alone, unless an event of usage tells all of it.
    """

    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._held = HeldBack(told, "sums of a session that a later shutdown includes")
        self._begin()

    def _begin(self) -> None:
        self._project: object = None
        self._session = ""
        self._run = 0
        self._sums: dict[str, Entry] = {}
        self._usages: list[Entry] = []
        self._answers: list[int] = []
        self._first = ""

    @property
    def holding(self) -> bool:
        return bool(self._sums or self._usages or self._answers)

    def value(self, where: str, value: Json) -> Iterator[Read]:
        kind, data = value["type"], value["data"]
        if kind in ("session.start", "session.resume"):
            self._project = inside(data, "context").get("cwd") or self._project
            self._session = str(data.get("sessionId") or self._session)
        elif kind == "session.shutdown":
            yield from self._shutdown(where, value, inside(data, "modelMetrics"))
        elif kind == "assistant.usage":
            usage = {name: held for name, held in data.items() if name.endswith("Tokens")}
            if any(usage.values()) and (entry := self._entry(where, value, usage, data.get("model"))) is not None:
                self._usages.append(entry)
        elif kind == "assistant.message" and (output := whole(data.get("outputTokens"), "outputTokens")):
            self._first = self._first or where
            self._answers.append(output)

    def _shutdown(self, where: str, value: Json, metrics: Json) -> Iterator[Read]:
        found: dict[str, Entry] = {}
        for model, held in metrics.items():
            for read in guarded(where, partial(self._sum, where, value, held, model)):
                if isinstance(read, Entry):
                    found[str(model)] = read
                else:
                    yield read
        if not found:
            return
        if any(name not in found or falls(found[name], before) for name, before in self._sums.items()):
            self._run += 1
        self._sums = found
        for model, entry in found.items():
            # A copy of the session that ends earlier has less.
            identity = (self._session or file_of(where), self._run, model)
            held = self._held.get(identity)
            yield from self._held.put(identity, held if held is not None and falls(entry, held) else entry)
        self.told.repeat(_ANSWERS, len(self._answers) + len(self._usages))
        self._usages, self._answers, self._first = [], [], ""

    def _sum(self, where: str, value: Json, metrics: Json, model: object) -> Entry | None:
        usage = inside(metrics, "usage")
        if not any(usage.values()):
            return None
        entry = self._entry(where, value, usage, model)
        return entry and summed(entry, whole(inside(metrics, "requests").get("count"), "count"))

    def _entry(self, where: str, value: Json, usage: Json, model: object) -> Entry | None:
        return used(where, _CLIENT, counted(usage, _USAGE), model, value.get("timestamp"), project=self._project)

    def quiet(self) -> Iterator[Read]:
        yield from self._held.release()

    def end_of_file(self) -> Iterator[Read]:
        yield from self._usages
        if self._usages:
            self.told.repeat("answers beside their events of usage", len(self._answers))
        elif self._answers:
            yield Problem(
                self._first,
                f"{plural(len(self._answers), 'answer')} of {sum(self._answers):,} output tokens since the last "
                "session.shutdown: their input is told only when the session ends, and none of it was counted",
            )
        self._begin()

    def end(self) -> Iterator[Read]:
        yield from self._held.release()


FORMAT = Format(
    "Copilot CLI session",
    "~/.copilot/session-state/*/events.jsonl",
    "sums of a session by model: input includes cache reads and writes; premium requests are no money",
    frozenset({"data"}),
    _owns,
    _Copilot,
)
