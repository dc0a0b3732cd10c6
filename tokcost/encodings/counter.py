"""Counts the tokens of a text with one encoding; tiktoken does the counting.

    >>> counter("o200k_base").count("안녕하세요")
    2

Four ways lead to a count, and which is taken never changes it: a vocabulary of only what a small
text can use (``quick``), the whole vocabulary, a faster engine where one is installed (``engines``),
and, for runs so long that tiktoken's regular expressions overflow their stack, piece by piece.
"""

from __future__ import annotations

import collections
from array import array
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING

from tokcost.encodings import stream
from tokcost.encodings.cuts import Cuts
from tokcost.encodings.edges import WHOLE, Edges
from tokcost.encodings.engines import AUTO, GIGATOKEN, MIN_CHARS_FOR_GIGATOKEN
from tokcost.encodings.pack import open_pack
from tokcost.encodings.pieces import overflows, splitter
from tokcost.encodings.quick import MAX_CHARS_TOGETHER, small_vocabulary, vocabulary_of
from tokcost.encodings.specs import SPECS
from tokcost.encodings.text import nfc, without_surrogates
from tokcost.errors import UnknownName
from tokcost.phrases import nearest

if TYPE_CHECKING:
    import tiktoken

    from tokcost.encodings.claude.counter import ClaudeCounter
    from tokcost.encodings.gigatoken_engine import Gigatoken
    from tokcost.encodings.token import Token

# So many small vocabularies, some 5 ms each, are made before the whole one, some 100 ms, is.
_SMALL_BUILDS = 16
# Characters of a text that could not be cut in smaller parts.
_LONG = 1_000_000
# Characters between two doubtful ones from which finding what is around each of them pays.
_APART = 1000


