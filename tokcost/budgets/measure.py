"""How many tokens prompts have: from the cache where their content is known, counted otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from tokcost.budgets.prompt import Address
from tokcost.cache import GENERATION, CountCache
from tokcost.catalog import Model, PriceBook
from tokcost.counting.count import ASSUMED, EXACT, Count
from tokcost.counting.text import Method, count_text, method_of, with_margin
from tokcost.encodings.counter import counter
from tokcost.errors import NotText, TokcostError
from tokcost.quoting import NOT_CACHED, Caching

if TYPE_CHECKING:
    from tokcost.counting.request_file import CountedRequest, RequestCounter

# Bytes of texts that may share one vocabulary.
_TOGETHER = 400_000


class Content(NamedTuple):
    """The bytes of a prompt and their hash. ``line``: where in its file they begin, None for a whole file."""

    data: bytes
    digest: bytes
    line: int | None = None


def content_of(data: bytes, line: int | None = None) -> Content:
    """A content with its hash."""
    from hashlib import sha256

    return Content(data, sha256(data).digest(), line)


class PromptCount(NamedTuple):
    """A counted prompt, or one request of a file: ``part`` is where in it, "" for the whole.

    ``model`` is the one it is counted for: that of the budget, unless a ``request`` names its own.
    """

    part: str
    model: Model
    input: Count
    request: CountedRequest | None = None
    caching: Caching = NOT_CACHED


class Measure:
    """Counts contents under models; asks the cache for all at once, and adds what it had to count.

    ``folder`` is where pictures that requests name by a path are looked for.
    """

    def __init__(self, cache: CountCache, book: PriceBook, day: date, folder: str) -> None:
        self._cache = cache
        self._book = book
        self._day = day
        self._folder = folder
        self._tags: dict[str, bytes] = {}
        self._known: dict[bytes, Count] = {}
        self._counter: RequestCounter | None = None
        self._requests: dict[tuple[bytes, str], list[PromptCount]] = {}

    def prepare(self, wanted: Iterable[tuple[Address, Content, Model]]) -> None:
        """Look up in one go what is about to be counted."""
        keys: dict[bytes, Method] = {}
        data_of: dict[bytes, bytes] = {}
        for address, content, model in wanted:
            if not address.is_request:
                method = method_of(model)
                key = content.digest + self._tag(method)
                keys[key], data_of[key] = method, content.data
        unknown = [key for key in keys if key not in self._known]
        for key, value in self._cache.read(unknown).items():
            count = _unpacked(value, keys[key])
            if count is not None:
                self._known[key] = count
        texts: dict[str, list[bytes]] = {}
        for key in unknown:
            if key not in self._known:
                texts.setdefault(keys[key].encoding, []).append(data_of[key])
        for encoding, missing in texts.items():
            if len(missing) > 1 and sum(map(len, missing)) < _TOGETHER:
                counter(encoding).prepare(data.decode("utf-8-sig", "replace") for data in missing)

    def counts(self, address: Address, content: Content, model: Model) -> list[PromptCount]:
        """The counts of a prompt under a budget's model: one, or one for each request of a file of requests."""
        if address.is_request:
            asked = (content.digest, model.full_id)
            if asked not in self._requests:
                self._requests[asked] = self._request_counts(str(address), content.data, model)
            return self._requests[asked]
        method = method_of(model)
        key = content.digest + self._tag(method)
        count = self._known.get(key)
        if count is None:
            count = self._known[key] = count_bytes(str(address), content.data, model)
            self._cache.add({key: _packed(count)})
        return [PromptCount("", model, count)]

    def recount(self, found: PromptCount, model: Model) -> Count:
        """The input tokens of a counted request under another model than it names. Raises TokcostError."""
        assert found.request is not None and found.request.request is not None
        return self._request_counter.count(found.request.request, model)

    def finish(self) -> None:
        """Write the new counts into the cache, for the next run."""
        self._cache.write()

    def _request_counts(self, name: str, data: bytes, model: Model) -> list[PromptCount]:
        """Every request of a file; one a line is ":12" for line 12, one of a document "[0]".

        Raises TokcostError for a file without requests, or with one that cannot be counted.
        """
        from io import BytesIO

        from tokcost.prefixes import Caches

        found: list[CountedRequest] = []
        for each in self._request_counter.requests(BytesIO(data), model):
            if each.model is None or each.input is None:
                hint = ""
                if each.request is None:
                    hint = (
                        f": a .json or .jsonl file of a budget must hold requests; name a text inside as '{name}#key'"
                    )
                elif each.model is None:
                    hint = "; a price file may add a model (prices = [...])"
                raise TokcostError(f"{name}:{each.item.line}: {each.problem}{hint}")
            found.append(each)
        if not found:
            raise TokcostError(f"{name}: holds no request: leave it out with exclude")
        alone = len(found) == 1
        caches = Caches(self._request_counter.count)  # of each file by itself: what is read elsewhere is not known
        counts = []
        for at, each in enumerate(found):
            if each.request is not None and each.model is not None and each.input is not None:
                part = "" if alone else f":{each.item.line}" if each.item.raw else f"[{at}]"
                caching = caches.see(each.request, each.model, each.input)
                counts.append(PromptCount(part, each.model, each.input, each, caching))
        return counts

    @property
    def _request_counter(self) -> RequestCounter:
        if self._counter is None:
            from pathlib import Path

            from tokcost.counting.request_file import RequestCounter
            from tokcost.requests.files import FileReader

            self._counter = RequestCounter(self._book, self._day, FileReader(Path(self._folder)))
        return self._counter

    def _tag(self, method: Method) -> bytes:
        """What the count depends on beside the content."""
        name = f"{method.encoding}/{method.scale or method.margin}"
        if name not in self._tags:
            if method.scale:
                from zlib import crc32

                from tokcost.counting.scales import scale_named

                factors = crc32(repr(scale_named(method.scale)).encode())
                self._tags[name] = f"{GENERATION}/{name}/{factors:08x}".encode()
            else:
                self._tags[name] = f"{GENERATION}/{name}".encode()
        return self._tags[name]


def count_bytes(name: str, data: bytes, model: Model) -> Count:
    """The tokens of a text given as bytes. Raises TokcostError when it is not text."""
    from io import BytesIO

    from tokcost.inputs.text import Reading, decoded

    method = method_of(model)
    try:
        return count_text(decoded(BytesIO(data), name, Reading(), binary=True), [method])[method]
    except NotText as error:
        raise TokcostError(
            f"{name}: {error.problem} at byte {error.offset}: a prompt must be UTF-8 text: leave it out with exclude"
        ) from error


def _packed(count: Count) -> bytes:
    note = count.note if count.standing not in (EXACT, ASSUMED) else ""
    return f"{count.tokens} {count.low} {count.high} {note}".encode()


def _unpacked(value: bytes, method: Method) -> Count | None:
    tokens, low, high, note = value.decode().split(" ", 3)
    if not method.scale and tokens == low == high:
        number = int(tokens)
        return Count(number, number, number, method.standing, method.assumes if method.standing == ASSUMED else "")
    if not method.scale:
        if not method.margin:
            return None
        return with_margin(Count(number := int(tokens), number, number, method.standing, method.assumes), method)
    return Count(int(tokens), int(low), int(high), method.standing, note)
