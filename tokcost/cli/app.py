"""The app: its commands, and what all of them share.

A command's module is imported only when it is asked for: a count need not load the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from typing import Annotated, Any

import typer

from tokcost import __version__

# command -> (module, function or sub-app, whether it is a sub-app), in the order that --help shows
_COMMANDS = {
    "count": ("count", "count", False),
    "batch": ("batch", "batch", False),
    "check": ("check", "check", False),
    "lock": ("lock", "lock", False),
    "diff": ("diff", "diff", False),
    "init": ("init", "init", False),
    "tokens": ("tokens", "tokens", False),
    "models": ("models", "app", True),
    "prices": ("prices", "app", True),
    "encodings": ("encodings", "app", True),
    "corpus": ("corpus", "corpus", False),
    "usage": ("usage", "usage", False),
    "audit": ("audit", "audit", False),
    "whatif": ("whatif", "whatif", False),
    "schema": ("schema", "schema", False),
}


def command_for(argv: Sequence[str]) -> Callable[..., Any]:
    """The command line with the command that ``argv`` begins with, or with all when it is something else."""
    return _command(argv[0] if argv[:1] and argv[0] in _COMMANDS else "")


@cache
def _command(first: str) -> Callable[..., Any]:
    """Made once in a process: of each parameter typer asks the signature, which takes some 10 ms."""
    app = typer.Typer(
        name="tokcost",
        help="Count tokens as the provider bills them, offline, with their cost and how certain it is.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="markdown",
        context_settings={"help_option_names": ["-h", "--help"]},
        epilog="Exit codes: 0 answered, 1 a rule you set is broken, 2 could not answer, 130 interrupted.",
    )
    app.callback()(_shared)
    for name in (first,) if first else _COMMANDS:
        module, attribute, nested = _COMMANDS[name]
        found = getattr(import_module(f"tokcost.cli.{module}"), attribute)
        if nested:
            app.add_typer(found, name=name)
        else:
            app.command(name)(found)
    return typer.main.get_command(app)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tokcost {__version__}")
        raise typer.Exit


def _shared(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    pass
