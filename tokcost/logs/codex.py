"""Codex sessions: ``~/.codex/sessions/**/rollout-*.jsonl``.

From 0.153 on a ``token_usage_record`` holds the usage of each request, and counts where its
``thread_id`` is that of the file: a fork copies the records of its parent. Before that,
``token_count`` repeats running totals: ``last_token_usage`` counts when the total has moved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.logs.entry import BadLine, Entry, Read, stated, usage_of, whole
from tokcost.logs.fields import model_name, text
from tokcost.logs.format import Format, FormatReader, Inner
from tokcost.logs.kept import Kept
from tokcost.logs.times import moment
from tokcost.logs.told import Told

Json = Mapping[str, Any]
_TYPES = (
    "session_meta", "turn_context", "event_msg", "response_item", "compacted", "token_usage_record", "world_state",
)  # fmt: skip


class Codex(FormatReader):
    """What the lines of one file have said so far."""

    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._seen = Kept()
        self._keys: set[tuple[Any, ...]] = set()  # of the running counts that wait
        self._begin()

    def _begin(self) -> None:
        """Forget the file: the next one has its own session."""
        self._thread: str | None = None
        self._project: str | None = None
        self._model: str | None = None
        self._total: Any = None
        self._records = False
        self._fork = False
        # Running counts wait here: a file that has records reports the same usage in them.
        self._held: list[Read] = []

    @property
    def holding(self) -> bool:
        """Whether running counts wait for records, which would take their place."""
        return bool(self._held)

    def end_of_file(self) -> Iterator[Read]:
        """The running counts of a file without records; the next file has a session of its own."""
        yield from self.quiet()
        self._begin()

    def quiet(self) -> Iterator[Read]:
        """The running counts so far."""
        held, self._held = self._held, []
        for key in self._keys:
            self._seen.put(key)
        self._keys.clear()
        yield from held

    @staticmethod
    def owns(line: Json) -> bool:
        """Whether a line is one of a rollout."""
        return line.get("type") in _TYPES and isinstance(line.get("payload"), Mapping)

    def value(self, where: str, line: Json) -> Iterator[Read]:
        """The entry of a line, if it has one."""
        kind, payload = line["type"], line["payload"]
        inner = payload.get("type")
        if kind == "session_meta":
            if self._thread is None:
                self._thread = str(payload.get("id"))
                self._project = text(payload.get("cwd"))
                self._fork = bool(payload.get("forked_from_id") or payload.get("parent_thread_id"))
            elif str(payload.get("id")) != self._thread:
                self._fork = True
        elif kind == "turn_context":
            self._model = model_name(payload.get("model")) or self._model
        elif "token_usage_record" in (kind, inner):
            if not self._records:
                self._keys.clear()
                self._held.clear()
            self._records = True
            if self._is_own(payload):
                yield from self._told(where, line, _usage_in(payload), payload)
        elif kind == "event_msg" and inner == "token_count" and not self._records:
            info = payload.get("info")
            if isinstance(info, Mapping):
                self._held.extend(self._counted(where, line, info))

    def _is_own(self, record: Json) -> bool:
        thread = record.get("thread_id")
        return thread is None or self._thread is None or str(thread) == self._thread

    def _counted(self, where: str, line: Json, info: Json) -> Iterator[Read]:
        total, last = info.get("total_token_usage"), info.get("last_token_usage")
        if not isinstance(last, Mapping) or total == self._total:
            return
        self._total = total
        yield from self._told(where, line, last, info)

    def _again(self, key: tuple[Any, ...]) -> bool:
        """Whether a key was there before; it is from now on, unless records take the place of running counts."""
        if key in self._keys or self._seen.get(key) is not None:
            return True
        if self._records:
            self._seen.put(key)
        else:
            self._keys.add(key)
        return False

    def _told(self, where: str, line: Json, usage: Json, record: Json) -> Iterator[Read]:
        """Each usage once: a fork repeats its parent's, at the parent's time or at that of the fork."""
        numbers = tuple(sorted((name, n) for name, n in usage.items() if isinstance(n, int)))
        total = record.get("total_token_usage")
        if isinstance(total, Mapping):
            numbers += tuple(sorted((name, n) for name, n in total.items() if isinstance(n, int)))
            if self._again(numbers):
                return
        identity = record.get("response_id") or record.get("id")
        if (stamp := line.get("timestamp")) is not None and self._again((stamp, numbers, identity)):
            return
        yield Entry(
            where,
            usage_of(
                stated(usage, "input_tokens"),
                whole(usage.get("cached_input_tokens"), "cached_input_tokens"),
                whole(usage.get("cache_write_input_tokens"), "cache_write_input_tokens"),
                0,
                stated(usage, "output_tokens"),
                whole(usage.get("reasoning_output_tokens"), "reasoning_output_tokens"),
            ),
            model=model_name(record.get("model")) or self._model,
            when=moment(line.get("timestamp"), "timestamp"),
            client="Codex",
            project=self._project,
            identity=str(identity) if identity else None,
        )


def _usage_in(record: Json) -> Json:
    for name in ("usage", "token_usage", "last_token_usage"):
        if isinstance(found := record.get(name), Mapping):
            return found
    if "input_tokens" in record:
        return record
    raise BadLine("a token_usage_record without a usage")


FORMAT = Format(
    "Codex session",
    "~/.codex/sessions/**/rollout-*.jsonl and archived_sessions/",
    "input includes what was cached and written; reasoning inside the output",
    frozenset({"payload"}),
    Codex.owns,
    Codex,
)
