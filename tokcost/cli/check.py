"""``tokcost check``: budgets compared with prompts."""

from __future__ import annotations

import os
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from tokcost.cli import options as shared
from tokcost.cli.budgeting import (
    Base,
    BudgetMode,
    BudgetModels,
    ConfigOption,
    ExactBase,
    Gate,
    MaxPriceAge,
    NoCache,
    OutputTokens,
    RetiresWithin,
)
from tokcost.errors import TokcostError
from tokcost.phrases import printable


def check(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE]...", help="Only the prompts in these files and folders.", show_default=False),
    ] = None,
    base: Base = None,
    exact_base: ExactBase = False,
    locked: Annotated[
        bool, typer.Option("--locked", help="Fail when a prompt grew against tokcost.lock, or is not in it.")
    ] = False,
    protect_rules: Annotated[
        bool,
        typer.Option("--protect-rules", help="Fail when limits, prices or the lock differ from those of the base."),
    ] = False,
    saved: Annotated[
        Path | None, typer.Option("--from", help="Compare the budgets with a saved JSON report, not the files here.")
    ] = None,
    staged: Annotated[
        bool | None,
        typer.Option(
            "--staged/--no-staged",
            help="Check what git's index holds, not the files here; without either, in a hook of a commit.",
            show_default=False,
        ),
    ] = None,
    model: BudgetModels = None,
    output: OutputTokens = None,
    mode: BudgetMode = None,
    gate: Gate = None,
    max_price_age: MaxPriceAge = None,
    retires_within: RetiresWithin = None,
    why: Annotated[bool, typer.Option("--why", help="Show where the tokens of each prompt found are.")] = False,
    as_of: shared.AsOf = None,
    prices: shared.Prices = None,
    fallback: shared.FallbackFile = None,
    allow_fallback: shared.AllowFallback = False,
    config: ConfigOption = None,
    currency: shared.Currency = None,
    fx: shared.FxRate = None,
    vat: shared.Vat = None,
    form: shared.Format = "table",
    file: shared.Output = None,
    reports: shared.Reports = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print the findings, one per line, and no table.")
    ] = False,
    charset: shared.Charset = "utf-8",
    no_cache: NoCache = False,
    keep_going: shared.KeepGoing = False,
    exit_zero: shared.ExitZero = False,
) -> None:
    """Check prompts against the budgets of tokcost.toml or [tool.tokcost].

    Exit 1 when a limit is broken, 2 when something cannot be checked: that is never a pass. With --currency,
    --fx or --vat the limits of money are in that currency, tax included.

    With FILEs, budgets that hold none of them are left out, and so is what else a budget holds, unless it limits
    all of its prompts together.

    In a hook of git, as with --staged, prompts, configuration, price files and lock are those that are committed.

    Examples:

        tokcost check

        tokcost check --base origin/main --format github --report sarif=tokcost.sarif

        tokcost check --locked --why

        tokcost check --staged --base HEAD
    """
    from tokcost.budgets.check import Baseline
    from tokcost.budgets.check import check as check_prompts
    from tokcost.budgets.lock_place import lock_path
    from tokcost.budgets.staged import StagedFiles
    from tokcost.cli.budgeting import check_options
    from tokcost.cli.output import answer, output_options
    from tokcost.currency import exchange
    from tokcost.inputs.git_run import in_a_commit

    how = output_options(form, file, reports, quiet, keep_going, exit_zero)
    if saved and (files or staged):
        raise TokcostError("--from checks the rows of a report: leave out the files and --staged")
    if staged is None and not saved:
        staged = in_a_commit(os.path.dirname(str(config)) or "." if config else ".")
    with StagedFiles(str(config) if config else None) if staged else nullcontext() as index:
        options = check_options(
            config, model, as_of, prices, gate, mode, output, max_price_age, retires_within, no_cache, charset,
            exchange(currency, fx, vat), index, fallback, allow_fallback,
        )._replace(files=tuple(files) if files else None)  # fmt: skip
        if base is None and not locked:
            base = os.environ.get("TOKCOST_BASE") or options.config.base
        locked = locked or bool(options.config.locked)
        lock = index.path(lock_path(options.config)) if index else lock_path(options.config)
        held = lock if locked or os.path.lexists(lock) else None
        first = False
        if index and base is None and held is None:  # what a commit grows from is the one before it
            base = index.head()
            first = base is None
        baseline = Baseline(base, exact_base, locked, held, protect_rules, first)
        report = check_prompts(options, baseline, why, str(saved) if saved else None)
    answer(report, how, "".join(f"{printable(each.message)}\n" for each in report.findings))
