"""``tokcost lock``: agree to the prompts as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tokcost.cli.jobs import BudgetMode, ConfigFile, NoCache
from tokcost.cli.options import AsOf, Prices
from tokcost.phrases import plural


def lock(
    as_of: AsOf = None,
    prices: Prices = None,
    mode: BudgetMode = None,
    config: ConfigFile = None,
    file: Annotated[
        Path | None, typer.Option("--output-file", "-o", help="Where to. [default: tokcost.lock by the configuration]")
    ] = None,
    no_cache: NoCache = False,
) -> None:
    """Write tokcost.lock: tokens, cost, rates, encoding and content hash of every prompt of every budget.

    Commit it: 'tokcost check --locked' then fails on growth that nobody agreed to.
    """
    from importlib.metadata import version

    from tokcost.checks.run import measure_tree
    from tokcost.cli.check import lock_path
    from tokcost.cli.jobs import job_of
    from tokcost.cli.output_old import put, say
    from tokcost.lock import lock_text

    job = job_of(config, as_of=as_of, prices=prices, mode=mode, no_cache=no_cache)
    measured = measure_tree(job)
    measured.measure.finish()
    path = file or Path(lock_path(job.config, needed=True) or "")
    put(lock_text(measured.entries, measured.contents, version("tokcost")), path)
    say(f"note: {line}" for line in measured.warnings)
    names = plural(len({entry.row.name for entry in measured.entries}), "prompt")
    say([f"tokcost: {path.name}: {names}"])
