"""The functions of ``import tokcost``: the same rooms as the command line, without files or flags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from tokcost.catalog import PriceBook
from tokcost.counting.count import Count
from tokcost.counting.text import Method, count_text, method_of
from tokcost.errors import TokcostError
from tokcost.rates import STANDARD
from tokcost.report import Row

if TYPE_CHECKING:
    from tokcost.counting.request_file import CountedRequest


def count_tokens(
    text: str, *, model: str | None = None, encoding: str | None = None, book: PriceBook | None = None
) -> Count:
    """The input tokens of a text, as the model (or the encoding) counts them, and how sure that is.

    Say ``model`` or ``encoding``. The Count has ``tokens``, ``low``, ``high``, ``standing`` and
    ``note``. Raises UnknownName, AmbiguousModel or TokcostError (both, or neither, were given).

    >>> count_tokens("Hello, world", encoding="cl100k_base").tokens
    3
    """
    return count_tokens_batch([text], model=model, encoding=encoding, book=book)[0]


def count_tokens_batch(
    texts: Iterable[str], *, model: str | None = None, encoding: str | None = None, book: PriceBook | None = None
) -> list[Count]:
    """The count of each text, in order: ``count_tokens`` for many, with one look-up of the model.

    >>> [count.tokens for count in count_tokens_batch(["a", "a b"], model="gpt-4o")]
    [1, 2]
    """
    if (model is None) == (encoding is None):
        raise TokcostError("give either model=... or encoding=...")
    method = Method(encoding) if encoding else method_of((book or PriceBook.load()).find(model or ""))
    if method.scale or method.margin:
        return [count_text([text], [method])[method] for text in texts]
    from tokcost.encodings.counter import counter

    texts = list(texts)
    one = counter(method.encoding)
    one.expect(sum(map(len, texts)))
    known: dict[int, Count] = {}  # many short texts have the same few lengths
    return [
        known.get(tokens) or known.setdefault(tokens, Count(tokens, tokens, tokens, method.standing, method.assumes))
        for tokens in map(one.count, texts)
    ]


def estimate(
    text: str,
    *,
    model: str,
    output_tokens: int = 0,
    cached_tokens: int = 0,
    mode: str = STANDARD,
    as_of: date | str | None = None,
    book: PriceBook | None = None,
) -> Row:
    """What a text costs as input to a model, with so many output tokens: tokens, money, standing.

    ``as_of`` is the day (UTC) whose rates hold, today when left out. Money is Decimal, in the
    currency of ``row.cost.currency``; ``row.cost.likely`` is None when the model is unpriced.
    Raises UnknownName, AmbiguousModel, NotPriced (no such mode, no rate for a kind of token, or
    not released on that day).

    >>> estimate("안녕하세요", model="gpt-4o", output_tokens=100, as_of="2026-11-24").cost.likely
    Decimal('0.001005')
    """
    from tokcost.pricing import Terms
    from tokcost.quoting import as_text, price_count

    day = _day(as_of)
    found = (book or PriceBook.load()).find(model)
    method = method_of(found)
    count = count_text([text], [method])[method]
    cost = as_text(price_count(count, found, Terms(day, None, mode), cached_tokens, output_tokens), found, day)
    return Row("text", count, found.provider, found.id, method.encoding, output_tokens, cached_tokens, cost)


def count_request(
    body: Mapping[str, Any], *, model: str | None = None, as_of: date | str | None = None, book: PriceBook | None = None
) -> Count:
    """The input tokens of a whole request, as its provider bills them: messages, tools, schemas, pictures.

    ``body`` is a request body of OpenAI, Anthropic or Gemini, or a line of a batch file around one; ``model``
    the one of a request that names none. ``as_of`` is the day (UTC) whose rules of framing hold, today when
    left out. ``parts`` of the Count say where the tokens are. Raises TokcostError for a body that is not a
    request, a model that is unknown or missing.

    >>> count_request({"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}).tokens
    8
    """
    return _counted(body, model, _day(as_of), book or PriceBook.load())[1]


def estimate_request(
    body: Mapping[str, Any],
    *,
    model: str | None = None,
    output_tokens: int = 0,
    mode: str | None = None,
    as_of: date | str | None = None,
    book: PriceBook | None = None,
) -> Row:
    """What a whole request costs, at the mode of its service tier unless ``mode`` is given.

    ``output_tokens`` are expected of each answer, as far as the request lets it be so long; ``n`` answers
    cost as many times that. Otherwise as ``count_request`` and ``estimate``.

    >>> body = {"model": "gpt-4o", "n": 2, "messages": [{"role": "user", "content": "Hello"}]}
    >>> estimate_request(body, output_tokens=100, as_of="2026-11-24").cost.likely
    Decimal('0.00202')
    """
    from tokcost.counting import request as requests
    from tokcost.prefixes import Caches
    from tokcost.pricing import Terms, tier_terms
    from tokcost.quoting import price_request

    day = _day(as_of)
    found, count = _counted(body, model, day, book or PriceBook.load())
    assert found.model is not None and found.request is not None
    terms = Terms(day, None, mode or STANDARD)
    terms = terms if mode else tier_terms(terms, found.request.tier)
    output = found.output(output_tokens)
    caches = Caches(lambda prefix, model: requests.count_request(prefix, model.provider, model, day=day))
    caching = caches.see(found.request, found.model, count)
    cost = price_request(count, found.model, terms, output, caching=caching)
    return Row("request", count, found.model.provider, found.model.name, found.model.encoding, output, 0, cost)


def _counted(
    body: Mapping[str, Any], model: str | None, day: date, book: PriceBook
) -> tuple[CountedRequest, Count]:  # fmt: skip
    from tokcost.counting.request_file import RequestCounter
    from tokcost.requests.envelopes import item_of

    found = RequestCounter(book, day).request(item_of(body), book.find(model) if model else None)
    if found.input is None:
        raise TokcostError(f"{found.problem}: give model=..." if found.unnamed else found.problem)
    return found, found.input


def _day(as_of: date | str | None) -> date:
    from datetime import UTC, datetime

    return date.fromisoformat(as_of) if isinstance(as_of, str) else as_of or datetime.now(UTC).date()
