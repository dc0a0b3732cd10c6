"""Files of requests, and single bodies: each counted for the model that it will be sent to.

The one place where it is done, so that a request counts the same in every command.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from datetime import date
from typing import BinaryIO, NamedTuple

from tokcost.catalog import Model, PriceBook
from tokcost.counting.count import Count
from tokcost.counting.memo import TokenCounts
from tokcost.counting.request import api_of, count_request
from tokcost.counting.window import most_output
from tokcost.errors import AmbiguousModel, TokcostError, UnknownName
from tokcost.phrases import quote_value
from tokcost.requests.envelopes import Item, is_azure, sellers_of_lines
from tokcost.requests.files import DATA_ALONE, FileReader
from tokcost.requests.lines import items, request_of
from tokcost.requests.model import Request, Text
from tokcost.requests.shape import OddNumber, evened

# How many requests are read before the first of them is counted.
_AHEAD = 64
# Of so many unknown models the ones that are meant are looked for, which takes a millisecond or two.
_HINTS = 20


class CountedRequest(NamedTuple):
    """One request of a file. ``input`` is None when it cannot be counted; ``problem`` says why, or what is odd in it.

    ``model`` is the one that it is counted for, ``named`` the one that it names, as far as that is known.
    """

    item: Item
    request: Request | None = None
    model: Model | None = None
    input: Count | None = None
    problem: str = ""
    named: Model | None = None

    @property
    def unnamed(self) -> bool:
        """Whether it names no model, and none was given for such requests."""
        return self.request is not None and self.model is None and not self.request.model

    @property
    def renamed(self) -> bool:
        """Whether it is counted for another model than it names."""
        named = self.request.model if self.request else ""
        return bool(named) and self.model is not None and (self.named is None or not _same(self.named, self.model))

    @property
    def seller(self) -> str:
        """Who sells the model that it names, else the one that was given for it; "" where neither is known."""
        if self.model is not None and (self.named is None or _same(self.named, self.model)):
            return self.model.provider
        return self.named.provider if self.named else ""

    @property
    def held_as(self) -> Model | None:
        """The model whose provider may refuse the request: the one it is counted for, where that is of its seller."""
        return self.model if self.model is None or self.model.provider == self.seller else self.named

    @property
    def answer_limit(self) -> int | None:
        """The most output tokens of one answer: its own limit or the model's; None where neither is known."""
        limit = self.request.output_limit if self.request else None
        return limit if self.model is None or self.input is None else most_output(self.model, self.input, limit)

    @property
    def answers(self) -> int:
        """How many answers the model is asked to write."""
        return self.request.answers if self.request else 1

    def output(self, expected: int) -> int:
        """Output tokens of all answers where each is expected to have so many: what its limit forbids is not."""
        limit = self.answer_limit
        return (expected if limit is None else min(expected, limit)) * self.answers


