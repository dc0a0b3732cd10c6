"""The tokens of a plain text, for several encodings in one pass over it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokcost.counting.count import ASSUMED, ESTIMATE, EXACT, Count
from tokcost.encodings.counter import TextCounter, counter

if TYPE_CHECKING:
    from tokcost.counting.scripts import Profile
    from tokcost.encodings.stream import StreamCount


@dataclass(frozen=True, slots=True)
class Method:
    """How the text of a model is counted: with ``encoding``, and how sure that is.

    ``assumes`` is the assumption behind a standing of "assumed"; ``scale`` names the ratios from
    the encoding to the private one of the model behind an "estimate".
    """

    encoding: str
    standing: str = EXACT
    assumes: str = ""
    scale: str = ""


def count_text(blocks: Iterable[str], methods: Iterable[Method]) -> dict[Method, Count]:
    """The count of the text that the blocks make up, by every method."""
    methods = list(dict.fromkeys(methods))
    counters = {method.encoding: counter(method.encoding) for method in methods}
    scaled = any(method.scale for method in methods)
    profile = None
    if scaled:
        from tokcost.counting.scripts import Profile

        profile = Profile()
    totals = _totals(blocks, counters, profile)
    return {method: _count(totals[method.encoding], method, profile) for method in methods}


def _totals(blocks: Iterable[str], counters: dict[str, TextCounter], profile: Profile | None) -> dict[str, int]:
    """Tokens by encoding. A text of one block, which most are, needs no stream."""
    held: list[str] = []
    streams: dict[str, StreamCount] = {}
    for block in blocks:
        if profile is not None:
            profile.feed(block)
        if not held and not streams:
            held.append(block)
            continue
        if not streams:
            from tokcost.encodings import stream as streaming

            streams = {name: streaming.StreamCount(one) for name, one in counters.items()}
            for stream in streams.values():
                stream.feed(held[0])
        for stream in streams.values():
            stream.feed(block)
    if streams:
        return {name: stream.finish() for name, stream in streams.items()}
    text = held[0] if held else ""
    return {name: one.count(text) for name, one in counters.items()}


def _count(tokens: int, method: Method, profile: Profile | None) -> Count:
    if method.scale and profile is not None:
        from tokcost.counting.scales import estimate

        return estimate(tokens, profile, method.scale)
    if method.standing == ESTIMATE:
        raise ValueError(f"an estimate needs a scale: {method}")
    return Count(tokens, tokens, tokens, method.standing, method.assumes if method.standing == ASSUMED else "")
