"""Counts and prices the requests of files, one after the other, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, BinaryIO, NamedTuple

from tokcost.batch.checks import Checker
from tokcost.batch.prefixes import Prefixes
from tokcost.batch.quote import Quote, Quoter
from tokcost.catalog import Model, PriceBook
from tokcost.counting.count import Count
from tokcost.counting.memo import remembering
from tokcost.counting.request import count_request
from tokcost.counting.tally import TokensOf
from tokcost.errors import RequestError, TokcostError
from tokcost.pricing import Terms
from tokcost.rates import EXACT
from tokcost.requests.lines import Item, items, request_of
from tokcost.requests.model import Request


class Asked(NamedTuple):
    """How a file is to be priced. ``output`` tokens for each request, or ``ratio`` of its input."""

    terms: Terms
    model: str | None = None
    output: int | None = None
    ratio: Decimal | None = None
    size_of: Callable[[str], tuple[int, int] | None] | None = None


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


class Runner:
    """Prices requests with one book; keeps what repeats: models, rates, counts of texts, prefixes."""

    def __init__(self, book: PriceBook, asked: Asked) -> None:
        self.asked = asked
        self._book = book
        self._quoters: dict[str, Quoter] = {}
        self._counters: dict[str, TokensOf] = {}
        self.prefixes: dict[str, Prefixes] = {}
        self._given = book.find(asked.model) if asked.model else None

    def rows(self, name: str, stream: BinaryIO, seen: Callable[[int], None] | None = None) -> Iterator[BatchRow]:
        """The requests of one file in order; ``seen`` is told the bytes of each."""
        checker = Checker()
        for item in items(stream):
            if seen is not None:
                seen(len(item.raw))
            if item.problem:
                yield BatchRow(item.name, name, item.line, None, None, None, None, None, (item.problem,))
            else:
                yield self._row(item, name, checker)

    def quoter(self, model: Model) -> Quoter:
        """The prices of a model; one look-up a file."""
        if model.full_id not in self._quoters:
            self._quoters[model.full_id] = Quoter(model, self.asked.terms)
        return self._quoters[model.full_id]

    def _row(self, item: Item, file: str, checker: Checker) -> BatchRow:
        model = None
        try:
            request = request_of(item, self._given.provider if self._given else "", self.asked.size_of)
            model = self._model(request)
            problems = list(checker.problems(item, request.model or ""))
            count = count_request(request, model.provider, model, self._tokens_of(model))
        except RequestError as error:
            return BatchRow(item.name, file, item.line, model, None, None, None, None, (str(error),))
        except TokcostError as error:
            if model is None and self._given is None and not _names_a_model(item):
                raise TokcostError(f"{file}:{item.line}: the request names no model: say it with -m") from error
            return BatchRow(item.name, file, item.line, model, None, None, None, None, (str(error),))
        return self._priced(item, file, request, model, count, problems)

    def _priced(
        self, item: Item, file: str, request: Request, model: Model, count: Count, problems: list[str]
    ) -> BatchRow:
        quoter = self.quoter(model)
        limit = self._limit(request, model)
        output = self._output(count)
        if output is not None and limit is not None:
            output = min(output, limit)  # what the request itself forbids is not expected
        window = model.context_window
        if window is not None and count.low > window:
            problems.append(f"{count.tokens:,} input tokens exceed the context window of {model.id}, {window:,}")
        if model.full_id not in self.prefixes:
            self.prefixes[model.full_id] = Prefixes(model, self._tokens_of(model))
        self.prefixes[model.full_id].see(request, count.tokens)
        quote = quoter.quote(count, output, limit)
        return BatchRow(item.name, file, item.line, model, count, output, limit, quote, tuple(problems))

    def _model(self, request: Request) -> Model:
        if request.model:
            return self._book.find(request.model.removeprefix("models/").rsplit("/models/", 1)[-1])
        if self._given is None:
            raise TokcostError("names no model")
        return self._given

    def _tokens_of(self, model: Model) -> TokensOf:
        encoding = model.encoding or "o200k_base"
        if encoding not in self._counters:
            self._counters[encoding] = remembering(encoding)
        return self._counters[encoding]

    def _output(self, count: Count) -> int | None:
        if self.asked.ratio is not None:
            return int(EXACT.multiply(self.asked.ratio, Decimal(count.tokens)).to_integral_value("ROUND_CEILING"))
        return self.asked.output

    def _limit(self, request: Request, model: Model) -> int | None:
        if model.kind == "embedding":
            return 0
        return request.output_limit if request.output_limit is not None else model.max_output


def _names_a_model(item: Item) -> bool:
    body: Any = item.body
    return isinstance(body, dict) and bool(body.get("model"))