class RequestCounter:
    """Counts requests with one book; keeps what repeats: models and counts of texts.

    ``day`` is the one whose rules of framing hold; ``reader`` looks into files; ``vertex``
    whether a bare Gemini body goes to Vertex, None when that is not known. With ``instead``, a model given is that
    of every request, whatever it names; else of those that name none. ``expected`` are about the characters to come.
    """

    def __init__(
        self, book: PriceBook, day: date, reader: FileReader = DATA_ALONE, vertex: bool | None = None,
        instead: bool = False, expected: int = 0,
    ) -> None:  # fmt: skip
        self._book = book
        self._day = day
        self._reader = reader
        self._vertex = vertex
        self._instead = instead
        self._expected = expected
        self._memories: dict[str, TokenCounts] = {}
        self._found: dict[str, Model] = {}
        self._unknown = 0

    def requests(
        self, stream: BinaryIO, given: Model | None = None, seen: Callable[[int], None] | None = None
    ) -> Iterator[CountedRequest]:
        """The requests of one file in order; ``given`` is the model for them.

        Requests are read some way ahead, so that their texts are counted in threads meanwhile; ``seen``
        is called with the bytes of each as it is read.
        """
        waiting: deque[CountedRequest] = deque()
        for item in items(stream):
            if seen is not None:
                seen(len(item.raw))
            waiting.append(self._read(item, given))
            if len(waiting) == 2:  # a file of one request is counted as it stands
                self._ahead(waiting[0])
            if len(waiting) > 1:
                self._ahead(waiting[-1])
            if len(waiting) > _AHEAD:
                yield self._counted(waiting.popleft())
        while waiting:
            yield self._counted(waiting.popleft())

    def request(self, item: Item, given: Model | None = None) -> CountedRequest:
        """One request, counted."""
        return self._counted(self._read(item, given))

    def count(self, request: Request, model: Model) -> Count:
        """The input tokens of a request to a model. Raises TokcostError where it cannot be counted."""
        return count_request(request, model.provider, model, self.memory(model), self._day)

    def memory(self, model: Model) -> TokenCounts:
        """Counts texts as the model does, and knows them again."""
        encoding = model.encoding or "o200k_base"
        if encoding not in self._memories:
            self._memories[encoding] = TokenCounts(encoding, self._expected)
        return self._memories[encoding]

    def _read(self, item: Item, given: Model | None) -> CountedRequest:
        if item.problem:
            return CountedRequest(item, problem=item.problem)
        request = None
        odd: list[str] = []
        try:
            request = self._request(item, given, odd)
            named = self._named(item, request, given)
            model = given if given is not None and (self._instead or named is None) else named
            problem = "; ".join(odd) if model is not None else "the request names no model"
            return CountedRequest(item, request, model, problem=problem, named=named)
        except TokcostError as error:
            return CountedRequest(item, request, problem=str(error))

    def _request(self, item: Item, given: Model | None, odd: list[str]) -> Request:
        """The request; of one that is told rather than refused, what is ``odd`` is left out of it."""
        provider = api_of(given.provider, given) if given else ""
        while True:
            try:
                return request_of(item, provider, self._reader, self._vertex)
            except OddNumber as error:
                even = evened(item.body, error.where) if self._instead and isinstance(item.body, dict) else None
                if even is None:
                    raise
                odd.append(str(error))
                item = item._replace(body=even)

    def _ahead(self, read: CountedRequest) -> None:
        if read.request is None or read.model is None:
            return
        memory = self.memory(read.model)
        for message in read.request.messages:
            for part in message.parts:
                if isinstance(part, Text):
                    memory.prefetch(part.text)

    def _counted(self, read: CountedRequest) -> CountedRequest:
        if read.request is None or read.model is None:
            return read
        try:
            return read._replace(input=self.count(read.request, read.model))
        except TokcostError as error:
            return read._replace(problem=str(error))

    def _named(self, item: Item, request: Request, given: Model | None) -> Model | None:
        """The model that a request names, None where it names none, or none that is known and another holds instead."""
        if not request.model:
            return None
        held = given is not None and self._instead
        try:
            deployed = is_azure(item) and self._book.sold_by("azure", request.model, False)
            if not deployed and request.model not in self._found:
                hints = not held and self._unknown < _HINTS
                self._found[request.model] = self._book.find(request.model, hints)
            return deployed or self._found[request.model]
        except UnknownName as error:
            if held:
                return None
            self._unknown += 1
            if is_azure(item):
                raise TokcostError(_deployment(request.model)) from error
            raise
        except AmbiguousModel as error:
            if given is not None and given.full_id in error.forms:
                return given  # several providers sell it, and the user has said which is meant
            if held:
                return self._as_the_line_has_it(item, error)
            raise

    def _as_the_line_has_it(self, item: Item, error: AmbiguousModel) -> Model | None:
        """Of the sellers of a model the one whose line it stands in."""
        sellers = sellers_of_lines(item)
        return next((self._book.find(each) for each in error.forms if each.partition("/")[0] in sellers), None)


def _same(one: Model, other: Model) -> bool:
    """Whether two models are one, at whichever seller; at one seller a fine-tune has a price of its own."""
    if one is other:
        return True
    if one.provider == other.provider:
        return one.full_id == other.full_id
    return (one.sells or one.full_id) == (other.sells or other.full_id)


def _deployment(name: str) -> str:
    """How to say which model a deployment has."""
    shown = quote_value(name)
    return (
        f"{shown} is a deployment of your own at Azure: say its model with -m azure/MODEL, "
        f"or -m NAME=azure/MODEL where there are several"
    )
