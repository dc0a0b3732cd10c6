"""The same text counted in every way there is, to see on one's own data that the ways agree."""

from __future__ import annotations

from typing import NamedTuple

from tokcost.encodings.counter import TextCounter, overflows
from tokcost.encodings.engines import AUTO, GIGATOKEN, TIKTOKEN, installed, serves
from tokcost.encodings.stream import StreamCount
from tokcost.sources import Reading, Source

# In one call tiktoken needs some sixteen times the size of the text.
ONE_CALL = 64 << 20


class Check(NamedTuple):
    """The tokens that one encoding came to by each way, None with the reason where a way was not gone."""

    encoding: str
    tiktoken: int
    one_call: int | None
    gigatoken: int | None
    left_out: str

    @property
    def agrees(self) -> bool | None:
        """Whether all ways came to one number; None when there was but one way."""
        others = [each for each in (self.one_call, self.gigatoken) if each is not None]
        return all(each == self.tiktoken for each in others) if others else None


def verify(source: Source, encoding: str, reading: Reading, size: int) -> Check:
    """Count a source of ``size`` bytes with tiktoken in parts, in one call, and with gigatoken."""
    left_out = []
    plain, why = (_in_one_call(source, encoding, reading), "") if size <= ONE_CALL else (None, "too large for one call")
    if plain is None:
        left_out.append(why or "tiktoken overflows in one call")
    fast = None
    if serves(encoding):
        fast = _streamed(source, TextCounter(encoding, GIGATOKEN), reading)
    else:
        left_out.append("gigatoken is not installed" if not installed() else "gigatoken does not serve it")
    slow = _streamed(source, TextCounter(encoding, TIKTOKEN), reading)
    return Check(encoding, slow, plain, fast, ", ".join(left_out))


def _streamed(source: Source, counter: TextCounter, reading: Reading) -> int:
    stream = StreamCount(counter)
    for block in source.blocks(reading):
        stream.feed(block)
    return stream.finish()


def _in_one_call(source: Source, encoding: str, reading: Reading) -> int | None:
    counter = TextCounter(encoding, AUTO)
    text = counter.normal("".join(source.blocks(reading)))
    if overflows(text, encoding):
        return None
    return counter.count_part(text)
