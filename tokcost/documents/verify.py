"""The same text counted in every way there is, to see on one's own data that the ways agree."""

from __future__ import annotations

from typing import NamedTuple

from tokcost.encodings.claude.counter import ClaudeCounter
from tokcost.encodings.claude.specs import CLAUDE_SPECS
from tokcost.encodings.counter import TextCounter
from tokcost.encodings.engines import AUTO, GIGATOKEN, TIKTOKEN, installed, serves
from tokcost.encodings.pieces import overflows
from tokcost.encodings.stream import StreamCount
from tokcost.inputs.text import Reading, TextSource

# In one call tiktoken needs some sixteen times the size of the text.
ONE_CALL = 64 << 20
_TOO_LARGE = "too large for one call"


class Check(NamedTuple):
    """The tokens that one encoding came to by each way, None with the reason where a way was not taken.

    ``tiktoken`` or, for Claude, ``own``: the text in parts, as ``count`` takes it; ``one_call``: by the same in one go.
    """

    encoding: str
    tiktoken: int | None
    own: int | None
    one_call: int | None
    gigatoken: int | None
    left_out: str

    @property
    def agrees(self) -> bool | None:
        """Whether all ways came to one number; None when there was but one way."""
        found = [each for each in (self.tiktoken, self.own, self.one_call, self.gigatoken) if each is not None]
        return len(set(found)) == 1 if len(found) > 1 else None


def verify(source: TextSource, encoding: str, reading: Reading, size: int) -> Check:
    """Count a source of ``size`` bytes in parts, in one call, and with gigatoken where that serves the encoding."""
    if encoding in CLAUDE_SPECS:
        return _verify_claude(source, encoding, reading, size)
    left_out = []
    plain, why = (_in_one_call(source, encoding, reading), "") if size <= ONE_CALL else (None, _TOO_LARGE)
    if plain is None:
        left_out.append(why or "tiktoken overflows in one call")
    fast = None
    if serves(encoding):
        fast = _streamed(source, TextCounter(encoding, GIGATOKEN), reading)
    else:
        left_out.append("gigatoken is not installed" if not installed() else "gigatoken does not serve it")
    slow = _streamed(source, TextCounter(encoding, TIKTOKEN), reading)
    return Check(encoding, slow, None, plain, fast, ", ".join(left_out))


def _verify_claude(source: TextSource, encoding: str, reading: Reading, size: int) -> Check:
    """The same for an encoding that tokcost alone counts; each way prices every word anew."""
    spec = CLAUDE_SPECS[encoding]
    left_out = ["tiktoken and gigatoken do not serve it"]
    plain = None
    if size <= ONE_CALL:
        plain = ClaudeCounter(spec).count_part("".join(source.blocks(reading)))
    else:
        left_out.append(_TOO_LARGE)
    return Check(encoding, None, _streamed(source, ClaudeCounter(spec), reading), plain, None, ", ".join(left_out))


def _streamed(source: TextSource, counter: TextCounter | ClaudeCounter, reading: Reading) -> int:
    stream = StreamCount(counter)
    for block in source.blocks(reading):
        stream.feed(block)
    return stream.finish()


def _in_one_call(source: TextSource, encoding: str, reading: Reading) -> int | None:
    counter = TextCounter(encoding, AUTO)
    text = counter.normal("".join(source.blocks(reading)))
    if overflows(text, encoding):
        return None
    return counter.count_part(text)
