"""``tokcost tokens``: the pieces of a text."""

from __future__ import annotations

from typing import Annotated

import typer

from tokcost.cli import options as shared
from tokcost.errors import TokcostError


def tokens(
    text: Annotated[str | None, typer.Argument(help="The text; stdin when left out.", show_default=False)] = None,
    model: Annotated[
        list[str] | None,
        typer.Option("--model", "-m", help="Model whose encoding to use.", autocompletion=shared.complete_model),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", help="Encoding to use.", autocompletion=shared.complete_encoding)
    ] = None,
    form: shared.Format = "table",
    file: shared.Output = None,
    reports: shared.Reports = None,
    charset: shared.Charset = "utf-8",
    force_text: shared.ForceText = False,
    keep_going: shared.KeepGoing = False,
    exit_zero: shared.ExitZero = False,
) -> None:
    """Show the tokens of a text: the pieces, their ids, the bytes of partial characters.

    Pieces of Claude have marks: ‹ begins a word, › ends it, ↑ its first letter was a capital, ⇑ all were.

    Example:

        tokcost tokens "안녕하세요" -m gpt-4o
    """
    from tokcost.cli.output import answer, draws, output_options
    from tokcost.cli.values import model_names, price_book
    from tokcost.inspection.tokens import encoding_of, tokens_report
    from tokcost.render.coloured import coloured

    if model and encoding:
        raise TokcostError("use --model or --encoding, not both")
    name, note = (encoding, "") if encoding else encoding_of(price_book(None, named=model), model_names(model)[-1])
    if text is None:
        from tokcost.inputs.stdin import names_or_stdin, stdin_bytes
        from tokcost.inputs.text import Reading, TextSource

        names_or_stdin(None, 'no text: give it as an argument, as tokcost tokens "Hello", or pipe it in')
        text = "".join(TextSource("stdin", stream=stdin_bytes()).blocks(Reading(charset, force_text)))
    report, found = tokens_report(text, name, note)
    above = coloured(found) if form == "table" and draws(file) else ""
    answer(report, output_options(form, file, reports, False, keep_going, exit_zero), above=above)
