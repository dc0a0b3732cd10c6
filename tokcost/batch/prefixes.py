"""What requests have in common at their beginning, and what caching it would save.

A provider caches from the first token on: tools, then system, then messages. What is counted here is
the longest run of such segments that an earlier request of the file began with, too.
"""

from __future__ import annotations

from decimal import Decimal

from tokcost.catalog import Model
from tokcost.counting.tally import TokensOf
from tokcost.rates import EXACT, Rates, plain
from tokcost.requests.model import Call, Message, Request, Result, Text, Thinking


class Prefixes:
    """Follows the requests to one model in order."""

    def __init__(self, model: Model, tokens_of: TokensOf) -> None:
        self.model = model
        self._least = model.rules.cache_min
        self._step = model.rules.cache_step
        self._tokens_of = tokens_of
        self._seen: set[int] = set()
        self.cacheable = 0
        self.written = 0

    def see(self, request: Request, tokens: int) -> None:
        """One more request, of ``tokens`` in all."""
        chain = 0
        segments = _segments(request)
        shared = 0
        for number, texts in enumerate(segments, 1):
            chain = hash((chain, *texts))
            if chain in self._seen:
                shared = number
            else:
                self._seen.add(chain)
        if not shared:
            return
        # the segments are counted bare; framing and a private vocabulary scale them to what is billed
        sizes = [sum(map(self._tokens_of, texts)) for texts in segments]
        prefix = sum(sizes[:shared]) * tokens // (sum(sizes) or 1) // self._step * self._step
        if prefix >= self._least:
            if not self.cacheable:
                self.written += prefix
            self.cacheable += prefix

    def saving(self, rates: Rates | None) -> Decimal | None:
        """What caching would save at these rates, writes paid for; None when they do not state it."""
        if rates is None or rates.input is None or rates.cached is None:
            return None
        saved = EXACT.multiply(EXACT.subtract(rates.input, rates.cached), Decimal(self.cacheable))
        if rates.cache_write is not None:
            paid = EXACT.multiply(EXACT.subtract(rates.cache_write, rates.input), Decimal(self.written))
            saved = EXACT.subtract(saved, paid)
        return plain(saved.scaleb(-6, EXACT))


def _segments(request: Request) -> list[list[str]]:
    """The tools, then each message, as the texts they hold: those that were counted before are known."""
    tools = [[repr(tool) for tool in request.tools]] if request.tools else []
    return [*tools, *map(_texts, request.messages)]


def _texts(message: Message) -> list[str]:
    found = [message.role]
    for part in message.parts:
        if isinstance(part, Text | Thinking):
            found.append(part.text)
        elif isinstance(part, Call):
            found += (part.name, part.arguments)
        elif isinstance(part, Result):
            found += [inner.text for inner in part.parts if isinstance(inner, Text)]
        else:
            found.append(repr(part))
    return found
