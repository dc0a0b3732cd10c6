"""A text with every token in the next colour, for a terminal."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable

from tokcost.encodings.token import Token
from tokcost.phrases import printable

_COLOURS = ("cyan", "magenta", "yellow", "green", "blue")


def coloured(pieces: Iterable[Token]) -> str:
    """The text with every token in the next colour; bytes of partial characters stand as <e2 94>."""
    from rich.console import Console
    from rich.text import Text

    line = Text()
    for at, piece in enumerate(pieces):
        text = piece.text
        shown = f"<{piece.data.hex(' ')}>" if text is None else "".join(
            char if char.isprintable() or char in "\n\t" else printable(char) for char in text
        )  # fmt: skip
        line.append(shown, style=f"black on {_COLOURS[at % len(_COLOURS)]}")
    out = io.StringIO()
    Console(file=out, force_terminal=True, width=shutil.get_terminal_size().columns, highlight=False).print(line)
    return out.getvalue() + "\n"
