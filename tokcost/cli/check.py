"""``tokcost check``: budgets compared with prompts."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tokcost.cli.budgeting import (
    Base,
    BudgetMode,
    BudgetModels,
    ConfigOption,
    ExactBase,
    Gate,
    NoCache,
    OutputTokens,
)
from tokcost.cli.options import AsOf, Output, Prices
from tokcost.errors import ANSWERED, RULE_BROKEN

if TYPE_CHECKING:
    from tokcost.budgets.budget import Config

LOCK = "tokcost.lock"


def check(
    base: Base = None,
    exact_base: ExactBase = False,
    locked: Annotated[
        bool, typer.Option("--locked", help="Fail when a prompt grew against tokcost.lock, or is not in it.")
    ] = False,
    saved: Annotated[
        Path | None, typer.Option("--from", help="Hold the budgets against a saved JSON report, not the files here.")
    ] = None,
    model: BudgetModels = None,
    output: OutputTokens = None,
    mode: BudgetMode = None,
    gate: Gate = None,
    max_price_age: Annotated[
        str | None, typer.Option("--max-price-age", metavar="DAYS", help="A price compared longer ago is a finding.")
    ] = None,
    retires_within: Annotated[
        str | None, typer.Option("--retires-within", metavar="DAYS", help="A model that retires by then is a finding.")
    ] = None,
    why: Annotated[bool, typer.Option("--why", help="Show where the tokens of each prompt found are.")] = False,
    as_of: AsOf = None,
    prices: Prices = None,
    config: ConfigOption = None,
    form: Annotated[
        str, typer.Option("--format", "-f", help="table, json, csv, markdown, github, sarif, junit or gitlab.")
    ] = "table",
    file: Output = None,
    reports: Annotated[
        list[str] | None, typer.Option("--report", metavar="FORMAT=FILE", help="Write this too; repeatable.")
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print the findings, a line each, and no table.")
    ] = False,
    no_cache: NoCache = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Report findings, but exit 0.")] = False,
) -> None:
    """Hold prompts to the budgets of tokcost.toml or [tool.tokcost].

    Exit 1 when a limit is broken, 2 when something cannot be checked: that is never a pass.

    Examples:

        tokcost check

        tokcost check --base origin/main --format github --report sarif=tokcost.sarif

        tokcost check --locked --why
    """
    from tokcost.budgets.check import Baseline
    from tokcost.budgets.check import check as check_prompts
    from tokcost.cli.budgeting import check_options
    from tokcost.cli.output_old import draws, put, say
    from tokcost.cli.reports import check_reports, shown

    wanted = check_reports(form, reports or [])
    options = check_options(
        config, model, as_of, prices, gate, mode, output, max_price_age, retires_within, no_cache=no_cache
    )
    if base is None and not locked:
        base = os.environ.get("TOKCOST_BASE") or options.config.base
    baseline = Baseline(base, exact_base, locked, lock_path(options.config, locked))
    outcome = check_prompts(options, baseline, why, str(saved) if saved else None)
    if any(each.form == "json" for each in wanted) or form == "json":
        outcome.report.pricing = options.book.stamp()
    for each in wanted:
        put(shown(outcome, each.form, False), each.path)
    say(f"note: {line}" for line in dict.fromkeys(outcome.report.warnings))
    if quiet:
        put("".join(f"{each.message}\n" for each in outcome.report.findings), file)
    else:
        put(shown(outcome, form, draws(file, sys.stdout.isatty())), file)
        say([f"tokcost: {outcome.verdict()}"])
    raise typer.Exit(RULE_BROKEN if outcome.broken and not exit_zero else ANSWERED)


def lock_path(config: Config, needed: bool) -> str | None:
    """Where the lock is; None when there is none and none is needed."""
    path = os.path.join(config.folder, config.lock or LOCK)
    return path if needed or os.path.exists(path) else None
