"""A forecast as a grid, in sentences, and, over several prices, as a curve of bars."""

from __future__ import annotations

from decimal import Decimal

from tokcost.amounts import money
from tokcost.render_old.formats import rendered
from tokcost.render_old.grid import Column, Grid
from tokcost.whatif.forecast import Forecast, Point, difference, ratio_of, row
from tokcost.whatif.scenario import Change, Who

_BAR = 40
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def render_forecast(found: Forecast, form: str, terminal: bool) -> str:
    """The forecast in the format asked for. CSV has the grid where there is one, else the rows."""
    document = found.to_dict() if form == "json" else None
    if not found.is_grid:
        shown = rendered(form, change_grid(found), [row(*each) for each in found.rows.items()], document, terminal)
        return shown + "".join(f"{line}\n" for line in sentences(found)) if form == "table" else shown
    shown = rendered(form, point_grid(found), [each.to_dict() for each in found.points], document, terminal)
    return shown + curve(found) if form == "table" and terminal else shown


def change_grid(found: Forecast) -> Grid:
    """Before, after and the difference of each model and client, and of all."""
    columns = [
        Column("model", "model"),
        Column("client", "client", shrinks=True),
        Column("before", "before", numeric=True),
        Column("after", "after", numeric=True),
        Column("between", "after_low", numeric=True),
        Column("difference", "difference", numeric=True),
        Column("times", "ratio", numeric=True),
    ]
    grid = Grid(columns, [_row(who, change, found.currency) for who, change in found.rows.items()])
    if len(found.rows) > 1:
        grid.footer.append(_row(("total", None), found.point.change, found.currency))
    return grid.without_empty()


def point_grid(found: Forecast) -> Grid:
    """A row for every scenario."""
    names = ("price", "usage", "spend", "times", "elasticity", "break-even usage")
    columns = [Column(name, name, numeric=True) for name in names]
    return Grid(columns, [_point(point, found.currency) for point in found.points]).without_empty()


def curve(found: Forecast) -> str:
    """What is spent at each point, as bars; only where one thing varies at a time."""
    amounts = [point.change.after or Decimal(0) for point in found.points]
    prices, usages = {point.price for point in found.points}, {point.usage for point in found.points}
    if len(found.points) > 40 or max(amounts) <= 0 or max(len(prices), len(usages)) != len(found.points):
        return ""
    lines = []
    for point, amount in zip(found.points, amounts, strict=True):
        eighths = int(amount * _BAR * 8 / max(amounts))
        bar = "█" * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else "")
        name = f"price {_times(point.price)} usage {_times(point.usage)}"
        lines.append(f"{name:<32} {bar:<{_BAR}} {money(amount, found.currency)}".rstrip())
    return "\n" + "\n".join(lines) + "\n"


def sentences(found: Forecast) -> list[str]:
    """What the table does not say: the factor on the spend, elasticity, break-even, budgets."""
    point, told = found.point, []
    if (times := ratio_of(point.change)) is not None:
        told.append(f"spend {_times(times)}: {money(point.change.before, found.currency)} -> {_money(point, found)}")
    if found.given_elasticity is not None:
        told.append(f"at an elasticity of {_short(found.given_elasticity)} the volume is {_times(point.usage)}")
    elif point.elasticity is not None:
        told.append(f"implied elasticity {_short(point.elasticity)}")
    if point.break_even is not None:
        told.append(f"break-even usage {_times(point.break_even)}")
    for at, each in enumerate(found.passing):
        first = "the first to pass" if at == 0 else "then"
        told.append(f"{first}: {each.client}, its {money(each.budget, found.currency)} at usage {_times(each.usage)}")
    return told


def _money(point: Point, found: Forecast) -> str:
    after = money(point.change.after, found.currency)
    if point.change.low == point.change.high:
        return after
    return f"{after} ({money(point.change.low, found.currency)} to {money(point.change.high, found.currency)})"


def _row(who: Who, change: Change, currency: str | None) -> list[str]:
    ranged = change.after is not None and change.low != change.high
    moved, times = difference(change), ratio_of(change)
    return [
        who[0] or "-",
        who[1] or "",
        money(change.before, currency) if change.before is not None else "unpriced",
        money(change.after, currency) if change.after is not None else "unpriced",
        f"{money(change.low, currency)}-{money(change.high, currency)}" if ranged else "",
        money(moved, currency) if moved is not None else "",
        _times(times) if times is not None else "",
    ]


def _point(point: Point, currency: str | None) -> list[str]:
    times = ratio_of(point.change)
    return [
        _times(point.price),
        _times(point.usage),
        money(point.change.after, currency),
        _times(times) if times is not None else "",
        _short(point.elasticity) if point.elasticity is not None else "",
        _times(point.break_even) if point.break_even is not None else "",
    ]


def _times(factor: Decimal) -> str:
    return f"x{_short(factor)}"


def _short(number: Decimal) -> str:
    """Two decimals, or three significant digits below 1."""
    if number and abs(number) < 1:
        return f"{Decimal(f'{number:.3g}'):f}"
    text = f"{number:.2f}"
    return text.removesuffix(".00")
