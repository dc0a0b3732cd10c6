"""A priced batch, drawn: a line a model, then what is worth knowing in words."""

from __future__ import annotations

from collections.abc import Iterable

from tokcost.amounts import money, percent, tokens
from tokcost.batch.prefixes import Prefixes
from tokcost.batch.run import BatchRow
from tokcost.batch.summary import Sum, Summary
from tokcost.rates import EXACT, STANDARD, Modes
from tokcost.render_old.grid import Column, Grid


def summary_grid(summary: Summary, currency: str | None, expected: bool) -> Grid:
    """A row a model. ``expected``: whether output was asked to be priced with each request."""
    columns = [
        Column("model", "model"),
        Column("requests", "rows", numeric=True),
        Column("input", "input_tokens", numeric=True),
        Column("low-high", "input_tokens_low", numeric=True),
        Column("standing", "standing"),
        Column("output", "output_tokens", numeric=True),
        Column("input only", "cost_input", numeric=True),
        Column("with output", "cost", numeric=True),
        Column("at the limit", "cost_high", numeric=True),
    ]
    grid = Grid(columns, [_line(one, currency, expected) for one in summary.by_model.values()])
    if len(grid.rows) > 1:
        grid.footer.append(["total", *_line(summary.total, currency, expected)[1:]])
    return grid.without_empty()


def _line(one: Sum, currency: str | None, expected: bool) -> list[str]:
    count, quote = one.input, one.quote
    unpriced = quote.low is None
    return [
        one.model.id if one.model else "",
        tokens(one.requests),
        tokens(count.tokens),
        f"{tokens(count.low)}-{tokens(count.high)}" if count.ranged else "",
        count.standing,
        tokens(one.output_tokens) if expected else "",
        "unpriced" if unpriced else money(quote.input, currency),
        money(quote.likely, currency) if expected and not unpriced else "",
        "" if unpriced else money(quote.high, currency),
    ]


def saving_line(summary: Summary, mode: str, currency: str | None) -> str:
    """What sending it as a batch saves, or why that cannot be said."""
    quote = summary.total.quote
    if quote.likely is None:
        return ""
    if quote.other is None:
        return "" if mode == "batch" else "as a batch: not offered for every model here"
    batch, single = (quote.likely, quote.other) if mode == "batch" else (quote.other, quote.likely)
    saved = EXACT.subtract(single, batch)
    share = f" ({percent(saved, single)})" if single else ""
    return f"as a batch: {money(batch, currency)}, {money(saved, currency)} less than sent one by one{share}"


def prefix_lines(prefixes: Iterable[Prefixes], modes_of: Modes | None, mode: str, currency: str | None) -> list[str]:
    """How much of the input begins alike, and what caching it would save."""
    lines = []
    for each in prefixes:
        rates = (modes_of or {}).get(mode) or (modes_of or {}).get(STANDARD)
        saved = each.saving(rates)
        worth = f", caching saves about {money(saved, currency)}" if saved is not None and saved > 0 else ""
        lines.append(
            f"{each.model.id}: {tokens(each.cacheable)} input tokens repeat the beginning of earlier requests{worth}"
        )
    return lines


def problem_lines(summary: Summary, most: int = 20) -> list[str]:
    """What is wrong, with its place; the rest is counted."""
    lines = [
        f"{row.file}:{row.line}: {_named(row)}{problem}" for row in summary.problems[:most] for problem in row.problems
    ]
    if len(summary.problems) > most:
        lines.append(f"and {len(summary.problems) - most:,} more requests with problems: --format jsonl lists them all")
    return lines


def _named(row: BatchRow) -> str:
    """The name of a request that has one of its own."""
    return "" if row.name == f"line {row.line}" else f"{row.name}: "
