"""``tokcost diff``: what a change costs."""

from __future__ import annotations

from typing import Annotated

import typer

from tokcost.cli import options as shared
from tokcost.cli.budgeting import BudgetMode, BudgetModels, ConfigOption, ExactBase, NoCache, OutputTokens


def diff(
    before: Annotated[str, typer.Argument(help="A ref, a saved JSON report, or a tokcost.lock.")],
    after: Annotated[
        str | None, typer.Argument(help="The same; the working tree when left out.", show_default=False)
    ] = None,
    exact_base: ExactBase = False,
    model: BudgetModels = None,
    output: OutputTokens = None,
    mode: BudgetMode = None,
    as_of: shared.AsOf = None,
    prices: shared.Prices = None,
    fallback: shared.FallbackFile = None,
    config: ConfigOption = None,
    currency: shared.Currency = None,
    fx: shared.FxRate = None,
    vat: shared.Vat = None,
    form: shared.Format = "table",
    file: shared.Output = None,
    reports: shared.Reports = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print the difference in tokens and nothing else.")
    ] = False,
    charset: shared.Charset = "utf-8",
    no_cache: NoCache = False,
    keep_going: shared.KeepGoing = False,
    exit_zero: shared.ExitZero = False,
) -> None:
    """Show what moved in the prompts of the configuration: tokens, and money under today's prices.

    One ref is compared from where HEAD left it (its merge base), two refs as they are. Moved prices
    are kept apart from moved prompts, on stderr.

    Examples:

        tokcost diff origin/main

        tokcost diff v1.0 v1.1 --format markdown

        tokcost diff last-week.json
    """
    from tokcost.budgets.diff import compare_sides
    from tokcost.cli.budgeting import check_options
    from tokcost.cli.output import answer, output_options
    from tokcost.currency import exchange

    how = output_options(form, file, reports, quiet, keep_going, exit_zero)
    options = check_options(
        config, model, as_of, prices, None, mode, output, no_cache=no_cache, charset=charset,
        exchange=exchange(currency, fx, vat), fallback=fallback,
    )  # fmt: skip
    report = compare_sides(options, before, after, exact_base)
    answer(report, how, "".join(f"{each['tokens']}\n" for each in report.details["change_totals"]) or "0\n")
