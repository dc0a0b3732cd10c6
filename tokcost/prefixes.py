"""What a provider keeps of the beginnings of requests, and what of them it would read again.

Caching goes from the first token on: tools, then system, then messages. Some providers cache what a request
marks, others whatever repeats; the price book says which, and how long a prefix must be (``caching``,
``cache_min``, ``cache_step``). A prefix is counted as the request that ends with it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from tokcost.catalog import Model
from tokcost.counting.count import Count
from tokcost.quoting import NOT_CACHED, Caching, Split
from tokcost.requests.cache_marks import BREAKPOINT, CONTROL
from tokcost.requests.model import CacheMark, Call, Document, Part, Request, Result, Text, Thinking, Tool

# So many blocks before a mark Anthropic looks for the end of what an earlier request has written.
_LOOKS_BACK = 20
# More beginnings than these are not remembered.
_MOST = 1_000_000
# Requests of these are not cached.
_NEVER = ("openai-embeddings", "openai-completions")


class _Block(NamedTuple):
    """A place where a prefix may end: (message, its parts; -1 the tools), and a hash of all up to it."""

    place: tuple[int, int]
    chain: int


class _Size(NamedTuple):
    """The tokens of a prefix, and what they lie between."""

    tokens: int
    low: int
    high: int


class _End(NamedTuple):
    """So many blocks end with a mark; whether it is long-lived."""

    blocks: int
    size: _Size
    long: bool


_NOTHING = _Size(0, 0, 0)


class Caches:
    """Follows requests in order, those to each model by themselves. ``count_of`` counts a request to a model."""

    def __init__(self, count_of: Callable[[Request, Model], Count]) -> None:
        self.by_model: dict[str, Prefixes] = {}
        self._count_of = count_of

    def see(self, request: Request, model: Model, count: Count) -> Caching:
        """One more request to a model, and its tokens: what a cache may do to its cost."""
        if model.full_id not in self.by_model:
            self.by_model[model.full_id] = Prefixes(model, lambda request: self._count_of(request, model))
        return self.by_model[model.full_id].see(request, count)


class Prefixes:
    """Follows the requests to one model in order. ``count_of`` counts a request to it.

    Tokens of all of them: ``marked`` for the cache, of these likely ``read`` and likely ``written``;
    ``unmarked`` repeat what an earlier request began with, and were ``unwritten`` when they first came.
    ``short`` says that a prefix was marked that is too short to be cached, ``long`` that one is to live longer.
    """

    def __init__(self, model: Model, count_of: Callable[[Request], Count]) -> None:
        self.model = model
        self.marked = self.read = self.written = self.written_long = 0
        self.unmarked = self.unwritten = 0
        self.short = self.long = False
        self._rules = model.rules
        self._count_of = count_of
        self._seen: set[int] = set()
        self._kept: set[int] = set()
        self._worth: set[int] = set()
        self._sizes: dict[int, _Size] = {}

    @property
    def unasked(self) -> bool:
        """Whether the provider caches by itself."""
        return self._rules.caching != "marked"

    def see(self, request: Request, count: Count) -> Caching:
        """One more request and its tokens: what a cache may do to its cost."""
        least = self._rules.cache_min
        if count.high < least or request.api in _NEVER or self.model.kind == "embedding":
            self.short = self.short or bool(request.api not in _NEVER and self._marks(request))
            return NOT_CACHED
        blocks = list(_blocks(request))
        caching, marked = NOT_CACHED, 0
        if self._marks(request):
            caching, marked = self._see_marks(request, count, blocks)
        self._see_repeated(request, count, blocks, marked)
        unasked = self.unasked and (request.caches_unasked or self._rules.caching != "billed")
        return self._with_unasked(caching, count) if unasked else caching

    def _marks(self, request: Request) -> Sequence[CacheMark]:
        """The marks that its provider heeds: OpenAI has a key of its own for them, which others do not know."""
        if not request.cache_marks or not request.api.startswith("openai"):
            return request.cache_marks
        key = BREAKPOINT if self._rules.caching == "billed" else CONTROL
        return [mark for mark in request.cache_marks if mark.key == key]

    def _see_marks(self, request: Request, count: Count, blocks: list[_Block]) -> tuple[Caching, int]:
        """What its marks may do, and how many of its tokens are marked."""
        least, places = self._rules.cache_min, [block.place for block in blocks]
        ends: list[_End] = []
        for mark in self._marks(request):
            blocks_before = bisect_right(places, (mark.message, mark.parts))
            size = self._size(request, count, blocks, blocks_before)
            if size.high >= least:
                ends.append(_End(blocks_before, size, mark.long))
        if not ends:
            self.short = True
            return NOT_CACHED, 0
        ends.sort()
        last, long = ends[-1].size, max((end.size for end in ends if end.long), default=_NOTHING)
        self.long = self.long or long.tokens > 0
        likely = Split()
        if last.tokens >= least:
            likely = self._likely(request, count, blocks, ends, long.tokens)
            self.marked += last.tokens
            self.read += likely.read
            self.written += likely.write
            self.written_long += likely.write_long
        self._kept.update(blocks[end.blocks - 1].chain for end in ends if end.size.tokens >= least)
        # in tokens of the likely count, so that at each end of it there are as many as the prefix may have
        read, written, written_long = (
            min(count.tokens, -(-part * count.tokens // (whole or 1)))
            for part, whole in ((last.low, count.low), (last.high, count.high), (long.high, count.high))
        )
        return Caching(Split(read), Split(0, written - written_long, written_long), likely), last.tokens

    def _likely(
        self, request: Request, count: Count, blocks: list[_Block], ends: list[_End], long: int
    ) -> Split:  # fmt: skip
        """What was written before is read, the rest up to the last mark is written."""
        read = 0
        for end, _, _ in reversed(ends):
            far = 0 if self.unasked else max(0, end - _LOOKS_BACK)
            at = next((at for at in range(end, far, -1) if blocks[at - 1].chain in self._kept), 0)
            if at:
                read = self._size(request, count, blocks, at).tokens
                break
        return Split(read, ends[-1].size.tokens - max(read, long), max(0, long - read))

    def _see_repeated(self, request: Request, count: Count, blocks: list[_Block], marked: int) -> None:
        """What of it an earlier request began with, beyond what is marked."""
        end = next((end for end in range(len(blocks), 0, -1) if blocks[end - 1].chain in self._seen), 0)
        if len(self._seen) < _MOST:
            self._seen.update(block.chain for block in blocks)
        step = self._rules.cache_step
        tokens = self._size(request, count, blocks, end).tokens // step * step
        if tokens < self._rules.cache_min or tokens <= marked:
            return
        self.unmarked += tokens - marked
        chain = blocks[end - 1].chain
        if chain not in self._worth:
            inner = next((at for at in range(end - 1, 0, -1) if blocks[at - 1].chain in self._worth), 0)
            self.unwritten += tokens - max(marked, self._size(request, count, blocks, inner).tokens)
            self._worth.add(chain)

    def _with_unasked(self, caching: Caching, count: Count) -> Caching:
        """The same where the provider also caches the whole prompt, in steps, unasked."""
        tokens = count.tokens
        step = 1 if count.low < count.high else self._rules.cache_step  # at the ends of a range they are elsewhere
        written = caching.most_written
        if self._rules.caching == "billed":
            written = Split(0, tokens - written.write_long, written.write_long)
        return Caching(Split(max(tokens // step * step, caching.most_read.read)), written, caching.likely)

    def _size(self, request: Request, count: Count, blocks: list[_Block], end: int) -> _Size:
        """The tokens of so many blocks of a request."""
        whole = _Size(count.tokens, count.low, count.high)
        if not end or end == len(blocks):
            return whole if end else _NOTHING
        place, chain = blocks[end - 1]
        if chain not in self._sizes:
            if len(self._sizes) > _MOST:
                self._sizes.clear()
            found = self._count_of(_cut(request, *place))
            self._sizes[chain] = _Size(found.tokens, found.low, found.high)
        return _Size(*map(min, self._sizes[chain], whole))


def _cut(request: Request, message: int, parts: int) -> Request:
    """The request that ends so far."""
    if message < 0:
        return replace(request, tools=request.tools[:parts], messages=())
    last = request.messages[message]
    kept = (*request.messages[:message], replace(last, parts=last.parts[:parts]))
    return replace(request, messages=kept)


def _blocks(request: Request) -> Iterator[_Block]:
    """The tools, then the parts of each message, in the order in which they are cached."""
    chain = hash(repr(request.answer)) if request.answer else 0
    for number, tool in enumerate(request.tools, 1):
        chain = hash((chain, _tool(tool)))
        yield _Block((-1, number), chain)
    for at, message in enumerate(request.messages):
        chain = hash((chain, message.role, message.name))
        for number, part in enumerate(message.parts, 1):
            chain = hash((chain, _told(part)))
            yield _Block((at, number), chain)


def _tool(tool: Tool) -> str:
    """What the provider reads of a tool: not whether it is marked."""
    return repr((tool.name, tool.description, tool.builtin, tool.schema))


def _told(part: Part) -> object:
    """What a part holds, to be told from others."""
    if isinstance(part, Text | Thinking):
        return part.text
    if isinstance(part, Call):
        return part.name, part.arguments
    if isinstance(part, Result):
        return tuple(map(_told, part.parts))
    if isinstance(part, Document):
        return part.title, part.context, part.text, part.sent
    return repr(part)
