"""The tokens of a text, drawn."""

from __future__ import annotations

import io
import shutil
from collections.abc import Sequence
from typing import Protocol

from tokcost.phrases import printable
from tokcost.render_old.formats import rendered
from tokcost.render_old.grid import Column, Grid

_COLOURS = ("cyan", "magenta", "yellow", "green", "blue")


class Piece(Protocol):
    """A token: its id, None where the provider's ids are not known, its bytes, and how marks make it read."""

    @property
    def id(self) -> int | None: ...
    @property
    def data(self) -> bytes: ...
    @property
    def shown(self) -> str | None: ...


def render_pieces(pieces: Sequence[Piece], encoding: str, form: str, terminal: bool) -> str:
    """The pieces in the format asked for; on a terminal the text itself comes first, in colour."""
    records = [
        {"position": at, "id": piece.id, "text": _text(piece), "bytes": piece.data.hex(" ")}
        for at, piece in enumerate(pieces, 1)
    ]
    document = {"schema_version": 1, "command": "tokens", "encoding": encoding, "count": len(pieces), "rows": records}
    grid = Grid([Column("#", "position", numeric=True), Column("id", "id", numeric=True), Column("text", "text"),
                 Column("bytes", "bytes", shrinks=True)])  # fmt: skip
    for at, piece in enumerate(pieces, 1):
        shown = _text(piece)
        grid.rows.append(
            [
                str(at),
                "-" if piece.id is None else str(piece.id),
                "(part of a character)" if shown is None else f"'{printable(shown)}'",
                piece.data.hex(" "),
            ]
        )
    body = rendered(form, grid, records, document, terminal)
    if form != "table":
        return body
    total = f"{len(pieces)} {'token' if len(pieces) == 1 else 'tokens'} ({encoding})\n"
    return (_coloured(pieces) if terminal else "") + body + total


def _text(piece: Piece) -> str | None:
    """A token as text, with its marks if it has any; None for a part of a character."""
    if piece.shown is not None:
        return piece.shown
    try:
        return piece.data.decode()
    except UnicodeDecodeError:
        return None


def _coloured(pieces: Sequence[Piece]) -> str:
    """The text with every token in the next colour; bytes of partial characters stand as <e2 94>."""
    from rich.console import Console
    from rich.text import Text

    line = Text()
    for at, piece in enumerate(pieces):
        text = _text(piece)
        shown = f"<{piece.data.hex(' ')}>" if text is None else "".join(
            char if char.isprintable() or char in "\n\t" else printable(char) for char in text
        )  # fmt: skip
        line.append(shown, style=f"black on {_COLOURS[at % len(_COLOURS)]}")
    out = io.StringIO()
    Console(file=out, force_terminal=True, width=shutil.get_terminal_size().columns, highlight=False).print(line)
    return out.getvalue() + "\n"
