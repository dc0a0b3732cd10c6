"""``tokcost tokens``: the pieces of a text."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from tokcost.cli.options import DEFAULT_MODEL, Format, Output, complete_encoding, complete_model
from tokcost.errors import TokcostError

_MARKS = (
    "‹ begins a word and › ends it, ↑ its first letter was a capital, ⇑ all were; "
    "one of several ways to divide the text that cost the same"
)


def tokens(
    text: Annotated[str | None, typer.Argument(help="The text; stdin when left out.", show_default=False)] = None,
    model: Annotated[
        str | None, typer.Option("--model", "-m", help="Model whose encoding to use.", autocompletion=complete_model)
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", help="Encoding to use.", autocompletion=complete_encoding)
    ] = None,
    form: Format = "table",
    file: Output = None,
) -> None:
    """Show the tokens of a text: the pieces, their ids, the bytes of partial characters.

    Pieces of Claude have marks: ‹ begins a word, › ends it, ↑ its first letter was a capital, ⇑ all were.

    Example:

        tokcost tokens "안녕하세요" -m gpt-4o
    """
    from tokcost.cli.output_old import check_format, draws, put
    from tokcost.encodings.counter import counter
    from tokcost.render_old.pieces import render_pieces

    check_format(form)
    name, note = _encoding(model, encoding)
    if text is None:
        if sys.stdin is None or sys.stdin.isatty():
            raise TokcostError('no text: give it as an argument, as tokcost tokens "Hello", or pipe it in')
        text = sys.stdin.buffer.read().decode("utf-8-sig", "replace")
    if note:
        print(f"note: {note}", file=sys.stderr)
    found = counter(name).tokens(text)
    if any(token.shown is not None for token in found):
        print(f"note: {_MARKS}", file=sys.stderr)
    put(render_pieces(found, name, form, draws(file, sys.stdout.isatty())), file)


def _encoding(model: str | None, encoding: str | None) -> tuple[str, str]:
    """The encoding, and what to know of it: a private vocabulary cannot be shown."""
    if model and encoding:
        raise TokcostError("say --model or --encoding, not both")
    if encoding:
        return encoding, ""
    from tokcost.cli.options import model_names, price_book
    from tokcost.counting.count import ESTIMATE
    from tokcost.counting.text import method_of

    found = price_book(None).find(model or model_names(None)[0] or DEFAULT_MODEL)
    method = method_of(found)
    if method.standing == ESTIMATE:
        raise TokcostError(
            f"the vocabulary of {found.id} is not public: its tokens cannot be shown, "
            f"'tokcost count -m {found.id}' estimates how many there are"
        )
    return method.encoding, f"{found.id}: assumed: {method.assumes}" if method.assumes else ""
