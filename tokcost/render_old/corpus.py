"""What was found in a corpus as a grid, with the lengths of its documents below."""

from __future__ import annotations

from tokcost.amounts import tokens
from tokcost.documents.found import CorpusRow, Found
from tokcost.render_old.counts import between, cost_cells
from tokcost.render_old.formats import rendered
from tokcost.render_old.grid import Column, Grid
from tokcost.render_old.lengths import bars

_COLUMNS = [
    Column("name", "name", shrinks=True),
    Column("model", "model"),
    Column("documents", "documents", numeric=True),
    Column("tokens", "input_tokens", numeric=True),
    Column("between", "input_tokens_low", numeric=True),
    Column("output", "output_tokens", numeric=True),
    Column("standing", "standing"),
    Column("cost", "cost", numeric=True),
    Column("between", "cost_low", numeric=True),
]


def render_corpus(found: Found, form: str, terminal: bool, histogram: bool) -> str:
    """The findings in the format asked for; the histogram goes with a table, JSON always has it."""
    grid = Grid(list(_COLUMNS), [_cells(each, each.row.name) for each in found.rows])
    if len(found.rows) > len(found.totals):
        files = len(found.rows) // len(found.totals)
        grid.footer = [_cells(each, f"total of {files}") for each in found.totals]
    records = [each.to_dict() for each in found.rows] if form != "table" else []
    shown = rendered(form, grid.without_empty(), records, found.to_dict() if form == "json" else None, terminal)
    if histogram and form == "table":
        shown += "".join("\n" + bars(name, each) for name, each in found.lengths.items())
    return shown


def _cells(each: CorpusRow, name: str) -> list[str]:
    row = each.row
    return [
        name,
        row.model or row.encoding or "",
        tokens(each.documents),
        tokens(row.input.tokens),
        between(row.input),
        tokens(row.output_tokens) if row.output_tokens else "",
        row.standing,
        *cost_cells(row.cost, row.input),
    ]
