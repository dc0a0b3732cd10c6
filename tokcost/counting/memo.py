"""Remembers the counts of texts, since system prompts and tools repeat over the lines of a batch."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TypeVar

from tokcost.encodings.counter import counter
from tokcost.encodings.stream import threads

Key = str | tuple[int, int]
Kept = TypeVar("Kept", int, Future[int])
# Texts up to this long are kept as they are, longer ones by their hash: bounded memory either way.
_SHORT = 64
_MAX_KNOWN = 200_000
# Texts from this long on are worth a thread: tiktoken lets go of the interpreter lock.
_MIN_CHARS_TO_PREFETCH = 1000


class TokenCounts:
    """Counts texts, as parts of requests, with one encoding and knows them again."""

    def __init__(self, encoding: str) -> None:
        self._counter = counter(encoding)
        self._known: dict[Key, int | Future[int]] = {}

    def __call__(self, text: str) -> int:
        """The tokens of the text."""
        key = _key(text)
        found = self._known.get(key)
        if found is None:
            found = self._keep(key, self._counter.bare(text))
        elif not isinstance(found, int):
            found = self._known[key] = found.result()
        return found

    def prefetch(self, text: str) -> None:
        """Begin to count a text that will be asked for soon."""
        if len(text) < _MIN_CHARS_TO_PREFETCH or not self._counter.threaded:
            return
        key = _key(text)
        if key not in self._known:
            self._counter.build()
            self._keep(key, threads().submit(self._counter.bare, text))

    def _keep(self, key: Key, value: Kept) -> Kept:
        if len(self._known) >= _MAX_KNOWN:
            self._known = {key: one for key, one in self._known.items() if not isinstance(one, int)}
        self._known[key] = value
        return value


def _key(text: str) -> Key:
    # Two long texts of one length that share a 64-bit hash: once in 10^9 batches of 200,000 texts.
    return text if len(text) <= _SHORT else (hash(text), len(text))
