"""Counts and prices the requests of files, one after the other, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from tokcost.batch.checks import Checker
from tokcost.batch.outputs import Expected, OutputRange
from tokcost.batch.prefixes import Prefixes
from tokcost.batch.quote import Quote, Quoter
from tokcost.batch.tool_fees import fee_notes
from tokcost.catalog import Model, PriceBook
from tokcost.counting.count import Count
from tokcost.counting.request_file import CountedRequest, RequestCounter
from tokcost.currency import Exchange
from tokcost.errors import NotPriced, TokcostError
from tokcost.pricing import Terms, tier_terms
from tokcost.rates import STANDARD
from tokcost.requests.images import Sizer, image_size
from tokcost.requests.model import Request

if TYPE_CHECKING:
    from tokcost.batch.comparison import Billed, Comparison


class BatchOptions(NamedTuple):
    """How requests are to be priced, and how much output is ``expected`` of them.

    With ``mode_given`` the mode of the terms holds for every request, else a request's own service tier comes first.
    """

    terms: Terms
    exchange: Exchange
    model: str | None = None
    expected: Expected = Expected()
    size_of: Sizer = image_size
    vertex: bool | None = None
    mode_given: bool = False


class BatchRow(NamedTuple):
    """One request. ``input`` and ``quote`` are None when it cannot be counted; ``problems`` say why,
    or what the provider will refuse."""

    name: str
    file: str
    line: int
    model: Model | None
    input: Count | None
    output: OutputRange | None
    quote: Quote | None
    problems: tuple[str, ...] = ()
    mode: str = ""  # at whose rates it is priced
    notes: tuple[str, ...] = ()  # what is charged beside its tokens, and is not in the cost
    effort: str = ""  # how hard it asks the model to reason
    billed: Billed | None = None  # what came of it, where results were given


class Runner:
    """Prices requests with one book; keeps what repeats: rates and prefixes. ``comparison`` has the results of them."""

    def __init__(self, book: PriceBook, asked: BatchOptions, comparison: Comparison | None = None) -> None:
        self.asked = asked
        self._comparison = comparison
        self._counter = RequestCounter(book, asked.terms.day, asked.size_of, asked.vertex)
        self._rules = book.rules
        self._quoters: dict[tuple[str, str], Quoter] = {}
        self.prefixes: dict[str, Prefixes] = {}
        self._given = book.find(asked.model) if asked.model else None

    def rows(self, name: str, stream: BinaryIO, seen: Callable[[int], None] | None = None) -> Iterator[BatchRow]:
        """The requests of one file in order; ``seen`` is called with the bytes of each."""
        checker = Checker(self._rules)
        for counted in self._counter.requests(stream, self._given, seen):
            row = self._row(counted, name, checker)
            if self._comparison is not None:
                row = self._comparison.take(row, self._comparison.results.take(counted.item), counted.answers)
            yield row

    def quoter(self, model: Model, mode: str = "") -> Quoter:
        """The prices of a model in a mode, "" for the one asked for. Raises NotPriced where it has none."""
        terms = self.asked.terms._replace(mode=mode) if mode else self.asked.terms
        key = (model.full_id, terms.mode)
        if key not in self._quoters:
            other = STANDARD if self.asked.terms.mode == "batch" else "batch"
            self._quoters[key] = Quoter(model, terms, other, self.asked.exchange)
        return self._quoters[key]

    def _row(self, counted: CountedRequest, file: str, checker: Checker) -> BatchRow:
        item, request, model, count = counted.item, counted.request, counted.model, counted.input
        if counted.unnamed:
            raise TokcostError(f"{file}:{item.line}: {counted.problem}: name one with -m")
        problems: list[str] = []
        if request is not None and model is not None:
            inputs = len(request.messages) if request.api == "openai-embeddings" else 0
            problems += checker.problems(item, request.model or "", inputs)
        problems += [counted.problem] if counted.problem else []
        if request is None or model is None or count is None:
            return BatchRow(item.name, file, item.line, model, None, None, None, tuple(problems))
        return self._priced(counted, request, model, count, file, problems)

    def _priced(
        self, counted: CountedRequest, request: Request, model: Model, count: Count, file: str, problems: list[str]
    ) -> BatchRow:
        item = counted.item
        output = self.asked.expected.of(counted)
        window = model.input_limit
        most = model.max_output
        if most is not None and request.output_limit is not None and request.output_limit > most:
            problems.append(f"an output limit of {request.output_limit:,}: {model.name} writes at most {most:,}")
        if window is not None and count.low > window:
            what = "context window" if window == model.context_window else "limit of input"
            problems.append(f"{count.tokens:,} input tokens exceed the {what} of {model.name}, {window:,}")
        if model.full_id not in self.prefixes:
            self.prefixes[model.full_id] = Prefixes(model, self._counter.memory(model))
        self.prefixes[model.full_id].see(request, count.tokens)
        self.quoter(model)  # the mode asked for must be one that the model has
        try:
            terms = self.asked.terms if self.asked.mode_given else tier_terms(self.asked.terms, request.tier)
            quote = self.quoter(model, terms.mode).quote(count, output)
        except NotPriced as error:  # its service tier is not sold, or not past a cliff
            return BatchRow(item.name, file, item.line, model, None, None, None, (*problems, str(error)))
        notes = tuple(fee_notes(request, model, terms.day))
        return BatchRow(
            item.name,
            file,
            item.line,
            model,
            count,
            output,
            quote,
            tuple(problems),
            terms.mode,
            notes,
            request.effort,
        )
