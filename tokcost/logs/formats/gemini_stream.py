"""Chunks of a stream of Gemini: each repeats the prompt and the candidates so far, the last holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from tokcost.inputs.json import google_field
from tokcost.logs.entry import Entry, Read
from tokcost.logs.format import Format, FormatReader, Inner, Json
from tokcost.logs.held import HeldBack
from tokcost.logs.responses import response
from tokcost.logs.told import Told

_CHUNKS = "chunks of a stream"
_RUNS = ("invocation_id", "invocationId")


def _owns(value: Json) -> bool:
    if not isinstance(value.get("usageMetadata") or value.get("usage_metadata"), Mapping):
        return False
    named = "responseId" in value or "response_id" in value
    return named or isinstance(value.get("candidates"), list) or _run_of(value) is not None


def _run_of(value: Json) -> object:
    """The run that an event of an agent belongs to."""
    return next((value[name] for name in _RUNS if value.get(name)), None)


def is_ended(value: Json) -> bool:
    """Whether one of the candidates says why it ended: nothing has to come after it."""
    candidates = value.get("candidates")
    return isinstance(candidates, list) and any(
        isinstance(each, Mapping) and google_field(each, "finishReason") for each in candidates
    )


class _Candidates(FormatReader):
    """An answer of which chunks came before is held back with them; any other is told as it comes."""

    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._held = HeldBack(told, _CHUNKS)
        self._unnamed: list[Entry] = []

    @property
    def holding(self) -> bool:
        return bool(self._held) or bool(self._unnamed)

    def value(self, where: str, value: Json) -> Iterator[Read]:
        """What was found by a search in one chunk is told of all that come after it."""
        entry, run = response(where, value), _run_of(value)
        name = f"{run}\n{value.get('author')}" if run else entry.identity
        if name is None:
            yield from self._nameless(entry, is_ended(value))
            return
        before = self._held.get(name)
        if before is not None and before.calls and not entry.calls:
            entry = entry._replace(calls=before.calls)
        whole = value.get("partial") is not True if run else before is None and is_ended(value)
        if whole:  # of a run: all that its parts told
            yield from self._held.last(name, entry)
        else:
            yield from self._held.put(name, entry)

    def _nameless(self, entry: Entry, ended: bool) -> Iterator[Read]:
        """Of answers without an id those are chunks of one that repeat its prompt, grow, and come to its end."""
        if self._unnamed and not _grows(self._unnamed[-1], entry):
            yield from self._release()
        if ended:
            self.told.repeat(_CHUNKS, len(self._unnamed))
            self._unnamed = []
            yield entry
        else:
            self._unnamed.append(entry)

    def _release(self) -> Iterator[Read]:
        """A stream that was cut off, where each is more than the one before it; else so many answers."""
        run, self._unnamed = self._unnamed, []
        if all(one.usage.output_tokens < more.usage.output_tokens for one, more in pairwise(run)):
            self.told.repeat(_CHUNKS, max(0, len(run) - 1))
            run = run[-1:]
        yield from run

    def end_of_file(self) -> Iterator[Read]:
        yield from self._release()
        yield from self._held.release()


def _grows(before: Entry, entry: Entry) -> bool:
    same = before.usage.input_tokens == entry.usage.input_tokens and before.model == entry.model
    return same and before.usage.output_tokens <= entry.usage.output_tokens


FORMAT = Format(
    "chunks of Gemini",
    "streams of Google's API, as server-sent events, JSON lines or one array; events of its agents",
    "input includes what was cached, thoughts beside output; the last of a responseId holds",
    frozenset({"usageMetadata", "usage_metadata"}),
    _owns,
    _Candidates,
    is_ended,
)
