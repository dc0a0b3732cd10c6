"""``tokens``: the pieces of a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tokcost.catalog import PriceBook
from tokcost.counting.count import ESTIMATE
from tokcost.counting.text import method_of
from tokcost.encodings.counter import counter
from tokcost.encodings.token import Token
from tokcost.errors import TokcostError
from tokcost.phrases import plural
from tokcost.report import Column, Kind, Report, Table

_MARKS = (
    "‹ begins a word and › ends it, ↑ its first letter was a capital, ⇑ all were; "
    "one of several ways to divide the text that cost the same"
)


class PlacedToken(NamedTuple):
    """A token and its place in the text, counted from 1."""

    position: int
    token: Token


TOKEN_COLUMNS: tuple[Column, ...] = (
    Column("name", lambda each: str(each.position)),
    Column("position", lambda each: each.position, "#", Kind.NUMBER),
    Column("id", lambda each: each.token.id, "id", Kind.DIGITS),
    Column("text", lambda each: each.token.text, "text", Kind.PIECE),
    Column("bytes", lambda each: each.token.data.hex(" "), "bytes", shrinks=True),
)


def tokens_report(text: str, encoding: str, note: str = "") -> tuple[Report, Sequence[Token]]:
    """The tokens of a text, and what is to be said of them."""
    found = counter(encoding).tokens(text)
    report = Report("tokens", Table(TOKEN_COLUMNS).extend(PlacedToken(at, token) for at, token in enumerate(found, 1)))
    report.totals = {"rows": len(found), "encoding": encoding}
    report.details |= {"count": len(found), "encoding": encoding}
    report.scope = plural(len(found), "token")
    report.sentences.append(f"{plural(len(found), 'token')} ({encoding})")
    report.warn([note] if note else [])
    if any(token.shown is not None for token in found):
        report.warn([_MARKS])
    return report, found


def encoding_of(book: PriceBook, model: str) -> tuple[str, str]:
    """The encoding of a model, and what is assumed of it. Raises TokcostError for a private vocabulary."""
    found = book.find(model)
    method = method_of(found)
    if method.standing == ESTIMATE:
        raise TokcostError(
            f"the vocabulary of {found.id} is not public: its tokens cannot be shown, "
            f"'tokcost count -m {found.id}' estimates how many there are"
        )
    return method.encoding, f"{found.id}: assumed: {method.assumes}" if method.assumes else ""
