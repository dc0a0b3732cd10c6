"""``tokcost encodings``: the vocabularies that are shipped, and whether the engines agree on them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tokcost.cli import options as shared

app = typer.Typer(help="The shipped encodings: tokens, size, the hash of their source, origin and licence.")


@app.callback(invoke_without_command=True)
def encodings(
    context: typer.Context,
    form: shared.Format = "table",
    file: shared.Output = None,
    reports: shared.Reports = None,
    keep_going: shared.KeepGoing = False,
    exit_zero: shared.ExitZero = False,
) -> None:
    """List the shipped encodings: tokens, size, the hash of their source, origin and licence."""
    if context.invoked_subcommand is not None:
        return
    from tokcost.cli.output import answer, output_options
    from tokcost.inspection.encodings import list_encodings

    answer(list_encodings(), output_options(form, file, reports, False, keep_going, exit_zero))


@app.command("verify")
def verify(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="The text to count in every way.")],
    encoding: Annotated[
        list[str] | None,
        typer.Option(
            "--encoding", help="Only this one; repeatable. [default: all]", autocompletion=shared.complete_encoding
        ),
    ] = None,
    charset: shared.Charset = "utf-8",
    form: shared.Format = "table",
    file: shared.Output = None,
    reports: shared.Reports = None,
    keep_going: shared.KeepGoing = False,
    exit_zero: shared.ExitZero = False,
) -> None:
    """Count a file in every way there is and see that they agree: exit 1 when they do not.

    tiktoken in parts (as ``count`` does), tiktoken in one call where memory allows, and gigatoken; Claude's
    encodings, which tokcost itself counts, in parts and in one call.

    Example:

        tokcost encodings verify corpus.txt --encoding o200k_base
    """
    from tokcost.cli.output import answer, output_options
    from tokcost.inspection.encodings import verify_encodings

    report = verify_encodings(path, encoding or (), charset)
    answer(report, output_options(form, file, reports, False, keep_going, exit_zero))
