"""``tokcost diff``: what a change costs."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from tokcost.cli.budgeting import BudgetMode, BudgetModels, ConfigOption, ExactBase, NoCache, OutputTokens
from tokcost.cli.options import AsOf, Output, Prices
from tokcost.errors import TokcostError
from tokcost.phrases import join_or, quote

_FORMATS = ("table", "json", "csv", "markdown")


def diff(
    before: Annotated[str, typer.Argument(help="A ref, a saved JSON report, or a tokcost.lock.")],
    after: Annotated[
        str | None, typer.Argument(help="The same; the working tree when left out.", show_default=False)
    ] = None,
    exact_base: ExactBase = False,
    model: BudgetModels = None,
    output: OutputTokens = None,
    mode: BudgetMode = None,
    as_of: AsOf = None,
    prices: Prices = None,
    config: ConfigOption = None,
    form: Annotated[str, typer.Option("--format", "-f", help="table, json, csv or markdown.")] = "table",
    file: Output = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print the difference in tokens and nothing else.")
    ] = False,
    no_cache: NoCache = False,
) -> None:
    """Show what moved in the prompts of the configuration: tokens, and money under today's prices.

    One ref is compared from where HEAD left it (its merge base), two refs as they are. Moved prices
    are told apart from moved prompts, on stderr.

    Examples:

        tokcost diff origin/main

        tokcost diff v1.0 v1.1 --format markdown

        tokcost diff last-week.json
    """
    from tokcost.budgets.changes import change_totals
    from tokcost.budgets.diff import compare_sides
    from tokcost.cli.budgeting import check_options
    from tokcost.cli.output_old import draws, put, say
    from tokcost.render_old.diffs import render_diff

    if form not in _FORMATS:
        raise TokcostError(f"unknown format {quote(form)}: choose {join_or(_FORMATS)}")
    options = check_options(config, model, as_of, prices, None, mode, output, no_cache=no_cache)
    outcome = compare_sides(options, before, after, exact_base)
    if form == "json":
        outcome.report.pricing = options.book.stamp()
    say(f"note: {line}" for line in dict.fromkeys(outcome.report.warnings))
    if quiet:
        put("".join(f"{each.tokens}\n" for each in change_totals(outcome.changes or ())) or "0\n", file)
    else:
        put(render_diff(outcome, form, draws(file, sys.stdout.isatty())), file)