class TextCounter:
    """Counts with one encoding; builds the whole vocabulary only when a text needs it."""

    def __init__(self, encoding: str, engine: str = AUTO) -> None:
        self.spec = SPECS[encoding]
        self._engine = engine
        self._small_builds = 0
        self._extras: dict[int, int] = {}
        self._together: tuple[frozenset[str], tiktoken.Encoding] | None = None
        self._expected = 0  # characters to come, as far as they are known
        self.fast: Gigatoken | None = None
        if engine == GIGATOKEN:
            from tokcost.encodings.engines import require_gigatoken

            self.fast = require_gigatoken(encoding)

    def expect(self, characters: int) -> None:
        """Announce how many characters are to be counted: the faster engine is taken where that pays."""
        self._expected = max(characters, self._expected)
        if self._engine == AUTO and self.fast is None and self._expected >= MIN_CHARS_FOR_GIGATOKEN:
            from tokcost.encodings.engines import fast_engine

            self.fast = fast_engine(self.spec.name)

    @property
    def cuts(self) -> Cuts:
        """Where a text may be cut."""
        return self.spec.cuts

    @property
    def threaded(self) -> bool:
        """Whether threads count at the same time: tiktoken lets go of the interpreter lock."""
        return self.fast is None

    def count(self, text: str, edges: Edges = WHOLE) -> int:
        """Tokens of the text. Text that looks like ``<|endoftext|>`` is ordinary text."""
        text = self.normal(text)
        if len(text) <= stream.PART:
            return self.count_part(text)

        running = stream.StreamCount(self)
        running.feed(text)
        return running.finish()

    def bare(self, text: str) -> int:
        """The same: a text adds as many tokens wherever it stands."""
        return self.count(text)

    def tokens(self, text: str) -> list[Token]:
        """The tokens of a text in order."""
        from tokcost.encodings.token import Token

        text = self.normal(text)
        pack = open_pack(self.spec.pack)
        offset = self.spec.id_offset
        found = []
        for rank in self._encoded(without_surrogates(text)):
            data = pack.token_of_rank(rank)
            if self._falls_back(data):
                found += [Token(None, data[at : at + 1]) for at in range(len(data))]
            else:
                found.append(Token(None if offset is None else rank + offset, data))
        return found

    def inner_cut(self, text: str, begin: int, end: int) -> int:
        """A place inside a piece where its tokens may be counted apart, 0 where none is known."""
        from tokcost.encodings.inner_cuts import inner_cut

        return inner_cut(text, begin, end, open_pack(self.spec.pack), self.spec.cased)

    def count_part(self, text: str, edges: Edges = WHOLE) -> int:
        """Tokens of a text, at once, whatever its size; it must be normal already. Its edges change nothing."""
        if not text:
            return 0
        try:
            return self._count_slow(text) if self.fast is None else self._count_fast(self.fast, text)
        except UnicodeEncodeError:
            return self.count_part(without_surrogates(text))

    def _count_fast(self, fast: Gigatoken, text: str) -> int:
        """By the faster engine, but for what is around characters that it may see otherwise."""
        doubtful = fast.doubtful(text)
        if not doubtful:
            return fast.count(text)
        if len(doubtful) * _APART > len(text):
            return self._count_slow(text)
        from tokcost.encodings.cuts import parted

        free, apart = parted(text, doubtful, self.spec.cuts)
        return sum(map(fast.count, free)) + self._count_apart(apart)

    def _count_apart(self, texts: list[str]) -> int:
        """Short texts, for which a vocabulary of what they hold will do."""
        if "_whole" not in self.__dict__:
            vocabulary = vocabulary_of(self.spec.name, {text.encode() for text in texts})
            if vocabulary is not None:
                encode = self._encoding(vocabulary).encode_ordinary
                return sum(len(encode(text)) for text in texts)
        return sum(map(self._count_slow, texts))

    def _count_slow(self, text: str) -> int:
        encoded = self._encoded(text)
        if not self.spec.byte_fallback:
            return len(encoded)
        return len(encoded) + sum(
            extra * seen for rank, seen in collections.Counter(encoded).items() if (extra := self._extra(rank))
        )

    def _encoded(self, text: str) -> Sequence[int]:
        if overflows(text, self.spec.name):
            return self._piecewise(text)
        if self._together is not None and text in self._together[0]:
            return self._together[1].encode_ordinary(text)
        if "_whole" not in self.__dict__ and self._small_builds < _SMALL_BUILDS:
            # A process that goes on asking is better served by the whole vocabulary, built once.
            vocabulary = small_vocabulary(self.spec.name, text)
            if vocabulary is not None:
                self._small_builds += 1
                return self._encoding(vocabulary).encode_ordinary(text)
        return _ranks(self._whole, text)

    def _piecewise(self, text: str) -> Sequence[int]:
        found = array("I")
        for match in splitter(self.spec.name).finditer(text):
            found.extend(_ranks(self._one_piece, match[0]))
        return found

    def prepare(self, texts: Iterable[str]) -> None:
        """Make ready to count several small texts with one vocabulary of what they use together."""
        wanted = frozenset(self.normal(text) for text in texts)
        if len(wanted) < 2 or "_whole" in self.__dict__:
            return
        try:
            vocabulary = small_vocabulary(self.spec.name, *wanted, most_chars=MAX_CHARS_TOGETHER)
        except UnicodeEncodeError:
            return
        if vocabulary is not None:
            self._together = (wanted, self._encoding(vocabulary))

    def build(self) -> None:
        """Build the whole vocabulary now, unless another engine is to count."""
        if self.fast is None:
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
        """The text as the encoding sees it: in NFC where it asks for that."""
        return nfc(text) if self.spec.normalize_nfc and not text.isascii() else text

    def _extra(self, rank: int) -> int:
        """What byte fallback adds for a rank."""
        if rank not in self._extras:
            data = open_pack(self.spec.pack).token_of_rank(rank)
            self._extras[rank] = len(data) - 1 if self._falls_back(data) else 0
        return self._extras[rank]

    def _falls_back(self, data: bytes) -> bool:
        if not self.spec.byte_fallback or len(data) == 1:
            return False
        try:
            data.decode()
        except UnicodeDecodeError:
            return True
        return False


def _ranks(encoding: tiktoken.Encoding, text: str) -> Sequence[int]:
    """The tokens of a text; of a very long one in four bytes each, where a list of numbers takes forty."""
    packed = getattr(encoding._core_bpe, "encode_to_tiktoken_buffer", None) if len(text) > _LONG else None
    return encoding.encode_ordinary(text) if packed is None else memoryview(packed(text, set())).cast("B").cast("I")


@cache
def counter(encoding: str, engine: str = AUTO) -> TextCounter | ClaudeCounter:
    """The counter of an encoding, one per process and engine. Raises UnknownName with the nearest names."""
    if encoding in SPECS:
        return TextCounter(encoding, engine)
    from tokcost.encodings.claude.specs import CLAUDE_SPECS
    from tokcost.encodings.names import ENCODINGS

    if encoding in CLAUDE_SPECS:
        from tokcost.encodings.claude.counter import ClaudeCounter
        from tokcost.encodings.engines import check_serves

        check_serves(encoding, engine)
        return ClaudeCounter(CLAUDE_SPECS[encoding])
    raise UnknownName("encoding", encoding, nearest(encoding, ENCODINGS, likeness=0.4), "'tokcost encodings' shows all")
