"""Cline's command line, and Cline from 4.1 on: messages with metrics, beside a manifest with their sum."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from tokcost.logs.counts import OPEN, CountFields, counted
from tokcost.logs.entry import Entry, Read
from tokcost.logs.format import Format, FormatReader, Inner, Json, file_of
from tokcost.logs.formats.agents import guarded, paid, silent, summed, used
from tokcost.logs.formats.entries import inside
from tokcost.logs.kept import Kept
from tokcost.logs.told import Told

_METRICS = CountFields(
    input=("inputTokens",),
    output=("outputTokens",),
    cached=("cacheReadTokens",),
    write=("cacheWriteTokens",),
    parts=OPEN,
)

# What tells a sum of Cline's from the usage of others that is kept as metadata.
_SUMMED = ("cacheReadTokens", "cacheWriteTokens", "totalCost")


def _is_message(value: Any) -> bool:
    return isinstance(value, Mapping) and "role" in value and ("metrics" in value or "modelInfo" in value)


def _owns(value: Json) -> bool:
    messages = value.get("messages")
    if isinstance(messages, list):
        return any(map(_is_message, messages)) or ("origin" in value and "sessionId" in value)
    usage = inside(value, "metadata", "usage")
    if "inputTokens" not in usage or "role" in value:
        return False
    return "session_id" in value or any(name in usage for name in _SUMMED)


class _ClineSession(FormatReader):
    """A manifest names what messages do not, and counts where none of them has metrics."""

    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._kept = Kept()
        self._manifests: dict[str, tuple[str, Json]] = {}
        self._messages: dict[str, list[Entry]] = {}

    def value(self, where: str, value: Json) -> Iterator[Read]:
        if "messages" not in value:
            self._manifests[_session(where, value)] = where, value
            return
        session = _session(where, value)
        for message in value["messages"]:
            metrics = inside(message, "metrics")
            if not any(held for name, held in metrics.items() if name.endswith("Tokens")):
                yield from guarded(where, partial(silent, message))
                continue
            if message.get("id") and not self._kept.add((session, message["id"], message.get("ts"))):
                self.told.repeat("copies of a session")
                continue
            kept = self._messages.setdefault(session, [])
            for read in guarded(
                where, partial(_entry, where, metrics, inside(message, "modelInfo"), message.get("ts"))
            ):
                if isinstance(read, Entry):
                    kept.append(read)
                else:
                    yield read

    def end(self) -> Iterator[Read]:
        for session, entries in self._messages.items():
            manifest = self._manifests.get(session, ("", {}))[1]
            for each in entries:
                yield each._replace(
                    model=each.model or _text(manifest.get("model")), project=_text(manifest.get("cwd"))
                )
        for session, (where, manifest) in self._manifests.items():
            usage = inside(manifest, "metadata", "usage")
            if session in self._messages:
                self.told.repeat("sums of sessions beside their messages")
                continue
            when = manifest.get("ended_at") or manifest.get("started_at")
            entry = _entry(where, usage, {"id": manifest.get("model"), "provider": manifest.get("provider")}, when)
            if entry is not None:
                yield summed(entry._replace(project=_text(manifest.get("cwd"))))
        self._messages, self._manifests = {}, {}


def _entry(where: str, metrics: Json, model: Json, when: object) -> Entry | None:
    usage = {name: held for name, held in metrics.items() if "cost" not in name.lower()}
    cost = metrics.get("cost") if "cost" in metrics else metrics.get("totalCost")
    found = counted(usage, _METRICS)
    return used(where, "Cline", found, model.get("id"), when, paid(cost), provider=model.get("provider"))


def _session(where: str, value: Json) -> str:
    """The session by the name that it tells, else by that of its file."""
    if told := value.get("sessionId") or value.get("session_id"):
        return str(told)
    return file_of(where).replace("\\", "/").rpartition("/")[2].removesuffix(".json").removesuffix(".messages")


def _text(value: object) -> str | None:
    return str(value) if value else None


FORMAT = Format(
    "Cline CLI session",
    "~/.cline/data/sessions/*/*.messages.json",
    "input includes cache reads and writes, unless they are more than it",
    frozenset({"messages", "session_id", "metadata"}),
    _owns,
    _ClineSession,
)
