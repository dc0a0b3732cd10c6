"""What requests have in common at their beginning, and what caching it would save.

A provider caches from the first token on: tools, then system, then messages. What is counted here is
the longest run of such segments that an earlier request of the file began with, too.

Minimum cacheable prefixes, in tokens. OpenAI: 1,024, hits in steps of 128 (prompt caching guide).
Anthropic: by model (release notes to 2026-11). Gemini: 4,096 on 3.x and 4, less before (guides).
"""

from __future__ import annotations

from decimal import Decimal
from hashlib import blake2b

from tokcost.catalog import Model
from tokcost.counting.tally import TokensOf
from tokcost.rates import EXACT, Rates, plain
from tokcost.requests.model import Call, Message, Request, Result, Text, Thinking

_ANTHROPIC = (
    (("opus-4-7",), 2048),
    (("opus-4-5", "opus-4-6", "haiku-4-5"), 4096),
    (("opus-5", "fable", "mythos", "sonnet-5-5", "haiku-5-5"), 512),
)
_DEFAULT = 1024


def least_prefix(model: Model) -> int:
    """The fewest tokens that the provider caches for the model."""
    if model.provider == "anthropic":
        return next((least for names, least in _ANTHROPIC if any(name in model.id for name in names)), _DEFAULT)
    if model.provider == "google":
        return 4096 if model.id.startswith(("gemini-3", "gemini-4")) else 2048
    return _DEFAULT


class Prefixes:
    """Follows the requests to one model in order."""

    def __init__(self, model: Model, tokens_of: TokensOf) -> None:
        self.model = model
        self._least = least_prefix(model)
        self._step = 128 if model.provider == "openai" else 1
        self._tokens_of = tokens_of
        self._seen: set[bytes] = set()
        self.cacheable = 0
        self.written = 0

    def see(self, request: Request, tokens: int) -> None:
        """One more request, of ``tokens`` in all."""
        chain = b""
        shared = raw = 0
        for segment in _segments(request):
            chain = blake2b(chain + segment.encode("utf-8", "surrogatepass"), digest_size=16).digest()
            raw += self._tokens_of(segment)
            if chain in self._seen:
                shared = raw
            else:
                self._seen.add(chain)
        if not raw or shared == 0:
            return
        # the segments are counted bare; framing and a private vocabulary scale them to what is billed
        prefix = shared * tokens // raw // self._step * self._step
        if prefix >= self._least:
            if not self.cacheable:
                self.written += prefix
            self.cacheable += prefix

    def saving(self, rates: Rates | None) -> Decimal | None:
        """What caching would save at these rates, writes paid for; None when they do not tell."""
        if rates is None or rates.input is None or rates.cached is None:
            return None
        saved = EXACT.multiply(EXACT.subtract(rates.input, rates.cached), Decimal(self.cacheable))
        if rates.cache_write is not None:
            paid = EXACT.multiply(EXACT.subtract(rates.cache_write, rates.input), Decimal(self.written))
            saved = EXACT.subtract(saved, paid)
        return plain(saved.scaleb(-6, EXACT))


def _segments(request: Request) -> list[str]:
    found = [repr(tool) for tool in request.tools]
    return ["\n".join(found), *map(_words, request.messages)] if found else list(map(_words, request.messages))


def _words(message: Message) -> str:
    words = [message.role]
    for part in message.parts:
        if isinstance(part, Text | Thinking):
            words.append(part.text)
        elif isinstance(part, Call):
            words += (part.name, part.arguments)
        elif isinstance(part, Result):
            words += [inner.text for inner in part.parts if isinstance(inner, Text)]
        else:
            words.append(repr(part))
    return "\0".join(words)
