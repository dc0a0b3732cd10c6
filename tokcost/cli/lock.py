"""``tokcost lock``: agree to the prompts as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tokcost.cli.budgeting import BudgetMode, ConfigOption, NoCache
from tokcost.cli.options import AsOf, Prices
from tokcost.phrases import plural


def lock(
    as_of: AsOf = None,
    prices: Prices = None,
    mode: BudgetMode = None,
    config: ConfigOption = None,
    file: Annotated[
        Path | None, typer.Option("--output-file", "-o", help="Where to. [default: tokcost.lock by the configuration]")
    ] = None,
    no_cache: NoCache = False,
) -> None:
    """Write tokcost.lock: tokens, cost, rates, encoding and content hash of every prompt of every budget.

    Commit it: 'tokcost check --locked' then fails on growth that nobody agreed to.
    """
    from importlib.metadata import version

    from tokcost.budgets.lock import lock_text
    from tokcost.budgets.measured import measure_tree
    from tokcost.cli.budgeting import check_options
    from tokcost.cli.check import lock_path
    from tokcost.cli.output_old import put, say

    options = check_options(config, as_of=as_of, prices=prices, mode=mode, no_cache=no_cache)
    measured = measure_tree(options)
    measured.measure.finish()
    path = file or Path(lock_path(options.config, needed=True) or "")
    put(lock_text(measured.prompts, measured.contents, version("tokcost")), path)
    names = plural(len({prompt.row.name for prompt in measured.prompts}), "prompt")
    say([f"tokcost: {path.name}: {names}"])
