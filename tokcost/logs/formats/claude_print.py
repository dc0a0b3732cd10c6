"""What ``claude -p`` prints: one result, or, as it runs, lines of which the last result is final.

``usage`` is that of the main model, ``modelUsage`` the whole bill; for how long the cache was written ``usage`` alone
tells. Messages and their stream tell the same as the result of their run. Field names: Claude Code's documentation.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from tokcost.logs import anthropic
from tokcost.logs.entry import BadLine, Entry, Read
from tokcost.logs.fields import text
from tokcost.logs.format import Format, FormatReader, Inner, Json
from tokcost.logs.formats.claude_result import includes, known_of, models_of, result_of
from tokcost.logs.held import HeldBack
from tokcost.logs.told import Told
from tokcost.logs.unread import counts_in, not_read
from tokcost.usage import Usage

_TYPES = ("system", "assistant", "user", "stream_event", "rate_limit_event", "result")
_PARTIAL = "partial: a run without its result, and no stop_reason: the output is at least what was counted"

_OTHERS = "a session was counted in place of the result of its run: calls of {} that only the result has are left out"


def _owns(value: Json) -> bool:
    kind, usage = value.get("type"), value.get("usage")
    if "sessionId" in value:
        return False
    if kind == "result" or (kind is None and "total_cost_usd" in value):
        told = isinstance(usage, Mapping) and "input_tokens" in usage
        return told or bool(models_of(value)) or ("session_id" in value and not counts_in(value))
    if "session_id" not in value or kind not in _TYPES:
        return False
    holder = {"assistant": "message", "stream_event": "event"}.get(str(kind))
    return holder is None or isinstance(value.get(holder), Mapping)


class _Run:
    """What was printed of one session so far."""

    def __init__(self) -> None:
        self.model: str | None = None
        self.project: str | None = None
        self.messages: dict[str, int] = {}  # their input, by their ids
        self.untold: set[str] = set()  # those that no result was printed after
        self.ended: set[str] = set()
        self.streamed: dict[str, dict[str, Any]] = {}  # the message that is streamed, by the tool's use that made it
        self.result: dict[str | None, Usage] = {}
        self.results: set[Hashable] = set()
        self.legs: list[int] = []  # the input of results that include each other, by the last of them

    def includes(self) -> bool:
        """Whether the results are large enough to hold all messages that were printed."""
        return sum(self.messages.values()) <= sum(self.legs)


class _Printed(FormatReader):
    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._runs: dict[str, _Run] = {}
        self._results = HeldBack(told, "results of runs that are told elsewhere")
        self._messages = HeldBack(told, "messages of runs that are told elsewhere")

    def value(self, where: str, value: Json) -> Iterator[Read]:
        kind, session = value.get("type"), str(value.get("session_id") or where)
        run = self._runs.setdefault(session, _Run())
        if kind == "system":
            run.model, run.project = value.get("model") or run.model, text(value.get("cwd")) or run.project
        elif kind == "assistant":
            yield from self._message(where, value, session, run, value["message"])
        elif kind == "stream_event":
            yield from self._streamed(where, value, session, run)
        elif kind in (None, "result"):
            yield from self._result(where, value, session, run)

    def _result(self, where: str, value: Json, session: str, run: _Run) -> Iterator[Read]:
        """A result takes the place of one that it may include; a smaller one is of another leg of the session."""
        entries = result_of(where, value, run.model, run.project)
        if not entries:
            return
        found = {each.model: each.usage for each in entries}
        same = all(name in found and includes(found[name], usage) for name, usage in run.result.items())
        if run.legs and same:
            run.legs.pop()
        run.legs.append(sum(usage.input_tokens for usage in found.values()))
        run.result = found
        for each in entries:
            identity = (session, len(run.legs), each.model)
            run.results.add(identity)
            yield from self._results.put(identity, each)
        self._forget(session, run)

    def _forget(self, session: str, run: _Run) -> None:
        """The messages so far are told by a result."""
        for identity in run.untold:
            self._messages.drop((session, identity))
        run.untold.clear()

    def _message(self, where: str, value: Json, session: str, run: _Run, message: Json) -> Iterator[Read]:
        usage = message.get("usage")
        if not isinstance(usage, Mapping):
            return
        entry = anthropic.message(where, message, usage, known_of(value, run.project))
        identity = str(message.get("id") or value.get("uuid") or where)
        if message.get("stop_reason") is not None:
            run.ended.add(identity)
        held = self._messages.get((session, identity))
        if held is not None and _size(held) >= _size(entry):
            entry = held
        ended = identity in run.ended
        entry = entry._replace(remarks=tuple(each for each in entry.remarks if each != _PARTIAL))
        run.messages[identity] = max(entry.usage.input_tokens, run.messages.get(identity, 0))
        run.untold.add(identity)
        yield from self._messages.put(
            (session, identity), entry if ended else entry._replace(remarks=(*entry.remarks, _PARTIAL))
        )

    def _streamed(self, where: str, value: Json, session: str, run: _Run) -> Iterator[Read]:
        """A message as it is streamed: its start, and at its end what it came to."""
        event, maker = value["event"], str(value.get("parent_tool_use_id"))
        if event.get("type") == "message_start" and isinstance(event.get("message"), Mapping):
            run.streamed[maker] = dict(event["message"])
        elif event.get("type") == "message_delta" and maker in run.streamed:
            begun = run.streamed[maker]
            more = {name: number for name, number in (event.get("usage") or {}).items() if number is not None}
            ended = (event.get("delta") or {}).get("stop_reason")
            run.streamed[maker] = {**begun, "usage": {**(begun.get("usage") or {}), **more}, "stop_reason": ended}
        elif counts := counts_in(event):
            raise BadLine(not_read(counts, "no message of a stream"))
        else:
            return
        yield from self._message(where, value, session, run, run.streamed[maker])

    def quiet(self) -> Iterator[Read]:
        """The results so far. Messages wait for theirs."""
        yield from self._results.release()

    def end(self) -> Iterator[Read]:
        """A run may go on in another file: only now is it known which messages have no result."""
        sessions = self.told.session_names()
        for session, run in self._runs.items():
            if run.includes() or session in sessions:
                self._forget(session, run)
            if session in sessions:
                self._leave_out(run)
        yield from self._results.release()
        yield from self._messages.release()

    def _leave_out(self, run: _Run) -> None:
        """The results of a run whose session was read. Of other models than the main one a session may lack calls."""
        found = [each for identity in run.results if (each := self._results.get(identity)) is not None]
        main = max(found, key=lambda each: each.tokens, default=None)
        if others := sorted({str(each.model) for each in found if main is not None and each.model != main.model}):
            self.told.remark(_OTHERS.format(", ".join(others)), found[0].where)
        for identity in run.results:
            self._results.drop(identity)


def _size(entry: Entry) -> tuple[int, int]:
    return entry.usage.output_tokens, entry.usage.input_tokens


FORMAT = Format(
    "claude -p",
    "what 'claude -p --output-format json' or 'stream-json' prints",
    "input, cache reads and cache writes apart; modelUsage is the whole bill, the last result of a run holds",
    frozenset({"session_id", "modelUsage", "model_usage", "total_cost_usd"}),
    _owns,
    _Printed,
)
