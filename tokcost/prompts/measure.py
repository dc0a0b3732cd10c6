"""How many tokens prompts have: from the cache where their content is known, counted otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from tokcost.cache import GENERATION, CountCache
from tokcost.catalog.model import Model
from tokcost.counting.count import ASSUMED, EXACT, Count
from tokcost.counting.text import Method, count_text, method_of, with_margin
from tokcost.encodings.counter import counter
from tokcost.errors import NotText, TokcostError
from tokcost.prompts.prompt import Address

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


class Counted(NamedTuple):
    """A counted prompt, or one request of a file: ``part`` is where in it, "" for the whole.

    ``named`` is the model that a request names, "" for none; ``output_limit`` the most output tokens
    that it lets the model write, None where it sets no limit.
    """

    part: str
    input: Count
    named: str = ""
    output_limit: int | None = None


class Measure:
    """Counts contents under models; asks the cache for all at once, and adds what it had to count."""

    def __init__(self, cache: CountCache, warn: Callable[[str], None], day: date | None = None) -> None:
        self._cache = cache
        self._warn = warn
        self._day = day
        self._tags: dict[str, bytes] = {}
        self._requests: dict[tuple[bytes, str], list[Counted]] = {}
        self._known: dict[bytes, Count] = {}

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

    def counts(self, address: Address, content: Content, model: Model) -> list[Counted]:
        """The counts of a prompt: one, or one for each request of a file of requests."""
        if address.is_request:
            from tokcost.prompts.requests import count_request_file

            asked = (content.digest, model.full_id)
            if asked not in self._requests:
                self._requests[asked] = count_request_file(str(address), content.data, model, self._warn, self._day)
            return self._requests[asked]
        method = method_of(model)
        key = content.digest + self._tag(method)
        count = self._known.get(key)
        if count is None:
            count = self._known[key] = count_bytes(str(address), content.data, model)
            self._cache.add({key: _packed(count)})
        return [Counted("", count)]

    def finish(self) -> None:
        """Let the next run know."""
        self._cache.write()

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
    """The tokens of a text given as bytes. Raises TokcostError when it is no text."""
    from io import BytesIO

    from tokcost.inputs.text import Reading, decoded

    method = method_of(model)
    try:
        return count_text(decoded(BytesIO(data), name, Reading(), binary=True), [method])[method]
    except NotText as error:
        raise TokcostError(
            f"{name}: {error.problem} at byte {error.offset}: a budget holds UTF-8 text, leave it out with exclude"
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
