"""Counts the tokens of a text with one encoding; tiktoken does the counting.

    >>> counter("o200k_base").count("안녕하세요")
    2

Three ways lead to a count, and which is taken never changes it: a vocabulary of only what a small
text can use (``quick``), the whole vocabulary, and, for runs so long that tiktoken's regular
expressions overflow their stack, piece by piece.
"""

from __future__ import annotations

import collections
from collections.abc import Iterable
from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

from tokcost.encodings.pack import open_pack
from tokcost.encodings.pieces import splitter
from tokcost.encodings.quick import MAX_CHARS_TOGETHER, small_vocabulary
from tokcost.encodings.specs import SPECS
from tokcost.errors import UnknownName

if TYPE_CHECKING:
    import tiktoken

# Characters handed to tiktoken at once: large enough to amortise the call, small enough for memory.
PART = 512 * 1024
# tiktoken 0.14 overflows on runs of some 500,000 characters; a window of this size inside one finds them.
_WINDOW = 100_000


class Token(NamedTuple):
    """One token: its id as the provider has it (None where those are not known) and its bytes."""

    id: int | None
    data: bytes


class TextCounter:
    """Counts with one encoding; builds the whole vocabulary only when a text needs it."""

    def __init__(self, encoding: str) -> None:
        self.spec = SPECS[encoding]
        self._small_builds = 0
        self._expected: tuple[frozenset[str], tiktoken.Encoding] | None = None

    def count(self, text: str) -> int:
        """Tokens of the text. Text that looks like ``<|endoftext|>`` is ordinary text."""
        text = self.normal(text)
        if len(text) <= PART:
            return self.count_part(text)
        from tokcost.encodings.stream import StreamCount

        stream = StreamCount(self)
        stream.feed(text)
        return stream.finish()

    def tokens(self, text: str) -> list[Token]:
        """The tokens of a text in order."""
        text = self.normal(text)
        pack = open_pack(self.spec.pack)
        offset = self.spec.id_offset
        found = []
        for rank in self._encoded(text):
            data = pack.token_of_rank(rank)
            if self._falls_back(data):
                found += [Token(None, data[at : at + 1]) for at in range(len(data))]
            else:
                found.append(Token(None if offset is None else rank + offset, data))
        return found

    def count_part(self, text: str) -> int:
        """Tokens of a text, at once, whatever its size; it must be normal already."""
        if not text:
            return 0
        encoded = self._encoded(text)
        if not self.spec.byte_fallback:
            return len(encoded)
        return len(encoded) + sum(
            extra * seen for rank, seen in collections.Counter(encoded).items() if (extra := self._extra(rank))
        )

    def _encoded(self, text: str) -> list[int]:
        if _overflows(text, self.spec.name):
            return self._piecewise(text)
        if self._expected is not None and text in self._expected[0]:
            return self._expected[1].encode_ordinary(text)
        if "_whole" not in self.__dict__ and self._small_builds < 4:
            # A process that goes on asking is better served by the whole vocabulary, built once.
            vocabulary = small_vocabulary(self.spec.name, text)
            if vocabulary is not None:
                self._small_builds += 1
                return self._encoding(vocabulary).encode_ordinary(text)
        return self._whole.encode_ordinary(text)

    def _piecewise(self, text: str) -> list[int]:
        found: list[int] = []
        for match in splitter(self.spec.name).finditer(text):
            found += self._one_piece.encode_ordinary(match[0])
        return found

    def expect(self, texts: Iterable[str]) -> None:
        """Make ready to count several small texts with one vocabulary of what they use together."""
        wanted = frozenset(self.normal(text) for text in texts)
        if len(wanted) < 2 or "_whole" in self.__dict__:
            return
        vocabulary = small_vocabulary(self.spec.name, *wanted, most_chars=MAX_CHARS_TOGETHER)
        if vocabulary is not None:
            self._expected = (wanted, self._encoding(vocabulary))

    def build(self) -> None:
        """Build the whole vocabulary now."""
        _ = self._whole

    @cached_property
    def _whole(self) -> tiktoken.Encoding:
        return self._encoding(open_pack(self.spec.pack).ranks(self.spec.size))

    @cached_property
    def _one_piece(self) -> tiktoken.Encoding:
        """Takes any text as one piece."""
        return self._encoding(open_pack(self.spec.pack).ranks(self.spec.size), "(?s).+")

    def _encoding(self, ranks: dict[bytes, int], pattern: str | None = None) -> tiktoken.Encoding:
        import tiktoken

        return tiktoken.Encoding(
            self.spec.name, pat_str=pattern or self.spec.pattern, mergeable_ranks=ranks, special_tokens={}
        )

    def normal(self, text: str) -> str:
        """The text as the encoding sees it: NFC where it asks for that, no lone surrogates."""
        if not text.isascii():
            if self.spec.normalize_nfc:
                import unicodedata

                text = unicodedata.normalize("NFC", text)
            try:
                text.encode()
            except UnicodeEncodeError:  # lone surrogates, which tiktoken counts as U+FFFD
                text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return text

    @cached_property
    def _extras(self) -> dict[int, int]:
        return {}

    def _extra(self, rank: int) -> int:
        """What byte fallback adds for a rank."""
        extras = self._extras
        if rank not in extras:
            data = open_pack(self.spec.pack).token_of_rank(rank)
            extras[rank] = len(data) - 1 if self._falls_back(data) else 0
        return extras[rank]

    def _falls_back(self, data: bytes) -> bool:
        if not self.spec.byte_fallback or len(data) == 1:
            return False
        try:
            data.decode()
        except UnicodeDecodeError:
            return True
        return False


@cache
def counter(encoding: str) -> TextCounter:
    """The counter of an encoding, one a process. Raises UnknownName with the nearest names."""
    if encoding not in SPECS:
        import difflib

        nearest = difflib.get_close_matches(encoding, SPECS, n=3, cutoff=0.4)
        raise UnknownName("encoding", encoding, nearest, "'tokcost encodings' shows all")
    return TextCounter(encoding)


def _overflows(text: str, encoding: str) -> bool:
    """Whether tiktoken's regular expressions may overflow their stack on this text."""
    if len(text) < 2 * _WINDOW:
        return False
    dense = encoding in ("gemma3", "deepseek")  # their patterns backtrack over runs that are not blank, too
    for start in range(0, len(text) - _WINDOW + 1, _WINDOW):
        window = text[start : start + _WINDOW]
        if window.isspace() or (dense and not any(blank in window for blank in " \n\t")):
            return True
    return False
