"""Counts and prices the requests of files, one after the other, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

from tokcost.batch.checks import Checker
from tokcost.batch.outputs import Expected, OutputRange
from tokcost.batch.prefixes import Prefixes
from tokcost.batch.quote import Quote, Quoter
from tokcost.batch.tool_fees import fee_notes
from tokcost.catalog import Model, PriceBook
from tokcost.counting.count import Count
from tokcost.counting.request_file import CountedRequest, RequestCounter
from tokcost.counting.window import Misfit, request_misfits
from tokcost.currency import Exchange
from tokcost.errors import NotPriced
from tokcost.pricing import Terms, tier_terms
from tokcost.rates import STANDARD
from tokcost.requests.envelopes import mismatch, must_name_model, platform_of
from tokcost.requests.images import Sizer, image_size
from tokcost.requests.model import Request

# Of so many models that requests name and another was given for, a note says the names.
_NAMES = 100


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
    misfits: tuple[Misfit, ...] = ()  # limits that it may go past, or that nobody is known to refuse it for
    effort: str = ""  # how hard it asks the model to reason


class Runner:
    """Prices requests with one book; keeps what repeats: rates and prefixes."""

    def __init__(self, book: PriceBook, asked: BatchOptions) -> None:
        self.asked = asked
        self._counter = RequestCounter(book, asked.terms.day, asked.size_of, asked.vertex, instead=True)
        self._rules = book.rules
        self._quoters: dict[tuple[str, str], Quoter] = {}
        self.prefixes: dict[str, Prefixes] = {}
        self.given = book.find(asked.model) if asked.model else None
        self.renamed: dict[str, None] = {}  # models that requests name, and that another was given for
        self.unnamed: list[str] = []  # where requests name no model, and -m would help

    def rows(self, name: str, stream: BinaryIO, seen: Callable[[int], None] | None = None) -> Iterator[BatchRow]:
        """The requests of one file in order; ``seen`` is called with the bytes of each."""
        checker = Checker(self._rules)
        for counted in self._counter.requests(stream, self.given, seen):
            yield self._row(counted, name, checker)

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
        problems = list(self._of_envelope(counted, file))
        if not item.problem:
            problems += checker.problems(item, request, counted.held_as, counted.seller)
        if counted.renamed and request is not None and request.model and len(self.renamed) < _NAMES:
            self.renamed.setdefault(request.model)
        problems += [counted.problem] if counted.problem and not counted.unnamed else []
        if request is None or model is None or count is None:
            return BatchRow(item.name, file, item.line, model, None, None, None, tuple(problems))
        return self._priced(counted, request, model, count, file, problems)

    def _of_envelope(self, counted: CountedRequest, file: str) -> Iterator[str]:
        """What is wrong with a request by what it stands in and the model it names."""
        item, request = counted.item, counted.request
        if item.refused:
            yield item.refused
        if request is None:
            return
        who = must_name_model(item, platform_of(item, counted.seller))
        if not request.model and who:
            hint = "" if counted.model else ", -m MODEL prices it all the same"
            yield f"the request names no model: {who} takes no line without one{hint}"
        elif counted.unnamed:
            why = f"{counted.problem}: name one with -m"
            self.unnamed.append(f"{file}:{item.line}: {why}")
            yield why
        elif why := mismatch(item, counted.named.provider if counted.named else counted.seller):
            yield why

    def _priced(
        self, counted: CountedRequest, request: Request, model: Model, count: Count, file: str, problems: list[str]
    ) -> BatchRow:
        item = counted.item
        output = self.asked.expected.of(counted)
        misfits = list(request_misfits(request, model, count))
        problems += [str(each) for each in misfits if each.is_refused]
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
            item.name, file, item.line, model, count, output, quote, tuple(problems), terms.mode, notes,
            tuple(each for each in misfits if each.is_told and not each.is_refused), request.effort,
        )  # fmt: skip
