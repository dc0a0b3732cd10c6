"""Counts and prices the requests of files, one after the other, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from tokcost.batch.checks import Checker
from tokcost.batch.outputs import Expected
from tokcost.batch.quote import Quoter
from tokcost.batch.row import BatchRow
from tokcost.batch.tool_fees import fee_notes
from tokcost.catalog import Model, PriceBook
from tokcost.counting.count import Count
from tokcost.counting.request_file import CountedRequest, RequestCounter
from tokcost.counting.window import as_cut, request_misfits
from tokcost.currency import Exchange
from tokcost.errors import AmbiguousModel, NotPriced, TokcostError
from tokcost.prefixes import Caches
from tokcost.pricing import Terms, Unpriced, tier_terms
from tokcost.rates import STANDARD
from tokcost.requests.envelopes import mismatch, must_be_a_line, must_name_model, platform_of
from tokcost.requests.files import DATA_ALONE, FileReader
from tokcost.requests.model import Request
from tokcost.requests.shapes import stray

if TYPE_CHECKING:
    from tokcost.batch.comparison import BillComparison

# So many models that requests name, and another was given for, are told apart.
_NAMES = 100_000
# Of so many bytes of a request file about one is text to be counted, the rest is JSON around it, or pictures.
_BYTES_OF_TEXT = 2


class BatchOptions(NamedTuple):
    """How requests are to be priced, and how much output is ``expected`` of them.

    With ``mode_given`` the mode of the terms holds for every request, else a request's own service tier comes first.
    """

    terms: Terms
    exchange: Exchange
    model: str | None = None
    expected: Expected = Expected()
    reader: FileReader = DATA_ALONE
    vertex: bool | None = None
    mode_given: bool = False


class Runner:
    """Prices requests with one book; keeps what repeats: rates and prefixes. ``comparison`` has the results of them.

    ``size`` is that of all files, where it is known.
    """

    def __init__(
        self, book: PriceBook, asked: BatchOptions, comparison: BillComparison | None = None, size: int | None = None
    ) -> None:  # fmt: skip
        self.asked = asked
        self._comparison = comparison
        self._counter = RequestCounter(
            book, asked.terms.day, asked.reader, asked.vertex, instead=True, expected=(size or 0) // _BYTES_OF_TEXT
        )
        self._rules = book.rules
        self._book = book
        self._quoters: dict[tuple[str, str], Quoter] = {}
        self.caches = Caches(self._counter.count)
        self.given = book.find(asked.model) if asked.model else None
        self.renamed: dict[str, None] = {}  # models that requests name, and that another was given for
        self.unnamed = 0  # requests that name no model, where -m would help, and the first of them
        self.first_unnamed = ""

    def knows(self, name: str) -> bool:
        """Whether the book has a model of that name."""
        try:
            self._book.find(name, hints=False)
        except AmbiguousModel:
            return True
        except TokcostError:
            return False
        return True

    def rows(self, name: str, stream: BinaryIO, seen: Callable[[int], None] | None = None) -> Iterator[BatchRow]:
        """The requests of one file in order; ``seen`` is called with the bytes of each."""
        checker = Checker(self._rules)
        for counted in self._counter.requests(stream, self.given, seen):
            row = self._row(counted, name, checker)
            if self._comparison is not None:
                row = self._comparison.take(row, self._comparison.results.take(counted.item), counted.answers)
            yield row

    def quoter(self, model: Model, mode: str = "") -> Quoter:
        """The prices of a model in a mode, "" for the one asked for. Raises NotPriced where it has none."""
        key = (model.full_id, mode)
        found = self._quoters.get(key)
        if found is None:
            terms = self.asked.terms._replace(mode=mode) if mode else self.asked.terms
            other = STANDARD if self.asked.terms.mode == "batch" and terms.mode != STANDARD else "batch"
            found = self._quoters[key] = Quoter(model, terms, other, self.asked.exchange)
        return found

    def _terms(self, model: Model) -> Terms:
        """The terms asked for; where it was the results that had the mode, of a model without it the standard ones."""
        terms = self.asked.terms
        if self.asked.mode_given or terms.mode == STANDARD:
            return terms
        price = model.price_on(terms.day)
        return terms if price is None or terms.mode in price.modes else terms._replace(mode=STANDARD)

    def _row(self, counted: CountedRequest, file: str, checker: Checker) -> BatchRow:
        item, request, model, count = counted.item, counted.request, counted.model, counted.input
        platform, another = platform_of(item, counted.seller), stray(item)
        problems = list(self._of_envelope(counted, platform, another, file))
        if not item.problem:
            problems += checker.problems(item, None if another else request, counted.held_as, platform)
        if counted.renamed and request is not None and request.model and len(self.renamed) < _NAMES:
            self.renamed.setdefault(request.model)
        problems += [counted.problem] if counted.problem and not counted.unnamed else []
        if request is None or model is None or count is None:
            return BatchRow(item.name, file, item.line, model, None, None, None, tuple(problems))
        return self._priced(counted, request, model, count, file, problems)

    def _of_envelope(self, counted: CountedRequest, platform: str, another: str, file: str) -> Iterator[str]:
        """What is wrong with a request by what it stands in, where it holds ``another`` body, and its model."""
        item, request = counted.item, counted.request
        if item.refused:
            yield item.refused
        if item.listed and (why := must_be_a_line(item, platform)):
            yield why
        if request is None:
            return
        if another:
            yield another
        who = "" if request.model else must_name_model(item, platform)
        if who:
            hint = "" if counted.model else ", -m MODEL prices it all the same"
            yield f"the request names no model: {who} takes no line without one{hint}"
        elif counted.unnamed:
            why = f"{counted.problem}: name one with -m"
            self.unnamed += 1
            self.first_unnamed = self.first_unnamed or f"{file}:{item.line}: {why}"
            yield why
        elif counted.named and (why := mismatch(item, request.model or "", counted.named.provider)):
            yield why

    def _priced(
        self, counted: CountedRequest, request: Request, model: Model, count: Count, file: str, problems: list[str]
    ) -> BatchRow:
        item = counted.item
        misfits = list(request_misfits(request, model, count))
        count = as_cut(model, count, misfits) if misfits else count
        output = self.asked.expected.of(counted if count is counted.input else counted._replace(input=count))
        problems += [str(each) for each in misfits if each.is_refused]
        try:
            terms = self._terms(model)
            quoter = self.quoter(model, terms.mode)  # the mode asked for must be one that the model has
            if request.tier and not self.asked.mode_given:
                terms = tier_terms(terms, request.tier)
                quoter = self.quoter(model, terms.mode)
            quote = quoter.quote(count, output, self.caches.see(request, model, count))
        except NotPriced as error:  # the mode or its service tier is not sold, or not past a cliff
            return BatchRow(item.name, file, item.line, model, None, None, None, (*problems, str(error)))
        notes = tuple(fee_notes(request, model, terms.day))
        if isinstance(quote.input, Unpriced) and self.quoter(model).price is not None:  # a part of it has no rate
            notes += (f"unpriced: {quote.input.reason}",)
        return BatchRow(
            item.name, file, item.line, model, count, output, quote, tuple(problems), terms.mode, notes,
            tuple(each for each in misfits if not each.is_refused), request.effort,
        )  # fmt: skip
