"""Gemini CLI: the chats that it keeps, and what it prints without a terminal. Field names: its own source and docs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from tokcost.logs.counts import BESIDE, CountFields, counted
from tokcost.logs.entry import Entry, Read, whole
from tokcost.logs.format import Format, FormatReader, Inner, Json, file_of
from tokcost.logs.formats.agents import guarded, silent, summed, used
from tokcost.logs.formats.entries import inside
from tokcost.logs.held import HeldBack
from tokcost.logs.told import Told
from tokcost.logs.unread import counts_in

_CLIENT = "Gemini CLI"
_CHAT = CountFields(
    input=("input",),
    more_input=("tool",),
    output=("output",),
    cached=("cached",),
    reasoning=("thoughts",),
    total=("total",),
    thinking=BESIDE,
    bare=True,
)
# ``input`` is the part of the prompt that was not cached; ``roles`` are parts of the sum.
_MODELS = CountFields(
    input=("prompt",),
    more_input=("tool",),
    output=("candidates",),
    cached=("cached",),
    reasoning=("thoughts",),
    total=("total",),
    thinking=BESIDE,
    known=("input",),
    bare=True,
)
# The output leaves out the thoughts, which only the total tells.
_RESULT = CountFields(
    input=("input_tokens",),
    output=("output_tokens",),
    cached=("cached",),
    reasoning=("thoughts",),
    total=("total_tokens",),
    thinking=BESIDE,
    known=("input",),
)


def _is_answer(value: Any) -> bool:
    return isinstance(value, Mapping) and value.get("type") == "gemini" and isinstance(value.get("tokens"), Mapping)


def _owns_chats(value: Json) -> bool:
    messages = value.get("messages")
    if isinstance(messages, list):
        return "projectHash" in value or any(map(_is_answer, messages))
    return "$set" in value or "$rewindTo" in value or "projectHash" in value or _is_answer(value)


class _Chats(FormatReader):
    """A message is written again as it grows: the last of an id holds."""

    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._held = HeldBack(told, "messages of a chat written again")
        self._sessions: dict[str, str] = {}

    @property
    def holding(self) -> bool:
        return bool(self._held)

    def value(self, where: str, value: Json) -> Iterator[Read]:
        file = file_of(where)
        if value.get("sessionId"):
            self._sessions[file] = str(value["sessionId"])
        changed = inside(value, "$set")
        messages = value.get("messages") or changed.get("messages")
        if not isinstance(messages, list):
            messages = [value]
        for message in messages:
            tokens = inside({"": message}, "", "tokens")
            if not any(tokens.values()):
                yield from guarded(where, partial(silent, inside({"": message}, "")))
                continue
            for read in guarded(where, partial(_answer, where, message, tokens)):
                if isinstance(read, Entry) and read.identity is not None:
                    yield from self._held.put((self._sessions.get(file, file), read.identity), read)
                else:
                    yield read

    def end_of_file(self) -> Iterator[Read]:
        yield from self._held.release()


def _answer(where: str, message: Json, tokens: Json) -> Entry | None:
    model, when, identity = message.get("model"), message.get("timestamp"), message.get("id")
    return used(where, _CLIENT, counted(tokens, _CHAT), model, when, identity=identity)


def _owns_headless(value: Json) -> bool:
    if "usage" in value:
        return False  # the end of a stream of Qwen Code, which is like Claude Code's
    stats = value.get("stats")
    if value.get("type") == "init":
        return "session_id" in value and "model" in value
    if value.get("type") == "message":  # a part of an answer, as a stream has it
        told = isinstance(value.get("content"), str) and "timestamp" in value and "role" in value
        return told and not counts_in(value)
    return isinstance(stats, Mapping) and (isinstance(stats.get("models"), Mapping) or "total_tokens" in stats)


class _Headless(FormatReader):
    """The sums of a run: by model, or under the model that the first line of a stream names."""

    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._models: dict[str, object] = {}

    def value(self, where: str, value: Json) -> Iterator[Read]:
        if value.get("type") == "init":
            self._models[file_of(where)] = value["model"]
            return
        stats = inside(value, "stats")
        models = inside(stats, "models")
        sums = {name: held for name, held in models.items() if isinstance(held, Mapping)}
        for model, held in sums.items():
            usage = inside(held, "tokens")
            fields = _MODELS
            if not usage:
                usage, fields = _with_thoughts(held), _RESULT
            if any(usage.values()):
                requests = whole(inside(held, "api").get("totalRequests"), "totalRequests")
                yield from guarded(where, partial(_sum, where, value, usage, fields, model, requests))
        if not sums and "total_tokens" in stats:
            usage = _with_thoughts(stats)
            named = self._models.get(file_of(where))
            yield from guarded(where, partial(_sum, where, value, usage, _RESULT, named, 1))


def _sum(where: str, value: Json, usage: Json, fields: CountFields, model: object, requests: int) -> Entry | None:
    entry = used(where, _CLIENT, counted(usage, fields), model, value.get("timestamp"))
    return None if entry is None else summed(entry, requests)


def _with_thoughts(stats: Json) -> Json:
    """The counts of a stream, with what the total has beyond input and output as thoughts."""
    names = ("input_tokens", "output_tokens", "total_tokens")
    given, output, total = (whole(stats.get(name), name) for name in names)
    usage = {name: held for name, held in stats.items() if not isinstance(held, Mapping)}
    return {**usage, "thoughts": total - given - output} if total > given + output else usage


FORMATS = (
    Format(
        "Gemini CLI chat",
        "~/.gemini/tmp/*/chats/session-*.json and .jsonl",
        "input includes what was cached; thoughts beside the output, those of tools beside the input",
        frozenset({"messages", "tokens", "projectHash", "$set", "$rewindTo"}),
        _owns_chats,
        _Chats,
    ),
    Format(
        "Gemini CLI without a terminal",
        "gemini -o json, -o stream-json",
        "input includes what was cached; thoughts beside the output",
        frozenset({"stats", "session_id", "timestamp"}),
        _owns_headless,
        _Headless,
    ),
)
