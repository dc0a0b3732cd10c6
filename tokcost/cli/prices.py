"""``tokcost prices``: the price book, checked."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from tokcost.cli import options as shared
from tokcost.cli import price_sources
from tokcost.cli.parsers import day_of

app = typer.Typer(no_args_is_help=True, help="The price book itself.")
app.command("diff")(price_sources.diff)
app.command("import")(price_sources.import_prices)


@app.command("lint")
def lint(
    path: Annotated[Path | None, typer.Argument(help="A price file; the built-in book when left out.")] = None,
    today: Annotated[
        date | None,
        typer.Option(
            "--today", metavar="DAY", help="Also what is due on this day, as 2026-11-24.", parser=day_of("--today")
        ),
    ] = None,
    form: shared.Format = "table",
    file: shared.Output = None,
    reports: shared.Reports = None,
    keep_going: shared.KeepGoing = False,
    exit_zero: shared.ExitZero = False,
) -> None:
    """Check a price file: format, names, dates, rates, sources. Exit 1 when it has errors.

    With --today, what was missed is an error, too: a guarantee that has run out, rates that ended with no row after
    them, a row that was not compared with its source for 90 days. What is coming is a warning: changes of price
    within 14 days, retirements within 60.

    Example:

        tokcost prices lint --today 2026-11-24
    """
    from tokcost.cli.output import answer, output_options
    from tokcost.inspection.lint import lint_report

    answer(lint_report(path, today), output_options(form, file, reports, False, keep_going, exit_zero))
