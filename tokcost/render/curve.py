"""What is spent over a grid of prices or volumes, as a curve of bars."""

from __future__ import annotations

from tokcost.amounts import factor, money
from tokcost.render.bars import WIDTH, bar
from tokcost.report import Report, Table

_MOST_POINTS = 40


def curve(report: Report) -> str:
    """A bar for each point of a grid over which one thing varies, '' for anything else."""
    grid = report.details.get("grid")
    if not isinstance(grid, Table) or not 1 < len(grid.rows) <= _MOST_POINTS:
        return ""
    amounts = [row["after"] for row in grid.rows]
    varied = max(len({row[key] for row in grid.rows}) for key in ("price", "usage"))
    if None in amounts or max(amounts) <= 0 or varied != len(grid.rows):
        return ""
    lines = [""]
    for row, amount in zip(grid.rows, amounts, strict=True):
        name = f"price {factor(row['price'])} usage {factor(row['usage'])}"
        lines.append(f"{name:<32} {bar(amount, max(amounts)):<{WIDTH}} {money(amount, report.currency)}".rstrip())
    return "\n".join(lines) + "\n"
