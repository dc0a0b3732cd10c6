"""Counts and prices the requests of files, one after the other, in bounded memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import BinaryIO, NamedTuple

from tokcost.batch.checks import Checker
from tokcost.batch.prefixes import Prefixes
from tokcost.batch.quote import Quote, Quoter
from tokcost.catalog import Model, PriceBook
from tokcost.counting.count import Count
from tokcost.counting.memo import Memory
from tokcost.counting.request import api_of, count_request
from tokcost.currency import Exchange
from tokcost.errors import AmbiguousModel, NotPriced, RequestError, TokcostError
from tokcost.pricing import Terms
from tokcost.rates import EXACT
from tokcost.requests.lines import Item, items, request_of
from tokcost.requests.model import Request, Text

# How many requests are read before the first of them is priced.
_AHEAD = 64


class BatchOptions(NamedTuple):
    """How requests are to be priced. ``output`` tokens for each of them, or ``ratio`` of its input."""

    terms: Terms
    exchange: Exchange
    model: str | None = None
    output: int | None = None
    ratio: Decimal | None = None
    size_of: Callable[[str], tuple[int, int] | None] | None = None
    vertex: bool | None = None

    @property
    def expects_output(self) -> bool:
        """Whether it was said how much output is expected."""
        return self.output is not None or self.ratio is not None


class BatchRow(NamedTuple):
    """One request. ``input`` and ``quote`` are None when it cannot be counted; ``problems`` say why,
    or what the provider will refuse."""

    name: str
    file: str
    line: int
    model: Model | None
    input: Count | None
    output_tokens: int | None
    output_limit: int | None
    quote: Quote | None
    problems: tuple[str, ...] = ()


class _Read(NamedTuple):
    """A request read, not yet counted; ``problem`` says why it cannot be."""

    item: Item
    request: Request | None = None
    model: Model | None = None
    problem: str = ""


class Runner:
    """Prices requests with one book; keeps what repeats: models, rates, counts of texts, prefixes."""

    def __init__(self, book: PriceBook, asked: BatchOptions) -> None:
        self.asked = asked
        self._book = book
        self._quoters: dict[str, Quoter] = {}
        self._memories: dict[str, Memory] = {}
        self.prefixes: dict[str, Prefixes] = {}
        self._given = book.find(asked.model) if asked.model else None

    def rows(self, name: str, stream: BinaryIO, seen: Callable[[int], None] | None = None) -> Iterator[BatchRow]:
        """The requests of one file in order; ``seen`` is told the bytes of each.

        Requests are read some way ahead, so that their texts are counted in threads meanwhile.
        """
        checker = Checker()
        waiting: deque[_Read] = deque()
        for item in items(stream):
            if seen is not None:
                seen(len(item.raw))
            waiting.append(self._read(item, name))
            if len(waiting) == 2:  # a file of one request is counted as it stands
                self._ahead(waiting[0])
            if len(waiting) > 1:
                self._ahead(waiting[-1])
            if len(waiting) > _AHEAD:
                yield self._row(waiting.popleft(), name, checker)
        while waiting:
            yield self._row(waiting.popleft(), name, checker)

    def quoter(self, model: Model) -> Quoter:
        """The prices of a model; one look-up a file."""
        if model.full_id not in self._quoters:
            self._quoters[model.full_id] = Quoter(model, self.asked.terms, self.asked.exchange)
        return self._quoters[model.full_id]

    def _read(self, item: Item, file: str) -> _Read:
        if item.problem:
            return _Read(item, problem=item.problem)
        try:
            provider = api_of(self._given.provider, self._given) if self._given else ""
            request = request_of(item, provider, self.asked.size_of, self.asked.vertex)
        except RequestError as error:
            return _Read(item, problem=str(error))
        if not request.model and self._given is None:
            raise TokcostError(f"{file}:{item.line}: the request names no model: say it with -m")
        try:
            return _Read(item, request, self._model(request))
        except TokcostError as error:
            return _Read(item, problem=str(error))

    def _ahead(self, read: _Read) -> None:
        if read.request is None or read.model is None:
            return
        memory = self._memory(read.model)
        for message in read.request.messages:
            for part in message.parts:
                if isinstance(part, Text):
                    memory.ahead(part.text)

    def _row(self, read: _Read, file: str, checker: Checker) -> BatchRow:
        item, request, model = read.item, read.request, read.model
        problems = [read.problem] if read.problem else []
        if request is not None and model is not None:
            inputs = len(request.messages) if request.api == "openai-embeddings" else 0
            problems += checker.problems(item, request.model or "", inputs)
            try:
                count = count_request(request, model.provider, model, self._memory(model), self.asked.terms.day)
            except TokcostError as error:
                problems.append(str(error))
            else:
                return self._priced(item, file, request, model, count, problems)
        return BatchRow(item.name, file, item.line, model, None, None, None, None, tuple(problems))

    def _priced(
        self, item: Item, file: str, request: Request, model: Model, count: Count, problems: list[str]
    ) -> BatchRow:
        quoter = self.quoter(model)
        limit = self._limit(request, model)
        output = self._output(count)
        if output is not None:
            # what the request itself forbids is not expected
            output = (output if limit is None else min(output, limit)) * request.answers
        if limit is not None:
            limit *= request.answers
        window = model.context_window
        most = model.max_output
        if most is not None and request.output_limit is not None and request.output_limit > most:
            problems.append(f"an output limit of {request.output_limit:,}: {model.id} writes at most {most:,}")
        if window is not None and count.low > window:
            problems.append(f"{count.tokens:,} input tokens exceed the context window of {model.id}, {window:,}")
        if model.full_id not in self.prefixes:
            self.prefixes[model.full_id] = Prefixes(model, self._memory(model))
        self.prefixes[model.full_id].see(request, count.tokens)
        try:
            quote = quoter.quote(count, output, limit)
        except NotPriced as error:  # past a cliff that the mode is not sold beyond
            return BatchRow(item.name, file, item.line, model, None, None, None, None, (*problems, str(error)))
        return BatchRow(item.name, file, item.line, model, count, output, limit, quote, tuple(problems))

    def _model(self, request: Request) -> Model:
        if not request.model:
            assert self._given is not None
            return self._given
        try:
            return self._book.find(request.model.removeprefix("models/").rsplit("/models/", 1)[-1])
        except AmbiguousModel as error:
            if self._given is not None and self._given.full_id in error.forms:
                return self._given  # several providers sell it, and the user has said which is meant
            raise

    def _memory(self, model: Model) -> Memory:
        encoding = model.encoding or "o200k_base"
        if encoding not in self._memories:
            self._memories[encoding] = Memory(encoding)
        return self._memories[encoding]

    def _output(self, count: Count) -> int | None:
        if self.asked.ratio is not None:
            return int(EXACT.multiply(self.asked.ratio, Decimal(count.tokens)).to_integral_value("ROUND_CEILING"))
        return self.asked.output

    def _limit(self, request: Request, model: Model) -> int | None:
        if model.kind == "embedding":
            return 0
        limits = [limit for limit in (request.output_limit, model.max_output) if limit is not None]
        return min(limits, default=None)
