"""How a name goes on that somebody has begun to write, in the form in which it was begun."""

from __future__ import annotations

from collections.abc import Sequence

from tokcost.naming.seller_forms import GEOGRAPHIES
from tokcost.naming.sellers import REGIONAL_BY_ID, seller_of


def completed(begun: str, names: Sequence[str]) -> list[str]:
    """The names that begin so, under another prefix of their seller or in a geography, too.

    >>> completed("vertex_ai/gem", ["vertex/gemini-2.5-pro"])
    ['vertex_ai/gemini-2.5-pro']
    """
    found = [name for name in names if name.startswith(begun)]
    prefix, slash, rest = begun.partition("/")
    named = seller_of(prefix) if slash else None
    if named:
        found += _under(f"{prefix}/", f"{named}/", rest, names)
    way_in = f"{prefix}/" if named in REGIONAL_BY_ID else ""
    geography, dot, rest = begun.removeprefix(way_in).partition(".")
    if dot and geography in GEOGRAPHIES:
        for seller in sorted(REGIONAL_BY_ID):
            anywhere = [name for name in names if not _says_place(name.removeprefix(f"{seller}/"))]
            found += _under(f"{way_in}{geography}.", f"{seller}/", rest, anywhere)
    return list(dict.fromkeys(found))


def _says_place(model: str) -> bool:
    """Whether an id says by itself where it is served: in one region, or under a geography."""
    return "/" in model or model.partition(".")[0] in GEOGRAPHIES


def _under(written: str, own: str, rest: str, names: Sequence[str]) -> list[str]:
    """The names of a seller that go on so, with what was written in place of its own prefix."""
    return [written + name.removeprefix(own) for name in names if name.startswith(own + rest)]
