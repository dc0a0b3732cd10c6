"""Remembers the counts of texts, since system prompts and tools repeat over the lines of a batch."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from tokcost.encodings.counter import counter
from tokcost.encodings.stream import threads
from tokcost.errors import TokcostError

Key = str | tuple[int, int]
# Texts up to this long are kept as they are, longer ones by their hash: bounded memory either way.
_SHORT = 64
_MAX_KNOWN = 200_000
# So many characters together are worth a thread: tiktoken lets go of the interpreter lock while it counts.
_AT_ONCE = 30_000
# Shorter texts are counted when they are asked for.
_MIN_CHARS_TO_PREFETCH = 1000


class _Together:
    """Texts that are counted in one go by a thread, begun as soon as there are enough of them, or one is asked for."""

    def __init__(self) -> None:
        self.texts: dict[Key, str] = {}
        self.characters = 0
        self.counted: Future[list[int | None]] | None = None

    def add(self, key: Key, text: str) -> None:
        self.texts[key] = text
        self.characters += len(text)

    def begin(self, count: Callable[[str], int]) -> None:
        texts = list(self.texts.values())

        def counted(text: str) -> int | None:
            try:
                return count(text)
            except TokcostError:
                return None  # whoever asks for that one is told why

        self.counted = threads().submit(lambda: [counted(text) for text in texts])


class TokenCounts:
    """Counts texts, as parts of requests, with one encoding and knows them again.

    ``expected``: about so many characters are to come, as far as that is known; for choosing the engine.
    """

    def __init__(self, encoding: str, expected: int = 0) -> None:
        self._counter = counter(encoding)
        if expected:
            self._counter.expect(expected)
        self._known: dict[Key, int | _Together] = {}
        self._waiting = _Together()

    def __call__(self, text: str) -> int:
        """The tokens of the text."""
        key = _key(text)
        found = self._known.get(key)
        if found is None:
            found = self._counter.bare(text)
            self._keep(key, found)
        elif isinstance(found, _Together):
            self._take(found)
            return self(text)
        return found

    def prefetch(self, text: str) -> None:
        """Begin to count a text that will be asked for soon."""
        if len(text) < _MIN_CHARS_TO_PREFETCH or not self._counter.threaded:
            return
        key = _key(text)
        if key in self._known:
            return
        self._counter.build()
        self._keep(key, self._waiting)
        self._waiting.add(key, text)
        if self._waiting.characters >= _AT_ONCE:
            self._begin(self._waiting)

    def _begin(self, together: _Together) -> None:
        together.begin(self._counter.bare)
        self._waiting = _Together()

    def _take(self, together: _Together) -> None:
        """Know what was counted together."""
        if together.counted is None:
            self._begin(together)
        assert together.counted is not None
        for key, tokens in zip(together.texts, together.counted.result(), strict=True):
            if tokens is None:
                self._known.pop(key, None)
            else:
                self._known[key] = tokens

    def _keep(self, key: Key, value: int | _Together) -> None:
        if len(self._known) >= _MAX_KNOWN:
            self._known = {key: one for key, one in self._known.items() if not isinstance(one, int)}
        self._known[key] = value


def _key(text: str) -> Key:
    # Two long texts of one length that share a 64-bit hash: once in 10^9 batches of 200,000 texts.
    return text if len(text) <= _SHORT else (hash(text), len(text))
