"""Codex sessions: the rollout files, one a thread.

From 0.153 on a ``token_usage_record`` holds the usage of each request, of the thread that it names. Before that, and
beside it, ``token_count`` tells running totals: ``last_token_usage`` counts when the total has moved, and where it is
not told, the growth of the total. A fork begins with the history of its parent. Field names: Codex's own source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from tokcost.logs.counts import CountFields, counted
from tokcost.logs.entry import BadLine, Entry, Read, mode_of
from tokcost.logs.fields import model_name, text
from tokcost.logs.format import Format, FormatReader, Inner
from tokcost.logs.formats.agents import numbers, silent, stamp, used
from tokcost.logs.formats.codex_forks import CodexSessions, RunningCount
from tokcost.logs.formats.entries import inside
from tokcost.logs.told import Told
from tokcost.rates import STANDARD

Json = Mapping[str, Any]
CODEX = CountFields(
    input=("input_tokens",),
    output=("output_tokens",),
    cached=("cached_input_tokens", "cache_read_input_tokens", "cached_tokens"),
    write=("cache_write_input_tokens", "cache_creation_input_tokens", "cache_write_tokens"),
    reasoning=("reasoning_output_tokens", "reasoning_tokens"),
    total=("total_tokens",),
)
_TYPES = (
    "session_meta", "turn_context", "event_msg", "response_item", "compacted", "token_usage_record", "world_state",
    "inter_agent_communication_metadata", "thread_settings_applied",
)  # fmt: skip
_ASKED = "Codex asked for the service tier '{}', and the log does not tell which one served: standard rates were taken"
_FELL = "a running total fell: what it says from there on was counted anew"
# Between lines of a history that is copied into a fork lies less than that.
_PAUSE = timedelta(seconds=1)
# The first version that writes records.
_RECORDS_SINCE = (0, 153)


class _Matched(NamedTuple):
    """By what a record and a running count of the same request are known."""

    input: int
    output: int
    cached: int


class Codex(FormatReader):
    """What the lines of one file have said so far."""

    of_one_file = True

    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._sessions = CodexSessions(told)
        self._begin()

    def _begin(self) -> None:
        """Forget the file: the next one has its own session."""
        self._sessions.next_file()
        self._project: str | None = None
        self._model: str | None = None
        self._asked = STANDARD
        self._total: dict[str, int] | None = None
        self._records = False
        self._before_records = False
        self._moment: Any = None
        self._burst = True
        # Running counts wait here: a file that has records tells the same usage in them.
        self._held: list[RunningCount] = []
        self._released: set[_Matched] = set()

    @property
    def holding(self) -> bool:
        """Whether running counts wait for records, which would take their place."""
        return bool(self._held)

    def end_of_file(self) -> Iterator[Read]:
        """The running counts of the file; those of a fork may wait for its parent."""
        held, self._held = self._held, []
        yield from self._sessions.release(held)
        self._sessions.keep_total(self._total)
        self._begin()

    def quiet(self) -> Iterator[Read]:
        """The running counts so far."""
        held, self._held = self._held, []
        self._released |= {_matched(each.entry) for each in held}
        yield from self._sessions.release(held, waits=False)

    def end(self) -> Iterator[Read]:
        """What forks have of their own whose parents did not come."""
        yield from self._sessions.end()

    @staticmethod
    def owns(line: Json) -> bool:
        """Whether a line is one of a rollout."""
        return line.get("type") in _TYPES and isinstance(line.get("payload"), Mapping)

    def value(self, where: str, line: Json) -> Iterator[Read]:
        """The entry of a line, if it has one."""
        kind, payload = line["type"], line["payload"]
        kinds = (kind, payload.get("type"))
        self._follow(line)
        if kind == "session_meta":
            self._project = self._project or text(payload.get("cwd"))
            if self._sessions.meta(payload, stamp(line.get("timestamp"))):
                self._before_records = _version(payload) < _RECORDS_SINCE
        elif kind == "turn_context":
            self._model = model_name(payload.get("model")) or self._model
            self._asked = mode_of(payload["service_tier"]) if "service_tier" in payload else self._asked
        elif "thread_settings_applied" in kinds:
            settings = inside(payload, "thread_settings")
            self._asked = mode_of(settings.get("service_tier"))
            self._model = self._model or model_name(settings.get("model"))
        elif "token_usage_record" in kinds:
            yield from self._recorded(where, line, payload)
        elif kinds == ("event_msg", "token_count"):
            self._counted(where, line, payload)

    def _follow(self, line: Json) -> None:
        """Whether the line was written in one go with those before it, from the first of the file on."""
        if self._burst and (now := stamp(line.get("timestamp"))) is not None:
            if self._moment is not None and now - self._moment > _PAUSE:
                self._burst = False
            self._moment = now

    def _recorded(self, where: str, line: Json, record: Json) -> Iterator[Read]:
        usage = _usage_in(record)
        tier = record.get("service_tier") or usage.get("service_tier")
        entry = self._entry(where, line, usage, record, mode_of(tier) if tier else None)
        if not self._records and not self._before_records:
            self._told_again(len(self._held))
            self._held.clear()
        self._records = True
        if entry is None:
            return
        matched = _matched(entry)
        if same := [each for each in self._held if _matched(each.entry) == matched]:
            self._held.remove(same[0])
            self._told_again(1)
        if matched in self._released:
            self._told_again(1)
        elif self._sessions.is_new_record(where, record, line.get("timestamp"), usage):
            yield entry

    def _told_again(self, number: int) -> None:
        self.told.repeat("running counts of requests that have records", number)

    def _counted(self, where: str, line: Json, payload: Json) -> None:
        info = inside(payload, "info")
        total, last = inside(info, "total_token_usage"), inside(info, "last_token_usage")
        now = numbers(total)
        if not now and not numbers(last):
            silent({"info": payload.get("info"), **payload})
            return
        if now and now == self._total:
            self.told.repeat("running counts told again")
            return
        before, self._total = self._total or self._sessions.total_before(now), now or self._total
        if self._records:
            self._told_again(1)
            return
        usage: Json = last if numbers(last) else {name: number - before.get(name, 0) for name, number in now.items()}
        fell = usage is not last and any(number < 0 for number in usage.values())
        entry = self._entry(where, line, now if fell else usage, info, None)
        if entry is not None:
            remarks = (*entry.remarks, _FELL) if fell else entry.remarks
            key = (tuple(sorted(now.items())), tuple(sorted(numbers(last).items())))
            self._held.append(RunningCount(entry._replace(remarks=remarks), key, self._burst))

    def _entry(self, where: str, line: Json, usage: Json, holder: Json, mode: str | None) -> Entry | None:
        """The entry of a usage; None for one of nothing, as where the window was found to be full."""
        if not any(number for name, number in numbers(usage).items() if name not in CODEX.total):
            return None
        entry = used(
            where,
            "Codex",
            counted(usage, CODEX),
            holder.get("model") or self._model,
            line.get("timestamp"),
            project=self._project,
            identity=holder.get("response_id") or holder.get("id"),
        )
        if entry is None or mode is not None or self._asked == STANDARD:
            return entry and entry._replace(mode=mode or STANDARD)
        return entry._replace(other_modes=(self._asked,), remarks=(*entry.remarks, _ASKED.format(self._asked)))


def _matched(entry: Entry) -> _Matched:
    return _Matched(entry.usage.input_tokens, entry.usage.output_tokens, entry.usage.cached_tokens)


def _version(meta: Json) -> tuple[int, ...]:
    """The version of Codex that began a session; the newest where it is not told."""
    parts = str(meta.get("cli_version") or "").split("-")[0].split(".")
    return tuple(int(part) for part in parts) if all(part.isdecimal() for part in parts) else (999,)


def _usage_in(record: Json) -> Json:
    for name in ("usage", "token_usage", "last_token_usage"):
        if isinstance(found := record.get(name), Mapping):
            return found
    if "input_tokens" in record:
        return {name: value for name, value in record.items() if "token" in name}
    raise BadLine("a token_usage_record without a usage")


FORMAT = Format(
    "Codex session",
    "~/.codex/sessions/**/rollout-*.jsonl and archived_sessions/",
    "input includes what was cached and written; reasoning inside the output",
    frozenset({"payload"}),
    Codex.owns,
    Codex,
)
