"""The app: its commands, and what all of them share."""

from __future__ import annotations

from typing import Annotated

import typer

from tokcost.cli import books, count, encodings, models, tokens

app = typer.Typer(
    name="tokcost",
    help="Count tokens as the provider bills them, offline, and say what they cost and how sure that is.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 answered, 1 a rule you set is broken, 2 could not answer, 130 interrupted.",
)
app.command("count")(count.count)
app.command("tokens")(tokens.tokens)
app.add_typer(models.app, name="models")
app.add_typer(books.app, name="prices")
app.command("encodings")(encodings.encodings)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"tokcost {version('tokcost')}")
        raise typer.Exit


@app.callback()
def _shared(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    pass
