"""``tokcost prices``: the price book, checked."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tokcost.cli.options import Format, Output
from tokcost.errors import RULE_BROKEN

app = typer.Typer(no_args_is_help=True, help="The price book itself.")


@app.command("lint")
def lint(
    path: Annotated[Path | None, typer.Argument(help="A price file; the built-in book when left out.")] = None,
    form: Format = "table",
    file: Output = None,
) -> None:
    """Check a price file: format, names, dates, rates, sources. Exit 1 when it has errors."""
    from tokcost.catalog.lint import lint as find_problems
    from tokcost.cli.output_old import check_format, draws, put
    from tokcost.counting.scales import scale_names
    from tokcost.encodings.names import ENCODINGS
    from tokcost.render_old.formats import rendered
    from tokcost.render_old.grid import Column, Grid

    check_format(form)
    problems = find_problems(path, encodings=ENCODINGS, scales=scale_names())
    records = [
        {"path": each.path, "line": each.line, "severity": each.severity, "message": each.message} for each in problems
    ]
    errors = sum(each.severity == "error" for each in problems)
    if form == "table" and not problems:
        print(f"{path or 'the built-in price book'}: no problems", file=sys.stderr)
    else:
        grid = Grid(
            [Column("where", "path"), Column("severity", "severity"), Column("problem", "message", shrinks=True)],
            [
                [f"{each.path}:{each.line}" if each.line else each.path, each.severity, each.message]
                for each in problems
            ],
        )
        document = {"schema_version": 1, "command": "prices lint", "rows": records, "errors": errors}
        put(rendered(form, grid, records, document, draws(file, sys.stdout.isatty())), file)
    raise typer.Exit(RULE_BROKEN if errors else 0)
