"""``codex exec --json``: events of a thread; each finished turn tells the sum of its thread so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tokcost.logs.counts import counted
from tokcost.logs.entry import Read
from tokcost.logs.format import Format, FormatReader, Inner, Json, file_of
from tokcost.logs.formats.agents import falls, silent, summed, used
from tokcost.logs.formats.codex import CODEX
from tokcost.logs.held import HeldBack
from tokcost.logs.told import Told

_TYPES = ("thread.", "turn.", "item.")


def _owns(value: Json) -> bool:
    kind = value.get("type")
    if not isinstance(kind, str) or not kind.startswith(_TYPES):
        return False
    return kind.startswith("item.") or isinstance(value.get("usage"), Mapping) or "usage" not in value


class _CodexExec(FormatReader):
    """Of each thread the last sum; where it falls, another run of Codex began anew, unless it is of another file."""

    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._held = HeldBack(told, "sums of a thread so far")
        self._threads: dict[str, str] = {}
        self._runs: dict[str, int] = {}

    def value(self, where: str, value: Json) -> Iterator[Read]:
        file = file_of(where)
        if value["type"] == "thread.started":
            self._threads[file] = str(value.get("thread_id") or file)
        usage = value.get("usage")
        if value["type"].startswith("item."):
            return
        if not isinstance(usage, Mapping):
            silent(value)
            return
        entry = used(where, "Codex", counted(usage, CODEX), when=value.get("timestamp"))
        if entry is None:
            return
        thread = str(value.get("thread_id") or self._threads.get(file, file))
        run = thread, self._runs.get(thread, 0)
        before = self._held.get(run)
        if before is not None and falls(entry, before):
            if file_of(before.where) != file:
                self.told.repeat("sums of a thread so far")
                return
            self._runs[thread] = run[1] + 1
            run, before = (thread, run[1] + 1), None
        yield from self._held.put(run, summed(entry, 1 + (before.requests if before else 0)))

    def end_of_file(self) -> Iterator[Read]:
        return iter(())  # another file may go on with the thread

    def quiet(self) -> Iterator[Read]:
        yield from self._held.release()

    def end(self) -> Iterator[Read]:
        yield from self._held.release()


FORMAT = Format(
    "codex exec --json",
    "what it prints",
    "input includes what was cached and written; the last sum of a thread holds; no model: -m names it",
    frozenset({"type"}),
    _owns,
    _CodexExec,
)
