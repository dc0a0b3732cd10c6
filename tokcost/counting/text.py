"""The tokens of a plain text, for several encodings in one pass over it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from tokcost.counting.count import ESTIMATE, EXACT, Count
from tokcost.encodings.counter import TextCounter, counter
from tokcost.encodings.edges import WHOLE, Edges
from tokcost.encodings.engines import AUTO
from tokcost.errors import TokcostError

if TYPE_CHECKING:
    from tokcost.catalog.model import Model
    from tokcost.counting.scripts import Profile
    from tokcost.encodings.claude.counter import ClaudeCounter
    from tokcost.encodings.stream import StreamCount


# In place of an encoding: what is counted is characters, as models of speech are billed.
CHARACTERS = "characters"


class Method(NamedTuple):
    """How the text of a model is counted: with ``encoding``, and how sure that is.

    ``assumes`` is the assumption behind a standing of "assumed", ``margin`` the per cent that it may be off
    by; ``scale`` names the ratios from the encoding to the private one of the model behind an "estimate".
    """

    encoding: str
    standing: str = EXACT
    assumes: str = ""
    scale: str = ""
    margin: int = 0


def method_of(model: Model) -> Method:
    """How the text of a model is counted. Raises TokcostError for one that is not billed by token."""
    if model.encoding is None:
        raise TokcostError(
            f"{model.name} is not billed by text token: 'tokcost models show {model.name}' lists its rates"
        )
    return Method(model.encoding, model.standing, model.assumes, model.scale, model.margin)


def count_text(
    blocks: Iterable[str], methods: Iterable[Method], engine: str = AUTO, expected: int = 0, edges: Edges = WHOLE
) -> dict[Method, Count]:
    """The count of the text that the blocks make up, by every method.

    ``expected``: characters that this process is to count in all, for choosing the engine. ``edges``: of what
    text the blocks are a part; the counts of all parts add up, and ``with_margin`` is for their sum.
    """
    methods = list(dict.fromkeys(methods))
    names = [method.encoding for method in methods if method.encoding != CHARACTERS]
    counters = {name: counter(name, engine) for name in names}
    if expected:
        for each in counters.values():
            each.expect(expected)
    profile = None
    if any(method.scale for method in methods):
        from tokcost.counting.scripts import Profile

        profile = Profile()
    totals = _totals(blocks, counters, profile, edges)
    counts = {method: _count(totals[method.encoding], method, profile) for method in methods}
    return counts if edges != WHOLE else {method: with_margin(count, method) for method, count in counts.items()}


def note_of(method: Method) -> str:
    """What to know of a count by the method, '' when there is nothing."""
    if method.scale:
        from tokcost.counting.scales import scale_named

        return scale_named(method.scale).note
    if method.standing == ESTIMATE:
        return f"another vocabulary: that of {method.encoding} within {method.margin} %"
    return method.assumes


def with_margin(count: Count, method: Method) -> Count:
    """The count of a whole text with the range that an assumption leaves."""
    off = -(-count.tokens * method.margin // 100)
    return count._replace(low=count.low - off, high=count.high + off) if off else count


def _totals(
    blocks: Iterable[str], counters: dict[str, TextCounter | ClaudeCounter], profile: Profile | None, edges: Edges
) -> dict[str, int]:
    """Tokens by encoding, and characters (code points). A text of one block, which most are, needs no stream."""
    held: list[str] = []
    streams: dict[str, StreamCount] = {}
    characters = 0
    for block in blocks:
        characters += len(block)
        if profile is not None:
            profile.feed(block)
        if not held and not streams:
            held.append(block)
            continue
        if not streams:
            from tokcost.encodings import stream as streaming

            streams = {name: streaming.StreamCount(one, edges) for name, one in counters.items()}
            for stream in streams.values():
                stream.feed(held[0])
        for stream in streams.values():
            stream.feed(block)
    if streams:
        return {CHARACTERS: characters, **{name: stream.finish() for name, stream in streams.items()}}
    text = held[0] if held else ""
    return {CHARACTERS: characters, **{name: one.count(text, edges) for name, one in counters.items()}}


def _count(tokens: int, method: Method, profile: Profile | None) -> Count:
    if method.scale and profile is not None:
        from tokcost.counting.scales import estimate

        return estimate(tokens, profile, method.scale)
    if method.standing == ESTIMATE and not method.margin:
        raise ValueError(f"an estimate needs a scale or a margin: {method}")
    return Count(tokens, tokens, tokens, method.standing, note_of(method))
