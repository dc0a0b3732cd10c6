"""``tokcost lock``: agree to the prompts as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tokcost.cli import options as shared
from tokcost.cli.budgeting import BudgetMode, ConfigOption, NoCache
from tokcost.cli.parsers import choice, complete
from tokcost.phrases import join_or, plural


def lock(
    as_of: shared.AsOf = None,
    prices: shared.Prices = None,
    fallback: shared.FallbackFile = None,
    allow_fallback: shared.AllowFallback = False,
    mode: BudgetMode = None,
    config: ConfigOption = None,
    file: Annotated[
        Path | None, typer.Option("--output-file", "-o", help="Where to. [default: tokcost.lock by the configuration]")
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format", "-f", help=f"Also print what was locked: {join_or(shared.FORMATS)}.", metavar="FORMAT",
            parser=choice("format", shared.FORMATS), autocompletion=complete(shared.FORMATS),
        ),
    ] = None,
    reports: shared.Reports = None,
    currency: shared.Currency = None,
    fx: shared.FxRate = None,
    vat: shared.Vat = None,
    charset: shared.Charset = "utf-8",
    no_cache: NoCache = False,
    keep_going: shared.KeepGoing = False,
    exit_zero: shared.ExitZero = False,
) -> None:  # fmt: skip
    """Write tokcost.lock: tokens, cost, rates, encoding and content hash of every prompt of every budget.

    Commit it: 'tokcost check --locked' then fails on growth that nobody agreed to. --currency is that of what is
    printed beside it; the lock has each price in its own.
    """
    from importlib.metadata import version

    from tokcost.budgets.lock import lock_text
    from tokcost.budgets.lock_place import lock_path, refuse_other_file
    from tokcost.budgets.locking import lock_report
    from tokcost.budgets.measured import measure_tree
    from tokcost.cli.budgeting import check_options
    from tokcost.cli.output import answer, output_options, put, refuse_one_file, say
    from tokcost.currency import exchange

    how = output_options(form or "table", None, reports, quiet=form is None, keep_going=keep_going, exit_zero=exit_zero)
    options = check_options(
        config, as_of=as_of, prices=prices, mode=mode, no_cache=no_cache, charset=charset,
        fallback=fallback, allow_fallback=allow_fallback,
    )  # fmt: skip
    path = file or Path(lock_path(options.config))
    if file is None:
        refuse_other_file(options.config, str(path))
    refuse_one_file(how, path)
    measured = measure_tree(options)
    measured.measure.finish()
    money = exchange(currency, fx, vat)
    report = lock_report(measured, options, money) if form or reports else None
    put(lock_text(measured.prompts, measured.contents, version("tokcost")), path)
    names = plural(len({prompt.row.name for prompt in measured.prompts}), "prompt")
    say([f"tokcost: {path.name}: {names}", *(f"note: {line}" for line in options.book.notes if report is None)])
    if report is not None:
        answer(report, how, short="")
