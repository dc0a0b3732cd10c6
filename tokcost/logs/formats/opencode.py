"""opencode, and Kilo from 7 on: messages as they are kept, as they are exported, and what ``run`` prints of each step.

A message and its steps tell the same usage; where a message of several steps has the counts of its last one, the steps
are what was used. Field names: opencode's own source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.logs.counts import BESIDE, CountFields, counted
from tokcost.logs.entry import Entry, Read
from tokcost.logs.format import Format, FormatReader, Inner, Json
from tokcost.logs.formats.agents import paid, silent, used
from tokcost.logs.formats.entries import inside
from tokcost.logs.held import HeldBack
from tokcost.logs.kept import Kept
from tokcost.logs.told import Told

_CLIENT = "opencode"
_USAGE = CountFields(
    input=("input",),
    output=("output",),
    cached=("cache.read",),
    write=("cache.write",),
    reasoning=("reasoning",),
    total=("total",),
    parts=BESIDE,
    thinking=BESIDE,
    bare=True,
)
_STEPS = "steps of messages"


def _owns(value: Json) -> bool:
    if "tokens" in inside(value, "metadata", "assistant"):
        return True
    if isinstance(value.get("messages"), list) and isinstance(value.get("info"), Mapping):
        return True
    if isinstance(value.get("info"), Mapping) and isinstance(value.get("parts"), list):
        return True
    if "sessionID" not in value:
        return "projectID" in value and isinstance(value.get("time"), Mapping)
    return "messageID" in value or value.get("role") in ("user", "assistant") or isinstance(value.get("part"), Mapping)


class _Opencode(FormatReader):
    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._held = HeldBack(told, "messages told again")
        self._seen = Kept()
        self._copied = Kept()
        self._sessions = Kept(80)
        self._steps: dict[str, dict[str, Entry]] = {}

    def value(self, where: str, value: Json) -> Iterator[Read]:
        if isinstance(messages := value.get("messages"), list):
            for number, each in enumerate(messages, 1):
                if isinstance(each, Mapping):
                    yield from self.inner(f"{where}[{number}]", {"parts": [], **each})
        elif assistant := inside(value, "metadata", "assistant"):  # as it was kept until the summer of 2025
            meta = inside(value, "metadata")
            yield from self._message(where, {**value, **meta, **assistant})
        elif isinstance(info := value.get("info"), Mapping):
            yield from self._message(where, info)
            parts = value.get("parts")
            for part in parts if isinstance(parts, list) else ():
                if isinstance(part, Mapping):
                    self._step(where, {"messageID": info.get("id"), **part}, info)
        elif isinstance(part := value.get("part"), Mapping):
            yield from self._printed(where, value, part)
        elif "messageID" in value:
            self._step(where, value, {})
        else:
            yield from self._message(where, value)

    def _message(self, where: str, message: Json) -> Iterator[Read]:
        if message.get("role") != "assistant":
            return
        entry = _entry(where, message, message, inside(message, "time").get("created"))
        if entry is None:
            return
        if entry.identity is None:
            yield entry
            return
        self._seen.add(entry.identity)
        if self._is_new(message, entry):
            yield from self._held.put(entry.identity, entry)

    def _is_new(self, message: Json, entry: Entry) -> bool:
        """Whether a message was in no other session: a fork copies those of its parent with their times."""
        done = inside(message, "time").get("completed")
        if done is None:
            return True
        session = str(message.get("sessionID")).encode()[:80]
        key = entry.when, done, entry.model, entry.usage
        first = self._sessions.get(key)
        if first is None:
            self._sessions.put(key, session)
        elif first.strip() != session:
            self.told.repeat("messages that forks copied")
            return False
        return True

    def _step(self, where: str, part: Json, message: Json) -> None:
        if part.get("type") == "step-finish":
            when = inside(message, "time").get("created") or inside(part, "time").get("end")
            if (entry := _entry(where, part, message, when)) is not None:
                steps = self._steps.setdefault(str(part.get("messageID")), {})
                identity = str(part.get("id") or where)
                if steps.setdefault(identity, entry) is not entry:
                    self.told.repeat(_STEPS)

    def _printed(self, where: str, line: Json, part: Json) -> Iterator[Read]:
        """A step as ``run`` prints it: each is a request of its own."""
        if part.get("type") == "step-finish" and (entry := _entry(where, part, {}, line.get("timestamp"))) is not None:
            if entry.identity is None or self._copied.add(entry.identity):
                yield entry
            else:
                self.told.repeat(_STEPS)

    def end(self) -> Iterator[Read]:
        """Every message once: by its steps where there is none of it, or where it has those of the last alone."""
        for entry in self._held.release():
            steps = list(self._steps.pop(str(entry.identity), {}).values())
            if len(steps) > 1 and entry.usage in [step.usage for step in steps]:
                self.told.repeat("messages with the counts of their last step")
                yield from (_filled(step, entry) for step in steps)
            else:
                self.told.repeat(_STEPS, len(steps))
                yield entry
        for message, found in self._steps.items():
            if self._seen.get(message) is not None:
                self.told.repeat(_STEPS, len(found))
            else:
                yield from found.values()
        self._steps = {}


def _entry(where: str, holder: Json, message: Json, when: Any) -> Entry | None:
    tokens = holder.get("tokens")
    if not isinstance(tokens, Mapping) or not any(inside({"": tokens}, "").values()):
        silent({name: held for name, held in holder.items() if name != "parts"})
        return None
    model = inside(message, "model")
    return used(
        where,
        _CLIENT,
        counted(tokens, _USAGE),
        message.get("modelID") or model.get("modelID") or model.get("id"),
        when,
        paid(holder.get("cost")),
        inside(message, "path").get("cwd") or inside(message, "path").get("root"),
        holder.get("id"),
        message.get("providerID") or model.get("providerID"),
    )


def _filled(step: Entry, message: Entry) -> Entry:
    """A step with the words of its message."""
    return step._replace(
        model=message.model, provider=message.provider, when=step.when or message.when, project=message.project
    )


FORMAT = Format(
    "opencode",
    "~/.local/share/opencode/storage/message/**, opencode export, opencode run --format json",
    "input, cache reads and writes, output and reasoning apart",
    frozenset({"sessionID", "projectID", "messages", "parts"}),
    _owns,
    _Opencode,
)
