"""``tokcost prices``: the price book, checked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tokcost.cli import options as shared
from tokcost.cli import price_sources

app = typer.Typer(no_args_is_help=True, help="The price book itself.")
app.command("diff")(price_sources.diff)
app.command("import")(price_sources.import_prices)


@app.command("lint")
def lint(
    path: Annotated[Path | None, typer.Argument(help="A price file; the built-in book when left out.")] = None,
    form: shared.Format = "table",
    file: shared.Output = None,
    reports: shared.Reports = None,
    keep_going: shared.KeepGoing = False,
    exit_zero: shared.ExitZero = False,
) -> None:
    """Check a price file: format, names, dates, rates, sources. Exit 1 when it has errors."""
    from tokcost.cli.output import answer, output_options
    from tokcost.inspection.lint import lint_report

    answer(lint_report(path), output_options(form, file, reports, False, keep_going, exit_zero))
