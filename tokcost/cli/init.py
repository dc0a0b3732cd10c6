"""``tokcost init``: a configuration proposed from the prompts found here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tokcost.cli.options import complete_model
from tokcost.errors import TokcostError
from tokcost.phrases import plural, quote


def init(
    folder: Annotated[Path, typer.Argument(help="Where to look; tokcost.toml goes there.")] = Path(),
    model: Annotated[
        list[str] | None, typer.Option("--model", "-m", help="The model to budget for.", autocompletion=complete_model)
    ] = None,
    stdout: Annotated[bool, typer.Option("--stdout", help="Print the proposal, write nothing.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing tokcost.toml.")] = False,
) -> None:
    """Propose a tokcost.toml from the prompts found here: a budget for each place, a tenth above what is there now.

    Looks for folders named prompts, files named as prompts, templates among them, files of requests, and texts
    under keys named as prompts in YAML, TOML, JSON and Python files; says what it left out and why. No code is run.
    """
    from tokcost.budgets.config import shared_config
    from tokcost.budgets.measure import Measure
    from tokcost.budgets.propose import propose
    from tokcost.cache import no_cache
    from tokcost.cli.output import put, say
    from tokcost.cli.values import model_names, price_book, today

    path = folder / "tokcost.toml"
    if path.exists() and not (force or stdout):
        raise TokcostError(f"{quote(str(path))} already exists: --stdout shows the proposal, --force overwrites it")
    if not stdout and (shared := shared_config(str(folder))):
        raise TokcostError(
            f"{quote(shared)} has [tool.tokcost], which a tokcost.toml beside it would hide: "
            "--stdout shows the proposal, put it there"
        )
    if not folder.is_dir():
        raise TokcostError(f"{quote(str(folder))} is not a directory")
    named = model_names(model)[-1 if model else 0]
    book = price_book(None, folder, model)
    proposal = propose(str(folder), book.find(named), Measure(no_cache(), book, today(), str(folder)))
    put(proposal.text, None if stdout else path)
    say(f"note: {line}" for line in proposal.notes)
    if not stdout:
        budgets = plural(proposal.budgets, "budget")
        prompts = plural(proposal.prompts, "prompt")
        say([f"tokcost: {path}: {budgets} for {prompts}; 'tokcost check' compares them"])
